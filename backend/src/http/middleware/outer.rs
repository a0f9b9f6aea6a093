//! Around everything: the request's id, its log line and metrics, panics, headers, compression of JSON.

use std::any::Any;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::{HeaderValue, StatusCode, header};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};
use tracing::Instrument;

use super::{Untouched, headers, problems};
use crate::app::App;
use crate::context::RequestId;
use crate::error::AppError;

const REQUEST_ID: &str = "x-request-id";
/// Smaller answers are not worth compressing.
const WORTH_COMPRESSING: u64 = 1400;

/// Puts everything that is around every request around the routes.
pub fn wrap(routes: Router, app: &App) -> Router {
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(WORTH_COMPRESSING).and(IsJson));
    routes.layer(compression).layer(from_fn_with_state(app.clone(), around))
}

/// Only JSON is compressed here: files come compressed already, and streams must not be held back.
#[derive(Clone, Copy, Debug)]
struct IsJson;

impl Predicate for IsJson {
    fn should_compress<B: http_body::Body>(&self, response: &http::Response<B>) -> bool {
        response.extensions().get::<Untouched>().is_none()
            && response
                .headers()
                .get(header::CONTENT_TYPE)
                .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
    }
}

/// One request from its first to its last line.
async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let id = given.and_then(RequestId::from_caller).unwrap_or_default();
    request.extensions_mut().insert(id.clone());

    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // Unknown addresses share one name, so that nobody fills the metrics by inventing some.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("other", MatchedPath::as_str)
        .to_owned();
    let address = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let span = tracing::info_span!("request", request_id = %id, user = tracing::field::Empty);

    let answer = AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .instrument(span.clone())
        .await;
    let response = answer.unwrap_or_else(|panic| span.in_scope(|| answer_panic(panic.as_ref())));
    let mut response = problems::finish(response, &id).await;
    headers::complete(&app, response.headers_mut());
    if let Ok(value) = HeaderValue::try_from(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }

    let seconds = started.elapsed().as_secs_f64();
    let status = response.status();
    note(&method, &route, status, seconds);
    span.in_scope(|| {
        let milliseconds = seconds * 1000.0;
        // The path without its query: queries may hold what nobody should read in a log.
        tracing::info!(
            target: "muster::access",
            %method, path, status = status.as_u16(), milliseconds, address = address.map(tracing::field::display),
            "answered"
        );
    });
    response
}

fn note(method: &http::Method, route: &str, status: StatusCode, seconds: f64) {
    let labels = [
        ("method", known_method(method).to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_u16().to_string()),
    ];
    metrics::counter!("muster_http_requests_total", &labels).increment(1);
    metrics::histogram!("muster_http_request_seconds", &labels[..2]).record(seconds);
}

/// The method as metrics name it: a method can be any word, and every new one would be kept for good.
fn known_method(method: &http::Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

/// A handler panicked: a defect of ours. The log says where; the caller gets the request's id.
fn answer_panic(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    tracing::error!(panic = text, "a request panicked");
    AppError::Internal(anyhow::anyhow!("panic")).into_response()
}
