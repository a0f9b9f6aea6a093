//! JSON bodies: in with problems that name line and column or the field, out as they are.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::http::middleware::access::BodyLimit;

/// Every body has so much time.
const LEAST_PATIENCE: Duration = Duration::from_secs(30);

/// A JSON body, in a request or in an answer.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        if !is_json(request.headers()) {
            return Err(AppError::UnsupportedMediaType(
                "Send JSON, with `Content-Type: application/json`.".into(),
            ));
        }
        let limit = request.extensions().get::<BodyLimit>().map_or(0, |limit| limit.0);
        let body = tokio::time::timeout(patience(limit), Bytes::from_request(request, state))
            .await
            .map_err(|_| too_slow())?
            .map_err(|error| body_problem(&error, limit))?;
        parse(&body).map(Self)
    }
}

/// Does the request say that its body is JSON?
pub fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// How long a body may take that has at most so many bytes: whoever sends it by and by holds what its request holds.
/// Time for a slow line, and then 32 kB a second.
fn patience(limit: usize) -> Duration {
    let seconds = u64::try_from(limit / 32_768).unwrap_or(u64::MAX);
    LEAST_PATIENCE.saturating_add(Duration::from_secs(seconds))
}

fn too_slow() -> AppError {
    AppError::Failed {
        status: StatusCode::REQUEST_TIMEOUT,
        code: "too-slow",
        title: "The body of the request came too slowly",
        detail: "The body did not come to its end in time. Send it again.".into(),
    }
}

/// Why a body could not be read.
fn body_problem(error: &BytesRejection, limit: usize) -> AppError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return AppError::TooLarge { limit };
    }
    AppError::invalid("The body broke off before its end. Send it again.")
}

/// Reads JSON; what is wrong is said with its place.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, AppError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.inner();
        // The library's text ends in its own ` at line 1 column 2`.
        let place = format!(" at line {} column {}", inner.line(), inner.column());
        let reason = inner.to_string().replace(&place, "");
        if inner.is_data() {
            let field = if path == "." {
                String::new()
            } else {
                path.replace(['.', '['], "/").replace(']', "")
            };
            let message = format!(
                "{} (line {}, column {}).",
                sentence(&reason),
                inner.line(),
                inner.column()
            );
            return AppError::invalid_field(field, "invalid", message);
        }
        AppError::invalid(format!(
            "The body is not JSON: {reason} in line {}, column {}.",
            inner.line(),
            inner.column()
        ))
    })?;
    deserializer.end().map_err(|error| {
        AppError::invalid(format!(
            "There is something behind the JSON in line {}, column {}.",
            error.line(),
            error.column()
        ))
    })?;
    Ok(value)
}

/// With a capital first letter.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Example {
        #[expect(dead_code, reason = "only read by serde")]
        ports: Vec<Port>,
    }

    #[derive(Debug, Deserialize)]
    struct Port {
        #[expect(dead_code, reason = "only read by serde")]
        port: u16,
    }

    fn problem(text: &str) -> muster_api::problem::Problem {
        parse::<Example>(text.as_bytes()).unwrap_err().problem()
    }

    #[test]
    fn broken_json_is_told_with_line_and_column() {
        let problem = problem("{\n  \"ports\": [,]\n}");
        assert_eq!(problem.status, 400);
        let detail = problem.detail.unwrap();
        assert!(detail.contains("line 2, column 13"), "{detail}");
    }

    #[test]
    fn a_wrong_value_is_told_with_the_path_of_its_field() {
        let problem = problem("{\"ports\":[{\"port\":1},{\"port\":70000}]}");
        assert_eq!(problem.status, 422);
        assert_eq!(problem.field_problems[0].field, "ports/1/port");
        assert!(
            problem.field_problems[0].message.contains("line 1, column"),
            "{:?}",
            problem.field_problems
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let begins = futures::stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from_static(b"{"))]);
        let body = axum::body::Body::from_stream(futures::StreamExt::chain(begins, futures::stream::pending()));
        let mut request = Request::builder()
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .unwrap();
        request.extensions_mut().insert(BodyLimit(65_536));
        let began = tokio::time::Instant::now();
        let error = Json::<Example>::from_request(request, &()).await.unwrap_err();
        assert_eq!(error.problem().status, 408);
        assert_eq!(began.elapsed(), Duration::from_secs(32));
    }

    #[test]
    fn something_behind_the_json_is_refused() {
        assert_eq!(problem("{\"ports\":[]} {}").status, 400);
        assert_eq!(problem("").status, 400);
    }
}
