//! Writes down what a request did, once its answer is known. Which requests, and under which word, is said in the table
//! of routes.
//!
//! The rest of a request that changes something runs as a task of its own: a caller who hangs up right after sending would
//! otherwise end it in the middle, with the change made and nothing written down.

mod place;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Instant;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::Method;
use muster_api::audit::AuditAction;
use muster_api::problem::Problem;
use tracing::Instrument;
use url::form_urlencoded;

use crate::app::App;
use crate::audit::{AuditNote, Event, Who};
use crate::context::RequestId;
use crate::error::AppError;
use crate::identity::Client;

/// What the table of routes says of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteAudit {
    /// What a call is called.
    pub action: AuditAction,
    /// Which calls are written down.
    pub when: When,
}

/// Which calls of a route are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All of them.
    Always,
    /// Those that are not allowed: the others change nothing.
    Refused,
    /// Those that are not allowed, and those that the handler says are worth it: only it knows.
    Noted,
    /// Those that ask for something special: `reveal=true`.
    Asked(&'static str),
}

impl When {
    /// Is a call with this query watched at all?
    fn includes(self, query: Option<&str>) -> bool {
        let Self::Asked(parameter) = self else {
            return true;
        };
        let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        pairs.any(|(name, value)| name == parameter && value == "true")
    }
}

/// One route that is watched.
#[derive(Clone)]
pub struct Watch {
    /// The server's parts.
    pub app: App,
    /// What the table says.
    pub audit: RouteAudit,
    /// The route's path with its parameters in braces.
    pub path: &'static str,
}

/// Runs the rest of the request and writes down what came of it.
pub async fn record(State(watch): State<Watch>, request: Request, next: Next) -> Response {
    if !watch.audit.when.includes(request.uri().query()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let app = watch.app;
    let Ok(client) = Client::from_request_parts(&mut parts, &app).await;
    let (target, action) = place::find(&app, watch.path, parts.uri.path());
    let action = action.unwrap_or(watch.audit.action);
    let request_id = parts.extensions.get::<RequestId>().cloned().unwrap_or_default();
    let event = Event::new(Who::nobody(), action, app.clock.now())
        .in_request(request_id)
        .from_client(&client)
        .on(target);
    let is_change = !matches!(parts.method, Method::GET | Method::HEAD) || action == AuditAction::SignIn;
    let is_worth_it = matches!(watch.audit.when, When::Always | When::Asked(_));
    let note = AuditNote::begin(event, is_change, is_worth_it);
    parts.extensions.insert(note.clone());
    let request = Request::from_parts(parts, body);

    let audit = app.audit.clone();
    let work = async move {
        let started = Instant::now();
        let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let (status, code) = match &outcome {
            Ok(response) => {
                let problem = response.extensions().get::<Problem>();
                (
                    response.status().as_u16(),
                    problem.map(|problem| problem.code().to_owned()),
                )
            }
            Err(_) => (500, Some("internal".to_owned())),
        };
        note.after(&audit, status, code.as_deref(), started.elapsed()).await;
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    };
    if !is_change {
        return work.await;
    }
    match app.tasks.tracker.spawn(work.in_current_span()).await {
        Ok(response) => response,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => AppError::internal(cancelled).into_response(),
        },
    }
}
