//! What can be done to one object with a click: `POST …/{name}/actions/{action}`, and deletion.

use crate::object::ObjectReference;
use serde::{Deserialize, Serialize};

/// The actions, as the last part of their address. The answer is the changed object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Set the number of replicas (Deployment, StatefulSet, ReplicaSet); body: [`ScaleRequest`].
    Scale,
    /// Replace the pods one after another, as `kubectl rollout restart` does (Deployment, StatefulSet, DaemonSet).
    Restart,
    /// Hold a Deployment's rollout.
    Pause,
    /// Let a held rollout go on.
    Resume,
    /// Let no new pods onto a Node.
    Cordon,
    /// Let pods onto a Node again.
    Uncordon,
}

/// Body of the `scale` action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScaleRequest {
    /// How many there should be: 0 to 100,000.
    pub replicas: u32,
}

/// What happens to an object's dependents when it is deleted (`DELETE …?propagation=`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Propagation {
    /// Deleted afterwards (Kubernetes' usual way).
    #[default]
    Background,
    /// Deleted first.
    Foreground,
    /// Left alone.
    Orphan,
}

/// The answer to a deletion: 200 when the object is gone, 202 while it waits for finalizers or its dependents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deletion {
    /// What was deleted.
    pub object: ObjectReference,
    /// Its uid: a new object of the same name has another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Is it gone, or still going?
    pub gone: bool,
    /// What it waits for, when it is not gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub finalizers: Vec<String>,
    /// Was it only tried (`?dryRun=true`)?
    pub dry_run: bool,
}
