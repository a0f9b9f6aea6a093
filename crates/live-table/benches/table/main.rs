//! What a table costs: pages, orders, filters, changes, deltas and memory, at 10,000 and 100,000 rows.

mod cpu_time;
mod generator;

use criterion::measurement::WallTime;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use live_table::{Cell, Filter, LabelSelector, Namespaces, Objects, Query, Reach, Scope, SortKey, Table, View};

use self::cpu_time::CpuTime;
use self::generator::{NOW, Pod, filled, pods};

const SIZES: [usize; 2] = [10_000, 100_000];

fn query(table: &Table, filter: &str, labels: &str, sort: &str) -> Query {
    Query {
        filter: Filter::parse(filter, table.schema()).unwrap_or_default(),
        labels: LabelSelector::parse(labels).unwrap_or_default(),
        sort: SortKey::parse_list(sort, table.schema()).unwrap_or_default(),
        ..Query::default()
    }
}

/// A hundred rows out of all, sorted in ways that are kept after the first time.
fn pages(criterion: &mut Criterion<CpuTime>) {
    for size in SIZES {
        let table = filled(&pods(size));
        let mut group = criterion.benchmark_group(format!("page/{size}"));
        for sort in [
            "name",
            "namespace,name",
            "-restarts,name",
            "-memoryRequest",
            "age",
            "status",
            "-node,ip",
        ] {
            let first = query(&table, "", "", sort);
            group.bench_function(format!("first by {sort}"), |bencher| {
                bencher.iter(|| table.query(&first, NOW));
            });
        }
        let middle = Query {
            offset: size / 2,
            ..query(&table, "", "", "name")
        };
        group.bench_function("middle by name", |bencher| bencher.iter(|| table.query(&middle, NOW)));
        group.finish();
    }
}

/// The first time that somebody sorts like this: all rows are sorted.
fn first_sorts(criterion: &mut Criterion<CpuTime>) {
    for size in SIZES {
        let pods = pods(size);
        let mut group = criterion.benchmark_group(format!("first sort/{size}"));
        group.sample_size(10);
        for sort in ["", "name", "-restarts", "age", "status", "memoryRequest", "ip"] {
            let fresh = || {
                let table = filled(&pods);
                if !sort.is_empty() {
                    table.query(&Query::default(), NOW);
                }
                let query = query(&table, "", "", sort);
                (table, query)
            };
            let label = if sort.is_empty() { "identity" } else { sort };
            group.bench_function(label, |bencher| {
                bencher.iter_batched(
                    fresh,
                    |(table, query)| (table.query(&query, NOW), table),
                    BatchSize::PerIteration,
                );
            });
        }
        group.finish();
    }
}

fn filters(criterion: &mut Criterion<CpuTime>) {
    for size in SIZES {
        let table = filled(&pods(size));
        let mut group = criterion.benchmark_group(format!("filter/{size}"));
        let asked = [
            ("text contains, many", "name~check", ""),
            ("text contains, few", "name~zzz", ""),
            ("text is not", "status!=Running", ""),
            ("number", "restarts>3", ""),
            ("quantity", "memoryRequest>=1Gi", ""),
            ("age", "age>30d", ""),
            ("namespace part", "namespace~team-media", ""),
            (
                "five terms",
                "status!=Running restarts>3 namespace~team- node~worker-0 age<60d",
                "",
            ),
            ("label selector", "", "tier=api,team notin (team-core-4)"),
            ("label term", "label.tier~front", ""),
        ];
        for (label, filter, labels) in asked {
            let query = query(&table, filter, labels, "-restarts,name");
            group.bench_function(label, |bencher| bencher.iter(|| table.query(&query, NOW)));
        }
        let namespaces = (0..1000).map(|number| format!("team-media-{number}"));
        let names = table.query(&query(&table, "", "", "-ip"), NOW).rows;
        let names = names.into_iter().map(|row| row.name);
        let objects = Objects {
            anywhere: names.collect(),
            ..Objects::default()
        };
        for (label, reached) in [
            ("scope of 1000 namespaces", Namespaces::only(namespaces)),
            ("scope of 100 names in any namespace", Namespaces::objects(objects)),
        ] {
            let cluster = |number| format!("0198f3c2-7b1e-7c44-9a51-00000000000{number}").into();
            let clusters = (0..4).map(|number| (cluster(number), reached.clone()));
            let scoped = Query {
                scope: Scope::of(Reach::Clusters(clusters.collect())),
                ..query(&table, "", "", "name")
            };
            group.bench_function(label, |bencher| bencher.iter(|| table.query(&scoped, NOW)));
        }
        let counted = query(&table, "", "", "");
        let status = table.schema().field("status");
        group.bench_function("counts by status", |bencher| {
            bencher.iter(|| status.map(|status| table.counts(&counted, NOW, status)));
        });
        group.finish();
    }
}

