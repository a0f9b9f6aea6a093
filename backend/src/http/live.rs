//! The live socket: many open lists over one WebSocket.
//!
//! One task a socket reads, looks and writes in turn. While a write waits for a slow browser, nothing is collected for it:
//! the next look sends what differs by then.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures::future::{FutureExt as _, select_all};
use muster_api::live::{ClientMessage, Ended, ServerMessage, Subscribe, SubscriptionProblem};
use muster_api::problem::Problem;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::held::OTHER_VIEW;
use crate::app::App;
use crate::clusters::ClusterError;
use crate::context::RequestContext;
use crate::error::AppError;
use crate::resources::live::Subscription;
use crate::resources::query::ListError;
use crate::telemetry::Counted;

/// Larger messages end the socket.
const MOST_MESSAGE_BYTES: usize = 64 * 1024;
const MOST_SUBSCRIPTIONS: usize = 32;
const MOST_ID_CHARACTERS: usize = 64;
/// How often rights, clusters and ages are looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
/// How often a browser is told that the connection carries; the first time at once. Its script hears of no ping.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// A browser that takes nothing for this long is gone.
const SEND_DEADLINE: Duration = Duration::from_secs(30);

/// Opens the live socket (WebSocket). Messages are JSON text frames: `subscribe` and `unsubscribe` from the browser;
/// `snapshot`, `delta`, `problem`, `ended` and `heartbeat` from
/// the server.
#[utoipa::path(get, path = "/api/v1/live", operation_id = "open_live", tag = "resources",
    responses(
        (status = 101, description = "the socket is open"),
        (status = 400, description = "not a WebSocket request", body = Problem),
    ))]
