//! Registered clusters: how they are added, what is known of them, and the overview page.

use crate::said::Said;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One registered cluster (`GET /api/v1/clusters`, sorted by name). Credentials are never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// The cluster's id (UUID): what routes and lists take.
    pub id: String,
    /// The name that people gave it; unique regardless of case.
    pub name: String,
    /// The API server's address.
    pub url: String,
    /// Labels of the cluster in Muster, for grouping.
    pub labels: BTreeMap<String, String>,
    /// When it was registered.
    pub created_at: String,
    /// What the last health check found.
    pub health: ClusterHealth,
}

/// What the last health check of a cluster found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterHealth {
    /// In one word.
    pub state: ClusterState,
    /// A code that the browser translates when the state is not `ready`: `unreachable`, `certificate`, `credentials`,
    /// `not-kubernetes`, `timeout`, `forbidden`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it is not `ready`: what is wrong and what to do, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Kubernetes' version, for example `1.36.3`; the last one known when the cluster is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How many nodes; the last number known when the cluster is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u32>,
    /// When this was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
}

/// A cluster's state in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ClusterState {
    /// Not asked yet.
    Unknown,
    /// It answers and lets us in.
    Ready,
    /// It answers, but something is wrong (rejected credentials, missing rights, not Kubernetes).
    Failing,
    /// It does not answer.
    Unreachable,
}

/// Registers a cluster (`POST /api/v1/clusters`): either by kubeconfig or by address and token.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateClusterRequest {
    /// The name to give it: 1 to 63 letters, digits, spaces, dots, underscores and dashes.
    pub name: String,
    /// Labels of the cluster in Muster.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// A kubeconfig's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubeconfig: Option<String>,
    /// Which context of the kubeconfig; its current one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The API server's address (`https://…`), when there is no kubeconfig.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The CA that signed the API server's certificate, as PEM (or base64 of PEM); the public ones when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_authority: Option<String>,
    /// A bearer token, when there is no kubeconfig.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Changes a cluster's name or labels (`PATCH /api/v1/clusters/{cluster}`); what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateClusterRequest {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// All labels from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
}

/// Reads a kubeconfig without keeping it (`POST /api/v1/kubeconfig/inspect`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InspectKubeconfigRequest {
    /// The kubeconfig's text.
    pub kubeconfig: String,
}

/// One context of an inspected kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KubeconfigContext {
    /// The context's name.
    pub name: String,
    /// Is it the file's `current-context`?
    pub current: bool,
    /// The API server's address, when it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Why this context cannot be used and what to do instead; absent when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Said>,
}

/// The cluster's first page (`GET /api/v1/clusters/{cluster}/overview`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterOverview {
    /// The cluster itself.
    pub cluster: Cluster,
    /// Nodes by readiness.
    pub nodes: NodeSummary,
    /// CPU in cores: what nodes offer, what pods ask for.
    pub cpu: Capacity,
    /// Memory in bytes.
    pub memory: Capacity,
    /// Number of pods.
    pub pods: Capacity,
    /// Counts by status of the kinds that the overview shows, most telling first.
    pub workloads: Vec<KindSummary>,
    /// What is unhealthy now, worst first; at most 50.
    pub unhealthy: Vec<UnhealthyObject>,
    /// What could not be read and why, in sentences; empty when everything was seen.
    pub not_seen: Vec<Said>,
}

/// Nodes by readiness.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeSummary {
    /// Ready ones.
    pub ready: u32,
    /// Not ready or unknown.
    pub not_ready: u32,
    /// Cordoned ones (also counted above).
    pub cordoned: u32,
}

/// How much there is and how much is asked for, in the resource's base unit (cores, bytes, pods).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Capacity {
    /// What the nodes can give to pods.
    pub allocatable: f64,
    /// Sum of the pods' requests (for pods: how many run).
    pub requested: f64,
    /// Sum of the pods' limits; zero where it has no meaning.
    pub limits: f64,
}

/// How many objects of a kind there are in which health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KindSummary {
    /// `group/version/resource`, as routes write it (`core` for the empty group).
    pub kind: String,
    /// All of them.
    pub total: u64,
    /// Counts by health.
    pub counts: Vec<crate::resource::StatusCount>,
}

/// One unhealthy object of the overview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UnhealthyObject {
    /// `group/version/resource`.
    pub kind: String,
    /// Absent for cluster-wide kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The object's name.
    pub name: String,
    /// Its status word.
    pub status: String,
    /// How bad.
    pub health: crate::resource::Health,
    /// Why, in plain words, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
