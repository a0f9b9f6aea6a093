//! Recordings of shells, for those who may read the audit log.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use muster_api::problem::Problem;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::extract::Path;
use crate::app::App;
use crate::context::RequestContext;
use crate::error::AppResult;

/// What a shell showed, as an asciicast v2 file (`asciinema play`). Events of shells name their recording (`recording`).
#[utoipa::path(get, path = "/api/v1/audit/recordings/{id}", operation_id = "read_recording", tag = "audit",
    params(("id" = String, Path, description = "the recording's id")),
    responses(
        (status = 200, description = "the recording", body = String, content_type = "application/x-asciicast"),
        (status = 404, body = Problem),
    ))]
pub async fn read_recording(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<Uuid>,
) -> AppResult<Response> {
    let file = app.audit.recordings().open(&context, id).await?;
    let headers = [
        (CONTENT_TYPE, "application/x-asciicast".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.cast\"")),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}
