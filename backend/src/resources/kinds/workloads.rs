//! Deployments, stateful sets, daemon sets and replica sets.

use super::json::{Many, Text};
use super::template::{Selector, Template};
use super::{Cells, Condition, HasMetadata, Metadata, SlimKind, condition, shortened};
use crate::resources::columns::{ColumnExt as _, column};
use live_table::{Cell, Health};
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Link, Number, Status as StatusWord, Text as Words, Time};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Workload<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: Spec<'a>,
    #[serde(borrow)]
    status: Status<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec<'a> {
    replicas: Option<u32>,
    paused: bool,
    #[serde(borrow)]
    selector: Selector<'a>,
    #[serde(borrow)]
    template: Template<'a>,
    #[serde(borrow)]
    strategy: Strategy<'a>,
    #[serde(borrow)]
    service_name: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Strategy<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status<'a> {
    observed_generation: i64,
    replicas: u32,
    ready_replicas: u32,
    updated_replicas: u32,
    available_replicas: u32,
    desired_number_scheduled: u32,
    current_number_scheduled: u32,
    number_ready: u32,
    updated_number_scheduled: u32,
    number_available: u32,
    #[serde(borrow)]
    current_revision: Text<'a>,
    #[serde(borrow)]
    update_revision: Text<'a>,
    #[serde(borrow)]
    conditions: Many<Condition<'a>>,
}

impl HasMetadata for Workload<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl Workload<'_> {
    fn desired(&self) -> u32 {
        self.spec.replicas.unwrap_or(1)
    }

    fn is_observed(&self) -> bool {
        self.metadata.generation.unwrap_or(0) <= self.status.observed_generation
    }

    /// Why something does not work, when a condition says so.
    fn trouble(&self) -> Cell {
        let conditions = &self.status.conditions;
        let failing = condition(conditions, "ReplicaFailure").filter(|condition| condition.is_true());
        let stuck = condition(conditions, "Progressing").filter(|condition| condition.is_false());
        let away = condition(conditions, "Available").filter(|condition| condition.is_false());
        match failing.or(stuck).or(away) {
            Some(condition) => Cell::text(shortened(&condition.message)),
            None => Cell::Empty,
        }
    }

    fn has_replica_failure(&self) -> bool {
        condition(&self.status.conditions, "ReplicaFailure").is_some_and(Condition::is_true)
    }

    fn template_cells(&self, cells: &mut Cells) {
        cells.text(&self.spec.template.containers());
        cells.text(&self.spec.template.images());
        cells.text(&self.spec.selector.text());
    }
}

fn containers_images() -> [Column; 2] {
    [
        column("containers", "Containers", Words).priority(3),
        column("images", "Images", Words).priority(1),
    ]
}

fn selector() -> Column {
    column("selector", "Selector", Words).priority(3)
}

fn message() -> Column {
    column("message", "Message", Words).priority(3)
}

/// How many of the wanted there are, in one word: for whatever has no conditions that say it.
fn by_number(desired: u32, ready: u32, updated: bool) -> (&'static str, Health) {
    match (desired, ready) {
        (0, 0) => ("Scaled down", Health::Idle),
        _ if !updated => ("Progressing", Health::Busy),
        (desired, ready) if ready >= desired => ("Complete", Health::Good),
        _ => ("Progressing", Health::Busy),
    }
}

pub(super) struct Deployments;

impl SlimKind for Deployments {
    type Object<'a> = Workload<'a>;

    fn columns() -> Vec<Column> {
        let mut columns = vec![
            column("ready", "Ready", Words),
            column("status", "Status", StatusWord),
            column("up-to-date", "Up-to-date", Number),
            column("available", "Available", Number),
            column("age", "Age", Time),
        ];
        columns.extend(containers_images());
        columns.extend([
            selector(),
            column("strategy", "Strategy", Words).priority(3),
            column("desired", "Desired", Number).priority(3),
            message(),
        ]);
        columns
    }

    fn cells(deployment: &Workload<'_>, cells: &mut Cells) -> Health {
        let status = &deployment.status;
        let (word, health) = deployment_status(deployment);
        cells.text(&format!("{}/{}", status.ready_replicas, deployment.desired()));
        cells.text(word);
        cells.number(status.updated_replicas);
        cells.number(status.available_replicas);
        deployment.template_cells(cells);
        cells.text(&deployment.spec.strategy.kind);
        cells.number(deployment.desired());
        cells.push(if health == Health::Good {
            Cell::Empty
        } else {
            deployment.trouble()
        });
        health
    }
}

