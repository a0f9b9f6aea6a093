//! Errors on the wire: RFC 9457 problem details, with the request's id and problems of single fields.

use serde::{Deserialize, Serialize};

/// The prefix of every problem's `type`; what follows is the problem's code, for example `not-found`.
pub const TYPE_PREFIX: &str = "urn:muster:problem:";

/// The body of every answer with a 4xx or 5xx status (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `urn:muster:problem:<code>`; the browser translates by the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem, in a few words; the same for every occurrence.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What is wrong this time, where, and what to do about it. Never set for 5xx of our own making.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The request's id, as in the `x-request-id` header and in the server's log.
    #[serde(default)]
    pub request_id: String,
    /// Which fields of the request are wrong, and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub field_problems: Vec<FieldProblem>,
}

impl Problem {
    /// The code behind `type`, or the whole type when it is not one of ours.
    pub fn code(&self) -> &str {
        self.kind.strip_prefix(TYPE_PREFIX).unwrap_or(&self.kind)
    }
}

/// One wrong field of a request or of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// The path of the field from the request's root, parts joined by `/`: `name`, `ports/0/port`.
    pub field: String,
    /// What is wrong, as a word that the browser translates: `required`, `invalid-name`, …
    pub code: String,
    /// The same in an English sentence that also says what to do.
    pub message: String,
}

impl FieldProblem {
    /// A problem of `field`.
    pub fn new(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        }
    }
}
