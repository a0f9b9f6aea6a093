//! Bob, whose things nobody else may see or change.

use muster_api::Collection;
use muster_api::access::{Project, User};
use muster_api::account::{CreatedToken, Session, Token};
use serde_json::{Value, json};
use testbed::TestNamespace;

use super::{CLUSTER, HIDDEN};
use crate::support::Client;
use crate::world::{Somebody, World, user};

/// Bob, what is his, and by which ids it is named.
pub struct Bob {
    pub client: Client,
    id: String,
    pub namespace: TestNamespace,
    project: String,
    binding: String,
    session: String,
    token: String,
}

pub async fn bob(world: &World) -> Bob {
    let client = world.test.user("bob").await;
    let users: Collection<User> = world.administrator.get("/api/v1/users").await.expect_status(200).json();
    let id = users.items.into_iter().find(|user| user.name == "bob").unwrap().id;
    let namespace = world.namespace().await;
    let place = namespace.name();
    let project = json!({"cluster": "shared", "name": HIDDEN, "namespaces": [place]});
    let project: Project = world
        .administrator
        .post("/api/v1/projects", &project)
        .await
        .expect_status(201)
        .json();
    let scope = json!({"kind": "project", "project": project.id});
    let binding = world
        .grant("project-owner", json!({"kind": "user", "id": id}), scope)
        .await;
    for name in ["settings", HIDDEN] {
        let path = format!("/api/v1/namespaces/{place}/configmaps");
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name},
            "data": {"word": HIDDEN}});
        world.directly("POST", &path, &object).await.unwrap();
    }
    let containers = json!([{"name": "web", "image": "registry.invalid/web", "env": [{"name": "W", "value": HIDDEN}]}]);
    let labels = json!({"app": "web"});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "settings"},
        "spec": {"containers": containers}});
    world
        .directly("POST", &format!("/api/v1/namespaces/{place}/pods"), &pod)
        .await
        .unwrap();
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "settings"},
        "spec": {"replicas": 0, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}}}});
    let path = format!("/apis/apps/v1/namespaces/{place}/deployments");
    world.directly("POST", &path, &deployment).await.unwrap();
    let token = json!({"name": HIDDEN, "lifetimeSeconds": 3600});
    let token: CreatedToken = client
        .post("/api/v1/account/tokens", &token)
        .await
        .expect_status(201)
        .json();
    let sessions: Collection<Session> = client.get("/api/v1/account/sessions").await.expect_status(200).json();
    Bob {
        id,
        project: project.id,
        binding: binding.id,
        session: sessions.items[0].id.clone(),
        token: token.token.id,
        namespace,
        client,
    }
}

impl Bob {
    /// The path with the ids of what is Bob's.
    pub fn path(&self, path: &str, provider: &str) -> String {
        let id = if path.contains("sessions") {
            &self.session
        } else {
            &self.token
        };
        let resource = if path.contains("actions") {
            "deployments"
        } else {
            "configmaps"
        };
        let (group, version) = if path.contains("actions") {
            ("apps", "v1")
        } else {
            ("core", "v1")
        };
        [
            ("{cluster}", "shared"),
            ("{id}", id),
            ("{user}", &self.id),
            ("{provider}", provider),
            ("{role}", "project-viewer"),
            ("{binding}", &self.binding),
            ("{project}", &self.project),
            ("{group}", group),
            ("{version}", version),
            ("{resource}", resource),
            ("{namespace}", self.namespace.name()),
            ("{name}", "settings"),
            ("{action}", "restart"),
        ]
        .into_iter()
        .fold(path.to_owned(), |path, (parameter, value)| {
            path.replace(parameter, value)
        })
    }

    /// A body that would do something to what is Bob's.
    pub fn body(&self, method: &str, path: &str, caller: &Somebody) -> Value {
        let place = self.namespace.name();
        match (method, path) {
            ("POST", "/api/v1/users") => json!({"name": "eva", "role": "user", "password": "a long enough password"}),
            ("PATCH", "/api/v1/users/{user}") => json!({"disabled": true}),
            ("POST" | "PUT", "/api/v1/roles" | "/api/v1/roles/preview" | "/api/v1/roles/{role}") => {
                json!({"name": "mine", "level": "namespace"})
            }
            ("POST", "/api/v1/bindings") => json!({"role": "project-viewer", "subject": user(caller),
                "scope": {"kind": "project", "project": self.project}}),
            ("POST" | "PUT", "/api/v1/projects" | "/api/v1/projects/{project}") => {
                json!({"cluster": "shared", "name": "mine", "namespaces": [place]})
            }
            ("POST", "/api/v1/access/review") => json!({"questions": [{"cluster": "shared", "verb": "get",
                "resource": "configmaps", "namespace": place}]}),
            ("POST", "/api/v1/clusters") => json!({"name": "mine", "kubeconfig": "apiVersion: v1"}),
            ("POST", "/api/v1/kubeconfig/inspect") => json!({"kubeconfig": "apiVersion: v1"}),
            ("PATCH", CLUSTER) => json!({"name": "mine"}),
            ("POST", "/api/v1/clusters/{cluster}/kubeconfig") => json!({"lifetimeSeconds": 3600}),
            ("POST", "/api/v1/clusters/{cluster}/apply") => json!({"manifest": format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: {place}\ndata:\n  word: mine\n"
            )}),
            ("POST", "/api/v1/account/tokens") => json!({"name": "mine", "lifetimeSeconds": 3600}),
            ("POST", path) if path.contains("/deployments") => json!({"name": "mine", "namespace": place,
                "image": "registry.invalid/web"}),
            _ => json!({}),
        }
    }

    /// Everything that is his is as it was.
    pub async fn expect_untouched(&self, world: &World) {
        let tokens: Collection<Token> = self
            .client
            .get("/api/v1/account/tokens")
            .await
            .expect_status(200)
            .json();
        assert_eq!(tokens.items.len(), 1);
        let project = format!("/api/v1/projects/{}", self.project);
        let project: Project = self.client.get(&project).await.expect_status(200).json();
        assert_eq!((project.name.as_str(), project.bindings), (HIDDEN, 1));
        let place = self.namespace.name();
        let path = format!("/api/v1/namespaces/{place}/configmaps/settings");
        let found = world.directly("GET", &path, &json!({})).await.unwrap();
        assert_eq!(found["data"]["word"], HIDDEN);
        let deployments = format!("/apis/apps/v1/namespaces/{place}/deployments");
        let found = world.directly("GET", &deployments, &json!({})).await.unwrap();
        let found = found["items"].as_array().unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["metadata"]["generation"], 1);
    }
}
