//! Sends one request: JSON both ways, a deadline, and the one place that notices that nobody is signed in any more.

use super::{ApiFailure, ApiResult};
use futures::future::{Either, select};
use gloo_net::http::{Method, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use muster_api::problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::pin::pin;
use std::sync::LazyLock;

/// How long an answer to a question may take.
const READ_MILLISECONDS: u32 = 30_000;
/// How long an answer to a change may take. The server has a deadline of its own for each; this one only ends the wait
/// for a server that is not there any more: giving up earlier would hide what became of the change.
const CHANGE_MILLISECONDS: u32 = 180_000;

static SIGNED_OUT: LazyLock<ArcTrigger> = LazyLock::new(ArcTrigger::new);

/// Is notified whenever the server says that nobody is signed in.
pub fn signed_out() -> ArcTrigger {
    SIGNED_OUT.clone()
}

pub(super) async fn get<T: DeserializeOwned>(path: &str) -> ApiResult<T> {
    decode(send(Method::GET, path, Body::Nothing).await?).await
}

pub(super) async fn get_text(path: &str) -> ApiResult<String> {
    read_text(send(Method::GET, path, Body::Nothing).await?).await
}

pub(super) async fn post<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> ApiResult<T> {
    decode(send(Method::POST, path, Body::json(body)?).await?).await
}

pub(super) async fn post_nothing<B: Serialize>(path: &str, body: &B) -> ApiResult<()> {
    send(Method::POST, path, Body::json(body)?).await.map(drop)
}

/// Posts and reads the answer as it is: a file.
pub(super) async fn post_text<B: Serialize>(path: &str, body: &B) -> ApiResult<String> {
    read_text(send(Method::POST, path, Body::json(body)?).await?).await
}

pub(super) async fn put<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> ApiResult<T> {
    decode(send(Method::PUT, path, Body::json(body)?).await?).await
}

pub(super) async fn patch<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> ApiResult<T> {
    decode(send(Method::PATCH, path, Body::json(body)?).await?).await
}

pub(super) async fn delete(path: &str) -> ApiResult<()> {
    send(Method::DELETE, path, Body::Nothing).await.map(drop)
}

pub(super) async fn delete_for<T: DeserializeOwned>(path: &str) -> ApiResult<T> {
    decode(send(Method::DELETE, path, Body::Nothing).await?).await
}

enum Body {
    Nothing,
    Json(String),
}

impl Body {
    fn json(body: &impl Serialize) -> ApiResult<Self> {
        serde_json::to_string(body)
            .map(Self::Json)
            .map_err(|error| ApiFailure::Decode(error.to_string()))
    }
}

/// Sends, waits for the head of the answer and turns every status from 400 on into a failure.
async fn send(method: Method, path: &str, body: Body) -> ApiResult<Response> {
    let controller = web_sys::AbortController::new().ok();
    let signal = controller.as_ref().map(web_sys::AbortController::signal);
    let changes_something = method != Method::GET;
    // A wrong password at a form is a problem of that form, not the end of a session.
    let gives_password = method == Method::POST && matches!(path, "/session" | "/setup" | "/account/password");
    let builder = RequestBuilder::new(&format!("/api/v1{path}"))
        .method(method)
        .header("Accept", "application/json")
        .abort_signal(signal.as_ref());
    let request = match body {
        Body::Json(text) => builder.header("Content-Type", "application/json").body(text),
        // The server takes no change without this type: a form of a foreign page cannot send it.
        Body::Nothing if changes_something => builder.header("Content-Type", "application/json").build(),
        Body::Nothing => builder.build(),
    };
    let request = request.map_err(|error| ApiFailure::Decode(error.to_string()))?;
    let deadline = if changes_something {
        CHANGE_MILLISECONDS
    } else {
        READ_MILLISECONDS
    };
    let answer = match select(pin!(request.send()), pin!(TimeoutFuture::new(deadline))).await {
        Either::Left((answer, _)) => answer.map_err(|_| ApiFailure::Network)?,
        Either::Right(_) => {
            if let Some(controller) = controller {
                controller.abort();
            }
            return Err(ApiFailure::Network);
        }
    };
    if answer.status() < 400 {
        Ok(answer)
    } else {
        Err(failure_of(answer, gives_password).await)
    }
}

async fn failure_of(answer: Response, gives_password: bool) -> ApiFailure {
    let status = answer.status();
    let retry_after = answer
        .headers()
        .get("retry-after")
        .and_then(|seconds| seconds.parse().ok());
    let text = answer.text().await.unwrap_or_default();
    let problem = serde_json::from_str::<Problem>(&text).ok();
    if status == 401 && !gives_password {
        SIGNED_OUT.notify();
        return ApiFailure::SignedOut;
    }
    match problem {
        Some(problem) if status == 429 => ApiFailure::Throttled(Box::new(problem), retry_after.unwrap_or(1)),
        Some(problem) => ApiFailure::Problem(Box::new(problem)),
        // 502 to 504 without a problem: something before the server answered for it.
        None if (502..=504).contains(&status) => ApiFailure::Network,
        None => ApiFailure::Decode(format!("HTTP {status}")),
    }
}

async fn decode<T: DeserializeOwned>(answer: Response) -> ApiResult<T> {
    let text = read_text(answer).await?;
    serde_json::from_str(&text).map_err(|error| ApiFailure::Decode(error.to_string()))
}

async fn read_text(answer: Response) -> ApiResult<String> {
    answer.text().await.map_err(|_| ApiFailure::Network)
}
