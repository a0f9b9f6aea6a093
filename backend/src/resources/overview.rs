//! A cluster's first page: how its nodes and workloads are, what there is and how much is asked for, and what is unhealthy.
//! Made of the same live tables as the lists.

use super::list::{count, coverage, scope};
use super::query::ListError;
use super::tables::{FIRST_ROWS, KindKey, Rows, Tables, Viewing};
use crate::context::RequestContext;
use live_table::{Cell, Health, Query, Row};
use muster_api::cluster::{Capacity, ClusterOverview, KindSummary, NodeSummary, UnhealthyObject};
use muster_api::kind::{KINDS, Kind};
use muster_api::resource::CoverageState;

/// What the page sums up. Events and configuration have no health worth a summary.
const KINDS_SHOWN: [&str; 9] = [
    "nodes",
    "pods",
    "deployments",
    "statefulsets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "persistentvolumeclaims",
    "services",
];
/// The kinds whose unhealthy objects are named. Replica sets would only repeat their Deployments.
const KINDS_WATCHED: [&str; 6] = [
    "nodes",
    "pods",
    "deployments",
    "statefulsets",
    "daemonsets",
    "persistentvolumeclaims",
];
/// More than these are seen in the lists themselves.
const MOST_UNHEALTHY: usize = 50;

impl Tables {
    /// A cluster's first page. What could not be seen is said, and never counted as fine.
    pub async fn overview(&self, context: &RequestContext, cluster: &str) -> Result<ClusterOverview, ListError> {
        let cluster = self.clusters().get(context, cluster)?;
        let handles = self.clusters().handles(context, std::slice::from_ref(&cluster.id))?;
        self.access().until_known(context, FIRST_ROWS).await;
        let shown = KINDS.iter().filter(|kind| KINDS_SHOWN.contains(&kind.resource));
        let viewings: Vec<(&Kind, Viewing)> = shown
            .filter_map(|kind| Some((kind, KindKey::new(kind.group, kind.version, kind.resource)?)))
            .map(|(kind, key)| (kind, self.view(context, &key, handles.clone())))
            .collect();
        futures::future::join_all(viewings.iter().map(|(_, viewing)| viewing.first_rows(FIRST_ROWS))).await;
        let mut overview = ClusterOverview {
            cluster,
            nodes: NodeSummary::default(),
            cpu: Capacity::default(),
            memory: Capacity::default(),
            pods: Capacity::default(),
            workloads: Vec::new(),
            unhealthy: Vec::new(),
            not_seen: Vec::new(),
        };
        let now = self.now();
        for (kind, viewing) in &viewings {
            for coverage in coverage(viewing, self.clusters()) {
                if let Some(sentence) = not_seen(kind, coverage.state, coverage.message.as_deref()) {
                    overview.not_seen.push(sentence);
                }
            }
            let in_scope = Query {
                scope: scope(viewing),
                limit: usize::MAX,
                ..Query::default()
            };
            let total = viewing.table.look(|rows| {
                let Some(rows) = rows else { return 0 };
                if matches!(kind.resource, "nodes" | "pods") {
                    sum_up(kind, rows, &rows.table.query(&in_scope, now).rows, &mut overview);
                }
                if KINDS_WATCHED.contains(&kind.resource) {
                    unhealthy(kind, rows, &in_scope, now, &mut overview.unhealthy);
                }
                rows.table
                    .query(
                        &Query {
                            limit: 0,
                            ..in_scope.clone()
                        },
                        now,
                    )
                    .total as u64
            });
            overview.workloads.push(KindSummary {
                kind: kind.path(),
                total,
                counts: count(viewing, &in_scope, now),
            });
        }
        overview
            .unhealthy
            .sort_by_key(|object| object.health != muster_api::resource::Health::Bad);
        overview.unhealthy.truncate(MOST_UNHEALTHY);
        Ok(overview)
    }
}

