//! The audit log: to look through, to take along, to verify.

mod query;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use muster_api::audit::{AuditPage, AuditVerification};
use muster_api::problem::Problem;

use super::extract::{Json, QueryPairs};
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;

/// What was done, newest first.
///
/// `result` is `ok`, `failed`, `denied` or `begun`. `total` counts up to 100,000; `totalIsExact` says whether that was
/// enough.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit", tag = "audit",
    params(
        ("actor" = Option<String>, Query, description = "a user's id or sign-in name"),
        ("action" = Option<Vec<String>>, Query, description = "words of `AuditAction`; none: all"),
        ("cluster" = Option<String>, Query, description = "id or name"),
        ("namespace" = Option<String>, Query, description = "a namespace"),
        ("resource" = Option<String>, Query, description = "a plural name: `deployments`, `tokens`"),
        ("kind" = Option<String>, Query, description = "instead of `resource`: a built-in kind, `Deployment`"),
        ("name" = Option<String>, Query, description = "an object's name"),
        ("result" = Option<String>, Query, description = "`ok`, `failed`, `denied` or `begun`"),
        ("since" = Option<String>, Query, description = "not before: `2026-11-23T08:00:00Z`"),
        ("until" = Option<String>, Query, description = "not after"),
        ("text" = Option<String>, Query, description = "a part of the actor's name, the object's name or the reason"),
        ("page" = Option<u32>, Query, description = "from 1"),
        ("pageSize" = Option<u32>, Query, description = "1 to 500; 100 when absent"),
    ),
    responses(
        (status = 200, body = AuditPage),
        (status = 422, description = "a parameter is wrong; the problem names it", body = Problem),
    ))]
pub async fn list_audit(
    State(app): State<App>,
    context: RequestContext,
    pairs: QueryPairs,
) -> AppResult<Json<AuditPage>> {
    let (filter, page, page_size) = query::of_page(&app, &context, &pairs)?;
    Ok(Json(app.audit.list(&context, &filter, page, page_size).await?))
}

/// Everything that the same parameters find, as a file: JSON lines (`format=jsonl`), or CSV (`format=csv`).
///
/// In CSV, a cell that a spreadsheet could take for a formula gets a leading apostrophe.
#[utoipa::path(get, path = "/api/v1/audit/export", operation_id = "export_audit", tag = "audit",
    params(
        ("format" = Option<String>, Query, description = "`jsonl` (usual) or `csv`"),
        ("actor" = Option<String>, Query, description = "and all other parameters of the list but page and pageSize"),
    ),
    responses((status = 200, description = "the events, newest first", body = String,
        content_type = "application/x-ndjson")))]
pub async fn export_audit(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    pairs: QueryPairs,
) -> AppResult<Response> {
    let (filter, format) = query::of_export(&app, &context, &pairs)?;
    note.detail("format", format.extension());
    let events = app.audit.export(&context, filter).await?;
    let lines = events.map_ok(move |events| Bytes::from(format.lines(&events)));
    let beginning = futures::stream::iter([Ok(Bytes::from(format.beginning()))]);
    let file = format!("attachment; filename=\"muster-audit.{}\"", format.extension());
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_DISPOSITION, file),
    ];
    Ok((headers, Body::from_stream(beginning.chain(lines))).into_response())
}

/// Verifies the whole log: is every event as the console wrote it, and is none missing? The first that is not is named.
#[utoipa::path(get, path = "/api/v1/audit/verification", operation_id = "verify_audit", tag = "audit",
    responses(
        (status = 200, body = AuditVerification),
        (status = 503, description = "it is being verified already", body = Problem),
    ))]
pub async fn verify_audit(State(app): State<App>, context: RequestContext) -> AppResult<Json<AuditVerification>> {
    Ok(Json(app.audit.verify(&context).await?))
}
