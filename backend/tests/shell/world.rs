//! A cluster with one real node for all tests of this program, a pod for each, and a console that records shells.

use crate::support::{Client, TestApp};
use muster::clock::Clock;
use muster::config::Config;
use muster_api::audit::{AuditEvent, AuditPage};
use serde_json::{Value, json};
use std::time::Duration;
use testbed::Cluster;
use tokio::sync::{Mutex, MutexGuard};

/// So long is waited for what a cluster does.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// One node at a time: each test has its own, and the machine has few cores.
static NODE: Mutex<()> = Mutex::const_new(());

/// A console, its administrator, and a cluster `real` with the running pod `default/box`.
pub struct World {
    pub test: TestApp,
    pub administrator: Client,
    pub cluster: Cluster,
    /// The cluster's id in the console.
    pub id: String,
    _alone: MutexGuard<'static, ()>,
}

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: { name: box }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - { name: main, image: busybox, command: [sleep, '100000'] }
  - { name: side, image: busybox, command: [sleep, '100000'], env: [{ name: PLACE, value: aside }] }
";

impl World {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(configure: impl FnOnce(&mut Config)) -> Self {
        let alone = NODE.lock().await;
        let cluster = Cluster::builder().name("shell").real_nodes(1).start().await.unwrap();
        cluster.apply(POD).await.unwrap();
        let test = TestApp::start_with(Clock::system(), configure).await;
        let administrator = test.administrator().await;
        let request = json!({"name": "real", "kubeconfig": cluster.kubeconfig().unwrap()});
        let added = administrator.post("/api/v1/clusters", &request).await;
        let id = added.expect_status(201).json::<Value>()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let world = Self {
            test,
            administrator,
            cluster,
            id,
            _alone: alone,
        };
        let pod = "/api/v1/clusters/real/resources/core/v1/pods/default/box";
        world
            .eventually("the pod runs", || async {
                let pod = world.administrator.get(pod).await;
                pod.status == 200
                    && pod.json::<Value>()["status"]["containerStatuses"]
                        .as_array()
                        .is_some_and(|all| all.len() == 2 && all.iter().all(|one| one["ready"] == true))
            })
            .await;
        world
    }

    pub async fn stop(self) {
        self.cluster.stop().await.unwrap();
    }

    /// Somebody who signed in by browser and has this role in the pod's namespace; with the binding's id.
    pub async fn somebody(&self, name: &str, role: &str) -> (Client, String) {
        let client = self.test.user(name).await;
        let session: Value = client.get("/api/v1/session").await.json();
        let user = session["id"].as_str().expect("the user's id").to_owned();
        let request = json!({"role": role, "subject": {"kind": "user", "id": user},
            "scope": {"kind": "namespace", "cluster": self.id, "namespace": "default"}});
        let granted = self.administrator.post("/api/v1/bindings", &request).await;
        let binding: Value = granted.expect_status(201).json();
        let pod = "/api/v1/clusters/real/resources/core/v1/pods/default/box";
        self.eventually("the right is there", || async { client.get(pod).await.status == 200 })
            .await;
        (client, binding["id"].as_str().unwrap().to_owned())
    }

    /// The events of these actions, oldest first, when there are as many.
    pub async fn events(&self, query: &str, count: usize) -> Vec<AuditEvent> {
        let path = format!("/api/v1/audit?pageSize=500&{query}");
        let read = || async {
            let page: AuditPage = self.administrator.get(&path).await.expect_status(200).json();
            page.items
        };
        self.eventually(&format!("{count} events of {query}"), || async {
            read().await.len() == count
        })
        .await;
        let mut events = read().await;
        events.reverse();
        events
    }

    pub async fn eventually<F: Future<Output = bool>>(&self, what: &str, ask: impl Fn() -> F) {
        let asking = async {
            while !ask().await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        assert!(
            tokio::time::timeout(PATIENCE, asking).await.is_ok(),
            "it never became true that {what}"
        );
    }
}
