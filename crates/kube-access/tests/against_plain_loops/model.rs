//! The plain loops: every question walks over every binding, subject and rule.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use kube_access::{
    Attributes, BindingKind, BindingObject, BindingSubject, Grant, Identity, PolicyRule, Reach, RoleKind, RoleObject,
};

use crate::generated::Change;

type InNamespace = (String, String);

/// The objects of a cluster by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    pub cluster_roles: BTreeMap<String, RoleObject>,
    pub roles: BTreeMap<InNamespace, RoleObject>,
    pub cluster_bindings: BTreeMap<String, BindingObject>,
    pub bindings: BTreeMap<InNamespace, BindingObject>,
}

fn role_key(role: &RoleObject) -> InNamespace {
    (
        role.metadata.namespace.clone().unwrap_or_default(),
        role.metadata.name.clone(),
    )
}

fn binding_key(binding: &BindingObject) -> InNamespace {
    (
        binding.metadata.namespace.clone().unwrap_or_default(),
        binding.metadata.name.clone(),
    )
}

impl Model {
    pub fn apply(&mut self, change: &Change) {
        let owned = |namespace: &str, name: &str| (namespace.to_owned(), name.to_owned());
        match change.clone() {
            Change::PutClusterRole(role) => {
                self.cluster_roles.insert(role_key(&role).1, role);
            }
            Change::PutRole(role) => {
                self.roles.insert(role_key(&role), role);
            }
            Change::PutClusterRoleBinding(binding) => {
                self.cluster_bindings.insert(binding_key(&binding).1, binding);
            }
            Change::PutRoleBinding(binding) => {
                self.bindings.insert(binding_key(&binding), binding);
            }
            Change::RemoveClusterRole(name) => {
                self.cluster_roles.remove(name);
            }
            Change::RemoveRole(namespace, name) => {
                self.roles.remove(&owned(namespace, name));
            }
            Change::RemoveClusterRoleBinding(name) => {
                self.cluster_bindings.remove(name);
            }
            Change::RemoveRoleBinding(namespace, name) => {
                self.bindings.remove(&owned(namespace, name));
            }
            Change::ReplaceClusterRoles(roles) => {
                self.cluster_roles = roles.into_iter().map(|role| (role_key(&role).1, role)).collect();
            }
            Change::ReplaceRoles(roles) => {
                self.roles = roles.into_iter().map(|role| (role_key(&role), role)).collect();
            }
            Change::ReplaceClusterRoleBindings(bindings) => {
                let bindings = bindings.into_iter().map(|binding| (binding_key(&binding).1, binding));
                self.cluster_bindings = bindings.collect();
            }
            Change::ReplaceRoleBindings(bindings) => {
                let bindings = bindings.into_iter().map(|binding| (binding_key(&binding), binding));
                self.bindings = bindings.collect();
            }
        }
    }

    pub fn allows(&self, identity: &Identity, asked: &Attributes<'_>) -> bool {
        let mut allowed = false;
        for (_, rule) in self.applying(identity, asked.namespace) {
            allowed |= allows(rule, asked);
        }
        allowed
    }

    pub fn allows_path(&self, identity: &Identity, verb: &str, path: &str) -> bool {
        let mut allowed = false;
        for (_, rule) in self.applying(identity, None) {
            let paths = rule.non_resource_urls.iter();
            let on_path = paths.filter(|known| match known.split_once('*') {
                None => *known == path,
                Some((start, _)) => path.starts_with(start),
            });
            allowed |= on_path.count() > 0 && one_of(&rule.verbs, &[verb, "*"]);
        }
        allowed
    }

    /// Whether this binding is there, is for this identity, and has a rule that allows this.
    pub fn is_granted_by(&self, identity: &Identity, asked: &Attributes<'_>, grant: &Grant) -> bool {
        let applying = self.applying(identity, asked.namespace);
        let mut found = applying.iter().filter(|(binding, rule)| {
            let kinds = match &binding.metadata.namespace {
                None => grant.binding_kind == BindingKind::ClusterRoleBinding,
                Some(_) => grant.binding_kind == BindingKind::RoleBinding,
            };
            let role_kind = match grant.role_kind {
                RoleKind::ClusterRole => "ClusterRole",
                RoleKind::Role => "Role",
            };
            kinds
                && *binding.metadata.name == *grant.binding
                && binding.metadata.namespace.as_deref() == grant.namespace.as_deref()
                && (&*binding.role_ref.kind, &*binding.role_ref.name) == (role_kind, &*grant.role)
                && allows(rule, asked)
        });
        found.next().is_some()
    }

