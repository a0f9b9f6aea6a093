//! What went wrong in others' proxies, each named after its advisory: none of it reaches a cluster.

use crate::recorder::{Recorded, Recorder, Reply, http, list};
use crate::world::{World, status};
use serde_json::Value;

const LINE: &str = "GET /k8s/clusters/recorder/api/v1/pods HTTP/1.1";

async fn world() -> World {
    World::with(Recorder::always(list()).await).await
}

/// The headers that arrived beside the identity, which is the token's and no other.
fn beside_the_identity(world: &World, arrived: &Recorded) -> Vec<String> {
    let all = arrived.headers();
    let (identity, others): (Vec<String>, Vec<String>) =
        all.into_iter().partition(|line| line.starts_with("impersonate-"));
    let [group, user] = &identity[..] else {
        panic!("{identity:?}")
    };
    // Administrators of the console are in one group, which has the console's own id.
    assert!(group.starts_with("impersonate-group: muster:group:"), "{group}");
    assert_eq!(*user, format!("impersonate-user: muster:user:{}", world.administrator));
    others
}

/// Everything else that arrives when nothing was smuggled.
fn expected(world: &World) -> Vec<String> {
    vec![
        "accept: application/json".to_owned(),
        "authorization: Bearer the-consoles-own".to_owned(),
        format!("host: {}", world.recorder.url.trim_start_matches("https://")),
    ]
}

/// Sends these headers beside a token and gives those that arrived, whose list must be the usual one.
async fn expect_nothing_smuggled(world: &World, headers: &[&str]) {
    let mut all = vec!["accept: application/json", "connection: close"];
    all.extend(headers);
    let before = world.recorder.requests().len();
    let answer = world.raw_with_token(LINE, &all).await;
    let arrived = world.recorder.requests();
    match status(&answer) {
        200 => {
            assert_eq!(arrived.len(), before + 1);
            let arrived = arrived.last().unwrap();
            assert_eq!(beside_the_identity(world, arrived), expected(world), "{headers:?}");
            assert_eq!(arrived.body, *b"");
        }
        400 => assert_eq!(arrived.len(), before, "{headers:?}: refused, but it arrived"),
        other => panic!("{headers:?}: {other}: {answer}"),
    }
}

#[tokio::test]
async fn cve_2021_31999_and_cve_2022_23652_no_header_is_dropped_because_connection_names_it() {
    let world = world().await;
    for value in [
        "Impersonate-User",
        "impersonate-group, close",
        "close, Authorization",
        "keep-alive,Impersonate-Extra-Scopes",
        "X-Remote-User",
        "Host",
        "TE",
    ] {
        let header = format!("connection: {value}");
        let answer = world.raw_with_token(LINE, &[&header, "connection: close"]).await;
        assert_eq!(status(&answer), 400, "{value}: {answer}");
    }
    assert!(world.recorder.requests().is_empty());
    for header in [
        "keep-alive: Impersonate-User",
        "te: trailers",
        "trailer: Impersonate-User",
        "proxy-connection: close",
    ] {
        expect_nothing_smuggled(&world, &[header]).await;
    }
}

#[tokio::test]
async fn cve_2021_36776_no_identity_of_the_clients_choice_passes() {
    let world = world().await;
    for headers in [
        &["Impersonate-User: root"][..],
        &["IMPERSONATE-USER: root", "impersonate-group: system:masters"],
        &["Impersonate-User: a", "Impersonate-User: root"],
        &["Impersonate-Uid: 0"],
        &["Impersonate-Extra-Scopes: all"],
        &[
            "X-Remote-User: root",
            "X-Remote-Group: system:masters",
            "X-Remote-Extra-a: b",
        ],
        &["Cookie: muster_session=x; other=y"],
        &["Proxy-Authorization: Basic cm9vdDpyb290"],
        &[
            "X-Forwarded-For: 192.0.2.1",
            "X-Forwarded-Host: evil",
            "Forwarded: for=192.0.2.1",
            "X-Real-IP: 192.0.2.1",
        ],
        &[
            "Kubectl-Command: kubectl get",
            "Kubectl-Session: 1",
            "traceparent: 00-1-1-01",
            "Audit-ID: mine",
        ],
        &["X-HTTP-Method-Override: DELETE", "X-Original-URL: /api/v1/secrets"],
        // A line that goes on in the next one.
        &["Accept-Language: en\r\n Impersonate-User: root"],
    ] {
        expect_nothing_smuggled(&world, headers).await;
    }
}

