//! Who is let in by a provider that vouches for them, and as whom.

use std::collections::BTreeSet;

use muster::database::{groups, provider_users};
use muster_api::provider::{AdmissionMode, ExternalPrincipal, PrincipalKind};
use muster_api::session::CurrentUser;
use uuid::Uuid;

use crate::browser::{Browser, add, request};
use crate::fake_github::FakeGitHub;
use crate::scene::scene;
use crate::support::PASSWORD;

/// CVE-2025-23389, CVE-2022-31107: an identity that somebody else can choose never joins accounts.
#[tokio::test]
async fn cve_2025_23389_and_cve_2022_31107_no_name_and_no_address_joins_accounts() {
    let scene = scene().await;
    let local = scene.app.user("ada").await;
    let local: CurrentUser = local.get("/api/v1/session").await.json();
    let other = FakeGitHub::start().await;
    let second = add(&scene.app, &request("Other GitHub", other.settings())).await;

    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(scene.provider).await, "/");
    let first = browser.user().await;
    let mut browser = Browser::new(&scene.app, &other.server.authority);
    // The same number, login and address at another GitHub.
    assert_eq!(browser.sign_in(second).await, "/");
    let elsewhere = browser.user().await;
    let ids = BTreeSet::from([local.id, first.id, elsewhere.id]);
    assert_eq!(ids.len(), 3);
    assert_eq!((&*first.name, &*elsewhere.name), ("ada", "ada"));
    // The local one is still the one whom the password lets in.
    scene.app.anonymous().sign_in("ada", PASSWORD).await.expect_status(200);
}

#[tokio::test]
async fn whoever_comes_by_a_provider_has_no_password_and_no_role() {
    let scene = scene().await;
    scene.github.world().user.1 = "admin".into();
    assert_eq!(scene.browser().sign_in(scene.provider).await, "/");
    for password in ["", PASSWORD] {
        let answer = scene.app.anonymous().sign_in("admin", password).await;
        answer.expect_status(401);
    }
    assert!(scene.app.app.identity.administrator_missing().await.unwrap());
}

/// CVE-2026-58422: signing in at the provider enabled a disabled account again.
#[tokio::test]
async fn cve_2026_58422_a_disabled_user_stays_disabled() {
    let scene = scene().await;
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(scene.provider).await, "/");
    scene.run("UPDATE users SET disabled = TRUE").await;
    scene.github.world().user.1 = "renamed".into();
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(scene.provider).await, scene.problem("account-disabled"));
    browser.get("/api/v1/session").await.expect_status(401);
    let kept = provider_users::find(&scene.app.app.database, scene.provider, "user:583231")
        .await
        .unwrap()
        .unwrap();
    assert!(kept.disabled && kept.name == "ada");
}

#[tokio::test]
async fn with_a_list_only_listed_people_and_members_of_listed_groups_get_in() {
    let scene = scene().await;
    let listed = |kind, id: &str| ExternalPrincipal {
        kind,
        external_id: id.into(),
        name: "shown".into(),
    };
    let cases = [
        (vec![], false),
        (vec![listed(PrincipalKind::User, "user:583231")], true),
        (vec![listed(PrincipalKind::Group, "team:678")], true),
        (vec![listed(PrincipalKind::Group, "org:45")], true),
        (vec![listed(PrincipalKind::Group, "team:679")], false),
        // A group is no person, and a name is no id.
        (
            vec![
                listed(PrincipalKind::Group, "user:583231"),
                listed(PrincipalKind::User, "ada"),
            ],
            false,
        ),
    ];
    for (principals, let_in) in cases {
        scene
            .change(|request| {
                request.admission.mode = AdmissionMode::Listed;
                request.admission.listed.clone_from(&principals);
            })
            .await;
        let led = scene.browser().sign_in(scene.provider).await;
        let expected = if let_in {
            "/".to_owned()
        } else {
            scene.problem("not-admitted")
        };
        assert_eq!(led, expected, "{principals:?}");
    }
}

#[tokio::test]
async fn with_bindings_whoever_is_bound_or_in_a_bound_group_gets_in() {
    let scene = scene().await;
    scene
        .change(|request| request.admission.mode = AdmissionMode::ListedOrBound)
        .await;
    let refused = scene.problem("not-admitted");
    assert_eq!(scene.browser().sign_in(scene.provider).await, refused);
    let nobody = provider_users::find(&scene.app.app.database, scene.provider, "user:583231")
        .await
        .unwrap();
    assert!(nobody.is_none(), "who is not let in is not kept");

    let group = groups::GivenGroup {
        external_id: "team:678".into(),
        name: "engines".into(),
        place: "lovelace/engines".into(),
    };
    let group = groups::keep(&scene.app.app.database, scene.provider, &group)
        .await
        .unwrap();
    let bind = |column: &str, id: Uuid, expires: &str| {
        format!(
            "INSERT INTO role_bindings (id, role_id, {column}, scope, expires_at, granted_by, created_at) VALUES \
             (randomblob(16), randomblob(16), x'{}', 'everything', {expires}, 'test', 0)",
            id.simple()
        )
    };
    scene.run(&bind("group_id", group, "1")).await;
    assert_eq!(
        scene.browser().sign_in(scene.provider).await,
        refused,
        "an expired binding is none"
    );
    scene.run(&bind("group_id", group, "NULL")).await;
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(scene.provider).await, "/");

    scene.github.world().member_of.clear();
    assert_eq!(scene.browser().sign_in(scene.provider).await, refused);
    let user = Uuid::parse_str(&browser.user().await.id).unwrap();
    scene.run(&bind("user_id", user, "NULL")).await;
    assert_eq!(scene.browser().sign_in(scene.provider).await, "/");
}
