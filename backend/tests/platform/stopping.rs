//! Stopping the server in order.

use std::time::Duration;

use futures::StreamExt;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::support::{Client, PASSWORD, Program};

#[tokio::test]
async fn an_open_socket_is_told_that_the_server_stops_and_does_not_hold_it_up() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["user", "create", "admin", "--role", "administrator", "--password-stdin"];
    let created = Program::new(data.path()).args(arguments).run_with_input(PASSWORD);
    assert!(created.status.success());
    let mut server = Program::new(data.path()).serve();
    let mut browser = Client::new(&server.base);
    browser.sign_in("admin", PASSWORD).await.expect_status(200);
    let address = format!("{}/api/v1/live", server.base.replace("http://", "ws://"));
    let mut request = address.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", server.base.parse().unwrap());
    headers.insert("cookie", browser.cookie.clone().unwrap().parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();

    let stopping = tokio::task::spawn_blocking(move || {
        let asked = std::time::Instant::now();
        let (code, log) = server.end("TERM");
        (code, log, asked.elapsed())
    });
    let last = loop {
        match socket.next().await {
            Some(Ok(Message::Close(Some(frame)))) => break frame,
            Some(Ok(_)) => {}
            other => panic!("the socket broke off: {other:?}"),
        }
    };
    assert_eq!(last.code, CloseCode::Away);
    assert!(last.reason.contains("stops"), "{}", last.reason);
    let (code, log, took) = stopping.await.unwrap();
    assert_eq!(code, Some(0), "{log}");
    assert!(
        took < Duration::from_secs(8) && !log.contains("cut off"),
        "{took:?} {log}"
    );
}
