//! Filters, selectors, scopes, orders and counts.

use std::collections::HashMap;

use live_table::{
    Cell, Field, Filter, Health, LabelSelector, Namespaces, Objects, Query, Reach, RowInput, Scope, SortKey, Table,
};

use crate::{NOW, names, pod, row, sample, schema};

#[test]
fn filters_mean_what_people_type() {
    let table = sample();
    assert_eq!(names(&table, "status!=Running restarts>3", ""), ["web-2"]);
    assert_eq!(names(&table, "web", "-name"), ["web-2", "web-1"]);
    assert_eq!(names(&table, "namespace~team-", ""), ["batch"]);
    assert_eq!(
        names(&table, "status=Running,Pending", "name"),
        ["batch", "db-0", "web-1"]
    );
    assert_eq!(
        names(&table, "restarts>=3 or status=Pending name!~db", "name"),
        ["batch", "web-2"]
    );
    assert_eq!(names(&table, "name~W*2", ""), ["web-2"]);
    assert_eq!(
        names(&table, "status=running", ""),
        [""; 0],
        "= compares exactly, as kubectl does"
    );
    assert_eq!(
        names(&table, "memory=1Mi cluster=east", "name"),
        ["db-0", "web-1", "web-2"]
    );
    assert_eq!(names(&table, "age>2h", ""), [""; 0]);
    assert_eq!(
        names(&table, "age<2h age>30m cluster = west and restarts = 0", "name"),
        ["batch", "node"]
    );
    assert_eq!(names(&table, "age<2026-01-01", ""), [""; 0]);
    assert_eq!(names(&table, "namespace=\"\"", ""), ["node"]);
}

#[test]
fn a_filter_that_is_not_understood_says_where_and_why() {
    let complaints = [
        (
            "stauts=Running",
            "at character 1: there is no column \"stauts\"; did you mean \"status\"?",
        ),
        ("web flavour=red", "at character 5: there is no column \"flavour\""),
        ("restarts>many", "at character 10: \"many\" is no number, like 3 or 0.5"),
        (
            "memory>1..5Gi",
            "at character 8: \"1..5Gi\" is no quantity, like 500m or 1Gi",
        ),
        (
            "age>soon",
            "at character 5: \"soon\" is no age or date, like 1d12h or 2026-05-01T08:00:00Z",
        ),
        (
            "status>3",
            "at character 1: status is a text: compare it with = != ~ !~",
        ),
        (
            "status=",
            "at character 8: a value is missing here; write \"\" for the empty one",
        ),
        ("=3", "at character 1: a column is missing before the operator"),
        (
            "name=\"a",
            "at character 6: the quoted value that begins here does not end",
        ),
        ("a or", "at character 5: a term is missing beside \"or\""),
        ("or a", "at character 1: a term is missing beside \"or\""),
        ("name=\"a\"b", "at character 9: a space is missing here"),
        (
            "name!web",
            "at character 5: an operator is missing here: one of = != ~ !~ > >= < <=",
        ),
        (
            "restarts>1,2",
            "at character 11: greater and less compare with one value only",
        ),
    ];
    for (text, complaint) in complaints {
        assert_eq!(
            Filter::parse(text, &schema()).unwrap_err().to_string(),
            complaint,
            "{text}"
        );
    }
    let terms = "a ".repeat(65);
    let complaint = Filter::parse(&terms, &schema()).unwrap_err().to_string();
    assert_eq!(complaint, "at character 129: the filter has more than 64 terms");
    let complaint = Filter::parse(&"a".repeat(5000), &schema()).unwrap_err().to_string();
    assert_eq!(
        complaint,
        "at character 4097: the filter is longer than 4096 characters"
    );
    let complaint = SortKey::parse_list("-restart", &schema()).unwrap_err().to_string();
    assert_eq!(
        complaint,
        "cannot sort by \"restart\": there is no such column; did you mean \"restarts\"?"
    );
}

