//! Nobody grants more than he has, by whatever way (Rancher's CVE-2021-36784, CVE-2022-31247, CVE-2020-10676 and their
//! kin).

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client};
use crate::world::{World, eventually, group, user};

#[tokio::test]
async fn an_owner_of_a_project_grants_within_it_and_nothing_beyond() {
    let world = World::on_postgres().await;
    let (own, other) = (world.namespace().await, world.namespace().await);
    let (owner, friend) = (
        world.somebody("owner", &[]).await,
        world.somebody("friend", &["friends"]).await,
    );
    let request = json!({"cluster": "shared", "name": "shop", "namespaces": [own.name()]});
    let project: Value = world
        .administrator
        .post("/api/v1/projects", &request)
        .await
        .expect_status(201)
        .json();
    let scope = json!({"kind": "project", "project": project["id"]});
    world.grant("project-owner", user(&owner), scope.clone()).await;

    let try_to = |role: &str, scope: Value| {
        let request = json!({"role": role, "subject": group(&friend, 0), "scope": scope});
        let client = owner.client.clone();
        async move { client.post("/api/v1/bindings", &request).await }
    };
    try_to("project-viewer", scope.clone()).await.expect_status(201);
    try_to("project-owner", scope.clone()).await.expect_status(201);
    for (role, scope) in [
        ("project-viewer", world.in_namespace(other.name())),
        ("project-viewer", world.in_cluster()),
        ("cluster-viewer", world.in_cluster()),
        ("cluster-owner", world.in_cluster()),
        ("administrator", json!({"kind": "everything"})),
        ("cluster-viewer", json!({"kind": "clusters", "labelSelector": "a=b"})),
    ] {
        let answer = try_to(role, scope.clone()).await;
        assert!(
            matches!(answer.status, 403 | 422),
            "{role} in {scope}: {} {}",
            answer.status,
            answer.body
        );
    }
    // Neither by taking a namespace into the project, nor by a role of one's own.
    let grown = json!({"cluster": "shared", "name": "shop", "namespaces": [own.name(), other.name()]});
    let path = format!("/api/v1/projects/{}", project["id"].as_str().unwrap());
    let answer = owner
        .client
        .request(Method::PUT, &path)
        .json(&grown)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    let role = json!({"name": "mine", "level": "namespace",
        "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]});
    owner.client.post("/api/v1/roles", &role).await.expect_status(403);
}

#[tokio::test]
async fn nobody_grants_for_longer_than_he_has_it_himself() {
    let world = World::on_postgres().await;
    let namespace = world.namespace().await;
    let (guest, friend) = (world.somebody("guest", &[]).await, world.somebody("friend", &[]).await);
    let scope = world.in_namespace(namespace.name());
    let now = world.test.app.clock.now();
    let after = |minutes: i64| (now + jiff::SignedDuration::from_mins(minutes)).to_string();
    let request = json!({"role": "project-owner", "subject": user(&guest), "scope": scope, "expiresAt": after(60)});
    let granted = world.administrator.post("/api/v1/bindings", &request).await;
    granted.expect_status(201);
    for (subject, end, status) in [
        (user(&guest), None, 403),
        (user(&friend), None, 403),
        (user(&friend), Some(after(61)), 403),
        (user(&friend), Some(after(59)), 201),
    ] {
        let mut request = json!({"role": "project-viewer", "subject": subject, "scope": scope});
        request["expiresAt"] = json!(end);
        let answer = guest.client.post("/api/v1/bindings", &request).await;
        assert_eq!(answer.status, status, "{end:?}: {}", answer.body);
        assert!(
            status == 201 || answer.body.contains("longer than you have it"),
            "{}",
            answer.body
        );
    }
}

/// A role in whole clusters that gives one permission in the console and nothing in the cluster.
async fn grant_permission(world: &World, name: &str, permission: &str, subject: Value) {
    let role = json!({"name": name, "level": "cluster", "rules": [], "permissions": [permission]});
    world
        .administrator
        .post("/api/v1/roles", &role)
        .await
        .expect_status(201);
    world.grant(name, subject, world.in_cluster()).await;
}

#[tokio::test]
async fn whoever_manages_projects_brings_no_namespace_under_rights_that_he_has_not() {
    let world = World::on_postgres().await;
    let (own, other) = (world.namespace().await, world.namespace().await);
    let eve = world.somebody("eve", &[]).await;
    let request = |namespaces: &[&str]| json!({"cluster": "shared", "name": "shop", "namespaces": namespaces});
    let project = world
        .administrator
        .post("/api/v1/projects", &request(&[own.name()]))
        .await;
    let project: Value = project.expect_status(201).json();
    grant_permission(&world, "projects", "manage-projects", user(&eve)).await;
    let path = format!("/api/v1/projects/{}", project["id"].as_str().unwrap());
    let put = async |client: &Client, namespaces: &[&str]| {
        Answer::of(client.request(Method::PUT, &path).json(&request(namespaces))).await
    };
    // Without bindings, a project gives nothing to anybody.
    put(&eve.client, &[own.name(), other.name()]).await.expect_status(200);
    put(&eve.client, &[own.name()]).await.expect_status(200);
    let scope = json!({"kind": "project", "project": project["id"]});
    world.grant("project-owner", user(&eve), scope).await;
    let refused = put(&eve.client, &[own.name(), other.name()]).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    put(&world.administrator, &[own.name(), other.name()])
        .await
        .expect_status(200);
    // What is there already stays changeable.
    put(&eve.client, &[other.name()]).await.expect_status(200);
}

#[tokio::test]
async fn no_label_brings_a_cluster_under_rights_that_one_has_not_there() {
    let world = World::on_postgres().await;
    let namespace = world.namespace().await;
    let eve = world.somebody("eve", &[]).await;
    grant_permission(&world, "clusters", "manage-clusters", user(&eve)).await;
    let scope = json!({"kind": "clusters", "labelSelector": "team=shop"});
    world.grant("cluster-viewer", user(&eve), scope).await;
    let query = format!("namespace={}", namespace.name());
    let path = "/api/v1/clusters/shared";
    eve.client
        .patch(path, &json!({"labels": {"team": "mail"}}))
        .await
        .expect_status(200);
    let refused = eve.client.patch(path, &json!({"labels": {"team": "shop"}})).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert_eq!(world.names(&eve.client, "core/v1/configmaps", &query).await, [""; 0]);
    // Who may do everything may: then the binding holds there, and no more when the label goes.
    let labels = |team: &str| json!({"labels": {"team": team}});
    world
        .administrator
        .patch(path, &labels("shop"))
        .await
        .expect_status(200);
    eventually("the label gives what was granted for it", || async {
        !world.names(&eve.client, "core/v1/configmaps", &query).await.is_empty()
    })
    .await;
    world
        .administrator
        .patch(path, &labels("mail"))
        .await
        .expect_status(200);
    eventually("it is taken with the label", || async {
        world.names(&eve.client, "core/v1/configmaps", &query).await.is_empty()
    })
    .await;
}

#[tokio::test]
async fn a_role_gives_what_the_roles_in_it_give_and_its_preview_says_so() {
    let world = World::on_postgres().await;
    let namespace = world.namespace().await;
    world.config_map(namespace.name(), "settings").await;
    let of = |resource: &str, verbs: &[&str]| json!({"apiGroups": [""], "resources": [resource], "verbs": verbs});
    let mut included: Option<String> = None;
    let admin = &world.administrator;
    for (name, rules, permissions) in [
        ("reader", vec![of("configmaps", &["get", "list", "watch"])], json!([])),
        ("remover", vec![of("configmaps", &["delete"])], json!([])),
        ("both", vec![], json!(["manage-bindings"])),
    ] {
        let role = json!({"name": name, "level": "namespace", "rules": rules, "permissions": permissions,
            "inherits": included.into_iter().collect::<Vec<_>>()});
        let preview: Value = admin
            .post("/api/v1/roles/preview", &role)
            .await
            .expect_status(200)
            .json();
        if name == "both" {
            let text = preview.to_string();
            let told = ["list", "delete", "configmaps", "manage-bindings"];
            assert!(told.iter().all(|word| text.contains(word)), "{text}");
        }
        let role: Value = admin.post("/api/v1/roles", &role).await.expect_status(201).json();
        included = Some(role["id"].as_str().unwrap().to_owned());
    }
    let ada = world.somebody("ada", &[]).await;
    world
        .grant("both", user(&ada), world.in_namespace(namespace.name()))
        .await;
    let object = format!(
        "/api/v1/clusters/shared/resources/core/v1/configmaps/{}/settings",
        namespace.name()
    );
    ada.client.get(&object).await.expect_status(200);
    ada.client.delete(&object).await.expect_status(200);
    let secrets = format!("/k8s/clusters/shared/api/v1/namespaces/{}/secrets", namespace.name());
    ada.client.get(&secrets).await.expect_status(403);
}

#[tokio::test]
async fn cve_2025_23391_whoever_manages_users_makes_and_changes_no_administrator() {
    let world = World::start().await;
    let manager = world.somebody("manager", &[]).await;
    world
        .grant("user-manager", user(&manager), json!({"kind": "everything"}))
        .await;
    let new = |name: &str, role: &str| json!({"name": name, "role": role, "password": "a long enough password"});
    manager
        .client
        .post("/api/v1/users", &new("hugo", "user"))
        .await
        .expect_status(201);
    manager
        .client
        .post("/api/v1/users", &new("eve", "administrator"))
        .await
        .expect_status(403);
    let users: Value = manager.client.get("/api/v1/users").await.expect_status(200).json();
    let administrator = users["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["name"] == "admin")
        .unwrap();
    let path = format!("/api/v1/users/{}", administrator["id"].as_str().unwrap());
    for change in [
        json!({"password": "another long password"}),
        json!({"disabled": true}),
        json!({"role": "user"}),
    ] {
        manager.client.patch(&path, &change).await.expect_status(403);
    }
    manager.client.delete(&path).await.expect_status(403);
    // And he sees no cluster by it.
    let clusters: Value = manager.client.get("/api/v1/clusters").await.expect_status(200).json();
    assert_eq!(clusters["total"], 0);
}

#[tokio::test]
async fn the_last_local_administrator_stays() {
    let world = World::start().await;
    let boss = world.somebody("boss", &[]).await;
    world
        .grant("administrator", user(&boss), json!({"kind": "everything"}))
        .await;
    let users: Value = boss.client.get("/api/v1/users").await.expect_status(200).json();
    let local = users["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["name"] == "admin")
        .unwrap();
    let path = format!("/api/v1/users/{}", local["id"].as_str().unwrap());
    for change in [json!({"disabled": true}), json!({"role": "user"})] {
        assert_eq!(
            boss.client
                .patch(&path, &change)
                .await
                .expect_status(409)
                .problem()
                .code(),
            "last-administrator"
        );
    }
    boss.client.delete(&path).await.expect_status(409);
}

#[tokio::test]
async fn roles_cannot_include_each_other_and_built_in_ones_cannot_be_changed() {
    let world = World::start().await;
    let role = |name: &str, inherits: Vec<String>| json!({"name": name, "level": "namespace", "inherits": inherits});
    let first: Value = world
        .administrator
        .post("/api/v1/roles", &role("first", vec![]))
        .await
        .expect_status(201)
        .json();
    let id = first["id"].as_str().unwrap().to_owned();
    let second: Value = world
        .administrator
        .post("/api/v1/roles", &role("second", vec![id.clone()]))
        .await
        .expect_status(201)
        .json();
    let circle = role("first", vec![second["id"].as_str().unwrap().to_owned()]);
    let put = |path: String, body: Value| {
        let request = world.administrator.request(Method::PUT, &path).json(&body);
        async move { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(put(format!("/api/v1/roles/{id}"), circle).await, 422);
    assert_eq!(
        put(
            "/api/v1/roles/cluster-viewer".to_owned(),
            role("cluster-viewer", vec![])
        )
        .await,
        409
    );
    world
        .administrator
        .delete(&format!("/api/v1/roles/{id}"))
        .await
        .expect_status(409);
}
