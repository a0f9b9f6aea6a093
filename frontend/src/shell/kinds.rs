//! The names of kinds for people, and their icons.

use crate::i18n;
use crate::routes::KindPath;
use crate::ui::IconName;
use muster_api::kind::{Area, Kind};

/// Many of a kind: `Pods`. A kind that Muster does not know is named as the cluster names it.
pub fn plural(kind: &KindPath) -> String {
    let fallback = || {
        kind.known()
            .map_or_else(|| kind.resource.clone(), |known| known.kind.to_owned())
    };
    known_text("kinds.plural", kind).unwrap_or_else(fallback)
}

/// One of a kind: `Pod`.
pub fn singular(kind: &KindPath) -> String {
    let fallback = || {
        kind.known()
            .map_or_else(|| kind.resource.clone(), |known| known.kind.to_owned())
    };
    known_text("kinds.singular", kind).unwrap_or_else(fallback)
}

/// Only built-in kinds are translated: another group may use the same resource name for something else.
fn known_text(area: &str, kind: &KindPath) -> Option<String> {
    kind.known()?;
    i18n::lookup(area, &kind.resource).map(str::to_owned)
}

/// Does deleting one of these take so much with it that its name is typed first?
pub fn is_grave(kind: &KindPath) -> bool {
    ["namespaces", "nodes", "persistentvolumes"]
        .iter()
        .any(|resource| kind.is("core", resource))
}

/// What deleting objects of this kind does to others.
pub fn consequence_of_deletion(kind: &KindPath) -> String {
    known_text("list.deletion.consequence", kind)
        .unwrap_or_else(|| i18n::text::list::deletion::CONSEQUENCE_UNKNOWN.get().to_owned())
}

/// The heading of an area of the side bar.
pub const fn area_title(area: Area) -> i18n::Text {
    use i18n::text::kinds::area as title;
    match area {
        Area::Workloads => title::WORKLOADS,
        Area::Network => title::NETWORK,
        Area::Configuration => title::CONFIGURATION,
        Area::Storage => title::STORAGE,
        Area::Cluster => title::CLUSTER,
    }
}

/// The icon of a kind.
pub fn icon(kind: &Kind) -> IconName {
    match kind.resource {
        "deployments" | "replicasets" => IconName::Layers,
        "jobs" => IconName::Check,
        "cronjobs" => IconName::Clock,
        "services" | "endpointslices" => IconName::Network,
        "ingresses" => IconName::Globe,
        "configmaps" => IconName::Configuration,
        "secrets" => IconName::Key,
        "serviceaccounts" => IconName::Account,
        "persistentvolumes" | "persistentvolumeclaims" | "storageclasses" => IconName::Storage,
        "nodes" => IconName::Node,
        "namespaces" => IconName::Namespace,
        "events" => IconName::Event,
        _ => IconName::Workload,
    }
}
