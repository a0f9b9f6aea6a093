//! Rows, changes and questions drawn from small pools, so that they often meet.

#![expect(clippy::unwrap_used, reason = "what is generated is right by construction")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use live_table::{
    Cell, Column, ColumnKind, Field, Filter, Health, LabelSelector, Namespaces, Query, Reach, RowInput, Schema, Scope,
    SortKey, Table,
};
use proptest::prelude::*;
use proptest::sample::select;

pub const CLUSTERS: [&str; 3] = ["c1", "c2", "C3"];
const NAMESPACES: [Option<&str>; 4] = [None, Some("default"), Some("team-a"), Some("Team-b")];
const NAMES: [&str; 7] = ["a", "B", "b", "web-1", "Web-1", "web-10", "web-2"];
const WORDS: [&str; 6] = ["", "Running", "running", "Pending", "two words", "web-1"];
const NUMBERS: [f64; 6] = [f64::NAN, -1.5, -0.0, 0.0, 3.0, 12.0];
const TIMES: [Option<i64>; 5] = [None, Some(0), Some(40_000), Some(97_000), Some(130_000)];
const HEALTHS: [Health; 3] = [Health::Good, Health::Bad, Health::Idle];
const KEYS: [&str; 3] = ["app", "tier", "x.io/y"];
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

/// One comparison, as it is written and as a plain list evaluates it.
#[derive(Clone, Debug)]
pub enum PlainTerm {
    Text {
        field: &'static str,
        operator: &'static str,
        values: Vec<&'static str>,
    },
    Label {
        key: &'static str,
        operator: &'static str,
        value: &'static str,
    },
    Number {
        field: &'static str,
        operator: &'static str,
        value: f64,
    },
    Age {
        field: &'static str,
        operator: &'static str,
        seconds: i64,
    },
    Empty {
        field: &'static str,
        negated: bool,
    },
}

