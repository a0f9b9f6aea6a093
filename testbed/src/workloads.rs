//! What runs in a test cluster: the demo, and very many pods.

use crate::binaries::{Binary, KubernetesVersion};
use crate::control_plane::late;
use crate::error::{Error, Result};
use futures::stream::{self, TryStreamExt as _};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Namespace;
use kube::Client;
use kube::api::{Api, ListParams, PostParams};
use serde_json::json;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Workloads for nodes that run containers.
const REAL: &str = include_str!("../demo/real.yaml");
/// Workloads for nodes that run nothing.
const FAKE: &str = include_str!("../demo/fake.yaml");

/// Loads the demo workloads that the cluster's nodes can take.
pub(crate) async fn load_demo(kubeconfig: &Path, version: KubernetesVersion, real: bool, fake: bool) -> Result<()> {
    for (manifest, wanted) in [(REAL, real), (FAKE, fake)] {
        if wanted {
            apply(kubeconfig, version, manifest).await?;
        }
    }
    Ok(())
}

/// Applies a manifest of many documents with kubectl.
pub(crate) async fn apply(kubeconfig: &Path, version: KubernetesVersion, manifest: &str) -> Result<()> {
    let kubectl = Binary::kubernetes(version, "kubectl").path().await?;
    let failed = |source| Error::Start {
        program: "kubectl".to_owned(),
        source,
    };
    let mut child = Command::new(kubectl)
        .arg(format!("--kubeconfig={}", kubeconfig.display()))
        .args(["apply", "--server-side", "--filename=-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(manifest.as_bytes()).await.map_err(failed)?;
    }
    let output = child.wait_with_output().await.map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let detail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Program {
        program: "kubectl apply".to_owned(),
        detail,
    })
}

/// How many replicas each deployment of [`many_pods`] has.
const REPLICAS: u32 = 100;

/// How long making so many pods may take: a pod every few milliseconds is what a small machine does.
pub(crate) fn patience_for(count: u32) -> Duration {
    Duration::from_secs(120 + u64::from(count) / 20)
}

/// Makes `count` pods in deployments of a hundred on the fake nodes and waits until all run, for so long at the most.
pub(crate) async fn many_pods(client: Client, count: u32, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    let namespaces = 10;
    let api: Api<Namespace> = Api::all(client.clone());
    for index in 0..namespaces {
        let name = format!("load-{index}");
        let document = json!({ "metadata": { "name": name, "labels": { "team": format!("team-{}", index % 3) } } });
        let namespace: Namespace = typed(document)?;
        api.create(&PostParams::default(), &namespace).await?;
    }
    let deployments = count.div_ceil(REPLICAS);
    stream::iter((0..deployments).map(Ok::<_, Error>))
        .try_for_each_concurrent(8, |index| {
            let api: Api<Deployment> = Api::namespaced(client.clone(), &format!("load-{}", index % namespaces));
            let replicas = REPLICAS.min(count - index * REPLICAS);
            async move {
                api.create(&PostParams::default(), &deployment(index, replicas)?)
                    .await?;
                Ok(())
            }
        })
        .await?;
    loop {
        let running = count_ready(&client).await?;
        if running >= u64::from(count) {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(late(
                "pods were not running",
                patience,
                &format!("{running} of {count} are"),
            ));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Reads the deployments rather than the pods: a list of all pods is the very thing that costs.
async fn count_ready(client: &Client) -> Result<u64> {
    let all: Api<Deployment> = Api::all(client.clone());
    let deployments = all.list(&ListParams::default().labels("testbed=load")).await?;
    let ready = |deployment: &Deployment| deployment.status.as_ref().and_then(|status| status.ready_replicas);
    Ok(deployments
        .items
        .iter()
        .filter_map(ready)
        .filter_map(|count| u64::try_from(count).ok())
        .sum())
}

fn deployment(index: u32, replicas: u32) -> Result<Deployment> {
    let name = format!("load-{index:03}");
    let teams = ["payments", "search", "mail", "shop", "platform"];
    let labels = json!({ "app": name, "testbed": "load", "team": teams[index as usize % teams.len()] });
    typed(json!({
        "metadata": { "name": name, "labels": labels },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": { "app": name } },
            "template": {
                "metadata": { "labels": labels },
                "spec": {
                    "nodeSelector": { "type": "kwok" },
                    "tolerations": [{ "key": "kwok.x-k8s.io/node", "operator": "Exists" }],
                    "containers": [{
                        "name": "main",
                        "image": format!("registry.example.com/load/{name}:1.{}.0", index % 7),
                        "resources": {
                            "requests": { "cpu": "50m", "memory": "64Mi" },
                            "limits": { "cpu": "500m", "memory": "256Mi" },
                        },
                    }],
                },
            },
        },
    }))
}

fn typed<T: serde::de::DeserializeOwned>(document: serde_json::Value) -> Result<T> {
    serde_json::from_value(document).map_err(|error| Error::Unsupported(format!("a test object: {error}")))
}

/// Waits until a deployment has all its replicas available.
pub(crate) async fn wait_until_available(
    client: Client,
    namespace: &str,
    name: &str,
    patience: Duration,
) -> Result<()> {
    let api: Api<Deployment> = Api::namespaced(client, namespace);
    let deadline = Instant::now() + patience;
    loop {
        let status = api.get(name).await?.status.unwrap_or_default();
        let wanted = status.replicas.unwrap_or(0);
        if wanted > 0 && status.available_replicas.unwrap_or(0) >= wanted {
            return Ok(());
        }
        if Instant::now() > deadline {
            let seen = status
                .conditions
                .unwrap_or_default()
                .into_iter()
                .filter_map(|condition| condition.message);
            let seen: Vec<_> = seen.collect();
            return Err(late(
                &format!("{namespace}/{name} was not available"),
                patience,
                &seen.join("; "),
            ));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
