//! The very first start.

use std::time::Duration;

use jiff::Timestamp;
use muster::clock::Clock;
use muster_api::session::{CurrentUser, Role, SetupState};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::{PASSWORD, PostgresDatabase, TestApp, postgres_url};

async fn code(app: &TestApp) -> String {
    app.app
        .identity
        .first_start_code()
        .await
        .unwrap()
        .unwrap()
        .expose_secret()
        .to_owned()
}

fn request(code: &str, name: &str, password: &str) -> serde_json::Value {
    json!({"code": code, "name": name, "password": password})
}

async fn first_start(app: &TestApp) {
    let mut browser = app.anonymous();
    assert!(
        browser
            .get("/api/v1/setup")
            .await
            .json::<SetupState>()
            .administrator_missing
    );

    let code = code(app).await;
    let answer = browser.post("/api/v1/setup", &request(&code, "ada", PASSWORD)).await;
    let user: CurrentUser = answer.expect_status(201).json();
    assert_eq!((user.name.as_str(), user.role), ("ada", Role::Administrator));
    browser.keep_cookie(&answer);
    assert_eq!(
        browser
            .get("/api/v1/session")
            .await
            .expect_status(200)
            .json::<CurrentUser>(),
        user
    );
    assert!(
        !browser
            .get("/api/v1/setup")
            .await
            .json::<SetupState>()
            .administrator_missing
    );

    let again = app
        .anonymous()
        .post("/api/v1/setup", &request(&code, "eve", PASSWORD))
        .await;
    assert_eq!(again.expect_status(403).problem().code(), "wrong-code");
    assert!(
        app.app.identity.first_start_code().await.unwrap().is_none(),
        "no code while there is an administrator"
    );
}

#[tokio::test]
async fn the_printed_code_makes_the_first_administrator_once() {
    first_start(&TestApp::start().await).await;
}

#[tokio::test]
async fn the_first_start_is_the_same_on_postgresql() {
    let Some(server) = postgres_url() else { return };
    let postgres = PostgresDatabase::create(&server).await;
    let app = TestApp::start_on(&postgres.url()).await;
    first_start(&app).await;
    app.stop().await;
    postgres.remove().await;
}

#[tokio::test]
async fn a_wrong_code_makes_nobody() {
    let app = TestApp::start().await;
    let _code = code(&app).await;
    let answer = app
        .anonymous()
        .post("/api/v1/setup", &request("guess", "eve", PASSWORD))
        .await;
    assert_eq!(answer.expect_status(403).problem().code(), "wrong-code");
    assert!(
        app.anonymous()
            .get("/api/v1/setup")
            .await
            .json::<SetupState>()
            .administrator_missing
    );
}

#[tokio::test]
async fn a_code_works_for_24_hours_and_only_the_newest_one_does() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = TestApp::start_with(clock.clone(), |_| {}).await;
    let first = code(&app).await;
    let second = code(&app).await;
    let browser = app.anonymous();
    browser
        .post("/api/v1/setup", &request(&first, "ada", PASSWORD))
        .await
        .expect_status(403);
    clock.advance(Duration::from_hours(24));
    browser
        .post("/api/v1/setup", &request(&second, "ada", PASSWORD))
        .await
        .expect_status(403);
    let third = code(&app).await;
    clock.advance(Duration::from_secs(86_399));
    browser
        .post("/api/v1/setup", &request(&third, "ada", PASSWORD))
        .await
        .expect_status(201);
}

#[tokio::test]
async fn a_bad_name_or_password_is_told_at_its_field_and_the_code_stays_good() {
    let app = TestApp::start().await;
    let code = code(&app).await;
    let browser = app.anonymous();
    let problem = browser
        .post("/api/v1/setup", &request(&code, "", "short"))
        .await
        .expect_status(422)
        .problem();
    let found: Vec<_> = problem
        .field_problems
        .iter()
        .map(|problem| (&*problem.field, &*problem.code))
        .collect();
    assert_eq!(found, [("name", "required"), ("password", "password-too-short")]);
    browser
        .post("/api/v1/setup", &request(&code, "ada", PASSWORD))
        .await
        .expect_status(201);
}

#[tokio::test]
async fn of_many_who_have_the_code_one_becomes_administrator() {
    let app = TestApp::start().await;
    let code = code(&app).await;
    let attempts = (0..8).map(|number| {
        let browser = app.anonymous();
        let request = request(&code, &format!("user{number}"), PASSWORD);
        async move { browser.post("/api/v1/setup", &request).await.status }
    });
    let statuses = futures::future::join_all(attempts).await;
    assert_eq!(
        statuses.iter().filter(|status| **status == 201).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 403).count(),
        7,
        "{statuses:?}"
    );
}
