//! Looks at accounts of providers again, and takes back changes of providers that nobody confirmed.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::identity::Identity;

const EVERY: Duration = Duration::from_secs(10);

/// Runs until the server stops.
pub async fn run(identity: Identity) {
    let mut turns = interval(EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = identity.take_back_unconfirmed().await {
            tracing::warn!(%error, "could not look for changes of providers that nobody confirmed");
        }
        if let Err(error) = identity.refresh_old().await {
            tracing::warn!(%error, "could not look at accounts of providers again");
        }
    }
}
