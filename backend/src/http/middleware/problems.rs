//! Every answer that is no success is a problem with the request's id, also when a library made it.

use axum::body::to_bytes;
use axum::response::{IntoResponse, Response};
use http::header;
use muster_api::problem::{Problem, TYPE_PREFIX};

use super::Untouched;
use crate::context::RequestId;
use crate::error::problem_response;

/// Libraries' own refusals are one line of text.
const LONGEST_TEXT: usize = 4096;

/// Writes the request's id into a problem, and makes a problem of a library's plain text.
pub async fn finish(mut response: Response, request_id: &RequestId) -> Response {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if !failed || response.extensions().get::<Untouched>().is_some() {
        return response;
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if is_plain_text(&response) => {
            let (parts, body) = response.into_parts();
            let text = to_bytes(body, LONGEST_TEXT).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&text).trim().to_owned();
            let problem = Problem {
                kind: format!("{TYPE_PREFIX}invalid-request"),
                title: parts
                    .status
                    .canonical_reason()
                    .unwrap_or("The request failed")
                    .to_owned(),
                status: parts.status.as_u16(),
                detail: Some(text).filter(|text| !text.is_empty() && parts.status.is_client_error()),
                request_id: String::new(),
                field_problems: Vec::new(),
            };
            response = parts.status.into_response();
            problem
        }
        None => return response,
    };
    let finished = problem_response(&Problem {
        request_id: request_id.as_str().to_owned(),
        ..problem
    });
    let (finished, body) = finished.into_parts();
    let (mut parts, _unfinished) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(finished.headers);
    Response::from_parts(parts, body)
}

fn is_plain_text(response: &Response) -> bool {
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.is_none_or(|kind| kind.starts_with("text/plain"))
}
