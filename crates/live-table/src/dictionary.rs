//! Values kept once and named by small numbers.
//!
//! A table says the same things over and over: ten thousand pods share a hundred namespaces, a
//! dozen status words and a few thousand label sets. A [`Dictionary`] keeps each distinct value
//! once and hands out a [`Code`] for it, so that a column is a plain array of `u32`, equality is a
//! comparison of numbers, and a filter judges each distinct value once instead of each row.
//!
//! Values are counted: the last [`Dictionary::release`] frees a value and its code, so rows that
//! come and go leave nothing behind.

use std::hash::{BuildHasher, Hash};

use hashbrown::{DefaultHashBuilder, Equivalent, HashTable};

/// The number of a value in one of the table's dictionaries; which one is said by whatever holds
/// the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Code(u32);

impl Code {
    /// No value.
    pub(crate) const NONE: Self = Self(u32::MAX);

    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Where the value stands in its dictionary. Meaningless for [`Code::NONE`].
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    /// Where the value stands in an array that keeps its first place for "none".
    pub(crate) fn index_after_none(self) -> usize {
        self.0.wrapping_add(1) as usize
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "four billion distinct values do not fit into memory"
    )]
    fn from_index(index: usize) -> Self {
        Self(index as u32)
    }
}

struct Entry<T> {
    /// None while the code is free.
    value: Option<T>,
    references: u32,
}

/// A counted two-way map between values and codes.
pub(crate) struct Dictionary<T> {
    entries: Vec<Entry<T>>,
    /// Codes whose values are gone, to be given to the next new values.
    free: Vec<Code>,
    /// The codes by the hash of their values; the values themselves live only in `entries`.
    index: HashTable<Code>,
    hasher: DefaultHashBuilder,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }
}

impl<T: Hash + Eq> Dictionary<T> {
    /// The code of a value, if it is known.
    pub(crate) fn find<Q: Hash + Equivalent<T> + ?Sized>(&self, value: &Q) -> Option<Code> {
        let same = |code: &Code| self.get(*code).is_some_and(|known| value.equivalent(known));
        self.index.find(self.hasher.hash_one(value), same).copied()
    }

    /// The code of a value with one reference more; `make` is asked for the value when it is new.
    /// The flag tells whether it was.
    pub(crate) fn acquire<Q: Hash + Equivalent<T> + ?Sized>(
        &mut self,
        value: &Q,
        make: impl FnOnce() -> T,
    ) -> (Code, bool) {
        if let Some(code) = self.find(value) {
            self.entries[code.index()].references += 1;
            return (code, false);
        }
        let entry = Entry {
            value: Some(make()),
            references: 1,
        };
        let code = if let Some(code) = self.free.pop() {
            self.entries[code.index()] = entry;
            code
        } else {
            self.entries.push(entry);
            Code::from_index(self.entries.len() - 1)
        };
        let (entries, hasher) = (&self.entries, &self.hasher);
        // A value and what it is looked up by hash alike: that is `Equivalent`'s promise.
        let rehash = |code: &Code| {
            entries[code.index()]
                .value
                .as_ref()
                .map_or(0, |known| hasher.hash_one(known))
        };
        self.index.insert_unique(hasher.hash_one(value), code, rehash);
        (code, true)
    }

    /// Takes one reference away; answers the value when that was the last one.
    pub(crate) fn release(&mut self, code: Code) -> Option<T> {
        let entry = self.entries.get_mut(code.index())?;
        entry.references = entry.references.saturating_sub(1);
        if entry.references > 0 {
            return None;
        }
        let value = entry.value.take()?;
        let hash = self.hasher.hash_one(&value);
        if let Ok(found) = self.index.find_entry(hash, |known| *known == code) {
            found.remove();
        }
        self.free.push(code);
        Some(value)
    }

    /// The value of a code.
    pub(crate) fn get(&self, code: Code) -> Option<&T> {
        self.entries.get(code.index())?.value.as_ref()
    }

    /// Every value with its code.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Code, &T)> {
        let values = self.entries.iter().enumerate();
        values.filter_map(|(at, entry)| Some((Code::from_index(at), entry.value.as_ref()?)))
    }

    /// One more than the highest code's index.
    pub(crate) fn bound(&self) -> usize {
        self.entries.len()
    }

    /// The memory of the dictionary itself, without what its values point to.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry<T>>()
            + self.free.capacity() * size_of::<Code>()
            + self.index.allocation_size()
    }
}
