//! Addresses: what is passed on, and what is refused before any cluster hears of it.

use crate::recorder::{Recorder, list};
use crate::world::{World, status};

#[tokio::test]
async fn an_address_is_passed_on_as_it_is_meant_with_its_query() {
    let world = World::with(Recorder::always(list()).await).await;
    for (asked, arrives) in [
        ("/api", "/api"),
        ("/apis/", "/apis/"),
        ("/api/v1/n%61mespaces/a/p%6Fds", "/api/v1/namespaces/a/pods"),
        (
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node",
        ),
        (
            "/api/v1/pods?labelSelector=a%3Db%2Cc%21%3Dd&limit=500",
            "/api/v1/pods?labelSelector=a%3Db%2Cc%21%3Dd&limit=500",
        ),
        ("/openapi/v3/apis/apps/v1?hash=1A", "/openapi/v3/apis/apps/v1?hash=1A"),
    ] {
        let answer = world
            .raw_with_token(&format!("GET {} HTTP/1.1", world.path(asked)), &["connection: close"])
            .await;
        assert_eq!(status(&answer), 200, "{asked}: {answer}");
        let arrived = world.recorder.requests().pop().unwrap();
        assert_eq!(arrived.line(), format!("GET {arrives} HTTP/1.1"));
    }
    // By its name, too.
    world
        .program()
        .get("/k8s/clusters/Recorder/version/x")
        .await
        .expect_status(200);
}

#[tokio::test]
async fn an_address_that_two_servers_could_read_in_two_ways_is_refused() {
    let world = World::with(Recorder::always(list()).await).await;
    let host = world.test.base.trim_start_matches("http://").to_owned();
    let mut lines: Vec<String> = [
        "/api/v1/namespaces/a%2Fsecrets",
        "/api/v1/namespaces/a%2fsecrets",
        "/api/v1/namespaces/a%5csecrets",
        "/api/v1/namespaces/a%5Csecrets",
        "/api/v1/../v1/secrets",
        "/api/v1/./secrets",
        "/api/v1/%2e%2e/v1/secrets",
        "/api/v1/%2E%2E/v1/secrets",
        "/api/v1/.%2e/v1/secrets",
        "/api/v1/%252e%252e/v1/secrets",
        "/api/v1/%252fsecrets",
        "/api/v1/secrets%00",
        "/api/v1/a%0d%0aImpersonate-User:%20root",
        "/api//v1/secrets",
        "//api/v1/secrets",
        "/api/v1/secrets//",
        "/api/v1/%c0%af/secrets",
        "/api/v1/%ff",
        "/api/v1/secrets%",
        "/api/v1/secrets%zz",
        "/api/v1/pods?name=%ff",
        "/api/v1/pods?name=%",
    ]
    .iter()
    .map(|path| format!("GET {} HTTP/1.1", world.path(path)))
    .collect();
    // The cluster's own place in the address.
    lines.push("GET /k8s/clusters/../clusters/api/v1/secrets HTTP/1.1".into());
    lines.push(format!("GET /k8s/clusters/%2e%2e%2f{}/api HTTP/1.1", world.cluster.id));
    // Absolute form: the address names a server.
    lines.push(format!("GET http://{host}{} HTTP/1.1", world.path("/api/v1/secrets")));
    lines.push(format!(
        "GET http://169.254.169.254{} HTTP/1.1",
        world.path("/api/v1/secrets")
    ));
    for line in lines {
        let answer = world.raw_with_token(&line, &["connection: close"]).await;
        assert_eq!(status(&answer), 400, "{line}: {answer}");
    }
    let bytes = [
        format!("GET {}", world.path("/api/v1/")).as_bytes(),
        b"\xff\xfe/secrets HTTP/1.1\r\nhost: x\r\n",
        format!("authorization: Bearer {}\r\nconnection: close\r\n\r\n", world.token).as_bytes(),
    ]
    .concat();
    let mut socket = world.connect(&bytes).await;
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut socket, &mut answer)
        .await
        .unwrap();
    assert_eq!(status(&answer), 400, "{answer}");
    assert!(world.recorder.requests().is_empty(), "{:#?}", world.recorder.requests());
}

#[tokio::test]
async fn what_is_not_the_kubernetes_api_is_not_there() {
    let world = World::with(Recorder::always(list()).await).await;
    for path in [
        "/debug/pprof/heap",
        "/logs/kube-apiserver.log",
        "/configz",
        "/swagger.json",
        "/apiv1",
    ] {
        let answer = world.program().get(&world.path(path)).await;
        assert_eq!(
            answer.expect_status(404).json::<serde_json::Value>()["reason"],
            "NotFound",
            "{path}"
        );
    }
    let unknown = world.program().get("/k8s/clusters/nowhere/api").await;
    let message = unknown.expect_status(404).json::<serde_json::Value>()["message"].to_string();
    assert!(message.contains("nowhere"), "{message}");
    // Never the page of the browser application.
    for path in [
        "/k8s/",
        "/k8s/clusters",
        "/k8s/clusters/recorder",
        "/k8s/clusters/recorder/",
    ] {
        world.program().get(path).await.expect_status(404);
    }
    assert!(world.recorder.requests().is_empty());
}
