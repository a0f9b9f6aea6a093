//! Views.

use live_table::{Filter, Query, SortKey, View};

use crate::{HOUR, NOW, pod, row, sample};

#[test]
fn a_view_tells_only_what_its_window_shows() {
    let mut table = sample();
    let filter = Filter::parse("status!=Pending", table.schema()).unwrap();
    let sort = SortKey::parse_list("name", table.schema()).unwrap();
    let mut view = View::new(Query {
        filter,
        sort,
        limit: 2,
        ..Query::default()
    });
    let first = view.refresh(&table, NOW).unwrap();
    assert!(first.snapshot);
    assert_eq!((first.total, first.upserted.len()), (4, 2));

    table.upsert(row("west", "team-a", "batch", &pod("Pending", 5.0)));
    assert_eq!(view.refresh(&table, NOW), None, "a row that does not pass changed");
    table.upsert(row("east", "shop", "web-2", &pod("Error", 12.0)));
    assert_eq!(view.refresh(&table, NOW), None, "a row beyond the window changed");

    table.upsert(row("east", "shop", "aaa", &pod("Running", 0.0)));
    let delta = view.refresh(&table, NOW).unwrap();
    assert_eq!(delta.removed, ["west/-/node"]);
    assert_eq!(
        delta
            .upserted
            .iter()
            .map(|upsert| (upsert.index, &*upsert.row.id))
            .collect::<Vec<_>>(),
        [(0, "east/shop/aaa")]
    );
    assert_eq!((delta.snapshot, delta.total), (false, 5));
}

#[test]
fn a_view_that_fell_far_behind_still_gets_an_exact_delta() {
    let mut table = sample();
    let sort = SortKey::parse_list("-restarts", table.schema()).unwrap();
    let mut view = View::new(Query {
        sort,
        limit: 3,
        ..Query::default()
    });
    let mut copy = Vec::new();
    view.refresh(&table, NOW).unwrap().apply(&mut copy);
    for round in 0..10_000 {
        table.upsert(row(
            "east",
            "shop",
            &format!("pod-{}", round % 50),
            &pod("Running", f64::from(round)),
        ));
    }
    view.refresh(&table, NOW).unwrap().apply(&mut copy);
    assert_eq!(copy, table.query(view.query(), NOW).rows);
}

#[test]
fn a_view_by_age_changes_with_time_alone() {
    let table = sample();
    let filter = Filter::parse("age<2h", table.schema()).unwrap();
    let mut view = View::new(Query {
        filter,
        ..Query::default()
    });
    assert_eq!(view.refresh(&table, NOW).unwrap().total, 5);
    assert_eq!(view.refresh(&table, NOW + HOUR / 2), None);
    let delta = view.refresh(&table, NOW + 2 * HOUR).unwrap();
    assert_eq!((delta.total, delta.removed.len()), (0, 5));
}
