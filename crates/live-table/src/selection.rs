//! A set of slots, one bit each.

use crate::store::Slot;

const BITS: usize = u64::BITS as usize;

/// Which rows pass. At 100,000 rows it is 12 kB: small enough for every live view to keep its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selection {
    words: Vec<u64>,
}

impl Selection {
    /// The first so many slots.
    pub(crate) fn all(slots: usize) -> Self {
        let mut words = vec![u64::MAX; slots.div_ceil(BITS)];
        if let Some(last) = words.last_mut().filter(|_| !slots.is_multiple_of(BITS)) {
            *last >>= BITS - slots % BITS;
        }
        Self { words }
    }

    /// Keeps the slots for which this holds; asks only for those that are still in the set.
    pub(crate) fn narrow(&mut self, mut holds: impl FnMut(Slot) -> bool) {
        for (at, word) in self.words.iter_mut().enumerate() {
            let (mut left, mut kept) = (*word, 0);
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                // Without a branch: whether a row passes is often anybody's guess.
                kept |= u64::from(holds(slot_of(at, bit))) << bit;
            }
            *word = kept;
        }
    }

    pub(crate) fn contains(&self, slot: Slot) -> bool {
        let slot = slot as usize;
        self.words
            .get(slot / BITS)
            .is_some_and(|word| word >> (slot % BITS) & 1 == 1)
    }

    /// Puts a slot in or takes it out.
    pub(crate) fn set(&mut self, slot: Slot, member: bool) {
        let slot = slot as usize;
        if slot / BITS >= self.words.len() {
            self.words.resize(slot / BITS + 1, 0);
        }
        let mask = 1 << (slot % BITS);
        let word = &mut self.words[slot / BITS];
        *word = if member { *word | mask } else { *word & !mask };
    }

    pub(crate) fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Slot> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(slot_of(at, bit))
            })
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "made of slots, which are that small")]
fn slot_of(word: usize, bit: u32) -> Slot {
    (word * BITS) as Slot + bit
}
