//! Applying a manifest: every document is tried on the server first, and nothing is written when one of them fails.
//!
//! Writing is server-side apply as field manager `muster` (or creation, or replacement, as asked). Objects that live in a
//! namespace which the same manifest creates cannot be tried there before it exists: they are tried in a namespace that
//! stands in for it, and only what the server says about the object itself counts.

mod changes;
mod dry_run;
mod manifest;
pub mod operations;
mod order;
mod plan;
mod refusal;

use super::object::{ObjectError, Objects};
use super::remote::Remote;
use super::yaml::{self, YamlError};
use crate::context::RequestContext;
use dry_run::Tried;
use muster_api::apply::{ApplyAnswer, ApplyOutcome, ApplyProgress, ApplyRequest, ApplyResult};
use muster_api::said::{Said, apply as sentence};
use operations::{Operation, OperationKey};
use plan::{Plan, Work, saying};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

/// So long is waited for a kind or a service account that was only just created.
const SETTLING: Duration = Duration::from_secs(15);
const SETTLING_STEP: Duration = Duration::from_millis(250);

/// Why a manifest was not even tried.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The text is no YAML.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// There is nothing in it.
    #[error("the manifest has no documents: write at least one object")]
    Empty,
    /// The namespace for objects that name none cannot be one.
    #[error("{0:?} cannot be a namespace: at most 63 lower-case letters, digits and dashes")]
    InvalidNamespace(String),
    /// What the caller calls the work cannot be an id.
    #[error("the id of the operation has 1 to 64 letters, digits and dashes")]
    InvalidOperation,
    /// Work of this id is under way.
    #[error("an operation of this id is running: choose another id")]
    OperationRuns,
    /// No work of this id is under way.
    #[error("running operation {0:?}")]
    NoOperation(String),
    /// It was stopped before anything was written.
    #[error("it was cancelled before anything was written")]
    Cancelled,
    /// The cluster could not be asked.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

impl Objects {
    /// Applies a manifest, or says what would happen.
    pub async fn apply(
        &self,
        context: &RequestContext,
        cluster: &str,
        request: &ApplyRequest,
    ) -> Result<ApplyAnswer, ApplyError> {
        let namespace = request
            .namespace
            .as_deref()
            .filter(|namespace| !namespace.is_empty())
            .unwrap_or("default");
        if !muster_api::kubernetes_name::is_dns_label(namespace) {
            return Err(ApplyError::InvalidNamespace(namespace.to_owned()));
        }
        // Known from here on: it can be cancelled before its text was read.
        let known = self.clusters().get(context, cluster).map_err(ObjectError::from)?;
        let id = known
            .id
            .parse()
            .map_err(|_| ObjectError::NoSuchObject(format!("cluster {cluster:?}")))?;
        let operation = self
            .operations
            .begin(context.credential, id, request.operation.as_deref())?;
        let text = request.manifest.clone();
        // A manifest of some megabytes takes longer than other requests should wait for.
        let reading = tokio::task::spawn_blocking(move || yaml::read_documents(&text).map(manifest::documents));
        let documents = reading.await.map_err(|error| {
            tracing::error!(%error, "reading a manifest ended early");
            ObjectError::NotPossible("the manifest could not be read".to_owned())
        })??;
        if documents.is_empty() {
            return Err(ApplyError::Empty);
        }
        let remote = self.open(context, cluster).await?;
        operation.tries(documents.len());
        let trying = async {
            let plan = self.plan(&remote, documents, namespace, request).await?;
            dry_run::try_all(&remote, plan, &operation).await
        };
        let tried = tokio::select! {
            tried = trying => tried?,
            () = operation.cancelled() => return Err(ApplyError::Cancelled),
        };
        if request.dry_run || tried.iter().any(Tried::failed) {
            return Ok(not_written(tried, request.dry_run));
        }
        // A caller who hangs up must not leave the work half done.
        let writing = self.tasks.finish(write_all(remote, tried, operation));
        writing.await.map_err(|error| {
            tracing::error!(%error, "writing a manifest ended early");
            ObjectError::NotPossible("writing the manifest ended early: look at what was written".to_owned()).into()
        })
    }

    /// How far the actor's own work of this id is.
    pub fn apply_progress(
        &self,
        context: &RequestContext,
        cluster: &str,
        operation: &str,
    ) -> Result<ApplyProgress, ApplyError> {
        let key = self.operation_key(context, cluster, operation)?;
        let progress = self.operations.progress(&key);
        progress.ok_or(ApplyError::NoOperation(key.id))
    }

    /// Stops the actor's own work of this id: nothing more is written, what was written stays, and its answer says so.
    pub fn cancel_apply(&self, context: &RequestContext, cluster: &str, operation: &str) -> Result<(), ApplyError> {
        let key = self.operation_key(context, cluster, operation)?;
        let cancelled = self.operations.cancel(&key);
        cancelled.then_some(()).ok_or(ApplyError::NoOperation(key.id))
    }

