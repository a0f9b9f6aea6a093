//! The control plane that all tests of a run share.

use std::path::PathBuf;

use anyhow::{Context, Result};
use testbed::Cluster;

use crate::{progress, signals};

/// A running control plane; dropping it ends it.
pub struct ControlPlane {
    cluster: Option<Cluster>,
    runtime: tokio::runtime::Runtime,
}

impl ControlPlane {
    /// Starts etcd and Kubernetes without nodes.
    pub fn start() -> Result<Self> {
        progress::step("starting a control plane (built from source the first time)");
        let runtime = signals::runtime()?;
        let cluster = runtime
            .block_on(Cluster::builder().name("tests").start())
            .context("could not start a control plane for the tests")?;
        Ok(Self {
            cluster: Some(cluster),
            runtime,
        })
    }

    /// The administrator's kubeconfig.
    pub fn kubeconfig(&self) -> PathBuf {
        self.cluster.as_ref().map(Cluster::kubeconfig_path).unwrap_or_default()
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        if let Some(cluster) = self.cluster.take()
            && let Err(error) = self.runtime.block_on(cluster.stop())
        {
            progress::problem(format!("the control plane did not end well: {error}"));
        }
    }
}
