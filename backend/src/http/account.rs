//! My account: preferences, password, sessions.

use axum::extract::State;
use http::StatusCode;
use muster_api::Collection;
use muster_api::account::{ChangePasswordRequest, Session};
use muster_api::session::{CurrentUser, Preferences};
use secrecy::SecretString;
use uuid::Uuid;

use super::extract::{Json, Path};
use super::session::current;
use crate::app::App;
use crate::context::RequestContext;
use crate::error::AppResult;
use crate::identity::Client;

/// Keeps language and theme.
#[utoipa::path(patch, path = "/api/v1/account/preferences", operation_id = "change_preferences", tag = "account",
    request_body = Preferences, responses((status = 200, body = CurrentUser)))]
pub async fn change_preferences(
    State(app): State<App>,
    context: RequestContext,
    Json(chosen): Json<Preferences>,
) -> AppResult<Json<CurrentUser>> {
    let user = app.identity.change_preferences(&context, &chosen).await?;
    Ok(Json(current(user, &context.actor)))
}

/// Changes the own password; every other session ends.
#[utoipa::path(post, path = "/api/v1/account/password", operation_id = "change_password", tag = "account",
    request_body = ChangePasswordRequest, responses((status = 204, description = "changed")))]
pub async fn change_password(
    State(app): State<App>,
    context: RequestContext,
    client: Client,
    Json(request): Json<ChangePasswordRequest>,
) -> AppResult<StatusCode> {
    let current = SecretString::from(request.current_password);
    let new = SecretString::from(request.new_password);
    app.identity.change_password(&context, &client, current, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The own sessions, newest use first.
#[utoipa::path(get, path = "/api/v1/account/sessions", operation_id = "list_sessions", tag = "account",
    responses((status = 200, body = Collection<Session>)))]
pub async fn list_sessions(State(app): State<App>, context: RequestContext) -> AppResult<Json<Collection<Session>>> {
    Ok(Json(Collection::complete(app.identity.list_sessions(&context).await?)))
}

/// Ends one of the own sessions.
#[utoipa::path(delete, path = "/api/v1/account/sessions/{id}", operation_id = "end_session", tag = "account",
    params(("id" = String, Path, description = "the session's id")),
    responses((status = 204, description = "ended")))]
pub async fn end_session(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<Uuid>,
) -> AppResult<StatusCode> {
    app.identity.end_session(&context, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every own session but the one that asks.
#[utoipa::path(delete, path = "/api/v1/account/sessions", operation_id = "end_other_sessions", tag = "account",
    responses((status = 204, description = "ended")))]
pub async fn end_other_sessions(State(app): State<App>, context: RequestContext) -> AppResult<StatusCode> {
    app.identity.end_other_sessions(&context).await?;
    Ok(StatusCode::NO_CONTENT)
}
