//! Why a container does not run or is not ready, read off its status.

use super::{condition, image, quoting, say, text};
use muster_api::object::ObjectEvent;
use muster_api::rollout::Explanation;
use muster_api::said::{Said, pod as sentence};
use serde_json::Value;
use std::fmt::Display;

/// Explains the first container that does not start or keeps ending, init containers first.
pub fn explain(pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    let init = statuses(pod, "initContainerStatuses").find_map(|status| {
        let is_sidecar = spec_of(pod, text(&status["name"]))["restartPolicy"] == "Always";
        let explanation = of_status(pod, status, events, !is_sidecar)?;
        Some(if is_sidecar { explanation } else { of_init(explanation) })
    });
    init.or_else(|| statuses(pod, "containerStatuses").find_map(|status| of_status(pod, status, events, false)))
}

/// Explains a pod that failed as a whole by the container that ended badly.
pub fn explain_failed(pod: &Value) -> Option<Explanation> {
    let init = statuses(pod, "initContainerStatuses").map(|status| (status, true));
    let all = init.chain(statuses(pod, "containerStatuses").map(|status| (status, false)));
    all.into_iter().find_map(|(status, is_init)| {
        let terminated = status["state"].get("terminated")?;
        let explanation = (terminated["exitCode"].as_i64()? != 0).then(|| ended(pod, status, terminated, false))?;
        let explanation = with_container(explanation, text(&status["name"]));
        Some(if is_init { of_init(explanation) } else { explanation })
    })
}

/// Explains containers that run and are not ready.
pub fn explain_readiness(pod: &Value, events: &[ObjectEvent]) -> Option<Explanation> {
    let waiting = statuses(pod, "containerStatuses")
        .find(|status| status["ready"] == false && status["state"].get("running").is_some());
    if let Some(status) = waiting {
        let name = text(&status["name"]);
        let is_starting = status["started"] == false;
        let probe = if is_starting {
            "Startup probe"
        } else {
            "Readiness probe"
        };
        let failed = events
            .iter()
            .find(|event| event.reason == "Unhealthy" && event.message.starts_with(probe))?;
        let explanation = if is_starting {
            say("still-starting", sentence::STILL_STARTING.with(&[("container", &name)]))
        } else {
            say("not-ready", sentence::NOT_READY.with(&[("container", &name)]))
        };
        return Some(with_container(quoting(explanation, &failed.message), name));
    }
    let gates = pod["spec"]["readinessGates"].as_array().into_iter().flatten();
    let unmet = gates
        .map(|gate| text(&gate["conditionType"]))
        .filter(|gate| condition(pod, gate).is_none_or(|condition| condition["status"] != "True"));
    let unmet = unmet.collect::<Vec<_>>().join(", ");
    (!unmet.is_empty()).then(|| say("not-ready", sentence::GATES_UNMET.with(&[("gates", &unmet)])))
}

/// A container's status, whatever its kind.
pub fn status_of<'a>(pod: &'a Value, name: &str) -> Option<&'a Value> {
    statuses(pod, "initContainerStatuses")
        .chain(statuses(pod, "containerStatuses"))
        .find(|status| status["name"] == name)
}

fn statuses<'a>(pod: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    pod["status"][field].as_array().into_iter().flatten()
}

fn spec_of<'a>(pod: &'a Value, name: &str) -> &'a Value {
    let of = |field: &str| pod["spec"][field].as_array().into_iter().flatten();
    of("initContainers")
        .chain(of("containers"))
        .find(|container| container["name"] == name)
        .unwrap_or(&Value::Null)
}

fn with_container(mut explanation: Explanation, name: &str) -> Explanation {
    explanation.container = Some(name.to_owned());
    explanation
}

/// A pod whose init container ends badly never starts its containers: that is the message.
fn of_init(mut explanation: Explanation) -> Explanation {
    if explanation.code == "crash" {
        "init-failed".clone_into(&mut explanation.code);
    }
    explanation.said.insert(0, sentence::STILL_PREPARED.say());
    explanation
}

