//! Nodes that run nothing: kwok answers for them, so that thousands of pods fit on one machine.

use crate::binaries::{Binary, KubernetesVersion, kwok_stages};
use crate::control_plane::ControlPlane;
use crate::error::Result;
use crate::process::Process;
use crate::run_folder::RunFolder;
use k8s_openapi::api::core::v1::Node;
use kube::api::{Api, ListParams, PostParams};
use kube::{Client, ResourceExt};
use serde_json::json;

/// The label value that pods for fake nodes select with `type: kwok`.
const TYPE: &str = "kwok";

/// Starts kwok and makes `count` nodes for it.
pub(crate) async fn start(
    run: &RunFolder,
    control_plane: &ControlPlane,
    version: KubernetesVersion,
    count: u32,
) -> Result<Process> {
    let program = Binary::KWOK.path().await?;
    let folder = run.subfolder("kwok")?;
    let kubeconfig = control_plane.write_component_kubeconfig(
        "kwok",
        "system:kwok",
        Some("system:masters"),
        &control_plane.url(),
    )?;
    let options = folder.join("options.yaml");
    crate::cache::write_atomically(&options, OPTIONS.as_bytes())?;
    let mut arguments = vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake".to_owned(),
        "--node-lease-duration-seconds=40".to_owned(),
        "--v=WARN".to_owned(),
        format!("--config={}", options.display()),
    ];
    for stage in kwok_stages().await? {
        arguments.push(format!("--config={}", stage.display()));
    }
    let kwok = Process::start("kwok", &program, &arguments, &folder.join("kwok.log"))?;
    run.note_process("kwok", kwok.id())?;
    let nodes: Api<Node> = Api::all(control_plane.client().await?);
    for index in 0..count {
        nodes.create(&PostParams::default(), &node(index, version)?).await?;
    }
    Ok(kwok)
}

/// As many stages at once as keep a small machine busy: the default of four makes ten thousand pods slow.
const OPTIONS: &str = "\
apiVersion: config.kwok.x-k8s.io/v1alpha1
kind: KwokConfiguration
options:
  podPlayStageParallelism: 16
  nodePlayStageParallelism: 8
  nodeLeaseParallelism: 8
";

fn node(index: u32, version: KubernetesVersion) -> Result<Node> {
    let name = format!("fake-{index:03}");
    let zone = ["zone-a", "zone-b", "zone-c"][index as usize % 3];
    let resources = json!({ "cpu": "32", "memory": "256Gi", "ephemeral-storage": "500Gi", "pods": "250" });
    let document = json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": { "kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0" },
            "labels": {
                "type": TYPE,
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "node-role.kubernetes.io/worker": "",
                "topology.kubernetes.io/region": "testbed",
                "topology.kubernetes.io/zone": zone,
            },
        },
        "spec": {
            // Addresses that no real node uses.
            "podCIDR": format!("10.{}.{}.0/24", 64 + (index / 256) % 64, index % 256),
            "taints": [{ "key": "kwok.x-k8s.io/node", "value": "fake", "effect": "NoSchedule" }],
        },
        "status": {
            "capacity": resources,
            "allocatable": resources,
            "addresses": [
                { "type": "InternalIP", "address": format!("10.63.{}.{}", index / 250, 1 + index % 250) },
                { "type": "Hostname", "address": name },
            ],
            "nodeInfo": {
                "architecture": "amd64",
                "operatingSystem": "linux",
                "osImage": "kwok",
                "kernelVersion": "6.1.0",
                "containerRuntimeVersion": "kwok://0.8.0",
                "kubeletVersion": format!("v{version}"),
                "kubeProxyVersion": "",
                "bootID": "", "machineID": "", "systemUUID": "",
            },
        },
    });
    serde_json::from_value(document).map_err(|error| crate::Error::Unsupported(format!("a fake node: {error}")))
}

/// How many nodes report Ready, and the names of those that do not.
pub(crate) async fn readiness(client: Client) -> Result<(usize, Vec<String>)> {
    let nodes: Api<Node> = Api::all(client);
    let listed = nodes.list(&ListParams::default()).await?.items;
    let waiting: Vec<_> = listed
        .iter()
        .filter(|node| !is_ready(node))
        .map(ResourceExt::name_any)
        .collect();
    Ok((listed.len() - waiting.len(), waiting))
}

fn is_ready(node: &Node) -> bool {
    let conditions = node.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|all| {
        all.iter()
            .any(|condition| condition.type_ == "Ready" && condition.status == "True")
    })
}
