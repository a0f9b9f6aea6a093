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
fn say(code: &str, message: impl Into<String>) -> Explanation {
    Explanation {
        code: code.to_owned(),
        message: message.into(),
        container: None,
        evidence: None,
        last_log_lines: Vec::new(),
    }
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
        let message = format!(
            "It is being deleted and waits for its finalizers: {}.",
            finalizers.join(", ")
        );
        return Some(say("terminating", message));
    }
    let failed = newest(events, &["FailedKillPod", "FailedPreStopHook"]);
    let explanation = say(
        "terminating",
        "It is being deleted; its containers are given time to end.",
    );
    Some(failed.map_or(explanation.clone(), |event| quoting(explanation, &event.message)))
}

fn failed(pod: &Value) -> Explanation {
    let status = &pod["status"];
    let message = text(&status["message"]);
    match text(&status["reason"]) {
        "Evicted" => quoting(
            say(
                "evicted",
                "The node ran short of something and ended it. Free the node, or request what the pod really needs.",
            ),
            message,
        ),
        "DeadlineExceeded" => quoting(
            say(
                "deadline",
                "It ran longer than its active deadline (activeDeadlineSeconds) and was ended.",
            ),
            message,
        ),
        "NodeLost" | "Shutdown" | "Terminated" | "NodeShutdown" => {
            quoting(say("node-lost", "Its node was shut down or lost."), message)
        }
        "UnexpectedAdmissionError" | "NodeAffinity" | "OutOfcpu" | "OutOfmemory" | "OutOfpods" => quoting(
            say("does-not-fit", "Its node refused it: it does not fit there any more."),
            message,
        ),
        reason => container::explain_failed(pod).unwrap_or_else(|| {
            let because = if reason.is_empty() {
                String::new()
            } else {
                format!(" ({reason})")
            };
            quoting(say("failed", format!("It failed{because}.")), message)
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
    let message = "The node could not set up the pod's network or sandbox. Look at the network plugin and the container \
                   runtime of its node.";
    Some(quoting(say("sandbox", message), &event.message))
}

fn node_lost(pod: &Value) -> Option<Explanation> {
    let ready = condition(pod, "Ready")?;
    let is_lost = ready["reason"] == "NodeNotReady" || text(&pod["status"]["reason"]) == "NodeLost";
    let node = text(&pod["spec"]["nodeName"]);
    is_lost.then(|| {
        say(
            "node-lost",
            format!("Its node {node} does not answer: what the pod does now is not known. Look at the node."),
        )
    })
}

fn condition<'a>(pod: &'a Value, kind: &str) -> Option<&'a Value> {
    pod["status"]["conditions"]
        .as_array()?
        .iter()
        .find(|condition| condition["type"] == kind)
}

#[cfg(test)]
mod tests;
