//! Objects and changes drawn from small pools, so that they often meet.

use std::ops::Range;

use kube_access::{BindingObject, BindingSubject, Identity, Metadata, Policy, PolicyRule, RoleObject, RoleReference};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const NAMESPACES: [&str; 2] = ["red", "blue"];
const ROLES: [&str; 3] = ["r1", "r2", "r3"];
const BINDINGS: [&str; 3] = ["b1", "b2", "b3"];
const USERS: [&str; 3] = ["u1", "u2", "system:serviceaccount:red:robot"];
const GROUPS: [&str; 4] = ["g1", "g2", "g3", "u1"];

/// Something that happens in a cluster.
#[derive(Clone, Debug)]
pub enum Change {
    PutClusterRole(RoleObject),
    PutRole(RoleObject),
    PutClusterRoleBinding(BindingObject),
    PutRoleBinding(BindingObject),
    RemoveClusterRole(&'static str),
    RemoveRole(&'static str, &'static str),
    RemoveClusterRoleBinding(&'static str),
    RemoveRoleBinding(&'static str, &'static str),
    ReplaceClusterRoles(Vec<RoleObject>),
    ReplaceRoles(Vec<RoleObject>),
    ReplaceClusterRoleBindings(Vec<BindingObject>),
    ReplaceRoleBindings(Vec<BindingObject>),
}

impl Change {
    pub fn apply(&self, policy: &mut Policy) -> bool {
        match self.clone() {
            Self::PutClusterRole(role) => policy.put_cluster_role(role),
            Self::PutRole(role) => policy.put_role(role),
            Self::PutClusterRoleBinding(binding) => policy.put_cluster_role_binding(binding),
            Self::PutRoleBinding(binding) => policy.put_role_binding(binding),
            Self::RemoveClusterRole(name) => policy.remove_cluster_role(name),
            Self::RemoveRole(namespace, name) => policy.remove_role(namespace, name),
            Self::RemoveClusterRoleBinding(name) => policy.remove_cluster_role_binding(name),
            Self::RemoveRoleBinding(namespace, name) => policy.remove_role_binding(namespace, name),
            Self::ReplaceClusterRoles(roles) => policy.replace_cluster_roles(roles),
            Self::ReplaceRoles(roles) => policy.replace_roles(roles),
            Self::ReplaceClusterRoleBindings(bindings) => policy.replace_cluster_role_bindings(bindings),
            Self::ReplaceRoleBindings(bindings) => policy.replace_role_bindings(bindings),
        }
    }
}

/// Gives the user `owner` these rules, in this namespace or everywhere.
pub fn give(policy: &mut Policy, rules: &[PolicyRule], namespace: Option<&str>) {
    let metadata = |namespace: Option<&str>| Metadata {
        name: "given".into(),
        namespace: namespace.map(Into::into),
    };
    policy.put_cluster_role(RoleObject {
        metadata: metadata(None),
        rules: rules.to_vec(),
    });
    let binding = BindingObject {
        metadata: metadata(namespace),
        role_ref: RoleReference {
            kind: "ClusterRole".into(),
            name: "given".into(),
        },
        subjects: vec![BindingSubject {
            kind: "User".into(),
            name: "owner".into(),
            namespace: None,
        }],
    };
    match namespace {
        None => policy.put_cluster_role_binding(binding),
        Some(_) => policy.put_role_binding(binding),
    };
}

/// One to two of these.
fn some(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    vec(select(of), 1..3).prop_map(|texts| texts.into_iter().map(Into::into).collect())
}

fn rule() -> impl Strategy<Value = PolicyRule> {
    let verbs = || prop_oneof![8 => some(&["get", "list", "create", "*"]), 1 => Just(Vec::new())];
    let groups = || some(&["", "", "apps", "*"]);
    let resources = || some(&["pods", "pods", "pods/log", "namespaces", "*/log", "*", "pods/*"]);
    let names = prop_oneof![2 => Just(Vec::new()), 1 => some(&["a", "b", "red", ""])];
    let paths = some(&["/a", "/a/b", "/a*", "/a/*", "/a**", "*", "/a/b/c"]);
    prop_oneof![
        4 => (verbs(), groups(), resources(), names).prop_map(|(verbs, api_groups, resources, resource_names)| {
            PolicyRule { verbs, api_groups, resources, resource_names, ..PolicyRule::default() }
        }),
        1 => (verbs(), paths).prop_map(|(verbs, non_resource_urls)| {
            PolicyRule { verbs, non_resource_urls, ..PolicyRule::default() }
        }),
    ]
}

/// The rules of somebody.
pub fn named_rules() -> impl Strategy<Value = Vec<PolicyRule>> {
    vec(rule(), 0..5)
}

fn metadata(in_namespace: bool, names: &'static [&'static str]) -> impl Strategy<Value = Metadata> {
    (select(&NAMESPACES), select(names)).prop_map(move |(namespace, name)| Metadata {
        name: name.into(),
        namespace: in_namespace.then(|| namespace.into()),
    })
}

fn role(in_namespace: bool) -> impl Strategy<Value = RoleObject> {
    (metadata(in_namespace, &ROLES), vec(rule(), 0..3)).prop_map(|(metadata, rules)| RoleObject { metadata, rules })
}

fn subject() -> impl Strategy<Value = BindingSubject> {
    let account = (select(&["robot", "other"]), select(&[None, Some("red"), Some("")]));
    let with = |kind: &'static str, name: &str, namespace: Option<&str>| BindingSubject {
        kind: kind.into(),
        name: name.into(),
        namespace: namespace.map(Into::into),
    };
    prop_oneof![
        3 => select(&USERS).prop_map(move |name| with("User", name, None)),
        3 => select(&GROUPS).prop_map(move |name| with("Group", name, None)),
        2 => account.prop_map(move |(name, namespace)| with("ServiceAccount", name, namespace)),
        1 => Just(with("Robot", "u1", None)),
    ]
}

