//! Nobody becomes somebody who may do more than himself: neither by a password, nor by the server that vouches for people.

use muster_api::access::User;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

async fn id_of(administrator: &Client, name: &str) -> String {
    let users: Value = administrator.get("/api/v1/users").await.expect_status(200).json();
    let users: Vec<User> = serde_json::from_value(users["items"].clone()).unwrap();
    users.into_iter().find(|user| user.name == name).unwrap().id
}

async fn grant(administrator: &Client, role: &str, user: &str) {
    let request = json!({"role": role, "scope": {"kind": "everything"}, "subject": {"kind": "user", "id": user}});
    administrator
        .post("/api/v1/bindings", &request)
        .await
        .expect_status(201);
}

async fn role(administrator: &Client, name: &str, permissions: Value) {
    let request = json!({"name": name, "description": "", "level": "global", "rules": [], "inherits": [],
        "permissions": permissions});
    administrator.post("/api/v1/roles", &request).await.expect_status(201);
}

#[tokio::test]
async fn whoever_manages_users_sets_no_password_of_somebody_who_may_do_more() {
    let app = TestApp::start().await;
    let administrator = app.administrator().await;
    let manager = app.user("manager").await;
    for name in ["viewer", "colleague", "nobody", "owner"] {
        app.user(name).await;
    }
    role(&administrator, "everything by another name", json!(["administer"])).await;
    for (name, role) in [
        ("manager", "user-manager"),
        ("colleague", "user-manager"),
        ("viewer", "cluster-viewer"),
        ("owner", "everything by another name"),
    ] {
        grant(&administrator, role, &id_of(&administrator, name).await).await;
    }
    let set = async |client: &Client, name: &str, change: Value| {
        let path = format!("/api/v1/users/{}", id_of(&administrator, name).await);
        client.patch(&path, &change).await
    };
    let password = json!({"password": "another long password"});
    set(&manager, "nobody", password.clone()).await.expect_status(200);
    set(&manager, "colleague", password.clone()).await.expect_status(200);
    let problem = set(&manager, "viewer", password.clone())
        .await
        .expect_status(403)
        .problem();
    assert!(problem.detail.unwrap_or_default().contains("cluster-viewer"));
    // Disabling takes nothing over, and nobody but administrators does that to an administrator.
    set(&manager, "viewer", json!({"disabled": true}))
        .await
        .expect_status(200);
    set(&manager, "owner", password.clone()).await.expect_status(403);
    set(&manager, "owner", json!({"disabled": true}))
        .await
        .expect_status(403);
    let path = format!("/api/v1/users/{}", id_of(&administrator, "owner").await);
    manager.delete(&path).await.expect_status(403);
    manager.delete(&format!("{path}/sessions")).await.expect_status(403);
    set(&administrator, "viewer", password).await.expect_status(200);
}

#[tokio::test]
async fn only_administrators_lead_a_provider_to_another_server() {
    let app = TestApp::start().await;
    let administrator = app.administrator().await;
    let manager = app.user("manager").await;
    role(&administrator, "providers", json!(["manage-providers"])).await;
    grant(&administrator, "providers", &id_of(&administrator, "manager").await).await;
    let provider = json!({"name": "Single sign-on", "secrets": {"clientSecret": "secret"},
        "settings": {"kind": "oidc", "issuer": "https://id.example.com", "clientId": "muster"}});
    let made: Value = manager
        .post("/api/v1/providers", &provider)
        .await
        .expect_status(201)
        .json();
    let path = format!("/api/v1/providers/{}", made["id"].as_str().unwrap());
    let put = async |client: &Client, body: &Value| Answer::of(client.request(Method::PUT, &path).json(body)).await;
    let mut renamed = provider.clone();
    renamed["name"] = json!("Company");
    put(&manager, &renamed).await.expect_status(200);
    renamed["settings"]["groupsClaim"] = json!("roles");
    put(&manager, &renamed).await.expect_status(403);
    put(&administrator, &renamed).await.expect_status(200);
    let roles: Value = administrator.get("/api/v1/roles").await.expect_status(200).json();
    let role = roles["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["name"] == "providers")
        .unwrap();
    assert!(
        role["effective"]["warnings"][0]["message"]
            .as_str()
            .unwrap()
            .contains("vouch"),
        "{role}"
    );
}
