//! Nodes.

use super::json::{Many, Pairs, Text};
use super::{Cells, Condition, HasMetadata, Metadata, SlimKind, condition, shortened};
use crate::resources::columns::{BYTES, CORES, ColumnExt as _, column};
use live_table::{Cell, Health};
use muster_api::quantity;
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Number, Quantity, Status as StatusWord, Text as Words, Time};
use serde::Deserialize;

pub(super) struct Nodes;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Node<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: Spec<'a>,
    #[serde(borrow)]
    status: Status<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec<'a> {
    unschedulable: bool,
    #[serde(borrow)]
    taints: Many<Taint<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Taint<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
    #[serde(borrow)]
    effect: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status<'a> {
    #[serde(borrow)]
    allocatable: Pairs<'a>,
    #[serde(borrow)]
    conditions: Many<Condition<'a>>,
    #[serde(borrow)]
    addresses: Many<Address<'a>>,
    #[serde(borrow)]
    node_info: NodeInfo<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Address<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    address: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeInfo<'a> {
    #[serde(borrow)]
    kubelet_version: Text<'a>,
    #[serde(borrow)]
    os_image: Text<'a>,
    #[serde(borrow)]
    kernel_version: Text<'a>,
    #[serde(borrow)]
    container_runtime_version: Text<'a>,
    #[serde(borrow)]
    architecture: Text<'a>,
}

impl HasMetadata for Node<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for Nodes {
    type Object<'a> = Node<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("status", "Status", StatusWord),
            column("roles", "Roles", Words),
            column("age", "Age", Time),
            column("version", "Version", Words),
            column("cpu", "CPU", Quantity).unit(CORES).priority(1),
            column("memory", "Memory", Quantity).unit(BYTES).priority(1),
            column("pods", "Pods", Number).priority(2),
            column("internal-ip", "Internal-IP", Words).priority(1),
            column("external-ip", "External-IP", Words).priority(2),
            column("os-image", "OS-Image", Words).priority(2),
            column("kernel-version", "Kernel-Version", Words).priority(2),
            column("container-runtime", "Container-Runtime", Words).priority(2),
            column("architecture", "Architecture", Words).priority(3),
            column("taints", "Taints", Words).priority(3),
            column("message", "Message", Words).priority(3),
        ]
    }

    fn cells(node: &Node<'_>, cells: &mut Cells) -> Health {
        let status = &node.status;
        let address = |kind: &str| {
            let found = status.addresses.iter().find(|address| &*address.kind == kind);
            found.map_or("", |address| &*address.address)
        };
        let allocatable = |resource: &str| status.allocatable.get(resource).and_then(quantity::parse);
        let (health, message) = health(node);
        cells.text(&status_words(node));
        cells.text(&roles(&node.metadata));
        cells.text(&status.node_info.kubelet_version);
        cells.quantity(allocatable("cpu"));
        cells.quantity(allocatable("memory"));
        cells.push(allocatable("pods").map_or(Cell::Empty, Cell::Number));
        cells.text(address("InternalIP"));
        cells.text(address("ExternalIP"));
        cells.text(&status.node_info.os_image);
        cells.text(&kernel(&status.node_info));
        cells.text(&status.node_info.container_runtime_version);
        cells.text(&status.node_info.architecture);
        cells.text(&taints(node));
        cells.push(message);
        health
    }
}

/// `Ready`, `NotReady` or `Unknown`, then `SchedulingDisabled` when cordoned.
fn status_words(node: &Node<'_>) -> String {
    let ready = match condition(&node.status.conditions, "Ready") {
        Some(condition) if condition.is_true() => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    if node.spec.unschedulable {
        format!("{ready},SchedulingDisabled")
    } else {
        ready.to_owned()
    }
}

/// The kernel's version, with the architecture when the node tells it.
fn kernel(info: &NodeInfo<'_>) -> String {
    if info.architecture.is_empty() {
        info.kernel_version.to_string()
    } else {
        format!("{} ({})", &*info.kernel_version, &*info.architecture)
    }
}

fn health(node: &Node<'_>) -> (Health, Cell) {
    let said = |condition: &Condition<'_>| Cell::text(shortened(&condition.message));
    match condition(&node.status.conditions, "Ready") {
        None => return (Health::Unknown, Cell::Empty),
        Some(condition) if condition.is_true() => {}
        // The control plane has not heard of it: it may run well all the same.
        Some(condition) if &*condition.status == "Unknown" => return (Health::Unknown, said(condition)),
        Some(condition) => return (Health::Bad, said(condition)),
    }
    let pressure = |condition: &&Condition<'_>| &*condition.kind != "Ready" && condition.is_true();
    match node.status.conditions.iter().find(pressure) {
        Some(condition) => (Health::Warn, said(condition)),
        None if node.spec.unschedulable => (Health::Warn, Cell::Empty),
        None => (Health::Good, Cell::Empty),
    }
}

/// The roles that labels give it, by name; kubectl's `<none>` is empty here.
fn roles(metadata: &Metadata<'_>) -> String {
    let mut roles: Vec<&str> = Vec::new();
    for (key, value) in metadata.labels.iter() {
        let role = match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) => role,
            None if &**key == "kubernetes.io/role" => value,
            None => continue,
        };
        if !role.is_empty() && !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles.sort_unstable();
    roles.join(",")
}

fn taints(node: &Node<'_>) -> String {
    let taints = node
        .spec
        .taints
        .iter()
        .map(|taint| match (&*taint.key, &*taint.value, &*taint.effect) {
            (key, "", effect) => format!("{key}:{effect}"),
            (key, value, effect) => format!("{key}={value}:{effect}"),
        });
    taints.collect::<Vec<_>>().join(",")
}