fn binding(in_namespace: bool) -> impl Strategy<Value = BindingObject> {
    let kind = prop_oneof![6 => Just("ClusterRole"), 3 => Just("Role"), 1 => Just("Other")];
    let role = (kind, select(&ROLES)).prop_map(|(kind, name)| RoleReference {
        kind: kind.into(),
        name: name.into(),
    });
    (metadata(in_namespace, &BINDINGS), role, vec(subject(), 0..4)).prop_map(|(metadata, role_ref, subjects)| {
        BindingObject {
            metadata,
            role_ref,
            subjects,
        }
    })
}

fn change() -> impl Strategy<Value = Change> {
    let namespace = || select(&NAMESPACES);
    prop_oneof![
        6 => role(false).prop_map(Change::PutClusterRole),
        4 => role(true).prop_map(Change::PutRole),
        4 => binding(false).prop_map(Change::PutClusterRoleBinding),
        8 => binding(true).prop_map(Change::PutRoleBinding),
        1 => select(&ROLES).prop_map(Change::RemoveClusterRole),
        1 => (namespace(), select(&ROLES)).prop_map(|(namespace, name)| Change::RemoveRole(namespace, name)),
        1 => select(&BINDINGS).prop_map(Change::RemoveClusterRoleBinding),
        1 => (namespace(), select(&BINDINGS)).prop_map(|(namespace, name)| Change::RemoveRoleBinding(namespace, name)),
        1 => vec(role(false), 0..4).prop_map(Change::ReplaceClusterRoles),
        1 => vec(role(true), 0..4).prop_map(Change::ReplaceRoles),
        1 => vec(binding(false), 0..4).prop_map(Change::ReplaceClusterRoleBindings),
        1 => vec(binding(true), 0..6).prop_map(Change::ReplaceRoleBindings),
    ]
}

pub fn changes(count: Range<usize>) -> impl Strategy<Value = Vec<Change>> {
    vec(change(), count)
}

pub fn identity() -> impl Strategy<Value = Identity> {
    (select(&USERS), subsequence(&GROUPS, 0..=GROUPS.len())).prop_map(|(user, groups)| Identity {
        user: user.into(),
        groups: groups.into_iter().map(Into::into).collect(),
    })
}
