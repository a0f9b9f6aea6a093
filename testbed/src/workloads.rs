//! What runs in a test cluster: the demo, and very many pods.

use crate::binaries::{Binary, KubernetesVersion};
use crate::control_plane::late;
use crate::error::{Error, Result};
use futures::stream::{self, TryStreamExt as _};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, Node, Pod, ServiceAccount};
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

/// More pods than these are made directly on their nodes: controllers and scheduler make some sixty a second.
const MOST_BY_CONTROLLERS: u32 = 20_000;

/// How long making so many pods may take: a pod every few milliseconds is what a small machine does.
pub(crate) fn patience_for(count: u32) -> Duration {
    Duration::from_secs(120 + u64::from(count) / 20)
}

/// Makes `count` pods on the fake nodes and waits until all run, for so long at the most. They are in deployments of a
/// hundred, unless they are too many for that.
pub(crate) async fn many_pods(client: Client, count: u32, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    let namespaces = 10;
    let api: Api<Namespace> = Api::all(client.clone());
    for index in 0..namespaces {
        let name = format!("load-{index}");
        let document = json!({ "metadata": { "name": name, "labels": { "team": format!("team-{}", index % 3) } } });
        let namespace: Namespace = typed(document)?;
        api.create(&PostParams::default(), &namespace).await?;
        wait_until_pods_are_taken(client.clone(), &name).await?;
    }
    if count > MOST_BY_CONTROLLERS {
        pods_on_nodes(&client, count, namespaces).await?;
        return until_running(&client, deadline, patience).await;
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

/// Waits until a new namespace has its service account: pods are refused before.
pub(crate) async fn wait_until_pods_are_taken(client: Client, namespace: &str) -> Result<()> {
    let accounts: Api<ServiceAccount> = Api::namespaced(client, namespace);
    let made = async {
        while accounts.get_opt("default").await?.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    };
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, made)
        .await
        .unwrap_or_else(|_| Err(late("no service account in a new namespace", patience, "")))
}

/// Makes pods like those of [`deployment`], without deployments, in turns on the fake nodes.
async fn pods_on_nodes(client: &Client, count: u32, namespaces: u32) -> Result<()> {
    let nodes: Api<Node> = Api::all(client.clone());
    let nodes = nodes.list(&ListParams::default().labels("type=kwok")).await?.items;
    let nodes: Vec<String> = nodes.into_iter().filter_map(|node| node.metadata.name).collect();
    if nodes.is_empty() {
        return Err(Error::Unsupported("very many pods need fake nodes".to_owned()));
    }
    let nodes = &nodes;
    stream::iter((0..count).map(Ok::<_, Error>))
        .try_for_each_concurrent(32, |index| async move {
            let group = index / REPLICAS;
            let mut template = template(group);
            template["metadata"]["name"] = json!(format!("{}-alone-{index:06}", group_name(group)));
            template["spec"]["nodeName"] = json!(nodes[index as usize % nodes.len()]);
            let api: Api<Pod> = Api::namespaced(client.clone(), &format!("load-{}", group % namespaces));
            api.create(&PostParams::default(), &typed(template)?).await?;
            Ok(())
        })
        .await
}

/// Waits until no pod is left that does not run.
async fn until_running(client: &Client, deadline: Instant, patience: Duration) -> Result<()> {
    let all: Api<Pod> = Api::all(client.clone());
    let waiting = ListParams::default()
        .labels("testbed=load")
        .fields("status.phase=Pending")
        .limit(1);
    while !all.list_metadata(&waiting).await?.items.is_empty() {
        if Instant::now() > deadline {
            return Err(late("pods were not running", patience, "some are not"));
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    Ok(())
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
    let name = group_name(index);
    let template = template(index);
    typed(json!({
        "metadata": { "name": name, "labels": template["metadata"]["labels"] },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": { "app": name } },
            "template": template,
        },
    }))
}

/// What a hundred pods have in common: their deployment's name, when they have one.
fn group_name(group: u32) -> String {
    format!("load-{group:03}")
}

/// The pods of a group.
fn template(group: u32) -> serde_json::Value {
    let name = group_name(group);
    let teams = ["payments", "search", "mail", "shop", "platform"];
    json!({
        "metadata": {
            "labels": { "app": name, "testbed": "load", "team": teams[group as usize % teams.len()] },
        },
        "spec": {
            "nodeSelector": { "type": "kwok" },
            "tolerations": [{ "key": "kwok.x-k8s.io/node", "operator": "Exists" }],
            "containers": [{
                "name": "main",
                "image": format!("registry.example.com/load/{name}:1.{}.0", group % 7),
                "resources": {
                    "requests": { "cpu": "50m", "memory": "64Mi" },
                    "limits": { "cpu": "500m", "memory": "256Mi" },
                },
            }],
        },
    })
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
