//! "What may I do", "why can't I", and looking at the console as somebody else would.

use serde::{Deserialize, Serialize};

use super::{Binding, Permission, SubjectReference};
use crate::said::Said;

/// What the asker may do in a cluster (`GET /api/v1/account/permissions?cluster=&namespace=`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Permissions {
    /// Permissions in the console.
    pub console: Vec<Permission>,
    /// One line a kind.
    pub kinds: Vec<KindPermissions>,
    /// Namespaces in which the asker may do something; none: all.
    pub namespaces: Option<Vec<String>>,
    /// The bindings that give them.
    pub bindings: Vec<Binding>,
    /// What could not be checked, and why.
    pub unchecked: Option<String>,
}

/// What may be done with a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KindPermissions {
    /// API group, empty for the core one.
    pub group: String,
    /// Plural name, with `/subresource`.
    pub resource: String,
    /// The verbs that are allowed for all objects of the asked place.
    pub verbs: Vec<String>,
    /// The verbs that are allowed in some namespaces, or for some names, only.
    pub partly: Vec<String>,
}

/// Asks whether something may be done (`POST /api/v1/access/review`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessQuestion {
    /// The cluster's id or name.
    pub cluster: String,
    /// `get`, `list`, `create`, `update`, `patch`, `delete`, ….
    pub verb: String,
    /// API group, empty for the core one.
    #[serde(default)]
    pub group: String,
    /// Plural name.
    pub resource: String,
    /// `scale`, `log`, `exec`, …
    #[serde(default)]
    pub subresource: Option<String>,
    /// None: in every namespace, or a kind of the whole cluster.
    #[serde(default)]
    pub namespace: Option<String>,
    /// None: any object.
    #[serde(default)]
    pub name: Option<String>,
}

/// Asks many things at once (`POST /api/v1/access/review` takes at most 100).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessReview {
    /// The questions.
    pub questions: Vec<AccessQuestion>,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessAnswer {
    /// May it be done?
    pub allowed: bool,
    /// The binding and role that allow it, or what is missing: `needs "patch" on deployments.apps in namespace shop`.
    pub why: Said,
    /// Roles that would allow it, by name.
    pub roles: Vec<String>,
    /// Who can grant them, by name, beside the console's administrators, who always can.
    pub grantors: Vec<String>,
}

/// Looks at the console as somebody else would (`POST /api/v1/session/view-as`, administrators only, read-only).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ViewAsRequest {
    /// A person or a group; none ends the view.
    pub subject: Option<SubjectReference>,
}
