//! Projects: named sets of namespaces.

use axum::extract::State;
use http::StatusCode;
use muster_api::Collection;
use muster_api::access::{Project, ProjectRequest};
use muster_api::problem::Problem;
use serde::Deserialize;

use super::extract::{Json, Path, Query};
use super::notes;
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;

/// What limits the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProjectsQuery {
    cluster: Option<String>,
}

/// The projects that the asker sees, by name.
#[utoipa::path(get, path = "/api/v1/projects", operation_id = "list_projects", tag = "access",
    params(("cluster" = Option<String>, Query, description = "id or name")),
    responses((status = 200, body = Collection<Project>)))]
pub async fn list_projects(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ProjectsQuery>,
) -> AppResult<Json<Collection<Project>>> {
    let projects = app.access.list_projects(&context, query.cluster.as_deref())?;
    Ok(Json(Collection::complete(projects)))
}

/// Makes a project. Namespaces that do not exist yet belong to it as soon as they do.
#[utoipa::path(post, path = "/api/v1/projects", operation_id = "create_project", tag = "access",
    request_body = ProjectRequest,
    responses((status = 201, body = Project), (status = 409, description = "the name is taken", body = Problem)))]
pub async fn create_project(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Json(request): Json<ProjectRequest>,
) -> AppResult<(StatusCode, Json<Project>)> {
    note.named(request.name.as_str());
    let made = app.access.create_project(&context, request).await?;
    notes::project(&note, None, Some(&made));
    Ok((StatusCode::CREATED, Json(made)))
}

/// One project.
#[utoipa::path(get, path = "/api/v1/projects/{project}", operation_id = "read_project", tag = "access",
    params(("project" = String, Path, description = "the project's id")),
    responses((status = 200, body = Project), (status = 404, body = Problem)))]
pub async fn read_project(
    State(app): State<App>,
    context: RequestContext,
    Path(project): Path<String>,
) -> AppResult<Json<Project>> {
    Ok(Json(app.access.read_project(&context, &project)?))
}

/// Replaces a project. Which namespaces it has, and what they may use, is for whoever manages projects in the cluster.
#[utoipa::path(put, path = "/api/v1/projects/{project}", operation_id = "replace_project", tag = "access",
    params(("project" = String, Path, description = "the project's id")),
    request_body = ProjectRequest,
    responses((status = 200, body = Project), (status = 404, body = Problem)))]
pub async fn replace_project(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(project): Path<String>,
    Json(request): Json<ProjectRequest>,
) -> AppResult<Json<Project>> {
    let before = app.access.read_project(&context, &project)?;
    note.named(before.name.as_str());
    let after = app.access.replace_project(&context, &project, request).await?;
    notes::project(&note, Some(&before), Some(&after));
    Ok(Json(after))
}

/// Removes a project and revokes its bindings; its namespaces and what runs in them stay.
#[utoipa::path(delete, path = "/api/v1/projects/{project}", operation_id = "delete_project", tag = "access",
    params(("project" = String, Path, description = "the project's id")),
    responses((status = 204, description = "removed"), (status = 404, body = Problem)))]
pub async fn delete_project(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(project): Path<String>,
) -> AppResult<StatusCode> {
    let before = app.access.read_project(&context, &project)?;
    notes::project(&note, Some(&before), None);
    app.access.delete_project(&context, &project).await?;
    Ok(StatusCode::NO_CONTENT)
}
