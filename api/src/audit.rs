//! The audit log: who did what to which object, whether it was allowed and why, and what came of it.
//!
//! Words of [`AuditAction`] are stable: they are stored, hashed and searched for. A log may hold actions that this version
//! does not know, so an event carries its action as text.

mod action;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use action::AuditAction;

/// The most events a page (`pageSize`).
pub const MAX_PAGE_SIZE: u32 = 500;
/// Events a page when the query does not say.
pub const DEFAULT_PAGE_SIZE: u32 = 100;

/// Was it allowed?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AuditDecision {
    /// Yes.
    Allowed,
    /// No.
    Denied,
}

impl AuditDecision {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AuditResult {
    /// It was done.
    Ok,
    /// It was not done, or not wholly.
    Failed,
    /// It is about to be done; what came of it is another event with the same request id. Only where the console is told
    /// to do nothing that it cannot write down (`audit_required`).
    Begun,
}

impl AuditResult {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Begun => "begun",
        }
    }
}

/// By what the actor showed who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AuditCredential {
    /// A browser session.
    Session,
    /// An API token.
    Token,
    /// The command line on the server's machine.
    CommandLine,
    /// The console itself.
    Console,
    /// Nothing (yet): somebody who signs in, or tries to.
    Nothing,
}

impl AuditCredential {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
            Self::CommandLine => "command-line",
            Self::Console => "console",
            Self::Nothing => "nothing",
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AuditActor {
    /// The user's id (UUID); none for nobody, and for the console itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Sign-in name; empty for nobody.
    pub name: String,
    /// The identity provider's name; `local` for local users.
    pub provider: String,
    /// The identity provider's id; none for local users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// `session`, `token`, `command-line`, `console`, `nothing`.
    pub credential: String,
    /// The public id of the session or token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// As whom it was done, when not as oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impersonated: Option<String>,
    /// SHA-256 (hex) of the groups that went with it, sorted, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impersonated_groups: Option<String>,
}

/// What it was done to; whatever does not apply is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AuditObject {
    /// The cluster's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<String>,
    /// The cluster's name at that time, or what was asked for when there is no such cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// API group; `core` for the empty one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// API version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Plural name; things of the console itself are named the same way: `tokens`, `users`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name; the id of things of the console that have no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `exec`, `log`, `scale`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subresource: Option<String>,
}

/// One event (`GET /api/v1/audit`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// The event's number as text.
    pub id: String,
    /// The event's number: from 1 on, without gaps.
    pub sequence: u64,
    /// When it was done (RFC 3339 in UTC, to the millisecond: it sorts as text).
    pub time: String,
    /// Who did it.
    pub actor: AuditActor,
    /// What was done. A newer console may have written a word that this one does not know.
    #[cfg_attr(feature = "openapi", schema(value_type = AuditAction))]
    pub action: String,
    /// What it was done to.
    pub object: AuditObject,
    /// `allowed` or `denied`.
    pub decision: String,
    /// Why, in a sentence.
    pub reason: String,
    /// `ok`, `failed` or `begun`.
    pub result: String,
    /// The HTTP status, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The code of what went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// By what, as it names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The request's id, as in answers and in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How long it took.
    pub duration_milliseconds: u64,
    /// More about it, without secrets.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub details: Value,
    /// SHA-256 (hex) over the hash of the event before and this event.
    pub hash: String,
}

/// A page of the audit log, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// The events of the page.
    pub items: Vec<AuditEvent>,
    /// How many the query finds; counting stops at some number.
    pub total: u64,
    /// Was counting not stopped?
    pub total_is_exact: bool,
}

/// What a check of the whole log found (`GET /api/v1/audit/verification`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditVerification {
    /// Is the log as the console wrote it?
    pub intact: bool,
    /// How many events were found to be right.
    pub events: u64,
    /// The number of the first event that is kept; older ones were removed by age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// The number of the last event that was found to be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// The hash of that event: kept elsewhere, it proves later that nothing before it was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_hash: Option<String>,
    /// The first thing that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<AuditFault>,
}

/// Something that is wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditFault {
    /// In one word.
    pub kind: AuditFaultKind,
    /// The number of the first event that is wrong or missing, where one can be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// In a sentence.
    pub message: String,
}

/// What can be wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AuditFaultKind {
    /// An event is not what was written, or stands in another's place.
    Changed,
    /// An event is missing.
    Missing,
    /// The newest events are missing.
    CutOff,
    /// Events follow that the console did not write.
    Added,
    /// The record of the newest event is lost or cannot be opened.
    HeadLost,
    /// The record of where the kept events begin is lost or cannot be opened.
    AnchorLost,
}

/// What is looked for; the parameters of `GET /api/v1/audit` and of the page in the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AuditQuery {
    /// A user's id or sign-in name.
    pub actor: String,
    /// Words of [`AuditAction`]; none: all.
    pub actions: Vec<String>,
    /// A cluster's id or name.
    pub cluster: String,
    /// A namespace.
    pub namespace: String,
    /// A plural name.
    pub resource: String,
    /// An object's name.
    pub name: String,
    /// `ok`, `failed`, `begun`, `denied`.
    pub result: String,
    /// Not before (RFC 3339).
    pub since: String,
    /// Not after (RFC 3339).
    pub until: String,
    /// A part of the actor's name, the object's name or the reason.
    pub text: String,
}

impl AuditQuery {
    /// The query as parameters of an address; what is empty is left out.
    pub fn parameters(&self) -> Vec<(&'static str, &str)> {
        let single = [
            ("actor", &self.actor),
            ("cluster", &self.cluster),
            ("namespace", &self.namespace),
            ("resource", &self.resource),
            ("name", &self.name),
            ("result", &self.result),
            ("since", &self.since),
            ("until", &self.until),
            ("text", &self.text),
        ];
        let single = single.into_iter().map(|(name, value)| (name, value.as_str()));
        let actions = self.actions.iter().map(|action| ("action", action.as_str()));
        actions.chain(single).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Is nothing in particular looked for?
    pub fn is_empty(&self) -> bool {
        self.parameters().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_json_and_in_the_database() {
        for action in AuditAction::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
            assert_eq!(AuditAction::parse(action.as_str()), Some(*action));
        }
        assert_eq!(AuditAction::parse("no-such-action"), None);
        for credential in [
            AuditCredential::Session,
            AuditCredential::Token,
            AuditCredential::CommandLine,
            AuditCredential::Console,
            AuditCredential::Nothing,
        ] {
            assert_eq!(serde_json::to_value(credential).unwrap(), credential.as_str());
        }
    }

    #[test]
    fn a_query_names_only_what_is_looked_for() {
        let query = AuditQuery {
            actor: "ada".into(),
            actions: vec!["sign-in".into(), "sign-out".into()],
            ..AuditQuery::default()
        };
        assert_eq!(
            query.parameters(),
            [("action", "sign-in"), ("action", "sign-out"), ("actor", "ada")]
        );
        assert!(AuditQuery::default().is_empty());
    }
}
