//! Roles: what may be granted.

use axum::extract::State;
use http::StatusCode;
use muster_api::Collection;
use muster_api::access::{Effective, Role, RoleRequest};
use muster_api::problem::Problem;

use super::extract::{Json, Path};
use super::notes;
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;

/// Every role, the built-in ones first.
#[utoipa::path(get, path = "/api/v1/roles", operation_id = "list_roles", tag = "access",
    responses((status = 200, body = Collection<Role>)))]
pub async fn list_roles(State(app): State<App>, context: RequestContext) -> AppResult<Json<Collection<Role>>> {
    Ok(Json(Collection::complete(app.access.list_roles(&context))))
}

/// Makes a role. Nobody writes more into one than he has himself.
#[utoipa::path(post, path = "/api/v1/roles", operation_id = "create_role", tag = "access",
    request_body = RoleRequest,
    responses(
        (status = 201, body = Role),
        (status = 403, description = "more than one has oneself", body = Problem),
        (status = 409, description = "the name is taken", body = Problem),
    ))]
pub async fn create_role(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Json(request): Json<RoleRequest>,
) -> AppResult<(StatusCode, Json<Role>)> {
    note.named(request.name.as_str());
    let made = app.access.create_role(&context, request).await?;
    notes::role(&note, None, Some(&made));
    Ok((StatusCode::CREATED, Json(made)))
}

/// What a role would allow, with everything that it includes.
#[utoipa::path(post, path = "/api/v1/roles/preview", operation_id = "preview_role", tag = "access",
    request_body = RoleRequest, responses((status = 200, body = Effective)))]
pub async fn preview_role(
    State(app): State<App>,
    context: RequestContext,
    Json(request): Json<RoleRequest>,
) -> AppResult<Json<Effective>> {
    Ok(Json(app.access.preview_role(&context, &request)?))
}

/// One role, by id or name.
#[utoipa::path(get, path = "/api/v1/roles/{role}", operation_id = "read_role", tag = "access",
    params(("role" = String, Path, description = "id or name")),
    responses((status = 200, body = Role), (status = 404, body = Problem)))]
pub async fn read_role(
    State(app): State<App>,
    context: RequestContext,
    Path(role): Path<String>,
) -> AppResult<Json<Role>> {
    Ok(Json(app.access.read_role(&context, &role)?))
}

/// Replaces a role; whoever has it has the new one from now on.
#[utoipa::path(put, path = "/api/v1/roles/{role}", operation_id = "replace_role", tag = "access",
    params(("role" = String, Path, description = "id or name")),
    request_body = RoleRequest,
    responses((status = 200, body = Role), (status = 409, description = "built-in, or the name is taken", body = Problem)))]
pub async fn replace_role(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(role): Path<String>,
    Json(request): Json<RoleRequest>,
) -> AppResult<Json<Role>> {
    let before = app.access.read_role(&context, &role)?;
    note.named(before.name.as_str());
    let after = app.access.replace_role(&context, &role, request).await?;
    notes::role(&note, Some(&before), Some(&after));
    Ok(Json(after))
}

/// Removes a role that nobody has.
#[utoipa::path(delete, path = "/api/v1/roles/{role}", operation_id = "delete_role", tag = "access",
    params(("role" = String, Path, description = "id or name")),
    responses((status = 204, description = "removed"), (status = 409, description = "built-in, or in use", body = Problem)))]
pub async fn delete_role(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(role): Path<String>,
) -> AppResult<StatusCode> {
    let before = app.access.read_role(&context, &role)?;
    notes::role(&note, Some(&before), None);
    app.access.delete_role(&context, &role).await?;
    Ok(StatusCode::NO_CONTENT)
}
