//! What a cluster answers, and how the console says that it did not.

use crate::recorder::{PATIENCE, Recorder, Reply, http, list};
use crate::support::Answer;
use crate::world::{World, status};
use futures::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::test]
async fn every_method_and_type_of_body_passes_unchanged() {
    let world = World::with(Recorder::always(list()).await).await;
    let patch = "application/apply-patch+yaml";
    for (method, kind, body) in [
        (Method::GET, None, ""),
        (Method::HEAD, None, ""),
        (Method::OPTIONS, None, ""),
        (Method::POST, Some("application/json"), r#"{"kind":"Pod"}"#),
        (
            Method::POST,
            Some("application/vnd.kubernetes.protobuf"),
            "k8s\0 binary",
        ),
        (Method::PUT, Some("application/yaml"), "kind: Pod"),
        (Method::PATCH, Some(patch), "kind: Pod"),
        (Method::PATCH, Some("application/strategic-merge-patch+json"), "{}"),
        (
            Method::DELETE,
            Some("application/json"),
            r#"{"propagationPolicy":"Background"}"#,
        ),
        (Method::DELETE, None, ""),
    ] {
        let mut request = world
            .program()
            .request(method.clone(), &world.path("/api/v1/namespaces/a/pods"));
        if let Some(kind) = kind {
            request = request.header("content-type", kind).body(body);
        }
        Answer::of(request).await.expect_status(200);
        let arrived = world.recorder.requests().pop().unwrap();
        assert_eq!(arrived.line(), format!("{method} /api/v1/namespaces/a/pods HTTP/1.1"));
        assert_eq!(arrived.header("content-type").as_deref(), kind);
        assert_eq!(arrived.body, body.as_bytes());
        let length = (!body.is_empty()).then(|| body.len().to_string());
        let sent = arrived.header("content-length").filter(|length| length != "0");
        assert_eq!(sent, length, "{method}");
        assert_eq!(arrived.header("transfer-encoding"), None, "{method}");
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_is_sent_as_it_comes() {
    let world = World::with(Recorder::always(list()).await).await;
    let megabyte = vec![b'x'; 1_000_000];
    let parts = futures::stream::iter(std::iter::repeat_n(megabyte, 20)).map(Ok::<_, std::io::Error>);
    let request = world
        .program()
        .request(
            Method::POST,
            &world.path("/api/v1/namespaces/a/services/web/proxy/upload"),
        )
        .body(reqwest::Body::wrap_stream(parts));
    Answer::of(request).await.expect_status(200);
    let arrived = world.recorder.only_request();
    assert_eq!(arrived.header("transfer-encoding").as_deref(), Some("chunked"));
    assert_eq!(arrived.body.len(), 20_000_000);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_it_says_its_length_or_not() {
    let world = World::with(Recorder::always(list()).await).await;
    let path = world.path("/api/v1/namespaces/a/services/web/proxy/upload");
    let line = format!("POST {path} HTTP/1.1");
    let answer = world.raw_with_token(&line, &["content-length: 100000001", "connection: close"]);
    // The console waits for the body that was promised before it gives up, so that browsers read the answer.
    let answer = answer.await;
    assert_eq!(status(&answer), 413, "{answer}");
    assert!(answer.contains("RequestEntityTooLarge"), "{answer}");
    assert!(world.recorder.requests().is_empty());

    let megabyte = vec![b'x'; 1_000_000];
    let parts = futures::stream::iter(std::iter::repeat_n(megabyte, 101)).map(Ok::<_, std::io::Error>);
    let request = world
        .program()
        .request(Method::POST, &path)
        .body(reqwest::Body::wrap_stream(parts));
    let answer = Answer::of(request).await;
    assert_eq!(
        answer.expect_status(413).json::<Value>()["reason"],
        "RequestEntityTooLarge"
    );
}

#[tokio::test]
async fn an_answer_keeps_its_status_its_body_and_the_headers_that_clients_know() {
    let body = r#"{"kind":"Status","status":"Failure","message":"no","reason":"Conflict","code":409}"#;
    let reply = http(
        "409 Conflict",
        "content-type: application/json
         cache-control: public, max-age=60
         etag: \"1\"
         warning: 299 - \"policy/v1beta1 is deprecated\"
         warning: 299 - \"unknown field\"
         retry-after: 1
         audit-id: 7
         x-kubernetes-pf-flowschema-uid: 8
         x-kubernetes-pf-prioritylevel-uid: 9
         www-authenticate: Basic realm=cluster
         server: something/1.0
         x-internal: 10.0.0.1",
        body,
    );
    let world = World::with(Recorder::always(Reply::Whole(reply)).await).await;
    let answer = world.program().get(&world.path("/api/v1/pods")).await;
    assert_eq!(answer.expect_status(409).body, body);
    for (name, value) in [
        ("content-type", "application/json"),
        ("cache-control", "private, max-age=60"),
        ("etag", "\"1\""),
        ("retry-after", "1"),
        ("audit-id", "7"),
        ("x-kubernetes-pf-flowschema-uid", "8"),
        ("x-kubernetes-pf-prioritylevel-uid", "9"),
        ("www-authenticate", ""),
        ("server", ""),
        ("x-internal", ""),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert_eq!(answer.headers.get_all("warning").iter().count(), 2);
    assert!(answer.header("content-security-policy").contains("sandbox"));
    assert_ne!(answer.header("x-request-id"), "");
}

#[tokio::test]
async fn an_answer_of_plain_text_or_of_no_type_at_all_stays_what_it_is() {
    for headers in ["content-type: text/plain", "x-none: 1"] {
        let reply = http("404 Not Found", headers, "404 page not found");
        let world = World::with(Recorder::always(Reply::Whole(reply)).await).await;
        let answer = world.program().get(&world.path("/apis/nothing/v1")).await;
        assert_eq!(answer.expect_status(404).body, "404 page not found");
    }
}

#[tokio::test]
async fn a_compressed_answer_is_passed_on_as_it_is_and_no_other_is_compressed() {
    let long = "x".repeat(100_000);
    let reply = http(
        "200 OK",
        "content-type: application/json\ncontent-encoding: gzip\nvary: Accept-Encoding",
        &long,
    );
    let world = World::with(Recorder::always(Reply::Whole(reply)).await).await;
    let ask = || {
        world
            .program()
            .request(Method::GET, &world.path("/api/v1/pods"))
            .header("accept-encoding", "gzip")
    };
    let answer = Answer::of(ask()).await;
    assert_eq!(answer.body, long, "the same bytes");
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert_eq!(
        world.recorder.only_request().header("accept-encoding").as_deref(),
        Some("gzip")
    );

    let reply = http("200 OK", "content-type: application/json", &long);
    let world = World::with(Recorder::always(Reply::Whole(reply)).await).await;
    let ask = || {
        world
            .program()
            .request(Method::GET, &world.path("/api/v1/pods"))
            .header("accept-encoding", "gzip, br")
    };
    let answer = Answer::of(ask()).await;
    assert_eq!(answer.header("content-encoding"), "");
    assert_eq!(answer.header("content-length"), "100000");
    assert_eq!(answer.body, long);
}

#[tokio::test]
async fn an_answer_that_breaks_off_does_not_look_whole() {
    for head in [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"items\": [",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n",
    ] {
        let world = World::with(Recorder::always(Reply::Whole(head.to_owned())).await).await;
        let request = world.program().request(Method::GET, &world.path("/api/v1/pods"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.bytes().await.is_err(), "{head}");
    }
}

#[tokio::test]
async fn a_cluster_that_does_not_know_the_console_is_not_taken_for_a_wrong_token() {
    let reply = http(
        "401 Unauthorized",
        "content-type: application/json",
        r#"{"kind":"Status","code":401}"#,
    );
    let world = World::with(Recorder::always(Reply::Whole(reply)).await).await;
    let answer = world.program().get(&world.path("/api/v1/pods")).await;
    let status: Value = answer.expect_status(502).json();
    assert_eq!(status["kind"], "Status");
    assert!(status["message"].as_str().unwrap().contains("recorder"), "{status}");
}

#[tokio::test]
async fn a_cluster_that_is_away_is_told_in_a_status() {
    let recorder = Recorder::always(list()).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let world = World::with(recorder).await;
    let context = muster::context::RequestContext::system(world.test.app.clock.clone());
    let kubeconfig = world
        .recorder
        .kubeconfig()
        .replace(&world.recorder.url, &format!("https://{closed}"));
    world
        .test
        .app
        .clusters
        .register_once(&context, &kubeconfig)
        .await
        .unwrap();
    let answer = world.program().get(&world.path("/api/v1/pods")).await;
    let status: Value = answer.expect_status(503).json();
    assert_eq!(
        (&status["kind"], &status["status"], &status["reason"], &status["code"]),
        (
            &json!("Status"),
            &json!("Failure"),
            &json!("ServiceUnavailable"),
            &json!(503)
        )
    );
    assert!(
        status["message"].as_str().unwrap().contains("nothing listens"),
        "{status}"
    );
}

#[tokio::test]
async fn an_upgrade_that_nobody_asked_for_is_no_answer() {
    let switched = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let world = World::with(Recorder::always(Reply::Echo(switched.to_owned())).await).await;
    let spdy = ["connection: Upgrade", "upgrade: SPDY/3.1"];
    for headers in [&["connection: close"][..], &spdy] {
        let line = format!("GET {} HTTP/1.1", world.path("/api/v1/namespaces/a/pods/b/exec"));
        let answer = tokio::time::timeout(PATIENCE, world.raw_with_token(&line, headers))
            .await
            .unwrap();
        assert_eq!(status(&answer), 502, "{answer}");
    }
}
