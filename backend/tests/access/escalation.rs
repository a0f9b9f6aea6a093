//! Nobody grants more than he has, by whatever way (Rancher's CVE-2021-36784, CVE-2022-31247, CVE-2020-10676 and their
//! kin).

use serde_json::{Value, json};

use crate::world::{World, group, user};

#[tokio::test]
async fn an_owner_of_a_project_grants_within_it_and_nothing_beyond() {
    let world = World::start().await;
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
        .request(reqwest::Method::PUT, &path)
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
        let request = world.administrator.request(reqwest::Method::PUT, &path).json(&body);
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
