//! An administrator looks at the console as somebody else: he sees exactly what that one sees, and changes nothing.

use std::collections::BTreeMap;

use muster::router::{Access, table};
use muster_api::account::CreateTokenRequest;
use muster_api::session::{CurrentUser, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, TestApp};
use crate::world::{Somebody, World, eventually, group, user};

/// Looks as this person or group from now on; `null`: as oneself.
pub async fn look_as(client: &Client, subject: Value) -> Answer {
    client
        .post("/api/v1/session/view-as", &json!({"subject": subject}))
        .await
}

pub async fn session(client: &Client) -> CurrentUser {
    client.get("/api/v1/session").await.expect_status(200).json()
}

fn viewed(session: &CurrentUser) -> Option<&str> {
    session.viewing_as.as_ref()?.id.as_deref()
}

/// What does not depend on when, and under which number, it was asked, nor on how far a binding is written by then.
fn comparable(answer: &Answer) -> Value {
    fn without_what_passes(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                if fields.contains_key("written") {
                    fields.clear();
                }
                fields.retain(|name, _| name != "requestId" && name != "revision");
                fields.values_mut().for_each(without_what_passes);
            }
            Value::Array(values) => values.iter_mut().for_each(without_what_passes),
            _ => {}
        }
    }
    let mut body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    without_what_passes(&mut body);
    json!({"status": answer.status, "body": body})
}

/// A namespace that `ada` sees by her group, and one that she does not.
pub async fn scene(world: &World) -> (Somebody, [testbed::TestNamespace; 2]) {
    let namespaces = [world.namespace().await, world.namespace().await];
    for namespace in &namespaces {
        world.config_map(namespace.name(), "settings").await;
    }
    let ada = world.somebody("ada", &["developers", "operators"]).await;
    let scope = world.in_namespace(namespaces[0].name());
    world.grant("project-owner", group(&ada, 0), scope).await;
    eventually("ada sees her namespace", || async {
        !world.names(&ada.client, "core/v1/configmaps", "").await.is_empty()
    })
    .await;
    (ada, namespaces)
}

#[tokio::test]
async fn whoever_looks_as_somebody_sees_exactly_what_that_one_sees() {
    let world = World::start().await;
    let (ada, [seen, hidden]) = scene(&world).await;
    let admin = &world.administrator;
    look_as(admin, user(&ada)).await.expect_status(204);

    let mut paths = vec![
        "/api/v1/clusters".to_owned(),
        "/api/v1/clusters/shared".to_owned(),
        "/api/v1/resources/core/v1/configmaps".to_owned(),
        "/api/v1/resources/core/v1/configmaps?pageSize=1".to_owned(),
        "/api/v1/resources/core/v1/namespaces".to_owned(),
        "/api/v1/resources/core/v1/nodes".to_owned(),
        "/api/v1/resources/apps/v1/deployments".to_owned(),
        "/api/v1/account/permissions?cluster=shared".to_owned(),
        "/api/v1/bindings".to_owned(),
        "/api/v1/projects".to_owned(),
        "/api/v1/roles".to_owned(),
        "/api/v1/users".to_owned(),
        "/api/v1/audit".to_owned(),
        "/api/v1/providers".to_owned(),
        "/api/v1/principals?text=ada".to_owned(),
        "/k8s/clusters/shared/api/v1/nodes".to_owned(),
    ];
    for namespace in [seen.name(), hidden.name()] {
        let object = format!("core/v1/configmaps/{namespace}/settings");
        paths.push(format!(
            "/api/v1/account/permissions?cluster=shared&namespace={namespace}"
        ));
        paths.push(format!("/api/v1/clusters/shared/resources/{object}"));
        paths.push(format!(
            "/k8s/clusters/shared/api/v1/namespaces/{namespace}/configmaps/settings"
        ));
    }
    let mut statuses = BTreeMap::new();
    for path in &paths {
        let (own, looked) = tokio::join!(ada.client.get(path), admin.get(path));
        assert_eq!(comparable(&looked), comparable(&own), "{path}");
        *statuses.entry(own.status).or_insert(0) += 1;
    }
    // Something of everything was among them.
    assert_eq!(statuses.keys().copied().collect::<Vec<u16>>(), [200, 403, 404]);
    let refused = admin.get("/k8s/clusters/shared/api/v1/nodes").await;
    assert!(
        refused.body.contains(&format!("muster:user:{}", ada.id)),
        "{}",
        refused.body
    );

    let question = |namespace: &str| json!({"questions": [{"cluster": "shared", "verb": "delete", "resource": "configmaps", "namespace": namespace}]});
    for namespace in [seen.name(), hidden.name()] {
        let path = "/api/v1/access/review";
        let (own, looked) = (
            ada.client.post(path, &question(namespace)).await,
            admin.post(path, &question(namespace)).await,
        );
        assert_eq!(comparable(&looked), comparable(&own));
        assert_eq!(own.json::<Value>()["items"][0]["allowed"], namespace == seen.name());
    }

    let (own, looked) = (session(&ada.client).await, session(admin).await);
    assert_eq!(
        (own.provider.as_deref(), own.viewing_as.as_ref()),
        (Some("people"), None)
    );
    assert_eq!(viewed(&looked), Some(ada.id.to_string().as_str()));
    assert_eq!(looked.permissions, own.permissions);
    // Who looks is still told, and what is his own.
    assert_eq!(
        (looked.name.as_str(), looked.role, looked.provider),
        ("admin", Role::Administrator, None)
    );

    look_as(admin, Value::Null).await.expect_status(204);
    assert_eq!(session(admin).await.viewing_as, None);
    let path = format!(
        "/api/v1/clusters/shared/resources/core/v1/configmaps/{}/settings",
        hidden.name()
    );
    admin.get(&path).await.expect_status(200);
}

