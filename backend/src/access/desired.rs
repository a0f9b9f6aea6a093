//! What must stand in a cluster so that its API server enforces the bindings: ordinary RBAC objects, with a label that
//! says whose they are. Pure: from a snapshot and the cluster's namespaces to objects.
//!
//! One object per binding and place, never one per user: who is in a group is told to the API server with each request.
//! Roles are always `ClusterRole`s, so that one object serves every namespace.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem, LimitRangeSpec, ResourceQuota, ResourceQuotaSpec};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::api::ObjectMeta;
use muster_api::access::Rule;
use muster_api::said::{Said, binding as sentence};
use uuid::Uuid;

use super::built_in;
use super::snapshot::{KnownCluster, Snapshot, holds, selects};
use crate::context::{group_name, user_name};
use crate::database::projects::ProjectRecord;
use crate::database::role_bindings::{self, BindingRecord, Scope};

/// Says which console an object belongs to; objects without it are never touched.
pub const OWNER_LABEL: &str = "muster.dev/console";
/// Names the program, as Kubernetes recommends.
const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";
const RBAC_GROUP: &str = "rbac.authorization.k8s.io";

/// Everything that must stand in one cluster, by name (and namespace).
#[derive(Debug, Default, PartialEq)]
pub struct Desired {
    /// Roles that are bound there.
    pub roles: BTreeMap<String, ClusterRole>,
    /// Bindings for the whole cluster.
    pub cluster_bindings: BTreeMap<String, ClusterRoleBinding>,
    /// Bindings in namespaces.
    pub bindings: BTreeMap<(String, String), RoleBinding>,
    /// Quotas of projects.
    pub quotas: BTreeMap<(String, String), ResourceQuota>,
    /// Defaults of projects.
    pub limits: BTreeMap<(String, String), LimitRange>,
    /// Bindings that cannot stand as they should, and why.
    pub lacking: BTreeMap<Uuid, Said>,
}

/// The console whose objects these are.
#[derive(Clone, Copy, Debug)]
pub struct Owner(pub Uuid);

impl Owner {
    /// The group of local administrators, as clusters know it.
    pub fn administrators(self) -> String {
        group_name(self.0)
    }

    fn name(self, what: &str, id: Uuid) -> String {
        format!("muster:{}:{what}:{id}", self.0.simple())
    }

    fn metadata(self, name: String, namespace: Option<&str>) -> ObjectMeta {
        let labels = [
            (OWNER_LABEL, self.0.to_string()),
            (MANAGED_BY_LABEL, "muster".to_owned()),
        ];
        ObjectMeta {
            name: Some(name),
            namespace: namespace.map(str::to_owned),
            labels: Some(labels.map(|(key, value)| (key.to_owned(), value)).into()),
            ..ObjectMeta::default()
        }
    }

    /// Selects everything that belongs to this console.
    pub fn selector(self) -> String {
        format!("{OWNER_LABEL}={}", self.0)
    }
}

/// Works out what must stand in a cluster that has these namespaces.
pub fn desired(
    snapshot: &Snapshot,
    owner: Owner,
    cluster: &KnownCluster,
    namespaces: &BTreeSet<String>,
    now: Timestamp,
) -> Desired {
    let mut desired = Desired::default();
    desired.add_administrators(snapshot, owner);
    for binding in snapshot.bindings().iter().filter(|binding| holds(binding, now)) {
        if snapshot.rules_of(binding.role_id).is_empty() {
            continue;
        }
        match &binding.scope {
            Scope::Everything => desired.add_everywhere(snapshot, owner, binding),
            Scope::Clusters(selector) if selects(selector, cluster) => {
                desired.add_everywhere(snapshot, owner, binding);
            }
            Scope::Cluster(id) if *id == cluster.id => desired.add_everywhere(snapshot, owner, binding),
            Scope::Project(id) => {
                let project = snapshot.project(*id).filter(|project| project.cluster_id == cluster.id);
                for namespace in project.iter().flat_map(|project| &project.namespaces) {
                    desired.add_in(snapshot, owner, binding, namespace, namespaces);
                }
            }
            Scope::Namespace(id, namespace) if *id == cluster.id => {
                desired.add_in(snapshot, owner, binding, namespace, namespaces);
            }
            Scope::Clusters(_) | Scope::Cluster(_) | Scope::Namespace(..) => {}
        }
    }
    let projects = snapshot.projects();
    for project in projects.iter().filter(|project| project.cluster_id == cluster.id) {
        for namespace in project.namespaces.iter().filter(|name| namespaces.contains(*name)) {
            desired.add_limits(owner, project, namespace);
        }
    }
    desired
}

