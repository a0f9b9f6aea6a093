//! Why something is allowed.

use std::fmt;
use std::sync::Arc;

/// The answer to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Whether RBAC allows it.
    pub allowed: bool,
    /// What allows it. Others may as well: this is the first by scope and name.
    pub by: Option<Grant>,
}

/// One binding that gives somebody a role.
///
/// Prints as one phrase: `RoleBinding "viewers" in namespace "shop" of ClusterRole "view" to Group "developers"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// Whether it holds everywhere or in one namespace.
    pub binding_kind: BindingKind,
    /// The namespace of a `RoleBinding`.
    pub namespace: Option<Arc<str>>,
    /// The binding's name.
    pub binding: Arc<str>,
    /// The kind of the role.
    pub role_kind: RoleKind,
    /// The role's name; a `Role` is in the binding's namespace.
    pub role: Arc<str>,
    /// As whom the identity has it.
    pub subject: Subject,
}

/// The kinds of bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BindingKind {
    /// Gives a role everywhere.
    ClusterRoleBinding,
    /// Gives a role in its namespace.
    RoleBinding,
}

/// The kinds of roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleKind {
    /// Can be given everywhere, or in any namespace.
    ClusterRole,
    /// Can be given in its namespace.
    Role,
}

/// Whom a binding names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A user by name.
    User(Arc<str>),
    /// A group by name.
    Group(Arc<str>),
    /// A service account, which is a user as well.
    ServiceAccount {
        /// Where it is.
        namespace: Arc<str>,
        /// What it is called there.
        name: Arc<str>,
    },
}

impl fmt::Display for BindingKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ClusterRoleBinding => "ClusterRoleBinding",
            Self::RoleBinding => "RoleBinding",
        })
    }
}

impl fmt::Display for RoleKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ClusterRole => "ClusterRole",
            Self::Role => "Role",
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(formatter, "User \"{name}\""),
            Self::Group(name) => write!(formatter, "Group \"{name}\""),
            Self::ServiceAccount { namespace, name } => write!(formatter, "ServiceAccount \"{namespace}/{name}\""),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} \"{}\"", self.binding_kind, self.binding)?;
        if let Some(namespace) = &self.namespace {
            write!(formatter, " in namespace \"{namespace}\"")?;
        }
        write!(
            formatter,
            " of {} \"{}\" to {}",
            self.role_kind, self.role, self.subject
        )
    }
}
