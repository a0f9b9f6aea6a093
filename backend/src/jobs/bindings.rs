//! Ends bindings whose time is over, and writes down that they ended.

use std::time::Duration;

use muster_api::access::Binding;
use muster_api::audit::AuditAction;
use tokio::time::{MissedTickBehavior, interval};

use crate::access::Access;
use crate::audit::{Audit, AuditNote, Event, Target};
use crate::clock::Clock;
use crate::context::RequestContext;
use crate::http::notes;

/// A binding gives nothing from its end on, whether or not it is forgotten yet; in clusters it stands for this much longer.
const EVERY: Duration = Duration::from_secs(1);

/// Runs until the server stops.
pub async fn run(access: Access, audit: Audit, clock: Clock) {
    let mut turns = interval(EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        let context = RequestContext::system(clock.clone());
        match access.end_expired(&context).await {
            Ok(ended) => {
                for binding in ended {
                    write(&audit, &context, &binding).await;
                }
            }
            Err(error) => tracing::warn!(%error, "could not end bindings whose time is over"),
        }
    }
}

async fn write(audit: &Audit, context: &RequestContext, binding: &Binding) {
    let event = Event::of(context, AuditAction::BindingRevoked)
        .on(Target::of_console("bindings", ""))
        .because("Its time was over.");
    let note = AuditNote::begin(event, true, true);
    notes::binding(&note, binding);
    if let Some(event) = note.so_far() {
        // It has ended either way; an event that is lost is in the server's log.
        let _written = audit.record(event).await;
    }
}
