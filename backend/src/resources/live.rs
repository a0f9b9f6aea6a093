//! A list that somebody keeps open: first the whole window, then only what changes in it.
//!
//! A subscription remembers what its viewer was sent last and nothing in between: a slow viewer gets fewer and larger
//! changes, never a backlog.

use super::answer::{ListAnswer, LiveDelta, LiveMessage, PlacedRow, RowView, WireRow};
use super::list::{count, coverage, has_only_viewed, layout, names, scope};
use super::query::{ListError, Prepared, check_page, prepare};
use super::tables::{FIRST_ROWS, Tables, Viewing};
use crate::clusters::ClusterHandle;
use crate::context::RequestContext;
use crate::telemetry::Counted;
use live_table::View;
use muster_api::resource::{ClusterCoverage, ResourceQuery, StatusCount};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Changes of one view are sent at most this often.
pub const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// One list that somebody keeps open.
pub struct Subscription {
    id: String,
    query: ResourceQuery,
    viewing: Viewing,
    changes: watch::Receiver<u64>,
    opened: Instant,
    shown: Option<Shown>,
    /// Something changed that was not sent yet.
    dirty: bool,
    /// Not before this moment.
    not_before: Instant,
    _counted: Counted,
}

/// What the viewer has.
struct Shown {
    prepared: Prepared,
    view: View,
    rows: RowView,
    /// Were rows of other clusters left out? Whether there are any changes with other viewers.
    all_clusters: bool,
    was_sent: bool,
    total: usize,
    revision: u64,
    counts: Vec<StatusCount>,
    coverage: Vec<ClusterCoverage>,
}

impl Subscription {
    /// Opens a list. The first message comes when there is something to show, or after a moment in any case.
    pub fn open(
        tables: &Tables,
        context: &RequestContext,
        id: String,
        query: ResourceQuery,
    ) -> Result<Self, ListError> {
        let wrong = check_page(&query);
        if !wrong.is_empty() {
            return Err(ListError::Invalid(wrong));
        }
        let viewing = tables.open(context, &query)?;
        if let Some(layout) = viewing.table.layout() {
            prepare(&query, &layout, scope(&viewing)).map_err(ListError::Invalid)?;
        }
        let changes = viewing.table.changes();
        let opened = Instant::now();
        Ok(Self {
            id,
            query,
            viewing,
            changes,
            opened,
            shown: None,
            dirty: true,
            not_before: opened,
            _counted: Counted::one("muster_live_subscriptions"),
        })
    }

