//! Jobs and cron jobs.

use super::json::{Many, Moment, Text};
use super::template::{Selector, Template};
use super::{Cells, Condition, HasMetadata, Metadata, SlimKind, condition, shortened};
use crate::resources::columns::{ColumnExt as _, MILLISECONDS, column};
use live_table::{Cell, Health};
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Link, Number, Status as StatusWord, Text as Words, Time};
use serde::Deserialize;
use serde::de::IgnoredAny;

pub(super) struct Jobs;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Job<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: JobSpec<'a>,
    #[serde(borrow)]
    status: JobStatus<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct JobSpec<'a> {
    completions: Option<u32>,
    parallelism: Option<u32>,
    #[serde(borrow)]
    selector: Selector<'a>,
    #[serde(borrow)]
    template: Template<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct JobStatus<'a> {
    succeeded: u32,
    failed: u32,
    start_time: Moment,
    completion_time: Moment,
    #[serde(borrow)]
    conditions: Many<Condition<'a>>,
}

impl HasMetadata for Job<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for Jobs {
    type Object<'a> = Job<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("status", "Status", StatusWord),
            column("completions", "Completions", Words),
            column("duration", "Duration", Number)
                .unit(MILLISECONDS)
                .since("started"),
            column("started", "Started", Time).priority(2),
            column("age", "Age", Time),
            column("containers", "Containers", Words).priority(3),
            column("images", "Images", Words).priority(1),
            column("selector", "Selector", Words).priority(3),
            column("failed", "Failed pods", Number).priority(2),
            column("owner", "Owner", Link).priority(1),
            column("message", "Message", Words).priority(3),
        ]
    }

    fn cells(job: &Job<'_>, cells: &mut Cells) -> Health {
        let (word, health) = job_status(job);
        let status = &job.status;
        cells.text(word);
        cells.text(&completions(job));
        // How long a finished job took; for one that runs or failed, the browser counts on from `started`, as kubectl does.
        cells.push(match (status.start_time.0, status.completion_time.0) {
            #[expect(clippy::cast_precision_loss, reason = "a duration in milliseconds is far below 2^53")]
            (Some(start), Some(end)) => Cell::Number((end - start) as f64),
            _ => Cell::Empty,
        });
        cells.time(status.start_time);
        cells.text(&job.spec.template.containers());
        cells.text(&job.spec.template.images());
        cells.text(&job.spec.selector.text());
        cells.number(status.failed);
        cells.push(job.metadata.owner());
        let failed = condition(&status.conditions, "Failed").filter(|condition| condition.is_true());
        cells.push(failed.map_or(Cell::Empty, |condition| Cell::text(shortened(&condition.message))));
        health
    }
}

/// kubectl's word for a job.
fn job_status(job: &Job<'_>) -> (&'static str, Health) {
    let is = |kind: &str| condition(&job.status.conditions, kind).is_some_and(Condition::is_true);
    if is("Complete") {
        ("Complete", Health::Idle)
    } else if is("Failed") {
        ("Failed", Health::Bad)
    } else if job.metadata.is_being_deleted() {
        ("Terminating", Health::Busy)
    } else if is("Suspended") {
        ("Suspended", Health::Idle)
    } else if is("FailureTarget") {
        ("FailureTarget", Health::Bad)
    } else if is("SuccessCriteriaMet") {
        ("SuccessCriteriaMet", Health::Busy)
    } else {
        ("Running", Health::Busy)
    }
}

/// `succeeded/wanted`, as kubectl counts them for the three ways of giving the number.
fn completions(job: &Job<'_>) -> String {
    let succeeded = job.status.succeeded;
    match (job.spec.completions, job.spec.parallelism.unwrap_or(0)) {
        (Some(completions), _) => format!("{succeeded}/{completions}"),
        (None, parallelism) if parallelism > 1 => format!("{succeeded}/1 of {parallelism}"),
        (None, _) => format!("{succeeded}/1"),
    }
}

pub(super) struct CronJobs;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CronJob<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: CronJobSpec<'a>,
    status: CronJobStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CronJobSpec<'a> {
    #[serde(borrow)]
    schedule: Text<'a>,
    #[serde(borrow)]
    time_zone: Option<Text<'a>>,
    suspend: Option<bool>,
    #[serde(borrow)]
    job_template: JobTemplate<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct JobTemplate<'a> {
    #[serde(borrow)]
    spec: JobSpec<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CronJobStatus {
    active: Many<IgnoredAny>,
    last_schedule_time: Moment,
    last_successful_time: Moment,
}

impl HasMetadata for CronJob<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for CronJobs {
    type Object<'a> = CronJob<'a>;

    fn columns() -> Vec<Column> {
        vec![
            column("status", "Status", StatusWord),
            column("schedule", "Schedule", Words),
            column("timezone", "Timezone", Words).priority(2),
            column("suspend", "Suspend", Words),
            column("active", "Active", Number),
            column("last-schedule", "Last schedule", Time),
            column("last-success", "Last success", Time).priority(2),
            column("age", "Age", Time),
            column("containers", "Containers", Words).priority(3),
            column("images", "Images", Words).priority(1),
            column("selector", "Selector", Words).priority(3),
        ]
    }

    fn cells(cron_job: &CronJob<'_>, cells: &mut Cells) -> Health {
        let (spec, status) = (&cron_job.spec, &cron_job.status);
        let suspended = spec.suspend == Some(true);
        let (word, health) = if suspended {
            ("Suspended", Health::Idle)
        } else if status.active.is_empty() {
            ("Scheduled", Health::Good)
        } else {
            ("Active", Health::Busy)
        };
        cells.text(word);
        cells.text(&spec.schedule);
        cells.optional(spec.time_zone.as_ref());
        cells.text(if suspended { "True" } else { "False" });
        cells.number(u32::try_from(status.active.len()).unwrap_or(u32::MAX));
        cells.time(status.last_schedule_time);
        cells.time(status.last_successful_time);
        let job = &spec.job_template.spec;
        cells.text(&job.template.containers());
        cells.text(&job.template.images());
        cells.text(&job.selector.text());
        health
    }
}
