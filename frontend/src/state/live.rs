//! The live socket: one WebSocket a tab, many subscriptions; it comes back by itself and subscribes again.

use crate::api_client;
use crate::browser;
use crate::state::session::{Session, use_session};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use futures::{SinkExt, StreamExt};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::live::{ClientMessage, Delta, SILENCE_SECONDS, ServerMessage, Subscribe, Unsubscribe};
use muster_api::problem::Problem;
use muster_api::resource::{ResourceList, ResourceQuery};
use std::collections::HashMap;
use std::rc::Rc;

/// The pauses between attempts, in milliseconds; the last one repeats.
const PAUSES: [u32; 6] = [250, 500, 1000, 2000, 5000, 10_000];
/// A socket that lived for so long was a good one: the next attempt comes soon.
const LIVED_MILLISECONDS: i64 = 10_000;
/// How a server closes the socket of a session that has ended, or looks as somebody else now (RFC 6455: policy violation).
const SIGNED_OUT_CODE: u16 = 1008;

/// How a socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It never carried a message.
    NeverOpen,
    /// It was lost.
    Lost,
    /// The server closed it because the session is over, or looks as somebody else than before.
    SignedOut,
}

/// How the socket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Nothing asks for it.
    Idle,
    /// It is being made for the first time.
    Connecting,
    /// It carries changes.
    Live,
    /// It was lost, or is not there yet; it is being made again.
    Reconnecting,
    /// The browser has no network.
    Offline,
}

/// What a subscription is told.
#[derive(Debug, Clone)]
pub enum LiveEvent {
    /// The whole window.
    Snapshot(ResourceList),
    /// What changed in it.
    Delta(Delta),
    /// It could not start.
    Problem(Problem),
    /// It is over, and why.
    Ended(String),
}

type Handler = Rc<dyn Fn(LiveEvent)>;

#[derive(Default)]
struct Inner {
    next: u32,
    subscriptions: HashMap<String, (ResourceQuery, Handler)>,
    outgoing: Option<UnboundedSender<ClientMessage>>,
    running: bool,
    /// Counts sign-outs: a socket of an earlier user carries nothing any more.
    era: u32,
}

/// The live socket.
#[derive(Clone, Copy)]
pub struct Live {
    connection: RwSignal<Connection>,
    inner: StoredValue<Inner, LocalStorage>,
    session: Session,
}

/// The live socket.
///
/// # Panics
/// Outside the application: [`super::provide`] provides it.
#[expect(
    clippy::expect_used,
    reason = "provided by `state::provide` before any component runs"
)]
pub fn use_live() -> Live {
    use_context().expect("the live socket is provided")
}

pub(super) fn provide() {
    let session = use_session();
    let live = Live {
        connection: RwSignal::new(Connection::Idle),
        inner: StoredValue::new_local(Inner::default()),
        session,
    };
    provide_context(live);
    // At once, and not when what is on screen was made: nearly every page has a list, and the socket is there by then.
    ImmediateEffect::new_scoped(move || {
        if session.is_signed_in() {
            live.start();
        } else {
            // Dropping the sender ends the socket: its rows were those of the user who left.
            live.inner.update_value(|inner| {
                inner.outgoing = None;
                inner.era += 1;
            });
        }
    });
}

impl Live {
    /// How the socket is.
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// Watches a list until the component goes or [`Live::unsubscribe`] is called. The first event is a snapshot.
    pub fn subscribe(self, query: ResourceQuery, handler: impl Fn(LiveEvent) + 'static) -> String {
        let mut id = String::new();
        self.inner.update_value(|inner| {
            inner.next += 1;
            id = inner.next.to_string();
            inner
                .subscriptions
                .insert(id.clone(), (query.clone(), Rc::new(handler)));
        });
        self.say(ClientMessage::Subscribe(Box::new(Subscribe { id: id.clone(), query })));
        self.start();
        id
    }

    /// Ends a subscription.
    pub fn unsubscribe(self, id: &str) {
        let known = self
            .inner
            .try_update_value(|inner| inner.subscriptions.remove(id).is_some());
        if known == Some(true) {
            self.say(ClientMessage::Unsubscribe(Unsubscribe { id: id.to_owned() }));
        }
    }

    fn say(self, message: ClientMessage) {
        self.inner.with_value(|inner| {
            if let Some(outgoing) = &inner.outgoing {
                // A closed channel means that the socket is being made again, which subscribes by itself.
                let _resubscribed_later = outgoing.unbounded_send(message);
            }
        });
    }

    fn start(self) {
        let running = self
            .inner
            .try_update_value(|inner| std::mem::replace(&mut inner.running, true));
        if running == Some(false) {
            spawn_local(self.run(open()));
        }
    }

