//! The connection to a program in a container: a WebSocket to the API server, on which each message begins with the
//! number of its channel (`v5.channel.k8s.io`, `v4.channel.k8s.io`). Nothing is kept in between: what one side does not
//! take, the other does not get rid of.

use std::time::Duration;

use bytes::{BufMut as _, Bytes, BytesMut};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use http::{HeaderValue, Method, StatusCode, header};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use muster_api::shell::TerminalSize;
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::{ShellEnd, ShellEvent};
use crate::resources::remote::{Remote, RemoteError, request};

/// The newest first; the API server takes the first that it knows.
const PROTOCOLS: &str = "v5.channel.k8s.io, v4.channel.k8s.io";
/// Larger messages are no output of a terminal: kubelets send at most 32 kB at once.
const MOST_MESSAGE_BYTES: usize = 1024 * 1024;
/// So long may a container take nothing of what is typed.
const INPUT_DEADLINE: Duration = Duration::from_secs(60);

const INPUT: u8 = 0;
const OUTPUT: u8 = 1;
const ERROR_OUTPUT: u8 = 2;
const END: u8 = 3;
const SIZE: u8 = 4;

/// What a terminal makes an interrupt of.
const INTERRUPT: u8 = 0x03;
/// What a terminal makes the end of input of, at the beginning of a line.
const END_OF_INPUT: u8 = 0x04;
/// A program that was interrupted may take so long until it reads the end of its input.
const BETWEEN: Duration = Duration::from_millis(150);

pub(super) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Asks for the connection; everything until it stands must happen in time.
pub(super) async fn connect(remote: &Remote, path: &str, deadline: Duration) -> Result<Socket, RemoteError> {
    let key = generate_key();
    let mut asking = request(Method::GET, path, "*/*", Bytes::new());
    let headers = asking.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOLS));
    if let Ok(key) = HeaderValue::from_str(&key) {
        headers.insert(header::SEC_WEBSOCKET_KEY, key);
    }
    let connecting = async {
        let mut response = remote.send(asking).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(remote.refused(response).await);
        }
        let accepted = response.headers().get(header::SEC_WEBSOCKET_ACCEPT);
        if accepted.is_none_or(|accepted| accepted.as_bytes() != derive_accept_key(key.as_bytes()).as_bytes()) {
            return Err(remote.unreadable("it does not take the WebSocket that it was asked for".to_owned()));
        }
        let upgraded = hyper::upgrade::on(&mut response)
            .await
            .map_err(|error| remote.broken(&kube::Error::HyperError(error)))?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(MOST_MESSAGE_BYTES))
            .max_frame_size(Some(MOST_MESSAGE_BYTES));
        Ok(WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Client, Some(config)).await)
    };
    remote.within(deadline, connecting).await
}

/// The two directions.
pub(super) fn halves(socket: Socket, container: String, is_any_shell: bool) -> (Input, Output) {
    let (sink, stream) = socket.split();
    let output = Output {
        stream,
        container,
        is_any_shell,
    };
    (Input { sink }, output)
}

/// The connection broke, or the container takes nothing.
#[derive(Debug, Clone, Copy)]
pub struct Broken;

/// The way into the container.
pub struct Input {
    sink: SplitSink<Socket, Message>,
}

impl Input {
    /// Types.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.send(INPUT, bytes).await
    }

    /// Gives the terminal another size.
    pub async fn resize(&mut self, size: TerminalSize) -> Result<(), Broken> {
        let text = json!({"Width": size.columns, "Height": size.rows}).to_string();
        self.send(SIZE, text.as_bytes()).await
    }

    /// Makes the cluster say that it is there.
    pub async fn ask_for_life(&mut self) -> Result<(), Broken> {
        self.message(Message::Ping(Bytes::new())).await
    }

    /// Ends what runs as far as that is possible: a program whose terminal is gone is not ended by Kubernetes. What is in
    /// front is interrupted, and who waits for a line then is told that there is none. To be given up after a while.
    pub async fn hang_up(&mut self, output: &mut Output) {
        for key in [INTERRUPT, END_OF_INPUT].into_iter().cycle() {
            if self.send(INPUT, &[key]).await.is_err() {
                return;
            }
            let ended = async { while !matches!(output.next().await, ShellEvent::Ended(_)) {} };
            if timeout(BETWEEN, ended).await.is_ok() {
                return;
            }
        }
    }

    /// Closes the connection.
    pub async fn close(&mut self) {
        let _gone = self.message(Message::Close(None)).await;
    }

    async fn send(&mut self, channel: u8, bytes: &[u8]) -> Result<(), Broken> {
        let mut message = BytesMut::with_capacity(bytes.len() + 1);
        message.put_u8(channel);
        message.put_slice(bytes);
        self.message(Message::Binary(message.freeze())).await
    }

    async fn message(&mut self, message: Message) -> Result<(), Broken> {
        match timeout(INPUT_DEADLINE, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Broken),
        }
    }
}

/// The way out of the container.
pub struct Output {
    stream: SplitStream<Socket>,
    container: String,
    is_any_shell: bool,
}

impl Output {
    /// What comes next. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> ShellEvent {
        match self.stream.next().await {
            Some(Ok(Message::Binary(mut message))) => {
                let channel = message.first().copied();
                let content = message.split_off(message.len().min(1));
                match channel {
                    Some(OUTPUT | ERROR_OUTPUT) if !content.is_empty() => ShellEvent::Output(content),
                    Some(END) => ShellEvent::Ended(ShellEnd::read(&content, &self.container, self.is_any_shell)),
                    _ => ShellEvent::Alive,
                }
            }
            Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => ShellEvent::Alive,
            Some(Ok(Message::Close(_)) | Err(_)) | None => ShellEvent::Ended(ShellEnd::Lost),
        }
    }
}
