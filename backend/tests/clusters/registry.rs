//! Adding, finding, renaming and removing clusters.

use crate::support::TestApp;
use muster::clock::Clock;
use muster::context::RequestContext;
use muster_api::Collection;
use muster_api::cluster::{Cluster, ClusterOverview, ClusterState};
use serde_json::{Value, json};
use testbed::Cluster as RealCluster;

#[tokio::test]
async fn a_cluster_is_added_found_renamed_and_removed_and_its_credentials_are_never_shown() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let request = json!({"name": " Berlin ", "labels": {"stage": "test"}, "kubeconfig": real.kubeconfig()});
    let answer = client.post("/api/v1/clusters", &request).await;
    let added: Cluster = answer.expect_status(201).json();
    assert_eq!((added.name.as_str(), added.url.as_str()), ("Berlin", real.url()));
    assert_eq!(
        (added.health.state, added.labels["stage"].as_str()),
        (ClusterState::Ready, "test")
    );
    assert!(
        added.health.version.as_deref().unwrap().starts_with("1."),
        "{:?}",
        added.health
    );
    assert!(added.health.nodes.is_some());

    for key in [added.id.as_str(), "Berlin", "berlin"] {
        let answer = client.get(&format!("/api/v1/clusters/{key}")).await;
        let found: Cluster = answer.expect_status(200).json();
        assert_eq!(found.id, added.id);
        assert!(!answer.body.contains(real.admin_token()));
    }
    let changed: Cluster = client
        .patch(
            "/api/v1/clusters/berlin",
            &json!({"name": "Potsdam", "labels": {"stage": "live"}}),
        )
        .await
        .expect_status(200)
        .json();
    assert_eq!(
        (changed.name.as_str(), changed.labels["stage"].as_str()),
        ("Potsdam", "live")
    );
    client.get("/api/v1/clusters/berlin").await.expect_status(404);
    let checked: Cluster = client
        .post("/api/v1/clusters/potsdam/check", &json!({}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(checked.health.state, ClusterState::Ready);
    client.delete("/api/v1/clusters/potsdam").await.expect_status(204);
    let left: Collection<Cluster> = client.get("/api/v1/clusters").await.json();
    assert_eq!(left.total, 0);
    client.delete("/api/v1/clusters/potsdam").await.expect_status(404);
}

#[tokio::test]
async fn an_address_with_its_ca_and_a_token_is_enough() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let request = json!({
        "name": "by-token", "url": format!("{}/", real.url()),
        "certificateAuthority": real.certificate_authority(), "token": format!(" {}\n", real.admin_token()),
    });
    let added: Cluster = client
        .post("/api/v1/clusters", &request)
        .await
        .expect_status(201)
        .json();
    assert_eq!(added.health.state, ClusterState::Ready);
}

#[tokio::test]
async fn names_are_unique_regardless_of_case_and_wrong_ones_are_told_by_field() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let named = |name: &str| json!({"name": name, "kubeconfig": real.kubeconfig()});
    client.post("/api/v1/clusters", &named("Prod")).await.expect_status(201);
    client
        .post("/api/v1/clusters", &named("Other"))
        .await
        .expect_status(201);
    let problem = client
        .post("/api/v1/clusters", &named("prod"))
        .await
        .expect_status(409)
        .problem();
    assert_eq!(problem.code(), "name-taken");
    client
        .patch("/api/v1/clusters/other", &json!({"name": "PROD"}))
        .await
        .expect_status(409);
    client
        .patch("/api/v1/clusters/other", &json!({"name": "OTHER"}))
        .await
        .expect_status(200);
    for (request, field) in [
        (named(""), "name"),
        (named("a/b"), "name"),
        (json!({"name": "x"}), "kubeconfig"),
        (json!({"name": "x", "kubeconfig": "x", "token": "y"}), "url"),
        (
            json!({"name": "x", "kubeconfig": real.kubeconfig(), "labels": {"a b": "c"}}),
            "labels/a b",
        ),
        (
            json!({"name": "x", "kubeconfig": real.kubeconfig(), "context": "nowhere"}),
            "context",
        ),
        (json!({"name": "x", "kubeconfig": "y".repeat(10_000_000)}), "kubeconfig"),
    ] {
        let problem = client
            .post("/api/v1/clusters", &request)
            .await
            .expect_status(422)
            .problem();
        assert_eq!(problem.field_problems[0].field, field, "{problem:?}");
    }
}

#[tokio::test]
async fn clusters_are_there_after_a_restart_with_what_was_last_known() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let request = json!({"name": "kept", "kubeconfig": real.kubeconfig()});
    let before: Cluster = client
        .post("/api/v1/clusters", &request)
        .await
        .expect_status(201)
        .json();
    let folder = test.stop().await;
    let token = real.admin_token().as_bytes();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(
            !bytes.windows(token.len()).any(|part| part == token),
            "a token lies open on the disk"
        );
    }

    let test = TestApp::start_in(folder, Clock::system(), |_| {}).await;
    let client = test.administrator().await;
    let after: Cluster = client.get("/api/v1/clusters/kept").await.expect_status(200).json();
    assert_eq!((&after.id, &after.health.version), (&before.id, &before.health.version));
    let list: Value = client
        .get("/api/v1/resources/core/v1/namespaces?cluster=kept")
        .await
        .expect_status(200)
        .json();
    assert!(list["total"].as_u64().unwrap() >= 4, "{list}");
}

