//! The first people of a provider that cannot be searched, and changes of it by those who came by it.

use jiff::SignedDuration;
use muster::database::{identity_providers, provider_changes, provider_users};
use muster_api::access::Binding;
use muster_api::provider::{Admission, AdmissionMode, ExternalPrincipal, PrincipalKind, Provider, ProviderRequest};
use reqwest::Method;
use serde_json::json;

use crate::browser::{Browser, add, request};
use crate::fake_oidc::FakeOidc;
use crate::scene::{Scene, scene};
use crate::support::{Answer, Client, TestApp};

fn typed(kind: PrincipalKind, id: &str) -> ExternalPrincipal {
    ExternalPrincipal {
        kind,
        external_id: id.into(),
        name: id.into(),
    }
}

fn listing(scene: &Scene, listed: Vec<ExternalPrincipal>) -> ProviderRequest {
    let mut request = request("GitHub", scene.github.settings());
    request.secrets.client_secret = None;
    request.admission = Admission {
        mode: AdmissionMode::Listed,
        listed,
    };
    request
}

async fn put(client: &Client, scene: &Scene, request: &ProviderRequest) -> Answer {
    let path = format!("/api/v1/providers/{}", scene.provider);
    Answer::of(client.request(Method::PUT, &path).json(request)).await
}

#[tokio::test]
async fn a_typed_login_becomes_the_number_behind_it_and_lets_its_owner_in() {
    let scene = scene().await;
    let administrator = scene.app.administrator().await;
    let request = listing(
        &scene,
        vec![
            typed(PrincipalKind::User, "Ada"),
            typed(PrincipalKind::Group, "lovelace"),
            typed(PrincipalKind::Group, "team:680"),
        ],
    );
    let kept: Provider = put(&administrator, &scene, &request).await.expect_status(200).json();
    let ids: Vec<_> = kept
        .admission
        .listed
        .iter()
        .map(|one| (one.external_id.as_str(), one.name.as_str()))
        .collect();
    assert_eq!(
        ids,
        [("user:583231", "ada"), ("org:45", "lovelace"), ("team:680", "team:680")]
    );
    assert_eq!(scene.browser().sign_in(scene.provider).await, "/");
    // Whoever takes the login later is not the one who was meant.
    let request = listing(&scene, vec![typed(PrincipalKind::User, "ada")]);
    put(&administrator, &scene, &request).await.expect_status(200);
    scene.github.world().user.0 = 1;
    assert_eq!(
        scene.browser().sign_in(scene.provider).await,
        scene.problem("not-admitted")
    );
}

#[tokio::test]
async fn a_login_that_nobody_has_is_told_at_its_place_and_nothing_is_kept() {
    let scene = scene().await;
    let administrator = scene.app.administrator().await;
    for (kind, id, words) in [
        (PrincipalKind::User, "nobody", "GitHub knows nobody"),
        (PrincipalKind::User, "lovelace", "an organization, not a person"),
        (PrincipalKind::Group, "ada", "a person, not a group"),
        (PrincipalKind::Group, "lovelace/engines", "by its id"),
        (PrincipalKind::Group, "../../user", "by its id"),
    ] {
        let request = listing(&scene, vec![typed(PrincipalKind::User, "user:583231"), typed(kind, id)]);
        let problem = put(&administrator, &scene, &request).await.expect_status(422).problem();
        assert_eq!(problem.field_problems[0].field, "admission/listed/1", "{id}");
        assert!(
            problem.field_problems[0].message.contains(words),
            "{}",
            problem.field_problems[0].message
        );
    }
    let kept = identity_providers::find(&scene.app.app.database, scene.provider)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.admission.mode, AdmissionMode::Anyone);
}

