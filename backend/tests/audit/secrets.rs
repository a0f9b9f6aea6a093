//! No secret gets into the log, however it is sent.

use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, TestApp};

const CANARY: &str = "canary-7f3a9c";

fn kubeconfig() -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts:\n- name: a\n  context: {{cluster: a, user: a}}\n\
         clusters:\n- name: a\n  cluster: {{server: 'https://127.0.0.1:1'}}\nusers:\n- name: a\n  user: {{token: \
         {CANARY}-kubeconfig}}\n"
    )
}

/// Everything that the database has of the log, and everything that it gives out.
async fn everything(app: &TestApp, admin: &Client) -> String {
    let mut all = String::new();
    for path in [
        "/api/v1/audit?pageSize=500",
        "/api/v1/audit/export",
        "/api/v1/audit/export?format=csv",
    ] {
        all.push_str(&admin.get(path).await.expect_status(200).body);
    }
    for entry in std::fs::read_dir(app.folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains("muster.db") {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
    all
}

#[tokio::test]
async fn cve_2023_22649_and_cve_2024_58269_passwords_tokens_and_kubeconfigs_are_never_in_it() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let secret = |what: &str| format!("{CANARY}-{what}");

    app.anonymous()
        .sign_in("admin", &secret("wrong-password"))
        .await
        .expect_status(401);
    app.anonymous()
        .sign_in(&secret("password-as-name"), "x")
        .await
        .expect_status(401);
    let new = json!({"currentPassword": PASSWORD, "newPassword": secret("new-password")});
    admin.post("/api/v1/account/password", &new).await.expect_status(204);
    let wrong = json!({"currentPassword": secret("old-password"), "newPassword": secret("newer-password")});
    admin.post("/api/v1/account/password", &wrong).await.expect_status(422);
    let setup = json!({"code": secret("code"), "name": "eve", "password": secret("setup-password")});
    admin.post("/api/v1/setup", &setup).await.expect_status(403);
    let created: Value = admin
        .post(
            "/api/v1/account/tokens",
            &json!({"name": "backup", "lifetimeSeconds": 3600}),
        )
        .await
        .expect_status(201)
        .json();
    let token = created["secret"].as_str().unwrap();
    admin.with_token(token).get("/api/v1/session").await.expect_status(200);

    let clusters = "/api/v1/clusters";
    admin
        .post(clusters, &json!({"name": "one", "kubeconfig": kubeconfig()}))
        .await
        .expect_status(422);
    let by_address = json!({"name": "two", "url": "https://127.0.0.1:1", "token": secret("cluster-token")});
    admin.post(clusters, &by_address).await.expect_status(422);
    admin
        .post("/api/v1/kubeconfig/inspect", &json!({"kubeconfig": kubeconfig()}))
        .await
        .expect_status(200);
    let manifest = format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData: {{a: {CANARY}-value}}\n");
    let path = "/api/v1/clusters/none/apply";
    admin
        .post(path, &json!({"manifest": manifest}))
        .await
        .expect_status(404);
    let yaml = admin
        .request(reqwest::Method::POST, path)
        .header("content-type", "application/yaml");
    Answer::of(yaml.body(manifest)).await.expect_status(404);
    // In addresses, where nobody should put them.
    admin
        .delete(&format!("{clusters}/none?token={CANARY}-query"))
        .await
        .expect_status(404);
    // Bodies that cannot be read.
    let broken = admin.request(reqwest::Method::POST, "/api/v1/account/password");
    let broken = broken
        .header("content-type", "application/json")
        .body(format!("{{\"currentPassword\": {CANARY}-broken"));
    Answer::of(broken).await.expect_status(400);

    let all = everything(&app, &admin).await;
    assert!(
        all.contains("password-changed") && all.contains("cluster-added"),
        "the calls are in it"
    );
    let found: Vec<&str> = all
        .match_indices(CANARY)
        .map(|(at, _)| &all[at..(at + 40).min(all.len())])
        .collect();
    assert_eq!(found, Vec::<&str>::new());
    assert!(!all.contains(token), "the token's secret is in it");
    let session = admin.cookie.as_deref().unwrap().split_once('=').unwrap().1;
    assert!(!all.contains(session), "the cookie is in it");
}
