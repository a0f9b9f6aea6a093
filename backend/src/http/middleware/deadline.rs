//! A plain request ends in time, whatever it waits for.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::AppError;

/// Runs the rest of the request, but not longer than the deadline.
pub async fn enforce(State(deadline): State<Duration>, request: Request, next: Next) -> Result<Response, AppError> {
    tokio::time::timeout(deadline, next.run(request)).await.map_err(|_| {
        AppError::unavailable(
            "too-slow",
            format!(
                "The request took longer than {} seconds and was given up. Try again.",
                deadline.as_secs()
            ),
        )
    })
}
