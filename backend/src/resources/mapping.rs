//! Which kinds a cluster has, and at which addresses: Kubernetes' discovery, remembered for a minute.

use super::remote::{CALL_DEADLINE, Remote, RemoteError, encoded};
use muster_api::kind::Kind;
use muster_api::object::ObjectReference;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long an answer is believed.
const BELIEVED: Duration = Duration::from_secs(60);
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                          application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

/// One kind of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindEntry {
    /// API group; empty for the core group.
    pub group: String,
    /// API version.
    pub version: String,
    /// Plural name, as in addresses.
    pub resource: String,
    /// Kind, as in manifests.
    pub kind: String,
    /// Does it live in namespaces?
    pub namespaced: bool,
    /// What can be done with it: `get`, `list`, `create`, …
    pub verbs: Vec<String>,
    /// Its subresources: `status`, `scale`, `log`, …
    pub subresources: Vec<String>,
}

impl KindEntry {
    /// A kind that Muster knows by itself, without what only discovery tells.
    pub fn built_in(kind: &Kind) -> Self {
        Self {
            group: kind.group.to_owned(),
            version: kind.version.to_owned(),
            resource: kind.resource.to_owned(),
            kind: kind.kind.to_owned(),
            namespaced: kind.namespaced,
            verbs: Vec::new(),
            subresources: Vec::new(),
        }
    }

    /// `apiVersion`, as manifests write it.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// The address of the kind's objects: in one namespace, or all of them.
    pub fn collection_path(&self, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() {
            format!("/api/{}", encoded(&self.version))
        } else {
            format!("/apis/{}/{}", encoded(&self.group), encoded(&self.version))
        };
        let resource = encoded(&self.resource);
        match namespace {
            Some(namespace) => format!("{root}/namespaces/{}/{resource}", encoded(namespace)),
            None => format!("{root}/{resource}"),
        }
    }

    /// The address of one object.
    pub fn object_path(&self, namespace: Option<&str>, name: &str) -> String {
        format!("{}/{}", self.collection_path(namespace), encoded(name))
    }

