//! Answers that go on, and connections that become others: every byte as it comes, and an end when it must end.

use crate::recorder::{PATIENCE, Recorder, Reply, list};
use crate::support::Client;
use crate::world::{World, new_token, status};
use futures::StreamExt as _;
use muster_api::account::CreatedToken;
use reqwest::{Method, Response};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
const SPDY: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\
                    x-stream-protocol-version: v4.channel.k8s.io\r\nset-cookie: a=b\r\n\r\n";
/// A right that ends takes what is open with it within so long.
const BOUND: Duration = Duration::from_secs(5);

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

async fn watching() -> World {
    World::with(Recorder::always(Reply::Open(CHUNKED.to_owned())).await).await
}

async fn watch(world: &World, client: &Client) -> Response {
    let request = client.request(Method::GET, &world.path("/api/v1/pods?watch=true"));
    timeout(PATIENCE, request.send())
        .await
        .expect("the head comes before the first event")
        .unwrap()
}

/// Waits for the next part of the answer.
async fn next(answer: &mut Response) -> Option<String> {
    let chunk = timeout(PATIENCE, answer.chunk()).await.expect("the next part");
    chunk.ok()?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn events_of_a_watch_come_at_once_and_its_end_is_its_end() {
    let world = watching().await;
    let mut answer = watch(&world, &world.program()).await;
    for event in ["{\"type\":\"ADDED\"}\n", "{\"type\":\"DELETED\"}\n"] {
        world.recorder.write(chunk(event));
        assert_eq!(next(&mut answer).await.as_deref(), Some(event));
    }
    world.recorder.write("0\r\n\r\n");
    assert_eq!(timeout(PATIENCE, answer.chunk()).await.unwrap().unwrap(), None);
}

#[tokio::test]
async fn when_the_client_goes_the_cluster_is_left_alone() {
    let world = watching().await;
    let answer = watch(&world, &world.program()).await;
    drop(answer);
    world.recorder.until_gone().await;
}

#[tokio::test]
async fn when_the_client_goes_before_an_answer_the_cluster_is_left_alone() {
    let world = World::with(Recorder::always(Reply::Open(String::new())).await).await;
    let request = world
        .program()
        .request(Method::GET, &world.path("/api/v1/namespaces/a/pods/b/log?follow=true"));
    let asking = tokio::spawn(request.send());
    timeout(PATIENCE, async {
        while world.recorder.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
    asking.abort();
    world.recorder.until_gone().await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_holds_the_cluster_back_rather_than_fill_the_consoles_memory() {
    let world = watching().await;
    let line = format!("GET {} HTTP/1.1\r\nhost: x\r\n", world.path("/api/v1/pods?watch=true"));
    let head = format!("{line}authorization: Bearer {}\r\n\r\n", world.token);
    let _lazy = world.connect(head.as_bytes()).await;
    let part = chunk(&"x".repeat(1_000_000));
    for _ in 0..200 {
        world.recorder.write(part.clone());
    }
    let taken = world.recorder.taken().await;
    assert!((1_000_000..50_000_000).contains(&taken), "{taken} bytes");
}

/// Fails unless the answer is cut off, visibly, within the bound.
async fn expect_cut_off(mut answer: Response, began: Instant) {
    let end = timeout(PATIENCE, answer.chunk()).await.expect("an end");
    assert!(end.is_err(), "an end that looks like the cluster's own: {end:?}");
    assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_watch_ends_when_its_token_is_deleted() {
    let world = watching().await;
    let made: CreatedToken = new_token(&world.browser, json!({})).await;
    let answer = watch(&world, &world.test.anonymous().with_token(&made.secret)).await;
    let path = format!("/api/v1/account/tokens/{}", made.token.id);
    world.browser.delete(&path).await.expect_status(204);
    expect_cut_off(answer, Instant::now()).await;
    world.recorder.until_gone().await;
}

#[tokio::test]
async fn a_watch_ends_when_its_session_ends() {
    let world = watching().await;
    let answer = watch(&world, &world.browser).await;
    world.browser.delete("/api/v1/session").await.expect_status(204);
    expect_cut_off(answer, Instant::now()).await;
    world.recorder.until_gone().await;
}

#[tokio::test]
async fn a_watch_ends_when_the_cluster_is_removed() {
    let world = watching().await;
    let answer = watch(&world, &world.program()).await;
    world
        .browser
        .delete("/api/v1/clusters/recorder")
        .await
        .expect_status(204);
    expect_cut_off(answer, Instant::now()).await;
    world.recorder.until_gone().await;
}

#[tokio::test]
async fn everything_open_ends_when_the_server_stops() {
    let recorder = Recorder::start(|request| match request.header("upgrade") {
        Some(_) => Reply::Echo(SPDY.to_owned()),
        None => Reply::Open(CHUNKED.to_owned()),
    });
    let world = World::with(recorder.await).await;
    let answer = watch(&world, &world.program()).await;
    let (mut socket, _) = upgraded(&world, &world.token).await;
    world.test.app.tasks.stopping.cancel();
    expect_cut_off(answer, Instant::now()).await;
    expect_end(&mut socket).await;
    world.test.app.tasks.tracker.close();
    timeout(BOUND, world.test.app.tasks.tracker.wait())
        .await
        .expect("nothing is left behind");
}

/// Upgrades a connection to SPDY by hand, and gives the head of the answer.
async fn upgraded(world: &World, token: &str) -> (TcpStream, String) {
    let path = world.path("/api/v1/namespaces/a/pods/b/exec?command=sh&stdin=true&stdout=true");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: Upgrade\r\n\
         upgrade: SPDY/3.1\r\nx-stream-protocol-version: v4.channel.k8s.io\r\n\
         x-stream-protocol-version: channel.k8s.io\r\ncontent-length: 0\r\n\r\n"
    );
    let mut socket = world.connect(head.as_bytes()).await;
    let mut answer = Vec::new();
    let reading = async {
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(socket.read_u8().await.unwrap());
        }
    };
    timeout(PATIENCE, reading).await.unwrap();
    (socket, String::from_utf8(answer).unwrap().to_lowercase())
}

async fn expect_end(socket: &mut TcpStream) {
    let mut rest = Vec::new();
    let ended = timeout(BOUND, socket.read_to_end(&mut rest)).await;
    // Reset or closed: both are an end.
    assert!(ended.is_ok(), "the connection is still open");
}

#[tokio::test]
async fn an_upgraded_connection_carries_every_byte_both_ways_until_one_side_ends() {
    let world = World::with(Recorder::always(Reply::Echo(SPDY.to_owned())).await).await;
    let (socket, head) = upgraded(&world, &world.token).await;
    assert_eq!(status(&head), 101, "{head}");
    for line in [
        "upgrade: spdy/3.1",
        "connection: upgrade",
        "x-stream-protocol-version: v4.channel.k8s.io",
    ] {
        assert!(head.contains(line), "{line} is not in {head}");
    }
    assert!(
        !head.contains("set-cookie") && !head.contains("transfer-encoding"),
        "{head}"
    );
    let arrived = world.recorder.only_request();
    assert_eq!(
        arrived.line(),
        "POST /api/v1/namespaces/a/pods/b/exec?command=sh&stdin=true&stdout=true HTTP/1.1"
    );
    let protocols = arrived
        .headers()
        .into_iter()
        .filter(|line| line.starts_with("x-stream-protocol-version"));
    assert_eq!(protocols.count(), 2);

    let (mut from, mut to) = socket.into_split();
    let sent: Vec<u8> = (0..10_000_000_u32).map(|number| (number % 251) as u8).collect();
    let (sending, expected) = (sent.clone(), sent.len());
    let writing = tokio::spawn(async move {
        to.write_all(&sending).await.unwrap();
        to
    });
    let mut echoed = vec![0; expected];
    timeout(Duration::from_secs(60), from.read_exact(&mut echoed))
        .await
        .unwrap()
        .unwrap();
    assert!(echoed == sent, "other bytes came back");
    drop(writing.await.unwrap());
    drop(from);
    world.recorder.until_gone().await;
}

#[tokio::test]
async fn cve_2023_40025_a_shell_ends_when_its_token_is_deleted_or_the_cluster_removed() {
    let world = World::with(Recorder::always(Reply::Echo(SPDY.to_owned())).await).await;
    let made = new_token(&world.browser, json!({})).await;
    let (mut socket, _) = upgraded(&world, &made.secret).await;
    let path = format!("/api/v1/account/tokens/{}", made.token.id);
    world.browser.delete(&path).await.expect_status(204);
    expect_end(&mut socket).await;
    world.recorder.until_gone().await;

    let (mut socket, _) = upgraded(&world, &world.token).await;
    world
        .browser
        .delete("/api/v1/clusters/recorder")
        .await
        .expect_status(204);
    expect_end(&mut socket).await;
    world.recorder.until_gone().await;
}

#[tokio::test]
async fn a_refused_upgrade_is_answered_as_the_cluster_answered() {
    let refused = r#"{"kind":"Status","message":"pods \"b\" is forbidden","reason":"Forbidden","code":403}"#;
    let reply = crate::recorder::http("403 Forbidden", "content-type: application/json", refused);
    let world = World::with(Recorder::always(Reply::Whole(reply)).await).await;
    let line = format!("POST {} HTTP/1.1", world.path("/api/v1/namespaces/a/pods/b/exec"));
    let headers = ["connection: Upgrade", "upgrade: SPDY/3.1", "content-length: 0"];
    let answer = world.raw_with_token(&line, &headers).await;
    assert_eq!(status(&answer), 403);
    assert!(answer.ends_with(refused), "{answer}");
}

#[tokio::test]
async fn many_requests_over_one_connection_are_kept_apart() {
    let world = World::with(Recorder::always(list()).await).await;
    let client = world.program();
    let asking = futures::stream::iter(0..40).map(|number| {
        let (client, path) = (
            client.clone(),
            world.path(&format!("/api/v1/namespaces/n{number}/pods")),
        );
        async move { client.get(&path).await.status }
    });
    let statuses: Vec<u16> = asking.buffer_unordered(8).collect().await;
    assert_eq!(statuses, [200; 40]);
    let mut lines: Vec<String> = world
        .recorder
        .requests()
        .iter()
        .map(|request| request.line().to_owned())
        .collect();
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), 40);
}
