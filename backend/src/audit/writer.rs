//! The one task that writes: it takes what waits, and commits it together.

use std::sync::Arc;
use std::time::Duration;

use muster_api::audit::AuditAction;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::chain::{self, Sealer};
use super::{Details, Event, Who, canonical, search};
use crate::clock::Clock;
use crate::context::RequestContext;
use crate::database::audit_events::{self, Addition, AuditRow, End, Link};
use crate::database::{Database, DatabaseError};

/// How many events are committed together at most.
const MOST_TOGETHER: usize = 256;
/// How long one commit may take.
const COMMIT_DEADLINE: Duration = Duration::from_secs(12);

/// What the task is told.
pub(super) enum Order {
    /// To write an event, and to say whether it is on the disk.
    Write(Arc<Event>, Option<oneshot::Sender<bool>>),
    /// To say when everything is written that was told before.
    Finish(oneshot::Sender<()>),
}

/// Writes events in the order in which they come.
pub(super) struct Writer {
    database: Database,
    sealer: Sealer,
    clock: Clock,
    /// The row that was written last: nobody may take it away.
    newest: Option<Link>,
}

impl Writer {
    pub(super) fn new(database: Database, sealer: Sealer, clock: Clock) -> Self {
        Self {
            database,
            sealer,
            clock,
            newest: None,
        }
    }

    /// Runs until nobody can tell it anything any more.
    pub(super) async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut waiting = Vec::with_capacity(MOST_TOGETHER);
        while orders.recv_many(&mut waiting, MOST_TOGETHER).await > 0 {
            let mut events = Vec::new();
            let mut finishing = Vec::new();
            for order in waiting.drain(..) {
                match order {
                    Order::Write(event, done) => events.push((event, done)),
                    Order::Finish(done) => finishing.push(done),
                }
            }
            self.write(events).await;
            for done in finishing {
                // Whoever asked may have gone.
                let _gone = done.send(());
            }
        }
    }

    async fn write(&mut self, events: Vec<(Arc<Event>, Option<oneshot::Sender<bool>>)>) {
        if events.is_empty() {
            return;
        }
        let all: Vec<&Event> = events.iter().map(|(event, _)| event.as_ref()).collect();
        let together = self.commit(&all).await;
        // When one event cannot be written, the others still can.
        let one_by_one =
            events.len() > 1 && matches!(together, Err(DatabaseError::Query(_) | DatabaseError::Duplicate));
        for (event, done) in events {
            let written = match &together {
                Ok(()) => Ok(()),
                Err(_) if one_by_one => self.commit(&[&event]).await.map_err(|error| reason_of(&error)),
                Err(error) => Err(reason_of(error)),
            };
            if let Err(reason) = &written {
                lose(&event, reason);
            }
            if let Some(done) = done {
                let _gone = done.send(written.is_ok());
            }
        }
    }

    async fn commit(&mut self, events: &[&Event]) -> Result<(), DatabaseError> {
        let rows: Vec<AuditRow> = events.iter().map(|event| event.row()).collect();
        let (sealer, clock, remembered) = (&self.sealer, &self.clock, self.newest.as_ref());
        let mut newest = None;
        let make = |end: &End| {
            let addition = continue_chain(sealer, clock, end, remembered, rows)?;
            newest = addition.rows.last().map(|row| Link {
                sequence: row.sequence,
                hash: row.hash.clone(),
            });
            Ok(addition)
        };
        match timeout(COMMIT_DEADLINE, audit_events::append(&self.database, make)).await {
            Ok(written) => written?,
            Err(_) => return Err(DatabaseError::Storage("the database did not answer in time".to_owned())),
        }
        self.newest = newest;
        Ok(())
    }
}

/// Gives rows their places after the end of the log.
fn continue_chain(
    sealer: &Sealer,
    clock: &Clock,
    end: &End,
    remembered: Option<&Link>,
    rows: Vec<AuditRow>,
) -> Result<Addition, DatabaseError> {
    let tip = chain::tip(sealer, end, remembered);
    let damage = tip.damage.map(|damage| {
        tracing::error!(damage, "the audit log was tampered with");
        metrics::counter!("muster_audit_damages_total").increment(1);
        let context = RequestContext::system(clock.clone());
        Event::new(Who::from(&context), AuditAction::AuditDamaged, clock.now())
            .because(damage)
            .details(Details::new().with("after", tip.link.sequence))
            .row()
    });
    let mut previous = tip.link;
    let mut placed = Vec::with_capacity(rows.len() + 1);
    for mut row in damage.into_iter().chain(rows) {
        row.sequence = previous.sequence + 1;
        row.hash = canonical::hash(&previous.hash, &row);
        previous = Link {
            sequence: row.sequence,
            hash: row.hash.clone(),
        };
        placed.push(row);
    }
    let head = sealer
        .seal_head(&previous)
        .map_err(|error| DatabaseError::Storage(error.to_string()))?;
    Ok(Addition { rows: placed, head })
}

/// An event that cannot be written is at least in the server's log, with everything in it.
pub(super) fn lose(event: &Event, reason: &str) {
    metrics::counter!("muster_audit_lost_total").increment(1);
    let event = serde_json::to_string(&search::wire(event.row())).unwrap_or_default();
    tracing::error!(event, reason, "an event could not be written to the audit log");
}

fn reason_of(error: &DatabaseError) -> String {
    match error {
        DatabaseError::Query(error) => format!("a query failed: {error}"),
        other => other.to_string(),
    }
}
