//! One registered cluster in memory.

use std::collections::BTreeMap;
use std::sync::RwLock;
use std::time::Duration;

use muster_api::cluster::{Cluster, ClusterHealth, ClusterState};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::connection::Connections;
use super::failure::Failure;
use crate::locks::read;

/// How long a call waits for people's rights to be written into a cluster that was just added, or after a start.
const UNTIL_READY: Duration = Duration::from_secs(5);

/// One registered cluster in memory.
pub(super) struct Entry {
    pub(super) id: Uuid,
    pub(super) created_at: jiff::Timestamp,
    pub(super) url: String,
    pub(super) names: RwLock<Names>,
    pub(super) connections: Result<Connections, Failure>,
    pub(super) health: RwLock<ClusterHealth>,
    pub(super) removed: CancellationToken,
    /// Were people's rights written into the cluster, or is it known why they cannot be?
    pub(super) ready: watch::Sender<bool>,
}

#[derive(Clone)]
pub(super) struct Names {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
}

impl Entry {
    /// Waits until people's rights are in the cluster; not for long, and not at all when it is away anyway.
    pub(super) async fn until_ready(&self) {
        let away = || read(&self.health).state == ClusterState::Unreachable;
        if *self.ready.borrow() || away() {
            return;
        }
        let mut ready = self.ready.subscribe();
        let _in_time = tokio::time::timeout(UNTIL_READY, ready.wait_for(|ready| *ready)).await;
    }

    pub(super) fn name(&self) -> String {
        read(&self.names).name.clone()
    }

    pub(super) fn describe(&self) -> Cluster {
        let names = read(&self.names).clone();
        Cluster {
            id: self.id.to_string(),
            name: names.name,
            url: self.url.clone(),
            labels: names.labels,
            created_at: self.created_at.to_string(),
            health: read(&self.health).clone(),
        }
    }
}

/// How a cluster is that nobody has asked yet.
pub(super) fn unknown_health() -> ClusterHealth {
    ClusterHealth {
        state: ClusterState::Unknown,
        reason: None,
        message: None,
        version: None,
        nodes: None,
        checked_at: None,
    }
}
