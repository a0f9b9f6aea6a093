//! A binding as it is looked up: who gets it, and the key of what it gives.

use std::borrow::Cow;
use std::sync::Arc;

use crate::key::Key;
use crate::{BindingKind, BindingObject, BindingSubject, Grant, RoleKind, Subject};

/// How the names of service accounts begin when they act as users.
const SERVICE_ACCOUNT_PREFIX: &str = "system:serviceaccount:";

/// A binding that may give somebody something.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    key: Key,
    role_kind: RoleKind,
    pub(crate) role: Key,
    /// In order, each once.
    subjects: Vec<Subject>,
}

/// Whom a subject stands for: what an identity must be called, or be in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Principal<'b> {
    User(Cow<'b, str>),
    Group(Cow<'b, str>),
}

impl Binding {
    /// None for one that gives nobody anything.
    pub(crate) fn read(key: &Key, object: &BindingObject) -> Option<Self> {
        let of_cluster = key.namespace.is_empty();
        let (role_kind, role_namespace) = match &*object.role_ref.kind {
            "ClusterRole" => (RoleKind::ClusterRole, "".into()),
            // What is given everywhere cannot be a role of one namespace.
            "Role" if !of_cluster => (RoleKind::Role, Arc::clone(&key.namespace)),
            _ => return None,
        };
        let subjects = object.subjects.iter();
        let mut subjects: Vec<Subject> = subjects.filter_map(|subject| read_subject(key, subject)).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let binding = Self {
            key: key.clone(),
            role_kind,
            role: Key {
                namespace: role_namespace,
                name: (&*object.role_ref.name).into(),
            },
            subjects,
        };
        (!binding.subjects.is_empty()).then_some(binding)
    }

    /// Empty for a `ClusterRoleBinding`.
    pub(crate) fn namespace(&self) -> &Arc<str> {
        &self.key.namespace
    }

    pub(crate) fn name(&self) -> &str {
        &self.key.name
    }

    /// Whom the subjects stand for, in their order.
    pub(crate) fn principals(&self) -> impl Iterator<Item = Principal<'_>> {
        self.subjects.iter().map(|subject| match subject {
            Subject::User(name) => Principal::User(Cow::Borrowed(name)),
            Subject::Group(name) => Principal::Group(Cow::Borrowed(name)),
            Subject::ServiceAccount { namespace, name } => {
                Principal::User(Cow::Owned(format!("{SERVICE_ACCOUNT_PREFIX}{namespace}:{name}")))
            }
        })
    }

    /// The binding as a reason, for somebody who is this one of its subjects.
    pub(crate) fn grant(&self, subject: usize) -> Grant {
        let in_namespace = !self.key.namespace.is_empty();
        Grant {
            binding_kind: if in_namespace {
                BindingKind::RoleBinding
            } else {
                BindingKind::ClusterRoleBinding
            },
            namespace: in_namespace.then(|| Arc::clone(&self.key.namespace)),
            binding: Arc::clone(&self.key.name),
            role_kind: self.role_kind,
            role: Arc::clone(&self.role.name),
            subject: self.subjects[subject].clone(),
        }
    }
}

/// None for a subject that nobody can be.
fn read_subject(binding: &Key, subject: &BindingSubject) -> Option<Subject> {
    let name: Arc<str> = (&*subject.name).into();
    match &*subject.kind {
        "User" => Some(Subject::User(name)),
        "Group" => Some(Subject::Group(name)),
        "ServiceAccount" => {
            let named = subject.namespace.as_deref().filter(|namespace| !namespace.is_empty());
            let namespace = named.map_or_else(|| Arc::clone(&binding.namespace), Into::into);
            (!namespace.is_empty()).then_some(Subject::ServiceAccount { namespace, name })
        }
        _ => None,
    }
}
