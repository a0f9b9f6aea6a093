//! What is to be done with each document: its kind and address on this cluster, or why there is none.

use super::manifest::{Document, Malformed, defined_kinds};
use super::{changes, refusal};
use crate::resources::mapping::{KindEntry, Mapping};
use crate::resources::object::check_name;
use crate::resources::remote::{FIELD_MANAGER, Refusal, Remote, RemoteError, Reply};
use crate::resources::{redaction, yaml};
use http::Method;
use muster_api::apply::{ApplyMode, ApplyOutcome, ApplyResult};
use muster_api::object::ObjectReference;
use muster_api::said::{Said, apply as sentence};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The documents of a manifest, in their order.
pub struct Plan {
    /// One a document: what to do, or why it cannot be done.
    pub steps: Vec<Result<Work, Box<ApplyResult>>>,
}

impl Plan {
    /// The namespaces that the manifest has documents for.
    pub fn namespaces(&self) -> BTreeSet<String> {
        let works = self.steps.iter().filter_map(|step| step.as_ref().ok());
        works
            .filter(|work| work.kind.is_core("namespaces"))
            .map(|work| work.name.clone())
            .collect()
    }
}

/// One object that is to be written.
#[derive(Debug, Clone)]
pub struct Work {
    /// The document's place, from 1.
    pub number: u32,
    /// The kind on this cluster.
    pub kind: KindEntry,
    /// Does the kind exist already, or does the manifest bring it?
    pub kind_exists: bool,
    /// Absent for cluster-wide kinds.
    pub namespace: Option<String>,
    /// Empty when the cluster makes one up.
    pub name: String,
    /// What is sent.
    pub object: Value,
    mode: ApplyMode,
    force: bool,
}

/// The `apiVersion`s of kinds that the cluster did not have when it was last asked; at most a handful, the rest of a
/// manifest that names more is wrong anyway.
pub fn missing_versions(mapping: &Mapping, documents: &[Result<Document, Malformed>]) -> BTreeSet<String> {
    const MOST: usize = 10;
    let documents = documents.iter().flatten();
    let missing = documents.filter(|document| mapping.by_manifest(&document.api_version, &document.kind).is_none());
    missing
        .map(|document| document.api_version.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .take(MOST)
        .collect()
}

/// Finds every document's kind and address.
pub fn make(
    mapping: &Mapping,
    documents: Vec<Result<Document, Malformed>>,
    namespace: &str,
    mode: ApplyMode,
    force: bool,
) -> Plan {
    let brought = documents.iter().flatten().flat_map(defined_kinds).collect::<Vec<_>>();
    let mut seen = BTreeMap::new();
    let steps = documents.into_iter().map(|document| {
        let document = document.map_err(|malformed| Box::new(refused(malformed.number, None, malformed.message)))?;
        let known = mapping.by_manifest(&document.api_version, &document.kind);
        let brought = || {
            brought
                .iter()
                .find(|kind| kind.kind == document.kind && kind.api_version() == document.api_version)
        };
        let Some(kind) = known.or_else(brought) else {
            let message = unknown_kind(mapping, &document);
            return Err(Box::new(refused(document.number, None, message)));
        };
        let work = work(&document, kind, known.is_some(), namespace, mode, force)?;
        if !work.name.is_empty() {
            let key = (
                work.kind.group.clone(),
                work.kind.kind.clone(),
                work.namespace.clone(),
                work.name.clone(),
            );
            if let Some(earlier) = seen.insert(key, work.number) {
                let message = format!("this is the same object as in document {earlier}: leave one of them out");
                return Err(Box::new(refused(work.number, Some(work.reference()), message)));
            }
        }
        Ok(work)
    });
    Plan { steps: steps.collect() }
}

fn work(
    document: &Document,
    kind: &KindEntry,
    kind_exists: bool,
    default_namespace: &str,
    mode: ApplyMode,
    force: bool,
) -> Result<Work, Box<ApplyResult>> {
    let namespace = kind.namespaced.then(|| {
        document
            .namespace
            .clone()
            .unwrap_or_else(|| default_namespace.to_owned())
    });
    let mut object = document.object.clone();
    if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
        match &namespace {
            Some(namespace) => {
                metadata.insert("namespace".to_owned(), namespace.clone().into());
            }
            None => {
                metadata.remove("namespace");
            }
        }
        if mode == ApplyMode::Create {
            // Text of an object that was read somewhere: a new object gets its own.
            metadata.remove("uid");
            metadata.remove("resourceVersion");
        }
    }
    let work = Work {
        number: document.number,
        kind: kind.clone(),
        kind_exists,
        namespace,
        name: document.name.clone(),
        object,
        mode,
        force,
    };
    if work.name.is_empty() && mode != ApplyMode::Create {
        let message = "metadata.generateName only works when creating: give it metadata.name".to_owned();
        return Err(Box::new(refused(work.number, Some(work.reference()), message)));
    }
    if !work.name.is_empty()
        && let Err(error) = check_name(&work.name)
    {
        return Err(Box::new(refused(
            work.number,
            Some(work.reference()),
            format!("metadata.{error}"),
        )));
    }
    Ok(work)
}

