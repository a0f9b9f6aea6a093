//! The browser application's page and files.

use crate::support::TestApp;

#[tokio::test]
async fn every_address_of_the_application_gets_its_page() {
    let app = TestApp::start().await;
    let mut policies = Vec::new();
    for path in [
        "/",
        "/sign-in",
        "/clusters/berlin/core/v1/pods",
        "/index.html",
        // Names have dots, and a page that shows one can be reloaded.
        "/clusters/shop.example.com",
        "/clusters/berlin/core/v1/nodes/-/node-1.example.com",
        "/clusters/berlin/apiextensions.k8s.io/v1/customresourcedefinitions/-/widgets.example.com",
        "/resources/core/v1/pods.js",
    ] {
        let page = app.anonymous().get(path).await;
        assert!(
            page.expect_status(200).header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert!(
            page.body.starts_with("<!doctype html>") || page.body.starts_with("<!DOCTYPE html>"),
            "{path}"
        );
        policies.push(page.header("content-security-policy").to_owned());
    }
    assert!(
        policies.iter().all(|policy| policy.contains("default-src 'none'")),
        "{policies:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_not_there_is_no_page() {
    let app = TestApp::start().await;
    for path in [
        "/nothing.js",
        "/js/nothing.wasm",
        "/js/nothing",
        "/snippets/muster-0123456789abcdef/nothing.js",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
    ] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_page_cannot_be_written_to() {
    let app = TestApp::start().await;
    app.anonymous().post("/clusters", &()).await.expect_status(405);
}