    pub fn visible_namespaces(&self, identity: &Identity) -> Reach {
        let mut namespaces: HashSet<Arc<str>> = HashSet::new();
        for verb in ["get", "list"] {
            let all = Attributes::new(verb, "", "namespaces");
            if self.allows(identity, &all.named("unheard-of")) || verb == "list" && self.allows(identity, &all) {
                return Reach::Everything;
            }
            for name in ["a", "b", "red", "blue"] {
                let one = all.named(name);
                let one = if verb == "get" { one.in_namespace(name) } else { one };
                if self.allows(identity, &one) {
                    namespaces.insert(name.into());
                }
            }
        }
        for namespace in ["red", "blue"] {
            for (binding, rule) in self.applying(identity, Some(namespace)) {
                let says_something = [&rule.verbs, &rule.api_groups, &rule.resources]
                    .iter()
                    .all(|list| !list.is_empty());
                if binding.metadata.namespace.is_some() && says_something {
                    namespaces.insert(namespace.into());
                }
            }
        }
        Reach::Only { namespaces }
    }

    /// All rules that count for an identity in a namespace or in none, each with its binding.
    fn applying(&self, identity: &Identity, namespace: Option<&str>) -> Vec<(&BindingObject, &PolicyRule)> {
        let mut applying = Vec::new();
        let here = self.bindings.values();
        let here = here.filter(|binding| namespace.is_some() && binding.metadata.namespace.as_deref() == namespace);
        for binding in self.cluster_bindings.values().chain(here) {
            if !binding.subjects.iter().any(|subject| is(identity, subject, binding)) {
                continue;
            }
            let role = match (&*binding.role_ref.kind, &binding.metadata.namespace) {
                ("ClusterRole", _) => self.cluster_roles.get(&binding.role_ref.name),
                ("Role", Some(namespace)) => self.roles.get(&(namespace.clone(), binding.role_ref.name.clone())),
                _ => None,
            };
            for rule in role.into_iter().flat_map(|role| &role.rules) {
                applying.push((binding, rule));
            }
        }
        applying
    }
}

/// Whether an identity is this subject of a binding.
fn is(identity: &Identity, subject: &BindingSubject, binding: &BindingObject) -> bool {
    match &*subject.kind {
        "User" => identity.user == subject.name,
        "Group" => identity.groups.contains(&subject.name),
        "ServiceAccount" => {
            let parts: Vec<&str> = identity.user.split(':').collect();
            let own = binding.metadata.namespace.as_deref();
            let namespace = match subject.namespace.as_deref() {
                None | Some("") => own,
                named => named,
            };
            match parts[..] {
                ["system", "serviceaccount", of, name] => Some(of) == namespace && name == subject.name,
                _ => false,
            }
        }
        _ => false,
    }
}

fn allows(rule: &PolicyRule, asked: &Attributes<'_>) -> bool {
    let resources = match asked.subresource {
        None => vec!["*".to_owned(), asked.resource.to_owned()],
        Some(subresource) => {
            let resource = asked.resource;
            vec![
                "*".to_owned(),
                format!("{resource}/{subresource}"),
                format!("*/{subresource}"),
            ]
        }
    };
    let resources: Vec<&str> = resources.iter().map(|resource| &**resource).collect();
    let name = asked.name.unwrap_or("");
    one_of(&rule.verbs, &[asked.verb, "*"])
        && one_of(&rule.api_groups, &[asked.group, "*"])
        && one_of(&rule.resources, &resources)
        && (rule.resource_names.is_empty() || one_of(&rule.resource_names, &[name]))
}

fn one_of(known: &[String], wanted: &[&str]) -> bool {
    known.iter().any(|known| wanted.contains(&&**known))
}
