//! Projects: named sets of namespaces.

use super::{ApiResult, request};
use crate::routes::{encode, query};
use muster_api::Collection;
use muster_api::access::{Project, ProjectRequest};

/// Those of a cluster; of every cluster when it is empty.
pub async fn list(cluster: &str) -> ApiResult<Collection<Project>> {
    request::get(&format!("/projects?{}", query(&[("cluster", cluster)]))).await
}

/// Makes one.
pub async fn create(body: &ProjectRequest) -> ApiResult<Project> {
    request::post("/projects", body).await
}

/// Replaces what it is.
pub async fn replace(project: &str, body: &ProjectRequest) -> ApiResult<Project> {
    request::put(&format!("/projects/{}", encode(project)), body).await
}

/// Removes one; its namespaces stay.
pub async fn remove(project: &str) -> ApiResult<()> {
    request::delete(&format!("/projects/{}", encode(project))).await
}
