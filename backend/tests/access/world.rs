//! A console with a real cluster, people of a provider who came with groups, and namespaces of the test's own.

use std::time::Duration;

use http::Request;
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec};
use kube::api::{Api, PostParams};
use muster::context::{Actor, Credential, RequestContext};
use muster::database::groups::GivenGroup;
use muster::database::identity_providers::{self, ProviderRecord};
use muster::database::provider_users::{self, GivenUser};
use muster_api::access::Binding;
use muster_api::account::CreateTokenRequest;
use muster_api::provider::{Admission, DirectorySettings, ProviderSettings};
use muster_api::resource::ResourceList;
use serde_json::{Value, json};
use testbed::{Cluster, TestNamespace};
use uuid::Uuid;

use crate::support::{Client, PostgresDatabase, TestApp, postgres_url};

/// So long is waited for what a cluster does.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A console, its administrator, and a cluster.
pub struct World {
    pub test: TestApp,
    pub administrator: Client,
    pub kube: kube::Client,
    /// The cluster's id in the console.
    pub cluster: String,
    provider: Uuid,
}

/// Somebody who came by a provider.
#[derive(Clone)]
pub struct Somebody {
    pub client: Client,
    pub id: Uuid,
    pub groups: Vec<Uuid>,
}

impl World {
    pub async fn start() -> Self {
        let cluster = Cluster::shared().await.unwrap();
        Self::with(cluster.kubeconfig(), cluster.client().await.unwrap()).await
    }

    /// On a database of its own on the PostgreSQL server of the tests; on SQLite, as all others, where there is none.
    pub async fn on_postgres() -> Self {
        let cluster = Cluster::shared().await.unwrap();
        let test = match postgres_url() {
            Some(server) => {
                let url = PostgresDatabase::create(&server).await.url();
                TestApp::start_on(&url).await
            }
            None => TestApp::start().await,
        };
        Self::of(test, cluster.kubeconfig(), cluster.client().await.unwrap()).await
    }

    /// With a cluster of the test's own.
    pub async fn with(kubeconfig: &str, kube: kube::Client) -> Self {
        Self::of(TestApp::start().await, kubeconfig, kube).await
    }

    async fn of(test: TestApp, kubeconfig: &str, kube: kube::Client) -> Self {
        let administrator = test.administrator().await;
        let request = json!({"name": "shared", "kubeconfig": kubeconfig});
        let answer = administrator.post("/api/v1/clusters", &request).await;
        let created: Value = answer.expect_status(201).json();
        let provider = ProviderRecord {
            id: Uuid::now_v7(),
            name: "people".to_owned(),
            enabled: true,
            settings: ProviderSettings::Ldap(DirectorySettings::ldap()),
            admission: Admission::default(),
            secrets: Vec::new(),
            created_at: test.app.clock.now(),
            managed_by_file: None,
        };
        identity_providers::insert(&test.app.database, &provider).await.unwrap();
        Self {
            administrator,
            kube,
            cluster: created["id"].as_str().unwrap().to_owned(),
            provider: provider.id,
            test,
        }
    }

    /// A namespace that goes with the test.
    pub async fn namespace(&self) -> TestNamespace {
        Cluster::shared().await.unwrap().namespace().await.unwrap()
    }

    /// Somebody with these groups and an API token.
    pub async fn somebody(&self, name: &str, groups: &[&str]) -> Somebody {
        let database = &self.test.app.database;
        let given = GivenUser {
            id: Uuid::now_v7(),
            provider_id: self.provider,
            external_id: format!("id-of-{name}"),
            name: name.to_owned(),
            display_name: name.to_owned(),
            email: None,
            renewal: None,
            groups: groups
                .iter()
                .map(|group| GivenGroup {
                    external_id: format!("id-of-{group}"),
                    name: (*group).to_owned(),
                    place: String::new(),
                })
                .collect(),
        };
        let user = provider_users::keep(database, &given, self.test.app.clock.now())
            .await
            .unwrap()
            .unwrap();
        let actor = self.test.app.actor_of(&user).await.unwrap();
        let groups = actor.groups.to_vec();
        let context = RequestContext {
            actor: Actor { ..actor },
            credential: Credential::System,
            ..RequestContext::system(self.test.app.clock.clone())
        };
        let request = CreateTokenRequest {
            name: "test".to_owned(),
            lifetime_seconds: 3600,
            clusters: Vec::new(),
            projects: Vec::new(),
            read_only: false,
        };
        let token = self.test.app.identity.create_token(&context, &request).await.unwrap();
        Somebody {
            client: self.test.anonymous().with_token(&token.secret),
            id: user.id,
            groups,
        }
    }

