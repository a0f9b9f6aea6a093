//! Questions to a table and their answers.

use hashbrown::HashMap;

use crate::matcher::Matcher;
use crate::order::{self, Orders};
use crate::selection::Selection;
use crate::store::{FieldValues, Slot, Store};
use crate::{Cell, Field, Filter, Health, LabelSelector, Row, Scope, SortKey};

/// Which rows, in which order, and which page of them. The default is the first hundred of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Rows must pass this filter,
    pub filter: Filter,
    /// have labels that this selects,
    pub labels: LabelSelector,
    /// lie in this scope,
    pub scope: Scope,
    /// and be as well as one of these; empty: however they are.
    pub health: Vec<Health>,
    /// Sorted by these keys, then by cluster, namespace and name.
    pub sort: Vec<SortKey>,
    /// Rows to leave out before the page.
    pub offset: usize,
    /// Rows of the page.
    pub limit: usize,
    /// Also count all rows that pass, by what they say here.
    pub count_by: Option<Field>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            labels: LabelSelector::default(),
            scope: Scope::default(),
            health: Vec::new(),
            sort: Vec::new(),
            offset: 0,
            limit: 100,
            count_by: None,
        }
    }
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows of the page, in order.
    pub rows: Vec<Row>,
    /// How many rows pass in all.
    pub total: usize,
    /// The table's revision that this is true of.
    pub revision: u64,
    /// What [`Query::count_by`] asked for; else empty.
    pub counts: Vec<Count>,
}

/// How many rows say the same and are equally well.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// What they say.
    pub value: Cell,
    /// How well they are.
    pub health: Health,
    /// How many there are.
    pub count: usize,
}

/// The rows that a query is about: all, or some.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Matching {
    All,
    Some(Selection),
}

impl Matching {
    pub(crate) fn of(matcher: &Matcher<'_>) -> Self {
        if matcher.is_everything() {
            Self::All
        } else {
            Self::Some(matcher.select())
        }
    }

    pub(crate) fn total(&self, store: &Store) -> usize {
        match self {
            Self::All => store.len(),
            Self::Some(selection) => selection.len(),
        }
    }

    /// The slots of a query's page, in order, when `total` rows match.
    pub(crate) fn page(&self, store: &Store, orders: &Orders, query: &Query, total: usize) -> Vec<Slot> {
        let limit = query.limit.min(total.saturating_sub(query.offset));
        if limit == 0 {
            return Vec::new();
        }
        let selection = match self {
            Self::All => {
                return orders
                    .get(store, &query.sort)
                    .iter_from(query.offset)
                    .take(limit)
                    .collect();
            }
            Self::Some(selection) => selection,
        };
        // Few rows are sorted sooner than all of them are walked, and far sooner than sorted.
        let worth_sorting = if orders.has(&query.sort) {
            store.len() / 128
        } else {
            store.len() / 8
        };
        if total <= worth_sorting {
            let mut slots: Vec<Slot> = selection.iter().collect();
            order::sort(store, &query.sort, &mut slots);
            return slots.into_iter().skip(query.offset).take(limit).collect();
        }
        let order = orders.get(store, &query.sort);
        order
            .iter()
            .filter(|slot| selection.contains(*slot))
            .skip(query.offset)
            .take(limit)
            .collect()
    }

    /// How many of the rows say what, the most frequent first.
    pub(crate) fn counts(&self, store: &Store, field: Field) -> Vec<Count> {
        // The first slot that says it, and how many do.
        let mut groups: HashMap<(u64, Health), (Slot, usize)> = HashMap::new();
        let key = key_of(store, field);
        let mut count = |slot: Slot| {
            groups.entry((key(slot), store.health(slot))).or_insert((slot, 0)).1 += 1;
        };
        match self {
            Self::All => store.live().for_each(&mut count),
            Self::Some(selection) => selection.iter().for_each(&mut count),
        }
        let counted = |((_, health), (slot, count)): ((u64, Health), (Slot, usize))| {
            (
                slot,
                Count {
                    value: store.cell(field, slot),
                    health,
                    count,
                },
            )
        };
        let mut counts: Vec<(Slot, Count)> = groups.into_iter().map(counted).collect();
        let key = SortKey {
            field,
            descending: false,
        };
        counts.sort_by(|(left_slot, left), (right_slot, right)| {
            let by_value = || order::compare_by(store, key, *left_slot, *right_slot);
            right
                .count
                .cmp(&left.count)
                .then_with(by_value)
                .then_with(|| left.health.cmp(&right.health))
        });
        counts.into_iter().map(|(_, count)| count).collect()
    }
}

/// A number that two rows share exactly when they say the same.
fn key_of(store: &Store, field: Field) -> impl Fn(Slot) -> u64 {
    let values = store.values(field);
    let places = &store.places;
    move |slot| {
        let at = slot as usize;
        let code = match values {
            None => return 0,
            Some(FieldValues::Numbers(numbers)) => return numbers[at].to_bits(),
            Some(FieldValues::Times(times)) => return times[at].cast_unsigned(),
            Some(FieldValues::Clusters(codes)) => places.display(codes[at]),
            Some(FieldValues::Namespaces(codes)) => places.get(codes[at]).namespace,
            Some(FieldValues::Texts(codes) | FieldValues::Labels(codes)) => codes[at],
        };
        code.index_after_none() as u64
    }
}
