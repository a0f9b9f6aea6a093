//! Bodies that are broken, too large, or not what they should be.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp};

const TOKENS: &str = "/api/v1/account/tokens";

async fn send(app: &TestApp, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = app.administrator().await.request(Method::POST, path);
    Answer::of(request.header("content-type", "application/json").body(body)).await
}

#[tokio::test]
async fn broken_json_is_told_with_line_and_column() {
    let app = TestApp::start().await;
    let problem = send(&app, TOKENS, "{\n  \"name\": }")
        .await
        .expect_status(400)
        .problem();
    assert!(problem.detail.unwrap().contains("line 2, column 11"));
}

#[tokio::test]
async fn a_missing_or_wrong_field_is_named() {
    let app = TestApp::start().await;
    let problem = send(&app, TOKENS, "{\"name\": \"x\", \"lifetimeSeconds\": -1}")
        .await
        .expect_status(422)
        .problem();
    assert_eq!(problem.field_problems[0].field, "lifetimeSeconds");
    let problem = send(&app, TOKENS, "{\"name\": \"x\"}")
        .await
        .expect_status(422)
        .problem();
    assert!(problem.detail.unwrap().contains("lifetimeSeconds"));
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_with_a_sentence() {
    let app = TestApp::start().await;
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(2_000_001));
    let problem = send(&app, TOKENS, large).await.expect_status(413).problem();
    assert!(problem.detail.unwrap().contains("2 MB"));
}

#[tokio::test]
async fn a_body_of_unknown_length_is_cut_off_at_the_limit() {
    let app = TestApp::start().await;
    let parts = (0..30).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100_000]));
    let body = reqwest::Body::wrap_stream(futures::stream::iter(parts));
    send(&app, TOKENS, body).await.expect_status(413);
}

#[tokio::test]
async fn a_kubeconfig_of_10_megabytes_gets_an_answer_that_says_what_is_wrong() {
    let app = TestApp::start().await;
    let kubeconfig = "#".repeat(10_000_000);
    let body = json!({"kubeconfig": kubeconfig}).to_string();
    let answer = send(&app, "/api/v1/kubeconfig/inspect", body).await;
    assert!(matches!(answer.status, 413 | 422), "{}", answer.status);
    assert!(answer.problem().detail.is_some());
}
