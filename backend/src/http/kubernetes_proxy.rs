//! kubectl and other clients of Kubernetes through the console.

mod record;
mod recording;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures::future::{BoxFuture, OptionFuture};
use http::{Method, StatusCode};
use http_body::Body as _;
use tokio_util::sync::CancellationToken;

use super::held::{Ending, Needed, until_ending};
use super::middleware::Untouched;
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::RequestContext;
use crate::error::{AppError, AppResult};
use crate::resources::api_proxy::{self, Answer, Call};
use record::Connection;

/// What stands before the cluster in the path.
const BEFORE_CLUSTER: &str = "/k8s/clusters/";

/// The whole Kubernetes API of a cluster, with one's own rights: every verb, watches, logs, exec, attach and port-forward
/// (WebSocket and SPDY/3.1). Failures are Kubernetes' own `Status` objects. Only a fixed set of headers passes, both ways;
/// addresses that two servers could read in two ways are refused. What programs behind Pods, Services and nodes answer
/// (`…/proxy/…`) is for API tokens only, and never a page.
#[utoipa::path(method(get, head, post, put, patch, delete, options), path = "/k8s/clusters/{cluster}/{*path}",
    operation_id = "call_kubernetes", tag = "clusters",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("path" = String, Path, description = "an address of the Kubernetes API, such as `api/v1/namespaces`"),
    ),
    responses(
        (status = 101, description = "the connection is a WebSocket or SPDY/3.1 from here on"),
        (status = 200, description = "what the cluster answers", body = Object),
        (status = 401, description = "a `Status`: the token is wrong, expired or revoked", body = Object),
    ))]
pub async fn call_kubernetes(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    mut request: Request,
) -> AppResult<Response> {
    let ours = hyper::upgrade::on(&mut request);
    let (head, body) = request.into_parts();
    let place = head.uri.path().strip_prefix(BEFORE_CLUSTER).unwrap_or_default();
    let call = Call::read(&head, place)?;
    record::describe(&note, &call);
    let removed = app.clusters.removal(&context, call.cluster())?;
    // Reads are many, and the API server decides about each: what changes something or opens a shell is written down.
    let is_read = matches!(head.method, Method::GET | Method::HEAD);
    if !is_read || call.upgrades() {
        note.happened();
    }
    let needed = needed(&app, &context, &call)?;
    // An older API server would open a shell for whoever may only look (kubernetes/kubernetes#78741).
    if let Some(needed) = needed.as_ref().filter(|needed| needed.asked.verb == "create")
        && !needed.is_held(&app, &context).await
    {
        return Err(AppError::forbidden(
            "This needs the right to create it there: looking is not enough.",
        ));
    }
    let recording = recording::begin(&app, &context, &note, &call).await?;
    record::begin(&app, &note, &call, is_read).await?;
    let mut over = until_over(app.clone(), context.clone(), removed, needed);
    let answer = tokio::select! {
        answer = api_proxy::ask(&context, &app.clusters, &call, body) => answer?,
        over = &mut over => return Err(over.error(call.cluster())),
    };
    let (status, headers, body) = match answer {
        Answer::Upgraded(headers, theirs) => {
            let listener = recording
                .map(|recording| recording::listen(recording, &headers))
                .transpose()?;
            let (listener, recorded) = listener.unzip();
            let connection = Connection::opened(&app, &note, &call);
            let over = connection.remember(over);
            app.tasks.tracker.spawn(async move {
                let talk = api_proxy::join(ours, theirs, over, listener);
                // The shell has ended when all that it showed is in its recording.
                tokio::join!(talk, OptionFuture::from(recorded));
                connection.closed().await;
            });
            (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty())
        }
        Answer::Created(response, name) => {
            note.named(name);
            let (head, body) = response.into_parts();
            (head.status, head.headers, Body::new(body))
        }
        Answer::Plain(response) => {
            let (head, body) = response.into_parts();
            if body.is_end_stream() {
                (head.status, head.headers, Body::empty())
            } else {
                let over = async {
                    over.await;
                };
                let (body, work) = api_proxy::pass_on(body, call.longest_silence(), over);
                app.tasks.tracker.spawn(work);
                (head.status, head.headers, Body::new(body))
            }
        }
    };
    let mut response = (status, headers, body).into_response();
    response.extensions_mut().insert(Untouched);
    Ok(response)
}

/// What the call needs the right to for as long as its answer is open.
fn needed(app: &App, context: &RequestContext, call: &Call) -> AppResult<Option<Needed>> {
    let Some(asked) = call.asked_while_open() else {
        return Ok(None);
    };
    let cluster = app.clusters.get(context, call.cluster())?.id;
    Ok(Some(Needed {
        cluster: cluster.parse().map_err(AppError::internal)?,
        asked,
    }))
}

/// Why an answer must end before its end.
enum Over {
    Ending(Ending),
    Removed,
}

impl Over {
    /// The same for the audit log.
    fn sentence(&self) -> &'static str {
        match self {
            Self::Ending(ending) => ending.words(),
            Self::Removed => "The cluster was removed from the console.",
        }
    }

    /// What is said when there is no answer yet.
    fn error(self, cluster: &str) -> AppError {
        match self {
            Self::Ending(Ending::SignedOut) => AppError::Unauthenticated,
            Self::Ending(ending @ (Ending::Revoked | Ending::OtherView)) => AppError::forbidden(ending.words()),
            Self::Ending(Ending::Stopping) => AppError::unavailable("stopping", "The console is being stopped."),
            Self::Removed => AppError::not_found(format!("cluster {cluster:?}")),
        }
    }
}

/// Waits until what the console gives must end: the sign-in no longer holds, the cluster was removed, the server stops.
fn until_over(
    app: App,
    context: RequestContext,
    removed: CancellationToken,
    needed: Option<Needed>,
) -> BoxFuture<'static, Over> {
    Box::pin(async move {
        tokio::select! {
            ending = until_ending(app, context, needed) => Over::Ending(ending),
            () = removed.cancelled() => Over::Removed,
        }
    })
}
