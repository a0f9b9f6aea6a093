//! What changed in a window, in a form that a client can apply.

use hashbrown::HashSet;

use crate::{Count, Row};

/// The difference between what a viewer knows and what is true now.
///
/// A client brings its copy up to date in three steps: it drops everything when this is a
/// [snapshot](Delta::snapshot); it drops the rows named in `removed` and in `upserted`; it puts each
/// row of `upserted` in at its index, in the given order. The other rows stay and keep their order.
/// [`Delta::apply`] does just that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// Whether the viewer's copy is to be forgotten first.
    pub snapshot: bool,
    /// The table's revision that is true after this.
    pub revision: u64,
    /// How many rows pass in all.
    pub total: usize,
    /// The ids of rows that left the window.
    pub removed: Vec<String>,
    /// Rows that came into the window or are different, by rising index.
    pub upserted: Vec<Upsert>,
    /// The counts, when they are asked for and different.
    pub counts: Option<Vec<Count>>,
}

/// A row that is new to a window, or different.
#[derive(Clone, Debug, PartialEq)]
pub struct Upsert {
    /// Where in the window the row stands after the whole delta.
    pub index: usize,
    /// The row.
    pub row: Row,
}

impl Delta {
    /// Brings a copy of the window up to date.
    pub fn apply(&self, window: &mut Vec<Row>) {
        if self.snapshot {
            window.clear();
        }
        let upserted = self.upserted.iter().map(|upsert| &*upsert.row.id);
        let dropped: HashSet<&str> = self.removed.iter().map(String::as_str).chain(upserted).collect();
        window.retain(|row| !dropped.contains(&*row.id));
        for Upsert { index, row } in &self.upserted {
            // A copy that missed a delta may be too short; it is never made to panic.
            window.insert((*index).min(window.len()), row.clone());
        }
    }
}
