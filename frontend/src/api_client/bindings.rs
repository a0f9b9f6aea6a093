//! Bindings: who has which role where.

use super::{ApiResult, request};
use crate::routes::{encode, query};
use muster_api::Collection;
use muster_api::access::{Binding, BindingRequest};

/// Which bindings; an empty text does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BindingFilter {
    /// The id of a person or group.
    pub subject: String,
    /// The id of a role.
    pub role: String,
    /// The id of a cluster.
    pub cluster: String,
    /// The id of a project.
    pub project: String,
}

/// Those that I may see.
pub async fn list(filter: &BindingFilter) -> ApiResult<Collection<Binding>> {
    let query = query(&[
        ("subject", &filter.subject),
        ("role", &filter.role),
        ("cluster", &filter.cluster),
        ("project", &filter.project),
    ]);
    request::get(&format!("/bindings?{query}")).await
}

/// Grants a role.
pub async fn create(body: &BindingRequest) -> ApiResult<()> {
    request::post_nothing("/bindings", body).await
}

/// Takes a role back.
pub async fn remove(binding: &str) -> ApiResult<()> {
    request::delete(&format!("/bindings/{}", encode(binding))).await
}
