//! The deployment form.

use super::{ApiResult, clusters, request};
use muster_api::deployment::{CreatedDeployment, DeploymentForm, DeploymentPreview};

/// What the form would create; with `dry_run` the cluster is asked, too.
pub async fn preview(cluster: &str, form: &DeploymentForm, dry_run: bool) -> ApiResult<DeploymentPreview> {
    request::post(
        &format!("{}/deployments/preview?dryRun={dry_run}", clusters::path(cluster)),
        form,
    )
    .await
}

/// Creates it.
pub async fn create(cluster: &str, form: &DeploymentForm) -> ApiResult<CreatedDeployment> {
    request::post(&format!("{}/deployments", clusters::path(cluster)), form).await
}
