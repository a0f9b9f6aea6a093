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
use muster_api::said::{Said, not_seen as sentence};

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
        let shown = KINDS.iter().filter(|kind| KINDS_SHOWN.contains(&kind.resource));
        let kinds: Vec<(&str, &str)> = shown.clone().map(|kind| (kind.group, kind.resource)).collect();
        self.access().until_known(context, &kinds, FIRST_ROWS).await;
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
                if let Some(said) = not_seen(kind, coverage.state, coverage.message.as_deref()) {
                    overview.not_seen.push(said);
                }
            }
            let in_scope = Query {
                scope: scope(viewing),
                ..Query::default()
            };
            let total = viewing.table.look(|rows| {
                let Some(rows) = rows else { return 0 };
                match kind.resource {
                    "nodes" => sum_up_nodes(rows, &in_scope, now, &mut overview),
                    "pods" => sum_up_pods(rows, &in_scope, now, &mut overview),
                    _ => {}
                }
                if KINDS_WATCHED.contains(&kind.resource) {
                    unhealthy(kind, rows, &in_scope, now, &mut overview.unhealthy);
                }
                let none_of_them = Query {
                    limit: 0,
                    ..in_scope.clone()
                };
                rows.table.query(&none_of_them, now).total as u64
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
fn not_seen(kind: &Kind, state: CoverageState, reason: Option<&str>) -> Option<Said> {
    let (plain, because) = match state {
        CoverageState::Live => return None,
        CoverageState::Loading => (sentence::LOADING, None),
        CoverageState::Stale => (sentence::STALE, Some(sentence::STALE_BECAUSE)),
        CoverageState::Unreachable => (sentence::UNREACHABLE, Some(sentence::RESOURCE)),
        CoverageState::Forbidden => (sentence::FORBIDDEN, Some(sentence::FORBIDDEN_BECAUSE)),
        CoverageState::NotInstalled => (sentence::NOT_INSTALLED, None),
    };
    Some(match (because, reason) {
        (Some(because), Some(reason)) => because.with(&[("resource", &kind.resource), ("reason", &reason)]),
        _ => plain.with(&[("resource", &kind.resource)]),
    })
}

/// The place of a column; one that there is not has no values.
fn place(rows: &Rows, column: &str) -> usize {
    rows.layout.cell(column).unwrap_or(usize::MAX)
}

/// What nodes can give.
fn sum_up_nodes(rows: &Rows, in_scope: &Query, now: i64, overview: &mut ClusterOverview) {
    let [status, cpu, memory, pods] = ["status", "cpu", "memory", "pods"].map(|column| place(rows, column));
    rows.table.for_each(in_scope, now, |row| {
        let amount = |place| row.number(place).unwrap_or_default();
        if row.text(status).starts_with("Ready") {
            overview.nodes.ready += 1;
        } else {
            overview.nodes.not_ready += 1;
        }
        if row.text(status).ends_with("SchedulingDisabled") {
            overview.nodes.cordoned += 1;
        }
        overview.cpu.allocatable += amount(cpu);
        overview.memory.allocatable += amount(memory);
        overview.pods.allocatable += amount(pods);
    });
}

/// What pods ask for. Those that are done, or that no node has taken, hold nothing.
fn sum_up_pods(rows: &Rows, in_scope: &Query, now: i64, overview: &mut ClusterOverview) {
    let [phase, node] = ["phase", "node"].map(|column| place(rows, column));
    let [cpu, cpu_limit] = ["cpu-requests", "cpu-limits"].map(|column| place(rows, column));
    let [memory, memory_limit] = ["memory-requests", "memory-limits"].map(|column| place(rows, column));
    rows.table.for_each(in_scope, now, |row| {
        if matches!(row.text(phase), "Succeeded" | "Failed") || row.text(node).is_empty() {
            return;
        }
        let amount = |place| row.number(place).unwrap_or_default();
        overview.pods.requested += 1.0;
        overview.cpu.requested += amount(cpu);
        overview.cpu.limits += amount(cpu_limit);
        overview.memory.requested += amount(memory);
        overview.memory.limits += amount(memory_limit);
    });
}

/// Names what is bad, then what somebody should look at.
fn unhealthy(kind: &Kind, rows: &Rows, in_scope: &Query, now: i64, found: &mut Vec<UnhealthyObject>) {
    let text = |row: &Row, column: &str| {
        let cell = row.cells.get(place(rows, column));
        cell.and_then(Cell::as_text).unwrap_or_default().to_owned()
    };
    for (health, told) in [
        (Health::Bad, muster_api::resource::Health::Bad),
        (Health::Warn, muster_api::resource::Health::Warn),
    ] {
        let of_this_health = Query {
            health: vec![health],
            limit: MOST_UNHEALTHY,
            ..in_scope.clone()
        };
        found.extend(
            rows.table
                .query(&of_this_health, now)
                .rows
                .iter()
                .map(|row| UnhealthyObject {
                    kind: kind.path(),
                    namespace: row.namespace.as_deref().map(str::to_owned),
                    name: row.name.to_string(),
                    status: text(row, "status"),
                    health: told,
                    message: Some(text(row, "message")).filter(|message| !message.is_empty()),
                }),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::kinds::built_in;
    use crate::resources::reader::RowSink;
    use live_table::{RowInput, Table};
    use serde_json::{Value, json};
    use std::sync::Arc;

    struct Into(Table);

    impl RowSink for Into {
        fn row(&mut self, row: RowInput<'_>) {
            self.0.upsert(RowInput { cluster: "a", ..row });
        }
    }

    /// The rows that a list of these pods makes.
    fn rows_of(pods: &[Value]) -> (&'static Kind, Rows) {
        let kind = KINDS.iter().find(|kind| kind.resource == "pods").unwrap();
        let (layout, mut reader) = built_in(kind).unwrap();
        let mut sink = Into(Table::new(layout.schema().clone()));
        let page = json!({"metadata": {"resourceVersion": "1"}, "items": pods}).to_string();
        reader.read_list(page.as_bytes(), &layout, &mut sink).unwrap();
        let rows = Rows {
            layout: Arc::new(layout),
            table: sink.0,
        };
        (kind, rows)
    }

    fn pod(name: &str, phase: &str, ready: bool, state: &Value) -> Value {
        json!({"metadata": {"name": name, "namespace": "shop"},
            "spec": {"nodeName": "n", "containers": [{"name": "c", "resources": {"requests": {"cpu": "1"}}}]},
            "status": {"phase": phase, "containerStatuses": [{"name": "c", "ready": ready, "state": state}]}})
    }

    #[test]
    fn a_pod_that_is_not_ready_is_named_behind_any_number_of_well_ones_of_the_same_status() {
        let running = json!({"running": {}});
        let mut pods: Vec<Value> = (0..700)
            .map(|number| pod(&format!("a-{number}"), "Running", true, &running))
            .collect();
        pods.push(pod("z", "Running", false, &running));
        let (kind, rows) = rows_of(&pods);
        let mut found = Vec::new();
        unhealthy(kind, &rows, &Query::default(), 0, &mut found);
        let names: Vec<_> = found
            .iter()
            .map(|object| (object.name.as_str(), object.status.as_str()))
            .collect();
        assert_eq!(names, [("z", "Running")]);
    }

    #[test]
    fn a_pod_asks_for_its_share_until_its_phase_says_that_it_is_done() {
        let ended = |code: i32| json!({"terminated": {"exitCode": code, "reason": "Error"}});
        let killed = json!({"terminated": {"exitCode": 137, "signal": 9}});
        let (_, rows) = rows_of(&[
            pod("runs", "Running", true, &json!({"running": {}})),
            // Between two runs of its container: its share is kept for it.
            pod("crashes", "Running", false, &ended(1)),
            pod("failed", "Failed", false, &ended(1)),
            pod("killed", "Failed", false, &killed),
            pod("done", "Succeeded", false, &ended(0)),
        ]);
        let mut overview = ClusterOverview {
            cluster: muster_api::cluster::Cluster {
                id: String::new(),
                name: String::new(),
                url: String::new(),
                labels: std::collections::BTreeMap::default(),
                created_at: String::new(),
                health: muster_api::cluster::ClusterHealth {
                    state: muster_api::cluster::ClusterState::Ready,
                    reason: None,
                    message: None,
                    version: None,
                    nodes: None,
                    checked_at: None,
                },
            },
            nodes: NodeSummary::default(),
            cpu: Capacity::default(),
            memory: Capacity::default(),
            pods: Capacity::default(),
            workloads: Vec::new(),
            unhealthy: Vec::new(),
            not_seen: Vec::new(),
        };
        sum_up_pods(&rows, &Query::default(), 0, &mut overview);
        assert!((overview.pods.requested - 2.0).abs() < 0.1, "{:?}", overview.pods);
        assert!((overview.cpu.requested - 2.0).abs() < 0.1, "{:?}", overview.cpu);
    }
}
