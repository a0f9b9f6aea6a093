//! An object's relatives: who made it, what it made, what it uses and what uses it.
//!
//! Everything is read at one moment with bounded lists, side by side; what could not be read is said.

mod links;
mod references;
mod tree;

use super::mapping::{KindEntry, Mapping};
use super::object::{Located, ObjectError, ObjectPath, Objects};
use super::remote::{Remote, RemoteError, encoded};
use super::summary;
use crate::context::RequestContext;
use muster_api::kind;
use muster_api::object::{RelatedObject, Relations};
use muster_api::resource::Health;
use muster_api::said::{Said, not_seen as sentence};
use serde_json::Value;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The most objects of one kind that are looked at.
const MOST_LISTED: usize = 500;
/// The most relatives that are answered in one group.
const MOST_RELATIVES: usize = 500;
/// The longest chain of owners.
const MOST_OWNERS: u32 = 8;
/// How long one of the reads may take: relatives are looked at while somebody waits.
const DEADLINE: Duration = Duration::from_secs(8);
const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

impl Objects {
    /// The relatives of an object.
    pub async fn related(&self, context: &RequestContext, path: &ObjectPath) -> Result<Relations, ObjectError> {
        let located = self.locate(context, path).await?;
        let object = located.read().await?;
        let mapping = self.mappings.of(&located.remote).await?;
        let view = View {
            remote: located.remote.clone(),
            mapping,
            not_seen: Mutex::default(),
        };
        let (owners, children, links) = tokio::join!(
            view.owners(&located, &object),
            view.children(&located, &object),
            links::of(&view, &located, &object),
        );
        let mut not_seen = view.not_seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        not_seen.sort();
        not_seen.dedup();
        Ok(Relations {
            owners,
            children,
            links,
            not_seen,
        })
    }
}

/// The cluster while relatives are gathered, and what could not be seen of it.
struct View {
    remote: Remote,
    mapping: Arc<Mapping>,
    not_seen: Mutex<Vec<Said>>,
}

impl View {
    fn note(&self, said: Said) {
        self.not_seen.lock().unwrap_or_else(PoisonError::into_inner).push(said);
    }

    /// The objects of a built-in kind; the part of the query behind `?` narrows them.
    async fn list(&self, group: &str, resource: &str, namespace: Option<&str>, query: &str) -> Vec<(KindEntry, Value)> {
        let Some(known) = kind::by_path(group, "v1", resource) else {
            return Vec::new();
        };
        self.list_kind(&KindEntry::built_in(known), namespace, query).await
    }

    async fn list_kind(&self, kind: &KindEntry, namespace: Option<&str>, query: &str) -> Vec<(KindEntry, Value)> {
        let path = format!("{}?limit={MOST_LISTED}{query}", kind.collection_path(namespace));
        let accept = if holds_values(kind) {
            METADATA_LIST
        } else {
            "application/json"
        };
        match self.remote.get_accepting(&path, accept, DEADLINE).await {
            Ok(list) => {
                if list["metadata"]["continue"]
                    .as_str()
                    .is_some_and(|next| !next.is_empty())
                {
                    self.note(sentence::FIRST_ONLY.with(&[("most", &MOST_LISTED), ("resource", &kind.resource)]));
                }
                let items = list["items"].as_array().into_iter().flatten();
                items.map(|item| (kind.clone(), item.clone())).collect()
            }
            Err(error) => {
                self.note(sentence::RESOURCE.with(&[("resource", &kind.resource), ("reason", &error)]));
                Vec::new()
            }
        }
    }

