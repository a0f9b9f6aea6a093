use crate::console::Console;
use crate::kubelet::Kubelet;
use futures::StreamExt as _;
use http::Method;
use muster_api::log::{LogLine, LogMessage};
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

impl Console {
    fn log(&self, query: &str) -> String {
        format!("{}/log{query}", self.object("core/v1/pods", "web"))
    }

    async fn open_log(&self, query: &str) -> Socket {
        let address = format!("{}{}", self.test.base.replace("http://", "ws://"), self.log(query));
        let mut request = address.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("cookie", self.client.cookie.as_ref().unwrap().parse().unwrap());
        request.headers_mut().insert("origin", self.test.base.parse().unwrap());
        tokio_tungstenite::connect_async(request).await.unwrap().0
    }

    async fn pod_without_node(&self) {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {schedulerName: nobody, containers: \
                   [{name: main, image: busybox}, {name: side, image: busybox}]}\n";
        let answer = self.apply(pod).await;
        self.expect_written(&answer);
    }
}

/// The next message that says something of the log; `None` when the socket is closed.
async fn next(socket: &mut Socket) -> Option<LogMessage> {
    loop {
        match next_of_any_kind(socket).await {
            Some(LogMessage::Open {} | LogMessage::Heartbeat {}) => {}
            other => return other,
        }
    }
}

async fn next_of_any_kind(socket: &mut Socket) -> Option<LogMessage> {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(30), socket.next())
            .await
            .expect("nothing came");
        match message {
            Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => return None,
        }
    }
}

async fn next_lines(socket: &mut Socket, count: usize) -> Vec<LogLine> {
    let mut lines = Vec::new();
    while lines.len() < count {
        match next(socket).await {
            Some(LogMessage::Lines(more)) => lines.extend(more),
            other => panic!("{other:?} after {lines:?}"),
        }
    }
    lines
}

#[tokio::test]
async fn a_log_comes_as_text_and_as_a_file() {
    let console = Console::start().await;
    let kubelet = Kubelet::start(&console).await;
    kubelet.write("one\ntwo\n");
    let answer = console.client.get(&console.log("?download=true")).await;
    assert_eq!(answer.expect_status(200).body, "one\ntwo\n");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"web-main.log\""
    );
    assert!(answer.header("content-type").starts_with("text/plain"));
    kubelet.stop(&console).await;
}