#[test]
fn label_selectors_select_as_kubernetes_does() {
    let mut table = Table::new(schema());
    let rows: [(&str, &[(&str, &str)]); 3] = [
        ("a", &[("tier", "front"), ("app", "web")]),
        ("b", &[("app", "db"), ("weight", "7")]),
        ("c", &[]),
    ];
    for (name, labels) in rows {
        table.upsert(RowInput {
            labels,
            ..row("east", "shop", name, &[])
        });
    }
    let selected = |selector: &str| -> String {
        let labels = LabelSelector::parse(selector).unwrap();
        let page = table.query(
            &Query {
                labels,
                ..Query::default()
            },
            NOW,
        );
        page.rows.iter().map(|row| &*row.name).collect()
    };
    let expected = [
        ("", "abc"),
        ("app=web", "a"),
        ("app==web,tier", "a"),
        ("app!=web", "bc"),
        ("app in (web, db)", "ab"),
        ("app notin (db),app", "a"),
        ("!tier", "bc"),
        ("weight>5", "b"),
        ("tier=", ""),
    ];
    for (selector, rows) in expected {
        assert_eq!(selected(selector), rows, "{selector}");
    }
    for selector in [
        "=web",
        "app=",
        "a b",
        "app in web",
        "app in (web",
        "app,",
        ",",
        "app=w!b",
        "weight>x",
        "-a",
        "A/b/c",
    ] {
        let parsed = LabelSelector::parse(selector);
        assert_eq!(parsed.is_ok(), selector == "app=", "{selector}");
    }
}

#[test]
fn nobody_sees_a_row_outside_their_scope() {
    let table = sample();
    let visible = |scope: Scope| {
        table
            .query(
                &Query {
                    scope,
                    ..Query::default()
                },
                NOW,
            )
            .total
    };
    let reach = |cluster: &str, namespaces| Reach::Clusters(HashMap::from([(cluster.into(), namespaces)]));
    assert_eq!(visible(Scope::everything()), 5);
    assert_eq!(visible(Scope::of(reach("west", Namespaces::All))), 2);
    let some = || Namespaces::only(["team-a", "shop"]);
    assert_eq!(
        visible(Scope::of(reach("west", some()))),
        1,
        "rows without a namespace need the whole cluster"
    );
    assert_eq!(visible(Scope::of(reach("west", some())).in_clusters(["east"])), 0);
    assert_eq!(visible(Scope::of(reach("east", some())).in_namespaces(["shop"])), 3);
    assert_eq!(visible(Scope::of(Reach::Clusters(HashMap::new()))), 0);
    let query = Query {
        scope: Scope::of(reach("west", some())),
        ..Query::default()
    };
    let counts = table.counts(&query, NOW, Field::Cell(0));
    assert_eq!(counts.len(), 1, "and counts tell nothing of it: {counts:?}");
}

#[test]
fn somebody_who_may_see_single_objects_sees_just_these() {
    let mut table = sample();
    let all = |table: &Table, scope: Scope| {
        let query = Query {
            scope,
            sort: SortKey::parse_list("name", table.schema()).unwrap(),
            ..Query::default()
        };
        let rows = table.query(&query, NOW).rows;
        rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>()
    };
    let reach = |cluster: &str, namespaces| Reach::Clusters(HashMap::from([(cluster.into(), namespaces)]));
    let anywhere = |name: &str| Objects {
        anywhere: [name.into()].into(),
        ..Objects::default()
    };
    let in_shop = |name: &str| Objects {
        in_namespaces: [("shop".into(), [name.into()].into())].into(),
        ..Objects::default()
    };
    let seen =
        |table: &Table, cluster: &str, objects| all(table, Scope::of(reach(cluster, Namespaces::objects(objects))));
    assert_eq!(seen(&table, "west", anywhere("node")), ["west/-/node"]);
    assert_eq!(
        seen(&table, "east", anywhere("node")),
        [""; 0],
        "the one of that name is in another cluster"
    );
    assert_eq!(seen(&table, "east", in_shop("web-1")), ["east/shop/web-1"]);
    assert_eq!(seen(&table, "west", in_shop("node")), [""; 0]);
    assert_eq!(seen(&table, "east", Objects::default()), [""; 0]);
    let one_beside_a_namespace = || {
        let mut namespaces = Namespaces::only(["team-a"]);
        if let Namespaces::Only { objects, .. } = &mut namespaces {
            *objects = anywhere("node");
        }
        Scope::of(reach("west", namespaces))
    };
    assert_eq!(
        all(&table, one_beside_a_namespace()),
        ["west/team-a/batch", "west/-/node"]
    );
    assert_eq!(
        all(&table, one_beside_a_namespace().in_namespaces(["team-a"])),
        ["west/team-a/batch"]
    );
    let both = one_beside_a_namespace().and(reach("west", Namespaces::objects(anywhere("batch"))));
    assert!(both.contains("west", Some("team-a"), "batch") && !both.contains("west", None, "node"));
    assert_eq!(all(&table, both), ["west/team-a/batch"]);
    // A row that comes later is judged by its name, too.
    table.upsert(row("east", "shop", "web-3", &pod("Running", 0.0)));
    assert_eq!(seen(&table, "east", in_shop("web-3")), ["east/shop/web-3"]);
}