/// Why a kind's numbers are missing, old or growing.
fn not_seen(kind: &Kind, state: CoverageState, message: Option<&str>) -> Option<String> {
    let how = match state {
        CoverageState::Live => return None,
        CoverageState::Loading => "are still being read",
        CoverageState::Stale => "are as they were at the last contact",
        CoverageState::Unreachable => "could not be read",
        CoverageState::Forbidden => "may not be read",
        CoverageState::NotInstalled => "are not known to this cluster",
    };
    Some(match message {
        Some(message) => format!("{} {how}: {message}", kind.resource),
        None => format!("{} {how}", kind.resource),
    })
}

fn amount(rows: &Rows, row: &Row, column: &str) -> f64 {
    match rows.layout.cell(column).and_then(|place| row.cells.get(place)) {
        Some(&(Cell::Number(amount) | Cell::Quantity(amount))) => amount,
        _ => 0.0,
    }
}

fn text<'r>(rows: &Rows, row: &'r Row, column: &str) -> &'r str {
    rows.layout
        .cell(column)
        .and_then(|place| row.cells.get(place))
        .and_then(Cell::as_text)
        .unwrap_or_default()
}

/// What nodes can give, and what pods ask for.
fn sum_up(kind: &Kind, rows: &Rows, all: &[Row], overview: &mut ClusterOverview) {
    for row in all {
        if kind.resource == "nodes" {
            let status = text(rows, row, "status");
            if status.starts_with("Ready") {
                overview.nodes.ready += 1;
            } else {
                overview.nodes.not_ready += 1;
            }
            if status.ends_with("SchedulingDisabled") {
                overview.nodes.cordoned += 1;
            }
            overview.cpu.allocatable += amount(rows, row, "cpu");
            overview.memory.allocatable += amount(rows, row, "memory");
            overview.pods.allocatable += amount(rows, row, "pods");
            continue;
        }
        // Pods that are done, or that no node has taken, hold nothing.
        let word = text(rows, row, "status");
        let is_done = row.health == Health::Idle || matches!(word, "Failed" | "Error" | "Evicted" | "OOMKilled");
        if is_done || text(rows, row, "node").is_empty() {
            continue;
        }
        overview.pods.requested += 1.0;
        overview.cpu.requested += amount(rows, row, "cpu-requests");
        overview.cpu.limits += amount(rows, row, "cpu-limits");
        overview.memory.requested += amount(rows, row, "memory-requests");
        overview.memory.limits += amount(rows, row, "memory-limits");
    }
}

/// Names what is bad, then what somebody should look at.
fn unhealthy(kind: &Kind, rows: &Rows, in_scope: &Query, now: i64, found: &mut Vec<UnhealthyObject>) {
    let Some(field) = rows.layout.count_by() else { return };
    let bad_words: Vec<String> = rows
        .table
        .counts(in_scope, now, field)
        .into_iter()
        .filter(|count| matches!(count.health, Health::Bad | Health::Warn))
        .filter_map(|count| count.value.as_text().map(|word| format!("status={}", quoted(word))))
        .collect();
    if bad_words.is_empty() {
        return;
    }
    let Ok(filter) = live_table::Filter::parse(&bad_words.join(" or "), rows.layout.schema()) else {
        return;
    };
    let page = rows.table.query(
        &Query {
            filter,
            limit: 10 * MOST_UNHEALTHY,
            ..in_scope.clone()
        },
        now,
    );
    for row in &page.rows {
        let health = match row.health {
            Health::Bad => muster_api::resource::Health::Bad,
            Health::Warn => muster_api::resource::Health::Warn,
            _ => continue,
        };
        let message = text(rows, row, "message");
        found.push(UnhealthyObject {
            kind: kind.path(),
            namespace: row.namespace.as_deref().map(str::to_owned),
            name: row.name.to_string(),
            status: text(rows, row, "status").to_owned(),
            health,
            message: (!message.is_empty()).then(|| message.to_owned()),
        });
    }
}

/// A word as filters take it.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}