/// What is wrong with one container; `ends` says whether it is meant to end (an init container).
fn of_status(pod: &Value, status: &Value, events: &[ObjectEvent], ends: bool) -> Option<Explanation> {
    let name = text(&status["name"]);
    let state = &status["state"];
    if let Some(terminated) = state.get("terminated") {
        let exit_code = terminated["exitCode"].as_i64().unwrap_or(0);
        let restarts = pod["spec"]["restartPolicy"].as_str().unwrap_or("Always");
        let is_fine = exit_code == 0 && (ends || restarts != "Always");
        return (!is_fine).then(|| with_container(ended(pod, status, terminated, restarts != "Never"), name));
    }
    let waiting = state.get("waiting")?;
    let (reason, message) = (text(&waiting["reason"]), text(&waiting["message"]));
    let explanation = match reason {
        "CrashLoopBackOff" => {
            let terminated = &status["lastState"]["terminated"];
            let mut explanation = ended(pod, status, terminated, true);
            explain_liveness(&mut explanation, name, events);
            explanation
        }
        "CreateContainerConfigError" => quoting(of_configuration(pod, name, message), message),
        "CreateContainerError"
        | "RunContainerError"
        | "PostStartHookError"
        | "PreCreateHookError"
        | "PreStartHookError" => quoting(of_start(name, message, reason), message),
        reason if image::is_about_the_image(reason) => {
            let image = status["image"].as_str().filter(|image| !image.is_empty());
            let image = image.unwrap_or_else(|| text(&spec_of(pod, name)["image"]));
            image::explain(reason, message, image, events)
        }
        // ContainerCreating and PodInitializing are steps, not problems.
        _ => return None,
    };
    Some(with_container(explanation, name))
}

/// A container that ended: with which code, and what the code means.
fn ended(pod: &Value, status: &Value, terminated: &Value, again: bool) -> Explanation {
    let name = text(&status["name"]);
    let restarts = status["restartCount"].as_u64().unwrap_or(0);
    let times = (restarts > 0).then(|| sentence::RESTARTED.with(&[("count", &restarts)]));
    let message = text(&terminated["message"]);
    let reason = text(&terminated["reason"]);
    if reason == "OOMKilled" {
        let limit = text(&spec_of(pod, name)["resources"]["limits"]["memory"]);
        let said = if limit.is_empty() {
            sentence::OVER_THE_NODE.with(&[("container", &name)])
        } else {
            sentence::OVER_ITS_LIMIT.with(&[("container", &name), ("limit", &limit)])
        };
        return Explanation::of("out-of-memory", [said].into_iter().chain(times));
    }
    if matches!(reason, "StartError" | "ContainerCannotRun") {
        return quoting(of_start(name, message, reason), message);
    }
    let Some(code) = terminated["exitCode"].as_i64() else {
        let said = sentence::KEEPS_ENDING.with(&[("container", &name)]);
        return Explanation::of("crash", [said].into_iter().chain(times));
    };
    let ended = if again && restarts > 1 {
        sentence::KEEPS_ENDING_WITH
    } else {
        sentence::ENDED_WITH
    };
    let said = ended.with(&[("container", &name), ("code", &code)]);
    let meaning = exit_code(code, terminated["signal"].as_i64().unwrap_or(0));
    let explanation = Explanation::of("crash", [said].into_iter().chain(times).chain([meaning]));
    quoting(explanation, message)
}

/// What the code of an ended program means: 126 and 127 as shells use them, above 128 the signal that ended it.
fn exit_code(code: i64, signal: i64) -> Said {
    let signal = if signal > 0 { signal } else { code - 128 };
    let sentence = match (code, signal) {
        (0, _) => sentence::EXIT_WITHOUT_ERROR,
        (1, _) => sentence::EXIT_ERROR,
        (2, _) => sentence::EXIT_ARGUMENTS,
        (126, _) => sentence::EXIT_NOT_EXECUTABLE,
        (127, _) => sentence::EXIT_NO_COMMAND,
        (_, 4) => sentence::EXIT_ILLEGAL,
        (_, 6) => sentence::EXIT_ABORTED,
        (_, 9) => sentence::EXIT_KILLED,
        (_, 11) => sentence::EXIT_CRASHED,
        (_, 15) => sentence::EXIT_ASKED,
        (129..=159, signal) => return sentence::EXIT_SIGNAL.with(&[("signal", &signal)]),
        _ => sentence::EXIT_ERROR,
    };
    sentence.say()
}

