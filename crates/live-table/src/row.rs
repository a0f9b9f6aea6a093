//! Rows on their way in and out of a table.

use std::sync::Arc;

use crate::{Cell, Health};

/// A row as it is put into a table. Everything is borrowed: what the table does not know yet is
/// copied, the rest is shared.
#[derive(Clone, Copy, Debug)]
pub struct RowInput<'a> {
    /// The cluster's id.
    pub cluster: &'a str,
    /// The namespace; none for objects of the whole cluster.
    pub namespace: Option<&'a str>,
    /// The object's name.
    pub name: &'a str,
    /// When the object was created, in milliseconds since the Unix epoch.
    pub created: Option<i64>,
    /// The labels in any order; of two with the same key the last is meant.
    pub labels: &'a [(&'a str, &'a str)],
    /// How well the object is.
    pub health: Health,
    /// One cell per column of the schema. Missing ones are empty, further ones are ignored, and a
    /// cell that its column cannot hold (a text in a number column) is stored as empty.
    pub cells: &'a [Cell],
}

/// A row as a query answers it. Its texts are shared with the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// `<cluster>/<namespace>/<name>`, with `-` for no namespace.
    pub id: String,
    /// The cluster's id.
    pub cluster: Arc<str>,
    /// The namespace; none for objects of the whole cluster.
    pub namespace: Option<Arc<str>>,
    /// The object's name.
    pub name: Arc<str>,
    /// When the object was created, in milliseconds since the Unix epoch.
    pub created: Option<i64>,
    /// The labels, sorted by key.
    pub labels: Vec<(Arc<str>, Arc<str>)>,
    /// How well the object is.
    pub health: Health,
    /// One cell per column of the schema.
    pub cells: Vec<Cell>,
    /// The table's revision when this row last changed: equal versions are equal rows.
    pub version: u64,
}

/// What putting a row into a table did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The row is new.
    Added,
    /// The row was there with other content.
    Changed,
    /// The row was there with the same content; its version stays.
    Unchanged,
}

/// What a relist of one cluster did, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// New rows.
    pub added: usize,
    /// Rows with new content.
    pub changed: usize,
    /// Rows that were no longer listed.
    pub removed: usize,
    /// Rows that stayed as they were.
    pub unchanged: usize,
}

impl Replaced {
    pub(crate) fn count(&mut self, change: Change) {
        match change {
            Change::Added => self.added += 1,
            Change::Changed => self.changed += 1,
            Change::Unchanged => self.unchanged += 1,
        }
    }
}
