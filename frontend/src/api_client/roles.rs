//! Roles.

use super::{ApiResult, request};
use crate::routes::encode;
use muster_api::Collection;
use muster_api::access::{Effective, Role, RoleRequest};

/// All of them, built-in ones first.
pub async fn list() -> ApiResult<Collection<Role>> {
    request::get("/roles").await
}

/// Makes one.
pub async fn create(body: &RoleRequest) -> ApiResult<Role> {
    request::post("/roles", body).await
}

/// Replaces what it is.
pub async fn replace(role: &str, body: &RoleRequest) -> ApiResult<Role> {
    request::put(&format!("/roles/{}", encode(role)), body).await
}

/// Removes one.
pub async fn remove(role: &str) -> ApiResult<()> {
    request::delete(&format!("/roles/{}", encode(role))).await
}

/// What a role would allow.
pub async fn preview(body: &RoleRequest) -> ApiResult<Effective> {
    request::post("/roles/preview", body).await
}
