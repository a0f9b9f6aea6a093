//! Processes that own something for others: started in the background, they take orders through a socket in a folder.

use crate::binaries::last_lines;
use crate::control_plane::late;
use crate::error::{Error, FileContext, Result};
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::signal::unix::{Signal, SignalKind, signal};

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

/// Leaves the session of whoever started this process: a signal to that session is none for what is held.
pub(crate) fn leave_session() {
    // Fails only where there is nothing to leave.
    let _ = nix::unistd::setsid();
}

/// The holder's end of the socket.
pub(crate) struct Orders {
    listener: UnixListener,
    terminated: Signal,
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
        Ok(Self { listener, terminated })
    }

    /// The next order; none when the holder is asked to end by a signal.
    pub async fn next(&mut self) -> Option<Order> {
        loop {
            let stream = tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    Err(_) => continue,
                },
                _ = self.terminated.recv() => return None,
            };
            let (read, answer) = stream.into_split();
            if let Ok(Some(text)) = BufReader::new(read).lines().next_line().await {
                return Some(Order { text, answer });
            }
        }
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
