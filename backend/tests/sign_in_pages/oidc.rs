//! OpenID Connect against a provider that does everything wrong.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use muster::identity::providers::{RedirectProvider, Refreshed};
use muster_api::provider::ProviderSettings;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::browser::{Browser, add, request};
use crate::fake_oidc::{CLIENT, FakeOidc, Signature};
use crate::support::TestApp;

struct Scene {
    app: TestApp,
    oidc: FakeOidc,
    provider: Uuid,
}

async fn scene() -> Scene {
    let oidc = FakeOidc::start().await;
    let app = TestApp::start().await;
    let provider = add(&app, &request("Company", oidc.settings())).await;
    Scene { app, oidc, provider }
}

impl Scene {
    fn browser(&self) -> Browser {
        Browser::new(&self.app, &self.oidc.server.authority)
    }

    /// Where a new browser ends.
    async fn sign_in(&self) -> String {
        self.browser().sign_in(self.provider).await
    }

    fn problem(&self, code: &str) -> String {
        format!("/sign-in?problem={code}&provider={}", self.provider)
    }

    async fn asked(&self) -> Arc<dyn RedirectProvider> {
        self.app
            .app
            .providers
            .find(self.provider)
            .await
            .unwrap()
            .by_redirect()
            .unwrap()
    }
}

fn in_seconds(seconds: i64) -> i64 {
    Timestamp::now().as_second() + seconds
}

#[tokio::test]
async fn a_person_signs_in_with_the_groups_of_the_claim() {
    let scene = scene().await;
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(scene.provider).await, "/");
    let user = browser.user().await;
    assert_eq!((&*user.name, &*user.display_name), ("ada", "Ada Lovelace"));
    assert_eq!(browser.groups(&scene.app).await, ["engines", "looms"]);
    assert_eq!(scene.oidc.world().user_infos_read, 0, "everything was in the token");
}

/// CVE-2022-29165, CVE-2023-22482: claims that nobody vouches for, or that were made for somebody else.
#[tokio::test]
async fn cve_2022_29165_and_cve_2023_22482_a_token_with_anything_wrong_lets_nobody_in() {
    let scene = scene().await;
    let wrong: Vec<(&str, Value)> = vec![
        ("iss", json!({"iss": "https://evil.example.com"})),
        ("iss, nearly", json!({"iss": format!("{}/", scene.oidc.server.base)})),
        ("no iss", json!({"iss": null})),
        ("aud", json!({"aud": "another"})),
        ("no aud", json!({"aud": null})),
        ("several aud without azp", json!({"aud": [CLIENT, "another"]})),
        (
            "several aud with another azp",
            json!({"aud": [CLIENT, "another"], "azp": "another"}),
        ),
        ("another azp", json!({"azp": "another"})),
        ("nonce", json!({"nonce": "another"})),
        ("no nonce", json!({"nonce": null})),
        ("expired", json!({"exp": in_seconds(-61)})),
        ("no exp", json!({"exp": null})),
        (
            "issued in the future",
            json!({"iat": in_seconds(90), "exp": in_seconds(300)}),
        ),
        ("not yet", json!({"nbf": in_seconds(90)})),
        ("nbf that is no time", json!({"nbf": "soon"})),
        (
            "at_hash of another access token",
            json!({"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"}),
        ),
        ("no subject", json!({"sub": null})),
        ("empty subject", json!({"sub": " "})),
        ("endless subject", json!({"sub": "x".repeat(256)})),
    ];
    for (what, claims) in wrong {
        scene.oidc.world().claims = claims;
        let led = scene.sign_in().await;
        assert!(
            led == scene.problem("wrong-credentials") || led == scene.problem("provider-unavailable"),
            "{what}: {led}"
        );
    }
    scene.oidc.world().claims = json!({});
    for signature in [
        Signature::None,
        Signature::PublicKeyAsSecret,
        Signature::ClientSecret,
        Signature::OtherKey,
    ] {
        scene.oidc.world().signature = signature;
        let led = scene.sign_in().await;
        assert!(
            led == scene.problem("wrong-credentials") || led == scene.problem("provider-unavailable"),
            "{signature:?}: {led}"
        );
    }
    scene.oidc.world().claims = json!({"sub": "subject-2"});
    scene.oidc.world().signature = Signature::OfOtherClaims;
    assert_eq!(scene.sign_in().await, scene.problem("wrong-credentials"));
    scene.oidc.world().signature = Signature::Right;
    assert_eq!(scene.sign_in().await, "/", "nothing is wrong any more");
}

