//! Users of the console.

use super::{ApiResult, request};
use crate::routes::encode;
use muster_api::Collection;
use muster_api::access::{AccountLook, CreateUserRequest, UpdateUserRequest, User};

/// All of them.
pub async fn list() -> ApiResult<Collection<User>> {
    request::get("/users").await
}

/// One.
pub async fn read(user: &str) -> ApiResult<User> {
    request::get(&path(user)).await
}

/// Makes a local one.
pub async fn create(body: &CreateUserRequest) -> ApiResult<User> {
    request::post("/users", body).await
}

/// Changes one.
pub async fn update(user: &str, body: &UpdateUserRequest) -> ApiResult<User> {
    request::patch(&path(user), body).await
}

/// Removes one, with bindings, sessions and tokens.
pub async fn remove(user: &str) -> ApiResult<()> {
    request::delete(&path(user)).await
}

/// Reads presence and groups from the provider now, and says what came of it.
pub async fn refresh(user: &str) -> ApiResult<AccountLook> {
    request::post(&format!("{}/refresh", path(user)), &serde_json::json!({})).await
}

/// Ends every session of the user.
pub async fn end_sessions(user: &str) -> ApiResult<()> {
    request::delete(&format!("{}/sessions", path(user))).await
}

fn path(user: &str) -> String {
    format!("/users/{}", encode(user))
}
