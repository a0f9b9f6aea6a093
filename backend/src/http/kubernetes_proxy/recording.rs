//! Recordings of shells that kubectl opens, where shells are recorded: none is opened that cannot be.

use bytes::Bytes;
use http::{HeaderMap, header};
use muster_api::shell::TerminalSize;
use tokio::sync::mpsc;

use crate::app::App;
use crate::audit::{AuditNote, Recording};
use crate::context::RequestContext;
use crate::error::{AppError, AppResult};
use crate::resources::api_proxy::{Call, Opens, Shown, is_readable};

/// So many parts wait for the recording; then the shell waits.
const PARTS_IN_BETWEEN: usize = 16;
/// kubectl says how large its terminal is in a message to the cluster, which is not read.
const SIZE: TerminalSize = TerminalSize { columns: 80, rows: 24 };

/// Begins the recording of a call that opens a shell; none for other calls, and where shells are not recorded.
pub(super) async fn begin(
    app: &App,
    context: &RequestContext,
    note: &AuditNote,
    call: &Call,
) -> AppResult<Option<Recording>> {
    let opens_shell = call.upgrades() && matches!(call.opens(), Some(Opens::Shell { .. }));
    if !opens_shell || !app.audit.recordings().is_on() {
        return Ok(None);
    }
    if !call.wants_websocket() {
        return Err(unreadable());
    }
    let title = format!("{} in the cluster {}", call.path(), call.cluster());
    let recording = app.audit.recordings().begin(context, &title, SIZE).await?;
    if let Some(recording) = &recording {
        note.detail("recording", recording.id().to_string());
    }
    Ok(recording)
}

/// Who listens to a shell for its recording, and the work of that. An error when what the cluster and the client agreed
/// on cannot be read.
pub(super) fn listen(
    recording: Recording,
    agreed: &HeaderMap,
) -> AppResult<(mpsc::Sender<Bytes>, impl Future<Output = ()> + use<>)> {
    if !is_readable(agreed.get(header::SEC_WEBSOCKET_PROTOCOL)) {
        return Err(unreadable());
    }
    let (sender, receiver) = mpsc::channel(PARTS_IN_BETWEEN);
    Ok((sender, follow(recording, receiver)))
}

/// Records until the shell ends, or until it cannot be recorded any more: then the shell ends.
async fn follow(mut recording: Recording, mut parts: mpsc::Receiver<Bytes>) {
    let mut shown = Shown::default();
    while let Some(part) = parts.recv().await {
        if let Err(error) = recording.output(&shown.read(&part)).await {
            tracing::error!(%error, "a shell ends: it cannot be recorded any more");
            return;
        }
    }
}

fn unreadable() -> AppError {
    AppError::forbidden(
        "Shells are recorded here, and that needs a WebSocket: use kubectl 1.31 or a later one, or the console's own shell.",
    )
}
