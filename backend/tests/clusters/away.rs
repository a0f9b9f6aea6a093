//! A cluster that goes away while somebody looks.

use crate::support::TestApp;
use crate::world::PATIENCE;
use muster_api::cluster::{Cluster, ClusterState};
use muster_api::deployment::{DeploymentForm, DeploymentPreview};
use muster_api::resource::{CoverageState, ResourceList};
use serde_json::json;
use testbed::Cluster as RealCluster;

#[tokio::test]
async fn rows_stay_as_they_were_and_are_marked_when_their_cluster_goes_away() {
    let real = RealCluster::start().await.unwrap();
    let test = TestApp::start().await;
    let client = test.administrator().await;
    let request = json!({"name": "leaving", "kubeconfig": real.kubeconfig().unwrap()});
    client.post("/api/v1/clusters", &request).await.expect_status(201);
    let path = "/api/v1/resources/core/v1/namespaces?cluster=leaving";
    let before: ResourceList = client.get(path).await.expect_status(200).json();
    assert!(before.rows.iter().any(|row| row.name == "default"));
    real.stop().await.unwrap();

    let waiting = async {
        loop {
            let list: ResourceList = client.get(path).await.expect_status(200).json();
            if list.clusters[0].state == CoverageState::Stale {
                return list;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let after = tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    assert_eq!(after.total, before.total);
    assert!(after.clusters[0].message.is_some());
    let checked: Cluster = client
        .post("/api/v1/clusters/leaving/check", &json!({}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(checked.health.state, ClusterState::Unreachable);
    assert!(
        checked.health.message.is_some() && checked.health.version.is_some(),
        "{:?}",
        checked.health
    );
    // Another kind was never read: it is said to be missing, not empty.
    let pods: ResourceList = client
        .get("/api/v1/resources/core/v1/pods?cluster=leaving")
        .await
        .expect_status(200)
        .json();
    assert_eq!(pods.clusters[0].state, CoverageState::Unreachable);

    // A form and a manifest are not lost to a bare failure: words say which cluster, and nothing was written.
    let form = DeploymentForm {
        name: "web".into(),
        namespace: "default".into(),
        image: "busybox:1.36".into(),
        replicas: 1,
        ..DeploymentForm::default()
    };
    let preview: DeploymentPreview = client
        .post("/api/v1/clusters/leaving/deployments/preview?dryRun=true", &form)
        .await
        .expect_status(200)
        .json();
    let tried = preview.dry_run.unwrap();
    assert!(!tried.accepted && tried.messages[0].code == "unreachable", "{tried:?}");
    let manifest = json!({"manifest": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"});
    for answer in [
        client.post("/api/v1/clusters/leaving/deployments", &form).await,
        client.post("/api/v1/clusters/leaving/apply", &manifest).await,
    ] {
        let problem = answer.expect_status(503).problem();
        assert_eq!(problem.code(), "unreachable");
        assert!(
            problem.detail.as_deref().unwrap().contains("\"leaving\""),
            "{problem:?}"
        );
    }
}