#[tokio::test]
async fn clocks_may_be_a_minute_apart_and_several_audiences_need_our_name() {
    let scene = scene().await;
    for claims in [
        json!({"exp": in_seconds(-40)}),
        json!({"iat": in_seconds(40), "nbf": in_seconds(40)}),
        json!({"aud": [CLIENT, "another"], "azp": CLIENT}),
        json!({"at_hash": null}),
    ] {
        scene.oidc.world().claims = claims.clone();
        assert_eq!(scene.sign_in().await, "/", "{claims}");
    }
}

#[tokio::test]
async fn the_discovery_document_must_name_exactly_the_issuer() {
    for name in ["https://evil.example.com", "/"] {
        let scene = scene().await;
        let wrong = if name == "/" {
            format!("{}/", scene.oidc.server.base)
        } else {
            name.to_owned()
        };
        scene.oidc.world().issuer = Some(wrong);
        assert_eq!(scene.sign_in().await, scene.problem("provider-misconfigured"));
    }
}

#[tokio::test]
async fn cve_2022_31105_nothing_is_sent_in_the_clear() {
    for (field, code) in [
        ("authorization_endpoint", "provider-misconfigured"),
        ("token_endpoint", "provider-unavailable"),
        ("jwks_uri", "provider-unavailable"),
    ] {
        let scene = scene().await;
        scene.oidc.world().document = json!({field: "http://localhost:1/"});
        assert_eq!(scene.sign_in().await, scene.problem(code), "{field}");
    }
}

#[tokio::test]
async fn new_keys_are_fetched_for_a_key_that_is_not_known_but_not_again_and_again() {
    let scene = scene().await;
    assert_eq!(scene.sign_in().await, "/");
    assert_eq!(scene.oidc.world().key_sets_read, 1);
    {
        let mut world = scene.oidc.world();
        world.kid = "two";
        world.published = vec!["two"];
    }
    assert_eq!(scene.sign_in().await, "/", "the provider has changed its key");
    assert_eq!(scene.oidc.world().key_sets_read, 2);
    // A key that is in no key set: the set was just read.
    scene.oidc.world().kid = "other";
    for _ in 0..5 {
        assert_eq!(scene.sign_in().await, scene.problem("wrong-credentials"));
    }
    assert_eq!(scene.oidc.world().key_sets_read, 2);
}

#[tokio::test]
async fn an_endless_key_set_is_not_read() {
    let scene = scene().await;
    scene.oidc.world().padding = 5_000_000;
    assert_eq!(scene.sign_in().await, scene.problem("provider-unavailable"));
    scene.oidc.world().padding = 500_000;
    assert_eq!(scene.sign_in().await, "/");
}

#[tokio::test]
async fn the_code_and_the_secret_follow_no_redirect() {
    let scene = scene().await;
    // To the same server, even: nobody said that the code belongs there.
    let elsewhere = format!("{}/elsewhere", scene.oidc.server.base);
    scene.oidc.world().redirect = Some(elsewhere);
    assert_eq!(scene.sign_in().await, scene.problem("provider-unavailable"));
    assert_eq!(scene.oidc.world().came_elsewhere, [""; 0]);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_given_up() {
    let scene = scene().await;
    scene.oidc.world().delay = Duration::from_secs(60);
    let led = tokio::time::timeout(Duration::from_secs(30), scene.sign_in())
        .await
        .unwrap();
    assert_eq!(led, scene.problem("provider-unavailable"));
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_not_shown_to_this_one() {
    let scene = scene().await;
    for (issuer, let_in) in [("https://evil.example.com", false), (&*scene.oidc.server.base, true)] {
        let mut browser = scene.browser();
        let page = browser.leave(scene.provider, "").await;
        let back = browser.agree(&page).await;
        let led = browser.come_back(&format!("{back}&iss={issuer}")).await;
        assert_eq!(led == "/", let_in, "{issuer}: {led}");
    }
}

#[tokio::test]
async fn groups_come_from_the_user_information_when_the_token_has_none() {
    let scene = scene().await;
    scene.oidc.world().claims = json!({"groups": null, "name": null});
    scene.oidc.world().user_info = json!({"groups": ["poets"], "name": "Countess"});
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(scene.provider).await, "/");
    assert_eq!(browser.groups(&scene.app).await, ["poets"]);
    assert_eq!(browser.user().await.display_name, "Countess");

    scene.oidc.world().user_info = json!({"groups": ["poets"], "sub": "somebody-else"});
    assert_eq!(scene.sign_in().await, scene.problem("wrong-credentials"));

    scene.oidc.world().user_info = json!({});
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(scene.provider).await, "/");
    assert_eq!(browser.groups(&scene.app).await, [""; 0], "no claim: no groups");
}

