//! The kinds that Muster knows by itself: their addresses, names and groups in the side bar.
//!
//! Columns are not here: a list carries its own.

/// A kind that Muster knows by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// API version.
    pub version: &'static str,
    /// Plural name, as in addresses.
    pub resource: &'static str,
    /// Kind, as in manifests.
    pub kind: &'static str,
    /// Does it live in namespaces?
    pub namespaced: bool,
    /// Where the side bar puts it.
    pub area: Area,
    /// What kubectl also calls it; the search takes these.
    pub short_names: &'static [&'static str],
}

/// A group of kinds in the side bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// What runs.
    Workloads,
    /// How it is reached.
    Network,
    /// What it is given.
    Configuration,
    /// What it keeps.
    Storage,
    /// What it stands on.
    Cluster,
}

const fn kind(
    group: &'static str,
    resource: &'static str,
    kind: &'static str,
    namespaced: bool,
    area: Area,
    short_names: &'static [&'static str],
) -> Kind {
    Kind {
        group,
        version: "v1",
        resource,
        kind,
        namespaced,
        area,
        short_names,
    }
}

/// Every built-in kind, in the side bar's order.
pub const KINDS: &[Kind] = &[
    kind("", "pods", "Pod", true, Area::Workloads, &["po"]),
    kind("apps", "deployments", "Deployment", true, Area::Workloads, &["deploy"]),
    kind("apps", "statefulsets", "StatefulSet", true, Area::Workloads, &["sts"]),
    kind("apps", "daemonsets", "DaemonSet", true, Area::Workloads, &["ds"]),
    kind("batch", "jobs", "Job", true, Area::Workloads, &[]),
    kind("batch", "cronjobs", "CronJob", true, Area::Workloads, &["cj"]),
    kind("apps", "replicasets", "ReplicaSet", true, Area::Workloads, &["rs"]),
    kind("", "services", "Service", true, Area::Network, &["svc"]),
    kind(
        "networking.k8s.io",
        "ingresses",
        "Ingress",
        true,
        Area::Network,
        &["ing"],
    ),
    kind(
        "discovery.k8s.io",
        "endpointslices",
        "EndpointSlice",
        true,
        Area::Network,
        &[],
    ),
    kind("", "configmaps", "ConfigMap", true, Area::Configuration, &["cm"]),
    kind("", "secrets", "Secret", true, Area::Configuration, &[]),
    kind(
        "",
        "serviceaccounts",
        "ServiceAccount",
        true,
        Area::Configuration,
        &["sa"],
    ),
    kind(
        "",
        "persistentvolumeclaims",
        "PersistentVolumeClaim",
        true,
        Area::Storage,
        &["pvc"],
    ),
    kind(
        "",
        "persistentvolumes",
        "PersistentVolume",
        false,
        Area::Storage,
        &["pv"],
    ),
    kind(
        "storage.k8s.io",
        "storageclasses",
        "StorageClass",
        false,
        Area::Storage,
        &["sc"],
    ),
    kind("", "nodes", "Node", false, Area::Cluster, &["no"]),
    kind("", "namespaces", "Namespace", false, Area::Cluster, &["ns"]),
    kind("", "events", "Event", true, Area::Cluster, &["ev"]),
];

impl Kind {
    /// The group as addresses write it: `core` for the empty one.
    pub const fn group_segment(&self) -> &'static str {
        if self.group.is_empty() { "core" } else { self.group }
    }

    /// `group/version/resource`, as addresses write it.
    pub fn path(&self) -> String {
        format!("{}/{}/{}", self.group_segment(), self.version, self.resource)
    }

    /// `apiVersion`, as manifests write it.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }
}

/// The kind at an address; `group` may be `core` or empty for the core group.
pub fn by_path(group: &str, version: &str, resource: &str) -> Option<&'static Kind> {
    let group = if group == "core" { "" } else { group };
    KINDS
        .iter()
        .find(|kind| kind.group == group && kind.version == version && kind.resource == resource)
}

/// The kind of a manifest.
pub fn by_manifest(api_version: &str, kind_name: &str) -> Option<&'static Kind> {
    KINDS
        .iter()
        .find(|kind| kind.kind == kind_name && kind.api_version() == api_version)
}

/// The kind with this name in manifests, whatever its group: owner cells name kinds so.
pub fn by_name(kind_name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.kind == kind_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_write_the_core_group_as_core() {
        let pods = by_path("core", "v1", "pods").unwrap();
        assert_eq!(
            (pods.path().as_str(), pods.api_version().as_str()),
            ("core/v1/pods", "v1")
        );
        let deployments = by_manifest("apps/v1", "Deployment").unwrap();
        assert_eq!(deployments.path(), "apps/v1/deployments");
    }
}
