use crate::console::{Console, deployment};
use muster_api::rollout::{PodExplanation, Rollout, RolloutState};
use serde_json::{Value, json};

fn rollout(value: &Value) -> Rollout {
    serde_json::from_value(value.clone()).unwrap()
}

#[tokio::test]
async fn a_rollout_shows_its_pods_and_why_they_do_not_start() {
    let console = Console::start().await;
    // No node has this label, whatever other tests do to nodes.
    let web = deployment("web").replace(
        "spec: {containers",
        "spec: {nodeSelector: {example.com/none: 'true'}, containers",
    );
    console.apply(&web).await;
    let path = format!("{}/rollout", console.object("apps/v1/deployments", "web"));
    let found = console
        .eventually(&path, |answer| {
            let found = rollout(answer);
            let pods = &found.replica_sets.first()?.pods;
            let explained = pods.len() == 2 && pods.iter().all(|pod| pod.explanation.is_some());
            (explained && found.state == RolloutState::Stuck).then_some(found)
        })
        .await;
    assert_eq!((found.desired, found.available), (2, 0));
    let set = &found.replica_sets[0];
    assert_eq!(
        (set.newest, set.revision, set.images.as_slice()),
        (true, 1, ["busybox:1.36".to_owned()].as_slice())
    );
    let explanation = set.pods[0].explanation.as_ref().unwrap();
    assert!(
        ["no-nodes", "does-not-fit"].contains(&explanation.code.as_str()),
        "{explanation:?}"
    );
    assert!(
        found.events.iter().any(|event| event.reason == "ScalingReplicaSet"),
        "{found:?}"
    );

    let pod = &set.pods[0].name;
    let status = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True"}],
        "containerStatuses": [{"name": "web", "image": "busybox:1.36", "imageID": "", "restartCount": 2, "ready": false,
            "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}}]});
    console.set_pod_status(pod, &status).await;
    let path = format!("{}/explanation", console.object("core/v1/pods", pod));
    let explained: PodExplanation = console.client.get(&path).await.expect_status(200).json();
    assert_eq!(explained.status, "ImagePullBackOff");
}

#[tokio::test]
async fn a_quota_that_is_used_up_is_the_rollouts_explanation() {
    let console = Console::start().await;
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: none}\nspec: {hard: {pods: '0'}}\n";
    console.apply(quota).await;
    let quota = console.object("core/v1/resourcequotas", "none");
    console
        .eventually(&quota, |quota| {
            quota["status"]["hard"]["pods"].as_str().map(str::to_owned)
        })
        .await;
    console.apply(&deployment("web")).await;
    let path = format!("{}/rollout", console.object("apps/v1/deployments", "web"));
    let explanation = console.eventually(&path, |answer| rollout(answer).explanation).await;
    assert_eq!(explanation.code, "quota");
    assert!(explanation.evidence.unwrap().contains("exceeded quota"));
    let found = rollout(&console.client.get(&path).await.json());
    assert_eq!(found.state, RolloutState::Stuck);
}

#[tokio::test]
async fn a_deployment_scaled_to_zero_is_complete_and_one_that_is_not_there_is_not_found() {
    let console = Console::start().await;
    console
        .apply(&deployment("web").replace("replicas: 2", "replicas: 0"))
        .await;
    let path = format!("{}/rollout", console.object("apps/v1/deployments", "web"));
    let complete =
        |answer: &Value| (rollout(answer).state == RolloutState::Complete).then(|| rollout(answer).message());
    assert!(console.eventually(&path, complete).await.contains("scaled to zero"));
    let none = format!("{}/rollout", console.object("apps/v1/deployments", "none"));
    console.client.get(&none).await.expect_status(404);
}
