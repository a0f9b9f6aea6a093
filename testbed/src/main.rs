//! The test bed's own command line: what `cargo xtask cluster` does, for working on the test bed itself.

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use testbed::binaries::{self, Binary};
use testbed::directory::{self, Kind};
use testbed::named::{self, NamedCluster};
use testbed::{Cluster, KubernetesVersion};

#[derive(Parser)]
#[command(about = "Test clusters that live until they are ended")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts a cluster unless it runs; prints its kubeconfig's path.
    Up {
        #[arg(long, default_value = "default")]
        name: String,
        #[arg(long, default_value = "1.36")]
        kubernetes: KubernetesVersion,
        #[arg(long, default_value_t = 0)]
        fake_nodes: u32,
        #[arg(long, default_value_t = 0)]
        real_nodes: u32,
        /// Loads the demo workloads.
        #[arg(long)]
        demo: bool,
    },
    /// Ends a cluster.
    Down {
        #[arg(long, default_value = "default")]
        name: String,
    },
    /// Restarts a cluster's control plane in another version.
    Version {
        #[arg(long, default_value = "default")]
        name: String,
        version: KubernetesVersion,
    },
    /// Makes very many pods on a cluster's fake nodes.
    Fill {
        #[arg(long, default_value = "default")]
        name: String,
        #[arg(long, default_value_t = 10_000)]
        pods: u32,
    },
    /// Names the clusters that run.
    List,
    /// Builds every program now rather than when it is first needed.
    Build {
        #[arg(long, default_value = "1.36")]
        kubernetes: KubernetesVersion,
    },
    /// Starts a directory (openldap or samba) unless it runs; prints its URL.
    DirectoryUp { kind: Kind },
    /// Ends a directory.
    DirectoryDown { kind: Kind },
    /// Owns a directory; started by `directory-up`.
    #[command(hide = true)]
    HoldDirectory { kind: Kind },
    /// Owns a cluster; started by `up`.
    #[command(hide = true)]
    Hold { name: String },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(answer) => {
            print(&answer);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> testbed::Result<String> {
    Ok(match command {
        Command::Up {
            name,
            kubernetes,
            fake_nodes,
            real_nodes,
            demo,
        } => {
            let builder = Cluster::builder()
                .kubernetes(kubernetes)
                .fake_nodes(fake_nodes)
                .real_nodes(real_nodes);
            let holder = named::holder(&["hold", &name]).await?;
            named::up(&name, &NamedCluster { builder, demo }, holder)
                .await?
                .display()
                .to_string()
        }
        Command::Down { name } => {
            let existed = named::down(&name).await?;
            if existed {
                format!("{name} has ended")
            } else {
                format!("{name} was not running")
            }
        }
        Command::Version { name, version } => {
            named::change_version(&name, version).await?;
            format!("{name} runs {version}")
        }
        Command::Fill { name, pods } => {
            named::fill(&name, pods).await?;
            format!("{pods} pods run on {name}")
        }
        Command::List => named::list().await?.join("\n"),
        Command::Build { kubernetes } => {
            binaries::ensure(&Binary::all(kubernetes)).await?;
            format!("Kubernetes {kubernetes} and its tools are in the cache")
        }
        Command::DirectoryUp { kind } => {
            let holder = named::holder(&["hold-directory", &kind.to_string()]).await?;
            directory::up(kind, holder).await?.url
        }
        Command::DirectoryDown { kind } => {
            let existed = directory::down(kind).await?;
            if existed {
                format!("{kind} has ended")
            } else {
                format!("{kind} was not running")
            }
        }
        Command::HoldDirectory { kind } => {
            directory::hold(kind).await?;
            String::new()
        }
        Command::Hold { name } => {
            named::hold(&name).await?;
            String::new()
        }
    })
}

#[expect(clippy::print_stdout, reason = "the answer of a command line")]
fn print(answer: &str) {
    println!("{answer}");
}

#[expect(clippy::print_stderr, reason = "the answer of a command line")]
fn tell(error: &testbed::Error) {
    eprintln!("testbed: {error}");
}
