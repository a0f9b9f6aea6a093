//! My account: preferences, password, sessions.

use muster_api::Collection;
use muster_api::account::Session;
use muster_api::session::{CurrentUser, Language, Theme};
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

const NEW: &str = "another good password";

#[tokio::test]
async fn language_and_theme_follow_the_user_to_every_browser() {
    let app = TestApp::start().await;
    let browser = app.user("ada").await;
    let chosen = json!({"language": "zh-CN", "theme": "dark"});
    browser
        .patch("/api/v1/account/preferences", &chosen)
        .await
        .expect_status(200);
    let other = app.user("ada").await;
    let user: CurrentUser = other.get("/api/v1/session").await.json();
    assert_eq!(user.preferences.language, Some(Language::SimplifiedChinese));
    assert_eq!(user.preferences.theme, Some(Theme::Dark));
}

#[tokio::test]
async fn a_preference_that_does_not_exist_is_told_at_its_field() {
    let app = TestApp::start().await;
    let browser = app.user("ada").await;
    let problem = browser
        .patch("/api/v1/account/preferences", &json!({"theme": "pink"}))
        .await
        .expect_status(422)
        .problem();
    assert_eq!(problem.field_problems[0].field, "theme");
}

#[tokio::test]
async fn a_new_password_works_at_once_and_ends_every_other_session() {
    let app = TestApp::start().await;
    let here = app.user("ada").await;
    let there = app.user("ada").await;
    let request = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    here.post("/api/v1/account/password", &request).await.expect_status(204);
    here.get("/api/v1/session").await.expect_status(200);
    there.get("/api/v1/session").await.expect_status(401);
    app.anonymous().sign_in("ada", PASSWORD).await.expect_status(401);
    app.anonymous().sign_in("ada", NEW).await.expect_status(200);
}

#[tokio::test]
async fn the_password_changes_only_for_who_knows_it_and_only_to_a_good_one() {
    let app = TestApp::start().await;
    let browser = app.user("ada-lovelace").await;
    for (current, new, field, code) in [
        ("wrong", NEW, "currentPassword", "wrong-password"),
        (PASSWORD, "short", "newPassword", "password-too-short"),
        (PASSWORD, "Ada-Lovelace", "newPassword", "password-is-name"),
    ] {
        let request = json!({"currentPassword": current, "newPassword": new});
        let problem = browser
            .post("/api/v1/account/password", &request)
            .await
            .expect_status(422)
            .problem();
        assert_eq!(
            (&*problem.field_problems[0].field, &*problem.field_problems[0].code),
            (field, code)
        );
    }
    app.anonymous()
        .sign_in("ada-lovelace", PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn guessing_the_current_password_is_slowed_down_too() {
    let app = TestApp::start().await;
    let browser = app.user("ada").await;
    let request = json!({"currentPassword": "wrong", "newPassword": NEW});
    for _ in 0..10 {
        browser
            .post("/api/v1/account/password", &request)
            .await
            .expect_status(422);
    }
    browser
        .post("/api/v1/account/password", &request)
        .await
        .expect_status(429);
}

#[tokio::test]
async fn a_user_sees_and_ends_the_own_sessions_only() {
    let app = TestApp::start().await;
    let here = app.user("ada").await;
    let there = app.user("ada").await;
    let stranger = app.user("eve").await;

    let sessions: Collection<Session> = here.get("/api/v1/account/sessions").await.expect_status(200).json();
    assert_eq!((sessions.total, sessions.items.len()), (2, 2));
    assert_eq!(sessions.items.iter().filter(|session| session.current).count(), 1);
    let other = sessions.items.iter().find(|session| !session.current).unwrap();
    assert_eq!(other.address, "127.0.0.1");

    let path = format!("/api/v1/account/sessions/{}", other.id);
    stranger.delete(&path).await.expect_status(404);
    there.get("/api/v1/session").await.expect_status(200);
    here.delete(&path).await.expect_status(204);
    there.get("/api/v1/session").await.expect_status(401);
    assert_eq!(
        here.delete(&path).await.expect_status(404).problem().code(),
        "not-found"
    );
    here.delete("/api/v1/account/sessions/not-an-id")
        .await
        .expect_status(404);
}

#[tokio::test]
async fn a_user_ends_all_other_sessions_at_once() {
    let app = TestApp::start().await;
    let here = app.user("ada").await;
    let there = app.user("ada").await;
    let stranger = app.user("eve").await;
    here.delete("/api/v1/account/sessions").await.expect_status(204);
    there.get("/api/v1/session").await.expect_status(401);
    here.get("/api/v1/session").await.expect_status(200);
    stranger.get("/api/v1/session").await.expect_status(200);
}
