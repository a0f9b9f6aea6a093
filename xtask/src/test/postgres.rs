//! A PostgreSQL server of our own for one test run: a temporary folder, a free loopback port, gone at the end.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, User, chown};

use crate::{process, progress};

const DEADLINE: Duration = Duration::from_secs(30);

/// A running server; dropping it ends it and removes its folder.
pub struct Postgres {
    server: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Postgres {
    /// Creates and starts a server.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("muster-postgres-").tempdir()?;
        let account = account()?;
        if let Some(user) = &account {
            chown(folder.path(), Some(user.uid), Some(user.gid)).context("could not hand a folder to PostgreSQL")?;
        }
        let data = folder.path().join("data");
        process::output(
            as_account(&programs.join("initdb"), account.as_ref(), folder.path())
                .args([
                    "--auth=trust",
                    "--username=muster",
                    "--encoding=UTF8",
                    "--no-sync",
                    "--locale=C.UTF-8",
                    "-D",
                ])
                .arg(&data),
        )?;
        let port = free_port()?;
        let server = as_account(&programs.join("postgres"), account.as_ref(), folder.path())
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c"])
            .arg(format!("unix_socket_directories={}", folder.path().display()))
            .args([
                "-c",
                "fsync=off",
                "-c",
                "full_page_writes=off",
                "-c",
                "max_connections=300",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("log")).context("could not create a log")?)
            .spawn()
            .context("could not start PostgreSQL")?;
        let mut started = Self { server, port, folder };
        started.wait_until_ready()?;
        progress::step(format!("PostgreSQL is ready on port {port}"));
        Ok(started)
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("postgres://muster@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < DEADLINE {
            if let Some(status) = self.server.try_wait()? {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                bail!("PostgreSQL ended while starting ({status}):\n{log}");
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL did not listen within {} s", DEADLINE.as_secs())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A fast shutdown: it ends its own children and removes its socket.
        if let Ok(process) = i32::try_from(self.server.id()) {
            let _ = kill(Pid::from_raw(process), Signal::SIGINT);
        }
        let _ = self.server.wait();
    }
}

/// Debian keeps the server's programs off PATH, one folder a version: the newest is taken.
fn programs() -> Result<PathBuf> {
    let base = Path::new("/usr/lib/postgresql");
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(base)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    match (
        versions.pop(),
        process::find("initdb").and_then(|found| found.parent().map(Path::to_path_buf)),
    ) {
        (Some((_, folder)), _) | (None, Some(folder)) => Ok(folder),
        (None, None) => bail!("no PostgreSQL server was found in /usr/lib/postgresql or on PATH"),
    }
}

/// PostgreSQL refuses to run as root: then it runs as the account of Debian's package.
fn account() -> Result<Option<User>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let user = User::from_name("postgres").context("could not look up the account postgres")?;
    user.map(Some)
        .context("PostgreSQL cannot run as root, and there is no account postgres")
}

/// The program under its account; the kernel ends it when we are killed.
fn as_account(program: &Path, account: Option<&User>, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.current_dir(folder).args(["--pdeathsig", "INT"]);
    if let Some(user) = account {
        command.args([
            "--reuid",
            &user.name,
            "--regid",
            &user.gid.to_string(),
            "--clear-groups",
        ]);
    }
    command.arg("--").arg(program);
    command
}

fn free_port() -> Result<u16> {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on the loopback address")?;
    Ok(probe.local_addr()?.port())
}
