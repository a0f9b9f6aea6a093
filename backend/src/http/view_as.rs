//! Looking at the console as somebody else.

use axum::extract::State;
use http::StatusCode;
use muster_api::access::ViewAsRequest;
use muster_api::problem::Problem;

use super::extract::Json;
use crate::app::{App, view_target};
use crate::audit::{AuditNote, Details};
use crate::context::RequestContext;
use crate::error::AppResult;

/// Looks at the console as a person or a group would, in this session and all its tabs, until `{"subject": null}` ends it.
/// Nothing can be changed meanwhile. Everything that is open ends, and is opened anew as the other.
#[utoipa::path(post, path = "/api/v1/session/view-as", operation_id = "view_as", tag = "session",
    request_body = ViewAsRequest,
    responses(
        (status = 204, description = "from now on"),
        (status = 403, description = "not an administrator, or an API token", body = Problem),
        (status = 422, description = "there is no such person or group", body = Problem),
    ))]
pub async fn view_as(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Json(request): Json<ViewAsRequest>,
) -> AppResult<StatusCode> {
    let changed = app.identity.view_as(&context, request.subject.as_ref()).await?;
    let Some(changed) = changed else {
        note.changes_nothing();
        return Ok(StatusCode::NO_CONTENT);
    };
    for (view, word) in [(&changed.before, "ended"), (&changed.after, "begun")] {
        if let Some(viewed) = view {
            note.object(view_target(viewed), Details::new().with("view", word), None);
        }
    }
    app.access.look_again(&context);
    Ok(StatusCode::NO_CONTENT)
}
