//! Keeps the audit log at its configured age.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::audit::Audit;

const EVERY: Duration = Duration::from_secs(60);

/// Runs until the server stops.
pub async fn run(audit: Audit) {
    let mut turns = interval(EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = audit.upkeep().await {
            tracing::warn!(%error, "could not remove old events from the audit log");
        }
    }
}
