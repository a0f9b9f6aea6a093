//! Bindings: who has which role within what.

use axum::extract::State;
use http::StatusCode;
use muster_api::Collection;
use muster_api::access::{Binding, BindingRequest};
use muster_api::problem::Problem;
use serde::Deserialize;
use uuid::Uuid;

use super::extract::{Json, Path, Query};
use super::notes;
use crate::access::BindingQuery;
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;

/// What limits the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BindingsQuery {
    subject: Option<Uuid>,
    role: Option<Uuid>,
    cluster: Option<Uuid>,
    project: Option<Uuid>,
}

/// The bindings that the asker may manage, and his own; newest first.
#[utoipa::path(get, path = "/api/v1/bindings", operation_id = "list_bindings", tag = "access",
    params(
        ("subject" = Option<String>, Query, description = "id of a user or group"),
        ("role" = Option<String>, Query, description = "id of a role"),
        ("cluster" = Option<String>, Query, description = "id of a cluster that they concern"),
        ("project" = Option<String>, Query, description = "id of a project"),
    ),
    responses((status = 200, body = Collection<Binding>)))]
pub async fn list_bindings(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<BindingsQuery>,
) -> AppResult<Json<Collection<Binding>>> {
    let query = BindingQuery {
        id: None,
        subject: query.subject,
        role: query.role,
        cluster: query.cluster,
        project: query.project,
    };
    Ok(Json(Collection::complete(
        app.access.list_bindings(&context, &query).await?,
    )))
}

/// Grants a role. Nobody grants more than he has.
#[utoipa::path(post, path = "/api/v1/bindings", operation_id = "create_binding", tag = "access",
    request_body = BindingRequest,
    responses(
        (status = 201, body = Binding),
        (status = 403, description = "more than one has oneself, or not one's to grant", body = Problem),
        (status = 409, description = "it is granted already", body = Problem),
        (status = 422, description = "something is wrong; the problem names the field", body = Problem),
    ))]
pub async fn create_binding(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Json(request): Json<BindingRequest>,
) -> AppResult<(StatusCode, Json<Binding>)> {
    notes::grant_asked(&note, &request);
    let subject = app.identity.subject(&context, &request.subject).await?;
    let binding = app.access.grant(&context, subject, &request).await?;
    notes::binding(&note, &binding);
    Ok((StatusCode::CREATED, Json(binding)))
}

/// Revokes a binding; what it gave ends in every cluster at once.
#[utoipa::path(delete, path = "/api/v1/bindings/{binding}", operation_id = "delete_binding", tag = "access",
    params(("binding" = String, Path, description = "the binding's id")),
    responses((status = 204, description = "revoked"), (status = 404, body = Problem)))]
pub async fn delete_binding(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(binding): Path<Uuid>,
) -> AppResult<StatusCode> {
    let query = BindingQuery {
        id: Some(binding),
        ..BindingQuery::default()
    };
    for known in app.access.list_bindings(&context, &query).await? {
        notes::binding(&note, &known);
    }
    app.access.revoke(&context, binding).await?;
    Ok(StatusCode::NO_CONTENT)
}
