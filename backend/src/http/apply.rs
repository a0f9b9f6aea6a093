//! Applying manifests.

use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode, header};
use muster_api::apply::{ApplyAnswer, ApplyMode, ApplyOutcome, ApplyProgress, ApplyRequest};
use muster_api::problem::Problem;
use serde::Deserialize;

use super::extract::{Json, Path, Query};
use crate::app::App;
use crate::audit::{AuditNote, Details, Target};
use crate::context::RequestContext;
use crate::error::{AppError, AppResult};

/// How a manifest that is the body itself is meant.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ApplyQuery {
    namespace: Option<String>,
    mode: ApplyMode,
    dry_run: bool,
    force: bool,
}

/// Applies YAML or JSON of any number of documents by server-side apply, or says what would happen.
///
/// Everything is tried first; when one document is refused nothing is written, and the answer names it. The body is an
/// `ApplyRequest`, or the manifest itself as `application/yaml` with the rest as query parameters.
#[utoipa::path(post, path = "/api/v1/clusters/{cluster}/apply", operation_id = "apply_manifest", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("namespace" = Option<String>, Query, description = "for objects that name none (YAML bodies)"),
        ("mode" = Option<String>, Query, description = "`apply`, `create` or `replace` (YAML bodies)"),
        ("dryRun" = Option<bool>, Query, description = "write nothing (YAML bodies)"),
        ("force" = Option<bool>, Query, description = "take fields over from other field managers (YAML bodies)"),
    ),
    request_body = ApplyRequest,
    responses(
        (status = 200, description = "one result a document, also when some were refused", body = ApplyAnswer),
        (status = 422, description = "the text cannot be read; the problem names line and column", body = Problem),
    ))]
pub async fn apply_manifest(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
    Query(query): Query<ApplyQuery>,
    note: AuditNote,
    headers: HeaderMap,
    body: Bytes,
) -> AppResult<Json<ApplyAnswer>> {
    let request = if is_yaml(&headers) {
        let manifest = String::from_utf8(body.to_vec()).map_err(|error| {
            let place = error.utf8_error().valid_up_to();
            AppError::invalid_field(
                "manifest",
                "yaml",
                format!("The manifest is not UTF-8 text at byte {place}."),
            )
        })?;
        let ApplyQuery {
            namespace,
            mode,
            dry_run,
            force,
        } = query;
        ApplyRequest {
            manifest,
            namespace,
            mode,
            dry_run,
            force,
            operation: None,
        }
    } else {
        super::extract::read_json(&body)?
    };
    if request.dry_run {
        note.changes_nothing();
    }
    let answer = app.objects.apply(&context, &cluster, &request).await?;
    note_results(&note, &request, &answer);
    Ok(Json(answer))
}

/// How far an apply of one's own is, by the `operation` that its request named. Not there when it does not run.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/apply/{operation}", operation_id = "read_apply", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("operation" = String, Path, description = "the id that the request named"),
    ),
    responses((status = 200, body = ApplyProgress), (status = 404, body = Problem)))]
pub async fn read_apply(
    State(app): State<App>,
    context: RequestContext,
    Path((cluster, operation)): Path<(String, String)>,
) -> AppResult<Json<ApplyProgress>> {
    Ok(Json(app.objects.apply_progress(&context, &cluster, &operation)?))
}

/// Stops an apply of one's own. Nothing more is written, what was written stays, and the answer of the apply itself says
/// what that is.
#[utoipa::path(delete, path = "/api/v1/clusters/{cluster}/apply/{operation}", operation_id = "cancel_apply", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("operation" = String, Path, description = "the id that the request named"),
    ),
    responses((status = 204, description = "it stops"), (status = 404, body = Problem)))]
pub async fn cancel_apply(
    State(app): State<App>,
    context: RequestContext,
    Path((cluster, operation)): Path<(String, String)>,
) -> AppResult<StatusCode> {
    app.objects.cancel_apply(&context, &cluster, &operation)?;
    Ok(StatusCode::NO_CONTENT)
}

/// One event an object: which fields were written, or why they were not.
fn note_results(note: &AuditNote, request: &ApplyRequest, answer: &ApplyAnswer) {
    for result in &answer.results {
        let (outcome, code) = match result.outcome {
            ApplyOutcome::Created => ("created", None),
            ApplyOutcome::Changed => ("changed", None),
            ApplyOutcome::Unchanged => ("unchanged", None),
            ApplyOutcome::Conflict => ("conflict", Some("conflict")),
            ApplyOutcome::Invalid => ("invalid", Some("invalid")),
            ApplyOutcome::Skipped => ("skipped", Some("skipped")),
        };
        // Paths of fields, never their values.
        let fields: Vec<&str> = result.changes.iter().map(|change| change.path.as_str()).collect();
        let details = Details::new()
            .with("outcome", outcome)
            .with("force", request.force)
            .with("fields", fields);
        let target = result.object.as_ref().map(Target::from).unwrap_or_default();
        note.object(target, details, code);
    }
}

fn is_yaml(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    kind.split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/yaml"))
}
