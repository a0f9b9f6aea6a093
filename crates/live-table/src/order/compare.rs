//! Which of two rows comes first.

use std::cmp::Ordering;

use crate::dictionary::Code;
use crate::store::{FieldValues, Label, NO_TIME, Slot, Store};
use crate::{SortKey, text};

/// The order of rows by some sort keys. It is total: two different rows are never equal.
#[derive(Clone, Copy)]
pub(crate) struct RowOrder<'a> {
    pub(crate) store: &'a Store,
    pub(crate) keys: &'a [SortKey],
}

impl RowOrder<'_> {
    pub(crate) fn compare(&self, left: Slot, right: Slot) -> Ordering {
        let by_keys = self.keys.iter().map(|key| self.by_key(*key, left, right));
        let decided = by_keys.into_iter().find(|ordering| ordering.is_ne());
        decided.unwrap_or_else(|| self.by_identity(left, right))
    }

    pub(crate) fn by_key(&self, key: SortKey, left: Slot, right: Slot) -> Ordering {
        let (l, r) = (left as usize, right as usize);
        let codes = |left: Code, right: Code, compare: fn(&Store, Code, Code) -> Ordering| {
            if left == right {
                return Ordering::Equal;
            }
            directed(key, left.is_none(), right.is_none(), || {
                compare(self.store, left, right)
            })
        };
        let places = &self.store.places;
        match self.store.values(key.field) {
            None => Ordering::Equal,
            Some(FieldValues::Clusters(place)) => {
                codes(places.display(place[l]), places.display(place[r]), compare_texts)
            }
            Some(FieldValues::Namespaces(place)) => {
                let (left, right) = (places.get(place[l]), places.get(place[r]));
                codes(left.namespace, right.namespace, compare_texts)
            }
            Some(FieldValues::Texts(text)) => codes(text[l], text[r], compare_texts),
            Some(FieldValues::Labels(set)) => codes(set[l], set[r], compare_label_sets),
            Some(FieldValues::Numbers(number)) => {
                let (left, right) = (number[l], number[r]);
                directed(key, left.is_nan(), right.is_nan(), || left.total_cmp(&right))
            }
            // The later moment is the smaller age.
            Some(FieldValues::Times(time)) => {
                let (left, right) = (time[l], time[r]);
                directed(key, left == NO_TIME, right == NO_TIME, || right.cmp(&left))
            }
        }
    }

    /// By cluster, namespace and name: what a row is, so that different rows differ.
    fn by_identity(&self, left: Slot, right: Slot) -> Ordering {
        let places = self.store.place_codes();
        let by_place = compare_places(self.store, places[left as usize], places[right as usize]);
        by_place.then_with(|| text::compare(self.store.name(left), self.store.name(right)))
    }
}

/// Turns an ordering round for descending keys, and puts what is empty last for both.
fn directed(key: SortKey, left_empty: bool, right_empty: bool, compare: impl FnOnce() -> Ordering) -> Ordering {
    match (left_empty, right_empty) {
        (false, false) if key.descending => compare().reverse(),
        (false, false) => compare(),
        (left_empty, right_empty) => left_empty.cmp(&right_empty),
    }
}

/// No text comes before every text.
pub(crate) fn compare_texts(store: &Store, left: Code, right: Code) -> Ordering {
    if left == right {
        Ordering::Equal
    } else {
        text::compare(store.texts.get(left), store.texts.get(right))
    }
}

/// By what the cluster is called, then, for clusters of the same name, by its id, then by namespace.
pub(crate) fn compare_places(store: &Store, left: Code, right: Code) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    let places = &store.places;
    let (left_place, right_place) = (places.get(left), places.get(right));
    compare_texts(store, places.display(left), places.display(right))
        .then_with(|| compare_texts(store, left_place.cluster, right_place.cluster))
        .then_with(|| compare_texts(store, left_place.namespace, right_place.namespace))
}

pub(crate) fn compare_label_sets(store: &Store, left: Code, right: Code) -> Ordering {
    let (left, right) = (store.label_sets.get(left), store.label_sets.get(right));
    let compare = |(left, right): (&Label, &Label)| {
        compare_texts(store, left.0, right.0).then_with(|| compare_texts(store, left.1, right.1))
    };
    let differing = left.iter().zip(right).map(compare).find(|ordering| ordering.is_ne());
    differing.unwrap_or_else(|| left.len().cmp(&right.len()))
}
