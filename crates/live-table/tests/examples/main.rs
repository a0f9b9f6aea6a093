//! What the rest of the console relies on, in examples.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod asking;
mod changing;
mod following;

use live_table::{Cell, Column, ColumnKind, Filter, Health, Query, RowInput, Schema, SortKey, Table};

const NOW: i64 = 1_777_593_600_000;
const HOUR: i64 = 3_600_000;

fn schema() -> Schema {
    Schema::new(vec![
        Column::new("status", ColumnKind::Status),
        Column::new("restarts", ColumnKind::Number),
        Column::new("memory", ColumnKind::Quantity),
    ])
}

fn row<'a>(cluster: &'a str, namespace: &'a str, name: &'a str, cells: &'a [Cell]) -> RowInput<'a> {
    let namespace = Some(namespace);
    RowInput {
        cluster,
        namespace,
        name,
        created: Some(NOW - HOUR),
        labels: &[],
        health: Health::Good,
        cells,
    }
}

fn pod(status: &str, restarts: f64) -> [Cell; 3] {
    [
        status.into(),
        Cell::Number(restarts),
        Cell::Quantity(f64::from(1 << 20)),
    ]
}

/// Three pods in one cluster, a pod and a node in another.
fn sample() -> Table {
    let mut table = Table::new(schema());
    for (name, status, restarts) in [
        ("web-1", "Running", 0.0),
        ("web-2", "CrashLoopBackOff", 12.0),
        ("db-0", "Running", 3.0),
    ] {
        table.upsert(row("east", "shop", name, &pod(status, restarts)));
    }
    table.upsert(row("west", "team-a", "batch", &pod("Pending", 0.0)));
    table.upsert(RowInput {
        namespace: None,
        ..row("west", "", "node", &pod("Ready", 0.0))
    });
    table
}

/// The names of the rows that pass, in order.
fn names(table: &Table, filter: &str, sort: &str) -> Vec<String> {
    let filter = Filter::parse(filter, table.schema()).unwrap();
    let sort = SortKey::parse_list(sort, table.schema()).unwrap();
    let page = table.query(
        &Query {
            filter,
            sort,
            ..Query::default()
        },
        NOW,
    );
    page.rows.iter().map(|row| row.name.to_string()).collect()
}
