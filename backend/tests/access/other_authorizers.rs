//! A cluster whose API server asks others beside RBAC: people see what the API server lets them, not what RBAC says.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use muster_api::Collection;
use muster_api::access::AccessAnswer;
use serde_json::{Value, json};
use testbed::Cluster;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::world::{World, eventually, user};

/// Lets everybody read ConfigMaps in these namespaces.
#[derive(Clone, Default)]
struct Webhook(Arc<Mutex<BTreeSet<&'static str>>>);

impl Webhook {
    async fn start() -> (Self, String, JoinHandle<()>) {
        let webhook = Self::default();
        let answer =
            |State(webhook): State<Self>, Json(review): Json<Value>| async move { Json(webhook.decide(&review)) };
        let service = Router::new().route("/", post(answer)).with_state(webhook.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        (webhook, url, serving)
    }

    fn decide(&self, review: &Value) -> Value {
        let asked = &review["spec"]["resourceAttributes"];
        let namespace = asked["namespace"].as_str().unwrap_or_default();
        let allowed = asked["resource"] == "configmaps"
            && matches!(asked["verb"].as_str(), Some("get" | "list"))
            && self.0.lock().unwrap().contains(namespace);
        json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "status": {"allowed": allowed},
        })
    }
}

#[tokio::test]
async fn what_a_webhook_allows_is_seen_as_long_as_it_does() {
    let (webhook, url, serving) = Webhook::start().await;
    let builder = Cluster::builder().name("webhook").authorization_webhook(url);
    let cluster = builder.start().await.unwrap();
    let world = World::with(&cluster.kubeconfig().unwrap(), cluster.client().await.unwrap()).await;
    for namespace in ["granted", "webhook", "other"] {
        let object = json!({"metadata": {"name": namespace}});
        world.directly("POST", "/api/v1/namespaces", &object).await.unwrap();
        world.config_map(namespace, "settings").await;
    }
    webhook.0.lock().unwrap().insert("webhook");
    let ada = world.somebody("ada", &[]).await;
    world
        .grant("project-viewer", user(&ada), world.in_namespace("granted"))
        .await;
    let list = || async {
        let mut names = world
            .names(&ada.client, "core/v1/configmaps", "filter=name=settings")
            .await;
        names.sort();
        names
    };
    eventually("what RBAC and the webhook allow is listed", || async {
        list().await == ["granted/settings", "webhook/settings"]
    })
    .await;
    let object = |namespace: &str| {
        let cluster = &world.cluster;
        format!("/api/v1/clusters/{cluster}/resources/core/v1/configmaps/{namespace}/settings")
    };
    ada.client.get(&object("webhook")).await.expect_status(200);
    ada.client.get(&object("other")).await.expect_status(403);
    let question = |namespace: &str| json!({"cluster": world.cluster, "verb": "get", "group": "", "resource": "configmaps", "namespace": namespace});
    let review = json!({"questions": [question("granted"), question("webhook"), question("other")]});
    let answers: Collection<AccessAnswer> = ada
        .client
        .post("/api/v1/access/review", &review)
        .await
        .expect_status(200)
        .json();
    let allowed: Vec<bool> = answers.items.iter().map(|answer| answer.allowed).collect();
    assert_eq!(allowed, [true, true, false]);

    webhook.0.lock().unwrap().clear();
    eventually("what the webhook allows no more is seen no more", || async {
        list().await == ["granted/settings"]
    })
    .await;
    cluster.stop().await.unwrap();
    serving.abort();
}

#[tokio::test]
async fn what_policies_in_a_file_allow_to_everybody_is_seen() {
    // Kubernetes documentation, "Using ABAC Authorization".
    let policy = json!({"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy",
        "spec": {"group": "system:authenticated", "namespace": "open", "resource": "configmaps", "readonly": true}});
    let builder = Cluster::builder()
        .name("policies")
        .authorization_policies(format!("{policy}\n"));
    let cluster = builder.start().await.unwrap();
    let world = World::with(&cluster.kubeconfig().unwrap(), cluster.client().await.unwrap()).await;
    for namespace in ["granted", "open", "other"] {
        let object = json!({"metadata": {"name": namespace}});
        world.directly("POST", "/api/v1/namespaces", &object).await.unwrap();
        world.config_map(namespace, "settings").await;
    }
    let ada = world.somebody("ada", &[]).await;
    world
        .grant("project-viewer", user(&ada), world.in_namespace("granted"))
        .await;
    eventually("what RBAC and the policies allow is listed", || async {
        let mut names = world
            .names(&ada.client, "core/v1/configmaps", "filter=name=settings")
            .await;
        names.sort();
        names == ["granted/settings", "open/settings"]
    })
    .await;
    cluster.stop().await.unwrap();
}
