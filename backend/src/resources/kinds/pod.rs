//! Pods.

use super::json::{Many, Moment, Pairs, Present, Text};
use super::pod_status::{Summary, summarize};
use super::{Cells, Condition, HasMetadata, Metadata, SlimKind, condition, pod_resources, shortened};
use crate::resources::columns::{BYTES, CORES, ColumnExt as _, column};
use live_table::{Cell, Health};
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Link, Number, Quantity, Status as StatusWord, Text as Words, Time};
use serde::Deserialize;

pub(super) struct Pods;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pod<'a> {
    #[serde(borrow)]
    pub(super) metadata: Metadata<'a>,
    #[serde(borrow)]
    pub(super) spec: Spec<'a>,
    #[serde(borrow)]
    pub(super) status: Status<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Spec<'a> {
    #[serde(borrow)]
    node_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) containers: Many<ContainerSpec<'a>>,
    #[serde(borrow)]
    pub(super) init_containers: Many<ContainerSpec<'a>>,
    #[serde(borrow)]
    readiness_gates: Many<ReadinessGate<'a>>,
    #[serde(borrow)]
    resources: Option<Resources<'a>>,
    #[serde(borrow)]
    overhead: Pairs<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerSpec<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    image: Text<'a>,
    #[serde(borrow)]
    pub(super) restart_policy: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) resources: Resources<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Resources<'a> {
    #[serde(borrow)]
    requests: Pairs<'a>,
    #[serde(borrow)]
    limits: Pairs<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ReadinessGate<'a> {
    #[serde(borrow)]
    condition_type: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Status<'a> {
    #[serde(borrow)]
    pub(super) phase: Text<'a>,
    #[serde(borrow)]
    pub(super) reason: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
    #[serde(borrow, rename = "podIP")]
    pod_ip: Option<Text<'a>>,
    #[serde(borrow)]
    nominated_node_name: Option<Text<'a>>,
    #[serde(borrow)]
    qos_class: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) conditions: Many<Condition<'a>>,
    #[serde(borrow)]
    pub(super) init_container_statuses: Many<ContainerStatus<'a>>,
    #[serde(borrow)]
    pub(super) container_statuses: Many<ContainerStatus<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerStatus<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    pub(super) ready: bool,
    pub(super) started: Option<bool>,
    pub(super) restart_count: u32,
    #[serde(borrow)]
    pub(super) state: ContainerState<'a>,
    #[serde(borrow)]
    pub(super) last_state: ContainerState<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContainerState<'a> {
    #[serde(borrow)]
    pub(super) waiting: Option<Waiting<'a>>,
    pub(super) running: Present,
    #[serde(borrow)]
    pub(super) terminated: Option<Terminated<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Waiting<'a> {
    #[serde(borrow)]
    pub(super) reason: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Terminated<'a> {
    pub(super) exit_code: i32,
    pub(super) signal: i32,
    #[serde(borrow)]
    pub(super) reason: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
    pub(super) finished_at: Moment,
}

