//! The table of routes, the router behind it and the published description say the same, and nobody gets in who may not.

use std::collections::BTreeSet;

use muster::router::{Access, Route, table};
use reqwest::Method;
use serde_json::Value;

use crate::support::{Answer, Client, TestApp};

/// The path with something for every parameter.
fn example(route: &Route) -> String {
    let part = |part: &str| {
        if part.starts_with('{') {
            "example".to_owned()
        } else {
            part.to_owned()
        }
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The code by which an answer on this route says why it failed.
fn code(route: &Route, answer: &Answer) -> String {
    if !route.for_kubernetes_clients {
        return answer.problem().code().to_owned();
    }
    let status: Value = answer.json();
    assert_eq!(
        (&status["kind"], &status["code"]),
        (&"Status".into(), &answer.status.into())
    );
    match status["reason"].as_str().unwrap() {
        "Unauthorized" => "unauthenticated".to_owned(),
        other => other.to_lowercase(),
    }
}

async fn call(client: &Client, route: &Route, method: Method) -> Answer {
    let request = client.request(method.clone(), &example(route));
    let request = if matches!(method, Method::GET | Method::HEAD | Method::OPTIONS) {
        request
    } else {
        request.header("content-type", "application/json").body("{}")
    };
    Answer::of(request).await
}

#[tokio::test]
async fn nobody_gets_through_a_route_that_is_not_public() {
    let app = TestApp::start().await;
    for route in table().iter().filter(|route| route.access != Access::Public) {
        for method in route.methods() {
            let answer = call(&app.anonymous(), route, method.clone()).await;
            assert_eq!(answer.status, 401, "{method} {}: {}", route.path, answer.body);
            if method != Method::HEAD {
                assert_eq!(code(route, &answer), "unauthenticated");
            }
        }
    }
}

#[tokio::test]
async fn a_user_without_a_permission_gets_through_no_route_that_needs_one() {
    let app = TestApp::start().await;
    let user = app.user("ada").await;
    let guarded: Vec<Route> = table()
        .into_iter()
        .filter(|route| matches!(route.access, Access::May(_) | Access::Administrator))
        .collect();
    assert!(!guarded.is_empty());
    for route in &guarded {
        for method in route.methods() {
            let answer = call(&user, route, method.clone()).await;
            assert_eq!(answer.status, 403, "{method} {}: {}", route.path, answer.body);
            if method != Method::HEAD {
                assert_eq!(code(route, &answer), "forbidden");
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_another_origin_opens_no_socket() {
    let app = TestApp::start().await;
    let browser = app.administrator().await;
    let request = reqwest::Client::new()
        .get(format!("{}/api/v1/live", app.base))
        .header("cookie", browser.cookie.unwrap())
        .header("origin", "http://evil.example.com")
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    Answer::of(request).await.expect_status(403);
}

#[tokio::test]
async fn every_route_is_described_with_the_method_and_path_of_the_table() {
    let app = TestApp::start().await;
    let description: Value = app
        .anonymous()
        .get("/api/v1/openapi.json")
        .await
        .expect_status(200)
        .json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut operation_ids = BTreeSet::new();
    let mut described = 0;
    for route in table() {
        for method in route.methods() {
            let operation = &description["paths"][route.documented_path()][method.as_str().to_lowercase()];
            assert!(operation.is_object(), "{method} {} is not described", route.path);
            assert!(
                operation["summary"].is_string(),
                "{method} {} has no summary",
                route.path
            );
            let public = operation["security"].is_null();
            assert_eq!(public, route.access == Access::Public, "{method} {}", route.path);
            let id = operation["operationId"].to_string();
            assert!(operation_ids.insert(id), "{}", operation["operationId"]);
            described += 1;
        }
    }
    let documented: usize = description["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|item| item.as_object().unwrap().len())
        .sum();
    assert_eq!(documented, described, "something is described that is no route");
}

#[tokio::test]
async fn every_type_that_the_description_names_is_described() {
    let app = TestApp::start().await;
    let text = app.anonymous().get("/api/v1/openapi.json").await.body;
    let description: Value = serde_json::from_str(&text).unwrap();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(
            description["components"]["schemas"][name].is_object(),
            "{name} is missing"
        );
    }
}

#[tokio::test]
async fn the_description_is_readable_as_a_page() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/api/docs").await;
    assert!(page.expect_status(200).header("content-type").starts_with("text/html"));
    for route in table() {
        assert!(
            page.body.contains(&format!("<code>{}</code>", route.documented_path())),
            "{} is missing",
            route.path
        );
    }
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_method_are_problems() {
    let app = TestApp::start().await;
    let browser = app.administrator().await;
    for path in ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/clusters"] {
        assert_eq!(
            browser.get(path).await.expect_status(404).problem().code(),
            "not-found",
            "{path}"
        );
    }
    browser.post("/api/v1/nothing", &()).await.expect_status(404);
    for path in ["/api/v1/setup", "/healthz", "/api/v1/account/sessions"] {
        let answer = browser.patch(path, &()).await;
        assert_eq!(
            answer.expect_status(405).problem().code(),
            "method-not-allowed",
            "{path}"
        );
        assert_ne!(answer.header("allow"), "");
    }
}
