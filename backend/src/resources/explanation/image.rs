//! Why an image does not come to the node.

use super::{newest, quoting, say};
use muster_api::object::ObjectEvent;
use muster_api::rollout::Explanation;

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
    let explanation = match reason {
        "InvalidImageName" => say(
            "image-invalid",
            format!("{image} is not the name of an image. Write it as [registry/]name[:tag]."),
        ),
        "ErrImageNeverPull" => say(
            "image-not-found",
            format!("The node does not have the image {image}, and the pull policy Never forbids fetching it."),
        ),
        "SignatureValidationFailed" => say(
            "image-refused",
            format!("The signature of the image {image} was not accepted by the node's policy."),
        ),
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
    if has(&["no match for platform", "no matching manifest"]) {
        let message = format!("The image {image} exists, but not for this node's processor architecture.");
        return say("image-not-found", message);
    }
    if has(&["authorization failed", "insufficient_scope", "pull access denied"]) && !has(&["unauthorized", "403"]) {
        // Registries answer the same for an image that does not exist and one that is not shown.
        let message = format!(
            "The image {image} does not exist at {registry}, or it may not be read without signing in. Check the name, or \
             add an image pull secret."
        );
        return say("image-not-found", message);
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
        let message = format!(
            "{registry} refuses to hand out the image {image}. Add an image pull secret, or check the one it uses."
        );
        return say("image-refused", message);
    }
    if has(&["not found", "manifest unknown", "name unknown", "does not exist", "404"]) {
        return say(
            "image-not-found",
            format!("The image {image} does not exist at {registry}. Check its name and tag."),
        );
    }
    if has(&["toomanyrequests", "too many requests", "429"]) {
        return say(
            "image-refused",
            format!("{registry} answers no more requests for now: its limit is used up."),
        );
    }
    if has(&["x509", "certificate", "tls:"]) {
        return say(
            "registry-unreachable",
            format!("The node does not trust the certificate of {registry}."),
        );
    }
    if has(&["http response to https client"]) {
        return say(
            "registry-unreachable",
            format!("{registry} speaks plain HTTP, which the node does not accept."),
        );
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
        let message =
            format!("The node cannot reach {registry}. Check the name, and the node's DNS, proxy and firewall.");
        return say("registry-unreachable", message);
    }
    if has(&["no space left"]) {
        return say("image-refused", "The node has no room left for the image.".to_owned());
    }
    say("image-refused", format!("The node could not fetch the image {image}."))
}

/// Where the image comes from.
fn registry(image: &str) -> String {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => format!("the registry {host}"),
        _ => "the default registry (docker.io)".to_owned(),
    }
}
