use super::{explain, wants_log};
use muster_api::object::{ObjectEvent, ObjectReference};
use serde_json::{Value, json};

fn event(reason: &str, message: &str) -> ObjectEvent {
    let object = ObjectReference {
        group: "core".into(),
        version: "v1".into(),
        resource: "pods".into(),
        kind: "Pod".into(),
        namespace: Some("shop".into()),
        name: "web".into(),
    };
    ObjectEvent {
        kind: "Warning".into(),
        reason: reason.into(),
        message: message.into(),
        count: 1,
        first_seen: None,
        last_seen: None,
        source: "kubelet".into(),
        object,
    }
}

/// A pod on a node with one container in this state.
fn pod(status: Value) -> Value {
    let mut container = json!({"name": "web", "image": "web:1", "restartCount": 0, "ready": false});
    container
        .as_object_mut()
        .unwrap()
        .extend(status.as_object().unwrap().clone());
    json!({
        "metadata": {"name": "web-1", "namespace": "shop"},
        "spec": {"nodeName": "a", "restartPolicy": "Always", "containers": [
            {"name": "web", "image": "web:1", "resources": {"limits": {"memory": "64Mi"}}}]},
        "status": {"phase": "Pending", "containerStatuses": [container]},
    })
}

fn waiting(reason: &str, message: &str) -> Value {
    pod(json!({"state": {"waiting": {"reason": reason, "message": message}}}))
}

