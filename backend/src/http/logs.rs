//! Logs of one container: as text, as a file, or over a socket.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::SplitSink;
use http::{HeaderValue, header};
use muster_api::log::{LogLine, LogMessage, LogQuery};
use muster_api::problem::Problem;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;

use super::extract::{Path, Query};
use super::held::{Ending, Needed, until_ending};
use crate::access::Asked;
use crate::app::App;
use crate::context::RequestContext;
use crate::error::{AppError, AppResult};
use crate::resources::logs::{ContainerLog, LogEvent, follow};
use crate::resources::object::ObjectPath;

/// Lines are gathered for so long before they are sent: at most twenty messages a second.
const GATHER: Duration = Duration::from_millis(50);
/// A message has at most so many lines.
const MOST_LINES: usize = 2_000;
/// So many reads of the cluster wait for a slow reader; then the cluster waits too.
const WAITING_READS: usize = 32;
/// A connection on which nothing happens is shown to be alive, to proxies between and to the reader.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// A reader that takes nothing for so long is gone.
const SEND_DEADLINE: Duration = Duration::from_secs(30);
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// The log of one container of a pod: text, a file (`download=true`), or `LogMessage`s over a WebSocket.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/log",
    operation_id = "read_log", tag = "objects",
    params(
        ("cluster" = String, Path, description = "id or name"),
        ("namespace" = String, Path, description = "the pod's namespace"),
        ("name" = String, Path, description = "the pod's name"),
        LogQuery,
    ),
    responses(
        (status = 101, description = "a socket of LogMessages; what is wrong is a message, too"),
        (status = 200, description = "the log", body = String, content_type = "text/plain"),
        (status = 404, body = Problem),
        (status = 409, description = "the container has not started yet", body = Problem),
        (status = 422, description = "no such container; the problem names those that there are", body = Problem),
    ))]
