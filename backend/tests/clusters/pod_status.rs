//! Status words, READY and RESTARTS of broken pods: those of the cluster itself and of kubectl.

use crate::world::{World, cell};
use serde_json::{Value, json};
use testbed::binaries::{Binary, KubernetesVersion};

fn waiting(name: &str, reason: &str) -> Value {
    json!({"name": name, "image": "x", "imageID": "", "ready": false, "restartCount": 3,
        "state": {"waiting": {"reason": reason, "message": "why"}},
        "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "startedAt": "2026-01-01T00:00:00Z",
            "finishedAt": "2026-01-01T00:00:10Z"}}})
}

fn running(name: &str, ready: bool) -> Value {
    json!({"name": name, "image": "x", "imageID": "", "ready": ready, "started": true, "restartCount": 1,
        "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}})
}

fn ended(name: &str, code: i32, signal: i32, reason: &str) -> Value {
    json!({"name": name, "image": "x", "imageID": "", "ready": false, "restartCount": 0,
        "state": {"terminated": {"exitCode": code, "signal": signal, "reason": reason,
            "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:10Z"}}})
}

/// Name, init containers (a `*` in front: a sidecar), status, and more of the metadata and spec.
fn cases() -> Vec<(&'static str, Vec<&'static str>, Value, Value)> {
    let both = |first: Value, second: Value| json!([first, second]);
    let phase = |phase: &str, containers: Value| json!({"phase": phase, "containerStatuses": containers});
    let with_init = |init: Value| {
        json!({"phase": "Pending", "initContainerStatuses": init,
            "containerStatuses": [waiting("a", "PodInitializing"), waiting("b", "PodInitializing")]})
    };
    let none = json!({});
    vec![
        (
            "good",
            vec![],
            phase("Running", both(running("a", true), running("b", true))),
            none.clone(),
        ),
        (
            "half-ready",
            vec![],
            phase("Running", both(running("a", true), running("b", false))),
            none.clone(),
        ),
        (
            "bad-image",
            vec![],
            phase(
                "Pending",
                both(waiting("a", "ImagePullBackOff"), waiting("b", "ErrImagePull")),
            ),
            none.clone(),
        ),
        (
            "crash-loop",
            vec![],
            phase("Running", both(running("a", true), waiting("b", "CrashLoopBackOff"))),
            none.clone(),
        ),
        (
            "creating",
            vec![],
            phase(
                "Pending",
                both(waiting("a", "ContainerCreating"), waiting("b", "ContainerCreating")),
            ),
            none.clone(),
        ),
        (
            "completed",
            vec![],
            phase(
                "Succeeded",
                both(ended("a", 0, 0, "Completed"), ended("b", 0, 0, "Completed")),
            ),
            none.clone(),
        ),
        (
            "failed",
            vec![],
            phase("Failed", both(ended("a", 1, 0, "Error"), ended("b", 0, 0, "Completed"))),
            none.clone(),
        ),
        (
            "half-completed",
            vec![],
            phase("Running", both(ended("a", 0, 0, "Completed"), running("b", true))),
            none.clone(),
        ),
        (
            "out-of-memory",
            vec![],
            phase("Running", both(ended("a", 137, 0, "OOMKilled"), running("b", true))),
            none.clone(),
        ),
        (
            "exit-code",
            vec![],
            phase("Running", both(ended("a", 7, 0, ""), running("b", true))),
            none.clone(),
        ),
        (
            "signal",
            vec![],
            phase("Running", both(ended("a", 137, 9, ""), running("b", true))),
            none.clone(),
        ),
        (
            "evicted",
            vec![],
            json!({"phase": "Failed", "reason": "Evicted", "message": "low on memory"}),
            none.clone(),
        ),
        ("pending", vec![], json!({"phase": "Pending"}), none.clone()),
        ("unknown", vec![], json!({"phase": "Unknown"}), none.clone()),
        (
            "init-waiting",
            vec!["i", "j"],
            with_init(json!([running("i", false)])),
            none.clone(),
        ),
        (
            "init-second",
            vec!["i", "j"],
            with_init(both(ended("i", 0, 0, "Completed"), waiting("j", "PodInitializing"))),
            none.clone(),
        ),
        (
            "init-error",
            vec!["i", "j"],
            with_init(both(ended("i", 0, 0, "Completed"), ended("j", 1, 0, "Error"))),
            none.clone(),
        ),
        (
            "init-exit",
            vec!["i"],
            with_init(json!([ended("i", 5, 0, "")])),
            none.clone(),
        ),
        (
            "init-signal",
            vec!["i"],
            with_init(json!([ended("i", 143, 15, "")])),
            none.clone(),
        ),
        (
            "init-crash-loop",
            vec!["i"],
            with_init(json!([waiting("i", "CrashLoopBackOff")])),
            none.clone(),
        ),
        (
            "init-done",
            vec!["i"],
            with_init(json!([ended("i", 0, 0, "Completed")])),
            none.clone(),
        ),
        (
            "sidecar",
            vec!["*s", "i"],
            json!({"phase": "Running", "initContainerStatuses": [running("s", true), ended("i", 0, 0, "Completed")],
                "containerStatuses": [running("a", true), running("b", true)]}),
            none.clone(),
        ),
        (
            "sidecar-starting",
            vec!["*s", "i"],
            with_init(json!([running("s", false)])),
            none.clone(),
        ),
        (
            "gated",
            vec![],
            json!({}),
            json!({"spec": {"schedulingGates": [{"name": "example.com/wait"}]}}),
        ),
        (
            "terminating",
            vec![],
            phase("Running", both(running("a", true), running("b", true))),
            json!({"metadata": {"finalizers": ["example.com/hold"]}}),
        ),
    ]
}

fn merge(into: &mut Value, more: &Value) {
    for (key, value) in more.as_object().unwrap() {
        match into.get_mut(key) {
            Some(known) if known.is_object() => merge(known, value),
            _ => into[key] = value.clone(),
        }
    }
}

#[tokio::test]
async fn broken_pods_have_the_status_word_that_kubectl_gives_them() {
    let world = World::start().await;
    // Nobody watches the list before: the first half comes by list, the second by watch.
    let cases = cases();
    let (listed, watched) = cases.split_at(cases.len() / 2);
    create(&world, listed).await;
    world
        .eventually("core/v1/pods", "pageSize=500", |list| list.rows.len() == listed.len())
        .await;
    create(&world, watched).await;
    world.delete("/api/v1/namespaces/{ns}/pods/terminating").await;

    let expected = world.server_table("/api/v1/namespaces/{ns}/pods").await;
    assert_eq!(expected.len(), cases.len());
    let restarts = |text: &Value| text.as_str().map(|text| text.split(' ').next().unwrap().to_owned());
    let differences = |list: &muster_api::resource::ResourceList| -> Vec<String> {
        let mut differences = Vec::new();
        for row in &list.rows {
            let theirs = &expected[&row.name];
            let ours = (
                cell(list, row, "status").as_str().unwrap_or_default().to_owned(),
                cell(list, row, "ready").as_str().unwrap_or_default().to_owned(),
                cell(list, row, "restarts").to_string(),
            );
            let restarts = match &theirs["Restarts"] {
                Value::Number(number) => number.to_string(),
                text => restarts(text).unwrap_or_default(),
            };
            let text = |column: &str| theirs[column].as_str().unwrap_or_default().to_owned();
            let theirs = (text("Status"), text("Ready"), restarts);
            if ours != theirs {
                differences.push(format!("{}: ours {ours:?}, the cluster's {theirs:?}", row.name));
            }
        }
        differences
    };
    let list = world
        .eventually("core/v1/pods", "pageSize=500", |list| {
            list.rows.len() == cases.len() && differences(list).is_empty()
        })
        .await;

    let kubectl = Binary::kubernetes(KubernetesVersion::V1_36, "kubectl")
        .path()
        .await
        .unwrap();
    let output = tokio::process::Command::new(kubectl)
        .arg("--kubeconfig")
        .arg(testbed::Cluster::shared().await.unwrap().kubeconfig_path())
        .args(["--namespace", world.namespace(), "get", "pods", "--no-headers"])
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), cases.len());
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let row = list.rows.iter().find(|row| row.name == words[0]).unwrap();
        assert_eq!(cell(&list, row, "status"), words[2], "{line}");
    }
    world
        .patch(
            "/api/v1/namespaces/{ns}/pods/terminating",
            &json!({"metadata": {"finalizers": null}}),
        )
        .await;
}

async fn create(world: &World, cases: &[(&str, Vec<&str>, Value, Value)]) {
    for (name, init, status, more) in cases {
        let init: Vec<Value> = init
            .iter()
            .map(|name| match name.strip_prefix('*') {
                Some(name) => json!({"name": name, "image": "x", "restartPolicy": "Always"}),
                None => json!({"name": name, "image": "x"}),
            })
            .collect();
        let mut pod = json!({"metadata": {"name": name}, "spec": {"initContainers": init,
            "containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "x"}]}});
        // A pod on a node that does not exist stays as it is; only a gated one may have none.
        if more.get("spec").is_none() {
            pod["spec"]["nodeName"] = json!("no-such-node");
        }
        merge(&mut pod, more);
        world.create("/api/v1/namespaces/{ns}/pods", &pod).await;
        if status.as_object().is_some_and(|status| !status.is_empty()) {
            let path = format!("/api/v1/namespaces/{{ns}}/pods/{name}/status");
            world.patch(&path, &json!({"status": status})).await;
        }
    }
}
