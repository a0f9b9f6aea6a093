//! Why a pod does not run, with what must be asked of the cluster for it: its events and the last lines of its log.

use super::events;
use super::explanation::{explain, wants_log};
use super::logs::ContainerLog;
use super::object::{Located, ObjectError, ObjectPath, Objects};
use super::summary;
use crate::context::RequestContext;
use muster_api::object::ObjectEvent;
use muster_api::rollout::{Explanation, PodExplanation};
use muster_api::said::not_seen as sentence;
use serde_json::Value;

/// So many lines of a crashed container's log are quoted.
const LAST_LINES: u32 = 10;

impl Objects {
    /// Why one pod does not run.
    pub async fn explain_pod(
        &self,
        context: &RequestContext,
        path: &ObjectPath,
    ) -> Result<PodExplanation, ObjectError> {
        let located = self.locate(context, path).await?;
        if !located.kind.is_core("pods") {
            return Err(ObjectError::NotPossible(format!(
                "{} have no explanation: only pods have",
                located.kind.resource
            )));
        }
        let pod = located.read().await?;
        let mut not_seen = Vec::new();
        let events = events::of_object(&located, &pod).await.unwrap_or_else(|error| {
            not_seen.push(sentence::EVENTS.with(&[("reason", &error)]));
            Vec::new()
        });
        let summary = summary::of(&located.kind, &pod);
        Ok(PodExplanation {
            status: summary.status.unwrap_or_else(|| "Unknown".to_owned()),
            health: summary.health,
            explanation: diagnose(&located, &pod, &events).await,
            not_seen,
        })
    }
}

/// Explains a pod; for a crash with the last lines of its log.
pub(crate) async fn diagnose(located: &Located, pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    let mut explanation = explain(pod, events)?;
    if let Some((container, previous)) = wants_log(pod, &explanation) {
        explanation.last_log_lines = ContainerLog::tail(located, &container, previous, LAST_LINES).await;
    }
    Some(explanation)
}