impl HasMetadata for Pod<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for Pods {
    type Object<'a> = Pod<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("ready", "Ready", Words),
            column("status", "Status", StatusWord),
            column("restarts", "Restarts", Number),
            column("last-restart", "Last restart", Time).priority(2),
            column("age", "Age", Time),
            column("ip", "IP", Words).priority(2),
            column("node", "Node", Link).link("core/v1/nodes").priority(1),
            column("cpu-requests", "CPU requests", Quantity).unit(CORES).priority(2),
            column("cpu-limits", "CPU limits", Quantity).unit(CORES).priority(3),
            column("memory-requests", "Memory requests", Quantity)
                .unit(BYTES)
                .priority(2),
            column("memory-limits", "Memory limits", Quantity)
                .unit(BYTES)
                .priority(3),
            column("images", "Images", Words).priority(3),
            column("owner", "Owner", Link).priority(2),
            column("qos", "QoS", Words).priority(3),
            column("nominated-node", "Nominated node", Link)
                .link("core/v1/nodes")
                .priority(3),
            column("readiness-gates", "Readiness gates", Words).priority(3),
            column("message", "Message", Words).priority(3),
            column("phase", "Phase", Words).priority(3),
        ]
    }

    fn cells(pod: &Pod<'_>, cells: &mut Cells) -> Health {
        let summary = summarize(pod);
        let health = health(pod, &summary);
        cells.text(&format!("{}/{}", summary.ready, summary.containers));
        cells.text(&summary.word);
        cells.number(summary.restarts);
        cells.time(summary.last_restart);
        cells.optional(pod.status.pod_ip.as_ref());
        cells.optional(pod.spec.node_name.as_ref());
        for resource in ["cpu", "memory"] {
            let total = |which: for<'r, 'b> fn(&'r Resources<'b>) -> &'r Pairs<'b>| {
                pod_resources::total(
                    &pod.spec.containers,
                    &pod.spec.init_containers,
                    pod.spec.resources.as_ref(),
                    &pod.spec.overhead,
                    resource,
                    which,
                )
            };
            cells.quantity(total(|resources| &resources.requests));
            cells.quantity(total(|resources| &resources.limits));
        }
        let images = pod
            .spec
            .containers
            .iter()
            .map(|container| &*container.image)
            .collect::<Vec<_>>()
            .join(",");
        cells.text(&images);
        cells.push(pod.metadata.owner());
        cells.optional(pod.status.qos_class.as_ref());
        cells.optional(pod.status.nominated_node_name.as_ref());
        cells.text(&readiness_gates(pod));
        cells.push(if matches!(health, Health::Good | Health::Idle) {
            Cell::Empty
        } else {
            message(pod)
        });
        cells.text(&pod.status.phase);
        health
    }
}

/// `fulfilled/all`; nothing when there are none.
fn readiness_gates(pod: &Pod<'_>) -> String {
    let gates = &pod.spec.readiness_gates;
    if gates.is_empty() {
        return String::new();
    }
    let fulfilled = |gate: &&ReadinessGate<'_>| {
        condition(&pod.status.conditions, &gate.condition_type).is_some_and(Condition::is_true)
    };
    format!("{}/{}", gates.iter().filter(fulfilled).count(), gates.len())
}

fn is_unschedulable(pod: &Pod<'_>) -> bool {
    condition(&pod.status.conditions, "PodScheduled")
        .is_some_and(|condition| condition.is_false() && &*condition.reason == "Unschedulable")
}

fn health(pod: &Pod<'_>, summary: &Summary) -> Health {
    match summary.word.as_str() {
        "Running" if summary.ready == summary.containers => Health::Good,
        "Running" | "NotReady" => Health::Warn,
        "Succeeded" | "Completed" => Health::Idle,
        "Unknown" | "" => Health::Unknown,
        "Pending" if is_unschedulable(pod) => Health::Warn,
        "Pending" | "ContainerCreating" | "PodInitializing" | "Terminating" | "SchedulingGated" => Health::Busy,
        word => match word.strip_prefix("Init:") {
            // Counting init containers: `Init:0/2`.
            Some(rest) if rest.contains('/') => Health::Busy,
            _ => Health::Bad,
        },
    }
}

/// Why the pod is not as it should be, in the words of who knows.
fn message(pod: &Pod<'_>) -> Cell {
    let status = &pod.status;
    if !status.message.is_empty() {
        return Cell::text(shortened(&status.message));
    }
    for container in status
        .init_container_statuses
        .iter()
        .chain(status.container_statuses.iter())
    {
        let state = &container.state;
        let said = match (&state.waiting, &state.terminated) {
            (Some(waiting), _) if !waiting.message.is_empty() => waiting.message.to_string(),
            (_, Some(terminated)) if terminated.exit_code != 0 && !terminated.message.is_empty() => {
                terminated.message.to_string()
            }
            (_, Some(terminated)) if terminated.exit_code != 0 => {
                format!("ended with exit code {}", terminated.exit_code)
            }
            _ => continue,
        };
        return Cell::text(shortened(&format!("{}: {said}", &*container.name)));
    }
    for kind in ["PodScheduled", "Ready", "ContainersReady"] {
        if let Some(condition) = condition(&status.conditions, kind)
            && condition.is_false()
            && !condition.message.is_empty()
        {
            return Cell::text(shortened(&condition.message));
        }
    }
    Cell::Empty
}
