//! The roles that every console has. They are part of the program: nobody changes them, and their ids never change.
//!
//! Roles that only look never name `*` among resources: before Kubernetes 1.35, whoever might `get` a pod's `exec` by
//! WebSocket had a shell (kubernetes/kubernetes#78741), and reading Secrets is never part of looking.

use std::sync::LazyLock;

use jiff::Timestamp;
use muster_api::access::{Permission, RoleLevel, Rule};
use uuid::Uuid;

use crate::database::roles::RoleRecord;

/// Everything, in the console and in every cluster.
pub const ADMINISTRATOR: Uuid = id(1);
/// People of the console.
pub const USER_MANAGER: Uuid = id(2);
/// Everything in a cluster, its bindings and projects.
pub const CLUSTER_OWNER: Uuid = id(3);
/// Workloads, nodes and storage of a cluster.
pub const CLUSTER_OPERATOR: Uuid = id(4);
/// Looking at a cluster.
pub const CLUSTER_VIEWER: Uuid = id(5);
/// Everything in a project, and its bindings.
pub const PROJECT_OWNER: Uuid = id(6);
/// Workloads of a project.
pub const PROJECT_MEMBER: Uuid = id(7);
/// Looking at a project.
pub const PROJECT_VIEWER: Uuid = id(8);

const fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x6d75_7374_6572_8000_8000_0000_0000_0000 + number)
}

const READ: [&str; 3] = ["get", "list", "watch"];
const WRITE: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn rule(group: &str, resources: &[&str], verbs: &[&[&str]]) -> Rule {
    Rule {
        api_groups: vec![group.to_owned()],
        resources: texts(resources),
        verbs: texts(&verbs.concat()),
        ..Rule::default()
    }
}

/// Looking at what is in namespaces; no Secrets.
fn look_in_namespaces() -> Vec<Rule> {
    let core = [
        "namespaces",
        "pods",
        "pods/log",
        "pods/status",
        "replicationcontrollers",
        "services",
        "endpoints",
        "configmaps",
        "events",
        "persistentvolumeclaims",
        "serviceaccounts",
        "resourcequotas",
        "limitranges",
    ];
    let apps = [
        "deployments",
        "replicasets",
        "statefulsets",
        "daemonsets",
        "controllerrevisions",
    ];
    vec![
        rule("", &core, &[&READ]),
        rule("apps", &apps, &[&READ]),
        rule("batch", &["jobs", "cronjobs"], &[&READ]),
        rule("autoscaling", &["horizontalpodautoscalers"], &[&READ]),
        rule("networking.k8s.io", &["ingresses", "networkpolicies"], &[&READ]),
        rule("discovery.k8s.io", &["endpointslices"], &[&READ]),
        rule("policy", &["poddisruptionbudgets"], &[&READ]),
        rule("events.k8s.io", &["events"], &[&READ]),
        rule("metrics.k8s.io", &["pods"], &[&["get", "list"]]),
    ]
}

/// Changing what is in namespaces.
fn work_in_namespaces() -> Vec<Rule> {
    let core = ["pods", "services", "configmaps", "secrets", "persistentvolumeclaims"];
    let apps = ["deployments", "replicasets", "statefulsets", "daemonsets"];
    let scales = ["deployments/scale", "replicasets/scale", "statefulsets/scale"];
    vec![
        rule("", &core, &[&READ, &WRITE]),
        rule(
            "",
            &["pods/exec", "pods/attach", "pods/portforward"],
            &[&["create", "get"]],
        ),
        rule("", &["pods/eviction"], &[&["create"]]),
        rule("apps", &apps, &[&READ, &WRITE]),
        rule("apps", &scales, &[&["get", "update", "patch"]]),
        rule("batch", &["jobs", "cronjobs"], &[&READ, &WRITE]),
        rule("autoscaling", &["horizontalpodautoscalers"], &[&READ, &WRITE]),
        rule("networking.k8s.io", &["ingresses", "networkpolicies"], &[&READ, &WRITE]),
        rule("policy", &["poddisruptionbudgets"], &[&READ, &WRITE]),
    ]
}

/// Looking at what is in no namespace.
fn look_at_cluster() -> Vec<Rule> {
    vec![
        rule("", &["nodes", "persistentvolumes"], &[&READ]),
        rule(
            "storage.k8s.io",
            &["storageclasses", "volumeattachments", "csinodes", "csidrivers"],
            &[&READ],
        ),
        rule("networking.k8s.io", &["ingressclasses"], &[&READ]),
        rule("scheduling.k8s.io", &["priorityclasses"], &[&READ]),
        rule("apiextensions.k8s.io", &["customresourcedefinitions"], &[&READ]),
        rule("metrics.k8s.io", &["nodes"], &[&["get", "list"]]),
        rule(
            "rbac.authorization.k8s.io",
            &["roles", "rolebindings", "clusterroles", "clusterrolebindings"],
            &[&READ],
        ),
    ]
}

