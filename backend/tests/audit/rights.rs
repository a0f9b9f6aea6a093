//! What is done to rights, people and providers: to whom, what, where, until when, and what it was before.

use std::time::Duration;

use jiff::Timestamp;
use muster::database::{identity_providers, provider_changes};
use muster_api::audit::AuditEvent;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::log::{one_of_request, read};
use crate::support::{Answer, Client, TestApp};

/// Longer than the console waits between two looks at what it does by itself.
const PATIENCE: Duration = Duration::from_secs(40);

async fn id_of(client: &Client) -> String {
    let session: Value = client.get("/api/v1/session").await.expect_status(200).json();
    session["id"].as_str().unwrap().to_owned()
}

async fn put(client: &Client, path: &str, body: &Value) -> Answer {
    Answer::of(client.request(Method::PUT, path).json(body)).await
}

fn told(event: &AuditEvent) -> (&str, Option<&str>) {
    (&event.action, event.object.name.as_deref())
}

async fn grant(admin: &Client, role: &str, user: &str) -> Answer {
    let request = json!({
        "role": role,
        "subject": {"kind": "user", "id": user},
        "scope": {"kind": "everything"},
        "expiresAt": "2199-01-31T18:00:00Z",
    });
    admin.post("/api/v1/bindings", &request).await
}

