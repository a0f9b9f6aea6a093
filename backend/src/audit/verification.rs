//! Goes through the whole chain and names the first thing that is wrong. What that proves is said in [`super`].

use muster_api::audit::{AuditFault, AuditFaultKind, AuditVerification};

use super::chain::{Sealed, genesis};
use super::{Audit, AuditError, canonical};
use crate::context::RequestContext;
use crate::database::audit_events::{self, AuditRow, Link};

/// How many rows are read at once: hashing them holds other work up for a few milliseconds.
const ROWS: i64 = 500;
/// How often it begins anew when old rows are removed meanwhile.
const TRIES: usize = 3;

/// How far the chain was found to be right.
struct Walk {
    /// The last row that is right, or what the first one should follow.
    last: Link,
    first: Option<i64>,
    events: u64,
}

enum Step {
    /// So far it is right, and there is more.
    Right,
    /// There are no more rows.
    End,
    /// This is wrong.
    Wrong(AuditFault),
}

impl Audit {
    /// Verifies the whole log. Only one verification runs at a time.
    pub async fn verify(&self, _context: &RequestContext) -> Result<AuditVerification, AuditError> {
        let _turn = self.0.verifying.try_lock().map_err(|_| AuditError::Busy)?;
        let mut tries = 1;
        loop {
            let (_, begun_with) = audit_events::seals(&self.0.database).await?;
            let found = self.walk(&begun_with).await?;
            if found.intact || tries == TRIES {
                return Ok(found);
            }
            let (_, anchor) = audit_events::seals(&self.0.database).await?;
            if anchor == begun_with {
                return Ok(found);
            }
            tries += 1;
        }
    }

    async fn walk(&self, anchor: &str) -> Result<AuditVerification, AuditError> {
        let mut walk = Walk {
            last: genesis(),
            first: None,
            events: 0,
        };
        match self.0.sealer.anchor(anchor) {
            Sealed::Row(link) => walk.last = link,
            Sealed::Absent => {}
            Sealed::Unreadable => {
                let message = "The record of where the kept events begin cannot be opened: it was changed, or this is \
                               another master key.";
                return Ok(walk.found(Some(fault(AuditFaultKind::AnchorLost, None, message))));
            }
        }
        loop {
            match self.step(&mut walk).await? {
                Step::Right => continue,
                Step::Wrong(fault) => return Ok(walk.found(Some(fault))),
                Step::End => {}
            }
            let (head, _) = audit_events::seals(&self.0.database).await?;
            match self.0.sealer.head(&head) {
                Sealed::Row(head) if head.sequence > walk.last.sequence => {
                    // Rows that were added meanwhile are there by now, because their head is.
                    match self.step(&mut walk).await? {
                        Step::Right => {}
                        Step::Wrong(fault) => return Ok(walk.found(Some(fault))),
                        Step::End => {
                            let fault = cut_off(&walk.last, &head);
                            return Ok(walk.found(Some(fault)));
                        }
                    }
                }
                head => {
                    let fault = wrong_head(&head, &walk);
                    return Ok(walk.found(fault));
                }
            }
        }
    }

    /// Looks at the next rows.
    async fn step(&self, walk: &mut Walk) -> Result<Step, AuditError> {
        // The first look is from the very beginning: rows before the anchor must not be there.
        let after = if walk.first.is_none() {
            i64::MIN
        } else {
            walk.last.sequence
        };
        let rows = audit_events::following(&self.0.database, after, ROWS).await?;
        if rows.is_empty() {
            return Ok(Step::End);
        }
        for row in &rows {
            if let Some(fault) = walk.wrong(row) {
                return Ok(Step::Wrong(fault));
            }
            walk.first.get_or_insert(row.sequence);
            walk.events += 1;
            walk.last = Link {
                sequence: row.sequence,
                hash: row.hash.clone(),
            };
        }
        Ok(Step::Right)
    }
}

impl Walk {
    /// What is wrong with the row that comes next, if anything.
    fn wrong(&self, row: &AuditRow) -> Option<AuditFault> {
        let expected = self.last.sequence + 1;
        if row.sequence < expected {
            let message = format!(
                "Event {} was removed by age, or never written, and is there.",
                row.sequence
            );
            return Some(fault(AuditFaultKind::Added, Some(row.sequence), &message));
        }
        if row.sequence > expected {
            let message = match row.sequence - expected {
                1 => format!("Event {expected} is missing."),
                _ => format!("The events from {expected} to {} are missing.", row.sequence - 1),
            };
            return Some(fault(AuditFaultKind::Missing, Some(expected), &message));
        }
        if canonical::hash(&self.last.hash, row) != row.hash {
            let message = format!(
                "Event {} is not what the console wrote: it was changed, or stands in another event's place.",
                row.sequence
            );
            return Some(fault(AuditFaultKind::Changed, Some(row.sequence), &message));
        }
        None
    }

    fn found(self, fault: Option<AuditFault>) -> AuditVerification {
        let number = |sequence: i64| u64::try_from(sequence).ok();
        AuditVerification {
            intact: fault.is_none(),
            events: self.events,
            first: self.first.and_then(number),
            last: self.first.and_then(|_| number(self.last.sequence)),
            last_hash: self.first.map(|_| hex::encode(&self.last.hash)),
            fault,
        }
    }
}

fn cut_off(last: &Link, head: &Link) -> AuditFault {
    let first = last.sequence + 1;
    let message = match head.sequence - last.sequence {
        1 => format!("The newest event, {first}, is missing."),
        _ => format!("The newest events, from {first} to {}, are missing.", head.sequence),
    };
    fault(AuditFaultKind::CutOff, Some(first), &message)
}

/// What the head says against the rows, when it is not that some are missing.
fn wrong_head(head: &Sealed, walk: &Walk) -> Option<AuditFault> {
    let last = &walk.last;
    match head {
        Sealed::Row(head) if head == last => None,
        Sealed::Row(head) if head.sequence < last.sequence => {
            let first = head.sequence + 1;
            let message = format!(
                "The console wrote no event after {}; those from {first} on were added by somebody else.",
                head.sequence
            );
            Some(fault(AuditFaultKind::Added, Some(first), &message))
        }
        Sealed::Row(_) => {
            let message = format!(
                "Event {} is not the one that the console wrote: it or one before it was changed, and the hashes after it \
                 were made anew.",
                last.sequence
            );
            Some(fault(AuditFaultKind::Changed, Some(last.sequence), &message))
        }
        Sealed::Absent if last.sequence == 0 => None,
        Sealed::Absent | Sealed::Unreadable => {
            let message = "The record of the newest event is lost or cannot be opened: somebody changed it, or this is \
                           another master key. Whether the newest events are all there cannot be told.";
            Some(fault(AuditFaultKind::HeadLost, None, message))
        }
    }
}

fn fault(kind: AuditFaultKind, sequence: Option<i64>, message: &str) -> AuditFault {
    AuditFault {
        kind,
        sequence: sequence.and_then(|sequence| u64::try_from(sequence).ok()),
        message: message.to_owned(),
    }
}
