//! Why a pod does not run, in plain words: read off the pod and its events, without asking anybody.
//!
//! [`explain`] is pure. It looks at what is nearest to the cause first: deleted, failed as a whole, not on a node, its
//! volumes and sandbox, its init containers, its containers. The last log lines of a crash are added by whoever can read
//! them ([`wants_log`] says of which container).

mod container;
mod image;
mod scheduling;
mod volume;

use muster_api::object::ObjectEvent;
use muster_api::rollout::Explanation;
use muster_api::said::{Said, pod as sentence};
use serde_json::Value;

/// Why the pod does not run; `None` while nothing is wrong. `events` are the pod's own, newest first.
pub fn explain(pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    if let Some(explanation) = deleted(pod, events) {
        return Some(explanation);
    }
    match pod["status"]["phase"].as_str().unwrap_or_default() {
        "Succeeded" => return None,
        "Failed" => return Some(failed(pod)),
        _ => {}
    }
    if pod["spec"]["nodeName"].as_str().is_none_or(str::is_empty) {
        return scheduling::explain(pod, events);
    }
    container::explain(pod, events)
        .or_else(|| volume::explain(pod, events))
        .or_else(|| sandbox(pod, events))
        .or_else(|| node_lost(pod))
        .or_else(|| container::explain_readiness(pod, events))
}

/// The container whose last log lines would help, and whether they are those of its run before this one.
pub fn wants_log(pod: &Value, explanation: &Explanation) -> Option<(String, bool)> {
    if !matches!(
        explanation.code.as_str(),
        "crash" | "init-failed" | "out-of-memory" | "failed"
    ) {
        return None;
    }
    let container = explanation.container.clone()?;
    let status = container::status_of(pod, &container)?;
    // While it waits for its next start, or runs again, the run that failed is the one before.
    let is_ended_now = status["state"].get("terminated").is_some();
    Some((container, !is_ended_now))
}

/// An explanation without container and evidence.
fn say(code: &str, said: Said) -> Explanation {
    Explanation::of(code, vec![said])
}

/// With what the cluster said, word for word.
fn quoting(mut explanation: Explanation, evidence: &str) -> Explanation {
    let evidence = evidence.trim();
    explanation.evidence = (!evidence.is_empty()).then(|| evidence.to_owned());
    explanation
}

/// The newest event with one of these reasons.
fn newest<'a>(events: &'a [ObjectEvent], reasons: &[&str]) -> Option<&'a ObjectEvent> {
    events.iter().find(|event| reasons.contains(&event.reason.as_str()))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn deleted(pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    pod["metadata"]["deletionTimestamp"].as_str()?;
    let finalizers = super::object::text_list(&pod["metadata"]["finalizers"]);
    if !finalizers.is_empty() {
        let said = sentence::WAITS_FOR_FINALIZERS.with(&[("finalizers", &finalizers.join(", "))]);
        return Some(say("terminating", said));
    }
    let failed = newest(events, &["FailedKillPod", "FailedPreStopHook"]);
    let explanation = say("terminating", sentence::BEING_DELETED.say());
    Some(failed.map_or(explanation.clone(), |event| quoting(explanation, &event.message)))
}

fn failed(pod: &Value) -> Explanation {
    let status = &pod["status"];
    let message = text(&status["message"]);
    match text(&status["reason"]) {
        "Evicted" => quoting(say("evicted", sentence::EVICTED.say()), message),
        "DeadlineExceeded" => quoting(say("deadline", sentence::DEADLINE.say()), message),
        "NodeLost" | "Shutdown" | "Terminated" | "NodeShutdown" => {
            quoting(say("node-lost", sentence::NODE_SHUT_DOWN.say()), message)
        }
        "UnexpectedAdmissionError" | "NodeAffinity" | "OutOfcpu" | "OutOfmemory" | "OutOfpods" => {
            quoting(say("does-not-fit", sentence::NODE_REFUSED.say()), message)
        }
        reason => container::explain_failed(pod).unwrap_or_else(|| {
            let said = if reason.is_empty() {
                sentence::FAILED.say()
            } else {
                sentence::FAILED_BECAUSE.with(&[("reason", &reason)])
            };
            quoting(say("failed", said), message)
        }),
    }
}

fn sandbox(pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    let ready = condition(pod, "PodReadyToStartContainers");
    if ready.is_some_and(|condition| condition["status"] == "True") {
        return None;
    }
    let event = newest(
        events,
        &["FailedCreatePodSandBox", "FailedPodSandBoxStatus", "NetworkNotReady"],
    )?;
    Some(quoting(say("sandbox", sentence::SANDBOX.say()), &event.message))
}

fn node_lost(pod: &Value) -> Option<Explanation> {
    let ready = condition(pod, "Ready")?;
    let is_lost = ready["reason"] == "NodeNotReady" || text(&pod["status"]["reason"]) == "NodeLost";
    let node = text(&pod["spec"]["nodeName"]);
    is_lost.then(|| say("node-lost", sentence::NODE_SILENT.with(&[("node", &node)])))
}

fn condition<'a>(pod: &'a Value, kind: &str) -> Option<&'a Value> {
    pod["status"]["conditions"]
        .as_array()?
        .iter()
        .find(|condition| condition["type"] == kind)
}

#[cfg(test)]
mod tests;