/// What somebody may see of the first cluster.
#[derive(Clone, Copy, Debug)]
pub enum PlainReach {
    All,
    Only(&'static str),
}

/// A question, in a form that a plain list can answer without the library.
#[derive(Clone, Debug)]
pub struct Asked {
    pub clauses: Vec<Vec<PlainTerm>>,
    pub selector: Option<(&'static str, &'static str)>,
    pub cluster: Option<&'static str>,
    pub namespace: Option<&'static str>,
    /// What may be seen in the first cluster; all other clusters are out of reach.
    pub reach: Option<PlainReach>,
    /// Rows must be as well as one of these; empty: however they are.
    pub health: Vec<Health>,
    pub sort: Vec<(&'static str, Field, bool)>,
    pub offset: usize,
    pub limit: usize,
    pub count_by: Option<Field>,
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

impl Asked {
    pub fn query(&self) -> Query {
        let schema = schema();
        let clauses = self.clauses.iter().map(|clause| {
            let terms: Vec<String> = clause.iter().map(ToString::to_string).collect();
            terms.join(" or ")
        });
        let filter = clauses.collect::<Vec<_>>().join(" ");
        let sort: Vec<String> = self
            .sort
            .iter()
            .map(|(id, _, down)| format!("{}{id}", if *down { "-" } else { "" }))
            .collect();
        let selector = self
            .selector
            .map_or_else(String::new, |(key, value)| format!("{key}!={value}"));
        let mut scope = Scope::everything();
        if let Some(reach) = self.reach {
            let namespaces = match reach {
                PlainReach::All => Namespaces::All,
                PlainReach::Only(name) => Namespaces::Only(HashSet::from([name.into()])),
            };
            scope = scope.and(Reach::Clusters(HashMap::from([(Arc::from(CLUSTERS[0]), namespaces)])));
        }
        if let Some(cluster) = self.cluster {
            scope = scope.in_clusters([cluster]);
        }
        if let Some(namespace) = self.namespace {
            scope = scope.in_namespaces([namespace]);
        }
        Query {
            filter: Filter::parse(&filter, &schema).unwrap(),
            labels: LabelSelector::parse(&selector).unwrap(),
            scope,
            health: self.health.clone(),
            sort: SortKey::parse_list(&sort.join(","), &schema).unwrap(),
            offset: self.offset,
            limit: self.limit,
            count_by: self.count_by,
        }
    }
}

impl std::fmt::Display for PlainTerm {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text {
                field,
                operator,
                values,
            } => {
                let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
                write!(formatter, "{field}{operator}{}", quoted.join(","))
            }
            Self::Label { key, operator, value } => write!(formatter, "label.{key} {operator} \"{value}\""),
            Self::Number { field, operator, value } => write!(formatter, "{field}{operator}{value}"),
            Self::Age {
                field,
                operator,
                seconds,
            } => write!(formatter, "{field} {operator}{seconds}s"),
            Self::Empty { field, negated } => write!(formatter, "{field}{}=\"\"", if *negated { "!" } else { "" }),
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

fn term() -> impl Strategy<Value = PlainTerm> {
    const PARTS: [&str; 8] = [
        "Running",
        "running",
        "pend",
        "team",
        "web-1",
        "WEB*1",
        "*b*",
        "two words",
    ];
    let text_fields = select(&["cluster", "namespace", "name", "labels", "status", "node"]);
    let text_operators = || select(&["=", "!=", "~", "!~"]);
    let comparisons = || select(&["=", "!=", ">", ">=", "<", "<="]);
    prop_oneof![
        3 => (text_fields, text_operators(), prop::collection::vec(select(&PARTS), 1..3))
            .prop_map(|(field, operator, values)| PlainTerm::Text { field, operator, values }),
        1 => (select(&KEYS), text_operators(), select(&PARTS))
            .prop_map(|(key, operator, value)| PlainTerm::Label { key, operator, value }),
        1 => (select(&["restarts", "memory"]), comparisons(), select(&NUMBERS[1..]))
            .prop_map(|(field, operator, value)| PlainTerm::Number { field, operator, value }),
        1 => (select(&["age", "seen"]), select(&[">", ">=", "<", "<="]), select(&[0, 3, 60, 200]))
            .prop_map(|(field, operator, seconds)| PlainTerm::Age { field, operator, seconds }),
        1 => (select(&FIELDS), any::<bool>()).prop_map(|((field, _), negated)| PlainTerm::Empty { field, negated }),
    ]
}

pub fn asked() -> impl Strategy<Value = Asked> {
    let clauses = prop::collection::vec(prop::collection::vec(term(), 1..3), 0..3);
    let selector = prop::option::weighted(0.15, (select(&KEYS), select(&["Running", "web-1", ""])));
    let cluster = prop::option::weighted(0.2, select(&CLUSTERS));
    let namespace = prop::option::weighted(0.2, select(&["default", "team-a"]));
    let reach = prop::option::weighted(
        0.2,
        select(&[PlainReach::All, PlainReach::Only("default"), PlainReach::Only("Team-b")]),
    );
    let sort = prop::collection::vec((select(&FIELDS), any::<bool>()), 0..3).prop_map(|keys| {
        let mut sort: Vec<(&str, Field, bool)> = Vec::new();
        for ((id, field), down) in keys {
            if sort.iter().all(|(_, known, _)| *known != field) {
                sort.push((id, field, down));
            }
        }
        sort
    });
    let healths = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(select(&HEALTHS), 1..3)];
    let page = (0..8_usize, 0..10_usize, prop::option::of(select(&FIELDS)));
    (clauses, selector, (cluster, namespace, reach), healths, sort, page).prop_map(
        |(clauses, selector, (cluster, namespace, reach), health, sort, (offset, limit, count_by))| Asked {
            clauses,
            selector,
            cluster,
            namespace,
            reach,
            health,
            sort,
            offset,
            limit,
            count_by: count_by.map(|(_, field)| field),
        },
    )
}

/// Texts that often are filters.
pub fn filter_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        select(&[
            "name",
            "restarts",
            "age",
            "memory",
            "label.app",
            "label app",
            "status",
            "or",
            "and",
            "nme"
        ])
        .prop_map(ToOwned::to_owned),
        select(&["=", "!=", "~", "!~", ">", "<=", ",", " ", " or ", " and "]).prop_map(ToOwned::to_owned),
        select(&[
            "5",
            "1Gi",
            "2h",
            "2026-05-01",
            "web*",
            "\"a b\"",
            "\"\\\"\\\\\"",
            "\"\""
        ])
        .prop_map(ToOwned::to_owned),
        "\\PC{0,4}",
        "\"[ ,\"\\\\a-c]{0,4}\"",
    ];
    let written = asked().prop_map(|asked| {
        let clauses: Vec<String> = asked.clauses.iter().flatten().map(ToString::to_string).collect();
        clauses.join(" ")
    });
    prop_oneof![
        prop::collection::vec(word, 0..10).prop_map(|words| words.concat()),
        written
    ]
}

/// Texts that often are label selectors.
pub fn selector_text() -> impl Strategy<Value = String> {
    let word = select(&[
        "app", "x.io/y", "=", "==", "!=", "!", " in (", "a", ", b", ")", " notin (", ">", "5", ",", " ",
    ]);
    prop::collection::vec(word, 0..10).prop_map(|words| words.concat())
}
