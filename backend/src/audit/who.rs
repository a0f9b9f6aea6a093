//! Who did something: a person and what he showed, also when he looked at the console as somebody else.

use muster_api::audit::AuditCredential;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::context::{Actor, Credential, RequestContext, group_name, user_name};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    pub(super) id: Option<Uuid>,
    pub(super) name: String,
    pub(super) provider: Option<(Uuid, String)>,
    pub(super) credential: AuditCredential,
    pub(super) credential_id: Option<Uuid>,
    pub(super) impersonated: Option<(String, String)>,
}

impl Who {
    /// Nobody in particular: somebody who signs in, or tries to.
    pub fn nobody() -> Self {
        Self {
            id: None,
            name: String::new(),
            provider: None,
            credential: AuditCredential::Nothing,
            credential_id: None,
            impersonated: None,
        }
    }

    /// A local user who has just shown who it is.
    pub fn user(id: Uuid, name: impl Into<String>) -> Self {
        Self {
            id: Some(id),
            name: name.into(),
            ..Self::nobody()
        }
    }

    /// Whoever may run commands on the server's machine.
    pub fn command_line() -> Self {
        Self {
            name: "muster".to_owned(),
            credential: AuditCredential::CommandLine,
            ..Self::nobody()
        }
    }

    /// An account of this identity provider, not a local one.
    #[must_use]
    pub fn of_provider(mut self, id: Uuid, name: impl Into<String>) -> Self {
        self.provider = Some((id, name.into()));
        self
    }

    /// As somebody else, with these groups (in any order).
    #[must_use]
    pub fn as_somebody<'g>(mut self, name: impl Into<String>, groups: impl IntoIterator<Item = &'g str>) -> Self {
        let mut groups: Vec<&str> = groups.into_iter().collect();
        groups.sort_unstable();
        groups.dedup();
        let hash = hex::encode(Sha256::digest(groups.join("\n").as_bytes()));
        self.impersonated = Some((name.into(), hash));
        self
    }
}

/// Somebody who has just shown who it is.
impl From<&Actor> for Who {
    fn from(actor: &Actor) -> Self {
        Self {
            id: (!actor.is_system()).then_some(actor.user_id),
            name: actor.name.to_string(),
            provider: actor
                .provider
                .as_ref()
                .map(|provider| (provider.id, provider.name.to_string())),
            ..Self::nobody()
        }
    }
}

/// Who really asks, and as whom, when the console is looked at as somebody else.
impl From<&RequestContext> for Who {
    fn from(context: &RequestContext) -> Self {
        let (credential, credential_id) = match context.credential {
            Credential::Session(id) => (AuditCredential::Session, Some(id)),
            Credential::Token(id) => (AuditCredential::Token, Some(id)),
            Credential::System => (AuditCredential::Console, None),
        };
        let who = Self {
            credential,
            credential_id,
            ..Self::from(context.person())
        };
        let Some(viewed) = context.viewed() else {
            return who;
        };
        let actor = &context.actor;
        let in_clusters = if actor.is_nobody() {
            group_name(viewed)
        } else {
            user_name(viewed)
        };
        let groups: Vec<String> = actor.groups.iter().copied().map(group_name).collect();
        let name = format!("{} ({in_clusters})", actor.name);
        who.as_somebody(name, groups.iter().map(String::as_str))
    }
}