fn deployment_status(deployment: &Workload<'_>) -> (&'static str, Health) {
    let status = &deployment.status;
    let desired = deployment.desired();
    let progressing = condition(&status.conditions, "Progressing");
    if deployment.metadata.is_being_deleted() {
        return ("Terminating", Health::Busy);
    }
    if progressing.is_some_and(|condition| &*condition.reason == "ProgressDeadlineExceeded") {
        return ("Stuck", Health::Bad);
    }
    if deployment.has_replica_failure() {
        return ("Failing", Health::Bad);
    }
    if deployment.spec.paused {
        return ("Paused", Health::Idle);
    }
    if desired == 0 && status.replicas == 0 && deployment.is_observed() {
        return ("Scaled down", Health::Idle);
    }
    let rolled_out =
        deployment.is_observed() && status.updated_replicas >= desired && status.replicas <= status.updated_replicas;
    if rolled_out && status.available_replicas >= desired {
        return ("Complete", Health::Good);
    }
    // The rollout was over, and pods went away or became unready since.
    if rolled_out && progressing.is_some_and(|condition| &*condition.reason == "NewReplicaSetAvailable") {
        return if status.available_replicas == 0 {
            ("Unavailable", Health::Bad)
        } else {
            ("Degraded", Health::Warn)
        };
    }
    ("Progressing", Health::Busy)
}

pub(super) struct StatefulSets;

impl SlimKind for StatefulSets {
    type Object<'a> = Workload<'a>;

    fn columns() -> Vec<Column> {
        let mut columns = vec![
            column("ready", "Ready", Words),
            column("status", "Status", StatusWord),
            column("age", "Age", Time),
        ];
        columns.extend(containers_images());
        columns.extend([
            selector(),
            column("service", "Service", Link).link("core/v1/services").priority(3),
            column("desired", "Desired", Number).priority(3),
        ]);
        columns
    }

    fn cells(set: &Workload<'_>, cells: &mut Cells) -> Health {
        let status = &set.status;
        let desired = set.desired();
        let updated = set.is_observed() && status.current_revision == status.update_revision;
        let (word, health) = if set.metadata.is_being_deleted() {
            ("Terminating", Health::Busy)
        } else {
            by_number(desired, status.ready_replicas, updated)
        };
        cells.text(&format!("{}/{desired}", status.ready_replicas));
        cells.text(word);
        set.template_cells(cells);
        cells.text(&set.spec.service_name);
        cells.number(desired);
        health
    }
}

pub(super) struct DaemonSets;

impl SlimKind for DaemonSets {
    type Object<'a> = Workload<'a>;

    fn columns() -> Vec<Column> {
        let mut columns = vec![
            column("status", "Status", StatusWord),
            column("desired", "Desired", Number),
            column("current", "Current", Number),
            column("ready", "Ready", Number),
            column("up-to-date", "Up-to-date", Number),
            column("available", "Available", Number),
            column("node-selector", "Node selector", Words).priority(2),
            column("age", "Age", Time),
        ];
        columns.extend(containers_images());
        columns.push(selector());
        columns
    }

    fn cells(set: &Workload<'_>, cells: &mut Cells) -> Health {
        let status = &set.status;
        let desired = status.desired_number_scheduled;
        let updated = set.is_observed() && status.updated_number_scheduled >= desired;
        let (word, health) = if set.metadata.is_being_deleted() {
            ("Terminating", Health::Busy)
        } else {
            by_number(desired, status.number_available, updated)
        };
        cells.text(word);
        cells.number(desired);
        cells.number(status.current_number_scheduled);
        cells.number(status.number_ready);
        cells.number(status.updated_number_scheduled);
        cells.number(status.number_available);
        cells.text(&set.spec.template.node_selector());
        set.template_cells(cells);
        health
    }
}

pub(super) struct ReplicaSets;

impl SlimKind for ReplicaSets {
    type Object<'a> = Workload<'a>;

    fn columns() -> Vec<Column> {
        let mut columns = vec![
            column("status", "Status", StatusWord),
            column("desired", "Desired", Number),
            column("current", "Current", Number),
            column("ready", "Ready", Number),
            column("age", "Age", Time),
        ];
        columns.extend(containers_images());
        columns.extend([selector(), column("owner", "Owner", Link).priority(1), message()]);
        columns
    }

    fn cells(set: &Workload<'_>, cells: &mut Cells) -> Health {
        let status = &set.status;
        let desired = set.desired();
        let (word, health) = if set.metadata.is_being_deleted() {
            ("Terminating", Health::Busy)
        } else if set.has_replica_failure() {
            ("Failing", Health::Bad)
        } else {
            by_number(desired, status.ready_replicas, set.is_observed())
        };
        cells.text(word);
        cells.number(desired);
        cells.number(status.replicas);
        cells.number(status.ready_replicas);
        set.template_cells(cells);
        cells.push(set.metadata.owner());
        cells.push(if health == Health::Bad {
            set.trouble()
        } else {
            Cell::Empty
        });
        health
    }
}
