//! What the audit log has of calls that pass through: what they were done to, and connections with their end.

use muster_api::audit::{AuditEvent, AuditPage};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Duration, timeout};

use crate::recorder::{PATIENCE, Recorder, Reply, list};
use crate::world::{World, status};

const SPDY: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n";

/// Waits for the newest event of an action.
async fn event(world: &World, action: &str) -> AuditEvent {
    let looking = async {
        loop {
            let path = format!("/api/v1/audit?action={action}");
            let page: AuditPage = world.browser.get(&path).await.expect_status(200).json();
            if let Some(event) = page.items.into_iter().next() {
                return event;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, looking).await.expect("an event")
}

fn object(event: &AuditEvent) -> [Option<&str>; 6] {
    let object = &event.object;
    [
        &object.cluster,
        &object.group,
        &object.resource,
        &object.namespace,
        &object.name,
        &object.subresource,
    ]
    .map(Option::as_deref)
}

#[tokio::test]
async fn a_call_that_changes_something_is_told_by_verb_kind_namespace_and_name() {
    let world = World::with(Recorder::always(list()).await).await;
    let path = world.path("/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All");
    world.program().delete(&path).await.expect_status(200);
    let event = event(&world, "kubernetes-request").await;
    let (cluster, group, kind) = (Some("recorder"), Some("apps"), Some("deployments"));
    assert_eq!(object(&event), [cluster, group, kind, Some("shop"), Some("web"), None]);
    assert_eq!(event.details, json!({"verb": "delete", "dryRun": true}));
}

#[tokio::test]
async fn a_shell_of_kubectl_is_told_when_it_is_opened_and_when_it_ends_without_what_is_typed() {
    let world = World::with(Recorder::always(Reply::Echo(SPDY.to_owned())).await).await;
    let path = world.path("/api/v1/namespaces/a/pods/b/exec?container=main&command=psql&command=--password%3Dcanary");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nconnection: Upgrade\r\n\
         upgrade: SPDY/3.1\r\ncontent-length: 0\r\n\r\n",
        world.token
    );
    let mut socket = world.connect(head.as_bytes()).await;
    let opened = event(&world, "shell-opened").await;
    let place = [
        Some("recorder"),
        Some("core"),
        Some("pods"),
        Some("a"),
        Some("b"),
        Some("exec"),
    ];
    assert_eq!(object(&opened), place);
    assert_eq!((opened.status, opened.result.as_str()), (Some(101), "ok"));
    assert_eq!(
        opened.details,
        json!({"verb": "create", "container": "main", "program": "psql"})
    );
    socket.shutdown().await.unwrap();
    let mut rest = Vec::new();
    timeout(PATIENCE, socket.read_to_end(&mut rest)).await.unwrap().unwrap();
    let closed = event(&world, "shell-closed").await;
    assert_eq!(object(&closed), place);
    assert_eq!(closed.actor.name, "admin");
    assert!(closed.duration_milliseconds > 0, "{closed:?}");
    let all = world.browser.get("/api/v1/audit/export").await.body;
    assert!(!all.contains("canary"), "{all}");
}

/// A server's answer that turns the connection into a WebSocket, and sends back what is sent.
const WEBSOCKET: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                         sec-websocket-protocol: v5.channel.k8s.io\r\n\r\n";

#[tokio::test]
async fn a_shell_of_kubectl_is_recorded_where_shells_are_or_not_opened() {
    let recorder = Recorder::always(Reply::Echo(WEBSOCKET.to_owned())).await;
    let world = World::configured(recorder, |config| config.shell_recording = true).await;
    let path = world.path("/api/v1/namespaces/a/pods/b/exec?container=main&command=sh&stdout=true");
    let authorization = format!("authorization: Bearer {}", world.token);
    let spdy = [
        &*authorization,
        "connection: Upgrade",
        "upgrade: SPDY/3.1",
        "content-length: 0",
    ];
    let refused = world.raw(&format!("POST {path} HTTP/1.1"), &spdy).await;
    assert_eq!(status(&refused), 403, "{refused}");
    assert!(refused.contains("needs a WebSocket"), "{refused}");

    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: x\r\n{authorization}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-protocol: v5.channel.k8s.io\r\n\r\n"
    );
    let mut socket = world.connect(head.as_bytes()).await;
    // Frames of a server, which come back from it: what is shown, and an error that is not.
    socket
        .write_all(b"\x82\x0f\x01what was shown\x82\x07\x03canary")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let reading = async {
        while !answer.ends_with(b"canary") {
            let mut part = [0; 1024];
            let read = socket.read(&mut part).await.unwrap();
            assert_ne!(read, 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&part[..read]);
        }
    };
    timeout(PATIENCE, reading).await.unwrap();
    drop(socket);
    let closed = event(&world, "shell-closed").await;
    let id = closed.details["recording"].as_str().unwrap();
    let recording = world.browser.get(&format!("/api/v1/audit/recordings/{id}")).await;
    let text = &recording.expect_status(200).body;
    assert!(text.contains("what was shown") && !text.contains("canary"), "{text}");
}
