//! A shell in a container over a socket.

mod record;
mod talk;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use muster_api::problem::Problem;
use muster_api::shell::{MOST_INPUT_BYTES, ShellQuery};
use tokio_util::sync::CancellationToken;

use super::extract::{Path, Query};
use super::held::Needed;
use crate::access::Asked;
use crate::app::App;
use crate::audit::{AuditNote, Event};
use crate::context::RequestContext;
use crate::error::{AppError, AppResult};
use crate::resources::object::ObjectPath;

/// One shell, as it was asked for.
struct Visit {
    app: App,
    context: RequestContext,
    path: ObjectPath,
    query: ShellQuery,
    /// What all of its events have in common.
    event: Option<Event>,
    /// The right that must last as long as the shell.
    needed: Needed,
    /// The cluster is taken out of the console.
    removed: CancellationToken,
}

/// A shell in a container of a pod, over a WebSocket: binary messages are what is typed and what the terminal shows, text
/// messages are `ShellRequest`s and `ShellMessage`s. No more than 512 kB of output are on their way: the client says what
/// it has taken (`{"taken": bytes}`). Needs the right to create `pods/exec`.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/shell",
    operation_id = "open_shell", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("namespace" = String, Path, description = "the pod's namespace"),
        ("name" = String, Path, description = "the pod's name"),
        ShellQuery,
    ),
    responses(
        (status = 101, description = "a socket; what is wrong is a message, too"),
        (status = 400, description = "no WebSocket was asked for", body = Problem),
        (status = 404, body = Problem),
    ))]
pub async fn open_shell(
    State(app): State<App>,
    context: RequestContext,
    note: AuditNote,
    Path((cluster, namespace, name)): Path<(String, String, String)>,
    Query(query): Query<ShellQuery>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> AppResult<Response> {
    let known = app.clusters.get(&context, &cluster)?;
    let removed = app.clusters.removal(&context, &cluster)?;
    let needed = Needed {
        cluster: known.id.parse().map_err(AppError::internal)?,
        asked: Asked::of_pod("exec", &namespace, &name),
    };
    let socket = socket.map_err(|_| AppError::invalid("A shell is opened as a WebSocket: ask for the upgrade."))?;
    let tracker = app.tasks.tracker.clone();
    let visit = Visit {
        event: note.so_far(),
        path: ObjectPath::of("core", "v1", "pods", cluster, namespace, name),
        app,
        context,
        query,
        needed,
        removed,
    };
    let spoken = move |socket| tracker.track_future(talk::speak(socket, visit));
    Ok(socket.max_message_size(MOST_INPUT_BYTES).on_upgrade(spoken))
}