fn unknown_kind(mapping: &Mapping, document: &Document) -> String {
    let suggestions = mapping.suggestions(&document.api_version, &document.kind);
    let kind = format!(
        "there is no kind {} in {} on this cluster",
        document.kind, document.api_version
    );
    if suggestions.is_empty() {
        format!("{kind}: install what brings it first, or put its CustomResourceDefinition into the manifest")
    } else {
        format!("{kind}; did you mean {}?", suggestions.join(" or "))
    }
}

/// The result of a document that is refused before the cluster is asked.
fn refused(number: u32, object: Option<ObjectReference>, message: String) -> ApplyResult {
    ApplyResult {
        document: number,
        object,
        outcome: ApplyOutcome::Invalid,
        changes: Vec::new(),
        before: None,
        after: None,
        conflicts: Vec::new(),
        message: Some(message),
        said: None,
    }
}

/// The same result with why, in the console's own sentence.
pub fn saying(result: ApplyResult, said: Said) -> ApplyResult {
    ApplyResult {
        message: Some(said.message.clone()),
        said: Some(said),
        ..result
    }
}

impl Work {
    /// The object's name on the wire.
    pub fn reference(&self) -> ObjectReference {
        self.kind.reference(self.namespace.as_deref(), &self.name)
    }

    /// The object's path in the Kubernetes API.
    pub fn path(&self) -> String {
        self.kind.object_path(self.namespace.as_deref(), &self.name)
    }

    /// Must the object be new?
    pub fn creates(&self) -> bool {
        self.mode == ApplyMode::Create
    }

    /// Must the object exist?
    pub fn replaces(&self) -> bool {
        self.mode == ApplyMode::Replace
    }

    /// Sends the object as the mode wants it.
    pub async fn send(&self, remote: &Remote, namespace: Option<&str>, dry_run: bool) -> Result<Reply, RemoteError> {
        let tried = if dry_run { "&dryRun=All" } else { "" };
        let query = format!("fieldManager={FIELD_MANAGER}&fieldValidation=Strict{tried}");
        let path = self.kind.object_path(namespace, &self.name);
        match self.mode {
            ApplyMode::Apply => {
                let path = format!("{path}?force={}&{query}", self.force);
                remote
                    .write(Method::PATCH, &path, "application/apply-patch+yaml", &self.object)
                    .await
            }
            ApplyMode::Create => self.create(remote, namespace, &self.object, &query).await,
            ApplyMode::Replace => {
                remote
                    .write(
                        Method::PUT,
                        &format!("{path}?{query}"),
                        "application/json",
                        &self.object,
                    )
                    .await
            }
        }
    }

    /// Tries to create the object in a namespace that stands in for its own.
    pub async fn try_elsewhere(&self, remote: &Remote, namespace: &str) -> Result<Reply, RemoteError> {
        let mut object = self.object.clone();
        object["metadata"]["namespace"] = namespace.into();
        let query = format!("fieldManager={FIELD_MANAGER}&fieldValidation=Strict&dryRun=All");
        self.create(remote, Some(namespace), &object, &query).await
    }

