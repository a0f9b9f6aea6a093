//! One event: made where something happens, turned into a row by the writer.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use muster_api::audit::{AuditAction, AuditCredential, AuditDecision, AuditResult};

use super::{Details, Target, Who};
use crate::context::{RequestContext, RequestId};
use crate::database::audit_events::AuditRow;
use crate::identity::Client;

/// Most characters of names.
const LONGEST_NAME: usize = 300;
/// Most characters of sentences and of what browsers call themselves.
const LONGEST_SENTENCE: usize = 500;

/// Most bytes of what is looked through.
const LONGEST_SEARCH: usize = 2000;

/// Something that was done, tried or refused. Begins as allowed and done.
#[derive(Clone, Debug)]
pub struct Event {
    time: Timestamp,
    who: Who,
    pub(super) action: AuditAction,
    pub(super) target: Target,
    decision: AuditDecision,
    reason: String,
    result: AuditResult,
    status: Option<u16>,
    code: String,
    address: Option<IpAddr>,
    user_agent: String,
    request_id: Option<RequestId>,
    duration: Duration,
    pub(super) details: Details,
}

impl Event {
    /// Something that somebody did at this time.
    pub fn new(who: Who, action: AuditAction, time: Timestamp) -> Self {
        Self {
            time,
            who,
            action,
            target: Target::default(),
            decision: AuditDecision::Allowed,
            reason: String::new(),
            result: AuditResult::Ok,
            status: None,
            code: String::new(),
            address: None,
            user_agent: String::new(),
            request_id: None,
            duration: Duration::ZERO,
            details: Details::new(),
        }
    }

    /// Something that the one who asks does now.
    pub fn of(context: &RequestContext, action: AuditAction) -> Self {
        Self::new(Who::from(context), action, context.now()).in_request(context.request_id.clone())
    }

    /// By somebody else.
    #[must_use]
    pub fn by(mut self, who: Who) -> Self {
        self.who = who;
        self
    }

