//! My password, sessions and API tokens.

use super::{ApiResult, request};
use crate::routes::encode;
use muster_api::Collection;
use muster_api::account::{ChangePasswordRequest, CreateTokenRequest, CreatedToken, Session, Token};

/// Changes my password.
pub async fn change_password(body: &ChangePasswordRequest) -> ApiResult<()> {
    request::post_nothing("/account/password", body).await
}

/// My sessions.
pub async fn list_sessions() -> ApiResult<Collection<Session>> {
    request::get("/account/sessions").await
}

/// Ends one of my sessions.
pub async fn end_session(id: &str) -> ApiResult<()> {
    request::delete(&format!("/account/sessions/{}", encode(id))).await
}

/// Ends all my sessions but this one.
pub async fn end_other_sessions() -> ApiResult<()> {
    request::delete("/account/sessions").await
}

/// My API tokens.
pub async fn list_tokens() -> ApiResult<Collection<Token>> {
    request::get("/account/tokens").await
}

/// Makes an API token; the answer alone holds its secret.
pub async fn create_token(body: &CreateTokenRequest) -> ApiResult<CreatedToken> {
    request::post("/account/tokens", body).await
}

/// Takes an API token back.
pub async fn delete_token(id: &str) -> ApiResult<()> {
    request::delete(&format!("/account/tokens/{}", encode(id))).await
}
