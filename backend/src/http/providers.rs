//! Identity providers for those who manage them, and what the sign-in page offers.

use axum::extract::State;
use http::StatusCode;
use muster_api::problem::Problem;
use muster_api::provider::{Provider, ProviderRequest, ProviderSecrets, ProviderTest, ProviderTestRequest, Providers};
use uuid::Uuid;

use super::extract::{Json, Path};
use super::{notes, sign_in};
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;

/// Every provider, by name, and the address that they send browsers back to. Secrets are never in it.
#[utoipa::path(get, path = "/api/v1/providers", operation_id = "list_providers", tag = "providers",
    responses((status = 200, body = Providers)))]
pub async fn list_providers(State(app): State<App>, context: RequestContext) -> AppResult<Json<Providers>> {
    let items = app.identity.list_providers(&context).await?;
    Ok(Json(Providers {
        total: items.len() as u64,
        items,
        callback_url: sign_in::callback(&app)?.to_string(),
    }))
}

/// Adds a provider.
#[utoipa::path(post, path = "/api/v1/providers", operation_id = "create_provider", tag = "providers",
    request_body = ProviderRequest,
    responses(
        (status = 201, body = Provider),
        (status = 409, description = "the name is taken", body = Problem),
        (status = 422, description = "something is wrong; the problem names the field", body = Problem),
    ))]
pub async fn create_provider(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Json(request): Json<ProviderRequest>,
) -> AppResult<(StatusCode, Json<Provider>)> {
    note.named(request.name.as_str());
    let provider = app.identity.create_provider(&context, &request).await?;
    notes::provider(&note, None, Some(&provider), &request.secrets);
    Ok((StatusCode::CREATED, Json(provider)))
}

/// Tries settings without keeping them: connects, finds a person, shows the groups, and says what each error means.
#[utoipa::path(post, path = "/api/v1/providers/test", operation_id = "test_provider", tag = "providers",
    request_body = ProviderTestRequest,
    responses((status = 200, body = ProviderTest), (status = 422, body = Problem)))]
pub async fn test_provider(
    State(app): State<App>,
    context: RequestContext,
    Json(request): Json<ProviderTestRequest>,
) -> AppResult<Json<ProviderTest>> {
    Ok(Json(app.identity.test_provider(&context, request).await?))
}

/// One provider.
#[utoipa::path(get, path = "/api/v1/providers/{provider}", operation_id = "read_provider", tag = "providers",
    params(("provider" = String, Path, description = "the provider's id")),
    responses((status = 200, body = Provider), (status = 404, body = Problem)))]
pub async fn read_provider(
    State(app): State<App>,
    context: RequestContext,
    Path(provider): Path<Uuid>,
) -> AppResult<Json<Provider>> {
    Ok(Json(app.identity.read_provider(&context, provider).await?))
}

/// Replaces what a provider is. Turning it off ends the sessions of everyone who came by it. Whoever changes the provider
/// that he came by himself confirms it within five minutes, by signing in again; else it is taken back.
#[utoipa::path(put, path = "/api/v1/providers/{provider}", operation_id = "replace_provider", tag = "providers",
    params(("provider" = String, Path, description = "the provider's id")),
    request_body = ProviderRequest,
    responses((status = 200, body = Provider), (status = 404, body = Problem)))]
pub async fn replace_provider(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(provider): Path<Uuid>,
    Json(request): Json<ProviderRequest>,
) -> AppResult<Json<Provider>> {
    let before = app.identity.read_provider(&context, provider).await?;
    note.named(before.name.as_str());
    let after = app.identity.replace_provider(&context, provider, &request).await?;
    notes::provider(&note, Some(&before), Some(&after), &request.secrets);
    Ok(Json(after))
}

/// Keeps a change that waits to be confirmed.
#[utoipa::path(post, path = "/api/v1/providers/{provider}/confirm", operation_id = "confirm_provider",
    tag = "providers", params(("provider" = String, Path, description = "the provider's id")),
    responses((status = 200, body = Provider), (status = 403, description = "sign in again first", body = Problem)))]
pub async fn confirm_provider(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(provider): Path<Uuid>,
) -> AppResult<Json<Provider>> {
    note.detail("confirmed", true);
    note.named(app.identity.read_provider(&context, provider).await?.name);
    Ok(Json(app.identity.confirm_provider(&context, provider).await?))
}

/// Removes a provider with everyone who came by it, and what is granted to them.
#[utoipa::path(delete, path = "/api/v1/providers/{provider}", operation_id = "delete_provider", tag = "providers",
    params(("provider" = String, Path, description = "the provider's id")),
    responses((status = 204, description = "removed"), (status = 404, body = Problem)))]
pub async fn delete_provider(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path(provider): Path<Uuid>,
) -> AppResult<StatusCode> {
    // One whose secrets cannot be opened any more can still be removed.
    let before = app.identity.read_provider(&context, provider).await.ok();
    notes::provider(&note, before.as_ref(), None, &ProviderSecrets::default());
    app.identity.delete_provider(&context, provider).await?;
    app.access.refresh(&context).await?;
    Ok(StatusCode::NO_CONTENT)
}
