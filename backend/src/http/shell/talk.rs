//! One shell from its opening to its end: what is typed goes one way, what is shown the other, until one of them ends, or
//! the session, the right, the cluster or the server does.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use muster_api::problem::Problem;
use muster_api::shell::{OUTPUT_WINDOW, ShellEnded, ShellMessage, ShellOpened, ShellRequest, TerminalSize};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::Visit;
use super::record::Record;
use crate::error::AppError;
use crate::http::held::{Ending, until_ending};
use crate::resources::shell::{Input, Output, ShellEnd, ShellEvent};

/// A connection on which nothing happens is shown to be alive, and asked for life, both ways.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// A side that does not even answer a ping for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// A browser that takes nothing for so long is gone.
const SEND_DEADLINE: Duration = Duration::from_secs(30);
/// A program that was hung up may end by itself for so long.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How often the API server is asked for the right to a shell, where the console itself does not know who may.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// Changes of size that wait for the recording; one more is as good as the last.
const WAITING_SIZES: usize = 16;

type Sink = SplitSink<WebSocket, Message>;

/// Why it is over.
pub(super) enum End {
    /// The program ended.
    Shell(ShellEnd),
    /// The browser closed the connection, or is gone.
    Left,
    /// The session, the right or the server ended.
    Ending(Ending),
    /// The cluster was removed from the console.
    Removed,
    /// What must be recorded could not be.
    NotRecorded,
}

/// Both ends of a shell that runs.
struct Running {
    input: Input,
    output: Output,
    record: Record,
}

pub(super) async fn speak(socket: WebSocket, visit: Visit) {
    let (mut sink, incoming) = socket.split();
    let over = until_over(&visit);
    tokio::pin!(over);
    let mut record = Record::new(&visit);
    let opened = tokio::select! {
        opened = open(&visit, &mut record) => opened,
        end = &mut over => Err(end.error(&visit.path.cluster)),
    };
    let (shell, input, output) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            record.not_opened(&error).await;
            return send_problem(&mut sink, &visit, error).await;
        }
    };
    let mut running = Running { input, output, record };
    let end = tokio::select! {
        end = converse(&mut sink, incoming, &mut running, shell) => end,
        end = &mut over => end,
    };
    // The person hears of it first; then what still runs is ended.
    say_end(&mut sink, &end).await;
    if !matches!(end, End::Shell(_)) {
        hang_up(&mut running).await;
    }
    let _stuck = timeout(LAST_WORDS, running.input.close()).await;
    running.record.closed(&end).await;
}

/// Opens it, when that may be done and can be written down.
async fn open(visit: &Visit, record: &mut Record) -> Result<(ShellOpened, Input, Output), AppError> {
    let (app, context) = (&visit.app, &visit.context);
    if !visit.needed.is_held(app, context).await {
        return Err(AppError::forbidden(
            "A shell needs the right to create pods/exec there: looking is not enough.",
        ));
    }
    let shell = app.objects.shell(context, &visit.path, &visit.query).await?;
    record.begin(context, &shell).await?;
    let opened = ShellOpened {
        container: shell.container().to_owned(),
        recorded: record.is_recording(),
    };
    let (input, output) = shell.open().await?;
    record.opened().await?;
    Ok((opened, input, output))
}

/// Passes everything on, both ways.
async fn converse(
    sink: &mut Sink,
    incoming: SplitStream<WebSocket>,
    running: &mut Running,
    opened: ShellOpened,
) -> End {
    if send_message(sink, &ShellMessage::Opened(opened)).await.is_none() {
        return End::Left;
    }
    let (taken, shown) = watch::channel(0);
    let (sizes, resized) = mpsc::channel(WAITING_SIZES);
    let Running { input, output, record } = running;
    tokio::select! {
        end = hear(incoming, input, &taken, &sizes) => end,
        end = show(sink, output, record, shown, resized) => end,
    }
}

