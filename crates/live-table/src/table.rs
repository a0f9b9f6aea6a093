//! The table: rows in, answers out.

use crate::change_log::ChangeLog;
use crate::matcher::Matcher;
use crate::order::Orders;
use crate::query::{Count, Matching, Page, Query};
use crate::selection::Selection;
use crate::store::{FieldSet, Slot, Store};
use crate::{Change, Field, Health, Replaced, Row, RowInput, Schema};

/// The rows of one kind of resource in all clusters. See the [crate's](crate) words on how.
///
/// Changing takes `&mut self`, asking takes `&self`: put it behind a `RwLock` and many can ask at once.
pub struct Table {
    pub(crate) store: Store,
    pub(crate) orders: Orders,
    pub(crate) log: ChangeLog,
}

impl Table {
    /// An empty table.
    pub fn new(schema: Schema) -> Self {
        Self {
            store: Store::new(schema),
            orders: Orders::default(),
            log: ChangeLog::default(),
        }
    }

    /// The table's columns.
    pub fn schema(&self) -> &Schema {
        &self.store.schema
    }

    /// Grows with each visible change. Equal revisions are equal tables.
    pub fn revision(&self) -> u64 {
        self.log.revision()
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An estimate of the memory that the table holds.
    pub fn memory_bytes(&self) -> usize {
        self.store.memory_bytes() + self.orders.memory_bytes() + self.log.memory_bytes()
    }

    /// Adds a row, or changes the one of the same cluster, namespace and name.
    pub fn upsert(&mut self, row: RowInput<'_>) -> Change {
        self.put(&row).1
    }

    /// Takes a row out; false when it was not there.
    pub fn remove(&mut self, cluster: &str, namespace: Option<&str>, name: &str) -> bool {
        let found = self.store.find(cluster, namespace, name);
        if let Some(slot) = found {
            self.take_many(&[slot]);
        }
        found.is_some()
    }

    /// Makes these the only rows of a cluster. Rows that stay as they were keep their version.
    ///
    /// The rows' own cluster is not looked at.
    pub fn replace_cluster<'r>(&mut self, cluster: &str, rows: impl IntoIterator<Item = RowInput<'r>>) -> Replaced {
        let mut relist = self.relist(cluster);
        for row in rows {
            relist.upsert(row);
        }
        relist.finish()
    }

    /// Like [`Table::replace_cluster`], for rows that are made one by one.
    pub fn relist<'t>(&'t mut self, cluster: &'t str) -> Relist<'t> {
        Relist {
            table: self,
            cluster,
            seen: Selection::default(),
            done: Replaced::default(),
        }
    }

    /// Takes out the rows of a cluster that are not to be kept; answers how many.
    pub fn retain_cluster(&mut self, cluster: &str, mut keep: impl FnMut(Option<&str>, &str) -> bool) -> usize {
        let store = &self.store;
        let gone = |slot: &Slot| {
            let place = store.place(*slot);
            let namespace = (!place.namespace.is_none()).then(|| store.texts.get(place.namespace));
            !keep(namespace, store.name(*slot))
        };
        let gone: Vec<Slot> = store.slots_of(cluster).into_iter().filter(gone).collect();
        self.take_many(&gone);
        gone.len()
    }

    /// Takes out all rows of a cluster and forgets what it is called; answers how many rows it had.
    pub fn remove_cluster(&mut self, cluster: &str) -> usize {
        let removed = self.retain_cluster(cluster, |_, _| false);
        self.store.places.forget_name(&mut self.store.texts, cluster);
        removed
    }

    /// What a cluster is called: filters and orders on `cluster` use this. Until set, it is the id.
    pub fn set_cluster_name(&mut self, cluster: &str, name: &str) {
        if self.store.places.rename(&mut self.store.texts, cluster, name) {
            self.orders.forget();
            // Its rows may now stand elsewhere and pass other filters: they changed.
            for slot in self.store.slots_of(cluster) {
                self.stamp(slot);
            }
        }
    }

    /// One row.
    pub fn get(&self, cluster: &str, namespace: Option<&str>, name: &str) -> Option<Row> {
        self.store
            .find(cluster, namespace, name)
            .map(|slot| self.store.row(slot))
    }

