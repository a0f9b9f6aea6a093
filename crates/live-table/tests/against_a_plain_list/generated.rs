//! Rows and changes drawn from small pools, so that they often meet.

use std::collections::BTreeMap;

use live_table::{Cell, Column, ColumnKind, Field, Health, RowInput, Schema, Table};
use proptest::prelude::*;
use proptest::sample::select;

pub const CLUSTERS: [&str; 3] = ["c1", "c2", "C3"];
const NAMESPACES: [Option<&str>; 4] = [None, Some("default"), Some("team-a"), Some("Team-b")];
pub const NAMES: [&str; 7] = ["a", "B", "b", "web-1", "Web-1", "web-10", "web-2"];
const WORDS: [&str; 6] = ["", "Running", "running", "Pending", "two words", "web-1"];
pub const NUMBERS: [f64; 6] = [f64::NAN, -1.5, -0.0, 0.0, 3.0, 12.0];
const TIMES: [Option<i64>; 5] = [None, Some(0), Some(40_000), Some(97_000), Some(130_000)];
pub const HEALTHS: [Health; 3] = [Health::Good, Health::Bad, Health::Idle];
pub const KEYS: [&str; 3] = ["app", "tier", "x.io/y"];
pub const FIELDS: [(&str, Field); 10] = [
    ("cluster", Field::Cluster),
    ("namespace", Field::Namespace),
    ("name", Field::Name),
    ("age", Field::Age),
    ("labels", Field::Labels),
    ("status", Field::Cell(0)),
    ("restarts", Field::Cell(1)),
    ("memory", Field::Cell(2)),
    ("seen", Field::Cell(3)),
    ("node", Field::Cell(4)),
];

pub fn schema() -> Schema {
    Schema::new(vec![
        Column::new("status", ColumnKind::Status),
        Column::new("restarts", ColumnKind::Number),
        Column::new("memory", ColumnKind::Quantity),
        Column::new("seen", ColumnKind::Time),
        Column::new("node", ColumnKind::Link),
    ])
}

/// A row that owns what it says.
#[derive(Clone, Debug)]
pub struct PlainRow {
    pub namespace: Option<&'static str>,
    pub name: &'static str,
    pub created: Option<i64>,
    pub labels: BTreeMap<&'static str, &'static str>,
    pub health: Health,
    pub cells: Vec<Cell>,
}

/// Something that happens to a table.
#[derive(Clone, Debug)]
pub enum Step {
    Upsert(&'static str, PlainRow),
    Remove(&'static str, Option<&'static str>, &'static str),
    Replace(&'static str, Vec<PlainRow>),
    RemoveCluster(&'static str),
    Rename(&'static str, &'static str),
    /// Only rows of this name are kept.
    Retain(&'static str, &'static str),
}

impl PlainRow {
    pub fn put<R>(&self, cluster: &str, put: impl FnOnce(RowInput<'_>) -> R) -> R {
        // Against the order of the map, to see that it does not matter.
        let labels: Vec<(&str, &str)> = self.labels.iter().rev().map(|(key, value)| (*key, *value)).collect();
        put(RowInput {
            cluster,
            namespace: self.namespace,
            name: self.name,
            created: self.created,
            labels: &labels,
            health: self.health,
            cells: &self.cells,
        })
    }
}

impl Step {
    pub fn apply(&self, table: &mut Table) {
        match self {
            Self::Upsert(cluster, row) => {
                row.put(cluster, |row| table.upsert(row));
            }
            Self::Remove(cluster, namespace, name) => {
                table.remove(cluster, *namespace, name);
            }
            Self::Replace(cluster, rows) => {
                let mut relist = table.relist(cluster);
                for row in rows {
                    row.put("not looked at", |row| relist.upsert(row));
                }
                relist.finish();
            }
            Self::RemoveCluster(cluster) => {
                table.remove_cluster(cluster);
            }
            Self::Rename(cluster, name) => table.set_cluster_name(cluster, name),
            Self::Retain(cluster, kept) => {
                table.retain_cluster(cluster, |_, name| name == *kept);
            }
        }
    }
}

fn row() -> impl Strategy<Value = PlainRow> {
    let cells = (
        select(&WORDS),
        select(&NUMBERS),
        select(&NUMBERS),
        select(&TIMES),
        select(&WORDS),
        0..=5_usize,
    );
    let cells = cells.prop_map(|(status, restarts, memory, seen, node, known)| {
        let seen = seen.map_or(Cell::Empty, Cell::Time);
        let cells = vec![
            status.into(),
            Cell::Number(restarts),
            Cell::Quantity(memory),
            seen,
            node.into(),
        ];
        // Rows with fewer cells than columns are allowed.
        if known == 0 { cells[..3].to_vec() } else { cells }
    });
    let labels = prop::collection::btree_map(select(&KEYS), select(&WORDS), 0..3);
    let identity = (select(&NAMESPACES), select(&NAMES));
    (identity, select(&TIMES), labels, select(&HEALTHS), cells).prop_map(
        |((namespace, name), created, labels, health, cells)| PlainRow {
            namespace,
            name,
            created,
            labels,
            health,
            cells,
        },
    )
}

pub fn step() -> impl Strategy<Value = Step> {
    let cluster = || select(&CLUSTERS);
    prop_oneof![
        12 => (cluster(), row()).prop_map(|(cluster, row)| Step::Upsert(cluster, row)),
        3 => (cluster(), select(&NAMESPACES), select(&NAMES)).prop_map(|(c, ns, name)| Step::Remove(c, ns, name)),
        2 => (cluster(), prop::collection::vec(row(), 0..12)).prop_map(|(cluster, rows)| Step::Replace(cluster, rows)),
        1 => cluster().prop_map(Step::RemoveCluster),
        1 => (cluster(), select(&["Zebra", "alpha", "c1", "Alpha"])).prop_map(|(c, name)| Step::Rename(c, name)),
        1 => (cluster(), select(&NAMES)).prop_map(|(cluster, name)| Step::Retain(cluster, name)),
    ]
}
