//! A console with a real cluster in it, and a namespace of the test's own.

use crate::support::{Client, TestApp};
use http::{Method, Request};
use muster_api::resource::{ResourceList, Row};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use testbed::{Cluster, TestNamespace};

/// So long is waited for what a cluster does.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A console, its administrator, and a cluster named `shared`.
pub struct World {
    pub test: TestApp,
    pub client: Client,
    pub kube: kube::Client,
    namespace: TestNamespace,
}

impl World {
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

    /// Creates an object in a collection (`/api/v1/namespaces/{ns}/pods`; `{ns}` is the test's namespace).
    pub async fn create(&self, collection: &str, object: &Value) -> Value {
        let path = collection.replace("{ns}", self.namespace());
        self.directly(Method::POST, &path, "application/json", object).await
    }

    /// Changes part of an object, or of its status with `/status` behind its address.
    pub async fn patch(&self, path: &str, changes: &Value) -> Value {
        let path = path.replace("{ns}", self.namespace());
        self.directly(Method::PATCH, &path, "application/merge-patch+json", changes)
            .await
    }

    pub async fn delete(&self, path: &str) {
        let path = path.replace("{ns}", self.namespace());
        self.directly(Method::DELETE, &path, "application/json", &json!({}))
            .await;
    }

    /// The cluster's own table of a collection: rows by name, values by column, and when they were `Created`.
    pub async fn server_table(&self, collection: &str) -> BTreeMap<String, BTreeMap<String, Value>> {
        let path = collection.replace("{ns}", self.namespace());
        let request = Request::get(path)
            .header("accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
            .body(Vec::new())
            .unwrap();
        let table: Value = self.kube.request(request).await.unwrap();
        let columns: Vec<&str> = table["columnDefinitions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|column| column["name"].as_str().unwrap())
            .collect();
        let mut rows = BTreeMap::new();
        for row in table["rows"].as_array().into_iter().flatten() {
            let name = row["object"]["metadata"]["name"].as_str().unwrap().to_owned();
            let cells = row["cells"].as_array().unwrap();
            let mut named: BTreeMap<String, Value> = columns
                .iter()
                .map(|column| (*column).to_owned())
                .zip(cells.iter().cloned())
                .collect();
            named.insert("Created".into(), row["object"]["metadata"]["creationTimestamp"].clone());
            rows.insert(name, named);
        }
        rows
    }

    /// A list of the console in the test's namespace.
    pub async fn list(&self, kind: &str, query: &str) -> ResourceList {
        let path = format!("/api/v1/resources/{kind}?namespace={}&{query}", self.namespace());
        self.client.get(&path).await.expect_status(200).json()
    }

    /// A list of the console, asked for until it is as it should be.
    pub async fn eventually(&self, kind: &str, query: &str, right: impl Fn(&ResourceList) -> bool) -> ResourceList {
        let asking = async {
            loop {
                let list = self.list(kind, query).await;
                if right(&list) {
                    return list;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if let Ok(list) = tokio::time::timeout(PATIENCE, asking).await {
            return list;
        }
        let last = self.list(kind, query).await;
        panic!("{kind}?{query} never became right: {last:#?}");
    }
}

/// A cell by its column's id.
pub fn cell<'l>(list: &'l ResourceList, row: &'l Row, column: &str) -> &'l Value {
    let place = list.columns.iter().position(|known| known.id == column);
    &row.cells[place.unwrap_or_else(|| panic!("there is no column {column}"))]
}

/// The names of the rows, in order.
pub fn names(list: &ResourceList) -> Vec<&str> {
    list.rows.iter().map(|row| row.name.as_str()).collect()
}
