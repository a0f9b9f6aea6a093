//! What it costs that a list shows each person what this person may list: 10,000 pods in 1,000 namespaces of a cluster with
//! 4,000 role bindings and 200 cluster roles, and a person in 30 groups. From the identity to the page, the way the console
//! goes it: what the person may do, where he may list, the page within that, and the counts beside it.
//!
//! The same page without any scope is measured in the same run, in turns with the others, so that the ratio means something
//! on any machine. Prints a line for each, and writes all figures as JSON to the file that `MUSTER_BENCH_OUTPUT` names.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench ends at what it did not expect, and its answer is what it prints"
)]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use kube_access::{
    Access, Attributes, BindingObject, BindingSubject, Identity, Metadata, Policy, PolicyRule, Reach, RoleObject,
    RoleReference,
};
use live_table::{Cell, Column, ColumnKind, Health, Namespaces, Query, RowInput, Schema, Scope, SortKey, Table};
use serde_json::json;

const ROWS: usize = 10_000;
const NAMESPACES: usize = 1_000;
const BINDINGS: usize = 4_000;
const CLUSTER_ROLES: usize = 200;
const GROUPS: usize = 400;
const OWN_GROUPS: usize = 30;
const ROUNDS: usize = 200;
const CLUSTER: &str = "0198f3c2-7b1e-7c44-9a51-000000000000";
const NOW: i64 = 1_777_593_600_000;

fn main() {
    let (table, policy, person) = (table(), policy(), person());
    let page = Query {
        sort: SortKey::parse_list("-restarts,name", table.schema()).unwrap(),
        limit: 100,
        ..Query::default()
    };
    let whole = scope_of(&policy.access_of(&person));
    check(&table, &policy.access_of(&person), &whole);

    let kept = policy.access_of(&person);
    let mut measured = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        let works: [&dyn Fn(); 4] = [
            &|| show(&table, &page, Scope::everything()),
            &|| show(&table, &page, scope_of(&policy.access_of(black_box(&person)))),
            &|| show(&table, &page, scope_of(black_box(&kept))),
            &|| drop(black_box(scope_of(&policy.access_of(black_box(&person))))),
        ];
        for (times, work) in measured.iter_mut().zip(works) {
            let began = Instant::now();
            work();
            times.push(began.elapsed());
        }
    }
    report(measured);
}

/// What the page and the counts beside it take.
fn show(table: &Table, page: &Query, scope: Scope) {
    let in_scope = Query {
        scope,
        ..Query::default()
    };
    let status = table.schema().field("status").unwrap();
    black_box(table.counts(&in_scope, NOW, status));
    let page = Query {
        scope: in_scope.scope,
        ..page.clone()
    };
    black_box(table.query(&page, NOW));
}

/// Where the person may list pods, as the table takes it.
fn scope_of(access: &Access) -> Scope {
    match access.reach("list", "", "pods", None) {
        Reach::Everything => Scope::everything(),
        Reach::Only { namespaces } => {
            let places = HashMap::from([(CLUSTER.into(), Namespaces::only(namespaces))]);
            Scope::of(live_table::Reach::Clusters(places))
        }
    }
}

/// The page has exactly the rows that the person may list, one by one: a bench of something wrong measures nothing.
fn check(table: &Table, access: &Access, scope: &Scope) {
    let listing = Attributes::new("list", "", "pods");
    let may = |row: usize| access.decide(&listing.in_namespace(&namespace(row))).allowed;
    let expected = (0..ROWS).filter(|row| may(*row)).count();
    let in_scope = Query {
        scope: scope.clone(),
        ..Query::default()
    };
    let found = table.query(&in_scope, NOW).total;
    assert_eq!(found, expected);
    assert!(found > 0 && found < ROWS, "{found}");
    println!("the person may list {found} of {ROWS} rows");
}

