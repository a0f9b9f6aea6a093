//! For machines that watch the console: is it alive, is it ready, what are its figures?

use std::time::Duration;

use axum::extract::State;
use http::header::CONTENT_TYPE;
use http::{HeaderName, StatusCode};
use muster_api::problem::Problem;

use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::telemetry;

/// A database that answers later than this is as good as away.
const DATABASE_DEADLINE: Duration = Duration::from_secs(3);

/// The process runs.
#[utoipa::path(get, path = "/healthz", operation_id = "read_liveness", tag = "health",
    responses((status = 200, description = "it runs", body = String, content_type = "text/plain")))]
pub async fn read_liveness() -> &'static str {
    "ok\n"
}

/// It can serve: the database answers.
#[utoipa::path(get, path = "/readyz", operation_id = "read_readiness", tag = "health",
    responses(
        (status = 200, description = "it can serve", body = String, content_type = "text/plain"),
        (status = 503, description = "the database does not answer", body = Problem),
    ))]
pub async fn read_readiness(State(app): State<App>) -> AppResult<&'static str> {
    match tokio::time::timeout(DATABASE_DEADLINE, app.database.ping()).await {
        Ok(answer) => answer?,
        Err(_) => {
            return Err(AppError::unavailable(
                "storage",
                "The console's database does not answer.",
            ));
        }
    }
    Ok("ready\n")
}

/// Figures in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", operation_id = "read_metrics", tag = "health",
    responses((status = 200, description = "Prometheus' text format", body = String, content_type = "text/plain")))]
pub async fn read_metrics(State(app): State<App>) -> (StatusCode, [(HeaderName, &'static str); 1], String) {
    let metrics = telemetry::metrics();
    telemetry::observe(&app);
    (
        StatusCode::OK,
        [(CONTENT_TYPE, "text/plain; version=0.0.4")],
        metrics.render(),
    )
}
