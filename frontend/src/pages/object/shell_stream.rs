//! One shell's socket: what is typed goes out, what is shown comes in. A shell that is lost is not found again: a new one
//! is opened when the person says so.

use crate::api_client::objects::ObjectAddress;
use crate::api_client::session;
use crate::browser;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use futures::{SinkExt, StreamExt};
use gloo_net::websocket::{Message, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::live::SILENCE_SECONDS;
use muster_api::problem::Problem;
use muster_api::shell::{ShellEnded, ShellMessage, ShellOpened, ShellQuery, ShellRequest, TerminalSize};
use std::pin::pin;

/// The server is told what was taken after so many bytes: far less than what it sends unasked.
const TELL_AFTER: u64 = 64 * 1024;

/// How the shell is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShellState {
    /// It is being opened.
    Connecting,
    /// It runs.
    Open(ShellOpened),
    /// It ended, and why.
    Ended(ShellEnded),
    /// The connection was lost, and the shell with it.
    Lost,
    /// It could not be opened.
    Failed(Problem),
}

/// The shells of one tab, one after another; dropping the owner that made it ends the one that runs.
#[derive(Clone, Copy)]
pub struct ShellStream {
    /// How it is.
    pub state: RwSignal<ShellState>,
    pod: StoredValue<ObjectAddress>,
    /// The way out of the shell that runs; a new shell has a new one, and ends the shell of the last.
    outgoing: StoredValue<Option<UnboundedSender<Message>>>,
    /// Counts the shells: what an earlier one still says is not this one's.
    round: StoredValue<u32>,
    taken: StoredValue<(u64, u64)>,
    show: Callback<Vec<u8>>,
}

impl ShellStream {
    /// Shells in a pod; `show` is called with what they write.
    pub fn new(pod: ObjectAddress, show: Callback<Vec<u8>>) -> Self {
        let stream = Self {
            state: RwSignal::new(ShellState::Connecting),
            pod: StoredValue::new(pod),
            outgoing: StoredValue::new(None),
            round: StoredValue::new(0),
            taken: StoredValue::new((0, 0)),
            show,
        };
        on_cleanup(move || {
            let _already_gone = stream.outgoing.try_set_value(None);
        });
        stream
    }

    /// Opens a shell, and leaves the one that runs.
    pub fn open(self, container: Option<String>, (columns, rows): (u16, u16)) {
        let query = ShellQuery {
            container,
            command: None,
            columns: Some(columns),
            rows: Some(rows),
        };
        let (sender, receiver) = unbounded();
        self.outgoing.set_value(Some(sender));
        self.taken.set_value((0, 0));
        self.round.update_value(|round| *round += 1);
        self.state.set(ShellState::Connecting);
        spawn_local(self.run(query, receiver, self.round.get_value()));
    }

    /// Types.
    pub fn input(self, bytes: Vec<u8>) {
        self.send(Message::Bytes(bytes));
    }

    /// The terminal has another size.
    pub fn resize(self, columns: u16, rows: u16) {
        self.say(ShellRequest::Resize(TerminalSize::new(columns, rows)));
    }

    /// So many bytes have been drawn.
    pub fn take(self, bytes: u32) {
        let due = self.taken.try_update_value(|(taken, told)| {
            *taken += u64::from(bytes);
            (*taken - *told >= TELL_AFTER).then(|| {
                *told = *taken;
                *taken
            })
        });
        if let Some(Some(taken)) = due {
            self.say(ShellRequest::Taken(taken));
        }
    }

    fn say(self, request: ShellRequest) {
        if let Ok(text) = serde_json::to_string(&request) {
            self.send(Message::Text(text));
        }
    }

    /// Before it is open and after it ended, nothing is sent: nobody would know to which shell it belongs.
    fn send(self, message: Message) {
        let is_open = self
            .state
            .try_with_untracked(|state| matches!(state, ShellState::Open(_)))
            .unwrap_or_default();
        if is_open {
            let _ended = self.outgoing.try_with_value(|outgoing| {
                outgoing
                    .as_ref()
                    .map(|outgoing| outgoing.unbounded_send(message).is_ok())
            });
        }
    }

    fn is_current(self, round: u32) -> bool {
        self.round.try_get_value() == Some(round)
    }

    async fn run(self, query: ShellQuery, outgoing: UnboundedReceiver<Message>, round: u32) {
        let Some(path) = self.pod.try_with_value(|pod| pod.shell_path(&query)) else {
            return;
        };
        let address = browser::socket_address(&format!("/api/v1{path}"));
        let Some(end) = self.speak(&address, outgoing, round).await else {
            return;
        };
        if end == ShellState::Lost
            && self.state.try_with_untracked(|state| *state == ShellState::Connecting) == Some(true)
        {
            // The socket does not say why it was refused; a plain request notices a lost session.
            let _noticed_inside = session::read_session().await;
        }
        if self.is_current(round) {
            self.state.set(end);
        }
    }

    /// Speaks over one socket to its end; nothing when the tab or its shell is not wanted any more.
    async fn speak(self, address: &str, mut outgoing: UnboundedReceiver<Message>, round: u32) -> Option<ShellState> {
        let Ok(socket) = WebSocket::open(address) else {
            return Some(ShellState::Lost);
        };
        let (mut sink, mut stream) = socket.split();
        let mut heard_at = browser::now();
        loop {
            let event = {
                let talk = select(stream.next(), outgoing.next());
                match select(talk, pin!(TimeoutFuture::new(2_000))).await {
                    Either::Left((Either::Left((heard, _)), _)) => Event::Heard(heard),
                    Either::Left((Either::Right((said, _)), _)) => Event::Said(said),
                    Either::Right(_) => Event::Nothing,
                }
            };
            if !self.is_current(round) {
                return None;
            }
            match event {
                Event::Nothing if browser::now() - heard_at > i64::from(SILENCE_SECONDS) * 1000 => {
                    return Some(ShellState::Lost);
                }
                Event::Nothing => {}
                Event::Said(None) => return None,
                Event::Said(Some(message)) => {
                    if sink.send(message).await.is_err() {
                        return Some(ShellState::Lost);
                    }
                }
                Event::Heard(Some(Ok(Message::Bytes(bytes)))) => {
                    heard_at = browser::now();
                    let _tab_is_gone = self.show.try_run(bytes);
                }
                Event::Heard(Some(Ok(Message::Text(text)))) => {
                    heard_at = browser::now();
                    if let Some(end) = self.hear(&text) {
                        return Some(end);
                    }
                }
                Event::Heard(Some(Err(_)) | None) => return Some(ShellState::Lost),
            }
        }
    }

    /// Takes one message in. Is that the end?
    fn hear(self, text: &str) -> Option<ShellState> {
        match serde_json::from_str(text) {
            Ok(ShellMessage::Opened(opened)) => {
                let _tab_is_gone = self.state.try_set(ShellState::Open(opened));
                None
            }
            Ok(ShellMessage::Heartbeat {}) => None,
            Ok(ShellMessage::Ended(ended)) => Some(ShellState::Ended(ended)),
            Ok(ShellMessage::Problem(problem)) => Some(ShellState::Failed(problem)),
            Err(error) => {
                leptos::logging::error!("the shell's socket said something unreadable: {error}");
                None
            }
        }
    }
}

/// What happened at one of the socket's ends.
enum Event {
    Heard(Option<Result<Message, gloo_net::websocket::WebSocketError>>),
    Said(Option<Message>),
    Nothing,
}
