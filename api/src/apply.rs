//! Creating and changing objects from YAML or JSON: `POST /api/v1/clusters/{cluster}/apply`.

use crate::object::ObjectReference;
use crate::said::Said;
use serde::{Deserialize, Serialize};

/// The body. Alternatively the manifest itself is the body (`application/yaml`), with the rest as query parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplyRequest {
    /// YAML or JSON, any number of documents (a `List` counts as its items).
    pub manifest: String,
    /// The namespace of namespaced objects that name none; `default` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Apply what is there, or only create what is not.
    #[serde(default)]
    pub mode: ApplyMode,
    /// Ask the server what would happen, write nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// Take fields over from other field managers.
    #[serde(default)]
    pub force: bool,
    /// An id of the caller's own choice (1 to 64 letters, digits and dashes), by which the work is followed and stopped
    /// while it runs: `GET` and `DELETE /api/v1/clusters/{cluster}/apply/{operation}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
}

/// How far an apply is (`GET /api/v1/clusters/{cluster}/apply/{operation}`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplyProgress {
    /// What is done now.
    pub step: ApplyStep,
    /// How many documents that was done with.
    pub done: u32,
    /// How many there are; 0 while that is not known.
    pub total: u32,
}

/// What an apply does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ApplyStep {
    /// The documents are tried; nothing is written yet.
    Trying,
    /// The objects are written.
    Writing,
}

/// What happens to objects that exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ApplyMode {
    /// Server-side apply as field manager `muster`.
    #[default]
    Apply,
    /// Create; an object that exists is a conflict.
    Create,
    /// Make the object that exists exactly what the text says, as `kubectl edit` does: fields that the text leaves out
    /// go, whoever set them. A `resourceVersion` in the text that is no longer the newest is a conflict. This is what
    /// the editor of one object uses.
    Replace,
}

/// The answer: one result a document, in their order. When any document fails its dry-run, nothing is written and each
/// failing one says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplyAnswer {
    /// Was anything written?
    pub applied: bool,
    /// Set when writing stopped in the middle: what was written and what was not, in a sentence. The outcomes of the
    /// results then say it one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Said>,
    /// One a document.
    pub results: Vec<ApplyResult>,
}

/// What happened, or would happen, to one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplyResult {
    /// Place of the document in the manifest, from 1.
    pub document: u32,
    /// Which object; absent when the document does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectReference>,
    /// In one word.
    pub outcome: ApplyOutcome,
    /// What changes, field by field; empty for `unchanged`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// The object as YAML before (empty when it is new), for showing side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The object as YAML after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Who owns which field that this document would change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<FieldConflict>,
    /// Why it failed and what to do, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The same as a code, where the sentence is the console's own and not the cluster's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// What happened to one document, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ApplyOutcome {
    /// New.
    Created,
    /// Changed.
    Changed,
    /// As it was.
    Unchanged,
    /// Another field manager owns fields that it would change, or (when creating) it exists.
    Conflict,
    /// The server, or we, refused it.
    Invalid,
    /// It was fine, but was not written because another document was not.
    Skipped,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// JSON pointer (RFC 6901).
    pub path: String,
    /// Value before; absent when the field is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub before: Option<serde_json::Value>,
    /// Value after; absent when the field is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub after: Option<serde_json::Value>,
}

/// A field that somebody else owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldConflict {
    /// The field's path, as Kubernetes writes it.
    pub field: String,
    /// The field manager that owns it.
    pub manager: String,
}
