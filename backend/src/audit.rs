//! The audit log: who did what to which object, from where, whether it was allowed and why, and what came of it.
//!
//! [`Event`]s are made from types that cannot hold a secret ([`Details`]), written by one task that commits many at once
//! (`writer`), and chained: each row's hash covers the hash of the row before it (`chain`).
//!
//! # What the chain proves
//!
//! The hash of the newest row is sealed with the master key in the database (the head), and so is the hash of the last
//! row that was removed by age (the anchor). Whoever can write to the database but does not have the master key can
//! neither change, remove, add nor reorder a row between the two without [`Audit::verify`] naming the first one that is
//! wrong, nor cut off the newest rows.
//!
//! It cannot prove more than that:
//! - Whoever has the master key *and* the database can write a whole new chain. The hash of a row that was kept elsewhere
//!   (an export, the answer of a verification) uncovers it.
//! - Whoever puts back the whole database as it was some time ago, head included, has a log that is right and shorter.
//!   A running server notices, because it remembers what it wrote last; so does a hash that was kept elsewhere.
//! - Whoever removes every row together with head and anchor has a log in which nothing was ever written.
//! - That a row is right says that the console wrote it, not that the console was told the truth.

mod canonical;
mod chain;
mod details;
mod event;
mod export;
mod note;
mod recordings;
mod retention;
mod search;
mod target;
mod verification;
mod who;
mod writer;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

pub use details::{Detail, Details};
pub use event::Event;
pub use export::Format;
pub use note::AuditNote;
pub use recordings::{Recording, RecordingError, Recordings};
pub use target::Target;
pub use who::Who;

use crate::clock::Clock;
use crate::config::{Config, one_host};
use crate::database::{Database, DatabaseError};
use crate::secrets::{Secrets, SecretsError};
use chain::Sealer;
use writer::{Order, Writer};

/// How many events wait to be written before the next one waits, or is lost.
const QUEUE: usize = 4096;
/// How long a change waits for its event to be on the disk.
const WRITE_DEADLINE: Duration = Duration::from_secs(15);
/// How long an answer that changes nothing waits for its event.
const READ_PATIENCE: Duration = Duration::from_secs(1);
/// So many events a minute are written for one host from which nobody is signed in: anybody could fill the disk.
const OF_STRANGERS: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// Why something with the audit log did not work.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The event could not be written, and nothing may be done that is not written down.
    #[error("the audit log cannot be written")]
    NotWritten,
    /// The log is being verified already.
    #[error("the audit log is being verified already")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The head or anchor could not be sealed.
    #[error("the end of the audit log could not be sealed")]
    Sealing(#[from] SecretsError),
}

/// The audit log; cheap to clone.
#[derive(Clone)]
pub struct Audit(Arc<Parts>);

struct Parts {
    database: Database,
    sealer: Sealer,
    clock: Clock,
    required: bool,
    retention_days: u32,
    orders: mpsc::Sender<Order>,
    strangers: DefaultKeyedRateLimiter<IpAddr>,
    verifying: tokio::sync::Mutex<()>,
    recordings: Recordings,
}

impl Audit {
    /// Opens the log and starts the task that writes it; the task ends when nobody has the log any more.
    pub fn start(config: &Config, database: Database, secrets: Secrets, clock: Clock) -> Self {
        let (orders, waiting) = mpsc::channel(QUEUE);
        let sealer = Sealer::new(secrets);
        let writer = Writer::new(database.clone(), sealer.clone(), clock.clone());
        tokio::spawn(writer.run(waiting));
        Self(Arc::new(Parts {
            database,
            sealer,
            clock,
            required: config.audit_required,
            retention_days: config.audit_retention_days,
            orders,
            strangers: RateLimiter::keyed(Quota::per_minute(OF_STRANGERS)),
            verifying: tokio::sync::Mutex::default(),
            recordings: Recordings::new(config),
        }))
    }

    /// What shells showed.
    pub fn recordings(&self) -> &Recordings {
        &self.0.recordings
    }

    /// Must what cannot be written down be left undone (`audit_required`)?
    pub fn is_required(&self) -> bool {
        self.0.required
    }

    /// Writes what was changed, or is about to be, and waits until it is on the disk. When that fails the event is in the
    /// server's log with everything in it; it is an error only where the configuration demands an audit of every change.
    pub async fn record(&self, event: Event) -> Result<(), AuditError> {
        if !self.admits(&event) {
            return Ok(());
        }
        let event = Arc::new(event);
        let (done, outcome) = oneshot::channel();
        let order = Order::Write(Arc::clone(&event), Some(done));
        let is_written = if self.0.orders.send_timeout(order, WRITE_DEADLINE).await.is_ok() {
            // An event that is not written in time is not given up: the writer goes on, or says that it is lost.
            let outcome = timeout(WRITE_DEADLINE, outcome).await;
            outcome.is_ok_and(|written| written.unwrap_or(false))
        } else {
            writer::lose(&event, "too many events wait to be written");
            false
        };
        if is_written || !self.0.required {
            Ok(())
        } else {
            Err(AuditError::NotWritten)
        }
    }

    /// Writes what was read, without ever making the reading fail: a short time is waited for it.
    pub async fn note(&self, event: Event) {
        if !self.admits(&event) {
            return;
        }
        let event = Arc::new(event);
        let (done, outcome) = oneshot::channel();
        let order = Order::Write(Arc::clone(&event), Some(done));
        if self.0.orders.try_send(order).is_ok() {
            // Written, lost (the writer says so) or still waiting: the answer goes out.
            let _outcome = timeout(READ_PATIENCE, outcome).await;
        } else {
            writer::lose(&event, "too many events wait to be written");
        }
    }

    /// Waits until everything is written that was given so far.
    pub async fn finish(&self) {
        let (done, finished) = oneshot::channel();
        if self.0.orders.send(Order::Finish(done)).await.is_ok() {
            // The writer ends only when it is told nothing more: it answers.
            let _finished = finished.await;
        }
    }

    /// Forgets the hosts that were heard of long ago, and removes events that are too old.
    pub async fn upkeep(&self) -> Result<(), AuditError> {
        self.0.strangers.retain_recent();
        self.trim().await.map(drop)
    }

    /// Is it worth a row? Everything is that somebody did; of what nobody in particular tried, only so much a minute.
    fn admits(&self, event: &Event) -> bool {
        let Some(address) = event.address().filter(|_| event.is_of_nobody()) else {
            return true;
        };
        let admitted = self.0.strangers.check_key(&one_host(address)).is_ok();
        if !admitted {
            metrics::counter!("muster_audit_suppressed_total").increment(1);
        }
        admitted
    }
}
