//! How a rollout is, read off the Deployment, its ReplicaSets and pods. Pure.

use crate::resources::mapping::KindEntry;
use crate::resources::summary;
use muster_api::kind;
use muster_api::rollout::{Explanation, Rollout, RolloutPod, RolloutReplicaSet, RolloutState};
use muster_api::said::{Said, pod, rollout as sentence};
use serde_json::Value;
use std::cmp::Reverse;

/// The Deployment's controller numbers its ReplicaSets here.
const REVISION: &str = "deployment.kubernetes.io/revision";
const MOST_PODS: usize = 100;
/// Explanations of pods that are on their way: they do not stop a rollout.
const ON_THE_WAY: [&str; 3] = ["not-ready", "still-starting", "terminating"];

/// What was read of the cluster.
pub struct Seen {
    /// The Deployment.
    pub deployment: Value,
    /// Its ReplicaSets.
    pub replica_sets: Vec<Value>,
    /// Their pods, each with why it does not run.
    pub pods: Vec<(Value, Option<Explanation>)>,
}

/// The rollout without its events.
pub fn of(seen: &Seen) -> Rollout {
    let (spec, status) = (&seen.deployment["spec"], &seen.deployment["status"]);
    let count = |field: &str| number(&status[field]);
    let replica_sets = replica_sets(seen);
    let mut rollout = Rollout {
        state: RolloutState::Progressing,
        said: Vec::new(),
        desired: spec["replicas"]
            .as_u64()
            .map_or(1, |replicas| u32::try_from(replicas).unwrap_or(u32::MAX)),
        updated: count("updatedReplicas"),
        ready: count("readyReplicas"),
        available: count("availableReplicas"),
        explanation: refused_pods(&seen.deployment),
        replica_sets,
        events: Vec::new(),
        not_seen: Vec::new(),
    };
    (rollout.state, rollout.said) = state(seen, &rollout);
    rollout
}

fn state(seen: &Seen, rollout: &Rollout) -> (RolloutState, Vec<Said>) {
    let deployment = &seen.deployment;
    let (desired, updated, available) = (rollout.desired, rollout.updated, rollout.available);
    let total = number(&deployment["status"]["replicas"]);
    let counts = sentence::COUNTS.with(&[("updated", &updated), ("desired", &desired), ("available", &available)]);
    if deployment["spec"]["paused"] == true {
        return (RolloutState::Paused, vec![sentence::PAUSED.say(), counts]);
    }
    let observed = deployment["status"]["observedGeneration"].as_u64().unwrap_or(0);
    if observed < deployment["metadata"]["generation"].as_u64().unwrap_or(0) {
        return (RolloutState::Progressing, vec![sentence::NOT_TAKEN_UP.say()]);
    }
    if updated >= desired && total <= desired && available >= desired {
        let said = match desired {
            0 => sentence::SCALED_TO_ZERO.say(),
            desired => sentence::COMPLETE.with(&[("count", &desired)]),
        };
        return (RolloutState::Complete, vec![said]);
    }
    if let Some(explanation) = &rollout.explanation {
        return (RolloutState::Stuck, with_reason(vec![counts], explanation));
    }
    let newest = rollout
        .replica_sets
        .iter()
        .filter(|set| set.newest)
        .flat_map(|set| &set.pods);
    let stuck = newest
        .filter_map(|pod| pod.explanation.as_ref())
        .find(|it| !ON_THE_WAY.contains(&it.code.as_str()));
    if let Some(explanation) = stuck {
        return (RolloutState::Stuck, with_reason(vec![counts], explanation));
    }
    let progressing = condition(deployment, "Progressing");
    if progressing.is_some_and(|condition| condition["reason"] == "ProgressDeadlineExceeded") {
        let seconds = deployment["spec"]["progressDeadlineSeconds"].as_u64().unwrap_or(600);
        let mut first = rollout
            .replica_sets
            .iter()
            .filter(|set| set.newest)
            .flat_map(|set| &set.pods);
        let said = vec![counts, sentence::NOTHING_MOVES.with(&[("seconds", &seconds)])];
        let said = match first.find_map(|pod| pod.explanation.as_ref()) {
            Some(explanation) => with_reason(said, explanation),
            None => said,
        };
        return (RolloutState::Stuck, said);
    }
    let old = total.saturating_sub(updated);
    if updated >= desired && old > 0 {
        let old = sentence::OLD_ENDS.with(&[("count", &old)]);
        return (RolloutState::Progressing, vec![counts, old]);
    }
    (RolloutState::Progressing, vec![counts])
}

