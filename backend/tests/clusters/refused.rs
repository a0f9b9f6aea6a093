//! A cluster that turns its console away for a while, or in part.

use crate::fake_server::{FakeServer, http};
use crate::support::{Client, TestApp};
use crate::world::PATIENCE;
use muster_api::cluster::{Cluster, ClusterState};
use muster_api::resource::{CoverageState, ResourceList};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

const LIST: &str = "/api/v1/resources/core/v1/namespaces?cluster=fickle";

/// A cluster of two namespaces that refuses what a test wants it to refuse.
struct Fickle {
    server: FakeServer,
    /// The status of every answer; 200 for what was asked.
    status: Arc<AtomicU16>,
}

impl Fickle {
    /// `status_of` gives the status for one path while the cluster lets its callers in.
    async fn start(status_of: impl Fn(&str) -> u16 + Send + Sync + 'static) -> Self {
        let status = Arc::new(AtomicU16::new(200));
        let wanted = Arc::clone(&status);
        let server = FakeServer::answering(move |path| match wanted.load(Ordering::SeqCst) {
            200 => answer(path, status_of(path)),
            refused => answer(path, refused),
        })
        .await;
        Self { server, status }
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    async fn add(&self, client: &Client) -> Cluster {
        let request = json!({"name": "fickle", "url": self.server.url, "token": "secret",
            "certificateAuthority": self.server.certificate_authority});
        client
            .post("/api/v1/clusters", &request)
            .await
            .expect_status(201)
            .json()
    }
}

fn answer(path: &str, status: u16) -> String {
    let json = |value: Value| http("200 OK", "application/json", &value.to_string());
    let namespace =
        |name: &str| json!({"metadata": {"name": name, "resourceVersion": "5"}, "status": {"phase": "Active"}});
    match path {
        _ if status != 200 => {
            let body = json!({"kind": "Status", "apiVersion": "v1", "code": status, "message": "no", "reason": "No"});
            http(&format!("{status} No"), "application/json", &body.to_string())
        }
        "/version" => json(json!({"gitVersion": "v1.36.0"})),
        "/readyz" => http("200 OK", "text/plain", "ok"),
        _ if path.starts_with("/api/v1/nodes") => json(json!({"metadata": {"remainingItemCount": 2}, "items": [{}]})),
        // A watch of which nothing ever comes, and that ends at once.
        _ if path.contains("watch=1") => http("200 OK", "application/json", ""),
        _ => json(
            json!({"kind": "NamespaceList", "apiVersion": "v1", "metadata": {"resourceVersion": "5"},
            "items": [namespace("one"), namespace("two")]}),
        ),
    }
}

async fn eventually(client: &Client, right: impl Fn(&ResourceList) -> bool) -> ResourceList {
    let asking = async {
        loop {
            let list: ResourceList = client.get(LIST).await.expect_status(200).json();
            if right(&list) {
                return list;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking)
        .await
        .expect("the list never became right")
}

#[tokio::test]
async fn rows_come_back_once_a_refused_token_is_taken_again() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let fickle = Fickle::start(|_| 200).await;
    fickle.add(&client).await;
    let is = |state| move |list: &ResourceList| list.clusters[0].state == state;
    assert_eq!(eventually(&client, is(CoverageState::Live)).await.total, 2);
    fickle.answers(401);
    let refused = eventually(&client, is(CoverageState::Forbidden)).await;
    assert_eq!(refused.total, 0);
    fickle.answers(200);
    // What is live is whole: never live with the rows missing.
    assert_eq!(eventually(&client, is(CoverageState::Live)).await.total, 2);
    let checked = client.post("/api/v1/clusters/fickle/check", &json!({})).await;
    assert_eq!(checked.json::<Cluster>().health.state, ClusterState::Ready);
}

#[tokio::test]
async fn a_cluster_that_is_busy_says_so_and_is_no_stranger() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let fickle = Fickle::start(|_| 200).await;
    fickle.add(&client).await;
    fickle.answers(429);
    let checked = client.post("/api/v1/clusters/fickle/check", &json!({})).await;
    let health = checked.json::<Cluster>().health;
    assert_eq!(
        (health.state, health.reason.as_deref()),
        (ClusterState::Failing, Some("not-ready"))
    );
    assert!(health.message.as_deref().unwrap().contains("busy"), "{health:?}");
}

#[tokio::test]
async fn a_token_that_may_not_count_nodes_still_makes_a_usable_cluster() {
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let fickle = Fickle::start(|path| if path.starts_with("/api/v1/nodes") { 403 } else { 200 }).await;
    let added = fickle.add(&client).await;
    assert_eq!(
        (added.health.state, added.health.nodes),
        (ClusterState::Ready, None),
        "{added:?}"
    );
}