#[tokio::test]
async fn a_group_is_looked_as_like_nobody_who_is_in_it_and_in_no_other() {
    let world = World::start().await;
    let (ada, [seen, other]) = scene(&world).await;
    let admin = &world.administrator;
    world
        .grant("project-viewer", user(&ada), world.in_namespace(other.name()))
        .await;
    look_as(admin, group(&ada, 0)).await.expect_status(204);
    let expected = ["kube-root-ca.crt", "settings"].map(|name| format!("{}/{name}", seen.name()));
    let mut names = world.names(admin, "core/v1/configmaps", "pageSize=500").await;
    names.sort();
    assert_eq!(names, expected);
    let looked = session(admin).await;
    assert_eq!(viewed(&looked), Some(ada.groups[0].to_string().as_str()));
    let nodes = admin.get("/k8s/clusters/shared/api/v1/nodes").await;
    nodes.expect_status(403);
    assert!(!nodes.body.contains(&ada.id.to_string()), "{}", nodes.body);

    // From one to another without a stop between them: a group that has nothing.
    look_as(admin, group(&ada, 1)).await.expect_status(204);
    assert_eq!(world.names(admin, "core/v1/configmaps", "").await, [""; 0]);
    admin.get("/api/v1/clusters/shared").await.expect_status(404);
}

#[tokio::test]
async fn nothing_is_changed_and_nothing_opened_while_looking_as_somebody() {
    let world = World::start().await;
    let (ada, [seen, _]) = scene(&world).await;
    let admin = &world.administrator;
    look_as(admin, user(&ada)).await.expect_status(204);
    let sentence = "You look at the console as ada; nothing can be changed. Stop viewing first.";
    let allowed = [
        "/api/v1/session",
        "/api/v1/session/view-as",
        "/api/v1/access/review",
        "/api/v1/roles/preview",
    ];
    let mut refused = 0;
    for route in table() {
        let path = route.path.replace("{cluster}", "shared").replace(['{', '}', '*'], "");
        for method in route.methods() {
            let is_read = matches!(method, Method::GET | Method::HEAD);
            if is_read || route.access == Access::Public || allowed.contains(&route.path) {
                continue;
            }
            let request = admin.request(method.clone(), &path).json(&json!({}));
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 403, "{method} {path}: {}", answer.body);
            if route.for_kubernetes_clients {
                assert_eq!(answer.json::<Value>()["message"], sentence, "{method} {path}");
            } else {
                let problem = answer.problem();
                assert_eq!(
                    (problem.code(), problem.detail.as_deref()),
                    ("viewing-as", Some(sentence)),
                    "{path}"
                );
            }
            refused += 1;
        }
    }
    assert!(refused > 30, "{refused} routes change something");

    // She may delete it herself, so that nothing but looking keeps the administrator from it.
    let object = format!(
        "/api/v1/clusters/shared/resources/core/v1/configmaps/{}/settings",
        seen.name()
    );
    assert_eq!(
        admin.delete(&object).await.expect_status(403).problem().code(),
        "viewing-as"
    );
    admin.get(&object).await.expect_status(200);

    // No other protocol on the connection, whatever it says that it is for.
    for query in ["command=sh&stdin=true", "watch=true", "command=sh&watch=1"] {
        let path = format!(
            "/k8s/clusters/shared/api/v1/namespaces/{}/pods/web/exec?{query}",
            seen.name()
        );
        let request = admin
            .request(Method::GET, &path)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let answer = Answer::of(request).await;
        answer.expect_status(403);
        assert_eq!(answer.json::<Value>()["message"], sentence);
    }

    look_as(admin, Value::Null).await.expect_status(204);
    admin.delete(&object).await.expect_status(200);
}

