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
    update_strategy: UpdateStrategy<'a>,
    #[serde(borrow)]
    service_name: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Strategy<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
}

/// How a StatefulSet or DaemonSet brings its pods to a new version.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UpdateStrategy<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    rolling_update: Option<RollingUpdate>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RollingUpdate {
    partition: Option<u32>,
}

impl UpdateStrategy<'_> {
    /// How many of the wanted pods the controller brings to the new version by itself.
    fn pods_to_update(&self, desired: u32) -> u32 {
        if &*self.kind == "OnDelete" {
            return 0;
        }
        let kept = self.rolling_update.as_ref().and_then(|update| update.partition);
        desired.saturating_sub(kept.unwrap_or(0))
    }
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

/// How a set is that has no conditions which would say it. There is no clock to tell a slow start from a pod that will
/// never be ready: whatever is not an update on its way and not all ready is for somebody to look at.
fn by_number(set: &Workload<'_>, desired: u32, ready: u32, is_updated: bool) -> (&'static str, Health) {
    if set.metadata.is_being_deleted() {
        return ("Terminating", Health::Busy);
    }
    if !set.is_observed() {
        return ("Progressing", Health::Busy);
    }
    if desired == 0 && ready == 0 {
        return ("Scaled down", Health::Idle);
    }
    match (is_updated, ready) {
        (true, ready) if ready >= desired => ("Complete", Health::Good),
        (true, 0) => ("Not ready", Health::Warn),
        (true, _) => ("Degraded", Health::Warn),
        // An update takes one pod at a time away; with more of them missing, or the last, it may have gone wrong.
        (false, ready) if ready > 0 && ready + 1 >= desired => ("Progressing", Health::Busy),
        (false, _) => ("Progressing", Health::Warn),
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
        // Pods below the partition, or all with OnDelete, are not meant to be updated by themselves.
        let to_update = set.spec.update_strategy.pods_to_update(desired);
        let is_updated = status.current_revision == status.update_revision || status.updated_replicas >= to_update;
        let (word, health) = by_number(set, desired, status.ready_replicas, is_updated);
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
        let is_updated = status.updated_number_scheduled >= set.spec.update_strategy.pods_to_update(desired);
        let (word, health) = by_number(set, desired, status.number_available, is_updated);
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
            // A Deployment's own status says when its pods do not become ready.
            match (desired, status.ready_replicas) {
                (0, 0) if set.is_observed() => ("Scaled down", Health::Idle),
                (desired, ready) if ready >= desired && set.is_observed() => ("Complete", Health::Good),
                _ => ("Progressing", Health::Busy),
            }
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

#[cfg(test)]
mod tests;
