//! The way to a provider's page and back.

use std::time::Duration;

use jiff::Timestamp;
use muster::clock::Clock;
use muster::context::RequestContext;
use muster_api::Collection;
use muster_api::audit::AuditPage;
use muster_api::provider::{ProviderRequest, SignInProvider};
use muster_api::session::Role;
use url::Url;

use crate::browser::{Browser, add, request};
use crate::fake_github::{FakeGitHub, SECRET, TOKEN};
use crate::scene::{scene, scene_at};
use crate::support::TestApp;

const COOKIE: &str = "muster_sign_in";
const EXPIRED: &str = "/sign-in?problem=sign-in-expired";

#[tokio::test]
async fn the_browser_leaves_with_a_challenge_a_state_and_our_exact_address() {
    let scene = scene().await;
    let mut browser = scene.browser();
    let page = Url::parse(&browser.leave(scene.provider, "").await).unwrap();
    let query: std::collections::BTreeMap<_, _> = page.query_pairs().into_owned().collect();
    assert_eq!(
        query["redirect_uri"],
        format!("{}/api/v1/sign-in/callback", scene.app.base)
    );
    assert_eq!(
        (&*query["code_challenge_method"], query["code_challenge"].len()),
        ("S256", 43)
    );
    assert_eq!(query["state"].len(), 43, "256 bits");
    let again = Url::parse(&browser.leave(scene.provider, "").await).unwrap();
    for name in ["state", "code_challenge"] {
        let new = again.query_pairs().find(|(key, _)| key == name).unwrap().1;
        assert_ne!(new, query[name], "{name}");
    }
}

