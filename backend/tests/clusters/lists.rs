//! Filters, orders, pages, scopes, unknown kinds and wrong parameters of lists.

use crate::world::{World, cell, names};
use muster_api::resource::{CoverageState, ResourceList};
use serde_json::{Value, json};

/// Ten config maps `m-0` to `m-9` with as many entries as their number, every other one of team `a`.
async fn fill(world: &World) {
    for number in 0..10 {
        let data: serde_json::Map<String, Value> = (0..number).map(|key| (format!("k{key}"), json!("v"))).collect();
        let team = if number % 2 == 0 { "a" } else { "b" };
        let object = json!({"metadata": {"name": format!("m-{number}"), "labels": {"team": team}}, "data": data});
        world.create("/api/v1/namespaces/{ns}/configmaps", &object).await;
    }
    world
        .eventually("core/v1/configmaps", "filter=name~m-", |list| list.total == 10)
        .await;
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged_by_the_server() {
    let world = World::start().await;
    fill(&world).await;
    let kind = "core/v1/configmaps";
    let list = world
        .list(kind, "filter=name~m-+data%3E%3D3&sort=-data&pageSize=3")
        .await;
    assert_eq!((names(&list), list.total), (vec!["m-9", "m-8", "m-7"], 7));
    assert_eq!(cell(&list, &list.rows[0], "data"), 9);
    let list = world
        .list(kind, "filter=name~m-+data%3E%3D3&sort=-data&pageSize=3&page=3")
        .await;
    assert_eq!((names(&list), list.total), (vec!["m-3"], 7));
    let list = world.list(kind, "filter=name~m-&page=900").await;
    assert_eq!((names(&list), list.total), (vec![], 10));
    let list = world
        .list(
            kind,
            "labelSelector=team%3Da&filter=name%3Dm-2+or+name%3Dm-3+or+name%3Dm-4",
        )
        .await;
    assert_eq!(names(&list), ["m-2", "m-4"]);
    let list = world.list(kind, "labelSelector=team+in+(b)&sort=name").await;
    assert_eq!(names(&list), ["m-1", "m-3", "m-5", "m-7", "m-9"]);
    assert_eq!(
        list.clusters.iter().map(|cluster| cluster.state).collect::<Vec<_>>(),
        [CoverageState::Live]
    );
}

#[tokio::test]
async fn a_pod_tells_what_it_asks_for_who_owns_it_and_when_it_restarted_last() {
    let world = World::start().await;
    let owner = json!({"metadata": {"name": "owner"}});
    let owner = world.create("/api/v1/namespaces/{ns}/configmaps", &owner).await;
    let reference = json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "owner",
        "uid": owner["metadata"]["uid"], "controller": true});
    let resources = |cpu: &str, memory: &str| json!({"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": "1", "memory": "128Mi"}});
    let container =
        |name: &str, image: &str, resources: Value| json!({"name": name, "image": image, "resources": resources});
    let pod = json!({
        "metadata": {"name": "web", "ownerReferences": [reference]},
        "spec": {"containers": [
            container("main", "registry.example.com/web:1", resources("250m", "64Mi")),
            container("side", "registry.example.com/side:2", resources("0.5", "32Mi")),
        ]},
    });
    world.create("/api/v1/namespaces/{ns}/pods", &pod).await;
    let restarted = json!({"status": {"phase": "Running", "containerStatuses": [{
        "name": "main", "image": "registry.example.com/web:1", "imageID": "", "ready": true, "restartCount": 3,
        "state": {"running": {"startedAt": "2026-11-01T10:00:05Z"}},
        "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-01T10:00:00Z"}},
    }]}});
    world.patch("/api/v1/namespaces/{ns}/pods/web/status", &restarted).await;
    let list = world
        .eventually("core/v1/pods", "filter=name%3Dweb+restarts%3D3", |list| list.total == 1)
        .await;
    let is = |column: &str, wanted: Value| assert_eq!(*cell(&list, &list.rows[0], column), wanted, "{column}");
    is("restarts", json!(3));
    is("cpu-requests", json!(0.75));
    is("cpu-limits", json!(2));
    is("memory-requests", json!(96 << 20));
    is("memory-limits", json!(256 << 20));
    is(
        "images",
        json!("registry.example.com/web:1,registry.example.com/side:2"),
    );
    is("qos", json!("Burstable"));
    is("owner", json!("ConfigMap/owner"));
    is("last-restart", json!("2026-11-01T10:00:00Z"));
}

#[tokio::test]
async fn wrong_parameters_are_named_with_what_is_allowed() {
    let world = World::start().await;
    for (query, field, hint) in [
        ("page=0", "page", "from 1"),
        ("page=-1", "page", "from 1"),
        ("pageSize=0", "pageSize", "1 to 500"),
        ("pageSize=1000000", "pageSize", "1 to 500"),
        ("pageSize=ten", "pageSize", "1 to 500"),
        ("filter=restart%3E3", "filter", "restarts"),
        ("filter=name~", "filter", "character"),
        ("filter=restarts~x", "filter", "character 1"),
        ("filter=name%3D%22open", "filter", "character"),
        ("sort=-agee", "sort", "age"),
        ("labelSelector=a%3D%3D%3D", "labelSelector", ""),
        ("pagesize=5", "pagesize", "pageSize"),
        ("page=1&page=2", "page", "once"),
    ] {
        let answer = world
            .client
            .get(&format!("/api/v1/resources/core/v1/pods?{query}"))
            .await;
        let problem = answer.expect_status(422).problem();
        let found = &problem.field_problems[0];
        assert!(
            found.field == field && found.message.contains(hint),
            "{query}: {found:?}"
        );
    }
}

