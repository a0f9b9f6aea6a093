//! Users, groups, and the search for either.

use axum::extract::State;
use http::StatusCode;
use muster_api::Collection;
use muster_api::access::{AccountLook, CreateUserRequest, Group, PrincipalSearch, UpdateUserRequest, User};
use muster_api::problem::Problem;
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::notes;
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrincipalsQuery {
    text: String,
}

/// Every user, by name.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "list_users", tag = "people",
    responses((status = 200, body = Collection<User>)))]
pub async fn list_users(State(app): State<App>, context: RequestContext) -> AppResult<Json<Collection<User>>> {
    Ok(Json(Collection::complete(app.identity.list_users(&context).await?)))
}

/// Makes a local user. Only administrators make administrators.
#[utoipa::path(post, path = "/api/v1/users", operation_id = "create_user", tag = "people",
    request_body = CreateUserRequest,
    responses((status = 201, body = User), (status = 409, description = "the name is taken", body = Problem)))]
pub async fn create_user(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Json(request): Json<CreateUserRequest>,
) -> AppResult<(StatusCode, Json<User>)> {
    note.named(request.name.as_str());
    let made = app.identity.add_user(&context, request).await?;
    notes::user_changed(&note, None, Some(&made));
    Ok((StatusCode::CREATED, Json(made)))
}

/// One user.
#[utoipa::path(get, path = "/api/v1/users/{user}", operation_id = "read_user", tag = "people",
    params(("user" = String, Path, description = "the user's id")),
    responses((status = 200, body = User), (status = 404, body = Problem)))]
pub async fn read_user(
    State(app): State<App>,
    context: RequestContext,
    Path(user): Path<Uuid>,
) -> AppResult<Json<User>> {
    Ok(Json(app.identity.read_user(&context, user).await?))
}

/// Changes a user. Disabling, and a new password, end every session at once. Nobody sets the password of somebody who may
/// do more than himself.
#[utoipa::path(patch, path = "/api/v1/users/{user}", operation_id = "change_user", tag = "people",
    params(("user" = String, Path, description = "the user's id")),
    request_body = UpdateUserRequest,
    responses((status = 200, body = User), (status = 404, body = Problem)))]
pub async fn change_user(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(user): Path<Uuid>,
    Json(request): Json<UpdateUserRequest>,
) -> AppResult<Json<User>> {
    let changed = app.actor_by_id(user).await?;
    app.access
        .ensure_may_change(&context, &changed, request.password.is_some())?;
    let before = app.identity.read_user(&context, user).await?;
    notes::user(&note, &before);
    notes::user_asked(&note, &request);
    let after = app.identity.update_user(&context, user, request).await?;
    notes::user_changed(&note, Some(&before), Some(&after));
    Ok(Json(after))
}

/// Removes a user with sessions, tokens and bindings.
#[utoipa::path(delete, path = "/api/v1/users/{user}", operation_id = "delete_user", tag = "people",
    params(("user" = String, Path, description = "the user's id")),
    responses((status = 204, description = "removed"), (status = 404, body = Problem)))]
pub async fn delete_user(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(user): Path<Uuid>,
) -> AppResult<StatusCode> {
    app.access
        .ensure_may_change(&context, &app.actor_by_id(user).await?, false)?;
    let before = app.identity.read_user(&context, user).await?;
    notes::user_changed(&note, Some(&before), None);
    app.identity.delete_user(&context, user).await?;
    app.access.refresh(&context).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of a user.
#[utoipa::path(delete, path = "/api/v1/users/{user}/sessions", operation_id = "end_sessions_of_user", tag = "people",
    params(("user" = String, Path, description = "the user's id")),
    responses((status = 204, description = "ended"), (status = 404, body = Problem)))]
pub async fn end_sessions(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(user): Path<Uuid>,
) -> AppResult<StatusCode> {
    app.access
        .ensure_may_change(&context, &app.actor_by_id(user).await?, false)?;
    notes::user(&note, &app.identity.read_user(&context, user).await?);
    note.detail("sessionsEnded", true);
    app.identity.end_sessions_of(&context, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks at the user's account at its provider now, and says what came of it.
#[utoipa::path(post, path = "/api/v1/users/{user}/refresh", operation_id = "refresh_user", tag = "people",
    params(("user" = String, Path, description = "the user's id")),
    responses((status = 200, body = AccountLook), (status = 404, body = Problem)))]
pub async fn refresh_user(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(user): Path<Uuid>,
) -> AppResult<Json<AccountLook>> {
    notes::user(&note, &app.identity.read_user(&context, user).await?);
    let look = app.identity.refresh_user(&context, user).await?;
    notes::looked(&note, &look);
    Ok(Json(look))
}

/// Every group that the console knows, by name.
#[utoipa::path(get, path = "/api/v1/groups", operation_id = "list_groups", tag = "people",
    responses((status = 200, body = Collection<Group>)))]
pub async fn list_groups(State(app): State<App>, context: RequestContext) -> AppResult<Json<Collection<Group>>> {
    Ok(Json(Collection::complete(app.identity.list_groups(&context).await?)))
}

/// People and groups by a part of their names, of the console and of every provider; at most 20 of each.
#[utoipa::path(get, path = "/api/v1/principals", operation_id = "search_principals", tag = "people",
    params(("text" = String, Query, description = "at least two characters")),
    responses((status = 200, body = PrincipalSearch)))]
pub async fn search_principals(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<PrincipalsQuery>,
) -> AppResult<Json<PrincipalSearch>> {
    Ok(Json(app.identity.search_principals(&context, &query.text).await?))
}
