//! As whom a call to a cluster is made: the only code that names identities to an API server.
//!
//! Names are made of ids alone, so nothing that a person or a directory wrote can get into them, and no name of
//! Kubernetes' own (`system:masters`) can come out.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::context::{Actor, group_name, user_name};

const USER: HeaderName = HeaderName::from_static("impersonate-user");
const GROUP: HeaderName = HeaderName::from_static("impersonate-group");

/// An identity, ready to be sent (Kubernetes documentation, "User impersonation").
#[derive(Clone, Debug)]
pub(super) struct ImpersonationHeaders {
    user: HeaderValue,
    groups: Vec<HeaderValue>,
}

/// Who an actor is in clusters. Administrators of this console are in one more group, named by its id.
pub(super) fn identity(actor: &Actor, console: Uuid) -> ImpersonationHeaders {
    let mut groups: Vec<String> = actor.groups.iter().map(|group| group_name(*group)).collect();
    if actor.is_administrator() {
        groups.push(group_name(console));
    }
    let value =
        |text: String| HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("muster:nobody"));
    ImpersonationHeaders {
        user: value(user_name(actor.user_id)),
        groups: groups.into_iter().map(value).collect(),
    }
}

impl ImpersonationHeaders {
    /// Puts the identity into a request from which every other one was taken out.
    pub(super) fn set(&self, headers: &mut HeaderMap) {
        headers.insert(USER, self.user.clone());
        for group in &self.groups {
            headers.append(GROUP, group.clone());
        }
    }
}