    /// Reads one object; `Ok(None)` when it is not there.
    async fn read(&self, kind: &KindEntry, namespace: Option<&str>, name: &str) -> Result<Option<Value>, RemoteError> {
        let namespace = namespace.filter(|_| kind.namespaced);
        let accept = if holds_values(kind) {
            METADATA
        } else {
            "application/json"
        };
        match self
            .remote
            .get_accepting(&kind.object_path(namespace, name), accept, DEADLINE)
            .await
        {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// From the nearest owner up to the root.
    async fn owners(&self, located: &Located, object: &Value) -> Vec<RelatedObject> {
        let namespace = located.namespace.as_deref();
        let mut owners = Vec::new();
        let mut references = tree::owner_references(object).cloned().collect::<Vec<_>>();
        for depth in 1..=MOST_OWNERS {
            let Some(reference) = tree::controller(&references).cloned() else {
                break;
            };
            let text = |key: &str| reference[key].as_str().unwrap_or_default();
            let (api_version, kind_name, name) = (text("apiVersion"), text("kind"), text("name"));
            let Some(kind) = self.mapping.by_manifest(api_version, kind_name) else {
                self.note(sentence::OWNER_OF_UNKNOWN_KIND.with(&[
                    ("kind", &kind_name),
                    ("name", &name),
                    ("version", &api_version),
                ]));
                break;
            };
            let owner = match self.read(kind, namespace, name).await {
                Ok(Some(owner)) => owner,
                Ok(None) => {
                    self.note(sentence::OWNER_GONE.with(&[("kind", &kind_name), ("name", &name)]));
                    break;
                }
                Err(error) => {
                    let values: [(&str, &dyn Display); 3] = [("kind", &kind_name), ("name", &name), ("reason", &error)];
                    self.note(sentence::OBJECT.with(&values));
                    break;
                }
            };
            owners.push(related(kind, &owner, "owner", depth));
            references = tree::owner_references(&owner).cloned().collect();
        }
        owners
    }

    /// What the object made, and what that made.
    async fn children(&self, located: &Located, object: &Value) -> Vec<RelatedObject> {
        let namespace = located.namespace.as_deref();
        let selector = label_query(&object["spec"]["selector"]);
        let pods = || self.list("", "pods", namespace, &selector);
        let candidates = match (located.kind.group.as_str(), located.kind.resource.as_str()) {
            ("apps", "deployments") => {
                let (sets, pods) = tokio::join!(self.list("apps", "replicasets", namespace, &selector), pods());
                [sets, pods].concat()
            }
            ("apps", "replicasets" | "statefulsets" | "daemonsets") | ("batch", "jobs") => pods().await,
            ("batch", "cronjobs") => {
                let of_jobs = format!("&labelSelector={}", encoded("batch.kubernetes.io/job-name"));
                let (jobs, pods) = tokio::join!(
                    self.list("batch", "jobs", namespace, ""),
                    self.list("", "pods", namespace, &of_jobs)
                );
                [jobs, pods].concat()
            }
            ("", "services") => {
                let of_service = format!("kubernetes.io/service-name={}", located.name);
                let query = format!("&labelSelector={}", encoded(&of_service));
                self.list("discovery.k8s.io", "endpointslices", namespace, &query).await
            }
            (group, resource) if kind::by_path(group, &located.kind.version, resource).is_some() => return Vec::new(),
            // A custom kind may own anything; these are what operators usually make.
            _ if namespace.is_some() => {
                let lists = [
                    ("apps", "deployments"),
                    ("apps", "statefulsets"),
                    ("apps", "daemonsets"),
                    ("apps", "replicasets"),
                    ("batch", "jobs"),
                    ("batch", "cronjobs"),
                    ("", "services"),
                    ("", "configmaps"),
                    ("", "secrets"),
                    ("", "persistentvolumeclaims"),
                    ("", "pods"),
                ]
                .map(|(group, resource)| self.list(group, resource, namespace, ""));
                futures::future::join_all(lists).await.concat()
            }
            _ => return Vec::new(),
        };
        let uid = object["metadata"]["uid"].as_str().unwrap_or_default();
        let mut children = tree::descendants(uid, &candidates);
        if children.len() > MOST_RELATIVES {
            self.note(sentence::FIRST_CHILDREN.with(&[("most", &MOST_RELATIVES), ("all", &children.len())]));
            children.truncate(MOST_RELATIVES);
        }
        children
            .into_iter()
            .map(|(depth, (kind, object))| related(kind, object, "child", depth))
            .collect()
    }
}

/// The values of these stay where they are: of relatives only names and owners are needed.
fn holds_values(kind: &KindEntry) -> bool {
    kind.is_core("configmaps") || kind.is_core("secrets")
}

/// A relative that was read.
fn related(kind: &KindEntry, object: &Value, relation: &str, depth: u32) -> RelatedObject {
    let metadata = &object["metadata"];
    let summary = summary::of(kind, object);
    RelatedObject {
        object: kind.reference(
            metadata["namespace"].as_str(),
            metadata["name"].as_str().unwrap_or_default(),
        ),
        relation: relation.to_owned(),
        status: summary.status,
        health: summary.health,
        depth,
    }
}

/// A relative that was not read, or is not there.
fn unread(kind: &KindEntry, namespace: Option<&str>, name: &str, relation: &str, missing: bool) -> RelatedObject {
    RelatedObject {
        object: kind.reference(namespace.filter(|_| kind.namespaced), name),
        relation: relation.to_owned(),
        status: missing.then(|| "Missing".to_owned()),
        health: if missing { Health::Bad } else { Health::Unknown },
        depth: 1,
    }
}

/// The labels that a selector asks for, as a query; nothing when it asks for more than equality. What is selected too
/// much is sorted out by its owner.
fn label_query(selector: &Value) -> String {
    let Some(labels) = selector["matchLabels"].as_object() else {
        return String::new();
    };
    let pairs = labels
        .iter()
        .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    let text = pairs.collect::<Vec<_>>().join(",");
    if text.is_empty() {
        text
    } else {
        format!("&labelSelector={}", encoded(&text))
    }
}
