//! One object of any kind: found by its address, read, deleted.
//!
//! [`Objects`] is the service that the other modules of objects (events, relations, apply, actions, logs) add to.

use super::apply::operations::Operations;
use super::mapping::{KindEntry, Mappings};
use super::redaction;
use super::remote::{Remote, RemoteError};
use crate::access::Access;
use crate::app::Tasks;
use crate::clusters::{ClusterError, Clusters};
use crate::context::RequestContext;
use http::{Method, StatusCode};
use muster_api::action::{Deletion, Propagation};
use muster_api::kind;
use muster_api::kubernetes_name::is_dns_label;
use muster_api::object::ObjectReference;
use serde_json::{Value, json};

/// Why something with an object could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The cluster is not there, not visible, or cannot be spoken to.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The cluster refused, or did not answer.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The cluster does not have this kind.
    #[error("{0}")]
    NoSuchKind(String),
    /// There is no such object: `Pod web in the namespace shop of the cluster berlin`.
    #[error("there is no {0}")]
    NoSuchObject(String),
    /// A part of the request cannot be right.
    #[error("{field}: {message}")]
    InvalidField {
        /// Which part: `name`, `namespace`, `container`, …
        field: &'static str,
        /// What the browser translates by.
        code: &'static str,
        /// What is wrong and what to do.
        message: String,
    },
    /// What was asked for cannot be done with this object; a sentence.
    #[error("{0}")]
    NotPossible(String),
    /// It clashes with what is there.
    #[error("{detail}")]
    Conflict {
        /// What the browser translates by.
        code: &'static str,
        /// What clashes with what.
        detail: String,
    },
    /// Not with this role.
    #[error("{0}")]
    Forbidden(String),
}

/// An object's address as it comes in a route.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct ObjectPath {
    /// Id or name.
    pub cluster: String,
    /// API group, `core` for the empty one.
    pub group: String,
    /// API version.
    pub version: String,
    /// Plural name.
    pub resource: String,
    /// `-` for cluster-wide kinds.
    pub namespace: String,
    /// The object's name.
    pub name: String,
}

impl ObjectPath {
    /// The address of an object of a known kind.
    pub fn of(group: &str, version: &str, resource: &str, cluster: String, namespace: String, name: String) -> Self {
        Self {
            cluster,
            group: group.to_owned(),
            version: version.to_owned(),
            resource: resource.to_owned(),
            namespace,
            name,
        }
    }
}

/// A checked address: the kind exists, and namespace and name can.
#[derive(Clone)]
pub struct Located {
    /// The cluster.
    pub remote: Remote,
    /// The kind.
    pub kind: KindEntry,
    /// Absent for cluster-wide kinds.
    pub namespace: Option<String>,
    /// The object's name.
    pub name: String,
}

impl Located {
    /// The object's path in the Kubernetes API.
    pub fn path(&self) -> String {
        self.kind.object_path(self.namespace.as_deref(), &self.name)
    }

    /// The object's name on the wire.
    pub fn reference(&self) -> ObjectReference {
        self.kind.reference(self.namespace.as_deref(), &self.name)
    }

    /// For messages: `Pod web in the namespace shop of the cluster berlin`.
    pub fn words(&self) -> String {
        let (kind, name, cluster) = (&self.kind.kind, &self.name, &self.remote.name);
        match &self.namespace {
            Some(namespace) => format!("{kind} {name} in the namespace {namespace} of the cluster {cluster}"),
            None => format!("{kind} {name} in the cluster {cluster}"),
        }
    }

    /// Reads the whole object.
    pub async fn read(&self) -> Result<Value, ObjectError> {
        let mut object = self
            .remote
            .get(&self.path())
            .await
            .map_err(|error| self.missing_or(error))?;
        // The server leaves these out of some answers; a manifest without them is none.
        if let Value::Object(fields) = &mut object {
            fields.entry("kind").or_insert_with(|| self.kind.kind.clone().into());
            fields
                .entry("apiVersion")
                .or_insert_with(|| self.kind.api_version().into());
        }
        Ok(object)
    }

    /// Names the object when it is not there.
    pub fn missing_or(&self, error: RemoteError) -> ObjectError {
        if error.is_not_found() {
            ObjectError::NoSuchObject(self.words())
        } else {
            error.into()
        }
    }
}