fn unscheduled(message: &str) -> Value {
    json!({"spec": {}, "status": {"phase": "Pending", "conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]}})
}

#[track_caller]
fn says(pod: &Value, events: &[ObjectEvent], code: &str, words: &[&str]) {
    let explanation = explain(pod, events).unwrap_or_else(|| panic!("nothing is wrong, {code} expected"));
    assert_eq!(explanation.code, code, "{explanation:?}");
    for words in words {
        assert!(
            explanation.message().contains(words),
            "{words:?} is not in {:?}",
            explanation.message()
        );
    }
}

#[test]
fn nothing_is_said_of_pods_that_run_start_or_are_done() {
    let running = pod(json!({"ready": true, "state": {"running": {}}}));
    let creating = waiting("ContainerCreating", "");
    let mut done = pod(json!({"state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}));
    done["status"]["phase"] = "Succeeded".into();
    let fresh = json!({"spec": {}, "status": {"phase": "Pending"}});
    for pod in [running, creating, done, fresh] {
        assert_eq!(explain(&pod, &[]), None, "{pod}");
    }
}

#[test]
fn images_that_do_not_come_say_why() {
    let pull = |answer: &str| {
        event(
            "Failed",
            &format!("Failed to pull image \"web:1\": rpc error: {answer}"),
        )
    };
    let cases = [
        ("docker.io/library/web:1: not found", "image-not-found"),
        (
            "pull access denied, repository does not exist or may require authorization: authorization failed",
            "image-not-found",
        ),
        ("failed to authorize: 401 Unauthorized", "image-refused"),
        ("429 Too Many Requests - toomanyrequests", "image-refused"),
        (
            "dial tcp: lookup registry.invalid: no such host",
            "registry-unreachable",
        ),
        (
            "tls: failed to verify certificate: x509: unknown authority",
            "registry-unreachable",
        ),
        ("no match for platform in manifest", "image-not-found"),
    ];
    for (answer, code) in cases {
        let pod = waiting("ImagePullBackOff", "Back-off pulling image \"web:1\"");
        says(&pod, &[pull(answer)], code, &[]);
        says(&waiting("ErrImagePull", answer), &[], code, &[]);
    }
    says(
        &waiting("InvalidImageName", "invalid reference format"),
        &[],
        "image-invalid",
        &["web:1 is not the name"],
    );
    says(
        &waiting("ErrImageNeverPull", ""),
        &[],
        "image-not-found",
        &["Never forbids"],
    );
}

#[test]
fn a_pod_that_does_not_fit_says_what_each_node_lacks() {
    let message = "0/6 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint \
                   {node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable, 3 node(s) didn't match Pod's \
                   node affinity/selector. preemption: 0/6 nodes are available: 6 Preemption is not helpful.";
    says(
        &unscheduled(message),
        &[],
        "does-not-fit",
        &[
            "None of 6 nodes takes it. ",
            "1 node has not enough memory left",
            "1 node has the taint node-role.kubernetes.io/control-plane",
            "1 node is cordoned",
            "3 nodes do not match its node selector or affinity",
        ],
    );
    says(
        &unscheduled("0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes"),
        &[],
        "does-not-fit",
        &["The only node does not take it. 1 node has not enough CPU left. Ask for less"],
    );
    says(
        &unscheduled("no nodes available to schedule pods"),
        &[],
        "no-nodes",
        &[],
    );
    says(
        &unscheduled("0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: none"),
        &[],
        "volume",
        &["storage class"],
    );
    let gated = json!({"spec": {"schedulingGates": [{"name": "example.com/wait"}]}, "status": {"phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]}});
    says(&gated, &[], "gated", &["example.com/wait"]);
}

#[test]
fn crashes_say_what_the_exit_code_means_and_want_the_log_of_the_run_before() {
    let crashed = |code: i64, reason: &str| {
        pod(
            json!({"restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                   "lastState": {"terminated": {"exitCode": code, "reason": reason}}}),
        )
    };
    let cases = [
        (1, "The program reported an error"),
        (0, "meant to keep running"),
        (127, "The command was not found"),
        (137, "SIGKILL"),
        (139, "SIGSEGV"),
        (143, "SIGTERM"),
    ];
    for (code, meaning) in cases {
        let pod = crashed(code, "Error");
        says(
            &pod,
            &[],
            "crash",
            &[
                &format!("keeps ending with exit code {code}. It was restarted 3 times. "),
                meaning,
            ],
        );
        let explanation = explain(&pod, &[]).unwrap();
        assert_eq!(wants_log(&pod, &explanation), Some(("web".to_owned(), true)));
    }
    says(&crashed(137, "OOMKilled"), &[], "out-of-memory", &["limit of 64Mi"]);
    let liveness = [
        event("Killing", "Container web failed liveness probe, will be restarted"),
        event(
            "Unhealthy",
            "Liveness probe failed: HTTP probe failed with statuscode: 500",
        ),
    ];
    says(
        &crashed(137, "Error"),
        &liveness,
        "crash",
        &["Its liveness probe failed"],
    );

    let ended_now = pod(json!({"state": {"terminated": {"exitCode": 1, "reason": "Error"}}}));
    let explanation = explain(&ended_now, &[]).unwrap();
    assert_eq!(wants_log(&ended_now, &explanation), Some(("web".to_owned(), false)));
}

#[test]
fn commands_that_do_not_exist_are_named() {
    let message = "failed to create containerd task: OCI runtime create failed: exec: \"serve\": executable file not found \
                   in $PATH: unknown";
    let pod = pod(
        json!({"restartCount": 1, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                         "lastState": {"terminated": {"exitCode": 128, "reason": "StartError", "message": message}}}),
    );
    says(
        &pod,
        &[],
        "start-failed",
        &["the command serve does not exist in the image"],
    );
    says(&waiting("RunContainerError", message), &[], "start-failed", &["serve"]);
}

#[test]
fn missing_configuration_is_named_with_its_key() {
    let cases = [
        (
            "secret \"db\" not found",
            "The Secret db does not exist in the namespace shop",
        ),
        ("configmap \"web\" not found", "The ConfigMap web does not exist"),
        (
            "couldn't find key user in Secret shop/db",
            "The Secret db has no key user",
        ),
        (
            "container has runAsNonRoot and image will run as root",
            "must not run as root",
        ),
    ];
    for (message, words) in cases {
        says(
            &waiting("CreateContainerConfigError", message),
            &[],
            "bad-configuration",
            &[words],
        );
    }
}

#[test]
fn volumes_that_do_not_mount_are_named() {
    let creating = waiting("ContainerCreating", "");
    let missing = event(
        "FailedMount",
        "MountVolume.SetUp failed for volume \"config\" : configmap \"web\" not found",
    );
    let late = event(
        "FailedMount",
        "Unable to attach or mount volumes: timed out waiting for the condition",
    );
    says(
        &creating,
        &[late, missing],
        "bad-configuration",
        &["The ConfigMap web does not exist", "the volume config"],
    );
    let twice = event(
        "FailedAttachVolume",
        "Multi-Attach error for volume \"pvc-1\" Volume is already used",
    );
    says(&creating, &[twice], "volume", &["attached to another node"]);
}

#[test]
fn an_init_container_that_fails_holds_the_pod() {
    let mut pod = waiting("PodInitializing", "");
    pod["spec"]["initContainers"] = json!([{"name": "migrate"}]);
    pod["status"]["initContainerStatuses"] = json!([{"name": "migrate", "restartCount": 2,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 1}}}]);
    says(
        &pod,
        &[],
        "init-failed",
        &[
            "still being prepared",
            "The container migrate keeps ending with exit code 1",
        ],
    );
    pod["status"]["initContainerStatuses"][0]["state"] = json!({"terminated": {"exitCode": 0, "reason": "Completed"}});
    assert_eq!(explain(&pod, &[]), None);
}

#[test]
fn a_pod_that_is_not_ready_quotes_its_probe() {
    let mut running = pod(json!({"started": true, "state": {"running": {}}}));
    running["status"]["phase"] = "Running".into();
    assert_eq!(explain(&running, &[]), None, "it may only just have started");
    let probe = event(
        "Unhealthy",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
    );
    says(
        &running,
        std::slice::from_ref(&probe),
        "not-ready",
        &["readiness probe fails"],
    );
    assert_eq!(
        explain(&running, &[probe]).unwrap().evidence.unwrap(),
        "Readiness probe failed: HTTP probe failed with statuscode: 503"
    );
}

#[test]
fn ended_pods_say_who_ended_them() {
    let failed = |reason: &str| {
        json!({"spec": {"nodeName": "a"}, "status": {"phase": "Failed", "reason": reason,
        "message": "The node was low on resource: memory."}})
    };
    says(&failed("Evicted"), &[], "evicted", &["ran short"]);
    says(&failed("DeadlineExceeded"), &[], "deadline", &["activeDeadlineSeconds"]);
    says(&failed("NodeLost"), &[], "node-lost", &[]);
    let mut going = pod(json!({"state": {"running": {}}}));
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
    going["metadata"]["finalizers"] = json!(["example.com/hold"]);
    says(&going, &[], "terminating", &["example.com/hold"]);
}

#[test]
fn a_sandbox_that_cannot_be_made_points_at_the_network() {
    let failed = event(
        "FailedCreatePodSandBox",
        "Failed to create pod sandbox: plugin type=\"bridge\" failed",
    );
    says(
        &waiting("ContainerCreating", ""),
        &[failed],
        "sandbox",
        &["network plugin"],
    );
}
