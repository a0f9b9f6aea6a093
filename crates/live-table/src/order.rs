//! Sorted lists of all rows, one per asked-for list of sort keys, kept up to date.
//!
//! A page of a sorted list is a slice of its order: the first person who sorts by a column pays for
//! sorting, everybody after that only for the page. A changed row moves only in the orders whose
//! keys it changed.

mod build;
mod compare;
mod list;

use std::cmp::Ordering;
use std::sync::atomic::{AtomicU64, Ordering as Atomic};
use std::sync::{Arc, PoisonError, RwLock};

use self::compare::RowOrder;
pub(crate) use self::list::SortedSlots;
use crate::store::{FieldSet, Slot, Store};
use crate::{Field, SortKey};

/// Orders kept beside the one by identity; the one that was not used for longest makes way.
const KEPT: usize = 8;

/// What decides among rows that the keys find equal.
const IDENTITY: [Field; 3] = [Field::Cluster, Field::Namespace, Field::Name];

/// One order and when it was last wanted.
struct Kept {
    keys: Vec<SortKey>,
    /// The fields that the keys look at, and those that decide among equals.
    fields: FieldSet,
    slots: Arc<SortedSlots>,
    used: AtomicU64,
}

/// The orders of one table.
#[derive(Default)]
pub(crate) struct Orders {
    kept: RwLock<Vec<Kept>>,
    /// Counts uses, as a clock for [`Kept::used`].
    uses: AtomicU64,
}

impl Orders {
    /// The order by these keys, built when it is not kept yet.
    ///
    /// Two readers may build the same order at once; both get a right one, one is kept.
    pub(crate) fn get(&self, store: &Store, keys: &[SortKey]) -> Arc<SortedSlots> {
        if let Some(slots) = self.find(keys) {
            return slots;
        }
        let slots = if keys.is_empty() {
            build::by_identity(store)
        } else {
            build::by_keys(store, keys, self.get(store, &[]).iter().collect())
        };
        let slots = Arc::new(SortedSlots::from_sorted(&slots));
        self.keep(keys, &slots);
        slots
    }

    /// Whether the order by these keys is at hand.
    pub(crate) fn has(&self, keys: &[SortKey]) -> bool {
        self.find(keys).is_some()
    }

    /// Takes a row out of the orders that look at these fields. They must still be as they were when
    /// the row came in.
    pub(crate) fn lift(&mut self, store: &Store, slot: Slot, fields: FieldSet) {
        self.each(store, fields, |slots, order| {
            slots.remove(|known| order.compare(known, slot));
        });
    }

    /// Puts a row into the orders that look at these fields.
    pub(crate) fn settle(&mut self, store: &Store, slot: Slot, fields: FieldSet) {
        self.each(store, fields, |slots, order| {
            slots.insert(slot, |known| order.compare(known, slot));
        });
    }

    /// Forgets all orders: cheaper than keeping them when most rows change.
    pub(crate) fn forget(&mut self) {
        self.kept.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(|kept| kept.slots.memory_bytes()).sum()
    }

    fn find(&self, keys: &[SortKey]) -> Option<Arc<SortedSlots>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|kept| kept.keys == keys)?;
        found
            .used
            .store(self.uses.fetch_add(1, Atomic::Relaxed), Atomic::Relaxed);
        Some(Arc::clone(&found.slots))
    }

    fn keep(&self, keys: &[SortKey], slots: &Arc<SortedSlots>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().any(|known| known.keys == keys) {
            return;
        }
        let spare = |kept: &(usize, &Kept)| !kept.1.keys.is_empty();
        let oldest = kept
            .iter()
            .enumerate()
            .filter(spare)
            .min_by_key(|(_, kept)| kept.used.load(Atomic::Relaxed));
        if let Some((at, _)) = oldest.filter(|_| kept.len() > KEPT) {
            kept.swap_remove(at);
        }
        kept.push(Kept {
            keys: keys.to_vec(),
            fields: keys.iter().map(|key| key.field).chain(IDENTITY).collect(),
            slots: Arc::clone(slots),
            used: AtomicU64::new(self.uses.fetch_add(1, Atomic::Relaxed)),
        });
    }

    fn each(&mut self, store: &Store, fields: FieldSet, change: impl Fn(&mut SortedSlots, RowOrder<'_>)) {
        let kept = self.kept.get_mut().unwrap_or_else(PoisonError::into_inner);
        for kept in kept.iter_mut().filter(|kept| kept.fields.meets(fields)) {
            let order = RowOrder {
                store,
                keys: &kept.keys,
            };
            // Shared only while a reader walks the order, and then nothing can change it.
            change(Arc::make_mut(&mut kept.slots), order);
        }
    }
}

/// How two rows stand to each other under one key alone.
pub(crate) fn compare_by(store: &Store, key: SortKey, left: Slot, right: Slot) -> Ordering {
    RowOrder { store, keys: &[] }.by_key(key, left, right)
}

/// Sorts a few rows by these keys without an order at hand.
pub(crate) fn sort(store: &Store, keys: &[SortKey], slots: &mut [Slot]) {
    let order = RowOrder { store, keys };
    slots.sort_unstable_by(|left, right| order.compare(*left, *right));
}