/// How an object is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    /// Leave `metadata.managedFields` in.
    pub managed_fields: bool,
    /// Show a Secret's values.
    pub reveal: bool,
}

/// How an object is deleted.
#[derive(Debug, Clone, Default)]
pub struct DeleteOptions {
    /// What happens to its dependents.
    pub propagation: Propagation,
    /// Only try.
    pub dry_run: bool,
    /// Only the object with this uid.
    pub uid: Option<String>,
    /// Only the object as it was when it had this version.
    pub resource_version: Option<String>,
}

/// Whole objects of every cluster.
#[derive(Clone)]
pub struct Objects {
    clusters: Clusters,
    access: Access,
    pub(super) tasks: Tasks,
    pub(super) mappings: Mappings,
    pub(super) operations: Operations,
}

impl Objects {
    /// The service over the registered clusters.
    pub fn new(clusters: Clusters, access: Access, tasks: Tasks) -> Self {
        Self {
            clusters,
            access,
            tasks,
            mappings: Mappings::default(),
            operations: Operations::default(),
        }
    }

    /// The registry behind the objects.
    pub fn clusters(&self) -> &Clusters {
        &self.clusters
    }

    /// Opens a cluster for the context's actor.
    pub async fn open(&self, context: &RequestContext, cluster: &str) -> Result<Remote, ObjectError> {
        Ok(Remote::open(context, &self.clusters, cluster).await?)
    }

    /// Checks an address: cluster, kind, scope, namespace and name.
    pub async fn locate(&self, context: &RequestContext, path: &ObjectPath) -> Result<Located, ObjectError> {
        let remote = self.open(context, &path.cluster).await?;
        let kind = match kind::by_path(&path.group, &path.version, &path.resource) {
            Some(kind) => KindEntry::built_in(kind),
            None => self
                .mappings
                .by_path(&remote, &path.group, &path.version, &path.resource)
                .await?
                .ok_or_else(|| {
                    ObjectError::NoSuchKind(format!(
                        "resource {} in {}/{} on the cluster {}",
                        path.resource, path.group, path.version, remote.name
                    ))
                })?,
        };
        let namespace = checked_namespace(&kind, &path.namespace)?;
        check_name(&path.name)?;
        let located = Located {
            remote,
            kind,
            namespace,
            name: path.name.clone(),
        };
        // Where somebody has no right at all, nothing exists for him, and nothing tells him that it does.
        let seen = |namespace: &String| self.access.sees_namespace(context, located.remote.id, namespace);
        if located.namespace.as_ref().is_none_or(seen) {
            Ok(located)
        } else {
            Err(ObjectError::NoSuchObject(located.words()))
        }
    }

    /// One object. `managedFields` and a Secret's values are hidden unless asked for.
    pub async fn read(
        &self,
        context: &RequestContext,
        path: &ObjectPath,
        options: ReadOptions,
    ) -> Result<Value, ObjectError> {
        let located = self.locate(context, path).await?;
        let mut object = located.read().await?;
        if !options.managed_fields {
            remove_managed_fields(&mut object);
        }
        if !options.reveal {
            redaction::hide_values(&mut object);
        }
        Ok(object)
    }

    /// Deletes one object.
    pub async fn delete(
        &self,
        context: &RequestContext,
        path: &ObjectPath,
        options: &DeleteOptions,
    ) -> Result<Deletion, ObjectError> {
        let located = self.locate(context, path).await?;
        let body = delete_body(options);
        let reply = located
            .remote
            .write(Method::DELETE, &located.path(), "application/json", &body)
            .await;
        let reply = reply.map_err(|error| match error.refusal() {
            Some(refusal) if refusal.code() == 409 => ObjectError::Conflict {
                code: "changed",
                detail: format!(
                    "{} is not the one that was to be deleted: it changed or was made anew meanwhile. Look at it again.",
                    located.words()
                ),
            },
            _ => located.missing_or(error),
        })?;
        // Kubernetes answers a Status when the object is gone, and the object itself while something holds it.
        let is_status = reply.value["kind"] == "Status";
        let metadata = if is_status {
            &reply.value["details"]
        } else {
            &reply.value["metadata"]
        };
        let finalizers = text_list(&reply.value["metadata"]["finalizers"]);
        // Pods end in their own time: the object stays until the kubelet says that the containers stopped.
        let is_ending = reply.value["metadata"]["deletionGracePeriodSeconds"]
            .as_u64()
            .is_some_and(|wait| wait > 0);
        let gone = is_status || (reply.code == StatusCode::OK && finalizers.is_empty() && !is_ending);
        Ok(Deletion {
            object: located.reference(),
            uid: metadata["uid"].as_str().map(str::to_owned),
            gone: gone && !options.dry_run,
            finalizers,
            dry_run: options.dry_run,
        })
    }
}

