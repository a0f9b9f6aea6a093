//! My API tokens.

use axum::extract::State;
use http::StatusCode;
use muster_api::Collection;
use muster_api::account::{CreateTokenRequest, CreatedToken, Token};
use uuid::Uuid;

use super::extract::{Json, Path};
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;

/// The own API tokens, newest first; those that expired stay in the list for a week.
#[utoipa::path(get, path = "/api/v1/account/tokens", operation_id = "list_tokens", tag = "account",
    responses((status = 200, body = Collection<Token>)))]
pub async fn list_tokens(State(app): State<App>, context: RequestContext) -> AppResult<Json<Collection<Token>>> {
    Ok(Json(Collection::complete(app.identity.list_tokens(&context).await?)))
}

/// Makes an API token, for everything that its owner may, or for less: for some
/// clusters or projects only, or only to read. Its secret is in this answer and never shown again.
#[utoipa::path(post, path = "/api/v1/account/tokens", operation_id = "create_token", tag = "account",
    request_body = CreateTokenRequest, responses((status = 201, body = CreatedToken)))]
pub async fn create_token(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Json(mut request): Json<CreateTokenRequest>,
) -> AppResult<(StatusCode, Json<CreatedToken>)> {
    let clusters = app.clusters.ids(&context, &request.clusters)?;
    request.clusters = clusters.iter().map(Uuid::to_string).collect();
    app.access.check_projects(&context, &request.projects, None)?;
    let created = app.identity.create_token(&context, &request).await?;
    note.named(created.token.id.as_str());
    note.detail("token", created.token.name.as_str());
    note.detail("expiresAt", created.token.expires_at.as_str());
    Ok((StatusCode::CREATED, Json(created)))
}

/// Deletes one of the own tokens; it stops working at once.
#[utoipa::path(delete, path = "/api/v1/account/tokens/{id}", operation_id = "delete_token", tag = "account",
    params(("id" = String, Path, description = "the token's id")),
    responses((status = 204, description = "deleted")))]
pub async fn delete_token(
    State(app): State<App>,
    context: RequestContext,
    Path(id): Path<Uuid>,
) -> AppResult<StatusCode> {
    app.identity.delete_token(&context, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