    async fn create(
        &self,
        remote: &Remote,
        namespace: Option<&str>,
        object: &Value,
        query: &str,
    ) -> Result<Reply, RemoteError> {
        let path = format!("{}?{query}", self.kind.collection_path(namespace));
        remote.write(Method::POST, &path, "application/json", object).await
    }

    /// Can the refusal be the shadow of something that was created a moment ago: a kind that is not served yet, a
    /// namespace whose service account is still being made?
    pub fn may_settle(&self, refusal: &Refusal) -> bool {
        let kind_is_not_served_yet = !self.kind_exists && refusal.code() == 404 && !refusal.is_namespace_missing();
        let message = refusal.message();
        kind_is_not_served_yet
            || (message.contains("error looking up service account") && message.contains("not found"))
    }

    /// What happened, or would: told by the object before and after.
    pub fn result(&self, before: Option<&Value>, after: &Value) -> ApplyResult {
        let after = changes::comparable(after);
        let before = before.map(changes::comparable);
        let changes = before
            .as_ref()
            .map(|before| changes::between(before, &after))
            .unwrap_or_default();
        let outcome = match &before {
            None => ApplyOutcome::Created,
            Some(_) if changes.is_empty() => ApplyOutcome::Unchanged,
            Some(_) => ApplyOutcome::Changed,
        };
        let name = after["metadata"]["name"].as_str().unwrap_or(&self.name);
        let written = |object: &Value| {
            let mut object = object.clone();
            redaction::hide_values(&mut object);
            yaml::write_object(&object)
        };
        ApplyResult {
            document: self.number,
            object: Some(self.kind.reference(self.namespace.as_deref(), name)),
            outcome,
            changes,
            before: Some(before.as_ref().map(written).unwrap_or_default()),
            after: Some(written(&after)),
            conflicts: Vec::new(),
            message: None,
            said: None,
        }
    }

    /// Why the object was refused.
    pub fn failure(&self, error: &RemoteError, before: Option<&Value>) -> ApplyResult {
        let mut result = refused(self.number, Some(self.reference()), error.to_string());
        result.before = before.map(|before| {
            let mut before = changes::comparable(before);
            redaction::hide_values(&mut before);
            yaml::write_object(&before)
        });
        let Some(refusal) = error.refusal() else {
            return saying(result, sentence::NOT_KNOWN.with(&[("reason", &error)]));
        };
        result.message = Some(refusal::sentence(refusal));
        let mut said = refusal::said(refusal, self.namespace.as_deref());
        if refusal.code() == 409 {
            result.outcome = ApplyOutcome::Conflict;
            result.conflicts = refusal::conflicts(refusal);
            if refusal.reason() == "AlreadyExists" {
                said = Some(self.exists_already());
            } else if !result.conflicts.is_empty() {
                said = Some(owned_by_others(&result.conflicts));
            }
        }
        match said {
            Some(said) => saying(result, said),
            None => result,
        }
    }

    /// The result of a creation of what exists.
    pub fn exists(&self, before: &Value) -> ApplyResult {
        let mut result = self.result(Some(before), before);
        result.outcome = ApplyOutcome::Conflict;
        result.changes.clear();
        result.after = None;
        saying(result, self.exists_already())
    }

    /// The result of a replacement of what does not exist.
    pub fn missing(&self) -> ApplyResult {
        let said = sentence::NOTHING_TO_REPLACE.with(&[("kind", &self.kind.kind), ("name", &self.name)]);
        let result = refused(self.number, Some(self.reference()), String::new());
        saying(result, said)
    }

    fn exists_already(&self) -> Said {
        sentence::EXISTS_ALREADY.with(&[("kind", &self.kind.kind), ("name", &self.name)])
    }
}

fn owned_by_others(conflicts: &[muster_api::apply::FieldConflict]) -> Said {
    let managers = conflicts
        .iter()
        .map(|conflict| conflict.manager.as_str())
        .collect::<BTreeSet<_>>();
    let managers = managers.into_iter().collect::<Vec<_>>().join(", ");
    sentence::OWNED_BY_OTHERS.with(&[("managers", &managers)])
}

#[cfg(test)]
mod tests;
