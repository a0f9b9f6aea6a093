//! Follows one container's log over its socket, and comes back by itself when the connection is lost.

use super::log_buffer::LogBuffer;
use crate::api_client::objects::ObjectAddress;
use crate::api_client::session;
use crate::browser;
use futures::StreamExt;
use futures::future::{Either, select};
use gloo_net::websocket::{Message, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::live::SILENCE_SECONDS;
use muster_api::log::{LogMessage, LogQuery};
use muster_api::problem::Problem;
use muster_api::said::Said;
use std::pin::pin;

/// The pauses between attempts, in milliseconds; the last one repeats.
const PAUSES: [u32; 5] = [1_000, 2_000, 5_000, 10_000, 20_000];

/// How the stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamState {
    /// The socket is being opened.
    Connecting,
    /// Lines come as they are written.
    Open,
    /// There is nothing to read yet, and why.
    Waiting(Said),
    /// The connection was lost; it is tried again.
    Reconnecting,
    /// It cannot be read at the moment, and why; it is tried again.
    Retrying(Problem),
    /// Nothing more will come, and why.
    Ended(Said),
    /// It cannot be read.
    Failed(Problem),
}

/// How one socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// There is nothing more to come, or nobody listens any more.
    Over,
    /// The connection was lost.
    Lost,
    /// The socket was never open.
    NeverOpen,
    /// The server said that it cannot read the log now.
    Unavailable,
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
    wish: StoredValue<Option<LogWish>>,
    /// Counts the wishes: a reader that finds another number stops.
    round: StoredValue<u32>,
}

impl LogStream {
    /// A stream that follows nothing yet.
    pub fn new() -> Self {
        let stream = Self {
            buffer: RwSignal::new(LogBuffer::default()),
            state: RwSignal::new(StreamState::Connecting),
            wish: StoredValue::new(None),
            round: StoredValue::new(0),
        };
        on_cleanup(move || {
            let _already_gone = stream.round.try_update_value(|round| *round += 1);
        });
        stream
    }

    /// Forgets the lines and follows this wish from now on.
    pub fn follow(self, wish: LogWish) {
        self.buffer.set(LogBuffer::default());
        self.wish.set_value(Some(wish.clone()));
        self.start(wish);
    }

    /// Tries again after it ended or failed; the lines stay.
    pub fn again(self) {
        if let Some(wish) = self.wish.get_value() {
            self.start(self.going_on(wish));
        }
    }

    fn start(self, wish: LogWish) {
        self.round.update_value(|round| *round += 1);
        self.state.set(StreamState::Connecting);
        spawn_local(self.run(wish, self.round.get_value()));
    }

    fn is_current(self, round: u32) -> bool {
        self.round.try_get_value() == Some(round)
    }

    async fn run(self, mut wish: LogWish, round: u32) {
        let mut failures = 0;
        loop {
            let end = self.read(&wish, round).await;
            if end == End::Over || !self.is_current(round) {
                return;
            }
            failures = if end == End::Lost { 0 } else { failures + 1 };
            if end != End::Unavailable {
                self.state.set(StreamState::Reconnecting);
            }
            if end == End::NeverOpen {
                // The socket does not say why it was refused; a plain request does, and notices a lost session.
                let _noticed_inside = session::read_session().await;
            }
            TimeoutFuture::new(PAUSES[failures.min(PAUSES.len() - 1)]).await;
            if !self.is_current(round) {
                return;
            }
            wish = self.going_on(wish);
        }
    }

    /// The wish for what came since the newest line. The time is that line's: clocks of browsers differ.
    fn going_on(self, mut wish: LogWish) -> LogWish {
        let newest = self
            .buffer
            .with_untracked(|buffer| buffer.newest_time().map(str::to_owned));
        if newest.is_some() {
            self.buffer.update_untracked(LogBuffer::expect_again);
            wish.query.since_time = newest;
            wish.query.since_seconds = None;
            wish.query.tail_lines = None;
        }
        wish
    }

    /// Reads one socket to its end.
    async fn read(self, wish: &LogWish, round: u32) -> End {
        let address = browser::socket_address(&format!("/api/v1{}", wish.pod.log_path(&wish.query)));
        let Ok(mut socket) = WebSocket::open(&address) else {
            return End::NeverOpen;
        };
        let mut lost = End::NeverOpen;
        let mut heard_at = browser::now();
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
                return End::Over;
            }
            match message {
                None if browser::now() - heard_at > i64::from(SILENCE_SECONDS) * 1000 => return lost,
                // Nothing was written meanwhile; or bytes, which a log socket does not send.
                None | Some(Some(Ok(Message::Bytes(_)))) => {}
                Some(Some(Ok(Message::Text(text)))) => {
                    heard_at = browser::now();
                    lost = End::Lost;
                    if let Some(end) = self.hear(&text) {
                        return end;
                    }
                }
                Some(Some(Err(_)) | None) => return lost,
            }
        }
    }

    /// Takes one message in. Is that the end?
    fn hear(self, text: &str) -> Option<End> {
        match serde_json::from_str::<LogMessage>(text) {
            Ok(LogMessage::Open {}) => {
                self.state.set(StreamState::Open);
                None
            }
            Ok(LogMessage::Heartbeat {}) => None,
            Ok(LogMessage::Lines(lines)) => {
                if self.state.with_untracked(|state| *state != StreamState::Open) {
                    self.state.set(StreamState::Open);
                }
                self.buffer.update(|buffer| buffer.add(lines));
                None
            }
            Ok(LogMessage::Waiting(reason)) => {
                self.state.set(StreamState::Waiting(reason));
                None
            }
            Ok(LogMessage::Ended(reason)) => {
                self.state.set(StreamState::Ended(reason));
                Some(End::Over)
            }
            Ok(LogMessage::Problem(problem)) if problem.status >= 500 || problem.status == 429 => {
                self.state.set(StreamState::Retrying(problem));
                Some(End::Unavailable)
            }
            Ok(LogMessage::Problem(problem)) => {
                self.state.set(StreamState::Failed(problem));
                Some(End::Over)
            }
            Err(error) => {
                leptos::logging::error!("the log socket said something unreadable: {error}");
                None
            }
        }
    }
}
