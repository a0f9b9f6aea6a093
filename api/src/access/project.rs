//! Projects: named sets of namespaces of one cluster.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Named;

/// A project: a named set of namespaces in one cluster (`GET /api/v1/projects?cluster=`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// The project's id (UUID).
    pub id: String,
    /// Its cluster.
    pub cluster: Named,
    /// Its name, unique in the cluster.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its namespaces, sorted.
    pub namespaces: Vec<String>,
    /// What each of its namespaces may use in all (a ResourceQuota's `hard`): `requests.cpu: "4"`; empty: no quota.
    pub quota: BTreeMap<String, String>,
    /// What a container gets that asks for nothing (a LimitRange's defaults).
    pub defaults: ContainerDefaults,
    /// In how many bindings it is.
    pub bindings: u64,
}

/// What a container gets that asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerDefaults {
    /// Requests, by resource: `cpu: 100m`.
    pub requests: BTreeMap<String, String>,
    /// Limits, by resource.
    pub limits: BTreeMap<String, String>,
}

/// Makes a project (`POST /api/v1/projects`) or replaces one (`PUT /api/v1/projects/{project}`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProjectRequest {
    /// The cluster's id or name; cannot be changed.
    pub cluster: String,
    /// 1 to 63 characters, unique in the cluster.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Its namespaces; each is in at most one project.
    #[serde(default)]
    pub namespaces: Vec<String>,
    /// What each namespace may use.
    #[serde(default)]
    pub quota: BTreeMap<String, String>,
    /// What containers get that ask for nothing.
    #[serde(default)]
    pub defaults: ContainerDefaults,
}