    /// The subscription's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Waits until something changed.
    pub async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        self.dirty = true;
    }

    /// Could a change still tell something? Not when it is known already that something changed, unless that is not sent
    /// because the first rows are awaited.
    pub fn can_have_news(&self) -> bool {
        !self.dirty || self.awaits_first_rows()
    }

    /// Asks for a look even when no row changed: ages, rights and health move by themselves.
    pub fn touch(&mut self) {
        self.dirty = true;
    }

    /// When there may be something to send; none while nothing changed.
    pub fn due(&self) -> Option<Instant> {
        match (self.dirty, self.awaits_first_rows()) {
            (_, true) => Some(self.opened + FIRST_ROWS),
            (true, false) => Some(self.not_before),
            (false, false) => None,
        }
    }

    fn awaits_first_rows(&self) -> bool {
        self.shown.is_none() && !self.is_ready(Instant::now())
    }

    fn is_ready(&self, now: Instant) -> bool {
        self.viewing.clusters.iter().all(|cluster| cluster.presence.is_known()) || now >= self.opened + FIRST_ROWS
    }

    /// Looks again at which clusters are meant: some may have been added, renamed or removed.
    pub fn follow_registry(&mut self, tables: &Tables, context: &RequestContext) -> Result<(), ListError> {
        let handles = tables.meant(context, &self.query, self.viewing.within.as_deref())?;
        let same = |known: &ClusterHandle, handle: &ClusterHandle| known.id == handle.id && known.name == handle.name;
        let unchanged = handles.len() == self.viewing.clusters.len()
            && self
                .viewing
                .clusters
                .iter()
                .zip(&handles)
                .all(|(viewed, handle)| same(&viewed.handle, handle));
        let key = &self.viewing.table.key;
        let sees_the_same = self.viewing.clusters.iter().all(|viewed| {
            viewed.seen
                == tables
                    .access()
                    .seen(context, viewed.handle.id, &key.group, &key.resource)
        });
        // What lies in a project changes with the project.
        let within_changed =
            self.viewing.within.is_some() && tables.within_changed(context, &self.query, &self.viewing)?;
        if !unchanged || !sees_the_same || within_changed {
            self.viewing = tables.open(context, &self.query)?;
            self.changes = self.viewing.table.changes();
            self.shown = None;
            self.dirty = true;
        }
        Ok(())
    }

    /// The next message, when there is something to say now.
    pub fn message(&mut self, tables: &Tables) -> Result<Option<String>, ListError> {
        let moment = Instant::now();
        if !self.dirty || moment < self.not_before || (self.shown.is_none() && !self.is_ready(moment)) {
            return Ok(None);
        }
        self.dirty = false;
        self.changes.mark_unchanged();
        // Looking costs as much as sending: a busy table that changes nothing in this window is not looked at more often.
        self.not_before = moment + SHORTEST_PAUSE;
        let now = tables.now();
        let layout = layout(&self.viewing, &self.query)?;
        let all_clusters = has_only_viewed(&self.viewing);
        let fits = |shown: &Shown| Arc::ptr_eq(&shown.rows.layout, &layout) && shown.all_clusters == all_clusters;
        let shown = if let Some(shown) = self.shown.take().filter(fits) {
            self.shown.insert(shown)
        } else {
            let prepared = prepare(&self.query, &layout, scope(&self.viewing)).map_err(ListError::Invalid)?;
            self.shown.insert(Shown {
                view: View::new(prepared.page.clone()),
                rows: RowView {
                    layout,
                    names: names(&self.viewing),
                },
                prepared,
                all_clusters,
                was_sent: false,
                total: 0,
                revision: 0,
                counts: Vec::new(),
                coverage: Vec::new(),
            })
        };
        let delta = self
            .viewing
            .table
            .look(|rows| rows.and_then(|rows| shown.view.refresh(&rows.table, now)));
        let coverage = coverage(&self.viewing, tables.clusters());
        let counts = count(&self.viewing, &shown.prepared.in_scope, now);
        let coverage_changed = coverage != shown.coverage;
        let counts_changed = counts != shown.counts;
        shown.coverage = coverage;
        shown.counts = counts;
        if let Some(delta) = &delta {
            shown.total = delta.total;
            shown.revision = delta.revision;
        }
        let text = match delta {
            None if shown.was_sent && !coverage_changed && !counts_changed => return Ok(None),
            Some(delta) if shown.was_sent && !delta.snapshot => serde_json::to_string(&LiveMessage::Delta(LiveDelta {
                id: &self.id,
                revision: delta.revision,
                total: delta.total,
                removed: &delta.removed,
                upserted: delta
                    .upserted
                    .iter()
                    .map(|upsert| PlacedRow {
                        index: upsert.index,
                        row: WireRow(&shown.rows, &upsert.row),
                    })
                    .collect(),
                counts: counts_changed.then_some(shown.counts.as_slice()),
                clusters: coverage_changed.then_some(shown.coverage.as_slice()),
            })),
            None if shown.was_sent => serde_json::to_string(&LiveMessage::Delta(LiveDelta {
                id: &self.id,
                revision: shown.revision,
                total: shown.total,
                removed: &[],
                upserted: Vec::new(),
                counts: counts_changed.then_some(shown.counts.as_slice()),
                clusters: coverage_changed.then_some(shown.coverage.as_slice()),
            })),
            first => {
                let upserted = first.map(|delta| delta.upserted).unwrap_or_default();
                let list = ListAnswer {
                    view: shown.rows.clone(),
                    rows: upserted.into_iter().map(|upsert| upsert.row).collect(),
                    total: shown.total,
                    revision: shown.revision,
                    counts: shown.counts.clone(),
                    clusters: shown.coverage.clone(),
                };
                serde_json::to_string(&LiveMessage::Snapshot {
                    id: &self.id,
                    list: &list,
                })
            }
        };
        shown.was_sent = true;
        // Texts, numbers and lists of them can always be written.
        Ok(text.ok())
    }
}