impl Desired {
    fn add_role(&mut self, snapshot: &Snapshot, owner: Owner, role: Uuid) -> RoleRef {
        let name = owner.name("role", role);
        self.roles.entry(name.clone()).or_insert_with(|| ClusterRole {
            metadata: owner.metadata(name.clone(), None),
            rules: Some(snapshot.rules_of(role).iter().map(policy_rule).collect()),
            ..ClusterRole::default()
        });
        RoleRef {
            api_group: Some(RBAC_GROUP.to_owned()),
            kind: "ClusterRole".to_owned(),
            name,
        }
    }

    fn add_administrators(&mut self, snapshot: &Snapshot, owner: Owner) {
        let name = owner.name("administrators", built_in::ADMINISTRATOR);
        let role_ref = self.add_role(snapshot, owner, built_in::ADMINISTRATOR);
        self.cluster_bindings.insert(
            name.clone(),
            ClusterRoleBinding {
                metadata: owner.metadata(name, None),
                role_ref,
                subjects: Some(vec![group(owner.administrators())]),
            },
        );
    }

    fn add_everywhere(&mut self, snapshot: &Snapshot, owner: Owner, binding: &BindingRecord) {
        let name = owner.name("binding", binding.id);
        let role_ref = self.add_role(snapshot, owner, binding.role_id);
        self.cluster_bindings.insert(
            name.clone(),
            ClusterRoleBinding {
                metadata: owner.metadata(name, None),
                role_ref,
                subjects: Some(vec![subject(binding)]),
            },
        );
    }

    fn add_in(
        &mut self,
        snapshot: &Snapshot,
        owner: Owner,
        binding: &BindingRecord,
        namespace: &str,
        namespaces: &BTreeSet<String>,
    ) {
        if !namespaces.contains(namespace) {
            let said = sentence::NAMESPACE_MISSING.with(&[("namespace", &namespace)]);
            self.lacking.insert(binding.id, said);
            return;
        }
        let name = owner.name("binding", binding.id);
        let role_ref = self.add_role(snapshot, owner, binding.role_id);
        self.bindings.insert(
            (namespace.to_owned(), name.clone()),
            RoleBinding {
                metadata: owner.metadata(name, Some(namespace)),
                role_ref,
                subjects: Some(vec![subject(binding)]),
            },
        );
    }

    fn add_limits(&mut self, owner: Owner, project: &ProjectRecord, namespace: &str) {
        // Names of these kinds have no colon.
        let name = format!("muster-project-{}", project.id);
        let key = (namespace.to_owned(), name.clone());
        if !project.quota.is_empty() {
            let quota = ResourceQuota {
                metadata: owner.metadata(name.clone(), Some(namespace)),
                spec: Some(ResourceQuotaSpec {
                    hard: Some(quantities(&project.quota)),
                    ..ResourceQuotaSpec::default()
                }),
                ..ResourceQuota::default()
            };
            self.quotas.insert(key.clone(), quota);
        }
        let defaults = &project.defaults;
        if !defaults.requests.is_empty() || !defaults.limits.is_empty() {
            let some = |values: &BTreeMap<String, String>| (!values.is_empty()).then(|| quantities(values));
            let item = LimitRangeItem {
                type_: "Container".to_owned(),
                default: some(&defaults.limits),
                default_request: some(&defaults.requests),
                ..LimitRangeItem::default()
            };
            let limits = LimitRange {
                metadata: owner.metadata(name, Some(namespace)),
                spec: Some(LimitRangeSpec { limits: vec![item] }),
            };
            self.limits.insert(key, limits);
        }
    }
}

fn quantities(values: &BTreeMap<String, String>) -> BTreeMap<String, Quantity> {
    values
        .iter()
        .map(|(key, value)| (key.clone(), Quantity(value.clone())))
        .collect()
}

fn group(name: String) -> Subject {
    Subject {
        api_group: Some(RBAC_GROUP.to_owned()),
        kind: "Group".to_owned(),
        name,
        namespace: None,
    }
}

fn subject(binding: &BindingRecord) -> Subject {
    match binding.subject {
        role_bindings::Subject::Group(id) => group(group_name(id)),
        role_bindings::Subject::User(id) => Subject {
            kind: "User".to_owned(),
            ..group(user_name(id))
        },
    }
}

/// A rule as Kubernetes writes it: absent lists are absent, so that it equals what the API server answers.
fn policy_rule(rule: &Rule) -> PolicyRule {
    let some = |words: &Vec<String>| (!words.is_empty()).then(|| words.clone());
    PolicyRule {
        api_groups: some(&rule.api_groups),
        resources: some(&rule.resources),
        resource_names: some(&rule.resource_names),
        non_resource_urls: some(&rule.non_resource_urls),
        verbs: rule.verbs.clone(),
    }
}