#[test]
fn clusters_are_sorted_and_filtered_by_what_they_are_called() {
    let mut table = sample();
    table.set_cluster_name("west", "Aachen");
    table.set_cluster_name("east", "zürich");
    assert_eq!(
        names(&table, "", "cluster,-name"),
        ["node", "batch", "web-2", "web-1", "db-0"]
    );
    assert_eq!(names(&table, "cluster~aach", "name"), ["batch", "node"]);
    assert_eq!(names(&table, "cluster=west", ""), [""; 0]);
    let revision = table.revision();
    table.set_cluster_name("west", "Aachen");
    assert_eq!(table.revision(), revision, "the same name again is no change");
}

#[test]
fn empty_cells_come_last_in_both_directions() {
    let mut table = sample();
    table.upsert(row("east", "shop", "blank", &[]));
    assert_eq!(
        names(&table, "cluster=east", "restarts"),
        ["web-1", "db-0", "web-2", "blank"]
    );
    assert_eq!(
        names(&table, "cluster=east", "-restarts"),
        ["web-2", "db-0", "web-1", "blank"]
    );
}

#[test]
fn the_youngest_rows_come_first_by_age() {
    let mut table = sample();
    table.upsert(RowInput {
        created: Some(NOW),
        ..row("west", "team-a", "young", &[])
    });
    table.upsert(RowInput {
        created: None,
        ..row("west", "team-a", "timeless", &[])
    });
    assert_eq!(names(&table, "namespace=team-a", "age"), ["young", "batch", "timeless"]);
    assert_eq!(
        names(&table, "namespace=team-a", "-age"),
        ["batch", "young", "timeless"]
    );
}

#[test]
fn statuses_are_counted_with_their_health() {
    let mut table = sample();
    table.upsert(RowInput {
        health: Health::Warn,
        ..row("east", "shop", "web-9", &pod("Running", 0.0))
    });
    let query = Query {
        count_by: table.schema().field("status"),
        limit: 1,
        ..Query::default()
    };
    let counts: Vec<(Cell, Health, usize)> = table
        .query(&query, NOW)
        .counts
        .into_iter()
        .map(|count| (count.value, count.health, count.count))
        .collect();
    let expected = [
        ("Running".into(), Health::Good, 2),
        ("CrashLoopBackOff".into(), Health::Good, 1),
        ("Pending".into(), Health::Good, 1),
        ("Ready".into(), Health::Good, 1),
        ("Running".into(), Health::Warn, 1),
    ];
    assert_eq!(counts, expected);
}

#[test]
fn rows_are_found_and_summed_up_by_how_well_they_are() {
    let mut table = sample();
    table.upsert(RowInput {
        health: Health::Bad,
        ..row("east", "shop", "web-2", &pod("Running", 12.0))
    });
    table.remove("west", Some("team-a"), "batch");
    let by_health = |health: &[Health]| Query {
        health: health.to_vec(),
        limit: 1,
        ..Query::default()
    };
    let page = table.query(&by_health(&[Health::Bad, Health::Warn]), NOW);
    assert_eq!((page.total, &*page.rows[0].name), (1, "web-2"));

    let summed = |query: &Query| {
        let mut sum = (0, 0.0, String::new());
        table.for_each(query, NOW, |row| {
            sum.0 += 1;
            sum.1 += row.number(1).unwrap_or_default();
            sum.2.push_str(&row.text(0)[..1]);
            assert_eq!((row.text(1), row.number(0), row.number(9)), ("", None, None));
        });
        sum
    };
    assert_eq!(summed(&by_health(&[])), (4, 15.0, "RRRR".to_owned()));
    assert_eq!(summed(&by_health(&[Health::Bad])), (1, 12.0, "R".to_owned()));
    assert_eq!(summed(&by_health(&[Health::Warn])), (0, 0.0, String::new()));
}
