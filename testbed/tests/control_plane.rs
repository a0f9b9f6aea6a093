//! A control plane of one's own.

use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
use kube::api::{Api, ListParams, PostParams};
use std::time::{Duration, Instant};
use testbed::{Cluster, KubernetesVersion};

#[tokio::test]
async fn a_control_plane_starts_answers_and_leaves_no_folder_behind() {
    let started = Instant::now();
    let cluster = Cluster::start().await.unwrap();
    let client = cluster.client().await.unwrap();
    let version = client.apiserver_version().await.unwrap();
    assert_eq!(version.git_version, format!("v{}", KubernetesVersion::V1_36));
    let namespaces: Api<Namespace> = Api::all(client);
    assert!(namespaces.list(&ListParams::default()).await.unwrap().items.len() >= 4);
    assert!(
        cluster
            .certificate_authority()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    assert!(cluster.kubeconfig().unwrap().contains(&cluster.url()));
    eprintln!("ready and answered after {} ms", started.elapsed().as_millis());

    let folder = cluster.folder().to_owned();
    assert!(folder.is_dir());
    cluster.stop().await.unwrap();
    assert!(!folder.exists());
}

#[tokio::test]
async fn the_audit_log_tells_who_did_what() {
    let cluster = Cluster::start().await.unwrap();
    let config_maps: Api<ConfigMap> = Api::namespaced(cluster.client().await.unwrap(), "default");
    let mut config_map = ConfigMap::default();
    config_map.metadata.name = Some("noticed".to_owned());
    config_maps.create(&PostParams::default(), &config_map).await.unwrap();

    let path = cluster.audit_log_path();
    let seen = || {
        let log = std::fs::read_to_string(&path).unwrap_or_default();
        log.lines()
            .any(|line| line.contains("\"name\":\"noticed\"") && line.contains("\"username\":\"admin\""))
    };
    let deadline = Instant::now() + Duration::from_secs(10);
    while !seen() {
        assert!(Instant::now() < deadline, "no event in {}", path.display());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn tests_that_share_a_control_plane_have_namespaces_of_their_own() {
    let shared = Cluster::shared().await.unwrap();
    let (one, other) = (shared.namespace().await.unwrap(), shared.namespace().await.unwrap());
    assert_ne!(one.name(), other.name());

    let namespaces: Api<Namespace> = Api::all(shared.client().await.unwrap());
    let name = one.name().to_owned();
    drop(one);
    let deadline = Instant::now() + Duration::from_secs(30);
    while namespaces.get_opt(&name).await.unwrap().is_some() {
        assert!(Instant::now() < deadline, "{name} is still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(namespaces.get_opt(other.name()).await.unwrap().is_some());
}
