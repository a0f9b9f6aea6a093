//! Notices changes of roles, bindings and projects: one's own at once, those of other servers on the same database soon.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::{Access, Snapshot};
use crate::context::RequestContext;
use crate::database::{DatabaseError, settings};
use crate::locks::write;

/// How often the database is asked whether another server changed something.
const EVERY: Duration = Duration::from_secs(1);

impl Access {
    /// Reads everything anew after a change, and tells everybody.
    pub(super) async fn reload(&self) -> Result<(), DatabaseError> {
        // One after another: what was read before somebody else's change must not take the place of what was read after
        // it, or a right that has just been revoked would be back.
        let _turn = self.0.reloading.lock().await;
        let snapshot = Arc::new(Snapshot::read(&self.0.database).await?);
        *write(&self.0.snapshot) = snapshot;
        self.0.changed.send_modify(|count| *count += 1);
        self.notify_seen();
        Ok(())
    }

    /// Takes in what another room changed in the database (a user that is gone with his bindings).
    pub async fn refresh(&self, _context: &RequestContext) -> Result<(), DatabaseError> {
        self.reload().await?;
        self.settle().await;
        Ok(())
    }

    /// Lets everything that is open ask anew what it may show: as whom a session looks at the console has changed.
    pub fn look_again(&self, _context: &RequestContext) {
        self.notify_seen();
    }

    /// Runs until the server stops.
    pub(super) async fn follow_database(self) {
        let mut turns = interval(EVERY);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut known = None;
        loop {
            turns.tick().await;
            if let Err(error) = self.look(&mut known).await {
                tracing::warn!(%error, "could not look for changed rights");
            }
        }
    }

    async fn look(&self, known: &mut Option<String>) -> Result<(), DatabaseError> {
        let revision = settings::read(&self.0.database, settings::ACCESS_REVISION).await?;
        if *known != revision {
            self.reload().await?;
            *known = revision;
        }
        Ok(())
    }
}
