//! Trying every document on the server before anything is written.

use super::changes;
use super::operations::Operation;
use super::plan::{Plan, Work, saying};
use super::refusal;
use crate::resources::object::ObjectError;
use crate::resources::remote::{Remote, RemoteError};
use futures::{StreamExt as _, TryStreamExt as _};
use muster_api::apply::{ApplyOutcome, ApplyResult};
use muster_api::said::apply as sentence;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many documents are tried at the same time.
const AT_ONCE: usize = 8;
/// Every cluster has it.
const STAND_IN: &str = "default";

/// A document after its trial.
pub struct Tried {
    /// What is to be written; absent when the document could not even be tried.
    pub work: Option<Arc<Work>>,
    /// The object as it is now.
    pub before: Option<Arc<Value>>,
    /// What would happen.
    pub result: ApplyResult,
}

impl Tried {
    /// Was it refused?
    pub fn failed(&self) -> bool {
        matches!(self.result.outcome, ApplyOutcome::Invalid | ApplyOutcome::Conflict)
    }
}

/// Tries every document. A cluster that does not answer fails the whole: nothing is known then.
pub async fn try_all(remote: &Remote, plan: Plan, operation: &Operation) -> Result<Vec<Tried>, ObjectError> {
    let new_namespaces = new_namespaces(remote, &plan).await?;
    let trials = plan.steps.into_iter().map(|step| {
        let new_namespaces = &new_namespaces;
        async move {
            let tried = match step {
                Ok(work) => try_one(remote, work, new_namespaces).await?,
                Err(result) => Tried {
                    work: None,
                    before: None,
                    result: *result,
                },
            };
            operation.one_done();
            Ok(tried)
        }
    });
    futures::stream::iter(trials).buffered(AT_ONCE).try_collect().await
}

/// The namespaces of the manifest that do not exist yet.
async fn new_namespaces(remote: &Remote, plan: &Plan) -> Result<BTreeSet<String>, RemoteError> {
    let checks = plan.namespaces().into_iter().map(|name| async move {
        match remote
            .get(&format!(
                "/api/v1/namespaces/{}",
                crate::resources::remote::encoded(&name)
            ))
            .await
        {
            Ok(_) => Ok(None),
            Err(error) if error.is_not_found() => Ok(Some(name)),
            Err(error) => Err(error),
        }
    });
    let found: Vec<_> = futures::stream::iter(checks).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

async fn try_one(remote: &Remote, work: Work, new_namespaces: &BTreeSet<String>) -> Result<Tried, ObjectError> {
    let work = Arc::new(work);
    let tried = |before: Option<Arc<Value>>, result| {
        Ok(Tried {
            work: Some(Arc::clone(&work)),
            before,
            result,
        })
    };
    if !work.kind_exists {
        let mut result = work.result(None, &work.object);
        result.message = Some(
            "its kind is brought by this manifest: the server checks the object when it is written, not before"
                .to_owned(),
        );
        return tried(None, result);
    }
    if work
        .namespace
        .as_ref()
        .is_some_and(|namespace| new_namespaces.contains(namespace))
    {
        return tried(None, try_in_stand_in(remote, &work).await?);
    }
    let before = if work.name.is_empty() {
        None
    } else {
        read(remote, &work).await?
    };
    if let Some(before) = &before
        && work.creates()
    {
        return tried(None, work.exists(before));
    }
    if before.is_none() && work.replaces() {
        return tried(None, work.missing());
    }
    let result = match work.send(remote, work.namespace.as_deref(), true).await {
        Ok(reply) => {
            let mut result = work.result(before.as_deref(), &reply.value);
            result.message = (!reply.warnings.is_empty()).then(|| reply.warnings.join("; "));
            result
        }
        Err(error) if error.is_unreachable() => return Err(error.into()),
        Err(error) => work.failure(&error, before.as_deref()),
    };
    tried(before, result)
}

async fn read(remote: &Remote, work: &Work) -> Result<Option<Arc<Value>>, ObjectError> {
    match remote.get(&work.path()).await {
        Ok(object) => Ok(Some(Arc::new(object))),
        Err(error) if error.is_not_found() => Ok(None),
        // Some kinds can be written and not read (reviews); what may not be read cannot be compared.
        Err(error) if error.refusal().is_some_and(|refusal| refusal.code() == 405) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The namespace comes with the manifest: what the server says about the object itself is asked in another one. What it
/// says about that other namespace (quotas, policies, rights) means nothing for this one, and is said to be unknown.
async fn try_in_stand_in(remote: &Remote, work: &Work) -> Result<ApplyResult, ObjectError> {
    let (mut after, note) = match work.try_elsewhere(remote, STAND_IN).await {
        Ok(reply) => (reply.value, None),
        Err(error) => {
            let Some(refusal) = error.refusal() else {
                return Err(error.into());
            };
            match refusal.code() {
                400 | 422 => return Ok(work.failure(&error, None)),
                // An object of this name lives in the other namespace: it got past every check to clash with it.
                409 => (work.object.clone(), None),
                _ => {
                    let why = refusal::said(refusal, Some(STAND_IN)).map(|said| said.message);
                    let why = why.unwrap_or_else(|| refusal::sentence(refusal));
                    (work.object.clone(), Some(sentence::NOT_TRIED.with(&[("reason", &why)])))
                }
            }
        }
    };
    if let Some(namespace) = &work.namespace {
        after["metadata"]["namespace"] = namespace.clone().into();
    }
    let result = work.result(None, &changes::comparable(&after));
    Ok(match note {
        Some(said) => saying(result, said),
        None => result,
    })
}
