//! Signing in and out by browser.

use std::time::Duration;

use jiff::Timestamp;
use muster::clock::Clock;
use muster_api::session::CurrentUser;
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_user_signs_in_and_out() {
    let app = TestApp::start().await;
    let mut browser = app.anonymous();
    app.administrator().await;
    let answer = browser.sign_in("Admin", PASSWORD).await;
    assert_eq!(answer.expect_status(200).json::<CurrentUser>().name, "admin");
    let cookie = answer.header("set-cookie").to_owned();
    for part in [
        "muster_session=",
        "; Path=/",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Max-Age=604800",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "over plain HTTP browsers would drop it");
    browser.get("/api/v1/session").await.expect_status(200);

    let answer = browser.delete("/api/v1/session").await;
    assert!(answer.expect_status(204).header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        browser.get("/api/v1/session").await.expect_status(401).problem().code(),
        "unauthenticated"
    );
}

#[tokio::test]
async fn behind_https_the_cookie_is_bound_to_this_host() {
    let app = TestApp::start_with(Clock::system(), |config| {
        config.public_url = Some("https://muster.example.com".parse().unwrap());
    })
    .await;
    let mut browser = app.anonymous();
    app.administrator_by_identity().await;
    let answer = browser.sign_in("admin", PASSWORD).await;
    let cookie = answer.expect_status(200).header("set-cookie");
    assert!(
        cookie.starts_with("__Host-muster_session=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert!(answer.header("strict-transport-security").contains("max-age"));
}

#[tokio::test]
async fn a_wrong_password_an_unknown_user_and_an_empty_password_look_the_same() {
    let app = TestApp::start().await;
    app.administrator().await;
    let mut answers = Vec::new();
    for (name, password) in [
        ("admin", "wrong password"),
        ("nobody", PASSWORD),
        ("admin", ""),
        ("", ""),
    ] {
        let mut problem = app
            .anonymous()
            .sign_in(name, password)
            .await
            .expect_status(401)
            .problem();
        assert_eq!(problem.code(), "wrong-credentials");
        problem.request_id.clear();
        answers.push(problem);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
}

#[tokio::test]
async fn every_sign_in_gives_a_new_secret_and_ends_the_browsers_old_session() {
    let app = TestApp::start().await;
    let mut browser = app.administrator().await;
    let old = browser.clone();
    browser.sign_in("admin", PASSWORD).await.expect_status(200);
    assert_ne!(old.cookie, browser.cookie);
    old.get("/api/v1/session").await.expect_status(401);
    browser.get("/api/v1/session").await.expect_status(200);
}

#[tokio::test]
async fn the_database_holds_no_secret_of_a_session() {
    let app = TestApp::start().await;
    let browser = app.administrator().await;
    let secret = browser.cookie.clone().unwrap().split_once('=').unwrap().1.to_owned();
    app.app.database.close().await;
    for entry in std::fs::read_dir(app.folder()).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!content.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
}

#[tokio::test]
async fn an_unused_session_ends_after_12_hours_and_a_used_one_after_7_days() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let idle = app.administrator().await;
    let mut used = app.anonymous();
    used.sign_in("admin", PASSWORD).await.expect_status(200);
    clock.advance(11 * HOUR);
    used.get("/api/v1/session").await.expect_status(200);
    clock.advance(HOUR);
    idle.get("/api/v1/session").await.expect_status(401);
    for _ in 0..14 {
        used.get("/api/v1/session").await.expect_status(200);
        clock.advance(11 * HOUR);
    }
    used.get("/api/v1/session").await.expect_status(200);
    clock.advance(HOUR);
    used.get("/api/v1/session").await.expect_status(200);
    clock.advance(HOUR);
    used.get("/api/v1/session").await.expect_status(401);
}

#[tokio::test]
async fn a_session_survives_a_restart() {
    let app = TestApp::start().await;
    let cookie = app.administrator().await.cookie;
    let folder = app.stop().await;
    let app = TestApp::start_in(folder, Clock::system(), |_| {}).await;
    let mut browser = app.anonymous();
    browser.cookie = cookie;
    browser.get("/api/v1/session").await.expect_status(200);
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_act_with_the_users_cookie() {
    let app = TestApp::start().await;
    let browser = app.administrator().await;
    let from = |origin: &'static str| {
        let mut request = reqwest::Client::new().delete(format!("{}/api/v1/session", app.base));
        request = request.header("cookie", browser.cookie.clone().unwrap());
        if origin.is_empty() {
            request
        } else {
            request.header("origin", origin)
        }
    };
    for origin in [
        "",
        "null",
        "http://evil.example.com",
        "http://127.0.0.1",
        "http://127.0.0.1.evil.example.com",
    ] {
        let answer = Answer::of(from(origin)).await;
        assert_eq!(answer.expect_status(403).problem().code(), "forbidden", "{origin}");
    }
    browser.get("/api/v1/session").await.expect_status(200);
}

#[tokio::test]
async fn a_name_that_was_made_to_lead_here_is_no_origin_of_ours() {
    let app = TestApp::start().await;
    let browser = app.administrator().await;
    let port = app.base.rsplit(':').next().unwrap();
    let act = |host: &str| {
        let request = reqwest::Client::new().patch(format!("{}/api/v1/account/preferences", app.base));
        let request = request.header("cookie", browser.cookie.clone().unwrap());
        request
            .header("host", format!("{host}:{port}"))
            .header("origin", format!("http://{host}:{port}"))
            .json(&json!({}))
    };
    // The browser of somebody whose DNS was turned says this name in both headers.
    Answer::of(act("rebound.example.com")).await.expect_status(403);
    for ours in ["127.0.0.1", "localhost", "[::1]"] {
        Answer::of(act(ours)).await.expect_status(200);
    }
}

#[tokio::test]
async fn with_a_public_url_only_its_pages_are_ours() {
    let app = TestApp::start_with(Clock::system(), |config| {
        config.public_url = Some("http://muster.example.com".parse().unwrap());
    })
    .await;
    app.administrator_by_identity().await;
    let sign_in = |origin: String| {
        let request = app.anonymous().request(Method::POST, "/api/v1/session");
        request
            .header("origin", origin)
            .json(&json!({"name": "admin", "password": PASSWORD}))
    };
    Answer::of(sign_in("http://muster.example.com".into()))
        .await
        .expect_status(200);
    let answer = Answer::of(sign_in(app.base.clone())).await;
    let problem = answer.expect_status(403).problem();
    assert!(
        problem.detail.as_deref().unwrap().contains("http://muster.example.com"),
        "{problem:?}"
    );
}

#[tokio::test]
async fn nobody_is_signed_in_by_a_page_of_another_origin() {
    let app = TestApp::start().await;
    app.administrator().await;
    let request = app.anonymous().request(Method::POST, "/api/v1/session");
    let request = request
        .header("origin", "http://evil.example.com")
        .json(&json!({"name": "admin", "password": PASSWORD}));
    Answer::of(request).await.expect_status(403);
}

#[tokio::test]
async fn what_forms_can_send_is_refused() {
    let app = TestApp::start().await;
    let browser = app.administrator().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let request = browser
            .request(Method::POST, "/api/v1/account/tokens")
            .header("content-type", kind)
            .body("{}");
        assert_eq!(
            Answer::of(request).await.expect_status(415).problem().code(),
            "unsupported-media-type"
        );
    }
    let request = browser.request(Method::POST, "/api/v1/account/tokens").body("{}");
    Answer::of(request).await.expect_status(415);
}
