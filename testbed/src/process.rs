//! Child processes that never outlive the process that started them.
//!
//! The kernel ends a child when the *thread* that started it ends, so every child is started by one thread that lives as
//! long as the whole process: tests may start clusters on threads that come and go.

use crate::binaries::last_lines;
use crate::error::{Error, FileContext, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

struct Request {
    command: Command,
    answer: mpsc::Sender<io::Result<Child>>,
}

static SPAWNER: OnceLock<mpsc::Sender<Request>> = OnceLock::new();

/// Starts a command on the thread that never ends.
pub(crate) fn spawn(command: Command) -> io::Result<Child> {
    let spawner = SPAWNER.get_or_init(|| {
        let (sender, receiver) = mpsc::channel::<Request>();
        std::thread::spawn(move || {
            for mut request in receiver {
                // Whoever asked has given up: then its child must go as well.
                if let Err(mpsc::SendError(Ok(mut orphan))) = request.answer.send(request.command.spawn()) {
                    let _ = orphan.kill();
                    let _ = orphan.wait();
                }
            }
        });
        sender
    });
    let (answer, result) = mpsc::channel();
    let gone = || io::Error::other("the thread that starts children has ended");
    spawner.send(Request { command, answer }).map_err(|_| gone())?;
    result.recv().map_err(|_| gone())?
}

/// A running child with its log.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `program`, which ends with this process whatever happens; its output goes to `log`.
    pub fn start(name: &str, program: &Path, arguments: &[impl AsRef<OsStr>], log: &Path) -> Result<Self> {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program).args(arguments);
        let output = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .file("open", log)?;
        let errors = output.try_clone().file("open", log)?;
        // A group of its own: an interrupt typed in the terminal reaches us first, and we end our children.
        command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0);
        let child = spawn(command).map_err(|source| Error::Start {
            program: name.to_owned(),
            source,
        })?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log: log.to_owned(),
        })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// An error when the process has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(Error::Program {
                program: self.name.clone(),
                detail: format!("ended with {status}; {}", last_lines(&self.log, 8)),
            }),
            Err(source) => Err(Error::Start {
                program: self.name.clone(),
                source,
            }),
        }
    }

    /// Asks the process to end, and ends it when it has not within `patience`.
    pub fn terminate(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        if let Ok(pid) = i32::try_from(self.id()) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
        while Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.kill();
    }

    /// Ends the process at once.
    pub fn kill(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// When a process started, in the kernel's ticks since boot: with its number it names a process for ever.
pub(crate) fn start_time(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold spaces; the 20th field after it is the start time.
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}
