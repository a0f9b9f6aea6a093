//! What RBAC means, by the documentation of Kubernetes ("Using RBAC Authorization") and, where that is
//! silent, by its source.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod deciding;
mod granting;
mod reaching;

use kube_access::{Access, Attributes, BindingObject, Identity, Policy, PolicyRule, RoleObject};
use serde_json::{Value, json};

/// A cluster with these objects, written as the API server writes them.
fn policy(objects: Value) -> Policy {
    let mut policy = Policy::default();
    for object in objects.as_array().unwrap() {
        let role = || serde_json::from_value::<RoleObject>(object.clone()).unwrap();
        let binding = || serde_json::from_value::<BindingObject>(object.clone()).unwrap();
        match object["kind"].as_str().unwrap() {
            "ClusterRole" => policy.put_cluster_role(role()),
            "Role" => policy.put_role(role()),
            "ClusterRoleBinding" => policy.put_cluster_role_binding(binding()),
            "RoleBinding" => policy.put_role_binding(binding()),
            other => panic!("{other} is no kind of RBAC object"),
        };
    }
    policy
}

fn cluster_role(name: &str, rules: &Value) -> Value {
    json!({"kind": "ClusterRole", "metadata": {"name": name}, "rules": rules})
}

fn role(namespace: &str, name: &str, rules: &Value) -> Value {
    json!({"kind": "Role", "metadata": {"name": name, "namespace": namespace}, "rules": rules})
}

/// Everywhere, this role to this subject.
fn everywhere(name: &str, role: [&str; 2], subject: &Value) -> Value {
    json!({
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role[0], "name": role[1]},
        "subjects": [subject],
    })
}

/// In this namespace, this role to this subject.
fn within(namespace: &str, name: &str, role: [&str; 2], subject: &Value) -> Value {
    json!({
        "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role[0], "name": role[1]},
        "subjects": [subject],
    })
}

fn user(name: &str) -> Value {
    json!({"kind": "User", "name": name, "apiGroup": "rbac.authorization.k8s.io"})
}

fn group(name: &str) -> Value {
    json!({"kind": "Group", "name": name, "apiGroup": "rbac.authorization.k8s.io"})
}

fn identity(user: &str, groups: &[&str]) -> Identity {
    Identity {
        user: user.into(),
        groups: groups.iter().map(|group| (*group).into()).collect(),
    }
}

/// What `jane` may do with these rules everywhere.
fn access_with(rules: &Value) -> Access {
    let objects = json!([
        cluster_role("role", rules),
        everywhere("binding", ["ClusterRole", "role"], &user("jane"))
    ]);
    policy(objects).access_of(&identity("jane", &[]))
}

/// What `jane` may do with these rules in the namespace `shop`.
fn access_in_shop_with(rules: &Value) -> Access {
    let objects = json!([
        cluster_role("role", rules),
        within("shop", "binding", ["ClusterRole", "role"], &user("jane"))
    ]);
    policy(objects).access_of(&identity("jane", &[]))
}

fn rules(rules: Value) -> Vec<PolicyRule> {
    serde_json::from_value(rules).unwrap()
}

fn ask<'a>(verb: &'a str, resource: &'a str) -> Attributes<'a> {
    let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
    let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
    Attributes {
        subresource: Some(subresource),
        ..Attributes::new(verb, group, resource)
    }
}
