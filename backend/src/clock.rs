//! The one source of time: everything that compares or stores times asks a [`Clock`], so that tests can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Tells the time: the machine's, or the one that a test set.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds since the epoch when a test moves the time by hand.
    by_hand: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { by_hand: None }
    }

    /// A clock that stands at `start` until [`Clock::advance`] is called on any of its copies.
    pub fn by_hand(start: Timestamp) -> Self {
        Self {
            by_hand: Some(Arc::new(AtomicI64::new(start.as_millisecond()))),
        }
    }

    /// The time now, in whole milliseconds: what the database keeps, so that a time read back equals the one written.
    pub fn now(&self) -> Timestamp {
        let now = match &self.by_hand {
            Some(milliseconds) => milliseconds.load(Ordering::SeqCst),
            None => Timestamp::now().as_millisecond(),
        };
        Timestamp::from_millisecond(now).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves a clock that is moved by hand; the machine's clock stays as it is.
    pub fn advance(&self, by: std::time::Duration) {
        if let Some(milliseconds) = &self.by_hand {
            milliseconds.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}
