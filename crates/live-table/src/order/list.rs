//! A sorted list that a single row can enter and leave cheaply.

use std::cmp::Ordering;

use crate::store::Slot;

/// Half of what a chunk may hold. Moving this many slots costs less than finding their place.
const HALF_CHUNK: usize = 256;

/// Slots in sorted order, in chunks.
///
/// A flat array of 100,000 slots would move 200 kB for every row that comes; chunks of a few
/// hundred make that a kilobyte, and a position is still found by adding up a few hundred lengths.
#[derive(Clone, Debug, Default)]
pub(crate) struct SortedSlots {
    /// None is empty.
    chunks: Vec<Vec<Slot>>,
}

impl SortedSlots {
    pub(crate) fn from_sorted(slots: &[Slot]) -> Self {
        Self {
            chunks: slots.chunks(HALF_CHUNK).map(<[Slot]>::to_vec).collect(),
        }
    }

    /// Puts a slot where it belongs. `compare` tells how a slot stands to the new one.
    pub(crate) fn insert(&mut self, slot: Slot, compare: impl Fn(Slot) -> Ordering) {
        if self.chunks.is_empty() {
            self.chunks.push(Vec::new());
        }
        let at = self.chunk_of(&compare).min(self.chunks.len() - 1);
        let chunk = &mut self.chunks[at];
        let position = chunk.partition_point(|known| compare(*known).is_lt());
        chunk.insert(position, slot);
        if chunk.len() > 2 * HALF_CHUNK {
            let upper = chunk.split_off(HALF_CHUNK);
            self.chunks.insert(at + 1, upper);
        }
    }

    /// Takes out the slot that `compare` finds equal.
    pub(crate) fn remove(&mut self, compare: impl Fn(Slot) -> Ordering) {
        let at = self.chunk_of(&compare);
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        let Ok(position) = chunk.binary_search_by(|known| compare(*known)) else {
            return;
        };
        chunk.remove(position);
        if chunk.len() < HALF_CHUNK / 4 {
            self.join_with_next(at);
        }
    }

    /// All slots in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Slot> {
        self.chunks.iter().flatten().copied()
    }

    /// The slots from a position on.
    pub(crate) fn iter_from(&self, mut position: usize) -> impl Iterator<Item = Slot> {
        let mut first = 0;
        while let Some(chunk) = self.chunks.get(first).filter(|chunk| chunk.len() <= position) {
            position -= chunk.len();
            first += 1;
        }
        self.chunks[first..].iter().flatten().skip(position).copied()
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        let chunks = self.chunks.iter().map(|chunk| chunk.capacity() * size_of::<Slot>());
        chunks.sum::<usize>() + self.chunks.capacity() * size_of::<Vec<Slot>>()
    }

    /// The first chunk that does not end before the sought place.
    fn chunk_of(&self, compare: &impl Fn(Slot) -> Ordering) -> usize {
        self.chunks
            .partition_point(|chunk| chunk.last().is_some_and(|last| compare(*last).is_lt()))
    }

    /// Keeps a chunk that shrank from staying small forever.
    fn join_with_next(&mut self, at: usize) {
        let length = self.chunks[at].len();
        if length == 0 {
            self.chunks.remove(at);
        } else if self
            .chunks
            .get(at + 1)
            .is_some_and(|next| next.len() + length <= HALF_CHUNK)
        {
            let next = self.chunks.remove(at + 1);
            self.chunks[at].extend(next);
        }
    }
}