/// What the server does at its start with a kubeconfig that it is given.
async fn start_with(test: &TestApp, kubeconfig: &str) -> Option<Cluster> {
    let context = RequestContext::system(test.app.clock.clone());
    test.app.clusters.register_once(&context, kubeconfig).await.unwrap()
}

#[tokio::test]
async fn a_kubeconfig_given_at_the_start_is_registered_once_also_when_its_cluster_was_renamed() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let first = start_with(&test, real.kubeconfig()).await.unwrap();
    assert_eq!(start_with(&test, real.kubeconfig()).await.unwrap().id, first.id);
    client
        .patch(
            &format!("/api/v1/clusters/{}", first.id),
            &json!({"name": "Production"}),
        )
        .await
        .expect_status(200);
    // The file says another address by now: the renamed cluster is reached there.
    let moved = real.kubeconfig().replace("127.0.0.1", "localhost");
    let test = TestApp::start_in(test.stop().await, Clock::system(), |_| {}).await;
    let again = start_with(&test, &moved).await.unwrap();
    assert_eq!((&again.id, again.name.as_str()), (&first.id, "Production"));
    assert!(again.url.contains("localhost"), "{}", again.url);
    let context = RequestContext::system(test.app.clock.clone());
    assert_eq!(test.app.clusters.list(&context).len(), 1);
}

#[tokio::test]
async fn a_cluster_that_was_removed_does_not_come_back_at_the_next_start() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let real = RealCluster::shared().await.unwrap();
    let first = start_with(&test, real.kubeconfig()).await.unwrap();
    client
        .delete(&format!("/api/v1/clusters/{}", first.id))
        .await
        .expect_status(204);
    let test = TestApp::start_in(test.stop().await, Clock::system(), |_| {}).await;
    assert!(start_with(&test, real.kubeconfig()).await.is_none());
    let context = RequestContext::system(test.app.clock.clone());
    assert_eq!(test.app.clusters.list(&context).len(), 0);
    // Another name, or another server behind the name, is another cluster.
    let name = &first.name;
    let renamed = real.kubeconfig().replace(&format!(": {name}\n"), ": again\n");
    assert_eq!(start_with(&test, &renamed).await.unwrap().name, "again");
    let elsewhere = real.kubeconfig().replace("127.0.0.1", "localhost");
    assert_eq!(&start_with(&test, &elsewhere).await.unwrap().name, name);
}

#[tokio::test]
async fn whoever_has_no_right_adds_sees_and_removes_no_cluster() {
    let test = TestApp::start().await;
    let user = test.user("ada").await;
    user.post("/api/v1/clusters", &json!({"name": "x"}))
        .await
        .expect_status(403);
    user.delete("/api/v1/clusters/x").await.expect_status(404);
    user.post("/api/v1/kubeconfig/inspect", &json!({"kubeconfig": "x"}))
        .await
        .expect_status(403);
    let clusters = user.get("/api/v1/clusters").await;
    assert_eq!(clusters.expect_status(200).json::<Value>()["total"], 0);
    test.anonymous().get("/api/v1/clusters").await.expect_status(401);
}

#[tokio::test]
async fn the_overview_sums_up_nodes_and_pods() {
    let world = crate::world::World::start().await;
    let pod = json!({"metadata": {"name": "broken"}, "spec": {"nodeName": "nowhere", "containers": [
        {"name": "a", "image": "x", "resources": {"requests": {"cpu": "250m", "memory": "64Mi"}}}]}});
    world.create("/api/v1/namespaces/{ns}/pods", &pod).await;
    let status = json!({"status": {"phase": "Pending", "containerStatuses": [{
        "name": "a", "image": "x", "imageID": "", "ready": false, "restartCount": 3,
        "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}]}});
    world.patch("/api/v1/namespaces/{ns}/pods/broken/status", &status).await;
    world
        .eventually("core/v1/pods", "", |list| {
            list.rows
                .iter()
                .any(|row| row.cells.contains(&json!("ImagePullBackOff")))
        })
        .await;
    let overview: ClusterOverview = world
        .client
        .get("/api/v1/clusters/shared/overview")
        .await
        .expect_status(200)
        .json();
    assert_eq!(overview.not_seen, []);
    assert!(
        overview.pods.requested >= 1.0 && overview.cpu.requested >= 0.25,
        "{overview:#?}"
    );
    let named = overview
        .unhealthy
        .iter()
        .find(|object| object.namespace.as_deref() == Some(world.namespace()))
        .unwrap();
    assert_eq!(
        (named.name.as_str(), named.status.as_str()),
        ("broken", "ImagePullBackOff")
    );
    assert_eq!(named.message.as_deref(), Some("a: no such image"));
    assert!(
        overview
            .workloads
            .iter()
            .any(|kind| kind.kind == "core/v1/pods" && kind.total >= 1)
    );
}
