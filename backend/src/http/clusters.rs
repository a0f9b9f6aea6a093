//! Registered clusters and their overview.

use axum::extract::State;
use http::StatusCode;
use muster_api::Collection;
use muster_api::access::Permission;
use muster_api::cluster::{Cluster, ClusterOverview, CreateClusterRequest, UpdateClusterRequest};
use muster_api::problem::Problem;

use super::extract::{Json, Path};
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::AppResult;

/// Every cluster, by name.
#[utoipa::path(get, path = "/api/v1/clusters", operation_id = "list_clusters", tag = "clusters",
    responses((status = 200, body = Collection<Cluster>)))]
pub async fn list_clusters(State(app): State<App>, context: RequestContext) -> AppResult<Json<Collection<Cluster>>> {
    Ok(Json(Collection::complete(app.clusters.list(&context))))
}

/// Registers a cluster, by kubeconfig or by address and token. The connection is tried first; what does not work is said
/// at the field, with the reason.
#[utoipa::path(post, path = "/api/v1/clusters", operation_id = "create_cluster", tag = "clusters",
    request_body = CreateClusterRequest,
    responses(
        (status = 201, body = Cluster),
        (status = 409, description = "the name is taken", body = Problem),
        (status = 422, description = "something is wrong, or the cluster cannot be reached", body = Problem),
    ))]
pub async fn create_cluster(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Json(request): Json<CreateClusterRequest>,
) -> AppResult<(StatusCode, Json<Cluster>)> {
    let created = app.clusters.create(&context, request).await?;
    note.cluster(&created.id, &created.name);
    note.detail("url", created.url.as_str());
    app.access.welcome_cluster(&context, &created).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// One cluster, by id or name.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}", operation_id = "read_cluster", tag = "clusters",
    params(("cluster" = String, Path, description = "id or name")),
    responses((status = 200, body = Cluster), (status = 404, body = Problem)))]
pub async fn read_cluster(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
) -> AppResult<Json<Cluster>> {
    Ok(Json(app.clusters.get(&context, &cluster)?))
}

/// Renames or relabels a cluster.
#[utoipa::path(patch, path = "/api/v1/clusters/{cluster}", operation_id = "change_cluster", tag = "clusters",
    params(("cluster" = String, Path, description = "id or name")),
    request_body = UpdateClusterRequest,
    responses((status = 200, body = Cluster), (status = 409, description = "the name is taken", body = Problem)))]
pub async fn change_cluster(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
    note: AuditNote,
    Json(request): Json<UpdateClusterRequest>,
) -> AppResult<Json<Cluster>> {
    let id = app
        .access
        .require_cluster(&context, Permission::ManageClusters, &cluster)?;
    if let Some(labels) = &request.labels {
        app.access.ensure_may_relabel(&context, id, labels)?;
    }
    let changed = app.clusters.update(&context, &cluster, request).await?;
    note.detail("name", changed.name.as_str());
    Ok(Json(changed))
}

/// Removes a cluster from the console, with its credentials. In the cluster itself, only the roles and bindings that this
/// console wrote are removed; one that cannot be reached is forgotten all the same.
#[utoipa::path(delete, path = "/api/v1/clusters/{cluster}", operation_id = "remove_cluster", tag = "clusters",
    params(("cluster" = String, Path, description = "id or name")),
    responses((status = 204, description = "removed")))]
pub async fn remove_cluster(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
) -> AppResult<StatusCode> {
    let id = app
        .access
        .require_cluster(&context, Permission::ManageClusters, &cluster)?;
    app.access.leave_cluster(&context, id).await;
    app.clusters.remove(&context, &cluster).await?;
    app.access.refresh(&context).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks a cluster's health now.
#[utoipa::path(post, path = "/api/v1/clusters/{cluster}/check", operation_id = "check_cluster", tag = "clusters",
    params(("cluster" = String, Path, description = "id or name")),
    responses((status = 200, body = Cluster)))]
pub async fn check_cluster(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
) -> AppResult<Json<Cluster>> {
    Ok(Json(app.clusters.check(&context, &cluster).await?))
}

/// A cluster's first page: nodes, capacity, workloads, and what is unhealthy.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/overview", operation_id = "read_overview", tag = "clusters",
    params(("cluster" = String, Path, description = "id or name")),
    responses((status = 200, body = ClusterOverview), (status = 404, body = Problem)))]
pub async fn read_overview(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
) -> AppResult<Json<ClusterOverview>> {
    Ok(Json(app.tables.overview(&context, &cluster).await?))
}
