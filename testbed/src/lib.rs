//! Real Kubernetes clusters and identity servers for development and tests.
//!
//! ```no_run
//! # async fn example() -> testbed::Result<()> {
//! let cluster = testbed::Cluster::start().await?;
//! println!("{}", cluster.kubeconfig_path().display());
//! cluster.stop().await
//! # }
//! ```
//!
//! It starts programs and changes the machine (links, control groups), so nothing of the console may depend on it
//! outside tests.

pub mod binaries;
pub mod cache;
mod certificates;
mod cluster;
mod control_plane;
pub mod directory;
mod error;
mod fake_nodes;
mod holder;
mod kubeconfig;
pub mod named;
pub mod oidc;
pub mod packages;
mod ports;
mod process;
mod real_nodes;
mod run_folder;
mod shared;
mod workloads;

pub use binaries::KubernetesVersion;
pub use cluster::{Cluster, ClusterBuilder};
pub use error::{Error, Result};
pub use shared::{KUBECONFIG_VARIABLE, SharedCluster, TestNamespace};
