//! Processes that own something for others: started in the background, they take orders through a socket in a folder.

use crate::binaries::last_lines;
use crate::control_plane::late;
use crate::error::{Error, FileContext, Result};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Longer than anything that a holder starts takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// Whether a holder answers in this folder.
pub(crate) async fn answers(folder: &Path) -> bool {
    ask(folder, "ping").await.is_ok()
}

/// Starts a holder and waits until it answers.
pub(crate) async fn start(folder: &Path, what: &str, mut command: Command) -> Result<()> {
    let log = folder.join("holder.log");
    let output = File::create(&log).file("create", &log)?;
    let errors = output.try_clone().file("open", &log)?;
    command
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .process_group(0);
    let mut child = command.spawn().map_err(|source| Error::Start {
        program: format!("the holder of {what}"),
        source,
    })?;
    let deadline = Instant::now() + PATIENCE;
    while !answers(folder).await {
        if let Ok(Some(status)) = child.try_wait() {
            let detail = format!("its holder ended with {status}; {}", last_lines(&log, 15));
            return Err(Error::Program {
                program: format!("starting {what}"),
                detail,
            });
        }
        if Instant::now() > deadline {
            // The janitors of what it owns clean up behind it.
            let _ = child.kill();
            return Err(late(&format!("{what} was not up"), PATIENCE, &last_lines(&log, 15)));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Gives an order to a holder and waits for its answer.
pub(crate) async fn ask(folder: &Path, order: &str) -> Result<()> {
    let socket = folder.join("socket");
    let exchange = async {
        let mut stream = UnixStream::connect(&socket).await?;
        stream.write_all(format!("{order}\n").as_bytes()).await?;
        BufReader::new(stream).lines().next_line().await
    };
    let patience = if order == "ping" {
        Duration::from_secs(30)
    } else {
        PATIENCE
    };
    let answer = tokio::time::timeout(patience, exchange)
        .await
        .map_err(|_| late("the holder did not answer", patience, ""))?;
    match answer.file("talk through", &socket)?.as_deref() {
        Some("ok") => Ok(()),
        Some(problem) => Err(Error::Program {
            program: "the holder".to_owned(),
            detail: problem.to_owned(),
        }),
        None => Err(Error::Program {
            program: "the holder".to_owned(),
            detail: "no answer".to_owned(),
        }),
    }
}

/// Asks a holder to end what it holds. False when there is none; an error when there is one that did not end it, and then
/// what it holds is still there.
pub(crate) async fn end(folder: &Path) -> Result<bool> {
    let socket = folder.join("socket");
    match UnixStream::connect(&socket).await {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => Ok(false),
        Err(source) => Err(source).file("talk through", &socket),
        Ok(_) => ask(folder, "stop").await.map(|()| true),
    }
}

/// Leaves the session of whoever started this process: a signal to that session is none for what is held.
pub(crate) fn leave_session() {
    // Fails only where there is nothing to leave.
    let _ = nix::unistd::setsid();
}

/// The holder's end of the socket.
pub(crate) struct Orders {
    incoming: mpsc::Receiver<Order>,
    accepting: JoinHandle<()>,
    terminated: Signal,
}

impl Drop for Orders {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What someone wants of the holder.
pub(crate) struct Order {
    pub text: String,
    answer: OwnedWriteHalf,
}

impl Orders {
    /// Starts to answer in this folder, which tells that everything is up.
    pub fn listen(folder: &Path) -> Result<Self> {
        let socket = folder.join("socket");
        // Left by a holder that was killed: nobody answers on it.
        let _ = fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket).file("listen on", &socket)?;
        let terminated = signal(SignalKind::terminate()).file("handle signals beside", &socket)?;
        let (sender, incoming) = mpsc::channel(16);
        Ok(Self {
            incoming,
            accepting: tokio::spawn(accept(listener, sender)),
            terminated,
        })
    }

    /// The next order; none when the holder is asked to end by a signal.
    pub async fn next(&mut self) -> Option<Order> {
        tokio::select! {
            order = self.incoming.recv() => order,
            _ = self.terminated.recv() => None,
        }
    }
}

/// Hands on what callers want. Each is listened to apart: one that says nothing keeps nobody waiting.
async fn accept(listener: UnixListener, orders: mpsc::Sender<Order>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let orders = orders.clone();
        tokio::spawn(async move {
            let (read, answer) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            if let Ok(Ok(Some(text))) = tokio::time::timeout(PATIENCE, lines.next_line()).await {
                // Whoever ends takes no more orders; the caller sees the socket close.
                let _ = orders.send(Order { text, answer }).await;
            }
        });
    }
}

impl Order {
    /// Tells whoever asked what came of it.
    pub async fn answer(mut self, result: &Result<()>) {
        let text = match result {
            Ok(()) => "ok".to_owned(),
            Err(error) => error.to_string().replace('\n', " "),
        };
        // Whoever asked may be gone.
        let _ = self.answer.write_all(format!("{text}\n").as_bytes()).await;
    }
}

/// A new process that runs this very program with `arguments`.
pub fn command(arguments: &[&str]) -> Result<Command> {
    let program = std::env::current_exe().file("find", Path::new("this program"))?;
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_caller_that_says_nothing_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let mut orders = Orders::listen(folder.path()).unwrap();
        let _silent = UnixStream::connect(folder.path().join("socket")).await.unwrap();
        let answering = async {
            let order = orders.next().await.unwrap();
            assert_eq!(order.text, "ping");
            order.answer(&Ok(())).await;
        };
        let (asked, ()) = tokio::join!(ask(folder.path(), "ping"), answering);
        asked.unwrap();
    }

    #[tokio::test]
    async fn what_did_not_end_is_told_apart_from_what_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!end(folder.path()).await.unwrap());
        let mut orders = Orders::listen(folder.path()).unwrap();
        let refusing = async {
            let order = orders.next().await.unwrap();
            let stuck = Error::Unsupported("a process does not end".to_owned());
            order.answer(&Err(stuck)).await;
        };
        let (ended, ()) = tokio::join!(end(folder.path()), refusing);
        assert!(ended.unwrap_err().to_string().contains("does not end"));
        // A holder that was killed leaves its socket behind, and nobody answers on it.
        drop(orders);
        let gone = async {
            while end(folder.path()).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
        assert!(!end(folder.path()).await.unwrap());
    }
}