#[tokio::test]
async fn unknown_kinds_and_clusters_are_not_found() {
    let world = World::start().await;
    for path in [
        "core/v1/no-such-kinds",
        "example.com/v1/things",
        "core/v1/pods?cluster=nowhere",
        "core/v1/Pods%2F..",
        "core/v1/%2e%2e",
    ] {
        let problem = world
            .client
            .get(&format!("/api/v1/resources/{path}"))
            .await
            .expect_status(404)
            .problem();
        assert_eq!(problem.code(), "not-found");
    }
    let none: ResourceList = crate::support::TestApp::start()
        .await
        .administrator()
        .await
        .get("/api/v1/resources/core/v1/pods")
        .await
        .json();
    assert!(none.rows.is_empty() && none.clusters.is_empty() && !none.columns.is_empty());
}

#[tokio::test]
async fn kinds_that_nobody_built_in_show_the_columns_of_their_own() {
    let world = World::start().await;
    let group = format!("{}.example.com", world.namespace());
    let column = |name: &str, kind: &str, path: &str| json!({"name": name, "type": kind, "jsonPath": path});
    let definition = json!({
        "metadata": {"name": format!("boats.{group}")},
        "spec": {"group": group, "scope": "Namespaced", "names": {"plural": "boats", "kind": "Boat"}, "versions": [{
            "name": "v1", "served": true, "storage": true,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
            "additionalPrinterColumns": [
                column("Sails", "integer", ".spec.sails"), column("Home Port", "string", ".spec.port"),
                column("Status", "string", ".spec.status"), column("Age", "date", ".metadata.creationTimestamp")],
        }]},
    });
    world
        .create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &definition)
        .await;
    let kind = format!("{group}/v1/boats");
    let path = format!("/apis/{group}/v1/namespaces/{{ns}}/boats");
    let boat = |name: &str, sails: u32, status: &str| {
        json!({"apiVersion": format!("{group}/v1"), "kind": "Boat", "metadata": {"name": name},
            "spec": {"sails": sails, "port": "Kiel", "status": status}})
    };
    // The API server takes a moment to serve a new kind.
    let served = format!("/apis/{group}/v1");
    let waiting = async {
        loop {
            let request = http::Request::get(&served).body(Vec::new()).unwrap();
            if world
                .kube
                .request::<Value>(request)
                .await
                .is_ok_and(|list| !list["resources"].as_array().unwrap().is_empty())
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(crate::world::PATIENCE, waiting).await.unwrap();
    world.create(&path, &boat("brig", 12, "Ready")).await;
    let list = world
        .eventually(&kind, "sort=-sails", |list| list.rows.len() == 1)
        .await;
    let ids: Vec<&str> = list.columns.iter().map(|column| column.id.as_str()).collect();
    assert_eq!(
        ids,
        ["cluster", "namespace", "name", "sails", "home-port", "status", "age"]
    );
    world.create(&path, &boat("yawl", 3, "Failed")).await;
    let list = world
        .eventually(&kind, "sort=sails&filter=home-port%3DKiel", |list| list.rows.len() == 2)
        .await;
    assert_eq!(names(&list), ["yawl", "brig"]);
    assert_eq!(
        (
            cell(&list, &list.rows[0], "sails"),
            cell(&list, &list.rows[0], "status")
        ),
        (&json!(3), &json!("Failed"))
    );
    assert!(cell(&list, &list.rows[0], "age").as_str().unwrap().starts_with("20"));
    world.delete(&format!("{path}/yawl")).await;
    world.eventually(&kind, "", |list| list.rows.len() == 1).await;
    world
        .delete(&format!(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/boats.{group}"
        ))
        .await;
}

#[tokio::test]
async fn long_lists_come_page_by_page_and_whole() {
    let world = World::start().await;
    let making = (0..1100).map(|number| {
        let object = json!({"metadata": {"name": format!("many-{number:04}")}});
        let world = &world;
        async move { world.create("/api/v1/namespaces/{ns}/configmaps", &object).await }
    });
    let mut making = futures::StreamExt::buffer_unordered(futures::stream::iter(making), 16);
    while futures::StreamExt::next(&mut making).await.is_some() {}
    let list = world
        .eventually(
            "core/v1/configmaps",
            "filter=name~many-&sort=name&pageSize=500&page=3",
            |list| list.total == 1100 && list.clusters[0].state == CoverageState::Live,
        )
        .await;
    assert_eq!((list.rows.len(), list.rows[99].name.as_str()), (100, "many-1099"));
}
