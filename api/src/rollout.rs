//! A Deployment's rollout as it happens: `GET …/resources/apps/v1/deployments/{namespace}/{name}/rollout`; and why one pod
//! does not run: `GET …/resources/core/v1/pods/{namespace}/{name}/explanation` (a [`PodExplanation`]).

use crate::object::ObjectEvent;
use crate::resource::Health;
use crate::said::{self, Said};
use serde::{Deserialize, Serialize};

/// A rollout, read from the cluster at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// In one word.
    pub state: RolloutState,
    /// The same in sentences with its numbers.
    pub said: Vec<Said>,
    /// How many replicas are wanted.
    pub desired: u32,
    /// How many are of the newest template.
    pub updated: u32,
    /// How many are ready.
    pub ready: u32,
    /// How many are available.
    pub available: u32,
    /// Why no pods are made, when the cluster refuses them (quota, admission) before there is a pod to explain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// Newest first; those without pods are left out unless newest.
    pub replica_sets: Vec<RolloutReplicaSet>,
    /// Events of the Deployment, its ReplicaSets and pods, newest first; at most 50.
    pub events: Vec<ObjectEvent>,
    /// What could not be read and therefore may be missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_seen: Vec<Said>,
}

impl Rollout {
    /// How it is, in English.
    pub fn message(&self) -> String {
        said::message(&self.said)
    }
}

/// A rollout in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RolloutState {
    /// Going on.
    Progressing,
    /// Every replica is of the newest template and available.
    Complete,
    /// Held by a person.
    Paused,
    /// Does not move: see the pods' explanations.
    Stuck,
}

/// One ReplicaSet of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RolloutReplicaSet {
    /// Its name.
    pub name: String,
    /// The Deployment's revision that made it.
    pub revision: u64,
    /// Is it the newest?
    pub newest: bool,
    /// Images of its template.
    pub images: Vec<String>,
    /// How many pods it wants.
    pub desired: u32,
    /// How many are ready.
    pub ready: u32,
    /// Its pods, those with a problem first; at most 100.
    pub pods: Vec<RolloutPod>,
}

/// One pod of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RolloutPod {
    /// Its name.
    pub name: String,
    /// kubectl's status word.
    pub status: String,
    /// How it is.
    pub health: Health,
    /// Ready containers of all, as kubectl writes it: `1/2`.
    pub ready: String,
    /// Restarts of its containers together.
    pub restarts: u32,
    /// The node, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Why it does not run, in plain words; absent while nothing is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// Why a pod does not run, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// A code that the browser translates: `image-not-found`, `image-refused`, `image-invalid`, `registry-unreachable`,
    /// `does-not-fit`, `no-nodes`, `gated`, `crash`, `out-of-memory`, `start-failed`, `bad-configuration`, `volume`,
    /// `not-ready`, `still-starting`, `init-failed`, `evicted`, `deadline`, `quota`, `refused`, `terminating`,
    /// `node-lost`, `sandbox`, `failed`.
    pub code: String,
    /// What is wrong and what to do, sentence by sentence.
    pub said: Vec<Said>,
    /// The container that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// What the cluster said, word for word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The last lines that a crashed container wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub last_log_lines: Vec<String>,
}

impl Explanation {
    /// An explanation without container and evidence.
    pub fn of(code: &str, said: impl IntoIterator<Item = Said>) -> Self {
        Self {
            code: code.to_owned(),
            said: said.into_iter().collect(),
            container: None,
            evidence: None,
            last_log_lines: Vec::new(),
        }
    }

    /// What is wrong and what to do, in English.
    pub fn message(&self) -> String {
        said::message(&self.said)
    }
}

/// Why one pod does not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodExplanation {
    /// kubectl's status word.
    pub status: String,
    /// How it is.
    pub health: Health,
    /// The explanation; absent while nothing is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// What could not be read and therefore may be missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_seen: Vec<Said>,
}
