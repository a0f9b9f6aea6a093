//! Who may do what where: roles, bindings, projects, and the answers to "what may I do" and "why can't I".
//!
//! A binding gives a role to a person or a group within a scope. What a role allows inside clusters is said in Kubernetes'
//! own rules (RBAC) and written into the clusters as such; what it allows in the console is said by [`Permission`].

mod people;
mod project;
mod review;

use serde::{Deserialize, Serialize};

use crate::said::Said;

pub use people::{
    AccountLook, CreateUserRequest, Group, LookOutcome, Presence, Principal, PrincipalSearch, ProviderFailure,
    SubjectReference, UpdateUserRequest, User,
};
pub use project::{ContainerDefaults, Project, ProjectRequest};
pub use review::{AccessAnswer, AccessQuestion, AccessReview, KindPermissions, Permissions, ViewAsRequest};

/// A rule of Kubernetes RBAC (`rbac.authorization.k8s.io/v1`, PolicyRule).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Rule {
    /// API groups; the empty text is the core group, `*` all of them.
    pub api_groups: Vec<String>,
    /// Plural names, with `/subresource`; `*` all of them.
    pub resources: Vec<String>,
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, …; `*` all of them.
    pub verbs: Vec<String>,
    /// Only objects of these names; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_names: Vec<String>,
    /// Paths that are no resources: `/metrics`. Only in roles for whole clusters.
    #[serde(rename = "nonResourceURLs", skip_serializing_if = "Vec::is_empty")]
    pub non_resource_urls: Vec<String>,
}

/// What a role may allow in the console itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// Everything, in the console and in every cluster.
    Administer,
    /// See, make, change, disable and remove users; never administrators, unless one is an administrator oneself.
    ManageUsers,
    /// Add, change and remove identity providers.
    ManageProviders,
    /// Make, change and remove roles, within one's own rights.
    ManageRoles,
    /// Grant and revoke bindings within the scope, within one's own rights.
    ManageBindings,
    /// Make, change and remove projects within the scope.
    ManageProjects,
    /// Add clusters; change and remove those within the scope.
    ManageClusters,
    /// Read the audit log.
    ReadAudit,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Administer,
        Self::ManageUsers,
        Self::ManageProviders,
        Self::ManageRoles,
        Self::ManageBindings,
        Self::ManageProjects,
        Self::ManageClusters,
        Self::ReadAudit,
    ];
}

/// Where a role may be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RoleLevel {
    /// Everywhere only: it is about the console as a whole.
    Global,
    /// Everywhere, clusters by label, or one cluster.
    Cluster,
    /// A project or a namespace.
    Namespace,
}

/// A role (`GET /api/v1/roles`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// The role's id (UUID).
    pub id: String,
    /// Its name; built-in ones: `administrator`, `user-manager`, `cluster-owner`, `cluster-operator`, `cluster-viewer`,
    /// `project-owner`, `project-member`, `project-viewer`.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Built-in roles cannot be changed.
    pub built_in: bool,
    /// Where it may be bound.
    pub level: RoleLevel,
    /// Its own rules.
    pub rules: Vec<Rule>,
    /// Its own permissions.
    pub permissions: Vec<Permission>,
    /// Ids of the roles that it includes.
    pub inherits: Vec<String>,
    /// What it allows in all, with everything that it includes.
    pub effective: Effective,
    /// In how many bindings it is.
    pub bindings: u64,
}

/// What a role allows in all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Effective {
    /// Rules in clusters.
    pub rules: Vec<Rule>,
    /// Permissions in the console.
    pub permissions: Vec<Permission>,
    /// What these rules also allow in effect: `creating pods allows reading every Secret of the namespace`.
    pub warnings: Vec<Said>,
}

/// Makes a role (`POST /api/v1/roles`), replaces one (`PUT /api/v1/roles/{role}`), or shows what it would allow
/// (`POST /api/v1/roles/preview`, which answers [`Effective`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RoleRequest {
    /// 1 to 63 characters, unique.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Where it may be bound; cannot be changed while it is bound.
    pub level: RoleLevel,
    /// Rules in clusters.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Permissions in the console.
    #[serde(default)]
    pub permissions: Vec<Permission>,
    /// Ids of roles to include.
    #[serde(default)]
    pub inherits: Vec<String>,
}

/// Within which a binding holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum BindingScope {
    /// The console and every cluster, also those that come later.
    Everything,
    /// Clusters whose labels are selected.
    Clusters {
        /// `environment=production,region in (eu,us)`
        #[serde(rename = "labelSelector")]
        label_selector: String,
    },
    /// One cluster.
    Cluster {
        /// Its id.
        cluster: String,
    },
    /// The namespaces of a project, also those that come later.
    Project {
        /// Its id.
        project: String,
    },
    /// One namespace of one cluster.
    Namespace {
        /// The cluster's id.
        cluster: String,
        /// The namespace's name.
        namespace: String,
    },
}

/// A binding (`GET /api/v1/bindings?subject=&role=&cluster=&project=`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Binding {
    /// The binding's id (UUID).
    pub id: String,
    /// What is granted.
    pub role: Named,
    /// To whom.
    pub subject: Principal,
    /// Within which.
    pub scope: BindingScope,
    /// The scope's name to show: `berlin`, `shop (berlin)`; empty for everything.
    pub scope_name: String,
    /// When it ends by itself.
    pub expires_at: Option<String>,
    /// Who granted it.
    pub granted_by: String,
    /// When.
    pub created_at: String,
    /// Whether it stands in each cluster that it concerns.
    pub clusters: Vec<BindingState>,
}

/// Whether a binding stands in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BindingState {
    /// The cluster.
    pub cluster: Named,
    /// Is it written there as it should be?
    pub written: bool,
    /// Why not.
    pub problem: Option<Said>,
}

/// Something with an id and a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// Grants a role (`POST /api/v1/bindings`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BindingRequest {
    /// The role's id or name.
    pub role: String,
    /// To whom.
    pub subject: SubjectReference,
    /// Within which.
    pub scope: BindingScope,
    /// When it ends by itself (RFC 3339).
    #[serde(default)]
    pub expires_at: Option<String>,
}