pub async fn open_live(
    State(app): State<App>,
    context: RequestContext,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, AppError> {
    let upgrade = upgrade.map_err(|_| AppError::invalid("This address takes WebSocket connections only."))?;
    let upgrade = upgrade
        .max_message_size(MOST_MESSAGE_BYTES)
        .max_frame_size(MOST_MESSAGE_BYTES);
    // Known to shutdown, so that the browser still hears why its socket ends.
    let tracker = app.tasks.tracker.clone();
    let session = move |socket| async move {
        let stopping = app.tasks.stopping.clone();
        let mut session = Session {
            app,
            context,
            socket,
            subscriptions: Vec::new(),
            _counted: Counted::one("muster_live_sockets"),
        };
        let end = tokio::select! {
            () = stopping.cancelled() => End::Close(close_code::AWAY, "the server stops"),
            end = session.run() => end,
        };
        session.close(end).await;
    };
    Ok(upgrade.on_upgrade(move |socket| tracker.track_future(session(socket))))
}

/// Why a socket ends.
enum End {
    /// The browser went.
    Gone,
    /// The server closes it.
    Close(u16, &'static str),
}

struct Session {
    app: App,
    context: RequestContext,
    socket: WebSocket,
    subscriptions: Vec<Subscription>,
    _counted: Counted,
}

impl Session {
    async fn run(&mut self) -> End {
        let mut look_again = interval(LOOK_AGAIN);
        look_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut rights = self.app.access.changes();
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = self.subscriptions.iter().filter_map(Subscription::due).min();
            let result = tokio::select! {
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.receive(message).await,
                    Some(Err(_)) => Err(End::Close(close_code::SIZE, "a message was too large or broken")),
                    None => Err(End::Gone),
                },
                () = any_changed(&mut self.subscriptions) => Ok(()),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.send_news().await,
                _ = look_again.tick() => self.look_again().await,
                _ = rights.changed() => self.look_again().await,
                _ = heartbeat.tick() => self.say(&ServerMessage::Heartbeat {}).await,
            };
            if let Err(end) = result {
                return end;
            }
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => {
                return self
                    .problem(None, &AppError::invalid("Send JSON text, not binary messages."))
                    .await;
            }
            Message::Close(_) => return Err(End::Gone),
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
        };
        match serde_json::from_str(&text) {
            Ok(ClientMessage::Subscribe(subscribe)) => self.subscribe(*subscribe).await,
            Ok(ClientMessage::Unsubscribe(unsubscribe)) => {
                let known = self.subscriptions.len();
                self.subscriptions
                    .retain(|subscription| subscription.id() != unsubscribe.id);
                if self.subscriptions.len() < known {
                    return Ok(());
                }
                let id: String = unsubscribe.id.chars().take(MOST_ID_CHARACTERS).collect();
                self.problem(
                    None,
                    &AppError::not_found(format!("subscription {id:?} in this socket")),
                )
                .await
            }
            Err(error) => {
                let detail = format!("The message could not be understood: {error}.");
                self.problem(None, &AppError::invalid(detail)).await
            }
        }
    }

    async fn subscribe(&mut self, Subscribe { id, query }: Subscribe) -> Result<(), End> {
        if id.is_empty() || id.chars().count() > MOST_ID_CHARACTERS {
            let message = format!("an id has 1 to {MOST_ID_CHARACTERS} characters");
            return self
                .problem(None, &AppError::invalid_field("id", "out-of-range", message))
                .await;
        }
        let place = self
            .subscriptions
            .iter()
            .position(|subscription| subscription.id() == id);
        if place.is_none() && self.subscriptions.len() >= MOST_SUBSCRIPTIONS {
            let detail = format!("A socket has at most {MOST_SUBSCRIPTIONS} open lists: close some first.");
            return self
                .problem(Some(id), &AppError::conflict("too-many-subscriptions", detail))
                .await;
        }
        if let Some(place) = place {
            self.subscriptions.remove(place);
        }
        match Subscription::open(&self.app.tables, &self.context, id.clone(), query) {
            Ok(subscription) => {
                self.subscriptions.push(subscription);
                Ok(())
            }
            Err(error) => self.problem(Some(id), &error.into()).await,
        }
    }

    /// Sends what is due of every subscription.
    async fn send_news(&mut self) -> Result<(), End> {
        let mut place = 0;
        while let Some(subscription) = self.subscriptions.get_mut(place) {
            match subscription.message(&self.app.tables) {
                Ok(Some(text)) => self.send(Message::Text(text.into())).await?,
                Ok(None) => {}
                Err(error) => {
                    let id = self.subscriptions.remove(place).id().to_owned();
                    self.problem(Some(id), &error.into()).await?;
                    continue;
                }
            }
            place += 1;
        }
        Ok(())
    }

    /// What no row tells: does the sign-in still hold, are the clusters the same, did ages or health move?
    async fn look_again(&mut self) -> Result<(), End> {
        match self.app.still_admitted(&self.context).await {
            Ok(Some(context)) if context.viewed() != self.context.viewed() => {
                return Err(End::Close(close_code::POLICY, OTHER_VIEW));
            }
            Ok(Some(context)) => self.context = context,
            Ok(None) => return Err(End::Close(close_code::POLICY, "the session has ended")),
            Err(error) => {
                tracing::warn!(%error, "could not check whether a session still holds");
                return Err(End::Close(close_code::AGAIN, "the session could not be checked"));
            }
        }
        let mut place = 0;
        while let Some(subscription) = self.subscriptions.get_mut(place) {
            match subscription.follow_registry(&self.app.tables, &self.context) {
                Ok(()) => {
                    subscription.touch();
                    place += 1;
                }
                Err(ListError::Cluster(ClusterError::NotFound(cluster))) => {
                    let id = self.subscriptions.remove(place).id().to_owned();
                    let reason = format!("the cluster {cluster:?} was removed, or you may not see it any more");
                    self.say(&ServerMessage::Ended(Ended { id, reason })).await?;
                }
                Err(error) => {
                    let id = self.subscriptions.remove(place).id().to_owned();
                    self.problem(Some(id), &error.into()).await?;
                }
            }
        }
        Ok(())
    }

    async fn problem(&mut self, id: Option<String>, error: &AppError) -> Result<(), End> {
        if let AppError::Internal(error) = error {
            tracing::error!(error = format!("{error:#}"), "a subscription failed");
        }
        let problem = Problem {
            request_id: self.context.request_id.to_string(),
            ..error.problem()
        };
        self.say(&ServerMessage::Problem(SubscriptionProblem { id, problem }))
            .await
    }

    async fn say(&mut self, message: &ServerMessage) -> Result<(), End> {
        match serde_json::to_string(message) {
            Ok(text) => self.send(Message::Text(text.into())).await,
            Err(error) => {
                tracing::error!(%error, "a live message could not be written");
                Err(End::Close(close_code::ERROR, "a message could not be written"))
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(SEND_DEADLINE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    async fn close(mut self, end: End) {
        if let End::Close(code, reason) = end {
            let frame = Message::Close(Some(CloseFrame {
                code,
                reason: reason.into(),
            }));
            // Whether the browser still hears it makes no difference.
            let _heard = timeout(Duration::from_secs(2), self.socket.send(frame)).await;
        }
    }
}

/// Waits until one of the lists changed that was not known to have changed, or that waits for its first rows.
async fn any_changed(subscriptions: &mut [Subscription]) {
    let waiting: Vec<_> = subscriptions
        .iter_mut()
        .filter(|subscription| subscription.can_have_news())
        .map(|subscription| subscription.changed().boxed())
        .collect();
    if waiting.is_empty() {
        std::future::pending::<()>().await;
    }
    select_all(waiting).await;
}