    /// Keeps a socket open; makes it again while anything is subscribed.
    async fn run(self, first: Option<WebSocket>) {
        let mut failures = 0_usize;
        let mut socket = first;
        loop {
            if self.connection.get_untracked() == Connection::Idle {
                self.connection.set(Connection::Connecting);
            }
            let began = browser::now();
            let end = self.converse(socket.take().or_else(open)).await;
            let was_good = end != End::NeverOpen && browser::now() - began >= LIVED_MILLISECONDS;
            failures = if was_good { 0 } else { failures + 1 };
            if !self.is_wanted() {
                break;
            }
            self.connection.set(if browser::is_online() {
                Connection::Reconnecting
            } else {
                Connection::Offline
            });
            if end != End::Lost {
                // The socket does not say why it was refused; a plain request does, and notices a lost session.
                if let Ok(user) = api_client::session::read_session().await {
                    self.session.read_again(&user);
                }
            }
            TimeoutFuture::new(PAUSES[failures.min(PAUSES.len() - 1)]).await;
            if !self.is_wanted() {
                break;
            }
        }
        self.connection.set(Connection::Idle);
        self.inner.update_value(|inner| {
            inner.running = false;
            inner.outgoing = None;
        });
    }

    /// Is anything subscribed?
    fn is_wanted(self) -> bool {
        self.inner.with_value(|inner| !inner.subscriptions.is_empty())
    }

    /// One socket from opening to its end. The server speaks first and never keeps silent for long: a socket from which
    /// nothing is heard is lost, whatever the browser believes of it.
    async fn converse(self, socket: Option<WebSocket>) -> End {
        let era = self.inner.with_value(|inner| inner.era);
        let Some(socket) = socket else { return End::NeverOpen };
        let (mut sink, mut stream) = socket.split();
        let mut silence = TimeoutFuture::new(SILENCE_SECONDS * 1000);
        match select(stream.next(), &mut silence).await {
            Either::Left((Some(Ok(Message::Text(text))), _)) => self.hear(&text),
            Either::Left((Some(Ok(Message::Bytes(_))), _)) => {}
            Either::Left((Some(Err(error)), _)) => return end_of(&error, End::NeverOpen),
            Either::Left((None, _)) | Either::Right(_) => return End::NeverOpen,
        }
        if self.inner.with_value(|inner| inner.era) != era {
            let _already_closing = sink.close().await;
            return End::Lost;
        }
        let mut outgoing = self.subscribe_again();
        self.connection.set(Connection::Live);
        loop {
            let next = select(outgoing.next(), select(stream.next(), &mut silence)).await;
            match next {
                Either::Left((Some(message), _)) => {
                    let Ok(text) = serde_json::to_string(&message) else {
                        continue;
                    };
                    if sink.send(Message::Text(text)).await.is_err() {
                        return End::Lost;
                    }
                }
                Either::Right((Either::Left((Some(Ok(message)), _)), _)) => {
                    silence = TimeoutFuture::new(SILENCE_SECONDS * 1000);
                    if let Message::Text(text) = message {
                        self.hear(&text);
                    }
                }
                Either::Right((Either::Left((Some(Err(error)), _)), _)) => return end_of(&error, End::Lost),
                Either::Left((None, _)) | Either::Right((Either::Left((None, _)) | Either::Right(_), _)) => {
                    let _already_closing = sink.close().await;
                    return End::Lost;
                }
            }
        }
    }

    /// A new channel to the server, with every subscription in it.
    fn subscribe_again(self) -> UnboundedReceiver<ClientMessage> {
        let (sender, outgoing) = unbounded();
        self.inner.update_value(|inner| {
            for (id, (query, _)) in &inner.subscriptions {
                let subscribe = Subscribe {
                    id: id.clone(),
                    query: query.clone(),
                };
                let _just_made = sender.unbounded_send(ClientMessage::Subscribe(Box::new(subscribe)));
            }
            inner.outgoing = Some(sender);
        });
        outgoing
    }

    fn hear(self, text: &str) {
        // A message that cannot be read would leave a list wrong without a word: say so where developers look.
        let message = match serde_json::from_str::<ServerMessage>(text) {
            Ok(message) => message,
            Err(error) => {
                leptos::logging::error!("the live socket said something unreadable: {error}");
                return;
            }
        };
        let (id, event) = match message {
            ServerMessage::Snapshot(snapshot) => (Some(snapshot.id), LiveEvent::Snapshot(snapshot.list)),
            ServerMessage::Delta(delta) => (Some(delta.id.clone()), LiveEvent::Delta(delta)),
            ServerMessage::Problem(problem) => (problem.id, LiveEvent::Problem(problem.problem)),
            ServerMessage::Ended(ended) => (Some(ended.id), LiveEvent::Ended(ended.reason)),
            ServerMessage::Heartbeat {} => return,
        };
        let Some(id) = id else { return };
        let handler = self
            .inner
            .with_value(|inner| inner.subscriptions.get(&id).map(|(_, handler)| handler.clone()));
        if let Some(handler) = handler {
            handler(event);
        }
    }
}

/// A new socket; none where the browser makes none.
fn open() -> Option<WebSocket> {
    WebSocket::open(&browser::socket_address("/api/v1/live")).ok()
}

/// How a socket ended that broke; `otherwise` unless the server said that the session is over.
fn end_of(error: &WebSocketError, otherwise: End) -> End {
    match error {
        WebSocketError::ConnectionClose(close) if close.code == SIGNED_OUT_CODE => End::SignedOut,
        _ => otherwise,
    }
}