#[tokio::test]
async fn groups_that_do_not_fit_into_the_token_are_not_taken_for_none() {
    let scene = scene().await;
    scene.oidc.world().claims =
        json!({"groups": null, "_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {}}});
    assert_eq!(scene.sign_in().await, scene.problem("provider-unavailable"));
    scene.oidc.world().claims = json!({"groups": {"admin": true}});
    assert_eq!(scene.sign_in().await, scene.problem("provider-misconfigured"));
}

#[tokio::test]
async fn groups_are_found_at_the_path_of_the_settings() {
    let scene = scene().await;
    let mut settings = scene.oidc.oidc_settings();
    settings.groups_claim = "realm_access.roles".into();
    let provider = add(
        &scene.app,
        &request("By path", ProviderSettings::OpenIdConnect(settings)),
    )
    .await;
    scene.oidc.world().claims = json!({"realm_access": {"roles": ["one", "two"]}, "groups": ["other"]});
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(provider).await, "/");
    assert_eq!(browser.groups(&scene.app).await, ["one", "two"]);
}

/// CVE-2022-31107: an address, verified or not, never makes somebody another's account.
#[tokio::test]
async fn the_same_address_under_another_subject_is_somebody_else() {
    let scene = scene().await;
    let mut first = scene.browser();
    first.sign_in(scene.provider).await;
    scene.oidc.world().claims = json!({"sub": "subject-2"});
    let mut second = scene.browser();
    assert_eq!(second.sign_in(scene.provider).await, "/");
    assert_ne!(first.user().await.id, second.user().await.id);
}

#[tokio::test]
async fn an_account_is_looked_at_again_and_the_newest_refresh_token_comes_back() {
    let scene = scene().await;
    let provider = scene.asked().await;
    let renewal = SecretString::from(scene.oidc.world().refresh.clone());
    scene.oidc.world().claims = json!({"groups": ["poets"], "nonce": null});
    let (found, newest) = provider.refresh("subject-1", Some(&renewal)).await;
    let Refreshed::Present(person) = found else {
        panic!("{found:?}");
    };
    assert_eq!(person.groups.len(), 1);
    let newest = newest.unwrap();
    assert_ne!(newest.expose_secret(), renewal.expose_secret());

    let (found, none) = provider.refresh("subject-1", Some(&renewal)).await;
    assert!(
        matches!(found, Refreshed::Unknown { .. }) && none.is_none(),
        "the old one is used up: {found:?}"
    );

    // Whatever else fails, the newest is not lost.
    scene.oidc.world().signature = Signature::OtherKey;
    let (found, newest) = provider.refresh("subject-1", Some(&newest)).await;
    assert!(matches!(found, Refreshed::Unknown { .. }), "{found:?}");
    scene.oidc.world().signature = Signature::Right;
    scene.oidc.world().claims = json!({"sub": "subject-2", "nonce": null});
    let (found, newest) = provider.refresh("subject-1", newest.as_ref()).await;
    assert!(matches!(found, Refreshed::Unknown { .. }), "another account: {found:?}");

    // Without an identity token the groups must be said by the user information.
    scene.oidc.world().refresh_with_token = false;
    let (found, newest) = provider.refresh("subject-1", newest.as_ref()).await;
    assert!(
        matches!(found, Refreshed::Unknown { .. }),
        "nothing was said of groups: {found:?}"
    );
    scene.oidc.world().user_info = json!({"groups": []});
    let (found, newest) = provider.refresh("subject-1", newest.as_ref()).await;
    assert!(
        matches!(&found, Refreshed::Present(person) if person.groups.is_empty()),
        "{found:?}"
    );

    scene.oidc.world().token_error = Some("server_error");
    let (found, _) = provider.refresh("subject-1", newest.as_ref()).await;
    assert!(matches!(found, Refreshed::Unknown { .. }), "{found:?}");
    let (found, _) = provider.refresh("subject-1", None).await;
    let Refreshed::Unknown { reason } = found else {
        panic!("{found:?}");
    };
    assert!(reason.contains("refresh token"), "{reason}");
}

#[tokio::test]
async fn a_try_names_the_step_that_fails() {
    let scene = scene().await;
    scene.oidc.world().token_error = Some("invalid_grant");
    let test = scene.asked().await.test().await;
    let codes: Vec<_> = test.steps.iter().map(|step| &*step.code).collect();
    assert_eq!(
        codes,
        ["connect", "discovery", "keys", "authorization", "client"],
        "{test:?}"
    );
    assert!(test.works, "{test:?}");

    scene.oidc.world().token_error = Some("invalid_client");
    let test = scene.asked().await.test().await;
    let last = test.steps.last().unwrap();
    assert!(
        !test.works && last.code == "client" && last.message().contains("id and secret"),
        "{test:?}"
    );

    let other = self::scene().await;
    other.oidc.world().issuer = Some("https://elsewhere.example.com".into());
    let test = other.asked().await.test().await;
    let last = test.steps.last().unwrap();
    assert!(
        last.code == "discovery" && last.message().contains("elsewhere.example.com"),
        "{test:?}"
    );
}
