//! Kubeconfigs that lead through the console.

use serde::{Deserialize, Serialize};

/// How long the token of a kubeconfig works when nobody says, in seconds: a working day.
pub const USUAL_LIFETIME_SECONDS: u64 = 8 * 60 * 60;

/// Makes a kubeconfig with a new API token in it (`POST /api/v1/clusters/{cluster}/kubeconfig`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateKubeconfigRequest {
    /// What the token is called in its owner's list (1 to 100 characters); "kubeconfig", the cluster and the day when
    /// nobody says.
    #[serde(default)]
    pub name: Option<String>,
    /// How long the token works, in seconds: 60 to 7,776,000 (90 days); 8 hours when nobody says.
    #[serde(default)]
    pub lifetime_seconds: Option<u64>,
    /// Ids of projects of this cluster: the token shall reach their namespaces only. The whole cluster when there are
    /// none.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Shall the token only read?
    #[serde(default)]
    pub read_only: bool,
}
