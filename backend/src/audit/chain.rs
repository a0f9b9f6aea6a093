//! The chain's ends: the head (the newest row) and the anchor (the last row that was removed), sealed with the master key,
//! and where a new row continues the chain, also when somebody was at the log.

use uuid::Uuid;

use crate::database::audit_events::{End, Link};
use crate::secrets::{SealedColumn, Secrets, SecretsError};

/// A hash's bytes; the first row follows a hash of zeros.
const HASH_BYTES: usize = 32;
const NUMBER_BYTES: usize = 8;

const HEAD: SealedColumn = SealedColumn::AUDIT_HEAD;
const ANCHOR: SealedColumn = SealedColumn::AUDIT_ANCHOR;

/// What the first row follows.
pub(super) fn genesis() -> Link {
    Link {
        sequence: 0,
        hash: vec![0; HASH_BYTES],
    }
}

/// A sealed end of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sealed {
    /// There is none.
    Absent,
    /// It was changed, or sealed with another master key.
    Unreadable,
    /// This row.
    Row(Link),
}

/// Seals and opens the ends of the chain.
#[derive(Clone)]
pub(super) struct Sealer(Secrets);

impl Sealer {
    pub(super) fn new(secrets: Secrets) -> Self {
        Self(secrets)
    }

    pub(super) fn head(&self, text: &str) -> Sealed {
        self.open(HEAD, text)
    }

    pub(super) fn anchor(&self, text: &str) -> Sealed {
        self.open(ANCHOR, text)
    }

    pub(super) fn seal_head(&self, link: &Link) -> Result<String, SecretsError> {
        self.seal(HEAD, link)
    }

    pub(super) fn seal_anchor(&self, link: &Link) -> Result<String, SecretsError> {
        self.seal(ANCHOR, link)
    }

    fn open(&self, column: SealedColumn, text: &str) -> Sealed {
        if text.is_empty() {
            return Sealed::Absent;
        }
        let opened = hex::decode(text)
            .ok()
            .and_then(|sealed| self.0.open(column, Uuid::nil(), &sealed).ok());
        let Some(opened) = opened else {
            return Sealed::Unreadable;
        };
        let plain = secrecy::ExposeSecret::expose_secret(&opened);
        match plain.split_first_chunk::<NUMBER_BYTES>() {
            Some((number, hash)) if hash.len() == HASH_BYTES => Sealed::Row(Link {
                sequence: i64::from_be_bytes(*number),
                hash: hash.to_vec(),
            }),
            _ => Sealed::Unreadable,
        }
    }

    fn seal(&self, column: SealedColumn, link: &Link) -> Result<String, SecretsError> {
        let mut plain = link.sequence.to_be_bytes().to_vec();
        plain.extend_from_slice(&link.hash);
        Ok(hex::encode(self.0.seal(column, Uuid::nil(), &plain)?))
    }
}

/// Where the chain goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tip {
    /// The row that the next one follows.
    pub(super) link: Link,
    /// What is wrong with the end of the log, in a sentence.
    pub(super) damage: Option<String>,
}

/// Finds the row that the next one follows. Where the end was tampered with, the chain goes on in a way that leaves the
/// damage to be found by a verification, or is told of by an event in the chain itself.
pub(super) fn tip(sealer: &Sealer, end: &End, remembered: Option<&Link>) -> Tip {
    let tip = stored_tip(sealer, end);
    match remembered {
        // Another process may have added rows; nobody may have taken any away.
        Some(known)
            if known.sequence > tip.link.sequence
                || (known.sequence == tip.link.sequence && known.hash != tip.link.hash) =>
        {
            Tip {
                damage: Some(format!(
                    "This server had written event {}, but the log ended with another event {}: it was put back to an \
                     earlier state or changed.",
                    known.sequence, tip.link.sequence
                )),
                link: known.clone(),
            }
        }
        _ => tip,
    }
}

