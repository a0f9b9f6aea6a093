//! A console with a real cluster in it, and a namespace of the test's own.

use crate::support::{Answer, Client, TestApp};
use http::{Method, Request};
use muster_api::apply::ApplyAnswer;
use serde_json::{Value, json};
use std::time::Duration;
use testbed::{Cluster, TestNamespace};

/// So long is waited for what the cluster's controllers do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A console, an administrator in it, and a cluster named `shared`.
pub struct Console {
    pub test: TestApp,
    pub client: Client,
    pub kube: kube::Client,
    namespace: TestNamespace,
}

impl Console {
    pub async fn start() -> Self {
        let cluster = Cluster::shared().await.unwrap();
        let (test, namespace) = tokio::join!(TestApp::start(), cluster.namespace());
        let client = test.administrator().await;
        let request = json!({"name": "shared", "kubeconfig": cluster.kubeconfig()});
        client.post("/api/v1/clusters", &request).await.expect_status(201);
        Self {
            test,
            client,
            kube: cluster.client().await.unwrap(),
            namespace: namespace.unwrap(),
        }
    }

    pub fn namespace(&self) -> &str {
        self.namespace.name()
    }

    /// The address of an object in the test's namespace; `kind` is `group/version/resource`.
    pub fn object(&self, kind: &str, name: &str) -> String {
        format!("/api/v1/clusters/shared/resources/{kind}/{}/{name}", self.namespace())
    }

    /// Applies to the test's namespace.
    pub async fn apply(&self, manifest: &str) -> ApplyAnswer {
        self.apply_with(manifest, json!({})).await.expect_status(200).json()
    }

    /// Applies with more fields of the request.
    pub async fn apply_with(&self, manifest: &str, more: Value) -> Answer {
        let mut request = json!({"manifest": manifest, "namespace": self.namespace()});
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.client.post("/api/v1/clusters/shared/apply", &request).await
    }

    /// Applies and expects that everything was written.
    #[track_caller]
    pub fn expect_written<'a>(&self, answer: &'a ApplyAnswer) -> &'a ApplyAnswer {
        assert!(answer.applied && answer.interrupted.is_none(), "{answer:#?}");
        answer
    }

    /// Asks again until `found` finds something.
    pub async fn eventually<T>(&self, path: &str, mut found: impl FnMut(&Value) -> Option<T>) -> T {
        let asking = async {
            loop {
                let answer = self.client.get(path).await;
                if answer.status == 200
                    && let Some(found) = found(&answer.json())
                {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(found) => found,
            Err(_) => panic!(
                "{path} did not come to what was awaited: {}",
                self.client.get(path).await.body
            ),
        }
    }

    /// Speaks to the cluster itself, beside the console.
    pub async fn directly(&self, method: Method, path: &str, content_type: &str, body: &Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", content_type)
            .body(body.to_string().into_bytes())
            .unwrap();
        self.kube.request(request).await.unwrap()
    }

    /// Sets a pod's status as a kubelet would.
    pub async fn set_pod_status(&self, pod: &str, status: &Value) {
        let path = format!("/api/v1/namespaces/{}/pods/{pod}/status", self.namespace());
        let patch = json!({"status": status});
        self.directly(Method::PATCH, &path, "application/strategic-merge-patch+json", &patch)
            .await;
    }
}

/// A Deployment of one container without a node to run on.
pub fn deployment(name: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: 2\n  \
         selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    \
         spec: {{containers: [{{name: web, image: 'busybox:1.36'}}]}}\n"
    )
}

/// A ConfigMap.
pub fn config_map(name: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{key: {value}}}\n")
}
