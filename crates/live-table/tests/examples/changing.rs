//! Rows that come, change and go.

use live_table::{Cell, Change, Filter, Health, Query, Replaced, RowInput, SortKey, Table, View};

use crate::{NOW, names, pod, row, sample, schema};

#[test]
fn a_relist_touches_only_what_differs() {
    let mut table = sample();
    let before = table.get("east", Some("shop"), "web-1").unwrap();
    let (same, other) = (pod("Running", 0.0), pod("Completed", 0.0));
    let rows = [
        row("east", "shop", "web-1", &same),
        row("east", "shop", "web-2", &other),
        row("east", "shop", "new", &same),
    ];
    let replaced = table.replace_cluster("east", rows);
    assert_eq!(
        replaced,
        Replaced {
            added: 1,
            changed: 1,
            removed: 1,
            unchanged: 1
        }
    );
    assert_eq!(
        table.get("east", Some("shop"), "web-1").unwrap(),
        before,
        "with the version it had"
    );
    assert_eq!(table.get("east", Some("shop"), "db-0"), None);
    assert_eq!(table.len(), 5);
    assert_eq!(table.remove_cluster("west"), 2);
    assert_eq!(
        table.retain_cluster("east", |namespace, name| (namespace, name) == (Some("shop"), "new")),
        2
    );
    assert_eq!(table.len(), 1);
}

#[test]
fn the_same_row_again_is_no_change() {
    let mut table = sample();
    let revision = table.revision();
    assert_eq!(
        table.upsert(row("east", "shop", "web-1", &pod("Running", 0.0))),
        Change::Unchanged
    );
    assert_eq!(table.revision(), revision);
    let cells = pod("Running", 0.0);
    let sick = RowInput {
        health: Health::Bad,
        ..row("east", "shop", "web-1", &cells)
    };
    assert_eq!(table.upsert(sick), Change::Changed, "its health is visible");
    assert!(table.remove("east", Some("shop"), "web-1"));
    assert!(!table.remove("east", Some("shop"), "web-1"));
}

#[test]
fn rows_that_come_and_go_leave_no_memory_behind() {
    let mut table = Table::new(schema());
    let round = |table: &mut Table, round: usize| {
        for at in 0..1000 {
            let (name, version) = (format!("pod-{round}-{at}"), format!("v{round}"));
            let labels = [("name", name.as_str()), ("version", version.as_str())];
            table.upsert(RowInput {
                labels: &labels,
                ..row("east", &version, &name, &pod(&name, 0.0))
            });
        }
        table.query(&Query::default(), NOW);
        table.remove_cluster("east");
        assert!(table.is_empty());
        table.memory_bytes()
    };
    let early = (0..10).map(|at| round(&mut table, at)).max().unwrap();
    let late = (10..100).map(|at| round(&mut table, at)).max().unwrap();
    assert!(
        late <= early + early / 10,
        "{late} bytes are held after what took {early}"
    );
}

#[test]
fn cells_that_a_column_cannot_hold_are_empty() {
    let mut table = Table::new(schema());
    table.upsert(row(
        "east",
        "shop",
        "odd",
        &["".into(), "many".into(), Cell::Number(f64::NAN), Cell::Time(3)],
    ));
    let cells = table.get("east", Some("shop"), "odd").unwrap().cells;
    assert_eq!(cells, [Cell::Empty, Cell::Empty, Cell::Empty]);
}

#[test]
fn orders_that_were_kept_equal_those_that_are_built_anew() {
    let sorts = ["", "name", "-restarts,name", "status,-memory", "age", "labels,-name"];
    let queries: Vec<Query> = sorts
        .iter()
        .map(|sort| Query {
            sort: SortKey::parse_list(sort, &schema()).unwrap(),
            limit: usize::MAX,
            ..Query::default()
        })
        .collect();
    let mut kept = Table::new(schema());
    let mut number: u32 = 7;
    let mut random = |below: u32| {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (number >> 8) % below
    };
    // Grows to thousands of rows and shrinks again, so that chunks of the orders split and join.
    for round in 0..12 {
        for _ in 0..1500 {
            let name = format!("pod-{}", random(4000));
            if random(12) < round {
                kept.remove("east", Some("shop"), &name);
            } else {
                let cells = pod(
                    ["Running", "pending", "Error"][random(3) as usize],
                    f64::from(random(5)),
                );
                let labels = [("app", ["a", "B", "c"][random(3) as usize])];
                let created = Some(NOW - i64::from(random(1000)));
                kept.upsert(RowInput {
                    labels: &labels,
                    created,
                    ..row("east", "shop", &name, &cells)
                });
            }
        }
        let ids = |table: &Table, query: &Query| -> Vec<String> {
            table.query(query, NOW).rows.into_iter().map(|row| row.id).collect()
        };
        let mut fresh = Table::new(schema());
        for known in kept
            .query(
                &Query {
                    limit: usize::MAX,
                    ..Query::default()
                },
                NOW,
            )
            .rows
        {
            let labels: Vec<(&str, &str)> = known.labels.iter().map(|(key, value)| (&**key, &**value)).collect();
            let created = known.created;
            fresh.upsert(RowInput {
                labels: &labels,
                created,
                ..row("east", "shop", &known.name, &known.cells)
            });
        }
        for query in &queries {
            assert_eq!(ids(&kept, query), ids(&fresh, query), "round {round}, {:?}", query.sort);
        }
    }
}

#[test]
fn memory_is_given_back_when_most_rows_are_gone() {
    let mut table = Table::new(schema());
    table.set_cluster_name("east", "Osten");
    for at in 0..6000 {
        let cluster = if at % 2 == 0 { "east" } else { "west" };
        let cells = pod(if at % 3 == 0 { "Running" } else { "Error" }, f64::from(at));
        table.upsert(row(cluster, "shop", &format!("pod-{at}"), &cells));
    }
    let filter = Filter::parse("status=Running cluster=Osten", table.schema()).unwrap();
    let mut view = View::new(Query {
        filter,
        limit: 10_000,
        ..Query::default()
    });
    let mut copy = Vec::new();
    view.refresh(&table, NOW).unwrap().apply(&mut copy);
    let full = table.memory_bytes();

    table.remove_cluster("west");
    table.retain_cluster("east", |_, name| name.ends_with("00"));
    assert!(table.memory_bytes() < full / 4);
    assert_eq!(
        names(&table, "cluster=Osten restarts<500", "name"),
        ["pod-100", "pod-200", "pod-300", "pod-400"]
    );
    let kept = copy.iter().find(|row| &*row.name == "pod-300").unwrap();
    assert_eq!(
        table.get("east", Some("shop"), "pod-300").as_ref(),
        Some(kept),
        "what stays keeps its version"
    );

    view.refresh(&table, NOW).unwrap().apply(&mut copy);
    assert_eq!(copy, table.query(view.query(), NOW).rows);
    table.upsert(row("east", "shop", "pod-300", &pod("Error", 0.0)));
    view.refresh(&table, NOW).unwrap().apply(&mut copy);
    assert_eq!(copy, table.query(view.query(), NOW).rows);
}

#[test]
fn tables_and_views_can_be_shared_between_threads() {
    fn shareable<T: Send + Sync>() {}
    shareable::<Table>();
    shareable::<View>();
}
