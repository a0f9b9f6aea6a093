//! Who may do what where: roles, bindings, projects, and the answers to "what may I do" and "why can't I".
//!
//! A binding gives a role to a person or a group within a scope. What a role allows inside clusters is said in Kubernetes'
//! own rules (RBAC) and written into the clusters as such; what it allows in the console is said by [`Permission`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::provider::PrincipalKind;

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
    pub warnings: Vec<String>,
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
    pub message: Option<String>,
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

/// A person or group that is to be bound: one that the console knows, or one that a provider knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectReference {
    /// A person or a group.
    pub kind: PrincipalKind,
    /// The console's id of it, when it has one.
    #[serde(default)]
    pub id: Option<String>,
    /// The provider that knows it, when the console does not yet.
    #[serde(default)]
    pub provider: Option<String>,
    /// That provider's stable id of it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Its name, as the search showed it.
    #[serde(default)]
    pub name: Option<String>,
}

/// A person or a group (`GET /api/v1/principals?text=`: at most 20 of each provider).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// A person or a group.
    pub kind: PrincipalKind,
    /// The console's id; none for one that never signed in and is not bound.
    pub id: Option<String>,
    /// The provider; none for local users.
    pub provider: Option<Named>,
    /// The provider's stable id.
    pub external_id: Option<String>,
    /// The short name.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// Where it is: a DN, `organization/team`, an e-mail address.
    pub place: Option<String>,
}

/// What a search for people and groups found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PrincipalSearch {
    /// What was found.
    pub items: Vec<Principal>,
    /// Providers that could not be asked, and why.
    pub failures: Vec<ProviderFailure>,
}

/// A provider that could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProviderFailure {
    /// Which.
    pub provider: Named,
    /// Why.
    pub message: String,
}

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

/// A user (`GET /api/v1/users`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user's id (UUID).
    pub id: String,
    /// The sign-in name.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// The e-mail address, to show.
    pub email: Option<String>,
    /// Where the account is; none for a local user.
    pub provider: Option<Named>,
    /// A local administrator by himself, whatever bindings say?
    pub role: crate::session::Role,
    /// May not sign in.
    pub disabled: bool,
    /// The groups, as last seen.
    pub groups: Vec<Named>,
    /// What is known of the account at its provider.
    pub presence: Presence,
    /// When the groups were last read.
    pub refreshed_at: Option<String>,
    /// When the user was made.
    pub created_at: String,
    /// Last use of a session or token.
    pub last_seen_at: Option<String>,
}

/// Is the account still there?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// The provider knows it; or it is local.
    #[default]
    Present,
    /// The provider does not know it any more, or has it disabled.
    Absent,
    /// The provider could not be asked.
    Unknown,
}

/// A group that the console knows (`GET /api/v1/groups`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// The group's id (UUID).
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Option<String>,
    /// Its provider.
    pub provider: Named,
    /// How many of its members have signed in.
    pub members: u64,
    /// In how many bindings it is.
    pub bindings: u64,
}

/// Makes a local user (`POST /api/v1/users`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateUserRequest {
    /// The sign-in name.
    pub name: String,
    /// The name to show; empty: the sign-in name.
    #[serde(default)]
    pub display_name: String,
    /// An administrator?
    pub role: crate::session::Role,
    /// The first password.
    pub password: String,
}

/// Changes a user (`PATCH /api/v1/users/{user}`); what is left out stays.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateUserRequest {
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// An administrator?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<crate::session::Role>,
    /// May not sign in; ends every session at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// A new password for a local user; ends every session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

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
    pub why: String,
    /// Roles that would allow it, by name.
    pub roles: Vec<String>,
    /// Who can grant them.
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
