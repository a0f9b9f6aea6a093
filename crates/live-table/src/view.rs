//! A window on a table that somebody keeps open.

use hashbrown::HashMap;

use crate::matcher::Matcher;
use crate::query::{Count, Matching, Query};
use crate::store::Slot;
use crate::{Delta, Table, Upsert};

/// A query whose answer is followed: each refresh tells what became different since the last one.
///
/// It remembers which rows pass (a bit each), so that a changed row costs one look at that row, and
/// which rows the window shows, by id and version, so that only different rows are sent.
///
/// A view follows one table; showing it another one makes no sense.
pub struct View {
    query: Query,
    /// None until the first refresh.
    seen: Option<Seen>,
}

/// What the viewer knows.
struct Seen {
    revision: u64,
    now_ms: i64,
    matching: Matching,
    total: usize,
    /// The rows of the window, in order.
    window: Vec<Shown>,
    counts: Vec<Count>,
    /// The query is another since then.
    outdated: bool,
    /// And so is the order that it asks for.
    reordered: bool,
}

/// One row of the window.
struct Shown {
    id: String,
    version: u64,
}

impl View {
    /// A view that nobody has looked at yet.
    pub fn new(query: Query) -> Self {
        Self { query, seen: None }
    }

    /// What the view shows.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Shows something else from the next refresh on: another page, filter, scope or order. Rows that
    /// stay in the window are not sent again, unless the order is another.
    pub fn set_query(&mut self, query: Query) {
        if let Some(seen) = &mut self.seen {
            seen.outdated = true;
            seen.reordered |= query.sort != self.query.sort;
        }
        self.query = query;
    }

    /// What became different since the last refresh; none when nothing that the view shows did.
    /// The first one is a snapshot. `now_ms` is the time that ages are measured at.
    pub fn refresh(&mut self, table: &Table, now_ms: i64) -> Option<Delta> {
        let Some(seen) = &mut self.seen else {
            let (seen, delta) = Seen::first(&self.query, table, now_ms);
            self.seen = Some(seen);
            return Some(delta);
        };
        let time_counts = self.query.filter.depends_on_time() && seen.now_ms != now_ms;
        if seen.revision == table.revision() && !seen.outdated && !time_counts {
            return None;
        }
        let matcher = Matcher::new(&table.store, &self.query, now_ms);
        let touched = seen.follow(table, &matcher, time_counts);
        seen.revision = table.revision();
        seen.now_ms = now_ms;
        if touched { seen.show(&self.query, table) } else { None }
    }
}

impl Seen {
    fn first(query: &Query, table: &Table, now_ms: i64) -> (Self, Delta) {
        let mut seen = Self {
            revision: table.revision(),
            now_ms,
            matching: Matching::of(&Matcher::new(&table.store, query, now_ms)),
            total: 0,
            window: Vec::new(),
            counts: Vec::new(),
            outdated: false,
            reordered: true,
        };
        let empty = Delta {
            snapshot: true,
            revision: table.revision(),
            ..Delta::default()
        };
        let delta = seen.show(query, table).unwrap_or(empty);
        (seen, delta)
    }

    /// Brings up to date which rows pass. False when no row that passes or passed has changed.
    fn follow(&mut self, table: &Table, matcher: &Matcher<'_>, time_counts: bool) -> bool {
        let outdated = std::mem::take(&mut self.outdated) || time_counts;
        let changed = table.log.since(self.revision).filter(|_| !outdated);
        match (changed, &mut self.matching) {
            (Some(_), Matching::All) => true,
            (Some(changed), Matching::Some(selection)) => {
                let mut touched = false;
                for slot in changed {
                    let passes = matcher.matches(slot);
                    touched |= passes || selection.contains(slot);
                    selection.set(slot, passes);
                }
                touched
            }
            (None, matching) => {
                *matching = Matching::of(matcher);
                true
            }
        }
    }

    /// Brings the window and the numbers up to date. None when they are the same as before.
    fn show(&mut self, query: &Query, table: &Table) -> Option<Delta> {
        let total = self.matching.total(&table.store);
        let slots = self.matching.page(&table.store, &table.orders, query, total);
        let counts = query
            .count_by
            .map_or_else(Vec::new, |field| self.matching.counts(&table.store, field));
        let snapshot = std::mem::take(&mut self.reordered);
        let versions = self.window.iter().map(|shown| shown.version);
        let same_rows = versions.eq(slots.iter().map(|slot| table.store.version(*slot)));
        if !snapshot && same_rows && total == self.total && counts == self.counts {
            return None;
        }
        let (removed, upserted) = self.replace_window(table, &slots, snapshot);
        self.total = total;
        let counts = (snapshot || counts != self.counts).then(|| {
            self.counts.clone_from(&counts);
            counts
        });
        let counts = counts.filter(|_| query.count_by.is_some());
        Some(Delta {
            snapshot,
            revision: table.revision(),
            total,
            removed,
            upserted,
            counts,
        })
    }

    /// Shows these rows; answers the ids of those that left and the rows that are new or changed.
    fn replace_window(&mut self, table: &Table, slots: &[Slot], snapshot: bool) -> (Vec<String>, Vec<Upsert>) {
        let former = std::mem::take(&mut self.window);
        // A version belongs to one state of one row: rows of known versions are known. They also
        // stand to each other as before, since nothing that they are sorted by changed.
        let mut left: HashMap<u64, String> = HashMap::with_capacity(former.len());
        if !snapshot {
            left.extend(former.into_iter().map(|shown| (shown.version, shown.id)));
        }
        let mut upserted = Vec::new();
        for (index, slot) in slots.iter().enumerate() {
            let version = table.store.version(*slot);
            let id = left.remove(&version).unwrap_or_else(|| {
                let row = table.store.row(*slot);
                let id = row.id.clone();
                upserted.push(Upsert { index, row });
                id
            });
            self.window.push(Shown { id, version });
        }
        let mut removed: Vec<String> = left.into_values().collect();
        removed.retain(|id| upserted.iter().all(|upsert| upsert.row.id != *id));
        removed.sort_unstable();
        (removed, upserted)
    }
}
