//! API tokens.

use std::time::Duration;

use jiff::Timestamp;
use muster::clock::Clock;
use muster_api::Collection;
use muster_api::account::{CreatedToken, Token};
use serde_json::json;

use crate::support::{Client, TestApp};

async fn create(client: &Client, seconds: u64) -> CreatedToken {
    let request = json!({"name": "backup script", "lifetimeSeconds": seconds});
    client
        .post("/api/v1/account/tokens", &request)
        .await
        .expect_status(201)
        .json()
}

async fn list(client: &Client) -> Vec<Token> {
    client
        .get("/api/v1/account/tokens")
        .await
        .expect_status(200)
        .json::<Collection<Token>>()
        .items
}

#[tokio::test]
async fn a_program_signs_in_with_a_token_and_needs_no_origin() {
    let app = TestApp::start().await;
    let browser = app.user("ada").await;
    let created = create(&browser, 3600).await;
    assert!(created.secret.starts_with("mst_"));
    let program = app.anonymous().with_token(&created.secret);
    program.get("/api/v1/session").await.expect_status(200);
    program
        .patch("/api/v1/account/preferences", &json!({}))
        .await
        .expect_status(200);
    assert!(
        !browser
            .get("/api/v1/account/tokens")
            .await
            .body
            .contains(&created.secret),
        "shown once"
    );
}

#[tokio::test]
async fn an_expired_a_deleted_and_an_invented_token_let_nobody_in() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let browser = app.user("ada").await;
    let short = app.anonymous().with_token(&create(&browser, 60).await.secret);
    let created = create(&browser, 3600).await;
    let long = app.anonymous().with_token(&created.secret);
    clock.advance(Duration::from_secs(59));
    short.get("/api/v1/session").await.expect_status(200);
    clock.advance(Duration::from_secs(1));
    short.get("/api/v1/session").await.expect_status(401);
    long.get("/api/v1/session").await.expect_status(200);
    browser
        .delete(&format!("/api/v1/account/tokens/{}", created.token.id))
        .await
        .expect_status(204);
    long.get("/api/v1/session").await.expect_status(401);
    for invented in ["mst_", "mst_AAAA", "AAAA", ""] {
        app.anonymous()
            .with_token(invented)
            .get("/api/v1/session")
            .await
            .expect_status(401);
    }
}

#[tokio::test]
async fn what_is_made_with_a_token_ends_with_it() {
    let app = TestApp::start().await;
    let browser = app.user("ada").await;
    let first = create(&browser, 3600).await;
    let program = app.anonymous().with_token(&first.secret);
    let second = create(&program, 86_400).await;
    assert_eq!(second.token.expires_at, first.token.expires_at, "no later");
    let short = create(&program, 60).await;
    assert!(short.token.expires_at < first.token.expires_at);
    let third = create(&app.anonymous().with_token(&second.secret), 3600).await;
    let own = create(&browser, 3600).await;
    let path = format!("/api/v1/account/tokens/{}", first.token.id);
    browser.delete(&path).await.expect_status(204);
    for (secret, status) in [
        (&first.secret, 401),
        (&second.secret, 401),
        (&short.secret, 401),
        (&third.secret, 401),
        (&own.secret, 200),
    ] {
        let client = app.anonymous().with_token(secret);
        client.get("/api/v1/session").await.expect_status(status);
    }
}

#[tokio::test]
async fn a_wrong_token_is_not_made_good_by_a_cookie_beside_it() {
    let app = TestApp::start().await;
    let mut browser = app.user("ada").await;
    browser.token = Some("mst_wrong".into());
    browser.get("/api/v1/session").await.expect_status(401);
}

#[tokio::test]
async fn the_last_use_is_shown_to_the_minute() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let browser = app.user("ada").await;
    let created = create(&browser, 3600).await;
    assert_eq!(list(&browser).await[0].last_used_at, None);
    let program = app.anonymous().with_token(&created.secret);
    program.get("/api/v1/session").await.expect_status(200);
    let first = list(&browser).await[0].last_used_at.clone().unwrap();
    clock.advance(Duration::from_secs(59));
    program.get("/api/v1/session").await.expect_status(200);
    assert_eq!(
        list(&browser).await[0].last_used_at.clone().unwrap(),
        first,
        "no write for every request"
    );
    clock.advance(Duration::from_secs(1));
    program.get("/api/v1/session").await.expect_status(200);
    assert_ne!(list(&browser).await[0].last_used_at.clone().unwrap(), first);
}

#[tokio::test]
async fn a_token_needs_a_name_and_a_life_of_a_minute_to_90_days() {
    let app = TestApp::start().await;
    let browser = app.user("ada").await;
    for (name, seconds, field) in [
        ("", 3600, "name"),
        (&*"x".repeat(101), 3600, "name"),
        ("ok", 59, "lifetimeSeconds"),
        ("ok", 7_776_001, "lifetimeSeconds"),
    ] {
        let request = json!({"name": name, "lifetimeSeconds": seconds});
        let problem = browser
            .post("/api/v1/account/tokens", &request)
            .await
            .expect_status(422)
            .problem();
        assert_eq!(problem.field_problems[0].field, field);
    }
    create(&browser, 7_776_000).await;
}

#[tokio::test]
async fn nobody_sees_or_deletes_another_users_token() {
    let app = TestApp::start().await;
    let browser = app.user("ada").await;
    let created = create(&browser, 3600).await;
    let stranger = app.administrator().await;
    assert_eq!(list(&stranger).await, []);
    stranger
        .delete(&format!("/api/v1/account/tokens/{}", created.token.id))
        .await
        .expect_status(404);
    assert_eq!(list(&browser).await.len(), 1);
}