    /// One page of the rows that a query is about. `now_ms` is the time that ages are measured at.
    pub fn query(&self, query: &Query, now_ms: i64) -> Page {
        let matching = Matching::of(&Matcher::new(&self.store, query, now_ms));
        let total = matching.total(&self.store);
        let slots = matching.page(&self.store, &self.orders, query, total);
        Page {
            rows: slots.into_iter().map(|slot| self.store.row(slot)).collect(),
            total,
            revision: self.revision(),
            counts: query
                .count_by
                .map_or_else(Vec::new, |field| matching.counts(&self.store, field)),
        }
    }

    /// How many of the rows that a query is about say what, the most frequent first.
    pub fn counts(&self, query: &Query, now_ms: i64, field: Field) -> Vec<Count> {
        Matching::of(&Matcher::new(&self.store, query, now_ms)).counts(&self.store, field)
    }

    /// Shows every row that a query is about where it lies, in no order and whatever the page: for sums over all of
    /// them, which need no copy of any.
    pub fn for_each(&self, query: &Query, now_ms: i64, mut look: impl FnMut(RowInPlace<'_>)) {
        let store = &self.store;
        let mut look = |slot| look(RowInPlace { store, slot });
        match Matching::of(&Matcher::new(store, query, now_ms)) {
            Matching::All => store.live().for_each(&mut look),
            Matching::Some(selection) => selection.iter().for_each(&mut look),
        }
    }

    fn put(&mut self, row: &RowInput<'_>) -> (Slot, Change) {
        let Some(slot) = self.store.find(row.cluster, row.namespace, row.name) else {
            let slot = self.store.insert(row);
            self.orders.settle(&self.store, slot, FieldSet::ALL);
            self.stamp(slot);
            return (slot, Change::Added);
        };
        let (fields, differs) = self.store.difference(slot, row);
        if !differs {
            return (slot, Change::Unchanged);
        }
        self.orders.lift(&self.store, slot, fields);
        self.store.update(slot, row, fields);
        self.orders.settle(&self.store, slot, fields);
        self.stamp(slot);
        (slot, Change::Changed)
    }

    fn take_many(&mut self, slots: &[Slot]) {
        if slots.len() > 1 + self.len() / 4 {
            self.orders.forget();
        }
        for slot in slots {
            self.orders.lift(&self.store, *slot, FieldSet::ALL);
            self.store.remove(*slot);
            self.log.push(*slot);
        }
        if self.store.is_sparse() {
            self.store = self.store.compacted();
            self.orders.forget();
            self.log.forget();
        }
    }

    /// Marks a row as changed now.
    fn stamp(&mut self, slot: Slot) {
        let revision = self.log.push(slot);
        self.store.set_version(slot, revision);
    }
}

/// A row that is looked at where it lies.
#[derive(Clone, Copy)]
pub struct RowInPlace<'t> {
    store: &'t Store,
    slot: Slot,
}

impl<'t> RowInPlace<'t> {
    /// How well the object is.
    pub fn health(&self) -> Health {
        self.store.health(self.slot)
    }

    /// The text of a cell; empty when there is none.
    pub fn text(&self, position: usize) -> &'t str {
        self.store.text(position, self.slot)
    }

    /// The number or quantity of a cell.
    pub fn number(&self, position: usize) -> Option<f64> {
        self.store.number(position, self.slot)
    }
}

/// A relist of one cluster on its way. Rows that were not put into it are taken out by
/// [`Relist::finish`]; dropping it without that takes none out.
pub struct Relist<'t> {
    table: &'t mut Table,
    cluster: &'t str,
    seen: Selection,
    done: Replaced,
}

impl Relist<'_> {
    /// Puts in one row of the cluster. The row's own cluster is not looked at.
    pub fn upsert(&mut self, row: RowInput<'_>) -> Change {
        let (slot, change) = self.table.put(&RowInput {
            cluster: self.cluster,
            ..row
        });
        self.seen.set(slot, true);
        self.done.count(change);
        change
    }

    /// Takes out the rows that were not put in.
    pub fn finish(mut self) -> Replaced {
        let mut gone = self.table.store.slots_of(self.cluster);
        gone.retain(|slot| !self.seen.contains(*slot));
        self.table.take_many(&gone);
        self.done.removed = gone.len();
        self.done
    }
}
