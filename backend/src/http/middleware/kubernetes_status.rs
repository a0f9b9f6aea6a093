//! Failures on routes for Kubernetes clients: kubectl shows the message of a `Status` object and nothing else.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use muster_api::problem::Problem;
use serde_json::json;

use super::Untouched;

/// Makes a `Status` of a problem of ours; what the cluster answers is left alone.
pub async fn answer(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message(&problem),
        "reason": reason(problem.status),
        "code": problem.status,
    });
    let (mut head, _problem) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    head.extensions.insert(Untouched);
    (head, status.to_string()).into_response()
}

fn message(problem: &Problem) -> String {
    if problem.status == 401 {
        return "the console does not know who you are: the API token is missing, wrong, expired or revoked. Get a new \
                kubeconfig from the console, or make a new API token there"
            .to_owned();
    }
    problem.detail.clone().unwrap_or_else(|| problem.title.clone())
}

/// Kubernetes' own word for a status, by which its clients decide.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        413 => "RequestEntityTooLarge",
        415 => "UnsupportedMediaType",
        422 => "Invalid",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "InternalError",
    }
}
