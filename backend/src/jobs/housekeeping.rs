//! Clears away what has expired, and lets the metrics forget old samples.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::identity::Identity;
use crate::telemetry;

const EVERY: Duration = Duration::from_secs(60);

/// Runs until the server stops.
pub async fn run(identity: Identity) {
    let mut turns = interval(EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        telemetry::metrics().run_upkeep();
        if let Err(error) = identity.forget_expired().await {
            tracing::warn!(%error, "could not clear away what has expired");
        }
    }
}