/// A container that its liveness probe ends looks like one that crashes.
fn explain_liveness(explanation: &mut Explanation, name: &str, events: &[ObjectEvent]) {
    let killed = events.iter().any(|event| {
        event.reason == "Killing" && event.message.contains(name) && event.message.contains("failed liveness probe")
    });
    if !killed {
        return;
    }
    let probe = events
        .iter()
        .find(|event| event.reason == "Unhealthy" && event.message.starts_with("Liveness probe"));
    explanation.said.push(sentence::LIVENESS.say());
    if let Some(event) = probe {
        explanation.evidence = Some(event.message.clone());
    }
}

/// `secret "db" not found`, `couldn't find key user in Secret shop/db`, …
fn of_configuration(pod: &Value, container: &str, message: &str) -> Explanation {
    let namespace = text(&pod["metadata"]["namespace"]);
    if let Some((key, place)) = message
        .strip_prefix("couldn't find key ")
        .and_then(|rest| rest.split_once(" in "))
    {
        let (kind, object) = place.split_once(' ').unwrap_or(("object", place));
        let name = object.rsplit('/').next().unwrap_or(object);
        let values: [(&str, &dyn Display); 4] = [
            ("kind", &kind),
            ("name", &name),
            ("key", &key),
            ("container", &container),
        ];
        return say("bad-configuration", sentence::NO_KEY.with(&values));
    }
    if let Some((kind, name)) = missing_object(message) {
        let values: [(&str, &dyn Display); 4] = [
            ("kind", &kind),
            ("name", &name),
            ("namespace", &namespace),
            ("container", &container),
        ];
        return say("bad-configuration", sentence::NO_OBJECT.with(&values));
    }
    let sentence = if message.contains("runAsNonRoot") {
        sentence::RUNS_AS_ROOT
    } else {
        sentence::BAD_CONFIGURATION
    };
    say("bad-configuration", sentence.with(&[("container", &container)]))
}

/// `secret "db" not found` or `configmap "web" not found`, anywhere in a message.
pub fn missing_object(message: &str) -> Option<(&'static str, &str)> {
    let kinds = [
        ("secret \"", "Secret"),
        ("configmap \"", "ConfigMap"),
        ("serviceaccount \"", "ServiceAccount"),
    ];
    kinds.into_iter().find_map(|(prefix, kind)| {
        let (_, rest) = message.split_once(prefix)?;
        let (name, rest) = rest.split_once('"')?;
        rest.trim_start().starts_with("not found").then_some((kind, name))
    })
}

fn of_start(container: &str, message: &str, reason: &str) -> Explanation {
    if message.contains("executable file not found") || message.contains("no such file or directory") {
        let command = message.split("exec: \"").nth(1).and_then(|rest| rest.split('"').next());
        let said = match command {
            Some(command) => sentence::NO_COMMAND.with(&[("container", &container), ("command", &command)]),
            None => sentence::NO_SUCH_COMMAND.with(&[("container", &container)]),
        };
        return say("start-failed", said);
    }
    let sentence = if message.contains("permission denied") {
        sentence::NOT_PERMITTED
    } else if reason == "PostStartHookError" {
        sentence::POST_START
    } else {
        sentence::NOT_STARTED
    };
    say("start-failed", sentence.with(&[("container", &container)]))
}

/// Are there containers that the node is still making?
pub fn is_being_made(pod: &Value) -> bool {
    let all = statuses(pod, "initContainerStatuses").chain(statuses(pod, "containerStatuses"));
    let mut waiting = all.filter_map(|status| status["state"].get("waiting")).peekable();
    if waiting.peek().is_none() {
        // Before the kubelet reports the containers at all.
        return pod["status"]["containerStatuses"].as_array().is_none_or(Vec::is_empty);
    }
    waiting.any(|waiting| matches!(text(&waiting["reason"]), "ContainerCreating" | "PodInitializing" | ""))
}
