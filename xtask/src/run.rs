//! `cargo xtask run`: from a fresh clone to a console in the browser.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Command;

use crate::packages::For;
use crate::{backend, cluster, frontend, packages, progress, signals, workspace};

/// How long the server may take to finish what it is doing.
const GRACE: Duration = Duration::from_secs(20);

/// How the console is started.
#[derive(Args)]
pub struct Options {
    /// Start the demo cluster and register it, also when there is a kubeconfig on this machine.
    #[arg(long)]
    demo: bool,
    /// Register this file's current context instead of starting the demo cluster.
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    kubeconfig: Option<PathBuf>,
    /// Where the console listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the console keeps its data.
    #[arg(long, value_name = "FOLDER", default_value = "muster-data")]
    data: PathBuf,
    /// Build the frontend unoptimised: seconds instead of minutes after a change.
    #[arg(long)]
    debug_frontend: bool,
    /// Build the server unoptimised, as for the tests.
    #[arg(long)]
    debug_backend: bool,
}

/// Builds what is missing, starts the demo cluster where it is wanted, and serves the console until interrupted.
pub fn run(options: &Options) -> Result<()> {
    let with_demo = options.demo || (options.kubeconfig.is_none() && !has_kubeconfig());
    let purposes: &[For] = if with_demo {
        &[For::Build, For::Clusters]
    } else {
        &[For::Build]
    };
    packages::ensure(purposes)?;
    // The server runs in the repository's root: the file is meant from where the command was typed.
    let given = options.kubeconfig.as_deref().map(from_here).transpose()?;
    frontend::build(if options.debug_frontend {
        frontend::Mode::Debug
    } else {
        frontend::Mode::Release
    })?;
    let muster = backend::build(if options.debug_backend {
        backend::Profile::Debug
    } else {
        backend::Profile::Release
    })?;

    signals::runtime()?.block_on(async {
        // A demo cluster that someone started before stays up afterwards.
        let owns_demo = with_demo && !cluster::demo_runs().await?;
        let kubeconfig = if with_demo {
            tokio::select! {
                started = cluster::up_demo() => Some(started?),
                ended = signals::asked_to_end() => {
                    ended?;
                    return cluster::down_demo().await;
                }
            }
        } else {
            given
        };

        progress::step(format!("starting the console on http://{}", options.listen));
        let mut serve = Command::new(&muster);
        serve
            .current_dir(workspace::root())
            .arg("serve")
            .args(["--listen", &options.listen.to_string(), "--data"])
            .arg(&options.data)
            // An interrupt typed in the terminal reaches us alone; we then ask the server to end.
            .process_group(0)
            .kill_on_drop(true);
        if let Some(file) = kubeconfig {
            serve.arg("--kubeconfig").arg(file);
        }
        let mut server = serve
            .spawn()
            .with_context(|| format!("could not start {}", muster.display()))?;
        let outcome = tokio::select! {
            status = server.wait() => {
                let status = status.context("could not wait for the console")?;
                if status.success() { Ok(()) } else { Err(anyhow::anyhow!("the console ended ({status})")) }
            }
            ended = signals::asked_to_end() => ended.and(end(&mut server).await),
        };
        if owns_demo {
            cluster::down_demo().await?;
        }
        outcome
    })
}

/// The same file, wherever the server will run; a file that is not there is told before the long builds.
fn from_here(file: &Path) -> Result<PathBuf> {
    std::fs::canonicalize(file).with_context(|| format!("the kubeconfig {} cannot be read", file.display()))
}

/// Whether there is a kubeconfig where kubectl would look.
fn has_kubeconfig() -> bool {
    let named = std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty());
    let usual = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".kube/config"));
    match named {
        Some(list) => std::env::split_paths(&list).any(|file| file.is_file()),
        None => usual.is_some_and(|file| file.is_file()),
    }
}

async fn end(server: &mut tokio::process::Child) -> Result<()> {
    progress::step("ending the console");
    let Some(process) = server.id().and_then(|id| i32::try_from(id).ok()) else {
        return Ok(());
    };
    kill(Pid::from_raw(process), Signal::SIGTERM).context("could not ask the console to end")?;
    match tokio::time::timeout(GRACE, server.wait()).await {
        Ok(status) => status.map(drop).context("could not wait for the console"),
        Err(_) => bail!("the console did not end within {} s and was killed", GRACE.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kubeconfig_is_meant_from_where_the_command_was_typed() {
        // Tests run in the package's folder, the server in the repository's root.
        let named = from_here(Path::new("Cargo.toml")).unwrap();
        assert_eq!(named, workspace::root().join("xtask/Cargo.toml"));
        let error = from_here(Path::new("no/such/file")).unwrap_err();
        assert!(error.to_string().contains("no/such/file"), "{error}");
    }
}