    fn operation_key(
        &self,
        context: &RequestContext,
        cluster: &str,
        operation: &str,
    ) -> Result<OperationKey, ApplyError> {
        let cluster = self.clusters().get(context, cluster).map_err(ObjectError::from)?;
        let missing = || ApplyError::NoOperation(operation.to_owned());
        Ok(OperationKey {
            credential: context.credential,
            cluster: cluster.id.parse().map_err(|_| missing())?,
            id: operation.to_owned(),
        })
    }

    async fn plan(
        &self,
        remote: &Remote,
        documents: Vec<Result<manifest::Document, manifest::Malformed>>,
        namespace: &str,
        request: &ApplyRequest,
    ) -> Result<Plan, ObjectError> {
        let mut mapping = self.mappings.of(remote).await?;
        let missing = plan::missing_versions(&mapping, &documents);
        if !missing.is_empty() {
            mapping = self.mappings.with_versions(remote, &missing).await?;
        }
        Ok(plan::make(&mapping, documents, namespace, request.mode, request.force))
    }
}

/// The answer when nothing is written: as a dry-run asked for, or because documents failed.
fn not_written(tried: Vec<Tried>, dry_run: bool) -> ApplyAnswer {
    let failed = tried.iter().filter(|tried| tried.failed()).count();
    let results = tried.into_iter().map(|tried| {
        let is_fine = !tried.failed();
        let mut result = tried.result;
        if is_fine && failed > 0 && !dry_run {
            result.outcome = ApplyOutcome::Skipped;
            result = saying(result, sentence::OTHERS_REFUSED.with(&[("count", &failed)]));
        }
        result
    });
    ApplyAnswer {
        applied: false,
        interrupted: None,
        results: results.collect(),
    }
}

/// Why writing stopped in the middle.
#[derive(Clone, Copy)]
enum Stopped {
    /// This document failed.
    Failed(u32),
    /// Whoever began it wanted so.
    Cancelled,
}

impl Stopped {
    /// Why a document was not written.
    fn of_document(self) -> Said {
        match self {
            Self::Failed(document) => sentence::NOT_WRITTEN_AFTER.with(&[("document", &document)]),
            Self::Cancelled => sentence::NOT_WRITTEN_CANCELLED.say(),
        }
    }

    /// What became of the whole.
    fn of_all(self, written: usize, total: usize) -> Said {
        let values: [(&str, &dyn Display); 2] = [("written", &written), ("total", &total)];
        match self {
            Self::Failed(document) => {
                let [written, total] = values;
                sentence::STOPPED.with(&[written, total, ("document", &document)])
            }
            Self::Cancelled => sentence::CANCELLED.with(&values),
        }
    }
}

/// Writes everything in the order of need; stops at the first failure, or when it is cancelled, and says where.
async fn write_all(remote: Remote, tried: Vec<Tried>, operation: Operation) -> ApplyAnswer {
    let total = tried.len();
    let mut results = vec![None; total];
    let mut queue = tried
        .into_iter()
        .enumerate()
        .filter_map(|(index, tried)| {
            let Some(work) = tried.work else {
                results[index] = Some(tried.result);
                return None;
            };
            Some((index, work, tried.before, tried.result))
        })
        .collect::<Vec<_>>();
    queue.sort_by_key(|(_, work, _, _)| order::place(&work.kind.kind));

    let mut written = 0;
    operation.writes(queue.len());
    let mut stopped: Option<Stopped> = None;
    for (index, work, before, result) in queue {
        if stopped.is_none() && operation.is_cancelled() {
            stopped = Some(Stopped::Cancelled);
        }
        if let Some(stopped) = stopped {
            let result = saying(result, stopped.of_document());
            results[index] = Some(ApplyResult {
                outcome: ApplyOutcome::Skipped,
                ..result
            });
            continue;
        }
        let outcome = write(&remote, &work, before.as_deref()).await;
        if matches!(outcome.outcome, ApplyOutcome::Invalid | ApplyOutcome::Conflict) {
            stopped = Some(Stopped::Failed(work.number));
        } else {
            written += 1;
        }
        results[index] = Some(outcome);
        operation.one_done();
    }
    let interrupted = stopped.map(|stopped| stopped.of_all(written, total));
    ApplyAnswer {
        applied: written > 0,
        interrupted,
        results: results.into_iter().flatten().collect(),
    }
}

async fn write(remote: &Remote, work: &Arc<Work>, before: Option<&serde_json::Value>) -> ApplyResult {
    let started = tokio::time::Instant::now();
    loop {
        match work.send(remote, work.namespace.as_deref(), false).await {
            Ok(reply) => return work.result(before, &reply.value),
            Err(error) => {
                let settles = error.refusal().is_some_and(|refusal| work.may_settle(refusal));
                if !settles || started.elapsed() > SETTLING {
                    return work.failure(&error, before);
                }
                tokio::time::sleep(SETTLING_STEP).await;
            }
        }
    }
}