#[tokio::test]
async fn lines_appear_while_they_are_written_whatever_bytes_they_are() {
    let console = Console::start().await;
    let mut kubelet = Kubelet::start(&console).await;
    let mut socket = console.open_log("?follow=true").await;
    kubelet.write("2026-01-01T10:00:00.5Z first\n");
    let lines = next_lines(&mut socket, 1).await;
    assert_eq!(
        (lines[0].time.as_deref(), lines[0].text.as_str()),
        (Some("2026-01-01T10:00:00.5Z"), "first")
    );

    kubelet.write(b"2026-01-01T10:00:01Z <b>\xff\n2026-01-01T10:00:02Z ".to_vec());
    assert_eq!(next_lines(&mut socket, 1).await[0].text, "<b>\u{fffd}");
    kubelet.write([vec![b'x'; 40_000], b"\n".to_vec()].concat());
    let long = &next_lines(&mut socket, 1).await[0].text;
    assert!(
        long.len() < 17_000 && long.ends_with("more bytes]"),
        "{} bytes",
        long.len()
    );

    let done = json!({"phase": "Succeeded", "containerStatuses": [{"name": "main", "image": "busybox", "imageID": "",
        "ready": false, "restartCount": 0, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]});
    console.set_pod_status("web", &done).await;
    kubelet.end();
    match next(&mut socket).await {
        Some(LogMessage::Ended(why)) => assert_eq!(why.message, "the container main ended with exit code 0"),
        other => panic!("{other:?}"),
    }
    assert!(next(&mut socket).await.is_none());
    kubelet.stop(&console).await;
}

#[tokio::test]
async fn a_flood_of_lines_comes_whole_and_in_order() {
    const COUNT: usize = 50_000;
    let console = Console::start().await;
    let kubelet = Kubelet::start(&console).await;
    let mut socket = console.open_log("?follow=true").await;
    for part in 0..COUNT / 1000 {
        let lines = (0..1000).map(|line| {
            format!(
                "2026-01-01T10:00:00.{:09}Z line {}\n",
                part * 1000 + line,
                part * 1000 + line
            )
        });
        kubelet.write(lines.collect::<String>());
    }
    let lines = next_lines(&mut socket, COUNT).await;
    assert_eq!(lines.len(), COUNT);
    assert!(
        lines
            .iter()
            .enumerate()
            .all(|(place, line)| line.text == format!("line {place}"))
    );
    kubelet.stop(&console).await;
}

#[tokio::test]
async fn a_container_that_has_not_started_is_waited_for_while_following() {
    let console = Console::start().await;
    console.pod_without_node().await;
    let answer = console.client.get(&console.log("")).await;
    assert_eq!(answer.expect_status(409).problem().code(), "not-started");

    let mut socket = console.open_log("?follow=true").await;
    match next(&mut socket).await {
        Some(LogMessage::Waiting(why)) => {
            let words = "has not started yet: the pod has no node yet";
            assert!(why.message.contains(words) && why.code == "log.no-node", "{why:?}");
        }
        other => panic!("{other:?}"),
    }
    let pod = console.object("core/v1/pods", "web");
    console.client.delete(&pod).await;
    match next(&mut socket).await {
        Some(LogMessage::Ended(why)) => assert_eq!(why.message, "the pod is gone"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_log_socket_says_that_it_is_open_and_a_refusal_comes_as_a_message() {
    let console = Console::start().await;
    console.pod_without_node().await;
    let mut socket = console.open_log("?follow=true").await;
    assert_eq!(next_of_any_kind(&mut socket).await, Some(LogMessage::Open {}));
    for (query, status) in [
        ("?follow=true&container=none", 422),
        ("?follow=true&sinceTime=yesterday", 422),
    ] {
        let mut socket = console.open_log(query).await;
        match next_of_any_kind(&mut socket).await {
            Some(LogMessage::Problem(problem)) => {
                assert_eq!(problem.status, status, "{problem:?}");
                assert_ne!(problem.request_id, "");
            }
            other => panic!("{query}: {other:?}"),
        }
        assert!(next_of_any_kind(&mut socket).await.is_none());
    }
}

#[tokio::test]
async fn an_unknown_container_names_those_that_there_are() {
    let console = Console::start().await;
    console.pod_without_node().await;
    let problem = console
        .client
        .get(&console.log("?container=none"))
        .await
        .expect_status(422)
        .problem();
    assert!(
        problem.field_problems[0].message.contains("it has: main, side"),
        "{problem:?}"
    );
    let none = format!("{}/log", console.object("core/v1/pods", "none"));
    console.client.get(&none).await.expect_status(404);
    console
        .client
        .get(&console.log("?tailLines=-1"))
        .await
        .expect_status(422);
}

#[tokio::test]
async fn a_session_that_ends_takes_its_open_log_with_it() {
    let console = Console::start().await;
    let kubelet = Kubelet::start(&console).await;
    let mut socket = console.open_log("?follow=true").await;
    kubelet.write("2026-01-01T10:00:00Z first\n");
    next_lines(&mut socket, 1).await;
    let request = console.client.request(Method::DELETE, "/api/v1/session");
    crate::support::Answer::of(request).await.expect_status(204);
    let closed = tokio::time::timeout(Duration::from_secs(5), next(&mut socket)).await;
    assert_eq!(closed.expect("the socket should be closed within five seconds"), None);
    kubelet.stop(&console).await;
}

#[tokio::test]
async fn a_pod_that_is_evicted_before_its_container_starts_ends_the_wait() {
    let console = Console::start().await;
    let kubelet = Kubelet::start(&console).await;
    kubelet.refuse("container \"main\" in pod \"web\" is waiting to start: ContainerCreating");
    let status = |phase: &str, reason: &str| {
        json!({"phase": phase, "reason": reason, "containerStatuses": [{"name": "main", "image": "busybox",
            "imageID": "", "ready": false, "restartCount": 0,
            "state": {"running": null, "waiting": {"reason": "ContainerCreating"}}}]})
    };
    console.set_pod_status("web", &status("Pending", "")).await;
    let mut socket = console.open_log("?follow=true").await;
    match next(&mut socket).await {
        Some(LogMessage::Waiting(why)) => assert!(why.message.contains("ContainerCreating"), "{why:?}"),
        other => panic!("{other:?}"),
    }
    console.set_pod_status("web", &status("Failed", "Evicted")).await;
    match next(&mut socket).await {
        Some(LogMessage::Ended(why)) => assert!(why.message.contains("has not started"), "{why:?}"),
        other => panic!("{other:?}"),
    }
    assert!(next(&mut socket).await.is_none());
    kubelet.stop(&console).await;
}

#[tokio::test]
async fn an_earlier_run_a_span_of_time_and_times_are_asked_of_the_node() {
    let console = Console::start().await;
    let kubelet = Kubelet::start(&console).await;
    kubelet.write("2026-01-01T10:00:00Z then\n");
    let query = "?previous=true&sinceSeconds=60&timestamps=true&tailLines=5&download=true";
    let answer = console.client.get(&console.log(query)).await;
    assert_eq!(answer.expect_status(200).body, "2026-01-01T10:00:00Z then\n");
    assert!(answer.header("content-disposition").contains("web-main-previous.log"));
    let asked = kubelet.last_request();
    for part in ["previous=true", "sinceSeconds=60", "timestamps=true", "tailLines=5"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    let plain = console.client.get(&console.log("")).await;
    plain.expect_status(200);
    let asked = kubelet.last_request();
    assert!(
        !asked.contains("previous=true") && !asked.contains("sinceSeconds"),
        "{asked}"
    );
    // The run before the last has ended: there is nothing to follow.
    let problem = console.client.get(&console.log("?previous=true&follow=true")).await;
    problem.expect_status(422);
    kubelet.stop(&console).await;
}
