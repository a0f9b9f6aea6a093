//! Follows one container's log over its socket, and comes back by itself when the connection is lost.

use super::log_buffer::LogBuffer;
use crate::api_client::objects::ObjectAddress;
use crate::browser;
use crate::format::time;
use futures::StreamExt;
use futures::future::{Either, select};
use gloo_net::websocket::{Message, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::log::{LogMessage, LogQuery};
use muster_api::problem::Problem;
use std::pin::pin;

/// How long to wait before the next attempt after a lost connection.
const PAUSE_MILLISECONDS: u32 = 2_000;

/// How the stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamState {
    /// The socket is being opened.
    Connecting,
    /// Lines come as they are written.
    Open,
    /// There is nothing to read yet, and why.
    Waiting(String),
    /// The connection was lost; it is tried again.
    Reconnecting,
    /// Nothing more will come, and why.
    Ended(String),
    /// It cannot be read.
    Failed(Problem),
}

/// What is wanted of a pod's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogWish {
    /// The pod.
    pub pod: ObjectAddress,
    /// What to ask for.
    pub query: LogQuery,
}

/// One stream; dropping the owner that made it, or following another wish, ends it.
#[derive(Clone, Copy)]
pub struct LogStream {
    /// The lines so far.
    pub buffer: RwSignal<LogBuffer>,
    /// How it is.
    pub state: RwSignal<StreamState>,
    /// Counts the wishes: a reader that finds another number stops.
    round: StoredValue<u32>,
}

impl LogStream {
    /// A stream that follows nothing yet.
    pub fn new() -> Self {
        let stream = Self {
            buffer: RwSignal::new(LogBuffer::default()),
            state: RwSignal::new(StreamState::Connecting),
            round: StoredValue::new(0),
        };
        on_cleanup(move || {
            let _already_gone = stream.round.try_update_value(|round| *round += 1);
        });
        stream
    }

    /// Forgets the lines and follows this wish from now on.
    pub fn follow(self, wish: LogWish) {
        self.round.update_value(|round| *round += 1);
        self.buffer.set(LogBuffer::default());
        self.state.set(StreamState::Connecting);
        spawn_local(self.run(wish, self.round.get_value()));
    }

    fn is_current(self, round: u32) -> bool {
        self.round.try_get_value() == Some(round)
    }

    async fn run(self, mut wish: LogWish, round: u32) {
        loop {
            let over = self.read(&wish, round).await;
            if over || !self.is_current(round) {
                return;
            }
            self.state.set(StreamState::Reconnecting);
            TimeoutFuture::new(PAUSE_MILLISECONDS).await;
            if !self.is_current(round) {
                return;
            }
            self.go_on_from_the_newest_line(&mut wish.query);
        }
    }

    /// A new connection asks for what came since the newest line, with a second to spare; lines that come twice are
    /// known by time and text.
    fn go_on_from_the_newest_line(self, query: &mut LogQuery) {
        let newest = self
            .buffer
            .with_untracked(|buffer| buffer.newest_time().and_then(time::parse));
        if let Some(newest) = newest {
            let seconds = (browser::now() - newest) / 1000 + 2;
            query.since_seconds = Some(u32::try_from(seconds.max(1)).unwrap_or(u32::MAX));
            query.tail_lines = None;
        }
    }

    /// Reads one socket to its end. Is the log itself over?
    async fn read(self, wish: &LogWish, round: u32) -> bool {
        let address = browser::socket_address(&format!("/api/v1{}", wish.pod.log_path(&wish.query)));
        let Ok(mut socket) = WebSocket::open(&address) else {
            return false;
        };
        loop {
            let message = {
                // Looks up now and then, so that a closed tab does not keep its socket while nothing is written.
                let tick = TimeoutFuture::new(500);
                match select(socket.next(), pin!(tick)).await {
                    Either::Left((message, _)) => Some(message),
                    Either::Right(_) => None,
                }
            };
            if !self.is_current(round) {
                return true;
            }
            match message {
                // Nothing was written meanwhile; or bytes, which a log socket does not send.
                None | Some(Some(Ok(Message::Bytes(_)))) => {}
                Some(Some(Ok(Message::Text(text)))) => {
                    if self.hear(&text) {
                        return true;
                    }
                }
                Some(Some(Err(_)) | None) => return false,
            }
        }
    }

    /// Takes one message in. Is the log over?
    fn hear(self, text: &str) -> bool {
        match serde_json::from_str::<LogMessage>(text) {
            Ok(LogMessage::Lines(mut lines)) => {
                let state = self.state.get_untracked();
                if state == StreamState::Reconnecting {
                    self.buffer
                        .with_untracked(|buffer| lines.retain(|line| !buffer.holds(line)));
                }
                if state != StreamState::Open {
                    self.state.set(StreamState::Open);
                }
                self.buffer.update(|buffer| buffer.add(lines));
                false
            }
            Ok(LogMessage::Waiting(reason)) => {
                self.state.set(StreamState::Waiting(reason));
                false
            }
            Ok(LogMessage::Ended(reason)) => {
                self.state.set(StreamState::Ended(reason));
                true
            }
            Ok(LogMessage::Problem(problem)) => {
                self.state.set(StreamState::Failed(problem));
                true
            }
            Err(error) => {
                leptos::logging::error!("the log socket said something unreadable: {error}");
                false
            }
        }
    }
}