fn with_reason(said: Vec<Said>, explanation: &Explanation) -> Vec<Said> {
    [said, explanation.said.clone()].concat()
}

/// Quotas and policies refuse pods before there is one to look at: the Deployment says it.
fn refused_pods(deployment: &Value) -> Option<Explanation> {
    let failure = condition(deployment, "ReplicaFailure").filter(|condition| condition["status"] == "True")?;
    let said = failure["message"].as_str().unwrap_or_default();
    let (code, sentence) = if said.contains("exceeded quota") {
        ("quota", pod::QUOTA_USED_UP)
    } else if said.contains("must specify") || said.contains("failed quota") {
        ("quota", pod::QUOTA_WANTS_REQUESTS)
    } else if said.contains("violates PodSecurity") {
        ("refused", pod::POD_SECURITY)
    } else {
        ("refused", pod::REFUSED)
    };
    let mut explanation = Explanation::of(code, [sentence.say()]);
    explanation.evidence = Some(said.to_owned()).filter(|said| !said.is_empty());
    Some(explanation)
}

fn replica_sets(seen: &Seen) -> Vec<RolloutReplicaSet> {
    let newest = seen.replica_sets.iter().map(revision).max();
    let mut sets = seen.replica_sets.iter().collect::<Vec<_>>();
    sets.sort_by_key(|set| Reverse(revision(set)));
    let shown = sets.into_iter().filter_map(|set| {
        let is_newest = Some(revision(set)) == newest;
        let pods = pods_of(seen, set);
        let has_pods = !pods.is_empty() || number(&set["spec"]["replicas"]) > 0;
        (is_newest || has_pods).then(|| RolloutReplicaSet {
            name: text(&set["metadata"]["name"]),
            revision: revision(set),
            newest: is_newest,
            images: images(set),
            desired: number(&set["spec"]["replicas"]),
            ready: number(&set["status"]["readyReplicas"]),
            pods,
        })
    });
    shown.collect()
}

fn pods_of(seen: &Seen, set: &Value) -> Vec<RolloutPod> {
    let uid = &set["metadata"]["uid"];
    let owned = seen.pods.iter().filter(|(pod, _)| {
        let references = pod["metadata"]["ownerReferences"].as_array().into_iter().flatten();
        references.into_iter().any(|reference| reference["uid"] == *uid)
    });
    let mut pods = owned
        .map(|(pod, explanation)| rollout_pod(pod, explanation.clone()))
        .collect::<Vec<_>>();
    pods.sort_by_cached_key(|pod| (pod.explanation.is_none(), pod.name.clone()));
    pods.truncate(MOST_PODS);
    pods
}

fn rollout_pod(pod: &Value, explanation: Option<Explanation>) -> RolloutPod {
    let summary = kind::by_path("core", "v1", "pods").map(|kind| summary::of(&KindEntry::built_in(kind), pod));
    let (ready, restarts) = summary.as_ref().map_or((String::new(), 0), |summary| {
        (summary.text("ready"), summary.count("restarts"))
    });
    RolloutPod {
        name: text(&pod["metadata"]["name"]),
        status: summary
            .as_ref()
            .and_then(|it| it.status.clone())
            .unwrap_or_else(|| "Unknown".to_owned()),
        health: summary.map_or(muster_api::resource::Health::Unknown, |summary| summary.health),
        ready,
        restarts,
        node: pod["spec"]["nodeName"]
            .as_str()
            .filter(|node| !node.is_empty())
            .map(str::to_owned),
        explanation,
    }
}

fn images(set: &Value) -> Vec<String> {
    let containers = set["spec"]["template"]["spec"]["containers"]
        .as_array()
        .into_iter()
        .flatten();
    containers.map(|container| text(&container["image"])).collect()
}

fn revision(set: &Value) -> u64 {
    set["metadata"]["annotations"][REVISION]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"]
        .as_array()?
        .iter()
        .find(|condition| condition["type"] == kind)
}