/// What the browser says goes into the container.
async fn hear(
    mut incoming: SplitStream<WebSocket>,
    input: &mut Input,
    taken: &watch::Sender<u64>,
    sizes: &mpsc::Sender<TerminalSize>,
) -> End {
    let mut beats = heartbeats();
    let mut heard_at = Instant::now();
    loop {
        let message = tokio::select! {
            message = incoming.next() => message,
            _ = beats.tick() => {
                if heard_at.elapsed() > SILENCE {
                    return End::Left;
                }
                if input.ask_for_life().await.is_err() {
                    return End::Shell(ShellEnd::Lost);
                }
                continue;
            }
        };
        heard_at = Instant::now();
        let passed_on = match message {
            Some(Ok(Message::Binary(bytes))) => input.write(&bytes).await,
            Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                Ok(ShellRequest::Resize(size)) => {
                    let size = TerminalSize::new(size.columns, size.rows);
                    // The recording hears of it when it can.
                    let _full = sizes.try_send(size);
                    input.resize(size).await
                }
                Ok(ShellRequest::Taken(bytes)) => {
                    taken.send_replace(bytes);
                    Ok(())
                }
                // A newer browser may say more.
                Err(_) => Ok(()),
            },
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Left,
        };
        if passed_on.is_err() {
            return End::Shell(ShellEnd::Lost);
        }
    }
}

/// What comes out of the container is recorded and shown.
async fn show(
    sink: &mut Sink,
    output: &mut Output,
    record: &mut Record,
    mut shown: watch::Receiver<u64>,
    mut resized: mpsc::Receiver<TerminalSize>,
) -> End {
    let mut beats = heartbeats();
    let mut heard_at = Instant::now();
    let mut sent: u64 = 0;
    loop {
        let is_full = sent.saturating_sub(*shown.borrow_and_update()) >= OUTPUT_WINDOW;
        tokio::select! {
            // The container is not read while the browser has enough: its program waits.
            event = output.next(), if !is_full => {
                heard_at = Instant::now();
                let bytes = match event {
                    ShellEvent::Output(bytes) => bytes,
                    ShellEvent::Ended(end) => return End::Shell(end),
                    ShellEvent::Alive => continue,
                };
                if record.output(&bytes).await.is_err() {
                    return End::NotRecorded;
                }
                sent += bytes.len() as u64;
                if send(sink, Message::Binary(bytes)).await.is_none() {
                    return End::Left;
                }
            }
            changed = shown.changed(), if is_full => {
                heard_at = Instant::now();
                if changed.is_err() {
                    return End::Left;
                }
            }
            Some(size) = resized.recv() => {
                if record.resized(size).await.is_err() {
                    return End::NotRecorded;
                }
            }
            _ = beats.tick() => {
                if !is_full && heard_at.elapsed() > SILENCE {
                    return End::Shell(ShellEnd::Lost);
                }
                let alive = async {
                    send_message(sink, &ShellMessage::Heartbeat {}).await?;
                    send(sink, Message::Ping(Bytes::new())).await
                };
                if alive.await.is_none() {
                    return End::Left;
                }
            }
        }
    }
}

fn heartbeats() -> tokio::time::Interval {
    let mut beats = interval(HEARTBEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats
}

/// Ends what still runs in the container, as far as that is possible.
async fn hang_up(running: &mut Running) {
    let Running { input, output, .. } = running;
    // What does not listen goes on in its container until it writes to the terminal that is gone.
    let _goes_on = timeout(LAST_WORDS, input.hang_up(output)).await;
}

/// Waits until the shell must end though nobody closes it.
fn until_over(visit: &Visit) -> impl Future<Output = End> + use<> {
    let ending = until_ending(visit.app.clone(), visit.context.clone(), Some(visit.needed.clone()));
    let removed = visit.removed.clone();
    let refused = until_refused(visit);
    async move {
        tokio::select! {
            ending = ending => End::Ending(ending),
            () = removed.cancelled() => End::Removed,
            () = refused => End::Ending(Ending::Revoked),
        }
    }
}

/// Where the rights in a cluster are not known here (it decides them by something else than RBAC), its API server is asked
/// again and again.
fn until_refused(visit: &Visit) -> impl Future<Output = ()> + use<> {
    let (app, context) = (visit.app.clone(), visit.context.clone());
    let (path, needed) = (visit.path.clone(), visit.needed.clone());
    async move {
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            let attributes = needed.asked.attributes();
            if app.access.allows(&context, needed.cluster, &attributes).is_some() {
                continue;
            }
            // Groups may have changed since; a session that ended is noticed elsewhere.
            let Ok(Some(now)) = app.still_admitted(&context).await else {
                continue;
            };
            // A cluster that cannot be asked carries no shell for long.
            if matches!(app.objects.may_open_shell(&now, &path).await, Ok(false)) {
                return;
            }
        }
    }
}

