//! Users, groups, providers and tokens for those who manage them.

use serde_json::{Value, json};

use crate::world::{World, user};

#[tokio::test]
async fn disabling_a_user_ends_sessions_and_tokens_at_once() {
    let world = World::start().await;
    let ada = world.somebody("ada", &[]).await;
    ada.client.get("/api/v1/session").await.expect_status(200);
    let path = format!("/api/v1/users/{}", ada.id);
    world
        .administrator
        .patch(&path, &json!({"disabled": true}))
        .await
        .expect_status(200);
    ada.client.get("/api/v1/session").await.expect_status(401);
}

#[tokio::test]
async fn ghsa_c45c_39f6_6gw9_turning_a_provider_off_refuses_everyone_who_came_by_it() {
    // GHSA-c45c-39f6-6gw9: tokens of a disabled provider kept working.
    let world = World::start().await;
    let ada = world.somebody("ada", &[]).await;
    ada.client.get("/api/v1/session").await.expect_status(200);
    let providers: Value = offered_providers(&world).await;
    assert_eq!(providers["total"], 1);
    let id = providers["items"][0]["id"].as_str().unwrap().to_owned();
    world
        .administrator
        .delete(&format!("/api/v1/providers/{id}"))
        .await
        .expect_status(204);
    ada.client.get("/api/v1/session").await.expect_status(401);
    world.administrator.get("/api/v1/session").await.expect_status(200);
}

#[tokio::test]
async fn my_permissions_say_what_i_may_do_and_why_not_what_is_missing() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let ada = world.somebody("ada", &[]).await;
    world
        .grant("project-viewer", user(&ada), world.in_namespace(namespace.name()))
        .await;
    let path = format!(
        "/api/v1/account/permissions?cluster=shared&namespace={}",
        namespace.name()
    );
    let permissions: Value = ada.client.get(&path).await.expect_status(200).json();
    let pods = permissions["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kind| kind["resource"] == "pods")
        .unwrap();
    assert_eq!(pods["verbs"], json!(["get", "list", "watch"]));
    assert_eq!(permissions["bindings"][0]["role"]["name"], "project-viewer");
    let question = json!({"questions": [{"cluster": "shared", "verb": "patch", "group": "apps",
        "resource": "deployments", "namespace": namespace.name()}]});
    let answer: Value = ada
        .client
        .post("/api/v1/access/review", &question)
        .await
        .expect_status(200)
        .json();
    let answer = &answer["items"][0];
    assert_eq!(answer["allowed"], false);
    assert!(
        answer["why"]["message"]
            .as_str()
            .unwrap()
            .contains("patch deployments.apps"),
        "{answer}"
    );
    assert!(
        answer["roles"].as_array().unwrap().contains(&json!("project-member")),
        "{answer}"
    );
}

/// The providers as the API lists them. The one of these tests has no secrets, which the list must survive.
async fn offered_providers(world: &World) -> Value {
    let answer = world.administrator.get("/api/v1/sign-in-providers").await;
    answer.expect_status(200).json()
}