pub async fn read_log(
    State(app): State<App>,
    context: RequestContext,
    Path((cluster, namespace, name)): Path<(String, String, String)>,
    Query(query): Query<LogQuery>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> AppResult<Response> {
    let path = ObjectPath::of("core", "v1", "pods", cluster, namespace, name);
    let is_download = query.download;
    let needed = log_right(&app, &context, &path)?;
    if let Ok(socket) = socket {
        let tracker = app.tasks.tracker.clone();
        let spoken = move |socket| tracker.track_future(speak(socket, app, context, path, query, needed));
        return Ok(socket.on_upgrade(spoken));
    }
    let log = app.objects.log(&context, &path, query).await?;
    let file_name = log.file_name();
    let body = if log.is_followed() {
        followed(log, until_ending(app, context, Some(needed)))
    } else {
        Body::from_stream(log.read().await?)
    };
    let mut response = ([(header::CONTENT_TYPE, TEXT)], body).into_response();
    if is_download && let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{file_name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// What reading a log needs the right to.
fn log_right(app: &App, context: &RequestContext, path: &ObjectPath) -> AppResult<Needed> {
    let cluster = app.clusters.get(context, &path.cluster)?.id;
    Ok(Needed {
        cluster: cluster.parse().map_err(AppError::internal)?,
        asked: Asked::of_pod("log", &path.namespace, &path.name),
    })
}

/// A followed log as text that goes on.
fn followed(log: ContainerLog, ending: impl Future<Output = Ending> + Send + 'static) -> Body {
    let has_timestamps = log.has_timestamps();
    let (sender, receiver) = mpsc::channel(WAITING_READS);
    tokio::spawn(async move {
        tokio::select! {
            () = follow(log, sender) => {}
            _ = ending => {}
        }
    });
    let texts = ReceiverStream::new(receiver).filter_map(move |event| {
        std::future::ready(match event {
            LogEvent::Lines(lines) => Some(Ok(as_text(&lines, has_timestamps))),
            LogEvent::Runs | LogEvent::Waiting(_) | LogEvent::Ended(_) => None,
            // Breaking the body off is the only way left to say that this is not the end.
            LogEvent::Failed(error) => Some(Err(std::io::Error::other(error))),
        })
    });
    Body::from_stream(texts)
}

fn as_text(lines: &[LogLine], has_timestamps: bool) -> Bytes {
    let mut text = String::new();
    for line in lines {
        if has_timestamps && let Some(time) = &line.time {
            text.push_str(time);
            text.push(' ');
        }
        text.push_str(&line.text);
        text.push('\n');
    }
    text.into()
}

type Sink = SplitSink<WebSocket, Message>;

/// Speaks `LogMessage`s until the log ends, the listener goes, or the session does.
///
/// A browser's script never sees the answer that refuses an upgrade: what is wrong is said as a message.
async fn speak(
    socket: WebSocket,
    app: App,
    context: RequestContext,
    path: ObjectPath,
    query: LogQuery,
    needed: Needed,
) {
    let (mut sink, mut incoming) = socket.split();
    let ending = until_ending(app.clone(), context.clone(), Some(needed));
    let work = async {
        let log = match app.objects.log(&context, &path, query).await {
            Ok(log) => log,
            Err(error) => return send_problem(&mut sink, AppError::from(error), &context).await,
        };
        send_message(&mut sink, &LogMessage::Open {}).await?;
        let (sender, mut events) = mpsc::channel(WAITING_READS);
        last_word(follow(log, sender), send_events(&mut sink, &mut events, &context)).await
    };
    // Whatever a listener says is not for us; reading it answers pings and notices that it goes.
    let gone = async { while let Some(Ok(_)) = incoming.next().await {} };
    let close = tokio::select! {
        close = work => close,
        () = gone => None,
        ending = ending => Some((
            if ending == Ending::Stopping { close_code::AWAY } else { close_code::POLICY },
            ending.words(),
        )),
    };
    if let Some((code, reason)) = close {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        let _already_gone = send(&mut sink, Message::Close(Some(frame))).await;
    }
}

/// Waits for what `sending` says in the end: the log may end before it, and is given up when nobody takes it any more.
async fn last_word<T>(following: impl Future<Output = ()>, sending: impl Future<Output = T>) -> T {
    tokio::pin!(sending);
    tokio::select! {
        last = &mut sending => last,
        () = following => sending.await,
    }
}

/// Sends what comes; answers how to close, or nothing when nobody listens any more.
async fn send_events(
    sink: &mut Sink,
    events: &mut mpsc::Receiver<LogEvent>,
    context: &RequestContext,
) -> Option<(u16, &'static str)> {
    let mut not_before = Instant::now();
    loop {
        let Ok(event) = tokio::time::timeout(HEARTBEAT, events.recv()).await else {
            send_message(sink, &LogMessage::Heartbeat {}).await?;
            continue;
        };
        let mut next = Some(event?);
        if let Some(LogEvent::Lines(lines)) = &mut next {
            tokio::time::sleep_until(not_before).await;
            let mut lines = std::mem::take(lines);
            next = None;
            while lines.len() < MOST_LINES {
                match events.try_recv() {
                    Ok(LogEvent::Lines(more)) => lines.extend(more),
                    Ok(other) => {
                        next = Some(other);
                        break;
                    }
                    Err(_) => break,
                }
            }
            send_message(sink, &LogMessage::Lines(lines)).await?;
            not_before = Instant::now() + GATHER;
        }
        match next {
            None | Some(LogEvent::Lines(_)) => {}
            Some(LogEvent::Runs) => send_message(sink, &LogMessage::Open {}).await?,
            Some(LogEvent::Waiting(why)) => send_message(sink, &LogMessage::Waiting(why)).await?,
            Some(LogEvent::Ended(why)) => {
                send_message(sink, &LogMessage::Ended(why)).await?;
                return Some((close_code::NORMAL, "the log has ended"));
            }
            Some(LogEvent::Failed(error)) => {
                return send_problem(sink, AppError::from(error), context).await;
            }
        }
    }
}

async fn send_problem(sink: &mut Sink, error: AppError, context: &RequestContext) -> Option<(u16, &'static str)> {
    if let AppError::Internal(error) = &error {
        tracing::error!(error = format!("{error:#}"), "a log could not be read");
    }
    let problem = Problem {
        request_id: context.request_id.to_string(),
        ..error.problem()
    };
    send_message(sink, &LogMessage::Problem(problem)).await?;
    Some((close_code::NORMAL, "the log could not be read"))
}

async fn send_message(sink: &mut Sink, message: &LogMessage) -> Option<()> {
    let text = serde_json::to_string(message).ok()?;
    send(sink, Message::text(text)).await
}

async fn send(sink: &mut Sink, message: Message) -> Option<()> {
    use futures::SinkExt as _;
    tokio::time::timeout(SEND_DEADLINE, sink.send(message)).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_log_is_given_up_when_nobody_takes_it_and_told_to_its_end_otherwise() {
        let (sender, mut receiver) = mpsc::channel(1);
        let stalled = last_word(std::future::pending(), async { "gone" });
        let last = tokio::time::timeout(Duration::from_secs(20), stalled).await;
        assert_eq!(last, Ok("gone"));
        let following = async move { sender.send("the end").await.unwrap() };
        let told = last_word(following, async move {
            tokio::task::yield_now().await;
            receiver.recv().await
        });
        assert_eq!(told.await, Some("the end"));
    }
}