    /// Grants a role as the administrator.
    pub async fn grant(&self, role: &str, subject: Value, scope: Value) -> Binding {
        let request = json!({"role": role, "subject": subject, "scope": scope});
        let answer = self.administrator.post("/api/v1/bindings", &request).await;
        answer.expect_status(201).json()
    }

    pub fn in_namespace(&self, namespace: &str) -> Value {
        json!({"kind": "namespace", "cluster": self.cluster, "namespace": namespace})
    }

    pub fn in_cluster(&self) -> Value {
        json!({"kind": "cluster", "cluster": self.cluster})
    }

    /// What the API server itself says about somebody: `kubectl auth can-i --as … --as-group …`.
    pub async fn cluster_allows(&self, somebody: &Somebody, asked: ResourceAttributes) -> bool {
        let mut groups: Vec<String> = somebody.groups.iter().map(|id| format!("muster:group:{id}")).collect();
        groups.push("system:authenticated".to_owned());
        let review = SubjectAccessReview {
            spec: SubjectAccessReviewSpec {
                user: Some(format!("muster:user:{}", somebody.id)),
                groups: Some(groups),
                resource_attributes: Some(asked),
                ..SubjectAccessReviewSpec::default()
            },
            ..SubjectAccessReview::default()
        };
        let api: Api<SubjectAccessReview> = Api::all(self.kube.clone());
        let answer = api.create(&PostParams::default(), &review).await.unwrap();
        answer.status.unwrap().allowed
    }

    /// Speaks to the cluster itself, beside the console.
    pub async fn directly(&self, method: &str, path: &str, body: &Value) -> Result<Value, kube::Error> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(
                "content-type",
                if method == "PATCH" {
                    "application/merge-patch+json"
                } else {
                    "application/json"
                },
            )
            .body(body.to_string().into_bytes())
            .unwrap();
        self.kube.request(request).await
    }

    /// A ConfigMap, made beside the console.
    pub async fn config_map(&self, namespace: &str, name: &str) {
        let path = format!("/api/v1/namespaces/{namespace}/configmaps");
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
        self.directly("POST", &path, &object).await.unwrap();
    }

    /// The names in a list that somebody asks for, with the namespace before each.
    pub async fn names(&self, client: &Client, kind: &str, query: &str) -> Vec<String> {
        let list: ResourceList = client
            .get(&format!("/api/v1/resources/{kind}?{query}"))
            .await
            .expect_status(200)
            .json();
        let name = |row: muster_api::resource::Row| format!("{}/{}", row.namespace.unwrap_or_default(), row.name);
        list.rows.into_iter().map(name).collect()
    }
}

/// Waits until something is as it should be.
#[track_caller]
pub fn eventually<F: Future<Output = bool>>(what: &str, ask: impl Fn() -> F) -> impl Future<Output = ()> {
    let what = what.to_owned();
    async move {
        let asking = async {
            while !ask().await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        assert!(
            tokio::time::timeout(PATIENCE, asking).await.is_ok(),
            "it never became true that {what}"
        );
    }
}

pub fn user(somebody: &Somebody) -> Value {
    json!({"kind": "user", "id": somebody.id})
}

pub fn group(somebody: &Somebody, place: usize) -> Value {
    json!({"kind": "group", "id": somebody.groups[place]})
}
