//! The status word of a pod, as `kubectl get pods` says it.
//!
//! The word is made of the phase, the reason, the scheduling condition, the init containers up to the first that is not
//! done, then of the other containers from the last to the first, and finally of the deletion time. See
//! <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/>.

use super::condition;
use super::json::Moment;
use super::pod::{ContainerSpec, ContainerState, ContainerStatus, Pod};

/// What kubectl says of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) word: String,
    pub(super) ready: usize,
    pub(super) containers: usize,
    pub(super) restarts: u32,
    pub(super) last_restart: Moment,
}

/// Restarts are counted among the containers that matter in the pod's present stage.
#[derive(Default, Clone, Copy)]
struct Restarts {
    count: u32,
    last: Moment,
}

impl Restarts {
    fn add(&mut self, status: &ContainerStatus<'_>) {
        self.count = self.count.saturating_add(status.restart_count);
        if let Some(terminated) = &status.last_state.terminated {
            self.last = self.last.max(terminated.finished_at);
        }
    }
}

fn is_sidecar(container: &ContainerSpec<'_>) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

pub(super) fn summarize(pod: &Pod<'_>) -> Summary {
    let status = &pod.status;
    let sidecars = pod
        .spec
        .init_containers
        .iter()
        .filter(|container| is_sidecar(container))
        .count();
    let mut word = if status.reason.is_empty() {
        status.phase.to_string()
    } else {
        status.reason.to_string()
    };
    let gated =
        condition(&status.conditions, "PodScheduled").is_some_and(|condition| &*condition.reason == "SchedulingGated");
    if gated {
        "SchedulingGated".clone_into(&mut word);
    }
    let mut ready = 0;
    let mut all = Restarts::default();
    let mut of_sidecars = Restarts::default();
    let mut initializing = false;
    for (place, container) in status.init_container_statuses.iter().enumerate() {
        all.add(container);
        let spec = pod.spec.init_containers.iter().find(|spec| spec.name == container.name);
        let sidecar = spec.is_some_and(is_sidecar);
        if sidecar {
            of_sidecars.add(container);
        }
        if container
            .state
            .terminated
            .as_ref()
            .is_some_and(|terminated| terminated.exit_code == 0)
        {
            continue;
        }
        if sidecar && container.started == Some(true) {
            if container.ready {
                ready += 1;
            }
            continue;
        }
        word = init_word(&container.state, place, pod.spec.init_containers.len());
        initializing = true;
        break;
    }
    let initialized = condition(&status.conditions, "Initialized").is_some_and(super::Condition::is_true);
    if !initializing || initialized {
        all = of_sidecars;
        let mut running = false;
        for container in status.container_statuses.iter().rev() {
            all.add(container);
            match container_word(&container.state) {
                Some(said) => word = said,
                None if container.ready && container.state.running.0 => {
                    running = true;
                    ready += 1;
                }
                None => {}
            }
        }
        if word == "Completed" && running {
            let is_ready = condition(&status.conditions, "Ready").is_some_and(super::Condition::is_true);
            word = if is_ready { "Running".into() } else { "NotReady".into() };
        }
    }
    if pod.metadata.is_being_deleted() {
        if &*status.reason == "NodeLost" {
            "Unknown".clone_into(&mut word);
        } else if !matches!(&*status.phase, "Succeeded" | "Failed") {
            "Terminating".clone_into(&mut word);
        }
    }
    Summary {
        word,
        ready,
        containers: pod.spec.containers.len() + sidecars,
        restarts: all.count,
        last_restart: all.last,
    }
}

/// The word for the first init container that is not done.
fn init_word(state: &ContainerState<'_>, place: usize, containers: usize) -> String {
    if let Some(terminated) = &state.terminated {
        return match (&*terminated.reason, terminated.signal) {
            ("", 0) => format!("Init:ExitCode:{}", terminated.exit_code),
            ("", signal) => format!("Init:Signal:{signal}"),
            (reason, _) => format!("Init:{reason}"),
        };
    }
    match state.waiting.as_ref().map_or("", |waiting| &*waiting.reason) {
        "" | "PodInitializing" => format!("Init:{place}/{containers}"),
        reason => format!("Init:{reason}"),
    }
}

/// The word for a container that does not just run.
fn container_word(state: &ContainerState<'_>) -> Option<String> {
    if let Some(waiting) = state.waiting.as_ref().filter(|waiting| !waiting.reason.is_empty()) {
        return Some(waiting.reason.to_string());
    }
    let terminated = state.terminated.as_ref()?;
    Some(match (&*terminated.reason, terminated.signal) {
        ("", 0) => format!("ExitCode:{}", terminated.exit_code),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use crate::resources::kinds::tests::{row_of, shown};
    use live_table::Health;
    use serde_json::{Value, json};

    /// Status word, READY, RESTARTS and health of a pod with two containers.
    fn said(status: &Value, metadata: &Value, init_containers: &Value) -> (String, String, String, Health) {
        let mut all = json!({"name": "p", "namespace": "n"});
        all.as_object_mut()
            .unwrap()
            .extend(metadata.as_object().unwrap().clone());
        let pod = json!({
            "metadata": all,
            "spec": {"containers": [{"name": "a"}, {"name": "b"}], "initContainers": init_containers},
            "status": status,
        });
        let (cells, health) = row_of("", "pods", &pod);
        (
            shown(&cells, "status"),
            shown(&cells, "ready"),
            shown(&cells, "restarts"),
            health,
        )
    }

    fn running(name: &str, ready: bool, restarts: u32) -> Value {
        json!({"name": name, "ready": ready, "restartCount": restarts, "state": {"running": {}}})
    }

    fn waiting(name: &str, reason: &str) -> Value {
        json!({"name": name, "restartCount": 4, "state": {"waiting": {"reason": reason, "message": "m"}}})
    }

    fn ended(name: &str, code: i32, signal: i32, reason: &str) -> Value {
        json!({"name": name, "restartCount": 1, "state": {"terminated": {"exitCode": code, "signal": signal, "reason": reason}}})
    }

    #[test]
    fn containers_decide_the_word_from_the_last_to_the_first() {
        let cases = [
            (
                vec![running("a", true, 1), running("b", true, 2)],
                "Running",
                "2/2",
                "3",
                Health::Good,
            ),
            (
                vec![running("a", true, 0), running("b", false, 0)],
                "Running",
                "1/2",
                "0",
                Health::Warn,
            ),
            (
                vec![waiting("a", "CrashLoopBackOff"), running("b", true, 0)],
                "CrashLoopBackOff",
                "1/2",
                "4",
                Health::Bad,
            ),
            (
                vec![waiting("a", "ImagePullBackOff"), waiting("b", "ErrImagePull")],
                "ImagePullBackOff",
                "0/2",
                "8",
                Health::Bad,
            ),
            (
                vec![waiting("a", "ContainerCreating"), waiting("b", "ContainerCreating")],
                "ContainerCreating",
                "0/2",
                "8",
                Health::Busy,
            ),
            (
                vec![ended("a", 137, 0, "OOMKilled"), running("b", true, 0)],
                "OOMKilled",
                "1/2",
                "1",
                Health::Bad,
            ),
            (
                vec![ended("a", 2, 0, ""), running("b", true, 0)],
                "ExitCode:2",
                "1/2",
                "1",
                Health::Bad,
            ),
            (
                vec![ended("a", 0, 9, ""), running("b", true, 0)],
                "Signal:9",
                "1/2",
                "1",
                Health::Bad,
            ),
            (
                vec![ended("a", 0, 0, "Completed"), running("b", true, 0)],
                "NotReady",
                "1/2",
                "1",
                Health::Warn,
            ),
        ];
        for (containers, word, ready, restarts, health) in cases {
            let status = json!({"phase": "Running", "containerStatuses": containers});
            let expected = (word.to_owned(), ready.to_owned(), restarts.to_owned(), health);
            assert_eq!(said(&status, &json!({}), &json!([])), expected);
        }
    }

    #[test]
    fn init_containers_are_counted_until_all_are_done() {
        let plain = json!([{"name": "i1"}, {"name": "i2"}]);
        let done = ended("i1", 0, 0, "Completed");
        let cases = [
            (vec![running("i1", false, 0)], "Init:0/2", Health::Busy),
            (
                vec![done.clone(), waiting("i2", "PodInitializing")],
                "Init:1/2",
                Health::Busy,
            ),
            (
                vec![done.clone(), ended("i2", 1, 0, "Error")],
                "Init:Error",
                Health::Bad,
            ),
            (
                vec![done.clone(), ended("i2", 3, 0, "")],
                "Init:ExitCode:3",
                Health::Bad,
            ),
            (
                vec![done.clone(), ended("i2", 0, 15, "")],
                "Init:Signal:15",
                Health::Bad,
            ),
            (
                vec![waiting("i1", "CrashLoopBackOff")],
                "Init:CrashLoopBackOff",
                Health::Bad,
            ),
            (vec![done.clone(), done], "PodInitializing", Health::Busy),
        ];
        for (init, word, health) in cases {
            // An init container that ended by signal has an exit code other than 0.
            let init: Vec<Value> = init
                .into_iter()
                .map(|mut status| {
                    if status["state"]["terminated"]["signal"] == 15 {
                        status["state"]["terminated"]["exitCode"] = json!(143);
                    }
                    status
                })
                .collect();
            let containers = [waiting("a", "PodInitializing"), waiting("b", "PodInitializing")];
            let status = json!({"phase": "Pending", "initContainerStatuses": init, "containerStatuses": containers});
            let (found, _, _, found_health) = said(&status, &json!({}), &plain);
            assert_eq!((found.as_str(), found_health), (word, health));
        }
    }

    #[test]
    fn sidecars_count_as_containers_and_hold_nothing_up_once_started() {
        let init = json!([{"name": "proxy", "restartPolicy": "Always"}]);
        let mut proxy = running("proxy", true, 2);
        proxy["started"] = json!(true);
        let status = json!({
            "phase": "Running",
            "initContainerStatuses": [proxy],
            "containerStatuses": [running("a", true, 1), running("b", true, 0)],
        });
        let expected = ("Running".to_owned(), "3/3".to_owned(), "3".to_owned(), Health::Good);
        assert_eq!(said(&status, &json!({}), &init), expected);
    }

    #[test]
    fn reasons_gates_and_deletion_come_before_the_phase() {
        let deleted = json!({"deletionTimestamp": "2026-01-01T00:00:00Z"});
        let gated = json!({"phase": "Pending", "conditions": [
            {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]});
        let unschedulable = json!({"phase": "Pending", "conditions": [
            {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}]});
        let cases = [
            (
                json!({"phase": "Failed", "reason": "Evicted", "message": "low on memory"}),
                json!({}),
                "Evicted",
                Health::Bad,
            ),
            (
                json!({"phase": "Running"}),
                deleted.clone(),
                "Terminating",
                Health::Busy,
            ),
            (
                json!({"phase": "Running", "reason": "NodeLost"}),
                deleted.clone(),
                "Unknown",
                Health::Unknown,
            ),
            (json!({"phase": "Succeeded"}), deleted, "Succeeded", Health::Idle),
            (gated, json!({}), "SchedulingGated", Health::Busy),
            (unschedulable, json!({}), "Pending", Health::Warn),
            (json!({"phase": "Pending"}), json!({}), "Pending", Health::Busy),
            (json!({"phase": "Unknown"}), json!({}), "Unknown", Health::Unknown),
        ];
        for (status, metadata, word, health) in cases {
            let (found, _, _, found_health) = said(&status, &metadata, &json!([]));
            assert_eq!((found.as_str(), found_health), (word, health));
        }
    }
}
