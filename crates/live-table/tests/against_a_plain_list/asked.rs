//! Questions, in a form that a plain list can answer without the library.

#![expect(clippy::unwrap_used, reason = "what is generated is right by construction")]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use live_table::{Field, Filter, Health, LabelSelector, Namespaces, Objects, Query, Reach, Scope, SortKey};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::generated::{CLUSTERS, FIELDS, HEALTHS, KEYS, NAMES, NUMBERS, schema};

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
#[derive(Clone, Debug)]
pub enum PlainReach {
    All,
    Only {
        namespaces: Vec<&'static str>,
        /// Names in any namespace, and in none.
        anywhere: Vec<&'static str>,
        /// Namespaces and names in them.
        objects: Vec<(&'static str, &'static str)>,
    },
}

/// A question, in a form that a plain list can answer without the library.
#[derive(Clone, Debug)]
pub struct Asked {
    pub clauses: Vec<Vec<PlainTerm>>,
    pub selector: Option<(&'static str, &'static str)>,
    pub cluster: Option<&'static str>,
    pub namespace: Option<&'static str>,
    /// What may be seen in the first cluster, all of which must allow it. When there is any, all other
    /// clusters are out of reach.
    pub reaches: Vec<PlainReach>,
    /// Rows must be as well as one of these; empty: however they are.
    pub health: Vec<Health>,
    pub sort: Vec<(&'static str, Field, bool)>,
    pub offset: usize,
    pub limit: usize,
    pub count_by: Option<Field>,
}

impl PlainReach {
    fn namespaces(&self) -> Namespaces {
        let Self::Only {
            namespaces,
            anywhere,
            objects,
        } = self
        else {
            return Namespaces::All;
        };
        let set = |names: &[&'static str]| names.iter().map(|name| Arc::from(*name)).collect();
        let mut in_namespaces: HashMap<Arc<str>, HashSet<Arc<str>>> = HashMap::new();
        for (namespace, name) in objects {
            in_namespaces
                .entry((*namespace).into())
                .or_default()
                .insert((*name).into());
        }
        Namespaces::Only {
            namespaces: set(namespaces),
            objects: Objects {
                anywhere: set(anywhere),
                in_namespaces,
            },
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
        for reach in &self.reaches {
            let namespaces = reach.namespaces();
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

fn reach() -> impl Strategy<Value = PlainReach> {
    const IN: [&str; 3] = ["default", "team-a", "Team-b"];
    let objects = prop::collection::vec((select(&IN), select(&NAMES)), 0..5);
    let only = (subsequence(&IN, 0..3), subsequence(&NAMES, 0..3), objects);
    prop_oneof![
        1 => Just(PlainReach::All),
        2 => select(&IN).prop_map(|name| PlainReach::Only {
            namespaces: vec![name],
            anywhere: Vec::new(),
            objects: Vec::new(),
        }),
        4 => only.prop_map(|(namespaces, anywhere, objects)| PlainReach::Only { namespaces, anywhere, objects }),
    ]
}

pub fn asked() -> impl Strategy<Value = Asked> {
    let clauses = prop::collection::vec(prop::collection::vec(term(), 1..3), 0..3);
    let selector = prop::option::weighted(0.15, (select(&KEYS), select(&["Running", "web-1", ""])));
    let cluster = prop::option::weighted(0.2, select(&CLUSTERS));
    let namespace = prop::option::weighted(0.2, select(&["default", "team-a"]));
    let reaches = prop_oneof![3 => Just(Vec::new()), 2 => prop::collection::vec(reach(), 1..3)];
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
    (clauses, selector, (cluster, namespace, reaches), healths, sort, page).prop_map(
        |(clauses, selector, (cluster, namespace, reaches), health, sort, (offset, limit, count_by))| Asked {
            clauses,
            selector,
            cluster,
            namespace,
            reaches,
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
