//! The table of one kind for all clusters, and what is there of each cluster.

use super::KindKey;
use crate::clusters::ClusterHandle;
use crate::locks::{lock, read, write};
use crate::resources::columns::Layout;
use live_table::Table;
use muster_api::resource::CoverageState;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// The rows of one kind.
pub struct KindTable {
    /// Which kind.
    pub key: KindKey,
    rows: RwLock<Option<Rows>>,
    names: Mutex<HashMap<Uuid, String>>,
    presences: Mutex<HashMap<Uuid, Arc<Presence>>>,
    changes: watch::Sender<u64>,
}

/// The table and what its columns mean. Kinds that are not built in get theirs from the first answer.
pub struct Rows {
    /// The columns.
    pub layout: Arc<Layout>,
    /// The rows.
    pub table: Table,
}

/// What is there of one cluster in one table.
pub struct Presence {
    cluster: Uuid,
    cluster_key: String,
    coverage: Mutex<Coverage>,
    viewers: AtomicUsize,
    last_viewed: AtomicI64,
}

struct Coverage {
    state: CoverageState,
    message: Option<String>,
    has_rows: bool,
}

impl KindTable {
    pub(super) fn new(key: KindKey, layout: Option<Layout>) -> Self {
        let rows = layout.map(|layout| Rows {
            table: Table::new(layout.schema().clone()),
            layout: Arc::new(layout),
        });
        Self {
            key,
            rows: RwLock::new(rows),
            names: Mutex::default(),
            presences: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    /// The columns, once they are known.
    pub fn layout(&self) -> Option<Arc<Layout>> {
        read(&self.rows).as_ref().map(|rows| Arc::clone(&rows.layout))
    }

    /// Looks at the rows.
    pub fn look<T>(&self, look: impl FnOnce(Option<&Rows>) -> T) -> T {
        look(read(&self.rows).as_ref())
    }

    /// Tells when anything changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(in crate::resources) fn notify(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Changes rows that were read with this layout; none when the table has another one by now.
    pub(in crate::resources) fn change<T>(
        &self,
        layout: &Arc<Layout>,
        change: impl FnOnce(&mut Table) -> T,
    ) -> Option<T> {
        let mut rows = write(&self.rows);
        let rows = rows.as_mut().filter(|rows| Arc::ptr_eq(&rows.layout, layout))?;
        Some(change(&mut rows.table))
    }

    /// Gives a table that has no columns yet these ones. The first cluster to answer decides: others fill what they have
    /// of the same columns.
    pub(in crate::resources) fn adopt(&self, layout: Layout) -> Arc<Layout> {
        let mut rows = write(&self.rows);
        let rows = rows.get_or_insert_with(|| {
            let mut table = Table::new(layout.schema().clone());
            for (id, name) in lock(&self.names).iter() {
                table.set_cluster_name(&id.to_string(), name);
            }
            Rows {
                table,
                layout: Arc::new(layout),
            }
        });
        Arc::clone(&rows.layout)
    }

    pub(in crate::resources) fn remove_cluster(&self, cluster: &str) {
        if let Some(rows) = write(&self.rows).as_mut() {
            rows.table.remove_cluster(cluster);
        }
        self.notify();
    }

    /// Rows sort and filter by a cluster's name as it is now.
    pub(super) fn name_cluster(&self, handle: &ClusterHandle) {
        let mut names = lock(&self.names);
        if names.get(&handle.id) == Some(&handle.name) {
            return;
        }
        names.insert(handle.id, handle.name.clone());
        drop(names);
        if let Some(rows) = write(&self.rows).as_mut() {
            rows.table.set_cluster_name(&handle.id.to_string(), &handle.name);
        }
        self.notify();
    }

    /// How many clusters are watched.
    pub(super) fn watches(&self) -> usize {
        lock(&self.presences).len()
    }

    /// Are there rows only of such clusters?
    pub fn has_only(&self, wanted: impl Fn(Uuid) -> bool) -> bool {
        lock(&self.presences).keys().all(|cluster| wanted(*cluster))
    }

    /// One more viewer of a cluster; true when it is the first one ever.
    pub(super) fn enter(&self, handle: &ClusterHandle) -> (Arc<Presence>, bool) {
        let mut presences = lock(&self.presences);
        let mut is_new = false;
        let presence = presences.entry(handle.id).or_insert_with(|| {
            is_new = true;
            Arc::new(Presence {
                cluster: handle.id,
                cluster_key: handle.id.to_string(),
                coverage: Mutex::new(Coverage {
                    state: CoverageState::Loading,
                    message: None,
                    has_rows: false,
                }),
                viewers: AtomicUsize::new(0),
                last_viewed: AtomicI64::new(i64::MIN),
            })
        });
        presence.viewers.fetch_add(1, Ordering::SeqCst);
        (Arc::clone(presence), is_new)
    }

    /// Forgets a cluster and its rows; gives how many clusters are left.
    pub(super) fn exit(&self, presence: &Presence) -> usize {
        let mut presences = lock(&self.presences);
        presences.remove(&presence.cluster);
        lock(&self.names).remove(&presence.cluster);
        self.remove_cluster(&presence.cluster_key);
        presences.len()
    }
}

impl Presence {
    /// The cluster's id as text, as rows carry it.
    pub fn cluster_key(&self) -> &str {
        &self.cluster_key
    }

    /// What is there, in one word.
    pub fn state(&self) -> CoverageState {
        lock(&self.coverage).state
    }

    /// What is there, in one word, and why.
    pub fn coverage(&self) -> (CoverageState, Option<String>) {
        let coverage = lock(&self.coverage);
        (coverage.state, coverage.message.clone())
    }

    /// Are the first rows there, or is it known why not?
    pub fn is_known(&self) -> bool {
        let coverage = lock(&self.coverage);
        coverage.has_rows || coverage.state != CoverageState::Loading
    }

    pub(in crate::resources) fn has_rows(&self) -> bool {
        lock(&self.coverage).has_rows
    }

    pub(in crate::resources) fn set_has_rows(&self, has_rows: bool) {
        lock(&self.coverage).has_rows = has_rows;
    }

    pub(in crate::resources) fn set(&self, table: &KindTable, state: CoverageState, message: Option<String>) {
        let mut coverage = lock(&self.coverage);
        if coverage.state == state && coverage.message == message {
            return;
        }
        coverage.state = state;
        coverage.message = message;
        drop(coverage);
        table.notify();
    }

    pub(super) fn leave(&self, now: i64) {
        self.last_viewed.store(now, Ordering::SeqCst);
        self.viewers.fetch_sub(1, Ordering::SeqCst);
    }

    pub(super) fn is_idle(&self, now: i64, after: Duration) -> bool {
        let since = now.saturating_sub(self.last_viewed.load(Ordering::SeqCst));
        self.viewers.load(Ordering::SeqCst) == 0 && since >= i64::try_from(after.as_millis()).unwrap_or(i64::MAX)
    }
}
