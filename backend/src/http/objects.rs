//! One object: itself, its events, its relatives, why it does not run, its end.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use muster_api::Collection;
use muster_api::action::{Deletion, Propagation};
use muster_api::object::{ObjectEvent, Relations};
use muster_api::problem::Problem;
use muster_api::rollout::PodExplanation;
use serde::Deserialize;

use super::extract::{Json, Path, Query};
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;
use crate::resources::object::{DeleteOptions, ObjectPath, ReadOptions};
use crate::resources::yaml;

/// How an object is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ReadQuery {
    format: Format,
    managed_fields: bool,
    reveal: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Yaml,
}

/// How an object is deleted.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct DeleteQuery {
    propagation: Propagation,
    dry_run: bool,
    uid: Option<String>,
    resource_version: Option<String>,
}

/// The Kubernetes object itself, as JSON or YAML.
///
/// A Secret comes without its values: `hiddenData` has the size of each in bytes. An administrator gets them with
/// `reveal=true`.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}",
    operation_id = "read_object", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("group" = String, Path, description = "API group, `core` for the empty one"),
        ("version" = String, Path, description = "API version"),
        ("resource" = String, Path, description = "plural name"),
        ("namespace" = String, Path, description = "`-` for cluster-wide kinds"),
        ("name" = String, Path, description = "the object's name"),
        ("format" = Option<String>, Query, description = "`json` or `yaml`; also by the Accept header"),
        ("managedFields" = Option<bool>, Query, description = "leave metadata.managedFields in"),
        ("reveal" = Option<bool>, Query, description = "show a Secret's values, to whoever may read it"),
    ),
    responses(
        (status = 200, description = "the object", body = Object),
        (status = 404, description = "no such cluster, kind or object", body = Problem),
        (status = 422, description = "a namespace or name that cannot be", body = Problem),
    ))]
pub async fn read_object(
    State(app): State<App>,
    context: RequestContext,
    Path(path): Path<ObjectPath>,
    Query(query): Query<ReadQuery>,
    headers: HeaderMap,
) -> AppResult<Response> {
    let options = ReadOptions {
        managed_fields: query.managed_fields,
        reveal: query.reveal,
    };
    let object = app.objects.read(&context, &path, options).await?;
    if query.format == Format::Yaml || wants_yaml(&headers) {
        const YAML: HeaderValue = HeaderValue::from_static("application/yaml; charset=utf-8");
        return Ok(([(header::CONTENT_TYPE, YAML)], yaml::write_object(&object)).into_response());
    }
    Ok(Json(object).into_response())
}

fn wants_yaml(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accept
        .split(',')
        .next()
        .is_some_and(|first| first.trim().starts_with("application/yaml"))
}

/// Deletes an object: 200 when it is gone, 202 while it waits for finalizers, its dependents or its containers.
#[utoipa::path(delete, path = "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}",
    operation_id = "delete_object", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("group" = String, Path, description = "API group, `core` for the empty one"),
        ("version" = String, Path, description = "API version"),
        ("resource" = String, Path, description = "plural name"),
        ("namespace" = String, Path, description = "`-` for cluster-wide kinds"),
        ("name" = String, Path, description = "the object's name"),
        ("propagation" = Option<String>, Query, description = "`background` (usual), `foreground` or `orphan`"),
        ("dryRun" = Option<bool>, Query, description = "only try"),
        ("uid" = Option<String>, Query, description = "only the object with this uid"),
        ("resourceVersion" = Option<String>, Query, description = "only as long as it has this version"),
    ),
    responses(
        (status = 200, description = "it is gone, or was only tried", body = Deletion),
        (status = 202, description = "it is on its way out", body = Deletion),
        (status = 404, body = Problem),
        (status = 409, description = "it is not the one that was meant", body = Problem),
    ))]
pub async fn delete_object(
    State(app): State<App>,
    context: RequestContext,
    Path(path): Path<ObjectPath>,
    Query(query): Query<DeleteQuery>,
    note: AuditNote,
) -> AppResult<(StatusCode, Json<Deletion>)> {
    let options = DeleteOptions {
        propagation: query.propagation,
        dry_run: query.dry_run,
        uid: query.uid,
        resource_version: query.resource_version,
    };
    if options.dry_run {
        note.changes_nothing();
    }
    let deletion = app.objects.delete(&context, &path, &options).await?;
    let is_done = deletion.gone || deletion.dry_run;
    Ok((
        if is_done { StatusCode::OK } else { StatusCode::ACCEPTED },
        Json(deletion),
    ))
}

/// The events about an object, newest first.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/events",
    operation_id = "list_object_events", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("group" = String, Path, description = "API group, `core` for the empty one"),
        ("version" = String, Path, description = "API version"),
        ("resource" = String, Path, description = "plural name"),
        ("namespace" = String, Path, description = "`-` for cluster-wide kinds"),
        ("name" = String, Path, description = "the object's name"),
    ),
    responses((status = 200, body = Collection<ObjectEvent>), (status = 404, body = Problem)))]
pub async fn list_object_events(
    State(app): State<App>,
    context: RequestContext,
    Path(path): Path<ObjectPath>,
) -> AppResult<Json<Collection<ObjectEvent>>> {
    Ok(Json(Collection::complete(app.objects.events(&context, &path).await?)))
}

/// Owners, children and links of an object, with how they are.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/related",
    operation_id = "read_relations", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("group" = String, Path, description = "API group, `core` for the empty one"),
        ("version" = String, Path, description = "API version"),
        ("resource" = String, Path, description = "plural name"),
        ("namespace" = String, Path, description = "`-` for cluster-wide kinds"),
        ("name" = String, Path, description = "the object's name"),
    ),
    responses((status = 200, body = Relations), (status = 404, body = Problem)))]
pub async fn read_relations(
    State(app): State<App>,
    context: RequestContext,
    Path(path): Path<ObjectPath>,
) -> AppResult<Json<Relations>> {
    Ok(Json(Box::pin(app.objects.related(&context, &path)).await?))
}

/// Why a pod does not run, in plain words; for a crash with the last lines of its log.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/explanation",
    operation_id = "explain_pod", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("namespace" = String, Path, description = "the pod's namespace"),
        ("name" = String, Path, description = "the pod's name"),
    ),
    responses((status = 200, body = PodExplanation), (status = 404, body = Problem)))]
pub async fn explain_pod(
    State(app): State<App>,
    context: RequestContext,
    Path((cluster, namespace, name)): Path<(String, String, String)>,
) -> AppResult<Json<PodExplanation>> {
    let path = ObjectPath::of("core", "v1", "pods", cluster, namespace, name);
    Ok(Json(app.objects.explain_pod(&context, &path).await?))
}
