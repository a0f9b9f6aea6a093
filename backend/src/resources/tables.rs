//! The live tables: one a kind for all clusters, filled by a watch for each cluster that somebody looks at.
//!
//! A watch is started by the first viewer and stopped some minutes after the last one; its rows go with it.

mod kind_table;

use super::kinds::built_in;
use super::reader::{ReadRows, TableReader};
use super::watch::Watch;
use crate::access::{Access, Seen};
use crate::app::Tasks;
use crate::clock::Clock;
use crate::clusters::{ClusterHandle, Clusters};
use crate::context::RequestContext;
use crate::locks::lock;
use live_table::Reach;
use muster_api::kind::by_path;
use muster_api::resource::CoverageState;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use kind_table::{KindTable, Presence, Rows};

/// A watch that nobody has looked at for this long ends.
const IDLE: Duration = Duration::from_mins(5);
/// And one that found nothing to watch ends sooner.
const IDLE_WITHOUT_KIND: Duration = Duration::from_secs(30);
/// How often watches ask themselves whether anybody looks.
const IDLE_CHECK: Duration = Duration::from_secs(5);
/// How long a first viewer waits for the first rows.
pub const FIRST_ROWS: Duration = Duration::from_secs(2);

/// Names a kind: group (empty for the core one), version and plural name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KindKey {
    /// API group; empty for the core one.
    pub group: String,
    /// API version.
    pub version: String,
    /// Plural name.
    pub resource: String,
}

impl KindKey {
    /// The kind at an address; none when the parts can be no names of a kind.
    pub fn new(group: &str, version: &str, resource: &str) -> Option<Self> {
        let plain = |text: &str| {
            let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
            (1..=253).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('.')
        };
        let group = if group == "core" { "" } else { group };
        if (group.is_empty() || plain(group)) && plain(version) && plain(resource) {
            Some(Self {
                group: group.to_owned(),
                version: version.to_owned(),
                resource: resource.to_owned(),
            })
        } else {
            None
        }
    }
}

/// Every live table; cheap to clone, the same for everyone.
#[derive(Clone)]
pub struct Tables(Arc<Shared>);

struct Shared {
    clusters: Clusters,
    access: Access,
    clock: Clock,
    tasks: Tasks,
    kinds: Mutex<HashMap<KindKey, Arc<KindTable>>>,
}

/// Somebody looks at a kind in some clusters; while this lives, their watches go on.
pub struct Viewing {
    /// The kind's table.
    pub table: Arc<KindTable>,
    /// The clusters, in the order of their names.
    pub clusters: Vec<Viewed>,
    /// Only what is in these places, when projects were asked for.
    pub within: Option<Arc<Reach>>,
    clock: Clock,
}

/// One cluster of a [`Viewing`].
pub struct Viewed {
    /// The cluster.
    pub handle: ClusterHandle,
    /// What is there of it.
    pub presence: Arc<Presence>,
    /// What of it the viewer may see.
    pub seen: Seen,
}

impl Drop for Viewing {
    fn drop(&mut self) {
        let now = self.clock.now().as_millisecond();
        for cluster in &self.clusters {
            cluster.presence.leave(now);
        }
    }
}

impl Tables {
    /// No tables yet; they are made when somebody looks.
    pub fn new(clusters: Clusters, access: Access, clock: Clock, tasks: Tasks) -> Self {
        Self(Arc::new(Shared {
            clusters,
            access,
            clock,
            tasks,
            kinds: Mutex::default(),
        }))
    }

    /// The registry behind the tables.
    pub fn clusters(&self) -> &Clusters {
        &self.0.clusters
    }

    /// Who may see what.
    pub fn access(&self) -> &Access {
        &self.0.access
    }

    /// The time now, in milliseconds since the epoch.
    pub fn now(&self) -> i64 {
        self.0.clock.now().as_millisecond()
    }

    /// How many watches there are, and how many rows they keep.
    pub fn size(&self) -> (usize, usize) {
        let tables: Vec<_> = lock(&self.0.kinds).values().cloned().collect();
        let rows = |table: &KindTable| table.look(|rows| rows.map_or(0, |rows| rows.table.len()));
        tables.iter().fold((0, 0), |(watches, all), table| {
            (watches + table.watches(), all + rows(table))
        })
    }

    /// Begins to look at a kind in these clusters, for the context's actor; missing watches are started.
    pub fn view(&self, context: &RequestContext, key: &KindKey, handles: Vec<ClusterHandle>) -> Viewing {
        let mut kinds = lock(&self.0.kinds);
        let table = kinds.entry(key.clone()).or_insert_with(|| {
            let layout = by_path(&key.group, &key.version, &key.resource)
                .and_then(built_in)
                .map(|(layout, _)| layout);
            Arc::new(KindTable::new(key.clone(), layout))
        });
        let table = Arc::clone(table);
        let mut clusters = Vec::with_capacity(handles.len());
        for handle in handles {
            table.name_cluster(&handle);
            let (presence, is_new) = table.enter(&handle);
            if is_new {
                self.start(&table, &handle, &presence);
            }
            let seen = self.0.access.seen(context, handle.id, &key.group, &key.resource);
            clusters.push(Viewed { handle, presence, seen });
        }
        Viewing {
            table,
            clusters,
            within: None,
            clock: self.0.clock.clone(),
        }
    }

    fn start(&self, table: &Arc<KindTable>, handle: &ClusterHandle, presence: &Arc<Presence>) {
        let key = &table.key;
        let reader: Box<dyn ReadRows> = match by_path(&key.group, &key.version, &key.resource).and_then(built_in) {
            Some((_, reader)) => reader,
            None => Box::new(TableReader::default()),
        };
        let watch = Watch {
            clusters: self.0.clusters.clone(),
            // Rows are shared by everyone who looks; who sees which of them is decided when they are read.
            context: RequestContext::system(self.0.clock.clone()),
            table: Arc::clone(table),
            presence: Arc::clone(presence),
            reader,
        };
        let tables = self.clone();
        let (table, presence) = (Arc::clone(table), Arc::clone(presence));
        let removed = handle.removed.clone();
        self.0.tasks.spawn(async move {
            tokio::select! {
                () = removed.cancelled() => {
                    tables.end(&table, &presence, true);
                }
                () = watch.run() => {}
                () = tables.until_idle(&table, &presence) => {}
            }
        });
    }

    /// Waits until nobody has looked for a while, and ends the presence.
    async fn until_idle(&self, table: &Arc<KindTable>, presence: &Arc<Presence>) {
        loop {
            tokio::time::sleep(IDLE_CHECK).await;
            if self.end(table, presence, false) {
                return;
            }
        }
    }

    /// Takes a cluster's rows out of a table, in any case or only when nobody looks. True when they are gone.
    fn end(&self, table: &Arc<KindTable>, presence: &Arc<Presence>, in_any_case: bool) -> bool {
        let mut kinds = lock(&self.0.kinds);
        let idle = match presence.state() {
            CoverageState::NotInstalled => IDLE_WITHOUT_KIND,
            _ => IDLE,
        };
        if !in_any_case && !presence.is_idle(self.now(), idle) {
            return false;
        }
        if table.exit(presence) == 0 {
            kinds.remove(&table.key);
        }
        true
    }
}

impl Viewing {
    /// Waits until the first rows of every cluster are there or known to be missing, but not for long.
    pub async fn first_rows(&self, at_most: Duration) {
        let mut changes = self.table.changes();
        let known = async {
            loop {
                if self.clusters.iter().all(|cluster| cluster.presence.is_known()) {
                    return;
                }
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let _in_time = tokio::time::timeout(at_most, known).await;
    }
}
