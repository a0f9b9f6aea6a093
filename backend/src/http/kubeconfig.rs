//! Looking into a kubeconfig before a cluster is added.

use muster_api::Collection;
use muster_api::cluster::{InspectKubeconfigRequest, KubeconfigContext};
use muster_api::problem::Problem;

use super::extract::Json;
use crate::clusters::kubeconfig::Kubeconfig;
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
