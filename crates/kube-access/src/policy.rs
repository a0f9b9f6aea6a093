//! The roles and bindings of one cluster, found by name and by whom they are for.

mod binding;

use std::sync::Arc;

use hashbrown::HashMap;

pub(crate) use self::binding::{Binding, Principal};
use crate::access::{Access, AccessBuilder};
use crate::key::{Key, KeyOf};
use crate::{BindingObject, Identity, Metadata, PolicyRule, RoleObject};

/// The RBAC objects of one cluster.
///
/// Feed it with what a list and a watch of the four kinds bring, and ask [`Policy::access_of`] after
/// each change of [`Policy::revision`]. An [`Access`] that was answered before stays as it is.
///
/// Objects that the API server would not have stored have no effect: a `Role` or `RoleBinding` without
/// a namespace, a binding to a role of another kind. A binding to a role that is not there gives
/// nothing until it is.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    roles: HashMap<Key, Arc<Role>>,
    bindings: HashMap<Key, Arc<Binding>>,
    users: Index,
    groups: Index,
    revision: u64,
}

/// Bindings by the name of a user or group that they are for. No list is empty.
type Index = HashMap<Arc<str>, Vec<Entry>>;

/// A binding under one of the subjects that it names.
#[derive(Clone, Debug)]
struct Entry {
    binding: Arc<Binding>,
    /// Where the subject stands in the binding.
    subject: usize,
}

/// What a role allows.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) rules: Vec<PolicyRule>,
}

/// Whether objects belong to the whole cluster or to a namespace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Cluster,
    Namespace,
}

impl Policy {
    /// Grows whenever an object came, went or says something else than before. Labels and the like do
    /// not count.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Adds or replaces a `ClusterRole`; false when that changed nothing.
    pub fn put_cluster_role(&mut self, role: RoleObject) -> bool {
        key(Level::Cluster, &role.metadata).is_some_and(|key| self.put_role_at(key, role.rules))
    }

    /// Adds or replaces a `Role`; false when that changed nothing.
    pub fn put_role(&mut self, role: RoleObject) -> bool {
        key(Level::Namespace, &role.metadata).is_some_and(|key| self.put_role_at(key, role.rules))
    }

    /// Adds or replaces a `ClusterRoleBinding`; false when that changed nothing.
    pub fn put_cluster_role_binding(&mut self, binding: BindingObject) -> bool {
        key(Level::Cluster, &binding.metadata).is_some_and(|key| self.put_binding_at(key, &binding))
    }

    /// Adds or replaces a `RoleBinding`; false when that changed nothing.
    pub fn put_role_binding(&mut self, binding: BindingObject) -> bool {
        key(Level::Namespace, &binding.metadata).is_some_and(|key| self.put_binding_at(key, &binding))
    }

    /// Takes a `ClusterRole` out; false when it was not there.
    pub fn remove_cluster_role(&mut self, name: &str) -> bool {
        self.remove_role_at(KeyOf { namespace: "", name })
    }

    /// Takes a `Role` out; false when it was not there.
    pub fn remove_role(&mut self, namespace: &str, name: &str) -> bool {
        !namespace.is_empty() && self.remove_role_at(KeyOf { namespace, name })
    }

    /// Takes a `ClusterRoleBinding` out; false when it was not there.
    pub fn remove_cluster_role_binding(&mut self, name: &str) -> bool {
        self.remove_binding_at(KeyOf { namespace: "", name })
    }

    /// Takes a `RoleBinding` out; false when it was not there.
    pub fn remove_role_binding(&mut self, namespace: &str, name: &str) -> bool {
        !namespace.is_empty() && self.remove_binding_at(KeyOf { namespace, name })
    }

    /// Makes these the only `ClusterRole`s, as after a new list; false when that changed nothing.
    pub fn replace_cluster_roles(&mut self, roles: impl IntoIterator<Item = RoleObject>) -> bool {
        self.replace_roles_of(Level::Cluster, roles)
    }

    /// Makes these the only `Role`s; false when that changed nothing.
    pub fn replace_roles(&mut self, roles: impl IntoIterator<Item = RoleObject>) -> bool {
        self.replace_roles_of(Level::Namespace, roles)
    }

