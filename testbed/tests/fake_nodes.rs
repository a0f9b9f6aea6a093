//! Nodes that kwok plays.

use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::{Api, ListParams};
use testbed::Cluster;

#[tokio::test]
async fn pods_on_fake_nodes_report_running() {
    let cluster = Cluster::builder()
        .name("fake-nodes")
        .fake_nodes(3)
        .start()
        .await
        .unwrap();
    cluster.many_pods(150).await.unwrap();

    let client = cluster.client().await.unwrap();
    let nodes: Api<Node> = Api::all(client.clone());
    assert_eq!(nodes.list(&ListParams::default()).await.unwrap().items.len(), 3);
    let pods: Api<Pod> = Api::all(client);
    let pods = pods
        .list(&ListParams::default().fields("status.phase=Running"))
        .await
        .unwrap()
        .items;
    assert_eq!(pods.len(), 150);
    assert!(pods.iter().all(|pod| {
        pod.spec
            .as_ref()
            .unwrap()
            .node_name
            .as_ref()
            .unwrap()
            .starts_with("fake-")
    }));
}