/// The next pod in turn, in another state than it was in before.
fn changed_pod(pods: &mut [Pod], round: usize) -> &Pod {
    let size = pods.len();
    let pod = &mut pods[round * 7919 % size];
    pod.cells[1] = if (round / size).is_multiple_of(2) {
        "Error".into()
    } else {
        "Completed".into()
    };
    pod.cells[2] = Cell::Number(f64::from(u32::try_from(round % 49).unwrap_or(0)) + 0.5);
    pod
}

fn keep_orders(table: &Table) {
    for sort in ["name", "-restarts,name", "age"] {
        table.query(&query(table, "", "", sort), NOW);
    }
}

fn changes(criterion: &mut Criterion<CpuTime>) {
    for size in SIZES {
        let mut pods = pods(size);
        let mut table = filled(&pods);
        keep_orders(&table);
        let mut group = criterion.benchmark_group(format!("change/{size}"));
        let mut round = 0;
        group.bench_function("one changed row, 3 orders", |bencher| {
            bencher.iter(|| {
                round += 1;
                changed_pod(&mut pods, round).put(|row| table.upsert(row))
            });
        });
        group.bench_function("one unchanged row", |bencher| {
            bencher.iter(|| {
                round += 1;
                pods[round * 7919 % size].put(|row| table.upsert(row))
            });
        });
        group.bench_function("one row gone and back, 3 orders", |bencher| {
            bencher.iter(|| {
                round += 1;
                let pod = &pods[round * 7919 % size];
                table.remove(&pod.cluster, Some(&pod.namespace), &pod.name);
                pod.put(|row| table.upsert(row))
            });
        });
        group.sample_size(10);
        group.bench_function("all rows into an empty table", |bencher| bencher.iter(|| filled(&pods)));
        group.finish();
    }
}

/// One changed row and the refresh that follows it.
fn deltas(criterion: &mut Criterion<CpuTime>) {
    for size in SIZES {
        let mut pods = pods(size);
        let mut table = filled(&pods);
        keep_orders(&table);
        let mut group = criterion.benchmark_group(format!("delta/{size}"));
        let asked = [
            ("unrelated change", "status=Pending", "name"),
            ("change beyond the window", "", "name"),
            ("change in the window", "", "-restarts,name"),
            (
                "change in a filtered window",
                "status=Error,Completed",
                "-restarts,name",
            ),
        ];
        for (label, filter, sort) in asked {
            let mut view = View::new(query(&table, filter, "", sort));
            view.refresh(&table, NOW);
            let mut round = 0;
            group.bench_function(label, |bencher| {
                bencher.iter(|| {
                    round += 1;
                    changed_pod(&mut pods, round).put(|row| table.upsert(row));
                    view.refresh(&table, NOW)
                });
            });
        }
        group.finish();
    }
}

/// Not timed: prints what a row takes, as the table counts it and as the process grows.
#[expect(clippy::print_stdout, reason = "benches report to the terminal")]
fn memory(_: &mut Criterion<CpuTime>) {
    for size in SIZES {
        let pods = pods(size);
        let before = resident_bytes();
        let table = filled(&pods);
        keep_orders(&table);
        let grown = resident_bytes().saturating_sub(before) / size;
        let counted = table.memory_bytes() / size;
        println!("memory/{size}: {counted} bytes a row by the table's own count, {grown} by the process's growth");
    }
}

/// The memory that the process has in use; 0 where that cannot be read.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or_default() * 4096
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(CpuTime(WallTime))
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(1))
        .sample_size(30)
        .without_plots();
    targets = memory, pages, first_sorts, filters, changes, deltas
}
criterion_main!(benches);
