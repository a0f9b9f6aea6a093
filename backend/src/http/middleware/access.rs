//! The guard of every route: who may call it, from which page, with what kind and size of body. Handlers run only behind
//! it, so none of them can forget a check.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use http::{HeaderMap, Method, header};
use secrecy::ExposeSecret;
use tracing::Span;

use super::{origin, scope, viewing};
use crate::access::AccessError;
use crate::app::App;
use crate::audit::AuditNote;
use crate::context::{RequestContext, RequestId};
use crate::error::AppError;
use crate::http::cookie;
use crate::identity::TOKEN_PREFIX;
use crate::router::{Access, WhileViewing};

/// What one route demands.
#[derive(Clone)]
pub struct Guard {
    /// The server's parts.
    pub app: App,
    /// The route's path in the table.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// What it does for an administrator who looks at the console as somebody else.
    pub while_viewing: WhileViewing,
    /// Is every type of body taken?
    pub any_content: bool,
    /// The largest body, in bytes.
    pub body_limit: usize,
}

/// The route's largest body, for messages.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

/// The most of a refused body that is read and thrown away, so that the browser gets to read the answer.
const DRAINED: usize = 64_000_000;
/// How long that may take.
const DRAIN_DEADLINE: Duration = Duration::from_secs(10);

/// Lets the request through to its handler, or answers why not.
pub async fn enforce(State(guard): State<Guard>, mut request: Request, next: Next) -> Result<Response, AppError> {
    let note: AuditNote = request.extensions().get().cloned().unwrap_or_default();
    let admitted = admit(
        &guard,
        request.method(),
        request.headers(),
        request.extensions().get(),
        &note,
    )
    .await;
    let context = admitted.inspect_err(|error| note.refused(error.sentence()))?;
    if let Some(context) = context {
        scope::check(&context.scope, guard.path, request.method(), request.headers())
            .inspect_err(|error| note.refused(error.sentence()))?;
        Span::current().record("user", &*context.person().name);
        request.extensions_mut().insert(context);
    }
    if !guard.any_content {
        check_kind(request.headers())?;
    }
    if declared_length(request.headers()).is_some_and(|length| length > guard.body_limit) {
        drain(request.into_body()).await;
        return Err(AppError::TooLarge {
            limit: guard.body_limit,
        });
    }
    request.extensions_mut().insert(BodyLimit(guard.body_limit));
    note.because(guard.access.reason());
    note.before(&guard.app.audit).await?;
    Ok(next.run(request).await)
}

/// Who asks, when the route wants to know; an error when that is nobody, or nobody who may.
async fn admit(
    guard: &Guard,
    method: &Method,
    headers: &HeaderMap,
    request_id: Option<&RequestId>,
    note: &AuditNote,
) -> Result<Option<RequestContext>, AppError> {
    let app = &guard.app;
    let origin_matters = origin::matters(method, headers);
    if guard.access == Access::Public {
        // Nobody may be signed in by a page of another origin, either.
        if origin_matters {
            origin::check(app, headers, false)?;
        }
        return Ok(None);
    }
    let request_id = request_id.cloned().unwrap_or_default();
    let context = if let Some(token) = bearer(headers) {
        app.identity
            .context_of_token(token, request_id)
            .await?
            .ok_or(AppError::Unauthenticated)?
    } else {
        let secret = cookie::read(app, headers).ok_or(AppError::Unauthenticated)?;
        let context = app
            .identity
            .context_of_session(secret.expose_secret(), request_id)
            .await?;
        let context = context.ok_or(AppError::Unauthenticated)?;
        if origin_matters {
            origin::check(app, headers, true)?;
        }
        context
    };
    let context = app.admit(context).await?;
    note.by(&context);
    let context = viewing::admit(context, guard.while_viewing, method, headers)?;
    match guard.access {
        Access::Administrator if !context.actor.is_administrator() => {
            Err(AppError::forbidden("Only administrators may do this."))
        }
        Access::May(permission) if !context.actor.standing.permissions.contains(&permission) => {
            Err(AccessError::Lacking(permission).into())
        }
        _ => Ok(Some(context)),
    }
}

/// The API token in the `Authorization` header. Another kind of authorization there is not ours and lets nobody in; neither
/// do two, of which a server in front of us might have judged the other.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().unwrap_or_default();
    if values.next().is_some() {
        return Some("");
    }
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let ours = scheme.eq_ignore_ascii_case("bearer") && token.trim().starts_with(TOKEN_PREFIX);
    Some(if ours { token.trim() } else { "" })
}

/// A body is JSON or YAML. What a page of another origin can send without asking (forms, plain text) is refused.
fn check_kind(headers: &HeaderMap) -> Result<(), AppError> {
    let has_body =
        declared_length(headers).is_some_and(|length| length > 0) || headers.contains_key(header::TRANSFER_ENCODING);
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        if has_body {
            return Err(AppError::UnsupportedMediaType(
                "Say what the body is: `Content-Type: application/json`.".into(),
            ));
        }
        return Ok(());
    };
    let kind = kind
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "application/json" | "application/yaml" => Ok(()),
        _ => Err(AppError::UnsupportedMediaType(format!(
            "`{kind}` is not taken here. Send JSON, with `Content-Type: application/json`."
        ))),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads and forgets a body: a server that answers and closes while the browser still sends is seen as broken.
async fn drain(body: Body) {
    let mut parts = body.into_data_stream();
    let read = async {
        let mut seen = 0;
        while let Some(Ok(part)) = parts.next().await {
            seen += part.len();
            if seen > DRAINED {
                break;
            }
        }
    };
    // Whether it ended or was given up makes no difference.
    let _given_up = tokio::time::timeout(DRAIN_DEADLINE, read).await;
}
