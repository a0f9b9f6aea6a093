//! Which rows changed lately.

use std::collections::VecDeque;

use crate::store::Slot;

/// Changes that are remembered. A view that fell further behind looks at all rows again.
const REMEMBERED: usize = 4096;

/// The slots that changed, one per revision, the latest last.
///
/// A view that is a few changes behind only has to look at these slots to know whether anything
/// that it shows changed.
#[derive(Default)]
pub(crate) struct ChangeLog {
    /// The revision of the latest change.
    revision: u64,
    slots: VecDeque<Slot>,
}

impl ChangeLog {
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Notes a change; answers its revision.
    pub(crate) fn push(&mut self, slot: Slot) -> u64 {
        if self.slots.len() == REMEMBERED {
            self.slots.pop_front();
        }
        self.slots.push_back(slot);
        self.revision += 1;
        self.revision
    }

    /// Forgets all changes, so that every view looks at all rows again: what the slots hold is another.
    pub(crate) fn forget(&mut self) {
        self.slots.clear();
        self.revision += 1;
    }

    /// The slots that changed after a revision; none when that is too long ago.
    pub(crate) fn since(&self, revision: u64) -> Option<impl Iterator<Item = Slot>> {
        let behind = usize::try_from(self.revision.checked_sub(revision)?).ok()?;
        let known = self.slots.len().checked_sub(behind)?;
        Some(self.slots.iter().skip(known).copied())
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
    }
}
