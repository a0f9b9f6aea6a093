//! Within which a role is granted: what the form's fields mean, and which roles fit where.

use crate::i18n::{Text, text};
use muster_api::access::{BindingScope, RoleLevel};
use muster_api::problem::FieldProblem;

/// A kind of scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScopeKind {
    /// The console and every cluster.
    Everything,
    /// Clusters by label.
    Clusters,
    /// One cluster.
    Cluster,
    /// A project.
    Project,
    /// A namespace.
    Namespace,
}

impl ScopeKind {
    /// All, widest first.
    pub const ALL: [Self; 5] = [
        Self::Everything,
        Self::Clusters,
        Self::Cluster,
        Self::Project,
        Self::Namespace,
    ];

    /// As a form's value carries it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Clusters => "clusters",
            Self::Cluster => "cluster",
            Self::Project => "project",
            Self::Namespace => "namespace",
        }
    }

    /// The kind with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What people call it.
    pub const fn words(self) -> Text {
        match self {
            Self::Everything => text::bindings::scope::EVERYTHING,
            Self::Clusters => text::bindings::scope::CLUSTERS,
            Self::Cluster => text::bindings::scope::CLUSTER,
            Self::Project => text::bindings::scope::PROJECT,
            Self::Namespace => text::bindings::scope::NAMESPACE,
        }
    }

    /// May somebody grant within such a scope who may do so within this one? Which cluster or project of the kind it is,
    /// the server says.
    pub const fn is_open_to(self, held: &BindingScope) -> bool {
        match held {
            BindingScope::Everything => true,
            BindingScope::Clusters { .. } | BindingScope::Cluster { .. } => {
                matches!(self, Self::Cluster | Self::Project | Self::Namespace)
            }
            BindingScope::Project { .. } => matches!(self, Self::Project | Self::Namespace),
            BindingScope::Namespace { .. } => matches!(self, Self::Namespace),
        }
    }

    /// May a role of this level be bound within such a scope?
    pub const fn takes(self, level: RoleLevel) -> bool {
        matches!(
            (level, self),
            (RoleLevel::Global | RoleLevel::Cluster, Self::Everything)
                | (RoleLevel::Cluster, Self::Clusters | Self::Cluster)
                | (RoleLevel::Namespace, Self::Project | Self::Namespace)
        )
    }
}

/// The kind of a scope.
pub const fn kind_of(scope: &BindingScope) -> ScopeKind {
    match scope {
        BindingScope::Everything => ScopeKind::Everything,
        BindingScope::Clusters { .. } => ScopeKind::Clusters,
        BindingScope::Cluster { .. } => ScopeKind::Cluster,
        BindingScope::Project { .. } => ScopeKind::Project,
        BindingScope::Namespace { .. } => ScopeKind::Namespace,
    }
}

/// What the form's fields hold. Those that the kind does not use are kept, so that going back loses nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeDraft {
    /// The kind's word.
    pub kind: String,
    /// Labels, as a selector.
    pub labels: String,
    /// A cluster's id.
    pub cluster: String,
    /// A project's id.
    pub project: String,
    /// A namespace's name.
    pub namespace: String,
}

impl ScopeDraft {
    /// The scope, or what is missing.
    pub fn scope(&self) -> Result<BindingScope, FieldProblem> {
        let filled = |value: &str, field: &str| {
            let value = value.trim();
            if value.is_empty() {
                Err(FieldProblem::new(field, "required", text::bindings::REQUIRED.get()))
            } else {
                Ok(value.to_owned())
            }
        };
        Ok(match ScopeKind::parse(&self.kind).unwrap_or(ScopeKind::Cluster) {
            ScopeKind::Everything => BindingScope::Everything,
            ScopeKind::Clusters => BindingScope::Clusters {
                label_selector: filled(&self.labels, "scope/labelSelector")?,
            },
            ScopeKind::Cluster => BindingScope::Cluster {
                cluster: filled(&self.cluster, "scope/cluster")?,
            },
            ScopeKind::Project => BindingScope::Project {
                project: filled(&self.project, "scope/project")?,
            },
            ScopeKind::Namespace => BindingScope::Namespace {
                cluster: filled(&self.cluster, "scope/cluster")?,
                namespace: filled(&self.namespace, "scope/namespace")?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_offered_only_where_it_may_be_bound() {
        let places = |level| {
            ScopeKind::ALL
                .into_iter()
                .filter(|kind| kind.takes(level))
                .map(ScopeKind::word)
                .collect::<Vec<_>>()
        };
        assert_eq!(places(RoleLevel::Global), ["everything"]);
        assert_eq!(places(RoleLevel::Cluster), ["everything", "clusters", "cluster"]);
        assert_eq!(places(RoleLevel::Namespace), ["project", "namespace"]);
    }

    #[test]
    fn only_places_are_offered_in_which_somebody_may_grant() {
        let places = |held: &BindingScope| {
            let open = ScopeKind::ALL.into_iter().filter(|kind| kind.is_open_to(held));
            open.map(ScopeKind::word).collect::<Vec<_>>()
        };
        assert_eq!(places(&BindingScope::Everything).len(), 5);
        let cluster = BindingScope::Cluster { cluster: "c".into() };
        assert_eq!(places(&cluster), ["cluster", "project", "namespace"]);
        let project = BindingScope::Project { project: "p".into() };
        assert_eq!(places(&project), ["project", "namespace"]);
    }

    #[test]
    fn a_scope_says_which_field_is_missing() {
        let mut draft = ScopeDraft {
            kind: "namespace".into(),
            cluster: "c".into(),
            ..ScopeDraft::default()
        };
        assert_eq!(draft.scope().unwrap_err().field, "scope/namespace");
        draft.namespace = " shop ".into();
        let scope = draft.scope().unwrap();
        assert_eq!(
            scope,
            BindingScope::Namespace {
                cluster: "c".into(),
                namespace: "shop".into()
            }
        );
        assert_eq!(kind_of(&scope).word(), "namespace");
    }
}