    /// Makes these the only `ClusterRoleBinding`s; false when that changed nothing.
    pub fn replace_cluster_role_bindings(&mut self, bindings: impl IntoIterator<Item = BindingObject>) -> bool {
        self.replace_bindings_of(Level::Cluster, bindings)
    }

    /// Makes these the only `RoleBinding`s; false when that changed nothing.
    pub fn replace_role_bindings(&mut self, bindings: impl IntoIterator<Item = BindingObject>) -> bool {
        self.replace_bindings_of(Level::Namespace, bindings)
    }

    /// What somebody may do in this cluster now. Costs as much as the identity has bindings, however
    /// many others there are.
    pub fn access_of(&self, identity: &Identity) -> Access {
        let of_user = self.users.get(&*identity.user);
        let of_groups = identity.groups.iter().filter_map(|group| self.groups.get(&**group));
        let mut builder = AccessBuilder::default();
        for entry in of_user.into_iter().chain(of_groups).flatten() {
            if let Some(role) = self.roles.get(&entry.binding.role) {
                builder.hold(&entry.binding, entry.subject, role);
            }
        }
        builder.finish()
    }

    fn put_role_at(&mut self, key: Key, rules: Vec<PolicyRule>) -> bool {
        let same = self.roles.get(&key).is_some_and(|known| known.rules == rules);
        if !same {
            self.roles.insert(key, Arc::new(Role { rules }));
            self.revision += 1;
        }
        !same
    }

    fn remove_role_at(&mut self, key: KeyOf<'_>) -> bool {
        let known = self.roles.remove(&key).is_some();
        self.revision += u64::from(known);
        known
    }

    fn put_binding_at(&mut self, key: Key, object: &BindingObject) -> bool {
        let Some(binding) = Binding::read(&key, object) else {
            // Nobody gets anything by it, so it is not kept.
            let of_this_name = KeyOf {
                namespace: &key.namespace,
                name: &key.name,
            };
            return self.remove_binding_at(of_this_name);
        };
        if self.bindings.get(&key).is_some_and(|known| **known == binding) {
            return false;
        }
        let binding = Arc::new(binding);
        if let Some(former) = self.bindings.insert(key, Arc::clone(&binding)) {
            self.unlist(&former);
        }
        self.list(&binding);
        self.revision += 1;
        true
    }

    fn remove_binding_at(&mut self, key: KeyOf<'_>) -> bool {
        let former = self.bindings.remove(&key);
        if let Some(former) = &former {
            self.unlist(former);
            self.revision += 1;
        }
        former.is_some()
    }

    fn replace_roles_of(&mut self, level: Level, roles: impl IntoIterator<Item = RoleObject>) -> bool {
        let roles = roles.into_iter();
        let listed: HashMap<Key, RoleObject> = roles
            .filter_map(|role| Some((key(level, &role.metadata)?, role)))
            .collect();
        let mut changed = false;
        for Key { namespace, name } in keys_beside(&self.roles, level, &listed) {
            changed |= self.remove_role_at(KeyOf {
                namespace: &namespace,
                name: &name,
            });
        }
        for (key, role) in listed {
            changed |= self.put_role_at(key, role.rules);
        }
        changed
    }

    fn replace_bindings_of(&mut self, level: Level, bindings: impl IntoIterator<Item = BindingObject>) -> bool {
        let bindings = bindings.into_iter();
        let listed: HashMap<Key, BindingObject> = bindings
            .filter_map(|binding| Some((key(level, &binding.metadata)?, binding)))
            .collect();
        let mut changed = false;
        for Key { namespace, name } in keys_beside(&self.bindings, level, &listed) {
            changed |= self.remove_binding_at(KeyOf {
                namespace: &namespace,
                name: &name,
            });
        }
        for (key, binding) in listed {
            changed |= self.put_binding_at(key, &binding);
        }
        changed
    }