#[tokio::test]
async fn behind_https_the_cookie_that_binds_the_browser_is_bound_to_this_host() {
    let github = FakeGitHub::start().await;
    let app = TestApp::start_with(Clock::system(), |config| {
        config.public_url = Some("https://muster.example.com".parse().unwrap());
    })
    .await;
    let provider = add(&app, &request("GitHub", github.settings())).await;
    let answer = Browser::new(&app, &github.server.authority)
        .get(&format!("/api/v1/sign-in/{provider}"))
        .await;
    let cookie = answer.expect_status(303).header("set-cookie");
    assert!(cookie.starts_with("__Host-muster_sign_in="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=600", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(
        answer
            .header("location")
            .contains("https%3A%2F%2Fmuster.example.com%2Fapi%2Fv1%2Fsign-in%2Fcallback")
    );
    assert_eq!(
        (answer.header("cache-control"), answer.header("referrer-policy")),
        ("no-store", "no-referrer")
    );
}

#[tokio::test]
async fn a_person_ends_where_he_wanted_to_be_and_never_elsewhere() {
    let scene = scene().await;
    for (wanted, expected) in [
        ("?return=/pods%3Fpage%3D2", "/pods?page=2"),
        ("?return=//evil.example.com", "/"),
        ("?return=https://evil.example.com", "/"),
        ("?return=/%5Cevil.example.com", "/"),
        ("?return=/api/v1/sign-in/x", "/"),
        ("", "/"),
    ] {
        let mut browser = scene.browser();
        let page = browser.leave(scene.provider, wanted).await;
        let back = browser.agree(&page).await;
        assert_eq!(browser.come_back(&back).await, expected, "{wanted}");
        assert!(!browser.cookies.contains_key(COOKIE), "used up");
        assert_eq!(browser.user().await.role, Role::User);
    }
}

#[tokio::test]
async fn a_state_works_once() {
    let scene = scene().await;
    let mut browser = scene.browser();
    let page = browser.leave(scene.provider, "").await;
    let back = browser.agree(&page).await;
    let before = browser.clone();
    assert_eq!(browser.come_back(&back).await, "/");
    let mut replay = before;
    assert_eq!(replay.come_back(&back).await, EXPIRED);
    replay.get("/api/v1/session").await.expect_status(401);
}

#[tokio::test]
async fn two_that_come_with_one_state_at_the_same_time_are_one_sign_in() {
    let scene = scene().await;
    let mut browser = scene.browser();
    let page = browser.leave(scene.provider, "").await;
    let back = browser.agree(&page).await;
    let many = (0..8).map(|_| {
        let (mut browser, back) = (browser.clone(), back.clone());
        tokio::spawn(async move { browser.come_back(&back).await })
    });
    let mut led = Vec::new();
    for one in many.collect::<Vec<_>>() {
        led.push(one.await.unwrap());
    }
    assert_eq!(led.iter().filter(|led| *led == "/").count(), 1, "{led:?}");
    assert_eq!(led.iter().filter(|led| *led == EXPIRED).count(), 7, "{led:?}");
}

/// CVE-2024-6508, CVE-2022-31034: whoever follows an attacker's link is not signed in as the attacker.
#[tokio::test]
async fn cve_2022_31034_a_sign_in_that_another_browser_began_signs_nobody_in() {
    let scene = scene().await;
    let mut attacker = scene.browser();
    let page = attacker.leave(scene.provider, "").await;
    let back = attacker.agree(&page).await;

    let mut victim = scene.browser();
    assert_eq!(victim.come_back(&back).await, EXPIRED);
    // With a sign-in of his own under way, too.
    let page = attacker.leave(scene.provider, "").await;
    let back = attacker.agree(&page).await;
    victim.leave(scene.provider, "").await;
    assert_eq!(victim.come_back(&back).await, EXPIRED);
    victim.get("/api/v1/session").await.expect_status(401);
    assert_eq!(attacker.come_back(&back).await, EXPIRED, "and the state is used up");
}

#[tokio::test]
async fn cve_2024_6508_a_state_that_is_missing_made_up_or_old_signs_nobody_in() {
    let clock = Clock::by_hand(Timestamp::now());
    let scene = scene_at(clock.clone()).await;
    let mut browser = scene.browser();
    for query in [
        "",
        "?code=the-code",
        "?state=",
        "?code=the-code&state=made-up",
        "?error=access_denied",
    ] {
        browser.leave(scene.provider, "").await;
        assert_eq!(
            browser.come_back(&format!("/api/v1/sign-in/callback{query}")).await,
            EXPIRED,
            "{query}"
        );
    }
    let page = browser.leave(scene.provider, "").await;
    let back = browser.agree(&page).await;
    clock.advance(Duration::from_mins(10));
    assert_eq!(browser.come_back(&back).await, EXPIRED);
    let page = browser.leave(scene.provider, "").await;
    let back = browser.agree(&page).await;
    clock.advance(Duration::from_secs(599));
    assert_eq!(browser.come_back(&back).await, "/");
}

#[tokio::test]
async fn whoever_says_no_at_the_provider_is_told_so_and_nothing_of_the_text_is_shown() {
    let scene = scene().await;
    let mut browser = scene.browser();
    for error in ["access_denied", "server_error", "%3Cscript%3E"] {
        let page = Url::parse(&browser.leave(scene.provider, "").await).unwrap();
        let state = page
            .query_pairs()
            .find(|(key, _)| key == "state")
            .unwrap()
            .1
            .into_owned();
        let back = format!("/api/v1/sign-in/callback?error={error}&error_description=call+0800&state={state}");
        assert_eq!(browser.come_back(&back).await, scene.problem("declined"));
    }
    assert_eq!(scene.github.world().asked, [""; 0]);
}

#[tokio::test]
async fn a_sign_in_ends_the_browsers_session_before() {
    let scene = scene().await;
    let mut browser = scene.browser();
    browser.sign_in(scene.provider).await;
    let mut before = browser.clone();
    browser.sign_in(scene.provider).await;
    before.get("/api/v1/session").await.expect_status(401);
    browser.get("/api/v1/session").await.expect_status(200);
}

#[tokio::test]
async fn a_provider_that_is_turned_off_or_gone_lets_nobody_in() {
    let scene = scene().await;
    let mut browser = scene.browser();
    let page = browser.leave(scene.provider, "").await;
    let back = browser.agree(&page).await;
    scene.change(|request| request.enabled = false).await;
    assert_eq!(browser.come_back(&back).await, scene.problem("not-found"));
    assert_eq!(browser.sign_in(scene.provider).await, scene.problem("not-found"));
    for path in ["example", "00000000-0000-0000-0000-000000000000"] {
        let answer = browser.get(&format!("/api/v1/sign-in/{path}")).await;
        assert!(
            answer
                .expect_status(303)
                .header("location")
                .starts_with("/sign-in?problem=not-found")
        );
    }
}

#[tokio::test]
async fn the_sign_in_page_is_told_what_people_may_sign_in_through_and_no_more() {
    let scene = scene().await;
    add(
        &scene.app,
        &ProviderRequest {
            enabled: false,
            ..request("Off", scene.github.settings())
        },
    )
    .await;
    let answer = scene.app.anonymous().get("/api/v1/sign-in-providers").await;
    let offered: Collection<SignInProvider> = answer.expect_status(200).json();
    assert_eq!(offered.total, 1);
    assert_eq!(
        (&*offered.items[0].id, &*offered.items[0].name),
        (&*scene.provider.to_string(), "GitHub")
    );
    assert!(
        !answer.body.contains("localhost") && !answer.body.contains("client"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn whoever_leaves_again_and_again_without_coming_back_must_wait() {
    let scene = scene().await;
    let mut browser = scene.browser();
    // Those who come back do not count.
    browser.sign_in(scene.provider).await;
    for _ in 0..100 {
        assert!(browser.leave(scene.provider, "").await.starts_with("https://"));
    }
    assert_eq!(
        browser.leave(scene.provider, "").await,
        scene.problem("too-many-attempts")
    );
}

#[tokio::test]
async fn the_database_holds_no_secret_in_the_clear() {
    let scene = scene().await;
    let mut browser = scene.browser();
    browser.sign_in(scene.provider).await;
    let page = Url::parse(&browser.leave(scene.provider, "").await).unwrap();
    let state = page
        .query_pairs()
        .find(|(key, _)| key == "state")
        .unwrap()
        .1
        .into_owned();
    let cookie = browser.cookies[COOKIE].clone();
    scene.app.app.database.close().await;
    for entry in std::fs::read_dir(scene.app.folder()).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in [TOKEN, SECRET, &*state, &*cookie] {
            assert!(
                !content.windows(secret.len()).any(|part| part == secret.as_bytes()),
                "{secret}"
            );
        }
    }
}

#[tokio::test]
async fn a_secret_never_goes_to_an_address_that_it_was_not_written_for() {
    let scene = scene().await;
    let other = FakeGitHub::start().await;
    let context = RequestContext::system(scene.app.app.clock.clone());
    let providers = &scene.app.app.providers;
    let mut moved = request("GitHub", other.settings());
    moved.secrets.client_secret = None;
    let refused = providers.replace(&context, scene.provider, &moved).await;
    assert!(
        refused.is_err(),
        "another GitHub has other accounts behind the same numbers"
    );
    let tried = providers
        .to_try(&context, &moved.settings, &moved.secrets, Some(scene.provider))
        .await;
    assert!(tried.is_err(), "the kept secret is not sent there");
    let same = providers
        .to_try(&context, &scene.github.settings(), &moved.secrets, Some(scene.provider))
        .await
        .unwrap();
    assert!(same.by_redirect().unwrap().test().await.works);
}

#[tokio::test]
async fn who_came_in_by_a_providers_page_and_who_did_not_is_in_the_audit_log() {
    let scene = scene().await;
    let administrator = scene.app.administrator().await;
    let sign_ins = || async {
        let path = "/api/v1/audit?action=sign-in&action=sign-in-failed&actor=ada";
        let page: AuditPage = administrator.get(path).await.expect_status(200).json();
        page.items
    };
    let mut browser = scene.browser();
    let page = browser.leave(scene.provider, "").await;
    let back = browser.agree(&page).await;
    assert_eq!(browser.come_back(&back).await, "/");
    let [event] = &sign_ins().await[..] else {
        panic!("one event")
    };
    assert_eq!((event.action.as_str(), event.result.as_str()), ("sign-in", "ok"));
    assert_eq!(event.actor.provider, "GitHub");

    scene.github.world().token_error = Some("bad_verification_code");
    let mut refused = scene.browser();
    let page = refused.leave(scene.provider, "").await;
    let back = refused.agree(&page).await;
    assert!(refused.come_back(&back).await.starts_with("/sign-in?problem="));
    // Whoever comes by himself was at no provider.
    assert_eq!(
        scene
            .browser()
            .come_back("/api/v1/sign-in/callback?state=x&code=y")
            .await,
        EXPIRED
    );
    let path = "/api/v1/audit?action=sign-in-failed";
    let page: AuditPage = administrator.get(path).await.expect_status(200).json();
    let [event] = &page.items[..] else { panic!("{page:#?}") };
    assert_eq!(event.details["provider"], scene.provider.to_string());
}
