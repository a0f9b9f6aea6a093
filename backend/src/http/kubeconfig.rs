//! Kubeconfigs: looking into one before a cluster is added, and giving one that leads through the console.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use muster_api::Collection;
use muster_api::account::CreateTokenRequest;
use muster_api::cluster::{Cluster, InspectKubeconfigRequest, KubeconfigContext};
use muster_api::kubeconfig::{CreateKubeconfigRequest, USUAL_LIFETIME_SECONDS};
use muster_api::problem::Problem;

use super::extract::{Json, Path};
use crate::app::App;
use crate::clusters::kubeconfig::Kubeconfig;
use crate::clusters::kubeconfig_file::KubeconfigFile;
use crate::context::RequestContext;
use crate::error::{AppError, AppResult};

/// The contexts of a kubeconfig, each with the reason when it cannot be used. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/kubeconfig/inspect", operation_id = "inspect_kubeconfig", tag = "clusters",
    request_body = InspectKubeconfigRequest,
    responses(
        (status = 200, body = Collection<KubeconfigContext>),
        (status = 422, description = "it is no kubeconfig; the problem names line and column", body = Problem),
    ))]
pub async fn inspect_kubeconfig(
    Json(request): Json<InspectKubeconfigRequest>,
) -> AppResult<Json<Collection<KubeconfigContext>>> {
    let kubeconfig = Kubeconfig::parse(&request.kubeconfig)
        .map_err(|error| AppError::invalid_fields(vec![error.field_problem()]))?;
    Ok(Json(Collection::complete(kubeconfig.contexts())))
}

/// A kubeconfig that leads to the cluster through the console, without a token: it says where to put one's own. Reading
/// changes nothing; `POST` makes a kubeconfig with a token.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/kubeconfig", operation_id = "read_kubeconfig", tag = "clusters",
    params(("cluster" = String, Path, description = "id or name")),
    responses(
        (status = 200, description = "a file", body = String, content_type = "application/yaml"),
        (status = 404, body = Problem),
    ))]
pub async fn read_kubeconfig(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
) -> AppResult<Response> {
    let cluster = app.clusters.get(&context, &cluster)?;
    Ok(download(StatusCode::OK, &app, &context, &cluster, None))
}

/// A kubeconfig that leads to the cluster through the console, with a new API token of one's own in it. The token works
/// for this cluster only, or for some projects of it, is in this answer and never shown again.
#[utoipa::path(post, path = "/api/v1/clusters/{cluster}/kubeconfig", operation_id = "create_kubeconfig", tag = "clusters",
    params(("cluster" = String, Path, description = "id or name")),
    request_body = CreateKubeconfigRequest,
    responses(
        (status = 201, description = "a file", body = String, content_type = "application/yaml"),
        (status = 404, body = Problem),
        (status = 422, description = "name or lifetime are wrong", body = Problem),
    ))]
pub async fn create_kubeconfig(
    State(app): State<App>,
    context: RequestContext,
    Path(cluster): Path<String>,
    Json(request): Json<CreateKubeconfigRequest>,
) -> AppResult<Response> {
    let cluster = app.clusters.get(&context, &cluster)?;
    let day = context.now().strftime("%Y-%m-%d");
    app.access
        .check_projects(&context, &request.projects, Some(&cluster.id))?;
    let clusters = if request.projects.is_empty() {
        vec![cluster.id.clone()]
    } else {
        Vec::new()
    };
    let usual_name = || format!("kubeconfig {} {day}", cluster.name);
    let token = CreateTokenRequest {
        name: request.name.unwrap_or_else(usual_name),
        lifetime_seconds: request.lifetime_seconds.unwrap_or(USUAL_LIFETIME_SECONDS),
        clusters,
        projects: request.projects,
        read_only: request.read_only,
    };
    let created = app.identity.create_token(&context, &token).await?;
    let token = Some(created.secret.as_str());
    Ok(download(StatusCode::CREATED, &app, &context, &cluster, token))
}

/// The file as browsers save it. Its address has the cluster's id: names change.
fn download(
    status: StatusCode,
    app: &App,
    context: &RequestContext,
    cluster: &Cluster,
    token: Option<&str>,
) -> Response {
    let base = app.public_url.as_str().trim_end_matches('/');
    let file = KubeconfigFile {
        server: &format!("{base}/k8s/clusters/{}", cluster.id),
        cluster: &cluster.name,
        user: &context.actor.name,
        token,
    };
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{}\"", file.file_name()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/yaml")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::CONTENT_DISPOSITION,
            disposition.unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ];
    (status, headers, file.to_yaml()).into_response()
}