    /// Enters a binding under each user and group that it names.
    fn list(&mut self, binding: &Arc<Binding>) {
        for (subject, principal) in binding.principals().enumerate() {
            let (index, name) = match principal {
                Principal::User(name) => (&mut self.users, name),
                Principal::Group(name) => (&mut self.groups, name),
            };
            let entry = Entry {
                binding: Arc::clone(binding),
                subject,
            };
            index.entry_ref(&*name).or_default().push(entry);
        }
    }

    /// Strikes out what [`Policy::list`] entered.
    fn unlist(&mut self, binding: &Arc<Binding>) {
        for principal in binding.principals() {
            let (index, name) = match principal {
                Principal::User(name) => (&mut self.users, name),
                Principal::Group(name) => (&mut self.groups, name),
            };
            if let Some(entries) = index.get_mut(&*name) {
                entries.retain(|entry| !Arc::ptr_eq(&entry.binding, binding));
                if entries.is_empty() {
                    index.remove(&*name);
                }
            }
        }
    }
}

/// The key of an object on this level; none when it lacks the namespace that it needs.
fn key(level: Level, metadata: &Metadata) -> Option<Key> {
    let namespace = match level {
        Level::Cluster => "",
        Level::Namespace => metadata
            .namespace
            .as_deref()
            .filter(|namespace| !namespace.is_empty())?,
    };
    Some(Key {
        namespace: namespace.into(),
        name: (&*metadata.name).into(),
    })
}

/// The keys of the objects on this level that are not listed.
fn keys_beside<T, U>(known: &HashMap<Key, T>, level: Level, listed: &HashMap<Key, U>) -> Vec<Key> {
    let of_cluster = level == Level::Cluster;
    let on_level = known.keys().filter(|key| key.namespace.is_empty() == of_cluster);
    on_level.filter(|key| !listed.contains_key(*key)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BindingSubject, RoleReference};

    fn binding(role: &str, groups: &[&str]) -> BindingObject {
        let subject = |name: &&str| BindingSubject {
            kind: "Group".into(),
            name: (*name).into(),
            namespace: None,
        };
        BindingObject {
            metadata: Metadata {
                name: "binding".into(),
                namespace: Some("shop".into()),
            },
            role_ref: RoleReference {
                kind: "ClusterRole".into(),
                name: role.into(),
            },
            subjects: groups.iter().map(subject).collect(),
        }
    }

    #[test]
    fn what_is_gone_leaves_nothing_in_the_index() {
        let mut policy = Policy::default();
        assert!(policy.put_role_binding(binding("view", &["a", "b", "b"])));
        assert_eq!(policy.groups.len(), 2);
        assert!(policy.put_role_binding(binding("view", &["c"])));
        assert_eq!(policy.groups.keys().map(|name| &**name).collect::<Vec<_>>(), ["c"]);
        assert!(policy.remove_role_binding("shop", "binding"));
        assert!(policy.groups.is_empty() && policy.bindings.is_empty());
    }

    #[test]
    fn the_revision_grows_only_when_something_else_is_said() {
        let mut policy = Policy::default();
        assert!(policy.put_role_binding(binding("view", &["a", "b"])));
        let revision = policy.revision();
        assert!(!policy.put_role_binding(binding("view", &["b", "a", "b"])));
        assert!(!policy.replace_role_bindings([binding("view", &["a", "b"])]));
        assert!(!policy.remove_cluster_role_binding("binding"));
        assert_eq!(policy.revision(), revision);
        assert!(policy.put_role_binding(binding("edit", &["a", "b"])));
        assert!(policy.replace_role_bindings([]));
        assert_eq!(policy.revision(), revision + 2);
    }

    #[test]
    fn an_object_without_the_namespace_that_it_needs_is_not_taken_for_one_of_the_cluster() {
        let mut policy = Policy::default();
        for namespace in [None, Some(String::new())] {
            let metadata = Metadata {
                name: "view".into(),
                namespace,
            };
            let role = RoleObject {
                metadata: metadata.clone(),
                rules: Vec::new(),
            };
            assert!(!policy.put_role(role));
            assert!(!policy.put_role_binding(BindingObject {
                metadata,
                ..binding("view", &["a"])
            }));
        }
        assert!(!policy.remove_role("", "view"));
        assert!(policy.roles.is_empty() && policy.bindings.is_empty());
    }
}