#[tokio::test]
async fn rancher_55983_a_forged_identity_without_a_sign_in_asks_nobody() {
    let world = world().await;
    let forged = ["Impersonate-User: admin", "X-Remote-User: admin", "connection: close"];
    let answer = world.raw(LINE, &forged).await;
    assert_eq!(status(&answer), 401, "{answer}");
    let review = "POST /k8s/clusters/recorder/apis/authorization.k8s.io/v1/selfsubjectaccessreviews HTTP/1.1";
    let answer = world.raw(review, &[&forged[..], &["content-length: 0"]].concat()).await;
    assert_eq!(status(&answer), 401, "{answer}");
    assert!(world.recorder.requests().is_empty());
}

#[tokio::test]
async fn cve_2025_64484_names_with_underscores_are_not_taken_for_others() {
    let world = world().await;
    for header in [
        "Impersonate_User: root",
        "X_Remote_User: root",
        "impersonate_group: system:masters",
        "Accept_: x",
    ] {
        expect_nothing_smuggled(&world, &[header]).await;
    }
}

#[tokio::test]
async fn cve_2023_48312_an_empty_token_is_nobody() {
    let world = world().await;
    let right = format!("authorization: Bearer {}", world.token);
    let cookie = world.browser.cookie.clone().unwrap();
    let cookie = format!("cookie: {cookie}");
    for headers in [
        &["authorization:"][..],
        &["authorization: Bearer"],
        &["authorization: Bearer "],
        &["authorization: Bearer    "],
        &["authorization: bearer\t"],
        &["authorization: Bearer mst_"],
        &["authorization: Basic Og=="],
        &["authorization: Bearer null"],
        // Two of them: which one would count?
        &[&right, "authorization: Bearer mst_other"],
        &["authorization: Bearer mst_other", &right],
        &[&right, &right],
        // An empty one is not made good by a session beside it.
        &["authorization: Bearer ", &cookie],
    ] {
        let answer = world.raw(LINE, &[headers, &["connection: close"]].concat()).await;
        assert_eq!(status(&answer), 401, "{headers:?}: {answer}");
        let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!(body["kind"], "Status");
        assert_eq!(body["reason"], "Unauthorized");
        assert!(body["message"].as_str().unwrap().contains("token"), "{body}");
    }
    assert!(world.recorder.requests().is_empty());
}

#[tokio::test]
async fn a_bearer_token_does_not_pass_as_a_websocket_protocol() {
    let world = world().await;
    let line = "GET /k8s/clusters/recorder/api/v1/namespaces/a/pods/b/exec?command=id HTTP/1.1";
    world
        .raw_with_token(
            line,
            &[
                "connection: Upgrade",
                "upgrade: websocket",
                "sec-websocket-version: 13",
                "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                "sec-websocket-extensions: permessage-deflate",
                "sec-websocket-protocol: base64url.bearer.authorization.k8s.io.cm9vdA, v5.channel.k8s.io",
            ],
        )
        .await;
    let mut headers = expected(&world);
    headers.retain(|line| !line.starts_with("accept"));
    headers.extend(
        [
            "connection: Upgrade",
            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
            "sec-websocket-protocol: v5.channel.k8s.io",
            "sec-websocket-version: 13",
            "upgrade: websocket",
        ]
        .map(str::to_owned),
    );
    headers.sort();
    let arrived = world.recorder.only_request();
    assert_eq!(beside_the_identity(&world, &arrived), headers);
}

#[tokio::test]
async fn a_connection_is_not_turned_into_http2_or_anything_else() {
    let world = world().await;
    for headers in [
        &[
            "connection: Upgrade, HTTP2-Settings",
            "upgrade: h2c",
            "http2-settings: AAMAAABk",
        ][..],
        &["connection: Upgrade", "upgrade: h2c"],
        &["connection: Upgrade", "upgrade: websocket, h2c"],
        &["connection: Upgrade", "upgrade: websocket", "upgrade: h2c"],
        &["connection: Upgrade", "upgrade: TLS/1.2"],
    ] {
        let answer = world.raw_with_token(LINE, headers).await;
        assert_eq!(status(&answer), 400, "{headers:?}: {answer}");
    }
    assert!(world.recorder.requests().is_empty());
}

