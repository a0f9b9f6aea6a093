//! The one place that picks HTTP status codes: every room's error becomes an [`AppError`] here, and an [`AppError`] becomes
//! a problem (RFC 9457) on the wire.
//!
//! Detail of our own failures (5xx) is logged with the request's id and never sent; what a person can act on is.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use muster_api::problem::{FieldProblem, Problem, TYPE_PREFIX};

mod access;
mod audit;
mod clusters;
mod identity;
mod objects;
mod proxy;
mod storage;

/// What a handler answers with.
pub type AppResult<T> = Result<T, AppError>;

/// Everything that can go wrong with a request, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// 400: the request cannot be understood; the text says where and what to do.
    #[error("the request is wrong: {0}")]
    Invalid(String),
    /// 401: nobody is signed in, or no longer.
    #[error("nobody is signed in")]
    Unauthenticated,
    /// 401: name or password are wrong.
    #[error("wrong name or password")]
    WrongCredentials,
    /// 403: visible, but not allowed.
    #[error("not allowed: {0}")]
    Forbidden(String),
    /// 404: there is no such thing, or it is invisible to the caller.
    #[error("not found: {0}")]
    NotFound(String),
    /// 405: the address exists, the method does not.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// 409: it clashes with what exists.
    #[error("conflict ({code}): {detail}")]
    Conflict {
        /// What the browser translates by.
        code: &'static str,
        /// What clashes with what.
        detail: String,
    },
    /// 413: the body is larger than what is taken.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The most that is taken, in bytes.
        limit: usize,
    },
    /// 415: the body is of a type that is not taken.
    #[error("unsupported media type: {0}")]
    UnsupportedMediaType(String),
    /// 422: single fields are wrong.
    #[error("{} fields are wrong", .0.len())]
    InvalidFields(Vec<FieldProblem>),
    /// 429: too many attempts.
    #[error("too many attempts, wait {} seconds", .0.as_secs())]
    TooManyAttempts(Duration),
    /// Any other status that means something to a person: a cluster that is away, a store that is full.
    #[error("{code}: {detail}")]
    Failed {
        /// The status.
        status: StatusCode,
        /// What the browser translates by.
        code: &'static str,
        /// The same for every occurrence, in a few words.
        title: &'static str,
        /// What is wrong, where, what to do.
        detail: String,
    },
    /// 500: our own fault; only the log knows more.
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

impl AppError {
    /// 404 for `what`: "the cluster `berlin`".
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound(what.into())
    }

    /// 409 with the code that the browser translates by.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            detail: detail.into(),
        }
    }

    /// 422 with every wrong field.
    pub fn invalid_fields(problems: Vec<FieldProblem>) -> Self {
        Self::InvalidFields(problems)
    }

    /// 422 with one wrong field.
    pub fn invalid_field(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::InvalidFields(vec![FieldProblem::new(field, code, message)])
    }

    /// 400 with a sentence that says what is wrong and what to do.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid(detail.into())
    }

    /// 403 with the reason.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::Forbidden(detail.into())
    }

    /// 503: something that we need is away; `code` is what the browser translates by.
    pub fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Failed {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code,
            title: "Not available now",
            detail: detail.into(),
        }
    }

    /// 502: a server behind us (a cluster) answered in a way that we cannot use.
    pub fn bad_gateway(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Failed {
            status: StatusCode::BAD_GATEWAY,
            code,
            title: "The cluster failed",
            detail: detail.into(),
        }
    }

    /// 504: a server behind us (a cluster) did not answer in time.
    pub fn gateway_timeout(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Failed {
            status: StatusCode::GATEWAY_TIMEOUT,
            code,
            title: "The cluster did not answer in time",
            detail: detail.into(),
        }
    }

    /// 500: the error goes to the log, not to the caller.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::Internal(error.into())
    }

    /// The status, code, title and detail of the problem.
    fn parts(&self) -> (StatusCode, &str, &str, Option<String>) {
        match self {
            Self::Invalid(detail) => (
                StatusCode::BAD_REQUEST,
                "invalid-request",
                "The request cannot be understood",
                Some(detail.clone()),
            ),
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "Nobody is signed in",
                Some("Sign in, or send an API token in the Authorization header.".into()),
            ),
            Self::WrongCredentials => (
                StatusCode::UNAUTHORIZED,
                "wrong-credentials",
                "Wrong name or password",
                Some("The name or the password is wrong. Check both and try again.".into()),
            ),
            Self::Forbidden(detail) => (StatusCode::FORBIDDEN, "forbidden", "Not allowed", Some(detail.clone())),
            Self::NotFound(what) => (
                StatusCode::NOT_FOUND,
                "not-found",
                "Not found",
                Some(format!("There is no {what}.")),
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "This method does not exist here",
                Some("The address exists, but not with this method; /api/docs lists what does.".into()),
            ),
            Self::Conflict { code, detail } => (
                StatusCode::CONFLICT,
                code,
                "It clashes with what exists",
                Some(detail.clone()),
            ),
            Self::TooLarge { limit } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "The request is too large",
                Some(format!("The body may have at most {} MB.", limit / 1_000_000)),
            ),
            Self::UnsupportedMediaType(detail) => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body has a type that is not taken here",
                Some(detail.clone()),
            ),
            Self::InvalidFields(problems) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid-fields",
                "Some fields are wrong",
                problems.first().map(|problem| problem.message.clone()),
            ),
            Self::TooManyAttempts(wait) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-attempts",
                "Too many attempts",
                Some(format!(
                    "There were too many attempts. Try again in {}.",
                    in_words(*wait)
                )),
            ),
            Self::Failed {
                status,
                code,
                title,
                detail,
            } => (*status, code, title, Some(detail.clone())),
            Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The console failed; its log says more under the request id",
                None,
            ),
        }
    }

    /// What is wrong and what to do, for people who see no problem document.
    pub fn sentence(&self) -> String {
        self.parts().3.unwrap_or_else(|| self.to_string())
    }

    /// The problem as it goes over the wire; the request id is filled in by the middleware that knows it.
    pub fn problem(&self) -> Problem {
        let (status, code, title, detail) = self.parts();
        let field_problems = match self {
            Self::InvalidFields(problems) => problems.clone(),
            _ => Vec::new(),
        };
        Problem {
            kind: format!("{TYPE_PREFIX}{code}"),
            title: title.into(),
            status: status.as_u16(),
            detail,
            request_id: String::new(),
            field_problems,
        }
    }
}

/// `45 seconds`, `3 minutes`.
fn in_words(wait: Duration) -> String {
    match wait.as_secs().max(1) {
        1 => "1 second".into(),
        seconds @ 2..=90 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        if let Self::Internal(error) = &self {
            tracing::error!(error = format!("{error:#}"), "a request failed");
        }
        let problem = self.problem();
        let mut response = problem_response(&problem);
        if let Self::TooManyAttempts(wait) = &self {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        if matches!(self, Self::Unauthenticated) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(problem);
        response
    }
}

/// A problem as a response; the problem middleware calls it again once it has filled in the request id.
pub fn problem_response(problem: &Problem) -> Response {
    const CONTENT_TYPE: (HeaderName, HeaderValue) = (
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [CONTENT_TYPE], Json(problem)).into_response()
}
