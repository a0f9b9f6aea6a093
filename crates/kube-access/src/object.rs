//! The four kinds of RBAC objects, as the API server writes them; only what decisions depend on.

use serde::{Deserialize, Deserializer, Serialize};

/// Which verbs on which resources, or on which paths that are no resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyRule {
    /// `get`, `list`, …; `*` is every verb.
    #[serde(deserialize_with = "nullable")]
    pub verbs: Vec<String>,
    /// `apps`, …; the empty text is the core group, `*` every group.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub api_groups: Vec<String>,
    /// `pods`, `pods/log`, …; `*` is every resource with every subresource, `*/scale` that subresource
    /// of every resource. There is no `pods/*`.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Only objects of these names; none means all.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub resource_names: Vec<String>,
    /// `/healthz`, `/metrics/*`, …; `*` is every path.
    #[serde(
        rename = "nonResourceURLs",
        deserialize_with = "nullable",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub non_resource_urls: Vec<String>,
}

/// A `ClusterRole` or a `Role`.
///
/// An `aggregationRule` is not read: the controller manager writes what it collects into the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct RoleObject {
    /// What it is called.
    pub metadata: Metadata,
    /// What it allows.
    #[serde(deserialize_with = "nullable")]
    pub rules: Vec<PolicyRule>,
}

/// A `ClusterRoleBinding` or a `RoleBinding`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BindingObject {
    /// What it is called.
    pub metadata: Metadata,
    /// What it gives.
    pub role_ref: RoleReference,
    /// To whom it gives it.
    #[serde(deserialize_with = "nullable")]
    pub subjects: Vec<BindingSubject>,
}

/// What an object is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Metadata {
    /// Unique for its kind in its namespace.
    pub name: String,
    /// None for objects of the whole cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// The role that a binding gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct RoleReference {
    /// `ClusterRole` or `Role`; anything else gives nothing.
    pub kind: String,
    /// The role's name; a `Role` is looked for in the binding's own namespace.
    pub name: String,
}

/// Somebody to whom a binding gives its role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct BindingSubject {
    /// `User`, `Group` or `ServiceAccount`; anything else is nobody.
    pub kind: String,
    /// The name of the user, the group or the service account.
    pub name: String,
    /// The namespace of a service account; without it, that of the binding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// Reads a list that may be written as `null`: Go writes empty lists so.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_as_the_api_server_writes_them() {
        let role: RoleObject = serde_json::from_str(
            r#"{
                "kind": "ClusterRole",
                "metadata": {"name": "monitoring", "uid": "7b1e", "labels": {"a": "b"}},
                "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]},
                "rules": [
                    {"verbs": ["get"], "apiGroups": ["apps"], "resources": ["deployments"], "resourceNames": ["web"]},
                    {"verbs": ["get", "post"], "nonResourceURLs": ["/healthz", "/healthz/*"]}
                ]
            }"#,
        )
        .unwrap();
        assert_eq!(role.metadata.name, "monitoring");
        assert_eq!(role.rules[0].resource_names, ["web"]);
        assert_eq!(role.rules[0].api_groups, ["apps"]);
        assert_eq!(role.rules[1].non_resource_urls, ["/healthz", "/healthz/*"]);
        let binding: BindingObject = serde_json::from_str(
            r#"{
                "metadata": {"name": "read", "namespace": "shop"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
                "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": "tools"}]
            }"#,
        )
        .unwrap();
        assert_eq!(binding.role_ref.kind, "Role");
        assert_eq!(binding.subjects[0].namespace.as_deref(), Some("tools"));
    }

    #[test]
    fn a_role_that_is_not_aggregated_yet_and_a_binding_without_subjects_are_read() {
        let role: RoleObject = serde_json::from_str(r#"{"metadata": {"name": "admin"}, "rules": null}"#).unwrap();
        assert_eq!(role.rules, []);
        let binding: BindingObject =
            serde_json::from_str(r#"{"metadata": {"name": "x"}, "roleRef": {"kind": "ClusterRole", "name": "admin"}}"#)
                .unwrap();
        assert_eq!(binding.subjects, []);
        let empty: PolicyRule = serde_json::from_str(r#"{"verbs": null, "resources": null}"#).unwrap();
        assert_eq!(empty, PolicyRule::default());
    }

    #[test]
    fn a_rule_is_written_as_the_api_server_reads_it() {
        let rule = PolicyRule {
            verbs: vec!["get".into()],
            non_resource_urls: vec!["/metrics".into()],
            ..PolicyRule::default()
        };
        let written = serde_json::to_string(&rule).unwrap();
        assert_eq!(written, r#"{"verbs":["get"],"nonResourceURLs":["/metrics"]}"#);
    }
}
