//! Why a pod's volumes do not come.

use super::{container, newest, quoting, say, text};
use muster_api::object::ObjectEvent;
use muster_api::rollout::Explanation;
use serde_json::Value;

/// Explains a pod that waits on its node for a volume.
pub fn explain(pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    if !container::is_being_made(pod) {
        return None;
    }
    // The first failure names the cause; the later time-outs only say that it lasts.
    let mounts = ["FailedMount", "FailedAttachVolume", "FailedMapVolume"];
    let telling = events
        .iter()
        .find(|event| mounts.contains(&event.reason.as_str()) && !event.message.contains("timed out waiting"));
    let event = telling.or_else(|| newest(events, &mounts))?;
    Some(quoting(of_message(pod, &event.message), &event.message))
}

fn of_message(pod: &Value, message: &str) -> Explanation {
    let volume = message
        .split("for volume \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let words = volume.map_or_else(
        || "a volume".to_owned(),
        |volume| format!("the volume {}", volume_words(pod, volume)),
    );
    if let Some((kind, name)) = container::missing_object(message) {
        let namespace = text(&pod["metadata"]["namespace"]);
        let text = format!(
            "The {kind} {name} does not exist in the namespace {namespace}; {words} is made of it. Create it, or change the \
             volume."
        );
        return say("bad-configuration", text);
    }
    if message.contains("references non-existent") {
        return say(
            "bad-configuration",
            format!("A key that {words} names does not exist. Add the key, or change the volume."),
        );
    }
    if message.contains("Multi-Attach error") {
        let text = format!(
            "{} is attached to another node, and only one may have it. Wait until the pod there is gone, or let only one \
             node use it.",
            capitalised(&words)
        );
        return say("volume", text);
    }
    if message.contains("hostPath type check failed") {
        return say(
            "volume",
            format!(
                "{} is a path of the node that is not there, or not what it should be.",
                capitalised(&words)
            ),
        );
    }
    say("volume", format!("{} could not be mounted.", capitalised(&words)))
}

/// The name of the volume in the pod, with its claim when it has one.
fn volume_words(pod: &Value, volume: &str) -> String {
    let volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
    let claim = volumes
        .filter(|entry| entry["name"] == volume)
        .find_map(|entry| entry["persistentVolumeClaim"]["claimName"].as_str().map(str::to_owned));
    claim.map_or_else(|| volume.to_owned(), |claim| format!("{volume} (claim {claim})"))
}

fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