fn report(measured: [Vec<Duration>; 4]) {
    let names = [
        "no scope",
        "authorized, all of it",
        "authorized, access kept",
        "authorization alone",
    ];
    let mut figures = serde_json::Map::new();
    let mut baseline = 0.0;
    for (name, mut times) in names.into_iter().zip(measured) {
        times.sort_unstable();
        let (half, most) = (in_ms(times[ROUNDS / 2]), in_ms(times[ROUNDS * 95 / 100]));
        if baseline == 0.0 {
            baseline = half;
        }
        let ratio = half / baseline;
        println!("{name}: p50 {half:.3} ms, p95 {most:.3} ms, {ratio:.2} times the list without a scope");
        let figure = json!({ "p50Milliseconds": half, "p95Milliseconds": most, "toNoScope": ratio });
        figures.insert(name.to_owned(), figure);
    }
    if let Some(path) = std::env::var_os("MUSTER_BENCH_OUTPUT") {
        std::fs::write(path, serde_json::Value::from(figures).to_string()).unwrap();
    }
}

fn in_ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn namespace(number: usize) -> String {
    format!("team-{}", number % NAMESPACES)
}

fn table() -> Table {
    let columns = [
        ("status", ColumnKind::Status),
        ("restarts", ColumnKind::Number),
        ("node", ColumnKind::Link),
    ];
    let columns = columns.map(|(id, kind)| Column::new(id, kind));
    let mut table = Table::new(Schema::new(columns.to_vec()));
    for number in 0..ROWS {
        let (status, health) = match number % 20 {
            0 => ("CrashLoopBackOff", Health::Bad),
            1 => ("Pending", Health::Busy),
            _ => ("Running", Health::Good),
        };
        let restarts = u32::try_from(number * 7919 % 40).unwrap();
        let cells = [
            Cell::from(status),
            Cell::Number(restarts.into()),
            format!("worker-{:03}", number % 200).into(),
        ];
        table.upsert(RowInput {
            cluster: CLUSTER,
            namespace: Some(&namespace(number)),
            name: &format!("checkout-{number:05}"),
            created: Some(NOW - i64::try_from(number).unwrap() * 1_000),
            labels: &[("app", "checkout")],
            health,
            cells: &cells,
        });
    }
    table
}

/// Roles that allow this and that of workloads: three of four allow listing pods.
fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.replace_cluster_roles((0..CLUSTER_ROLES).map(|number| {
        let pods: &[&str] = if number % 4 == 0 {
            &["services"]
        } else {
            &["pods", "pods/log"]
        };
        RoleObject {
            metadata: metadata(None, format!("role-{number}")),
            rules: vec![
                rule("", pods, &["get", "list", "watch"]),
                rule("", &["configmaps", "events"], &["get", "list", "watch"]),
                rule(
                    "apps",
                    &["deployments", "statefulsets"],
                    &["get", "list", "watch", "patch"],
                ),
                rule(
                    "batch",
                    &["jobs", "cronjobs"],
                    &["get", "list", "watch", "create", "delete"],
                ),
            ],
        }
    }));
    policy.replace_role_bindings((0..BINDINGS).map(|number| BindingObject {
        metadata: metadata(Some(namespace(number)), format!("binding-{number}")),
        role_ref: RoleReference {
            kind: "ClusterRole".to_owned(),
            name: format!("role-{}", number * 31 % CLUSTER_ROLES),
        },
        subjects: vec![BindingSubject {
            kind: "Group".to_owned(),
            name: group(number * 7919 % GROUPS),
            namespace: None,
        }],
    }));
    policy
}

fn person() -> Identity {
    Identity {
        user: "muster:user:0198f3c2-7b1e-7c44-9a51-000000000001".to_owned(),
        groups: (0..OWN_GROUPS)
            .map(group)
            .chain(["system:authenticated".to_owned()])
            .collect(),
    }
}

fn group(number: usize) -> String {
    format!("muster:group:0198f3c2-7b1e-7c44-9a51-{number:012}")
}

fn metadata(namespace: Option<String>, name: String) -> Metadata {
    Metadata { name, namespace }
}

fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> PolicyRule {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    PolicyRule {
        verbs: texts(verbs),
        api_groups: texts(&[group]),
        resources: texts(resources),
        ..PolicyRule::default()
    }
}
