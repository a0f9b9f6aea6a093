//! Why a pod has no node: the scheduler's sentence, taken apart.
//!
//! The scheduler writes `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {key: value}.
//! preemption: …`.

use super::{condition, newest, quoting, say, text};
use muster_api::object::ObjectEvent;
use muster_api::rollout::Explanation;
use serde_json::Value;

/// Explains a pod without a node.
pub fn explain(pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    let scheduled = condition(pod, "PodScheduled");
    if scheduled.is_some_and(|condition| condition["reason"] == "SchedulingGated") {
        let gates = pod["spec"]["schedulingGates"].as_array().into_iter().flatten();
        let gates = gates.map(|gate| text(&gate["name"])).collect::<Vec<_>>().join(", ");
        return Some(say(
            "gated",
            format!("It is held back by its scheduling gates: {gates}."),
        ));
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
        return say("no-nodes", "The cluster has no nodes that pods could run on.");
    }
    let Some((nodes, reasons)) = counted(message) else {
        return if message.contains("persistentvolumeclaim") {
            say(
                "volume",
                "It waits for a volume claim that does not exist or is not ready.",
            )
        } else {
            say("does-not-fit", "The scheduler found no node for it.")
        };
    };
    let sentences = reasons.iter().map(|(count, reason)| {
        let one = *count == 1;
        format!("{count} {} {}", pick(one, "node", "nodes"), of_reason(reason, one))
    });
    let sentences = sentences.collect::<Vec<_>>().join("; ");
    let only_volumes = reasons.iter().all(|(_, reason)| is_about_a_volume(reason));
    let code = if only_volumes && !reasons.is_empty() {
        "volume"
    } else {
        "does-not-fit"
    };
    let all = if nodes == 1 {
        "The only node does not take it".to_owned()
    } else {
        format!("None of {nodes} nodes takes it")
    };
    let advice = advice(&reasons);
    say(code, format!("{all}: {sentences}.{advice}"))
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

/// What follows `1 node` or `3 nodes`.
fn of_reason(reason: &str, one: bool) -> String {
    let (has, is, does) = (
        pick(one, "has", "have"),
        pick(one, "is", "are"),
        pick(one, "does", "do"),
    );
    if let Some(resource) = reason.strip_prefix("Insufficient ") {
        return format!("{has} not enough {} left", resource_words(resource));
    }
    if let Some((_, taint)) = reason.split_once("untolerated taint") {
        let taint = taint.trim_start_matches("(s)").trim_matches([' ', '{', '}', ':']);
        return match taint {
            "node.kubernetes.io/not-ready" => format!("{is} not ready"),
            "node.kubernetes.io/unreachable" => format!("{does} not answer"),
            "node.kubernetes.io/unschedulable" => format!("{is} cordoned"),
            "" => format!("{has} a taint that the pod does not tolerate"),
            taint => format!("{has} the taint {taint}, which the pod does not tolerate"),
        };
    }
    let knows = |words: &str| reason.contains(words);
    if knows("were unschedulable") {
        format!("{is} cordoned")
    } else if knows("affinity/selector") || knows("node selector") {
        format!("{does} not match its node selector or affinity")
    } else if knows("anti-affinity") {
        format!(
            "{} a pod that it must not share a node with (anti-affinity)",
            pick(one, "runs", "run")
        )
    } else if knows("pod affinity") {
        format!("{does} not run the pods that it wants to be near (affinity)")
    } else if knows("topology spread") {
        "would break its topology spread constraints".to_owned()
    } else if knows("free ports") {
        format!("{has} the host port taken already")
    } else if knows("Too many pods") {
        format!("{has} as many pods as allowed")
    } else if knows("volume node affinity conflict") {
        "cannot reach its volume, which belongs to another zone or node".to_owned()
    } else if knows("unbound immediate PersistentVolumeClaims") {
        "cannot be chosen before its volume claims have a volume".to_owned()
    } else if knows("persistentvolumeclaim") {
        format!("cannot be chosen: {reason}")
    } else {
        format!("{} no: {reason}", pick(one, "says", "say"))
    }
}

fn pick<'a>(one: bool, singular: &'a str, plural: &'a str) -> &'a str {
    if one { singular } else { plural }
}

fn is_about_a_volume(reason: &str) -> bool {
    reason.contains("PersistentVolumeClaim")
        || reason.contains("persistentvolumeclaim")
        || reason.contains("volume node")
}

fn advice(reasons: &[(u32, String)]) -> &'static str {
    let any = |words: &str| reasons.iter().any(|(_, reason)| reason.contains(words));
    if any("Insufficient") {
        " Ask for less, remove something, or add a node."
    } else if any("PersistentVolumeClaim") || any("persistentvolumeclaim") {
        " Look at the claims: is there a storage class that makes volumes for them?"
    } else if any("taint") {
        " Add a toleration, or remove the taint."
    } else if any("affinity") || any("selector") {
        " Change the selector or affinity, or label a node."
    } else {
        ""
    }
}

fn resource_words(resource: &str) -> String {
    match resource {
        "cpu" => "CPU".to_owned(),
        "ephemeral-storage" => "local disk".to_owned(),
        other => other.to_owned(),
    }
}
