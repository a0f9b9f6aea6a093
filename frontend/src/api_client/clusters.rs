//! Registered clusters.

use super::{ApiResult, request};
use crate::routes::encode;
use muster_api::Collection;
use muster_api::cluster::{
    Cluster, ClusterOverview, CreateClusterRequest, InspectKubeconfigRequest, KubeconfigContext, UpdateClusterRequest,
};
use muster_api::kubeconfig::CreateKubeconfigRequest;

/// All that I may see.
pub async fn list() -> ApiResult<Collection<Cluster>> {
    request::get("/clusters").await
}

/// One, by id or name.
pub async fn read(cluster: &str) -> ApiResult<Cluster> {
    request::get(&path(cluster)).await
}

/// Registers one.
pub async fn create(body: &CreateClusterRequest) -> ApiResult<Cluster> {
    request::post("/clusters", body).await
}

/// Changes name or labels.
pub async fn update(cluster: &str, body: &UpdateClusterRequest) -> ApiResult<Cluster> {
    request::patch(&path(cluster), body).await
}

/// Forgets one; nothing in the cluster itself changes.
pub async fn remove(cluster: &str) -> ApiResult<()> {
    request::delete(&path(cluster)).await
}

/// Checks its health now.
pub async fn check(cluster: &str) -> ApiResult<Cluster> {
    request::post(&format!("{}/check", path(cluster)), &serde_json::json!({})).await
}

/// Nodes, capacity, what is unhealthy.
pub async fn overview(cluster: &str) -> ApiResult<ClusterOverview> {
    request::get(&format!("{}/overview", path(cluster))).await
}

/// The contexts of a kubeconfig, which is not kept.
pub async fn inspect_kubeconfig(kubeconfig: String) -> ApiResult<Collection<KubeconfigContext>> {
    request::post("/kubeconfig/inspect", &InspectKubeconfigRequest { kubeconfig }).await
}

pub(super) fn path(cluster: &str) -> String {
    format!("/clusters/{}", encode(cluster))
}

/// A kubeconfig that leads through this console, with a new token in it, as a file's text.
pub async fn kubeconfig_with_token(cluster: &str, body: &CreateKubeconfigRequest) -> ApiResult<String> {
    request::post_text(&format!("{}/kubeconfig", path(cluster)), body).await
}

/// The same without a token: whoever uses it puts one in.
pub async fn kubeconfig(cluster: &str) -> ApiResult<String> {
    request::get_text(&format!("{}/kubeconfig", path(cluster))).await
}
