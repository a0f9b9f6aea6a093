//! Why a pod has no node: the scheduler's sentence, taken apart.
//!
//! The scheduler writes `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {key: value}.
//! preemption: …`.

use super::{condition, newest, quoting, say, text};
use muster_api::object::ObjectEvent;
use muster_api::rollout::Explanation;
use muster_api::said::{Said, Sentence, scheduling as sentence};
use serde_json::Value;

/// Explains a pod without a node.
pub fn explain(pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    let scheduled = condition(pod, "PodScheduled");
    if scheduled.is_some_and(|condition| condition["reason"] == "SchedulingGated") {
        let gates = pod["spec"]["schedulingGates"].as_array().into_iter().flatten();
        let gates = gates.map(|gate| text(&gate["name"])).collect::<Vec<_>>().join(", ");
        return Some(say("gated", sentence::GATED.with(&[("gates", &gates)])));
    }
    let of_condition = scheduled
        .filter(|condition| condition["status"] == "False")
        .map(|it| text(&it["message"]));
    let of_event = newest(events, &["FailedScheduling"]).map(|event| event.message.as_str());
    let message = of_condition.filter(|message| !message.is_empty()).or(of_event)?;
    Some(quoting(of_message(message), message))
}

fn of_message(message: &str) -> Explanation {
    if message.contains("no nodes available") || message.starts_with("0/0 nodes") {
        return say("no-nodes", sentence::NO_NODES.say());
    }
    let Some((nodes, reasons)) = counted(message) else {
        return if message.contains("persistentvolumeclaim") {
            say("volume", sentence::WAITS_FOR_A_CLAIM.say())
        } else {
            say("does-not-fit", sentence::NO_NODE_FOUND.say())
        };
    };
    let only_volumes = reasons.iter().all(|(_, reason)| is_about_a_volume(reason));
    let code = if only_volumes && !reasons.is_empty() {
        "volume"
    } else {
        "does-not-fit"
    };
    let none = sentence::NONE_TAKES_IT.with(&[("count", &nodes)]);
    let of_each = reasons.iter().map(|(count, reason)| of_reason(*count, reason));
    let advice = advice(&reasons).map(Sentence::say);
    Explanation::of(code, [none].into_iter().chain(of_each).chain(advice))
}

/// `0/3 nodes are available: 1 A, 2 B. preemption: …` → 3 and the reasons with their counts.
fn counted(message: &str) -> Option<(u32, Vec<(u32, String)>)> {
    let (head, rest) = message.split_once(" nodes are available: ")?;
    let nodes = head.rsplit('/').next()?.parse::<u32>().ok()?;
    let reasons = rest.split(". preemption:").next().unwrap_or(rest);
    let reasons = reasons.split(" no new claims to deallocate").next().unwrap_or(reasons);
    let reasons = reasons.trim().trim_end_matches('.');
    let mut found: Vec<(u32, String)> = Vec::new();
    // A comma also stands inside of reasons ("didn't match Pod's node affinity/selector, …"): only one that a number
    // follows begins the next.
    for part in reasons.split(", ") {
        let counted = part
            .split_once(' ')
            .and_then(|(count, reason)| Some((count.parse::<u32>().ok()?, reason)));
        match (counted, found.last_mut()) {
            (Some((count, reason)), _) => found.push((count, reason.to_owned())),
            (None, Some((_, reason))) => {
                reason.push_str(", ");
                reason.push_str(part);
            }
            (None, None) => found.push((nodes, part.to_owned())),
        }
    }
    Some((nodes, found))
}

/// What so many nodes lack.
fn of_reason(count: u32, reason: &str) -> Said {
    let of_nodes = |sentence: Sentence| sentence.with(&[("count", &count)]);
    if let Some(resource) = reason.strip_prefix("Insufficient ") {
        return sentence::NOT_ENOUGH.with(&[("count", &count), ("resource", &resource_words(resource))]);
    }
    if let Some((_, taint)) = reason.split_once("untolerated taint") {
        let taint = taint.trim_start_matches("(s)").trim_matches([' ', '{', '}', ':']);
        return match taint {
            "node.kubernetes.io/not-ready" => of_nodes(sentence::NOT_READY),
            "node.kubernetes.io/unreachable" => of_nodes(sentence::UNREACHABLE),
            "node.kubernetes.io/unschedulable" => of_nodes(sentence::CORDONED),
            "" => of_nodes(sentence::SOME_TAINT),
            taint => sentence::TAINT.with(&[("count", &count), ("taint", &taint)]),
        };
    }
    let known = [
        ("were unschedulable", sentence::CORDONED),
        ("affinity/selector", sentence::SELECTOR),
        ("node selector", sentence::SELECTOR),
        ("anti-affinity", sentence::ANTI_AFFINITY),
        ("pod affinity", sentence::AFFINITY),
        ("topology spread", sentence::SPREAD),
        ("free ports", sentence::HOST_PORT),
        ("Too many pods", sentence::TOO_MANY_PODS),
        ("volume node affinity conflict", sentence::VOLUME_ELSEWHERE),
        ("unbound immediate PersistentVolumeClaims", sentence::UNBOUND_CLAIMS),
    ];
    known.into_iter().find(|(words, _)| reason.contains(words)).map_or_else(
        || sentence::CANNOT_BE_CHOSEN.with(&[("count", &count), ("reason", &reason)]),
        |(_, sentence)| of_nodes(sentence),
    )
}

fn is_about_a_volume(reason: &str) -> bool {
    reason.contains("PersistentVolumeClaim")
        || reason.contains("persistentvolumeclaim")
        || reason.contains("volume node")
}

fn advice(reasons: &[(u32, String)]) -> Option<Sentence> {
    let any = |words: &str| reasons.iter().any(|(_, reason)| reason.contains(words));
    if any("Insufficient") {
        Some(sentence::ASK_FOR_LESS)
    } else if any("PersistentVolumeClaim") || any("persistentvolumeclaim") {
        Some(sentence::LOOK_AT_CLAIMS)
    } else if any("taint") {
        Some(sentence::TOLERATE)
    } else if any("affinity") || any("selector") {
        Some(sentence::CHANGE_SELECTOR)
    } else {
        None
    }
}

fn resource_words(resource: &str) -> String {
    match resource {
        "cpu" => "CPU".to_owned(),
        other => other.to_owned(),
    }
}
