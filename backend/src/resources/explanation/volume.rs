//! Why a pod's volumes do not come.

use super::{container, newest, quoting, say, text};
use muster_api::object::ObjectEvent;
use muster_api::rollout::Explanation;
use muster_api::said::{Sentence, pod as sentence};
use serde_json::Value;
use std::fmt::Display;

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
    let Some(volume) = volume.map(|volume| with_claim(pod, volume)) else {
        return say("volume", sentence::SOME_VOLUME.say());
    };
    if let Some((kind, name)) = container::missing_object(message) {
        let namespace = text(&pod["metadata"]["namespace"]);
        let values: [(&str, &dyn Display); 4] = [
            ("kind", &kind),
            ("name", &name),
            ("namespace", &namespace),
            ("volume", &volume),
        ];
        return say("bad-configuration", sentence::VOLUME_OF_NOTHING.with(&values));
    }
    let of_volume = |sentence: Sentence| sentence.with(&[("volume", &volume)]);
    if message.contains("references non-existent") {
        say("bad-configuration", of_volume(sentence::VOLUME_KEY))
    } else if message.contains("Multi-Attach error") {
        say("volume", of_volume(sentence::VOLUME_TAKEN))
    } else if message.contains("hostPath type check failed") {
        say("volume", of_volume(sentence::VOLUME_PATH))
    } else {
        say("volume", of_volume(sentence::VOLUME_NOT_MOUNTED))
    }
}

/// The name of the volume in the pod, with its claim when it has one.
fn with_claim(pod: &Value, volume: &str) -> String {
    let volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
    let claim = volumes
        .filter(|entry| entry["name"] == volume)
        .find_map(|entry| entry["persistentVolumeClaim"]["claimName"].as_str());
    claim.map_or_else(
        || volume.to_owned(),
        |claim| format!("{volume} (PersistentVolumeClaim {claim})"),
    )
}
