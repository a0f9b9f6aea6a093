//! What machines around the console rely on: health, metrics, request ids, headers, compression.

use reqwest::Method;

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn it_is_alive_and_ready_and_shows_its_figures() {
    let app = TestApp::start().await;
    let watcher = app.anonymous();
    watcher.get("/healthz").await.expect_status(200);
    watcher.get("/readyz").await.expect_status(200);
    watcher.get("/metrics").await.expect_status(200);
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_nobody_can_fill_them_with_words_of_his_own() {
    let app = TestApp::start().await;
    let watcher = app.anonymous();
    watcher.get("/metrics").await.expect_status(200);
    watcher.get("/healthz").await.expect_status(200);
    watcher.get("/nothing/of/the/kind").await;
    let odd = Method::from_bytes(b"INVENTED-BY-ME").unwrap();
    Answer::of(watcher.request(odd, "/healthz")).await;
    let figures = watcher.get("/metrics").await.expect_status(200).body.clone();
    for line in [
        "muster_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"}",
        "method=\"other\"",
        "route=\"other\"",
        "muster_http_request_seconds_bucket{method=\"GET\",route=\"/healthz\"",
    ] {
        assert!(figures.contains(line), "{line} is not in\n{figures}");
    }
    for word in ["INVENTED", "kind"] {
        assert!(!figures.contains(word), "{figures}");
    }
}

#[tokio::test]
async fn it_is_alive_but_not_ready_without_its_database() {
    let app = TestApp::start().await;
    app.app.database.close().await;
    app.anonymous().get("/healthz").await.expect_status(200);
    assert_eq!(
        app.anonymous().get("/readyz").await.expect_status(503).problem().code(),
        "storage"
    );
}

#[tokio::test]
async fn a_request_keeps_a_harmless_id_that_its_caller_gave() {
    let app = TestApp::start().await;
    let ask = |id: &str| {
        app.anonymous()
            .request(Method::GET, "/healthz")
            .header("x-request-id", id)
    };
    assert_eq!(
        Answer::of(ask("trace-0123456789")).await.header("x-request-id"),
        "trace-0123456789"
    );
    for odd in [
        "short",
        &"x".repeat(65),
        "with space in it",
        "<script>alert(1)</script>",
    ] {
        let answer = Answer::of(ask(odd)).await;
        assert_ne!(answer.header("x-request-id"), odd);
        assert_eq!(answer.header("x-request-id").len(), 32);
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_to_do_nothing_unasked() {
    let app = TestApp::start().await;
    for path in ["/", "/api/v1/setup", "/api/v1/nothing", "/healthz"] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline"), "{policy}");
    }
    assert_eq!(
        app.anonymous().get("/api/v1/setup").await.header("cache-control"),
        "no-store"
    );
}

#[tokio::test]
async fn large_json_is_compressed_and_small_is_not() {
    let app = TestApp::start().await;
    let ask = |path: &str| {
        app.anonymous()
            .request(Method::GET, path)
            .header("accept-encoding", "gzip")
    };
    assert_eq!(
        Answer::of(ask("/api/v1/openapi.json")).await.header("content-encoding"),
        "gzip"
    );
    assert_eq!(Answer::of(ask("/api/v1/setup")).await.header("content-encoding"), "");
}
