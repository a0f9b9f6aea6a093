//! Deployments by form, and their rollouts.

use axum::extract::State;
use http::StatusCode;
use muster_api::deployment::{CreatedDeployment, DeploymentForm, DeploymentPreview};
use muster_api::problem::Problem;
use muster_api::rollout::Rollout;
use serde::Deserialize;

use super::extract::{Json, Path, Query};
use crate::app::App;
use crate::audit::{AuditNote, Details, Target};
use crate::context::RequestContext;
use crate::error::AppResult;
use crate::resources::object::ObjectPath;

/// Should the cluster be asked?
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PreviewQuery {
    dry_run: bool,
}

/// The objects that the form makes, its problems, and with `dryRun=true` what the cluster says to them.
#[utoipa::path(post, path = "/api/v1/clusters/{cluster}/deployments/preview", operation_id = "preview_deployment",
    tag = "deployments",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("dryRun" = Option<bool>, Query, description = "ask the cluster"),
    ),
    request_body = DeploymentForm,
    responses((status = 200, body = DeploymentPreview), (status = 404, body = Problem)))]
pub async fn preview_deployment(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
    Query(query): Query<PreviewQuery>,
    Json(form): Json<DeploymentForm>,
) -> AppResult<Json<DeploymentPreview>> {
    Ok(Json(
        app.deployments
            .preview(&context, &cluster, &form, query.dry_run)
            .await?,
    ))
}

/// Creates what the form says; nothing that exists is overwritten.
#[utoipa::path(post, path = "/api/v1/clusters/{cluster}/deployments", operation_id = "create_deployment",
    tag = "deployments",
    params(("cluster" = String, Path, description = "id or name")),
    request_body = DeploymentForm,
    responses(
        (status = 201, body = CreatedDeployment),
        (status = 409, description = "something of the name exists, or only a part was created: the problem names it",
            body = Problem),
        (status = 422, description = "the form has problems, or the cluster would not take it", body = Problem),
    ))]
pub async fn create_deployment(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
    note: AuditNote,
    Json(form): Json<DeploymentForm>,
) -> AppResult<(StatusCode, Json<CreatedDeployment>)> {
    let deployment = Target::default().of_kind("apps", "v1", "deployments");
    note.on(deployment.in_namespace(&form.namespace).named(&form.name));
    let created = app.deployments.create(&context, &cluster, &form).await?;
    for object in &created.objects {
        note.object(Target::from(object), Details::new(), None);
    }
    Ok((StatusCode::CREATED, Json(created)))
}

/// A Deployment's rollout as it is now: ReplicaSets, pods, and why they do not run.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/resources/apps/v1/deployments/{namespace}/{name}/rollout",
    operation_id = "read_rollout", tag = "deployments",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("namespace" = String, Path, description = "the Deployment's namespace"),
        ("name" = String, Path, description = "the Deployment's name"),
    ),
    responses((status = 200, body = Rollout), (status = 404, body = Problem)))]
pub async fn read_rollout(
    State(app): State<App>,
    context: RequestContext,
    Path((cluster, namespace, name)): Path<(String, String, String)>,
) -> AppResult<Json<Rollout>> {
    let path = ObjectPath::of("apps", "v1", "deployments", cluster, namespace, name);
    Ok(Json(app.deployments.rollout(&context, &path).await?))
}
