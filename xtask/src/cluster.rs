//! `cargo xtask cluster`: real clusters of the test bed that run until they are taken down.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use testbed::named::{self, NamedCluster};
use testbed::{Cluster, KubernetesVersion};

use crate::packages::For;
use crate::{packages, progress, signals};

/// The name of the cluster that `cargo xtask run` shows.
const DEMO: &str = "demo";

/// What to do with a test cluster.
#[derive(Subcommand)]
pub enum Action {
    /// Start a cluster unless it runs already; the last line is its kubeconfig's path.
    Up(Shape),
    /// End a cluster.
    Down {
        #[arg(long, default_value = "development")]
        name: String,
    },
    /// Restart a cluster's control plane in another version, on the same data.
    UpgradeBinaries {
        #[arg(long, default_value = "development")]
        name: String,
        /// The version to change to.
        #[arg(long, default_value = "1.37")]
        kubernetes: KubernetesVersion,
    },
    /// Name the clusters that run.
    List,
}

/// What the cluster shall be like.
#[derive(Args)]
pub struct Shape {
    /// The cluster's name.
    #[arg(long, default_value = "development")]
    name: String,
    /// The minor version of Kubernetes: 1.36 or 1.37.
    #[arg(long, default_value = "1.36")]
    kubernetes: KubernetesVersion,
    /// Nodes that kwok plays: pods on them seem to run.
    #[arg(long, default_value_t = 0)]
    fake_nodes: u32,
    /// Nodes that really run containers (needs root).
    #[arg(long, default_value_t = 0)]
    real_nodes: u32,
}

/// Does it, and prints the answer.
pub fn run(action: &Action) -> Result<()> {
    signals::runtime()?.block_on(async {
        match action {
            Action::Up(shape) => {
                packages::ensure(&[For::Clusters])?;
                let builder = Cluster::builder()
                    .kubernetes(shape.kubernetes)
                    .fake_nodes(shape.fake_nodes)
                    .real_nodes(shape.real_nodes);
                progress::answer(up(&shape.name, NamedCluster { builder, demo: false }).await?.display());
            }
            Action::Down { name } => down(name).await?,
            Action::UpgradeBinaries { name, kubernetes } => {
                named::change_version(name, *kubernetes)
                    .await
                    .context("could not change the cluster's version")?;
                progress::answer(format!("{name} runs {kubernetes}"));
            }
            Action::List => {
                for name in named::list().await.context("could not list the clusters")? {
                    progress::answer(name);
                }
            }
        }
        Ok(())
    })
}

/// Owns a named cluster until it is taken down: the life of the process that [`run`] starts.
pub fn hold(name: &str) -> Result<()> {
    signals::runtime()?
        .block_on(named::hold(name))
        .with_context(|| format!("the cluster {name} ended"))
}

/// The cluster that shows the console: pods on fake nodes, and one node where logs and shells are real.
pub async fn up_demo() -> Result<PathBuf> {
    // Real nodes are made of namespaces: only root can.
    let real_nodes = u32::from(nix::unistd::Uid::effective().is_root());
    let builder = Cluster::builder().fake_nodes(3).real_nodes(real_nodes);
    up(DEMO, NamedCluster { builder, demo: true }).await
}

/// Whether the demo cluster is up.
pub async fn demo_runs() -> Result<bool> {
    Ok(named::list()
        .await
        .context("could not list the clusters")?
        .iter()
        .any(|name| name == DEMO))
}

/// Ends the demo cluster.
pub async fn down_demo() -> Result<()> {
    down(DEMO).await
}

async fn up(name: &str, wanted: NamedCluster) -> Result<PathBuf> {
    progress::step(format!(
        "starting the cluster {name} (its programs are built from source the first time)"
    ));
    let holder = named::holder(&["hold", name]).await?;
    let kubeconfig = named::up(name, &wanted, holder)
        .await
        .with_context(|| format!("could not start the cluster {name}"))?;
    progress::step(format!("the cluster {name} is up"));
    Ok(kubeconfig)
}

async fn down(name: &str) -> Result<()> {
    let existed = named::down(name)
        .await
        .with_context(|| format!("could not end the cluster {name}"))?;
    progress::step(if existed {
        format!("the cluster {name} has ended")
    } else {
        format!("{name} was not running")
    });
    Ok(())
}