/// The first event of this action that is the console's own doing, when there is one.
async fn by_the_console(admin: &Client, action: &str) -> AuditEvent {
    let by_itself = async {
        loop {
            let events = read(admin, &format!("action={action}")).await.items;
            if let Some(event) = events.into_iter().find(|event| event.actor.credential == "console") {
                return event;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(PATIENCE, by_itself).await.expect("an event")
}

#[tokio::test]
async fn a_granted_and_a_revoked_role_is_told_with_whom_what_where_and_until_when() {
    let app = TestApp::start().await;
    let (admin, ada) = (app.administrator().await, app.user("ada").await);
    let id = id_of(&ada).await;
    let granted = grant(&admin, "user-manager", &id).await;
    let binding: Value = granted.expect_status(201).json();
    let event = one_of_request(&admin, &granted).await;
    assert_eq!(told(&event), ("binding-granted", Some("user-manager: ada")));
    let details = &event.details;
    assert_eq!(details["role"]["name"], "user-manager");
    assert_eq!(details["subject"]["id"], json!(id));
    assert_eq!(details["subject"]["name"], "ada");
    assert_eq!(details["scope"]["kind"], "everything");
    assert_eq!(details["until"], "2199-01-31T18:00:00Z");

    let path = format!("/api/v1/bindings/{}", binding["id"].as_str().unwrap());
    let revoked = admin.delete(&path).await;
    revoked.expect_status(204);
    let event = one_of_request(&admin, &revoked).await;
    assert_eq!(told(&event), ("binding-revoked", Some("user-manager: ada")));
    assert_eq!(event.details["binding"], binding["id"]);
    assert_eq!(event.details["until"], "2199-01-31T18:00:00Z");
}

#[tokio::test]
async fn a_binding_that_ends_by_itself_is_told_as_the_console_s_own_doing() {
    let app = TestApp::start().await;
    let (admin, ada) = (app.administrator().await, app.user("ada").await);
    let end = app.app.clock.now() + jiff::SignedDuration::from_secs(2);
    let request = json!({"role": "user-manager", "subject": {"kind": "user", "id": id_of(&ada).await},
        "scope": {"kind": "everything"}, "expiresAt": end.to_string()});
    let granted = admin.post("/api/v1/bindings", &request).await;
    let binding: Value = granted.expect_status(201).json();
    let event = by_the_console(&admin, "binding-revoked").await;
    assert_eq!(told(&event), ("binding-revoked", Some("user-manager: ada")));
    assert_eq!(event.reason, "Its time was over.");
    assert_eq!(event.details["binding"], binding["id"]);
    assert_eq!(event.details["until"], end.to_string());
}

#[tokio::test]
async fn what_is_refused_because_it_exceeds_ones_own_rights_is_told_with_what_was_asked_for() {
    let app = TestApp::start().await;
    let (admin, ada) = (app.administrator().await, app.user("ada").await);
    let role = json!({"name": "role makers", "level": "global", "permissions": ["manage-roles", "manage-bindings"]});
    admin.post("/api/v1/roles", &role).await.expect_status(201);
    let id = id_of(&ada).await;
    grant(&admin, "role makers", &id).await.expect_status(201);
    let refused = grant(&ada, "administrator", &id).await;
    refused.expect_status(403);
    assert_eq!(refused.problem().code(), "exceeds-own-rights");
    let event = one_of_request(&admin, &refused).await;
    assert_eq!(
        (event.decision.as_str(), event.code.as_deref()),
        ("denied", Some("exceeds-own-rights"))
    );
    assert_eq!(event.details["role"], "administrator");
    assert_eq!(event.details["subject"]["id"], json!(id));
}

#[tokio::test]
async fn a_changed_role_is_told_with_what_came_and_what_went() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let reading = |resource: &str| json!({"apiGroups": [""], "resources": [resource], "verbs": ["get", "list"]});
    let mut role = json!({"name": "readers", "level": "cluster", "rules": [reading("pods"), reading("services")]});
    let made = admin.post("/api/v1/roles", &role).await;
    let id = made.expect_status(201).json::<Value>()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let event = one_of_request(&admin, &made).await;
    assert_eq!(told(&event), ("role-changed", Some("readers")));
    let came = json!(["get, list pods in core", "get, list services in core"]);
    assert_eq!(event.details["rulesAdded"], came);

    role["rules"] = json!([reading("pods"), reading("secrets")]);
    role["permissions"] = json!(["read-audit"]);
    let path = format!("/api/v1/roles/{id}");
    let changed = put(&admin, &path, &role).await;
    changed.expect_status(200);
    let event = one_of_request(&admin, &changed).await;
    assert_eq!(event.details["rulesAdded"], json!(["get, list secrets in core"]));
    assert_eq!(event.details["rulesRemoved"], json!(["get, list services in core"]));
    assert_eq!(event.details["permissions"], json!({"from": [], "to": ["read-audit"]}));
    assert_eq!(event.details.get("level"), None, "it is as it was");

    role["rules"] = (0..200).map(|number| reading(&format!("things{number}"))).collect();
    let changed = put(&admin, &path, &role).await;
    changed.expect_status(200);
    let event = one_of_request(&admin, &changed).await;
    let added = event.details["rulesAdded"].as_array().unwrap();
    assert_eq!((added.len(), added.last().unwrap()), (21, &json!("… and 180 more")));
    let removed = admin.delete(&path).await;
    removed.expect_status(204);
    let event = one_of_request(&admin, &removed).await;
    assert_eq!(
        event.details["permissions"],
        json!({"from": ["read-audit"], "to": null})
    );
}

#[tokio::test]
async fn a_changed_user_is_told_with_what_changed_and_never_with_a_password() {
    let app = TestApp::start().await;
    let (admin, ada) = (app.administrator().await, app.user("ada").await);
    let path = format!("/api/v1/users/{}", id_of(&ada).await);
    let request = json!({"displayName": "Ada", "disabled": true, "password": "canary canary canary"});
    let changed = admin.patch(&path, &request).await;
    changed.expect_status(200);
    let event = one_of_request(&admin, &changed).await;
    assert_eq!(told(&event), ("user-changed", Some("ada")));
    assert_eq!(event.details["disabled"], json!({"from": false, "to": true}));
    assert_eq!(event.details["newPassword"], true);
    let removed = admin.delete(&path).await;
    removed.expect_status(204);
    assert_eq!(
        one_of_request(&admin, &removed).await.object.name.as_deref(),
        Some("ada")
    );
    assert!(!admin.get("/api/v1/audit/export").await.body.contains("canary"));
}

fn provider(client: &str) -> Value {
    json!({
        "name": "Company",
        "settings": {"kind": "oidc", "issuer": "https://id.example.com", "clientId": client},
        "secrets": {"clientSecret": "canary-secret"},
    })
}

#[tokio::test]
async fn a_changed_provider_is_told_with_the_names_of_what_changed_and_never_with_a_secret() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let made = admin.post("/api/v1/providers", &provider("one")).await;
    let id = made.expect_status(201).json::<Value>()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let event = one_of_request(&admin, &made).await;
    assert_eq!(told(&event), ("provider-changed", Some("Company")));
    assert_eq!(event.details["secretsWritten"], json!(["clientSecret"]));
    let path = format!("/api/v1/providers/{id}");
    let changed = put(&admin, &path, &provider("two")).await;
    changed.expect_status(200);
    let event = one_of_request(&admin, &changed).await;
    assert_eq!(event.details["fields"], json!(["settings/clientId"]));

    // Somebody who does not come back in time: the console takes it back by itself.
    let (database, id) = (&app.app.database, Uuid::parse_str(&id).unwrap());
    let record = identity_providers::find(database, id).await.unwrap().unwrap();
    let over = Timestamp::now();
    let changed_by = app.app.identity.user_by_name("admin").await.unwrap().id;
    provider_changes::begin(database, &record, changed_by, over)
        .await
        .unwrap();
    let event = by_the_console(&admin, "provider-changed").await;
    assert_eq!(event.object.name.as_deref(), Some("Company"));
    assert_eq!(event.details["takenBack"], true);
    let removed = admin.delete(&path).await;
    removed.expect_status(204);
    assert_eq!(told(&one_of_request(&admin, &removed).await).1, Some("Company"));
    assert!(!admin.get("/api/v1/audit/export").await.body.contains("canary"));
}
