//! What is written down of a call of the Kubernetes API: what it is done to, and of a connection that stays open when it
//! was opened, when it ended and why.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use futures::future::BoxFuture;
use muster_api::audit::AuditAction;

use super::Over;
use crate::app::App;
use crate::audit::{AuditError, AuditNote, Event, Target};
use crate::resources::api_proxy::{Call, Opens};

const OVER_BY_ITSELF: &str = "The client or the container ended it.";
const FORWARD_OVER_BY_ITSELF: &str = "The client or the pod ended it.";

/// Notes what is asked of the cluster.
pub(super) fn describe(note: &AuditNote, call: &Call) {
    note.detail("verb", call.verb());
    if let Some(object) = call.object() {
        let group = if object.asked.group.is_empty() {
            "core"
        } else {
            &object.asked.group
        };
        let target = Target::default()
            .of_kind(group, object.version, &object.asked.resource)
            .in_namespace(object.asked.namespace.as_deref().unwrap_or_default())
            .named(object.asked.name.as_deref().unwrap_or_default())
            .subresource(object.asked.subresource.as_deref().unwrap_or_default());
        note.on(target);
    } else {
        note.detail("path", call.path());
    }
    if call.is_trial() {
        note.detail("dryRun", true);
    }
    match call.opens() {
        Some(Opens::Shell { container, program }) => {
            note.action(AuditAction::ShellOpened);
            note.detail("container", container);
            // Never the whole command: people type passwords behind the program's name.
            note.detail("program", program);
        }
        Some(Opens::Port) => note.action(AuditAction::PortForwarded),
        None => {}
    }
}

/// Before a connection is opened: where everything must be written down, this writes that it is about to be. Calls that
/// change something have that from the route's guard; a WebSocket is opened by a GET.
pub(super) async fn begin(app: &App, note: &AuditNote, call: &Call, is_read: bool) -> Result<(), AuditError> {
    if !is_read || !call.upgrades() || !app.audit.is_required() {
        return Ok(());
    }
    match note.so_far() {
        Some(event) => app.audit.record(event.begun()).await,
        None => Ok(()),
    }
}

/// A connection that is open.
pub(super) struct Connection {
    app: App,
    event: Option<Event>,
    is_port: bool,
    opened_at: Instant,
    why: Arc<OnceLock<Over>>,
}

impl Connection {
    /// It was opened just now; what is neither a shell nor a forwarded port leaves no second event.
    pub(super) fn opened(app: &App, note: &AuditNote, call: &Call) -> Self {
        let opens = call.opens();
        Self {
            app: app.clone(),
            is_port: matches!(opens, Some(Opens::Port)),
            event: opens.and_then(|_| note.so_far()),
            opened_at: Instant::now(),
            why: Arc::default(),
        }
    }

    /// `over`, remembered as the reason when it comes first.
    pub(super) fn remember(&self, over: BoxFuture<'static, Over>) -> BoxFuture<'static, ()> {
        let why = Arc::clone(&self.why);
        Box::pin(async move {
            let _is_first = why.set(over.await);
        })
    }

    /// It has ended.
    pub(super) async fn closed(self) {
        let Some(event) = self.event else {
            return;
        };
        let by_itself = if self.is_port {
            FORWARD_OVER_BY_ITSELF
        } else {
            OVER_BY_ITSELF
        };
        let event = event
            .action(if self.is_port {
                AuditAction::PortForwardClosed
            } else {
                AuditAction::ShellClosed
            })
            .at(self.app.clock.now())
            .took(self.opened_at.elapsed())
            .because(self.why.get().map_or(by_itself, Over::sentence));
        // It is over and cannot be refused any more; an event that is lost is in the server's log.
        let _written = self.app.audit.record(event).await;
    }
}