fn stored_tip(sealer: &Sealer, end: &End) -> Tip {
    let right = |link| Tip { link, damage: None };
    let wrong = |link, damage| Tip {
        link,
        damage: Some(damage),
    };
    let anchor = match sealer.anchor(&end.anchor) {
        Sealed::Row(link) => Some(link),
        Sealed::Absent | Sealed::Unreadable => None,
    };
    match (sealer.head(&end.head), &end.newest) {
        (Sealed::Row(head), Some(newest)) if head == *newest => right(head),
        (Sealed::Row(head), None) if anchor.as_ref() == Some(&head) => right(head),
        (Sealed::Row(head), Some(newest)) if newest.sequence > head.sequence => {
            let damage = format!(
                "The events from {} to {} were not written by this console.",
                head.sequence + 1,
                newest.sequence
            );
            wrong(newest.clone(), damage)
        }
        (Sealed::Row(head), newest) => {
            let found = newest.as_ref().map_or(0, |link| link.sequence);
            let damage = format!(
                "The newest event should have been {}, but the log ended with {found}, or that event was changed.",
                head.sequence
            );
            wrong(head, damage)
        }
        (Sealed::Absent, None) if anchor.is_none() => right(genesis()),
        (Sealed::Absent | Sealed::Unreadable, newest) => {
            let link = newest.clone().or(anchor).unwrap_or_else(genesis);
            let damage = format!(
                "The record of the newest event was lost or could not be opened; the log went on after event {}.",
                link.sequence
            );
            wrong(link, damage)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::MasterKey;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(Secrets::new(&MasterKey::from_bytes([byte; 32])))
    }

    fn link(sequence: i64) -> Link {
        Link {
            sequence,
            hash: vec![u8::try_from(sequence).unwrap(); HASH_BYTES],
        }
    }

    fn end(head: Option<i64>, newest: Option<i64>) -> End {
        let head = head.map(|head| sealer(1).seal_head(&link(head)).unwrap());
        End {
            head: head.unwrap_or_default(),
            anchor: String::new(),
            newest: newest.map(link),
        }
    }

    #[test]
    fn a_sealed_end_opens_as_what_it_was_with_its_own_key_only() {
        let text = sealer(1).seal_head(&link(9)).unwrap();
        assert_eq!(sealer(1).head(&text), Sealed::Row(link(9)));
        assert_eq!(sealer(1).anchor(&text), Sealed::Unreadable);
        assert_eq!(sealer(2).head(&text), Sealed::Unreadable);
        assert_eq!(sealer(1).head("00"), Sealed::Unreadable);
        assert_eq!(sealer(1).head(""), Sealed::Absent);
    }

    #[test]
    fn an_untouched_log_goes_on_after_its_newest_row() {
        let go_on = |end: &End, known: Option<&Link>| tip(&sealer(1), end, known);
        assert_eq!(go_on(&end(None, None), None).link, genesis());
        let untouched = go_on(&end(Some(7), Some(7)), Some(&link(5)));
        assert_eq!((untouched.link, untouched.damage), (link(7), None));
        let all_removed_by_age = End {
            anchor: sealer(1).seal_anchor(&link(7)).unwrap(),
            ..end(Some(7), None)
        };
        assert_eq!(go_on(&all_removed_by_age, None).damage, None);
    }

    #[test]
    fn after_damage_the_chain_goes_on_where_the_damage_stays_visible() {
        let go_on = |end: &End, known: Option<&Link>| tip(&sealer(1), end, known);
        for (end, known, continues) in [
            (end(Some(7), Some(5)), None, link(7)),
            (end(Some(7), None), None, link(7)),
            (end(Some(7), Some(9)), None, link(9)),
            (end(None, Some(9)), None, link(9)),
            (end(Some(5), Some(5)), Some(link(7)), link(7)),
        ] {
            let found = go_on(&end, known.as_ref());
            assert_eq!(found.link, continues, "{end:?}");
            assert!(found.damage.is_some(), "{end:?}");
        }
    }
}