#[tokio::test]
async fn what_belongs_to_the_viewed_alone_is_not_shown() {
    let world = World::start().await;
    let (ada, _namespaces) = scene(&world).await;
    let admin = &world.administrator;
    let request = CreateTokenRequest {
        name: "own".to_owned(),
        lifetime_seconds: 3600,
        clusters: Vec::new(),
        projects: Vec::new(),
        read_only: false,
    };
    admin.post("/api/v1/account/tokens", &request).await.expect_status(201);
    let before = [
        admin.get("/api/v1/account/tokens").await.body,
        admin.get("/api/v1/account/sessions").await.body,
    ];
    look_as(admin, user(&ada)).await.expect_status(204);
    let meanwhile = [
        admin.get("/api/v1/account/tokens").await.body,
        admin.get("/api/v1/account/sessions").await.body,
    ];
    assert_eq!(meanwhile, before);
    let kubeconfig = admin.get("/api/v1/clusters/shared/kubeconfig").await;
    assert_eq!(kubeconfig.expect_status(403).problem().code(), "viewing-as");
}

#[tokio::test]
async fn only_administrators_who_are_signed_in_by_browser_look_as_others() {
    let test = TestApp::start().await;
    let admin = test.administrator().await;
    let bob = test.user("bob").await;
    let id = session(&bob).await.id;
    let subject = json!({"kind": "user", "id": id});
    assert_eq!(
        look_as(&bob, subject.clone()).await.expect_status(403).problem().code(),
        "forbidden"
    );
    assert_eq!(
        look_as(&bob, Value::Null).await.expect_status(403).problem().code(),
        "forbidden"
    );

    let request = json!({"name": "a", "lifetimeSeconds": 600});
    let created: Value = admin
        .post("/api/v1/account/tokens", &request)
        .await
        .expect_status(201)
        .json();
    let token = admin.with_token(created["secret"].as_str().unwrap());
    let refused = look_as(&token, subject.clone()).await.expect_status(403).problem();
    assert!(refused.detail.as_ref().unwrap().contains("API token"), "{refused:?}");

    for unknown in [
        json!({"kind": "user", "id": uuid::Uuid::new_v4()}),
        json!({"kind": "group", "id": id}),
        json!({"kind": "user"}),
    ] {
        let problem = look_as(&admin, unknown).await.expect_status(422).problem();
        assert!(problem.field_problems[0].field.starts_with("subject"), "{problem:?}");
    }
    assert_eq!(session(&admin).await.viewing_as, None);

    // A view is the session's: the same administrator's token, and another browser of his, are as before.
    look_as(&admin, subject).await.expect_status(204);
    let mut other = test.anonymous();
    other.sign_in("admin", PASSWORD).await.expect_status(200);
    for unconcerned in [&token, &other] {
        assert_eq!(session(unconcerned).await.viewing_as, None);
        unconcerned.get("/api/v1/users").await.expect_status(200);
    }
    admin.get("/api/v1/users").await.expect_status(403);
    // Another administrator may be looked as, too; nothing is changed then, either.
    let own = json!({"kind": "user", "id": session(&other).await.id});
    look_as(&admin, own).await.expect_status(204);
    admin.get("/api/v1/users").await.expect_status(200);
    admin.delete(&format!("/api/v1/users/{id}")).await.expect_status(403);
}

#[tokio::test]
async fn a_view_lasts_through_a_restart_and_ends_with_the_session() {
    let test = TestApp::start().await;
    let admin = test.administrator().await;
    let id = session(&test.user("bob").await).await.id;
    look_as(&admin, json!({"kind": "user", "id": id}))
        .await
        .expect_status(204);
    let test = TestApp::start_in(test.stop().await, muster::clock::Clock::system(), |_| {}).await;
    let mut after = test.anonymous();
    after.cookie.clone_from(&admin.cookie);
    assert_eq!(viewed(&session(&after).await), Some(id.as_str()));

    // Whoever is removed meanwhile sees nothing; whoever looks as him is not an administrator again without knowing.
    let mut other = test.anonymous();
    other.sign_in("admin", PASSWORD).await.expect_status(200);
    other.delete(&format!("/api/v1/users/{id}")).await.expect_status(204);
    assert_eq!(viewed(&session(&after).await), Some(id.as_str()));
    after.get("/api/v1/users").await.expect_status(403);

    after.delete("/api/v1/session").await.expect_status(204);
    after.get("/api/v1/session").await.expect_status(401);
    other.sign_in("admin", PASSWORD).await.expect_status(200);
    assert_eq!(session(&other).await.viewing_as, None);
}
