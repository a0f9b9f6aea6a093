//! Runs Go, and tells how long it has been at it.

use crate::cache;
use crate::error::{Error, FileContext, Result};
use crate::packages::{OLDEST_GO, go_version};
use crate::process;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Static, reproducible builds of exactly what `go.sum` says.
pub(super) fn go(folder: &Path) -> Result<Command> {
    // Asked first, because the wrapper below only says that it could not start something.
    if go_version().is_none_or(|version| version < OLDEST_GO) {
        let (major, minor) = OLDEST_GO;
        return Err(Error::Unsupported(format!(
            "the clusters' programs are built by Go {major}.{minor} or newer, and there is none on PATH: install it from \
             https://go.dev/dl"
        )));
    }
    // Ends with this process, so that nobody meets a build that still writes where theirs does.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", "go"]);
    command
        .current_dir(folder)
        .env("CGO_ENABLED", "0")
        // Some distributions turn off that an older Go fetches the one that go.mod asks for.
        .env("GOTOOLCHAIN", "auto")
        .env("GOFLAGS", "-mod=readonly -buildvcs=false");
    Ok(command)
}

/// Runs a long command, telling every quarter of a minute that it still works.
pub(super) fn run_with_progress(mut command: Command, label: &str, log: &Path) -> Result<()> {
    let output = File::create(log).file("create", log)?;
    let errors = output.try_clone().file("open", log)?;
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    let program = "setpriv (package util-linux)".to_owned();
    let mut child = process::spawn(command).map_err(|source| Error::Start { program, source })?;
    let started = Instant::now();
    let mut told = started;
    loop {
        if let Some(status) = child.try_wait().file("wait for the build logged in", log)? {
            if !status.success() {
                return Err(Error::Program {
                    program: format!("building {label}"),
                    detail: last_lines(log, 15),
                });
            }
            cache::tell(&format!("{label}: done in {} s", started.elapsed().as_secs()));
            return Ok(());
        }
        if told.elapsed() > Duration::from_secs(15) {
            told = Instant::now();
            cache::tell(&format!("{label}: still working, {} s", started.elapsed().as_secs()));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The end of a log, for error messages.
pub(crate) fn last_lines(log: &Path, count: usize) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().rev().take(count).collect();
    let tail: String = lines.into_iter().rev().flat_map(|line| ["\n  ", line]).collect();
    format!("{} says:{tail}", log.display())
}