impl End {
    /// Why there is no shell, when it is over before it was opened.
    fn error(&self, cluster: &str) -> AppError {
        match self {
            Self::Ending(Ending::SignedOut) => AppError::Unauthenticated,
            Self::Ending(Ending::Stopping) => AppError::unavailable("stopping", "The console is being stopped."),
            Self::Removed => AppError::not_found(format!("cluster {cluster:?}")),
            _ => AppError::forbidden(self.sentence()),
        }
    }

    /// What the browser translates by.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Shell(end) => end.code(),
            Self::Left => "left",
            Self::Ending(Ending::SignedOut) => "signed-out",
            Self::Ending(Ending::Revoked) => "revoked",
            Self::Ending(Ending::OtherView) => "other-view",
            Self::Ending(Ending::Stopping) => "stopping",
            Self::Removed => "removed",
            Self::NotRecorded => "not-recorded",
        }
    }

    /// For people.
    pub(super) fn sentence(&self) -> String {
        let words = match self {
            Self::Shell(end) => return end.sentence(),
            Self::Left => "It was closed.",
            Self::Ending(Ending::SignedOut) => "The session has ended: sign in again.",
            Self::Ending(Ending::Revoked) => "The right to open shells here was taken away.",
            Self::Ending(Ending::OtherView) => "You look at the console as somebody else now.",
            Self::Ending(Ending::Stopping) => "The console is being stopped or restarted.",
            Self::Removed => "The cluster was removed from the console.",
            Self::NotRecorded => {
                "Shells here are recorded, and the recording cannot be written now. The administrator finds the reason in \
                 the server's log."
            }
        };
        words.to_owned()
    }

    /// The program's exit code, when it ended by itself.
    pub(super) fn exit_code(&self) -> Option<i32> {
        match self {
            Self::Shell(end) => end.exit_code(),
            _ => None,
        }
    }
}

async fn say_end(sink: &mut Sink, end: &End) {
    let ended = ShellMessage::Ended(ShellEnded {
        exit_code: end.exit_code(),
        code: end.code().to_owned(),
        reason: end.sentence(),
    });
    let code = match end {
        End::Shell(_) | End::Left => close_code::NORMAL,
        End::Ending(Ending::Stopping) => close_code::AWAY,
        End::NotRecorded => close_code::ERROR,
        End::Ending(_) | End::Removed => close_code::POLICY,
    };
    // A browser that takes nothing must not hold up the end.
    let saying = async {
        send_message(sink, &ended).await?;
        close(sink, code, end.code()).await
    };
    let _gone = timeout(LAST_WORDS, saying).await;
}

async fn send_problem(sink: &mut Sink, visit: &Visit, error: AppError) {
    if let AppError::Internal(error) = &error {
        tracing::error!(error = format!("{error:#}"), "a shell could not be opened");
    }
    let problem = Problem {
        request_id: visit.context.request_id.to_string(),
        ..error.problem()
    };
    if send_message(sink, &ShellMessage::Problem(problem)).await.is_some() {
        let _gone = close(sink, close_code::NORMAL, "not-opened").await;
    }
}

async fn close(sink: &mut Sink, code: u16, reason: &'static str) -> Option<()> {
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    send(sink, Message::Close(Some(frame))).await
}

async fn send_message(sink: &mut Sink, message: &ShellMessage) -> Option<()> {
    let text = serde_json::to_string(message).ok()?;
    send(sink, Message::text(text)).await
}

async fn send(sink: &mut Sink, message: Message) -> Option<()> {
    timeout(SEND_DEADLINE, sink.send(message)).await.ok()?.ok()
}