#[tokio::test]
async fn one_request_never_becomes_two() {
    let world = world().await;
    let smuggled = "GET /api/v1/secrets HTTP/1.1\r\nhost: x\r\n\r\n";
    let head = "POST /k8s/clusters/recorder/api/v1/pods HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n";
    let token = format!("authorization: Bearer {}\r\nconnection: close\r\n", world.token);
    for framing in [
        format!(
            "content-length: {}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
            5 + smuggled.len()
        ),
        format!(
            "content-length: 0\r\ncontent-length: {}\r\n\r\n{smuggled}",
            smuggled.len()
        ),
        format!("transfer-encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("content-length: +0\r\n\r\n{smuggled}"),
    ] {
        let mut socket = world.connect(format!("{head}{token}{framing}").as_bytes()).await;
        let mut answer = Vec::new();
        // What comes back does not matter; a console that closes in between is fine.
        let _closed = tokio::io::AsyncReadExt::read_to_end(&mut socket, &mut answer).await;
    }
    for arrived in world.recorder.requests() {
        assert!(arrived.line().starts_with("POST /api/v1/pods "), "{arrived:#?}");
        assert_eq!(
            arrived.header("content-length").is_some(),
            arrived.header("transfer-encoding").is_none()
        );
    }
}

#[tokio::test]
async fn a_page_behind_a_service_never_runs_in_the_consoles_origin() {
    let page = http(
        "200 OK",
        "content-type: text/html
         set-cookie: muster_session=stolen; path=/
         content-security-policy: script-src 'unsafe-inline'
         access-control-allow-origin: *
         access-control-allow-credentials: true
         clear-site-data: \"*\"
         service-worker-allowed: /
         refresh: 0; url=https://evil.example.com
         link: <https://evil.example.com>; rel=preload",
        "<script>alert(1)</script>",
    );
    let world = World::with(Recorder::always(Reply::Whole(page)).await).await;
    let paths = [
        "/api/v1/namespaces/a/services/web/proxy/index.html",
        "/api/v1/namespaces/a/services/https:web:443/proxy/",
        "/api/v1/namespaces/a/pods/web/proxy",
        "/api/v1/nodes/n1/proxy/logs/",
        "/api/v1/nodes/n1/pr%6fxy/logs/",
    ];
    for path in paths {
        // A browser's session does not even get there.
        let refused = world.browser.get(&world.path(path)).await;
        assert_eq!(
            refused.expect_status(403).json::<Value>()["reason"],
            "Forbidden",
            "{path}"
        );
    }
    assert!(world.recorder.requests().is_empty());
    for path in paths {
        let answer = world.program().get(&world.path(path)).await;
        assert_eq!(answer.expect_status(200).body, "<script>alert(1)</script>");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-disposition"), "attachment");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("sandbox"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline"));
        assert_eq!(answer.headers.get_all("content-security-policy").iter().count(), 1);
        for name in [
            "set-cookie",
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "clear-site-data",
            "service-worker-allowed",
            "refresh",
            "link",
        ] {
            assert_eq!(answer.header(name), "", "{name}");
        }
    }
}

#[tokio::test]
async fn cve_2020_8559_and_cve_2022_3172_redirects_are_neither_followed_nor_passed_on() {
    let elsewhere = Recorder::always(list()).await;
    let target = elsewhere.url.clone();
    let recorder =
        Recorder::start(move |_| Reply::Whole(http("307 Temporary Redirect", &format!("location: {target}/api"), "")));
    let world = World::with(recorder.await).await;
    let answer = world.raw_with_token(LINE, &["connection: close"]).await;
    assert_eq!(status(&answer), 307, "{answer}");
    assert!(!answer.to_lowercase().contains("location:"), "{answer}");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn cve_2019_13209_no_page_of_another_origin_opens_a_shell_with_a_browsers_session() {
    let world = world().await;
    let cookie = format!("cookie: {}", world.browser.cookie.clone().unwrap());
    let line = "GET /k8s/clusters/recorder/api/v1/namespaces/a/pods/b/exec?command=id HTTP/1.1";
    for origin in [
        "origin: https://evil.example.com",
        "origin: null",
        "x-no: origin",
        "origin: http://127.0.0.1",
    ] {
        let headers = [
            &*cookie,
            origin,
            "connection: Upgrade",
            "upgrade: websocket",
            "sec-websocket-version: 13",
            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        ];
        let answer = world.raw(line, &headers).await;
        assert_eq!(status(&answer), 403, "{origin}: {answer}");
    }
    // Nor does it write.
    let post = "POST /k8s/clusters/recorder/api/v1/namespaces HTTP/1.1";
    let headers = [
        &*cookie,
        "origin: https://evil.example.com",
        "content-length: 0",
        "content-type: text/plain",
    ];
    assert_eq!(status(&world.raw(post, &headers).await), 403);
    assert!(world.recorder.requests().is_empty());
}

#[tokio::test]
async fn nobody_without_rights_reaches_a_cluster() {
    let world = world().await;
    let user = world.test.user("ada").await;
    let token = crate::world::new_token(&user, serde_json::json!({})).await.secret;
    for client in [user, world.test.anonymous().with_token(&token)] {
        let answer = client.get(&world.path("/api/v1/pods")).await;
        assert!(matches!(answer.status, 403 | 404), "{}", answer.body);
        assert_eq!(answer.json::<Value>()["kind"], "Status");
    }
    assert!(world.recorder.requests().is_empty());
}
