use crate::console::{Console, config_map, deployment};
use http::Method;
use serde_json::{Value, json};

impl Console {
    async fn act(&self, path: &str, action: &str) -> crate::support::Answer {
        let address = format!("{path}/actions/{action}");
        crate::support::Answer::of(self.client.request(Method::POST, &address)).await
    }
}

#[tokio::test]
async fn a_deployment_is_scaled_restarted_paused_and_resumed() {
    let console = Console::start().await;
    console.apply(&deployment("web")).await;
    let path = console.object("apps/v1/deployments", "web");

    let scaled: Value = console
        .client
        .post(&format!("{path}/actions/scale"), &json!({"replicas": 3}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(scaled["spec"]["replicas"], 3);

    let restarted: Value = console.act(&path, "restart").await.expect_status(200).json();
    let annotation = &restarted["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"];
    assert!(annotation.is_string(), "{restarted}");

    let paused: Value = console.act(&path, "pause").await.expect_status(200).json();
    assert_eq!(paused["spec"]["paused"], true);
    let refused = console.act(&path, "restart").await;
    assert!(
        refused
            .expect_status(422)
            .problem()
            .detail
            .unwrap()
            .contains("is paused: resume it first")
    );
    let resumed: Value = console.act(&path, "resume").await.expect_status(200).json();
    assert_ne!(resumed["spec"]["paused"], true);
}

#[tokio::test]
async fn what_cannot_be_done_says_so() {
    let console = Console::start().await;
    console
        .apply(&format!("{}---\n{}", deployment("web"), config_map("web", "a")))
        .await;
    let map = console.object("core/v1/configmaps", "web");
    let web = console.object("apps/v1/deployments", "web");
    let one = json!({"replicas": 1});

    let answer = console.client.post(&format!("{map}/actions/scale"), &one).await;
    assert_eq!(
        answer.expect_status(422).problem().detail.unwrap(),
        "Configmaps cannot be scaled."
    );
    let answer = console
        .client
        .post(&format!("{web}/actions/scale"), &json!({"replicas": 1_000_000}))
        .await;
    assert_eq!(answer.expect_status(422).problem().field_problems[0].field, "replicas");
    console
        .client
        .post(&format!("{web}/actions/scale"), &json!({}))
        .await
        .expect_status(422);
    console
        .client
        .post(&format!("{web}/actions/explode"), &one)
        .await
        .expect_status(404);
    console.act(&web, "cordon").await.expect_status(422);
    console
        .act(&console.object("apps/v1/deployments", "none"), "pause")
        .await
        .expect_status(404);
}

#[tokio::test]
async fn a_node_is_cordoned_and_uncordoned() {
    let console = Console::start().await;
    let name = format!("{}-node", console.namespace());
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}});
    console
        .directly(Method::POST, "/api/v1/nodes", "application/json", &node)
        .await;
    let path = format!("/api/v1/clusters/shared/resources/core/v1/nodes/-/{name}");
    let cordoned: Value = console.act(&path, "cordon").await.expect_status(200).json();
    assert_eq!(cordoned["spec"]["unschedulable"], true);
    let uncordoned: Value = console.act(&path, "uncordon").await.expect_status(200).json();
    assert_ne!(uncordoned["spec"]["unschedulable"], true);
    console.client.delete(&path).await.expect_status(200);
}