    /// The object's name on the wire.
    pub fn reference(&self, namespace: Option<&str>, name: &str) -> ObjectReference {
        ObjectReference {
            group: if self.group.is_empty() {
                "core".to_owned()
            } else {
                self.group.clone()
            },
            version: self.version.clone(),
            resource: self.resource.clone(),
            kind: self.kind.clone(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    /// Is it this kind of the core group?
    pub fn is_core(&self, resource: &str) -> bool {
        self.group.is_empty() && self.resource == resource
    }
}

/// The kinds of one cluster.
#[derive(Debug, Default)]
pub struct Mapping {
    kinds: Vec<KindEntry>,
}

impl Mapping {
    /// The kind at an address (`core` or empty: the core group).
    pub fn by_path(&self, group: &str, version: &str, resource: &str) -> Option<&KindEntry> {
        let group = if group == "core" { "" } else { group };
        self.kinds
            .iter()
            .find(|kind| kind.group == group && kind.version == version && kind.resource == resource)
    }

    /// The kind of a manifest.
    pub fn by_manifest(&self, api_version: &str, kind: &str) -> Option<&KindEntry> {
        self.kinds
            .iter()
            .find(|entry| entry.kind == kind && entry.api_version() == api_version)
    }

    /// What somebody may have meant by a kind that is not there, as `Kind (apiVersion)`; nearest first, at most three.
    pub fn suggestions(&self, api_version: &str, kind: &str) -> Vec<String> {
        let wanted = kind.to_lowercase();
        let mut near = self
            .kinds
            .iter()
            .filter_map(|entry| {
                let distance = distance(&wanted, &entry.kind.to_lowercase());
                let close_enough = distance <= 1 + wanted.chars().count() / 5;
                close_enough.then_some((distance, entry.api_version() != api_version, entry))
            })
            .collect::<Vec<_>>();
        near.sort_by_key(|(distance, other_version, _)| (*distance, *other_version));
        near.iter()
            .take(3)
            .map(|(_, _, entry)| format!("{} ({})", entry.kind, entry.api_version()))
            .collect()
    }

    /// The kinds that Muster knows by itself, for tests of what is built on a mapping.
    #[cfg(test)]
    pub(crate) fn of_built_in_kinds() -> Self {
        let kinds = muster_api::kind::KINDS.iter().map(KindEntry::built_in).collect();
        Self { kinds }
    }

    fn read(lists: impl IntoIterator<Item = GroupList>) -> Self {
        let mut kinds = Vec::new();
        for group in lists.into_iter().flat_map(|list| list.items) {
            for version in group.versions {
                for resource in version.resources {
                    let Some(response) = resource.response_kind else {
                        continue;
                    };
                    kinds.push(KindEntry {
                        group: group.metadata.name.clone(),
                        version: version.version.clone(),
                        resource: resource.name,
                        kind: response.kind,
                        namespaced: resource.scope == "Namespaced",
                        verbs: resource.verbs,
                        subresources: resource.subresources.into_iter().map(|sub| sub.subresource).collect(),
                    });
                }
            }
        }
        Self { kinds }
    }
}

/// How many letters one must change, add or drop to make one word of the other (Levenshtein's distance).
fn distance(left: &str, right: &str) -> usize {
    let right = right.chars().collect::<Vec<_>>();
    let mut row = (0..=right.len()).collect::<Vec<_>>();
    for (index, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[derive(Deserialize)]
struct GroupList {
    #[serde(default)]
    items: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    metadata: GroupMetadata,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
struct GroupMetadata {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Version {
    version: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    #[serde(rename = "resource")]
    name: String,
    #[serde(default)]
    response_kind: Option<ResponseKind>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    subresources: Vec<Subresource>,
}

#[derive(Deserialize)]
struct ResponseKind {
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
struct Subresource {
    subresource: String,
}

/// The kinds of every cluster that was asked lately.
#[derive(Clone, Default)]
pub struct Mappings {
    known: Arc<Mutex<HashMap<Uuid, Known>>>,
}

#[derive(Clone)]
struct Known {
    since: Instant,
    mapping: Arc<Mapping>,
}

impl Mappings {
    /// The cluster's kinds, at most a minute old.
    pub async fn of(&self, remote: &Remote) -> Result<Arc<Mapping>, RemoteError> {
        match self.known(remote) {
            Some(known) if known.since.elapsed() < BELIEVED => Ok(known.mapping),
            _ => self.ask(remote).await,
        }
    }

    /// The kind at an address. One that is not among those that are remembered is looked for by its own group and version:
    /// it may just have been installed, and the whole list lags behind.
    pub async fn by_path(
        &self,
        remote: &Remote,
        group: &str,
        version: &str,
        resource: &str,
    ) -> Result<Option<KindEntry>, RemoteError> {
        if let Some(found) = self.of(remote).await?.by_path(group, version, resource) {
            return Ok(Some(found.clone()));
        }
        let kinds = ask_version(remote, group, version).await?;
        Ok(kinds.into_iter().find(|kind| kind.resource == resource))
    }

    /// The cluster's kinds, with those of the given `apiVersion`s for certain.
    pub async fn with_versions(
        &self,
        remote: &Remote,
        api_versions: &BTreeSet<String>,
    ) -> Result<Arc<Mapping>, RemoteError> {
        let mapping = self.ask(remote).await?;
        let mut kinds = mapping.kinds.clone();
        for api_version in api_versions {
            let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
            for kind in ask_version(remote, group, version).await? {
                if mapping.by_path(&kind.group, &kind.version, &kind.resource).is_none() {
                    kinds.push(kind);
                }
            }
        }
        Ok(Arc::new(Mapping { kinds }))
    }

    /// Asks the cluster now.
    pub async fn ask(&self, remote: &Remote) -> Result<Arc<Mapping>, RemoteError> {
        let (core, groups) = tokio::try_join!(
            remote.get_accepting("/api", AGGREGATED, CALL_DEADLINE),
            remote.get_accepting("/apis", AGGREGATED, CALL_DEADLINE),
        )?;
        let lists = [core, groups].map(|value| {
            serde_json::from_value::<GroupList>(value).map_err(|error| RemoteError::Unreadable {
                cluster: remote.name.clone(),
                reason: format!("its list of kinds: {error}"),
            })
        });
        let lists = lists.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mapping = Arc::new(Mapping::read(lists));
        let known = Known {
            since: Instant::now(),
            mapping: Arc::clone(&mapping),
        };
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(remote.id, known);
        Ok(mapping)
    }

    fn known(&self, remote: &Remote) -> Option<Known> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&remote.id)
            .cloned()
    }
}

/// The kinds of one group and version; none when the cluster does not have it.
async fn ask_version(remote: &Remote, group: &str, version: &str) -> Result<Vec<KindEntry>, RemoteError> {
    let group = if group == "core" { "" } else { group };
    let path = if group.is_empty() {
        format!("/api/{}", encoded(version))
    } else {
        format!("/apis/{}/{}", encoded(group), encoded(version))
    };
    match remote.get(&path).await {
        Ok(list) => Ok(read_version(group, version, &list)),
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Reads an `APIResourceList`: subresources stand in it as `deployments/scale`.
fn read_version(group: &str, version: &str, list: &serde_json::Value) -> Vec<KindEntry> {
    let resources = list["resources"].as_array().into_iter().flatten();
    let mut kinds: Vec<KindEntry> = Vec::new();
    for resource in resources {
        let text = |key: &str| resource[key].as_str().unwrap_or_default().to_owned();
        let name = text("name");
        if let Some((parent, subresource)) = name.split_once('/') {
            if let Some(kind) = kinds.iter_mut().find(|kind| kind.resource == parent) {
                kind.subresources.push(subresource.to_owned());
            }
            continue;
        }
        let verbs = resource["verbs"].as_array().into_iter().flatten();
        kinds.push(KindEntry {
            group: group.to_owned(),
            version: version.to_owned(),
            resource: name,
            kind: text("kind"),
            namespaced: resource["namespaced"] == true,
            verbs: verbs.filter_map(|verb| verb.as_str().map(str::to_owned)).collect(),
            subresources: Vec::new(),
        });
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_group_and_version_lists_its_kinds_with_their_subresources() {
        let list = json!({"resources": [
            {"name": "gadgets", "kind": "Gadget", "namespaced": true, "verbs": ["get"]},
            {"name": "gadgets/scale", "kind": "Scale", "namespaced": true, "verbs": ["get"]}]});
        let kinds = read_version("example.com", "v1", &list);
        assert_eq!(kinds.len(), 1);
        assert_eq!(
            (kinds[0].kind.as_str(), kinds[0].subresources.as_slice()),
            ("Gadget", ["scale".to_owned()].as_slice())
        );
    }

    fn mapping() -> Mapping {
        let resource = |resource: &str, kind: &str, scope: &str| {
            json!({"resource": resource, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["get"],
                   "subresources": [{"subresource": "status"}]})
        };
        let core = json!({"items": [{"metadata": {}, "versions": [{"version": "v1", "resources": [
            resource("pods", "Pod", "Namespaced"), resource("nodes", "Node", "Cluster")]}]}]});
        let groups = json!({"items": [{"metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": [
            resource("deployments", "Deployment", "Namespaced")]}]}]});
        Mapping::read([core, groups].map(|list| serde_json::from_value(list).unwrap()))
    }

    #[test]
    fn kinds_are_found_by_address_and_by_manifest() {
        let mapping = mapping();
        let pods = mapping.by_path("core", "v1", "pods").unwrap();
        assert_eq!((pods.kind.as_str(), pods.namespaced), ("Pod", true));
        let deployments = mapping.by_manifest("apps/v1", "Deployment").unwrap();
        assert_eq!(
            deployments.object_path(Some("shop"), "web"),
            "/apis/apps/v1/namespaces/shop/deployments/web"
        );
        assert_eq!(
            mapping.by_path("core", "v1", "nodes").unwrap().object_path(None, "a/b"),
            "/api/v1/nodes/a%2Fb"
        );
        assert!(mapping.by_manifest("extensions/v1beta1", "Deployment").is_none());
    }

    #[test]
    fn a_slip_of_the_finger_and_a_wrong_version_are_guessed() {
        let mapping = mapping();
        assert_eq!(mapping.suggestions("apps/v1", "Deploymnet"), ["Deployment (apps/v1)"]);
        assert_eq!(
            mapping.suggestions("extensions/v1beta1", "Deployment"),
            ["Deployment (apps/v1)"]
        );
        assert_eq!(mapping.suggestions("v1", "pod"), ["Pod (v1)"]);
        assert_eq!(mapping.suggestions("v1", "Teapot"), Vec::<String>::new());
    }
}