/// The texts of a list; empty when it is none.
pub(super) fn text_list(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn delete_body(options: &DeleteOptions) -> Value {
    let propagation = match options.propagation {
        Propagation::Background => "Background",
        Propagation::Foreground => "Foreground",
        Propagation::Orphan => "Orphan",
    };
    let mut body = json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation});
    if options.dry_run {
        body["dryRun"] = json!(["All"]);
    }
    if let Some(uid) = &options.uid {
        body["preconditions"]["uid"] = uid.clone().into();
    }
    if let Some(version) = &options.resource_version {
        body["preconditions"]["resourceVersion"] = version.clone().into();
    }
    body
}

/// Drops `metadata.managedFields`, which nobody reads and which is half of many an object.
pub(super) fn remove_managed_fields(object: &mut Value) {
    if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
        metadata.remove("managedFields");
    }
}

fn checked_namespace(kind: &KindEntry, namespace: &str) -> Result<Option<String>, ObjectError> {
    let invalid = |code, message| {
        Err(ObjectError::InvalidField {
            field: "namespace",
            code,
            message,
        })
    };
    match (kind.namespaced, namespace) {
        (true, "-") => invalid(
            "namespace-required",
            format!("{} live in namespaces: name one in place of -", kind.resource),
        ),
        (false, "-") => Ok(None),
        (false, _) => invalid(
            "cluster-wide",
            format!(
                "{} belong to the whole cluster: write - in place of a namespace",
                kind.resource
            ),
        ),
        (true, namespace) if !is_dns_label(namespace) => invalid(
            "invalid-name",
            format!("{namespace:?} cannot be a namespace: at most 63 lower-case letters, digits and dashes"),
        ),
        (true, namespace) => Ok(Some(namespace.to_owned())),
    }
}

/// What no object of any kind can be named: such a name would be a part of a path.
pub(super) fn check_name(name: &str) -> Result<(), ObjectError> {
    let is_possible = !name.is_empty()
        && name.len() <= 253
        && name != "."
        && name != ".."
        && !name.contains(['/', '%'])
        && !name.chars().any(char::is_control);
    if is_possible {
        return Ok(());
    }
    Err(ObjectError::InvalidField {
        field: "name",
        code: "invalid-name",
        message: format!("{name:?} cannot be the name of an object: at most 253 characters, without / and %"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(resource: &str) -> KindEntry {
        KindEntry::built_in(kind::by_path("core", "v1", resource).unwrap())
    }

    #[test]
    fn a_wrong_scope_says_what_to_write_instead() {
        let error = checked_namespace(&kind("pods"), "-").unwrap_err();
        assert_eq!(
            error.to_string(),
            "namespace: pods live in namespaces: name one in place of -"
        );
        let error = checked_namespace(&kind("nodes"), "default").unwrap_err();
        assert_eq!(
            error.to_string(),
            "namespace: nodes belong to the whole cluster: write - in place of a namespace"
        );
        assert_eq!(
            checked_namespace(&kind("pods"), "shop").unwrap().as_deref(),
            Some("shop")
        );
        assert_eq!(checked_namespace(&kind("nodes"), "-").unwrap(), None);
        assert!(checked_namespace(&kind("pods"), "Sh_op").is_err());
    }

    #[test]
    fn names_that_would_leave_their_path_are_refused() {
        for name in ["", ".", "..", "a/b", "a%2Fb", "a\n", &"a".repeat(254)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["web", "system:node:a", "kube-root-ca.crt"] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn preconditions_and_dry_run_reach_the_cluster() {
        let options = DeleteOptions {
            propagation: Propagation::Orphan,
            dry_run: true,
            uid: Some("1".into()),
            resource_version: Some("2".into()),
        };
        let expected = json!({
            "kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Orphan", "dryRun": ["All"],
            "preconditions": {"uid": "1", "resourceVersion": "2"},
        });
        assert_eq!(delete_body(&options), expected);
    }
}
