//! Removes what is older than the configured age, from the beginning of the chain. The last removed row is remembered
//! (the anchor), so that the first kept one can still be verified.

use jiff::{SignedDuration, Timestamp};
use muster_api::audit::AuditAction;

use super::{Audit, AuditError, Details, Event};
use crate::context::RequestContext;
use crate::database::audit_events;

/// How many rows are removed at once: others wait for the database meanwhile.
const ROWS: i64 = 2000;
/// Rows may become so much older than configured: removing is itself an event, and once a day is enough.
const GRACE: SignedDuration = SignedDuration::from_hours(24);

impl Audit {
    /// Removes events that are older than `audit_retention_days`, when some are older by more than a day. Gives how many.
    pub async fn trim(&self) -> Result<u64, AuditError> {
        let days = self.0.retention_days;
        if days == 0 {
            return Ok(0);
        }
        let now = self.0.clock.now();
        let age = SignedDuration::from_hours(24 * i64::from(days));
        let kept_since = now.checked_sub(age).unwrap_or(Timestamp::MIN);
        self.0.recordings.trim(kept_since).await;
        let waits_until = kept_since.checked_sub(GRACE).unwrap_or(Timestamp::MIN);
        let oldest = audit_events::oldest(&self.0.database, 1).await?;
        if oldest
            .first()
            .is_none_or(|(_, time)| *time >= waits_until.as_millisecond())
        {
            return Ok(0);
        }
        let (mut removed, mut through) = (0, 0);
        loop {
            let rows = audit_events::oldest(&self.0.database, ROWS).await?;
            let old = rows.iter().take_while(|(_, time)| *time < kept_since.as_millisecond());
            let Some((last, _)) = old.last() else {
                break;
            };
            let anchor = self.0.sealer.seal_anchor(last)?;
            removed += audit_events::remove_through(&self.0.database, last.sequence, &anchor).await?;
            through = last.sequence;
        }
        let details = Details::new()
            .with("events", removed)
            .with("through", through)
            .with("olderThan", kept_since.to_string());
        let context = RequestContext::system(self.0.clock.clone());
        let event = Event::of(&context, AuditAction::AuditTrimmed)
            .because(format!("Events are kept for {days} days (audit_retention_days)."))
            .details(details);
        self.note(event).await;
        Ok(removed)
    }
}