#[tokio::test]
async fn a_role_is_granted_to_the_typed_value_of_a_claim_before_anybody_brought_it() {
    let oidc = FakeOidc::start().await;
    let app = TestApp::start().await;
    let administrator = app.administrator().await;
    let mut request = request("Single sign-on", oidc.settings());
    request.admission.mode = AdmissionMode::ListedOrBound;
    let provider = add(&app, &request).await;
    let mut browser = Browser::new(&app, &oidc.server.authority);
    let refused = browser.sign_in(provider).await;
    assert!(refused.contains("not-admitted"), "{refused}");
    let grant = json!({"role": "user-manager", "scope": {"kind": "everything"}, "subject": {
        "kind": "group", "provider": provider.to_string(), "externalId": "engines"}});
    let binding: Binding = administrator
        .post("/api/v1/bindings", &grant)
        .await
        .expect_status(201)
        .json();
    assert_eq!(binding.subject.name, "engines");
    assert_eq!(browser.sign_in(provider).await, "/");
    browser.get("/api/v1/users").await.expect_status(200);
}

#[tokio::test]
async fn signing_in_again_on_the_providers_page_confirms_ones_own_change_of_it() {
    let scene = scene().await;
    assert_eq!(scene.browser().sign_in(scene.provider).await, "/");
    let database = &scene.app.app.database;
    let user = provider_users::find(database, scene.provider, "user:583231")
        .await
        .unwrap()
        .unwrap();
    let before = identity_providers::find(database, scene.provider)
        .await
        .unwrap()
        .unwrap();
    let until = scene.app.app.clock.now() + SignedDuration::from_mins(5);
    provider_changes::begin(database, &before, user.id, until)
        .await
        .unwrap();
    assert_eq!(scene.browser().sign_in(scene.provider).await, "/");
    assert_eq!(provider_changes::find(database, scene.provider).await.unwrap(), None);
}

#[tokio::test]
async fn a_secret_is_demanded_again_and_never_lost_when_it_would_go_elsewhere() {
    let scene = scene().await;
    let administrator = scene.app.administrator().await;
    let mut moved = request("GitHub", scene.github.settings());
    moved.secrets.client_secret = None;
    if let muster_api::provider::ProviderSettings::GitHub(settings) = &mut moved.settings {
        settings.certificate_authority = None;
    }
    let problem = put(&administrator, &scene, &moved).await.expect_status(422).problem();
    assert_eq!(problem.field_problems[0].field, "secrets/clientSecret");
    let directory = json!({"name": "Directory", "secrets": {"bindPassword": "secret"}, "settings": {
        "kind": "ldap", "urls": ["ldaps://ldap.example.org"], "bindName": "cn=muster,dc=example,dc=org",
        "userBases": ["dc=example,dc=org"], "userObjectClass": "inetOrgPerson", "loginAttributes": ["uid"],
        "nameAttribute": "uid", "displayNameAttribute": "cn", "emailAttribute": "mail", "uniqueAttribute": "entryUUID",
        "groupBases": ["dc=example,dc=org"], "groupObjectClasses": ["groupOfNames"], "groupNameAttribute": "cn",
        "groupUniqueAttribute": "entryUUID", "membership": "member"}});
    let made: Provider = administrator
        .post("/api/v1/providers", &directory)
        .await
        .expect_status(201)
        .json();
    let path = format!("/api/v1/providers/{}", made.id);
    for (field, value) in [
        ("serverName", json!("ldap1.example.org")),
        ("urls", json!(["ldaps://evil.example.org"])),
    ] {
        let mut changed = directory.clone();
        changed["settings"][field] = value;
        changed["secrets"] = json!({});
        let answer = Answer::of(administrator.request(Method::PUT, &path).json(&changed)).await;
        let problem = answer.expect_status(422).problem();
        assert_eq!(problem.field_problems[0].field, "secrets/bindPassword", "{field}");
    }
    let kept: Provider = administrator.get(&path).await.expect_status(200).json();
    assert_eq!(
        (kept.settings, kept.secrets_set),
        (made.settings, vec!["bindPassword".to_owned()])
    );
}
