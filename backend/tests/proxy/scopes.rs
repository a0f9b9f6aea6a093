//! API tokens for some clusters, and API tokens that only read.

use crate::recorder::{Recorder, list};
use crate::support::{Answer, Client};
use crate::world::{World, new_token, status};
use muster::context::RequestContext;
use muster_api::Collection;
use muster_api::account::Token;
use muster_api::cluster::Cluster;
use reqwest::Method;
use serde_json::{Value, json};

/// A world with a second cluster, `other`.
async fn two_clusters() -> (World, Recorder) {
    let world = World::with(Recorder::always(list()).await).await;
    let other = Recorder::always(list()).await;
    let context = RequestContext::system(world.test.app.clock.clone());
    let kubeconfig = other.kubeconfig().replace("recorder", "other");
    world
        .test
        .app
        .clusters
        .register_once(&context, &kubeconfig)
        .await
        .unwrap();
    (world, other)
}

async fn narrowed(world: &World, more: Value) -> Client {
    let made = new_token(&world.browser, more).await;
    world.test.anonymous().with_token(&made.secret)
}

#[tokio::test]
async fn another_cluster_is_not_there_for_a_token_of_one() {
    let (world, other) = two_clusters().await;
    let program = narrowed(&world, json!({"clusters": ["Recorder"]})).await;
    let clusters: Collection<Cluster> = program.get("/api/v1/clusters").await.expect_status(200).json();
    let names: Vec<_> = clusters.items.iter().map(|cluster| cluster.name.as_str()).collect();
    assert_eq!(names, ["recorder"]);
    program
        .get("/k8s/clusters/recorder/api/v1/pods")
        .await
        .expect_status(200);
    for path in [
        "/k8s/clusters/other/api/v1/pods",
        "/api/v1/clusters/other",
        "/api/v1/clusters/other/overview",
    ] {
        let invisible = program.get(path).await;
        let missing = program.get(&path.replace("other", "nowhere")).await;
        assert_eq!((invisible.status, missing.status), (404, 404), "{path}");
        // Nothing tells one from the other.
        let body = |answer: &Answer| {
            answer
                .body
                .replace(answer.header("x-request-id"), "")
                .replace("nowhere", "other")
        };
        assert_eq!(body(&invisible), body(&missing));
    }
    let lists = program.get("/api/v1/resources/core/v1/pods").await;
    let covered = lists.expect_status(200).json::<Value>()["clusters"].clone();
    assert_eq!(covered.as_array().unwrap().len(), 1, "{covered}");
    program
        .get("/api/v1/resources/core/v1/pods?cluster=other")
        .await
        .expect_status(404);
    assert!(
        other
            .everything()
            .iter()
            .all(|request| !request.line().contains("pods"))
    );
}

#[tokio::test]
async fn a_token_for_clusters_administers_nothing_and_makes_no_wider_token() {
    let (world, _other) = two_clusters().await;
    let program = narrowed(&world, json!({"clusters": [world.cluster.id]})).await;
    let new = json!({"name": "wider", "lifetimeSeconds": 3600});
    program.post("/api/v1/account/tokens", &new).await.expect_status(403);
    program.get("/api/v1/account/tokens").await.expect_status(403);
    let password = json!({"currentPassword": "a", "newPassword": "b"});
    program
        .post("/api/v1/account/password", &password)
        .await
        .expect_status(403);
    program
        .post("/api/v1/clusters/recorder/kubeconfig", &json!({}))
        .await
        .expect_status(403);
    program
        .post("/api/v1/clusters", &json!({"name": "x"}))
        .await
        .expect_status(403);
    program
        .patch("/api/v1/clusters/recorder", &json!({"name": "x"}))
        .await
        .expect_status(403);
    program.delete("/api/v1/clusters/recorder").await.expect_status(403);
    program.get("/api/v1/session").await.expect_status(200);
    let tokens: Collection<Token> = world.browser.get("/api/v1/account/tokens").await.json();
    assert!(tokens.items.iter().all(|token| token.name != "wider"));
}

#[tokio::test]
async fn a_token_that_only_reads_changes_nothing_and_opens_nothing() {
    let world = World::with(Recorder::always(list()).await).await;
    let program = narrowed(&world, json!({"readOnly": true})).await;
    program.get(&world.path("/api/v1/pods")).await.expect_status(200);
    program.get("/api/v1/clusters").await.expect_status(200);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let request = program.request(method.clone(), &world.path("/api/v1/namespaces/a/pods/b"));
        let answer = Answer::of(request.header("content-type", "application/json").body("{}")).await;
        let said: Value = answer.expect_status(403).json();
        assert!(
            said["message"].as_str().unwrap().contains("only reads"),
            "{method}: {said}"
        );
    }
    program
        .get(&world.path("/api/v1/namespaces/a/services/web/proxy/delete-all"))
        .await
        .expect_status(403);
    program
        .post("/api/v1/account/tokens", &json!({"name": "x", "lifetimeSeconds": 60}))
        .await
        .expect_status(403);
    program.delete("/api/v1/clusters/recorder").await.expect_status(403);
    let upgrade = [
        &*format!("authorization: Bearer {}", program.token.clone().unwrap()),
        "connection: Upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    let line = format!(
        "GET {} HTTP/1.1",
        world.path("/api/v1/namespaces/a/pods/b/exec?command=id")
    );
    assert_eq!(status(&world.raw(&line, &upgrade).await), 403);
    assert_eq!(world.recorder.requests().len(), 1, "only what was read");
}

#[tokio::test]
async fn a_token_says_what_it_is_narrowed_to_and_unknown_clusters_are_refused() {
    let world = World::with(Recorder::always(list()).await).await;
    let narrow = new_token(&world.browser, json!({"clusters": ["recorder"], "readOnly": true}))
        .await
        .token;
    assert_eq!(
        (narrow.clusters, narrow.read_only),
        (vec![world.cluster.id.clone()], true)
    );
    let tokens: Collection<Token> = world.browser.get("/api/v1/account/tokens").await.json();
    let listed = tokens.items.iter().find(|token| token.id == narrow.id).unwrap();
    assert_eq!(
        (&listed.clusters, listed.read_only),
        (&vec![world.cluster.id.clone()], true)
    );
    let wide = tokens.items.iter().find(|token| token.id != narrow.id).unwrap();
    assert_eq!((wide.clusters.len(), wide.read_only), (0, false));
    let request = json!({"name": "a", "lifetimeSeconds": 60, "clusters": ["recorder", "nowhere"]});
    let problem = world
        .browser
        .post("/api/v1/account/tokens", &request)
        .await
        .expect_status(422)
        .problem();
    assert_eq!(problem.field_problems[0].field, "clusters");
}
