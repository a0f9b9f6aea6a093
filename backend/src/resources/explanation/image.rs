//! Why an image does not come to the node.

use super::{newest, quoting, say};
use muster_api::object::ObjectEvent;
use muster_api::rollout::Explanation;
use muster_api::said::{Sentence, pod as sentence};

/// The waiting reasons that are about the image.
pub fn is_about_the_image(reason: &str) -> bool {
    matches!(
        reason,
        "ErrImagePull"
            | "ImagePullBackOff"
            | "InvalidImageName"
            | "ErrImageNeverPull"
            | "ImageInspectError"
            | "RegistryUnavailable"
            | "SignatureValidationFailed"
    )
}

/// Explains a container that waits for its image. `message` is the waiting message.
pub fn explain(reason: &str, message: &str, image: &str, events: &[ObjectEvent]) -> Explanation {
    // "Back-off pulling image" says nothing: the event of the failed pull has the registry's answer.
    let evidence = if reason == "ImagePullBackOff" {
        let failed = newest(&events_about(events, image), &["Failed"]).map(|event| event.message.clone());
        failed.unwrap_or_else(|| message.to_owned())
    } else {
        message.to_owned()
    };
    let of_image = |sentence: Sentence| sentence.with(&[("image", &image)]);
    let explanation = match reason {
        "InvalidImageName" => say("image-invalid", of_image(sentence::IMAGE_INVALID)),
        "ErrImageNeverPull" => say("image-not-found", of_image(sentence::IMAGE_NEVER_FETCHED)),
        "SignatureValidationFailed" => say("image-refused", of_image(sentence::IMAGE_UNSIGNED)),
        _ => of_registry_answer(image, &evidence.to_lowercase()),
    };
    quoting(explanation, &evidence)
}

/// Only the events that speak of this image: another container may fail for another reason.
fn events_about(events: &[ObjectEvent], image: &str) -> Vec<ObjectEvent> {
    events
        .iter()
        .filter(|event| event.message.contains(image) && event.message.contains("pull"))
        .cloned()
        .collect()
}

fn of_registry_answer(image: &str, answer: &str) -> Explanation {
    let has = |words: &[&str]| words.iter().any(|word| answer.contains(word));
    let registry = registry(image);
    let of_image = |sentence: Sentence| sentence.with(&[("image", &image)]);
    let of_registry = |sentence: Sentence| sentence.with(&[("registry", &registry)]);
    let of_both = |sentence: Sentence| sentence.with(&[("image", &image), ("registry", &registry)]);
    if has(&["no match for platform", "no matching manifest"]) {
        return say("image-not-found", of_image(sentence::IMAGE_OTHER_PLATFORM));
    }
    if has(&["authorization failed", "insufficient_scope", "pull access denied"]) && !has(&["unauthorized", "403"]) {
        // Registries answer the same for an image that does not exist and one that is not shown.
        return say("image-not-found", of_both(sentence::IMAGE_NOT_SHOWN));
    }
    if has(&[
        "unauthorized",
        "authentication required",
        "denied",
        "forbidden",
        "no basic auth credentials",
        "401",
        "403",
    ]) {
        return say("image-refused", of_both(sentence::IMAGE_REFUSED));
    }
    if has(&["not found", "manifest unknown", "name unknown", "does not exist", "404"]) {
        return say("image-not-found", of_both(sentence::IMAGE_NOT_FOUND));
    }
    if has(&["toomanyrequests", "too many requests", "429"]) {
        return say("image-refused", of_registry(sentence::REGISTRY_LIMIT));
    }
    if has(&["x509", "certificate", "tls:"]) {
        return say("registry-unreachable", of_registry(sentence::REGISTRY_UNTRUSTED));
    }
    if has(&["http response to https client"]) {
        return say("registry-unreachable", of_registry(sentence::REGISTRY_PLAIN));
    }
    if has(&[
        "no such host",
        "connection refused",
        "i/o timeout",
        "timeout",
        "dial tcp",
        "unreachable",
        "eof",
        "reset by peer",
    ]) {
        return say("registry-unreachable", of_registry(sentence::REGISTRY_UNREACHABLE));
    }
    if has(&["no space left"]) {
        return say("image-refused", sentence::NO_ROOM.say());
    }
    say("image-refused", of_image(sentence::IMAGE_NOT_FETCHED))
}

/// Where the image comes from; without a host in its name, where container runtimes look by themselves.
fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}
