//! One object: its text, its events, its relations.
//!
//! `GET …/resources/{group}/{version}/{resource}/{namespace|-}/{name}` answers the Kubernetes object itself, as JSON or
//! with `?format=yaml` as YAML; `?managedFields=true` leaves `metadata.managedFields` in.
//!
//! A Secret comes without its values: `data` is absent, and [`HIDDEN_DATA`] maps each key to its size in bytes. An
//! administrator gets the values with `?reveal=true`. Text with [`HIDDEN_DATA`] in it is refused when it is applied, so
//! that nobody overwrites values that he did not see.

use crate::resource::Health;
use crate::said::Said;
use serde::{Deserialize, Serialize};

/// The field that stands for a Secret's `data` when its values are not shown: key to size in bytes.
pub const HIDDEN_DATA: &str = "hiddenData";

/// Names one object of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ObjectReference {
    /// API group; `core` for the empty one.
    pub group: String,
    /// API version.
    pub version: String,
    /// Plural name of the resource.
    pub resource: String,
    /// Kind, as in manifests.
    pub kind: String,
    /// Absent for cluster-wide kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The object's name.
    pub name: String,
}

/// One event of an object (`GET …/{name}/events`, newest first).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ObjectEvent {
    /// `Normal` or `Warning`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The reason's word: `BackOff`, `Scheduled`, …
    pub reason: String,
    /// The message, as the component wrote it.
    pub message: String,
    /// How often it was seen.
    pub count: u32,
    /// When first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// When last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<String>,
    /// Which component reported it.
    pub source: String,
    /// What it is about.
    pub object: ObjectReference,
}

/// An object's relatives (`GET …/{name}/related`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Relations {
    /// From the nearest owner up to the root: ReplicaSet, Deployment.
    pub owners: Vec<RelatedObject>,
    /// What it owns, down to pods, parents before children.
    pub children: Vec<RelatedObject>,
    /// Other links: Services that select it, its Node, its ConfigMaps, Secrets, claims, ServiceAccount.
    pub links: Vec<RelatedObject>,
    /// What could not be read and why, in sentences.
    pub not_seen: Vec<Said>,
}

/// A relative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RelatedObject {
    /// Which object.
    pub object: ObjectReference,
    /// How it is related, a word that the browser translates: `owner`, `child`; `runs-on` (its node), `runs` (a pod on
    /// this node), `uses`, `used-by`, `selects`, `selected-by`, `routes-to`, `routed-by`, `bound-to`, `scaled-by`,
    /// `scales`.
    pub relation: String,
    /// Its status word; absent when it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How it is.
    pub health: Health,
    /// How deep below the object (1 = direct), for children.
    pub depth: u32,
}