fn number(value: &Value) -> u32 {
    value
        .as_u64()
        .map_or(0, |number| u32::try_from(number).unwrap_or(u32::MAX))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn explanation(code: &str) -> Explanation {
        Explanation::of(
            code,
            [Said {
                message: "The image does not exist.".into(),
                ..Said::default()
            }],
        )
    }

    fn seen(status: Value, pods: Vec<(Value, Option<Explanation>)>) -> Seen {
        let set = |uid: &str, revision: &str, replicas: u32| {
            json!({"metadata": {"name": uid, "uid": uid, "annotations": {REVISION: revision}},
                   "spec": {"replicas": replicas, "template": {"spec": {"containers": [{"image": "web:1"}]}}}})
        };
        Seen {
            deployment: json!({"metadata": {"generation": 2}, "spec": {"replicas": 3}, "status": status}),
            replica_sets: vec![set("old", "1", 1), set("new", "10", 3), set("empty", "2", 0)],
            pods,
        }
    }

    fn pod(name: &str, owner: &str) -> Value {
        json!({"metadata": {"name": name, "ownerReferences": [{"uid": owner}]}, "spec": {"containers": [{"name": "a"}]},
               "status": {"phase": "Pending"}})
    }

    #[test]
    fn a_rollout_is_complete_when_every_replica_is_new_and_available() {
        let status = json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3});
        let rollout = of(&seen(status, Vec::new()));
        assert_eq!(rollout.state, RolloutState::Complete);
        assert_eq!(
            rollout.message(),
            "All 3 replicas are of the newest version and available."
        );
        let status = json!({"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3});
        assert_eq!(of(&seen(status, Vec::new())).state, RolloutState::Progressing);
        let status = json!({"observedGeneration": 2, "replicas": 4, "updatedReplicas": 3, "availableReplicas": 3});
        let rollout = of(&seen(status, Vec::new()));
        assert_eq!(rollout.state, RolloutState::Progressing);
        assert!(
            rollout.message().ends_with("1 pod of an older version ends."),
            "{}",
            rollout.message()
        );
    }

    #[test]
    fn a_pod_that_cannot_start_makes_it_stuck_and_says_why() {
        let status = json!({"observedGeneration": 2, "replicas": 4, "updatedReplicas": 1, "availableReplicas": 3});
        let pods = vec![
            (pod("a", "new"), None),
            (pod("b", "new"), Some(explanation("image-not-found"))),
        ];
        let rollout = of(&seen(status.clone(), pods));
        assert_eq!(rollout.state, RolloutState::Stuck);
        assert!(
            rollout.message().ends_with("The image does not exist."),
            "{}",
            rollout.message()
        );
        let names = rollout.replica_sets[0]
            .pods
            .iter()
            .map(|pod| pod.name.as_str())
            .collect::<Vec<_>>();
        assert_eq!(names, ["b", "a"], "those with a problem come first");
        let waiting = vec![(pod("b", "new"), Some(explanation("not-ready")))];
        assert_eq!(of(&seen(status.clone(), waiting)).state, RolloutState::Progressing);
        let old = vec![(pod("b", "old"), Some(explanation("crash")))];
        assert_eq!(of(&seen(status, old)).state, RolloutState::Progressing);
    }

    #[test]
    fn the_newest_revision_comes_first_and_empty_old_ones_are_left_out() {
        let rollout = of(&seen(json!({}), Vec::new()));
        let sets = rollout
            .replica_sets
            .iter()
            .map(|set| (set.name.as_str(), set.newest))
            .collect::<Vec<_>>();
        assert_eq!(sets, [("new", true), ("old", false)]);
    }

    #[test]
    fn a_quota_that_is_used_up_is_said_before_there_is_a_pod() {
        let status = json!({"observedGeneration": 2, "conditions": [{"type": "ReplicaFailure", "status": "True",
            "reason": "FailedCreate", "message": "pods \"web-1\" is forbidden: exceeded quota: small"}]});
        let rollout = of(&seen(status, Vec::new()));
        assert_eq!(rollout.state, RolloutState::Stuck);
        assert_eq!(rollout.explanation.unwrap().code, "quota");
    }

    #[test]
    fn a_paused_rollout_says_so_and_a_late_one_is_stuck() {
        let mut paused = seen(json!({"observedGeneration": 2}), Vec::new());
        paused.deployment["spec"]["paused"] = true.into();
        assert_eq!(of(&paused).state, RolloutState::Paused);
        let late = json!({"observedGeneration": 2, "conditions": [{"type": "Progressing", "status": "False",
            "reason": "ProgressDeadlineExceeded"}]});
        let rollout = of(&seen(late, vec![(pod("a", "new"), Some(explanation("not-ready")))]));
        assert_eq!(rollout.state, RolloutState::Stuck);
        let expected = "Nothing has moved for 600 seconds. The image does not exist.";
        assert!(rollout.message().ends_with(expected), "{}", rollout.message());
    }
}