    /// At this time.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.time = time;
        self
    }

    /// As part of this request.
    #[must_use]
    pub fn in_request(mut self, request_id: RequestId) -> Self {
        self.request_id = Some(request_id);
        self
    }

    /// From this address and browser.
    #[must_use]
    pub fn from_client(mut self, client: &Client) -> Self {
        self.address = Some(client.address);
        self.user_agent.clone_from(&client.user_agent);
        self
    }

    /// It was another action.
    #[must_use]
    pub fn action(mut self, action: AuditAction) -> Self {
        self.action = action;
        self
    }

    /// To this.
    #[must_use]
    pub fn on(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// It was allowed, for this reason (a sentence).
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// It was not allowed, for this reason (a sentence), and so not done.
    #[must_use]
    pub fn denied(mut self, reason: impl Into<String>) -> Self {
        self.decision = AuditDecision::Denied;
        self.result = AuditResult::Failed;
        self.reason = reason.into();
        self
    }

    /// It was allowed and not done; `code` is the problem's.
    #[must_use]
    pub fn failed(mut self, code: impl Into<String>) -> Self {
        self.result = AuditResult::Failed;
        self.code = code.into();
        self
    }

    /// It is about to be done.
    #[must_use]
    pub fn begun(mut self) -> Self {
        self.result = AuditResult::Begun;
        self
    }

    /// With this HTTP status and, when it is a failure, this code of the problem.
    #[must_use]
    pub fn answered(mut self, status: u16, code: Option<&str>) -> Self {
        self.status = Some(status);
        if status >= 400 {
            self.result = AuditResult::Failed;
            code.unwrap_or_default().clone_into(&mut self.code);
        }
        self
    }

    /// It took so long.
    #[must_use]
    pub fn took(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// More about it.
    #[must_use]
    pub fn details(mut self, details: Details) -> Self {
        self.details.extend(details);
        self
    }

    /// Is it known who did it?
    pub(super) fn is_of_nobody(&self) -> bool {
        self.who.id.is_none() && self.who.credential == AuditCredential::Nothing
    }

    /// From where it was done.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The row, but for its place in the chain.
    pub(super) fn row(&self) -> AuditRow {
        let name = |text: &str| clean(text, LONGEST_NAME);
        let (who, target) = (&self.who, &self.target);
        let actor_name = name(&who.name);
        let object_name = name(&target.name);
        let reason = clean(&self.reason, LONGEST_SENTENCE);
        let (impersonated, impersonated_groups) = who.impersonated.clone().unwrap_or_default();
        let (provider_id, provider_name) = match &who.provider {
            Some((id, provider)) => (Some(*id), name(provider)),
            None if who.id.is_some() => (None, "local".to_owned()),
            None => (None, String::new()),
        };
        AuditRow {
            sequence: 0,
            hash: Vec::new(),
            occurred_at: self.time.as_millisecond(),
            actor_id: who.id,
            actor_key: actor_name.to_lowercase(),
            provider_id,
            provider_name,
            credential: who.credential.as_str().to_owned(),
            credential_id: who.credential_id,
            impersonated: name(&impersonated),
            impersonated_groups,
            action: self.action.as_str().to_owned(),
            cluster_id: target.cluster_id,
            cluster_name: name(&target.cluster),
            api_group: name(&target.group),
            api_version: name(&target.version),
            resource: name(&target.resource),
            namespace: name(&target.namespace),
            subresource: name(&target.subresource),
            decision: self.decision.as_str().to_owned(),
            result: self.result.as_str().to_owned(),
            status: self.status.map(i64::from),
            code: name(&self.code),
            address: self.address.map(|address| address.to_string()).unwrap_or_default(),
            user_agent: clean(&self.user_agent, LONGEST_SENTENCE),
            request_id: self.request_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            duration_ms: i64::try_from(self.duration.as_millis()).unwrap_or(i64::MAX),
            details: self.details.text(),
            search: searchable(&format!("{actor_name}\n{object_name}\n{reason}")),
            actor_name,
            name: object_name,
            reason,
        }
    }
}

/// In lower case, and short enough for an index of PostgreSQL.
fn searchable(text: &str) -> String {
    let mut text = text.to_lowercase();
    text.truncate(text.floor_char_boundary(LONGEST_SEARCH));
    text
}

/// A text as every database can keep it: without the character that PostgreSQL takes for an end, and not too long.
pub(super) fn clean(text: &str, longest: usize) -> String {
    let mut kept: String = text
        .chars()
        .take(longest)
        .map(|character| if character == '\0' { '\u{fffd}' } else { character })
        .collect();
    if text.chars().nth(longest).is_some() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_row_keeps_hostile_names_but_for_what_no_database_takes() {
        let who = Who::user(Uuid::new_v4(), "ada\n\"=1+1\0");
        let target = Target::in_cluster(None, "berlin").named("x".repeat(1000));
        let row = Event::new(who, AuditAction::Delete, Timestamp::UNIX_EPOCH)
            .on(target)
            .row();
        assert_eq!(row.actor_name, "ada\n\"=1+1\u{fffd}");
        assert_eq!(row.name.chars().count(), LONGEST_NAME + 1);
        assert_eq!(
            (row.provider_name.as_str(), row.credential.as_str()),
            ("local", "nothing")
        );
    }

    #[test]
    fn the_hash_of_groups_does_not_depend_on_their_order() {
        let row = |groups: &[&str]| {
            let who = Who::nobody().as_somebody("eve", groups.iter().copied());
            Event::new(who, AuditAction::ViewAs, Timestamp::UNIX_EPOCH).row()
        };
        assert_eq!(
            row(&["a", "b"]).impersonated_groups,
            row(&["b", "a", "b"]).impersonated_groups
        );
        assert_ne!(row(&["a", "b"]).impersonated_groups, row(&["ab"]).impersonated_groups);
        assert_eq!(row(&[]).impersonated, "eve");
    }

    #[test]
    fn what_is_denied_is_not_done() {
        let event = Event::new(Who::nobody(), AuditAction::Delete, Timestamp::UNIX_EPOCH);
        let row = event
            .answered(403, Some("forbidden"))
            .denied("Only administrators may.")
            .row();
        assert_eq!(
            (
                row.decision.as_str(),
                row.result.as_str(),
                row.status,
                row.code.as_str()
            ),
            ("denied", "failed", Some(403), "forbidden")
        );
    }
}