fn everything() -> Vec<Rule> {
    vec![
        rule("*", &["*"], &[&["*"]]),
        Rule {
            verbs: texts(&["*"]),
            non_resource_urls: texts(&["*"]),
            ..Rule::default()
        },
    ]
}

fn role(
    id: Uuid,
    name: &str,
    description: &str,
    level: RoleLevel,
    rules: Vec<Rule>,
    permissions: &[Permission],
) -> RoleRecord {
    RoleRecord {
        id,
        name: name.to_owned(),
        description: description.to_owned(),
        level,
        rules,
        permissions: permissions.to_vec(),
        inherits: Vec::new(),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn including(role: RoleRecord, inherits: &[Uuid]) -> RoleRecord {
    RoleRecord {
        inherits: inherits.to_vec(),
        ..role
    }
}

static ROLES: LazyLock<Vec<RoleRecord>> = LazyLock::new(|| {
    use Permission::{Administer, ManageBindings, ManageClusters, ManageProjects, ManageUsers};
    use RoleLevel::{Cluster, Global, Namespace};
    vec![
        role(
            ADMINISTRATOR,
            "administrator",
            "Everything, in the console and in every cluster.",
            Global,
            everything(),
            &[Administer],
        ),
        role(
            USER_MANAGER,
            "user-manager",
            "Makes, changes and disables users; never administrators.",
            Global,
            Vec::new(),
            &[ManageUsers],
        ),
        role(
            CLUSTER_OWNER,
            "cluster-owner",
            "Everything in a cluster; decides who else may use it.",
            Cluster,
            everything(),
            &[ManageBindings, ManageProjects, ManageClusters],
        ),
        including(
            role(
                CLUSTER_OPERATOR,
                "cluster-operator",
                "Runs workloads in every namespace, and looks after nodes and storage.",
                Cluster,
                vec![
                    rule("", &["nodes"], &[&["update", "patch"]]),
                    rule("", &["namespaces"], &[&WRITE]),
                    rule("", &["persistentvolumes"], &[&WRITE]),
                    rule("", &["serviceaccounts", "resourcequotas", "limitranges"], &[&WRITE]),
                    rule("storage.k8s.io", &["storageclasses"], &[&WRITE]),
                ],
                &[],
            ),
            &[CLUSTER_VIEWER, PROJECT_MEMBER],
        ),
        including(
            role(
                CLUSTER_VIEWER,
                "cluster-viewer",
                "Looks at everything in a cluster but Secrets.",
                Cluster,
                look_at_cluster(),
                &[],
            ),
            &[PROJECT_VIEWER],
        ),
        including(
            role(
                PROJECT_OWNER,
                "project-owner",
                "Everything that members may; decides who else is a member.",
                Namespace,
                vec![rule("", &["serviceaccounts"], &[&WRITE])],
                &[ManageBindings, ManageProjects],
            ),
            &[PROJECT_MEMBER],
        ),
        including(
            role(
                PROJECT_MEMBER,
                "project-member",
                "Deploys and runs workloads: reads and writes, Secrets and shells included.",
                Namespace,
                work_in_namespaces(),
                &[],
            ),
            &[PROJECT_VIEWER],
        ),
        role(
            PROJECT_VIEWER,
            "project-viewer",
            "Looks at everything in the namespaces but Secrets.",
            Namespace,
            look_in_namespaces(),
            &[],
        ),
    ]
});

/// All of them.
pub fn roles() -> &'static [RoleRecord] {
    &ROLES
}

/// Is this the id of a built-in role?
pub fn is_built_in(id: Uuid) -> bool {
    roles().iter().any(|role| role.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_that_only_look_can_neither_read_secrets_nor_change_anything_nor_open_a_shell() {
        let looking = look_in_namespaces().into_iter().chain(look_at_cluster());
        for rule in looking {
            assert!(rule.verbs.iter().all(|verb| READ.contains(&verb.as_str())), "{rule:?}");
            let forbidden = [
                "*",
                "secrets",
                "pods/exec",
                "pods/attach",
                "pods/portforward",
                "pods/proxy",
                "nodes/proxy",
            ];
            assert!(
                rule.resources
                    .iter()
                    .all(|resource| !forbidden.contains(&resource.as_str())),
                "{rule:?}"
            );
        }
    }

    #[test]
    fn names_and_ids_are_each_there_once() {
        for (place, role) in roles().iter().enumerate() {
            assert!(
                roles()[..place]
                    .iter()
                    .all(|other| other.id != role.id && other.name != role.name)
            );
            assert!(role.inherits.iter().all(|included| is_built_in(*included)));
        }
    }
}
