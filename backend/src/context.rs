//! Who asks for something, under which request id, and what time it is: the first argument of every service function.
//!
//! A context is made by the middleware that checked a session or token (`http::authentication`), or by
//! [`RequestContext::system`] for background work; nothing else may make one up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use muster_api::access::Permission;
use muster_api::session::Role;
use uuid::Uuid;

use crate::clock::Clock;

/// Who asks, under which request id, at what time.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// On whose behalf the work is done.
    pub actor: Actor,
    /// By what the actor showed who it is.
    pub credential: Credential,
    /// Who really asks, when an administrator looks at the console as somebody else; nothing may be changed then.
    pub looked_at_by: Option<Arc<Actor>>,
    /// What the credential is narrowed to.
    pub scope: TokenScope,
    /// Names the request in answers and logs.
    pub request_id: RequestId,
    /// Tells the time.
    pub clock: Clock,
}

impl RequestContext {
    /// A context for work that the console does by itself.
    pub fn system(clock: Clock) -> Self {
        Self {
            actor: Actor::system(),
            credential: Credential::System,
            looked_at_by: None,
            scope: TokenScope::default(),
            request_id: RequestId::new(),
            clock,
        }
    }

    /// Who really asks, also when the console is looked at as somebody else.
    pub fn person(&self) -> &Actor {
        self.looked_at_by.as_deref().unwrap_or(&self.actor)
    }

    /// As whom the console is looked at: the id of a user or a group; none when it is as oneself.
    pub fn viewed(&self) -> Option<Uuid> {
        self.looked_at_by.as_ref()?;
        let group = self.actor.groups.first().filter(|_| self.actor.is_nobody());
        Some(group.copied().unwrap_or(self.actor.user_id))
    }

    /// The same request on behalf of who really asks.
    #[must_use]
    pub fn as_oneself(mut self) -> Self {
        if let Some(person) = self.looked_at_by.take() {
            self.actor = Arc::unwrap_or_clone(person);
        }
        self
    }

    /// The same request with everything that the actor may, for questions whose answers are narrowed afterwards.
    #[must_use]
    pub fn not_narrowed(&self) -> Self {
        Self {
            scope: TokenScope::default(),
            ..self.clone()
        }
    }

    /// Does this cluster exist for who asks?
    pub fn sees(&self, cluster: Uuid) -> bool {
        self.actor.standing.clusters.contains(cluster) && self.scope.reaches(cluster)
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The user of a group that is looked at as if it were a person. Users get random ids: none gets this one.
const NOBODY: Uuid = Uuid::max();

/// A person, or the console itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user's id; nil for the console itself.
    pub user_id: Uuid,
    /// Sign-in name.
    pub name: Arc<str>,
    /// What the user is in the console as a whole; administrators by a binding are administrators here too.
    pub role: Role,
    /// Where the account is; none for local users.
    pub provider: Option<AccountProvider>,
    /// The groups that the user is in, as last read from the provider.
    pub groups: Arc<[Uuid]>,
    /// What the user's and the groups' bindings give, as far as clusters themselves do not decide it.
    pub standing: Arc<Standing>,
}

/// The identity provider of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountProvider {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: Arc<str>,
}

/// What bindings give an actor in the console.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The clusters that the actor sees.
    pub clusters: VisibleClusters,
    /// The permissions that the actor has somewhere; where, `access` decides.
    pub permissions: BTreeSet<Permission>,
}

/// The clusters that somebody sees: for all others, they do not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisibleClusters {
    /// Every one.
    All,
    /// These.
    Only(BTreeSet<Uuid>),
}

impl Default for VisibleClusters {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl VisibleClusters {
    /// Is this one among them?
    pub fn contains(&self, cluster: Uuid) -> bool {
        match self {
            Self::All => true,
            Self::Only(clusters) => clusters.contains(&cluster),
        }
    }
}

/// A user's name in clusters. No name of Kubernetes' own (`system:…`) can come out.
pub fn user_name(id: Uuid) -> String {
    format!("muster:user:{id}")
}

/// A group's name in clusters.
pub fn group_name(id: Uuid) -> String {
    format!("muster:group:{id}")
}

impl Actor {
    /// The console itself, for background work.
    pub fn system() -> Self {
        Self {
            user_id: Uuid::nil(),
            name: Arc::from("muster"),
            role: Role::Administrator,
            provider: None,
            groups: Arc::default(),
            standing: Arc::new(Standing {
                clusters: VisibleClusters::All,
                permissions: Permission::ALL.into(),
            }),
        }
    }

    /// Nobody in particular who is in this group and in no other: a group, looked at as if it were a person.
    pub fn member_of(group: Uuid, name: &str) -> Self {
        Self {
            user_id: NOBODY,
            name: name.into(),
            role: Role::User,
            provider: None,
            groups: [group].into(),
            standing: Arc::default(),
        }
    }

    /// Nobody in particular, in no group: somebody who may do in this cluster what everybody may.
    pub fn anybody_in(cluster: Uuid) -> Self {
        Self {
            groups: Arc::default(),
            standing: Arc::new(Standing {
                clusters: VisibleClusters::Only([cluster].into()),
                permissions: BTreeSet::new(),
            }),
            ..Self::member_of(Uuid::nil(), "anybody")
        }
    }

    /// Is it nobody in particular?
    pub fn is_nobody(&self) -> bool {
        self.user_id == NOBODY
    }

    /// Is it the console itself?
    pub fn is_system(&self) -> bool {
        self.user_id.is_nil()
    }

    /// May this actor do everything?
    pub fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }
}

/// By what an actor showed who it is; long-lived connections ask `Identity::still_valid` whether it still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A browser session, by its public id.
    Session(Uuid),
    /// An API token, by its id.
    Token(Uuid),
    /// None: background work.
    System,
}

/// What an API token is narrowed to, within what its owner may. Enforced in three places: the guard of the routes
/// (`http::middleware`), what is seen of shared rows (`access`), and the one door to clusters (`clusters::narrowed`).
/// The default, which sessions have, is not narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenScope {
    /// The only places that exist for it; none: everything of its owner.
    pub places: Option<Arc<TokenPlaces>>,
    /// It changes nothing.
    pub read_only: bool,
}

/// Where an API token works that does not work everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenPlaces {
    /// In these clusters as wholes.
    pub clusters: BTreeSet<Uuid>,
    /// In these projects.
    pub projects: BTreeSet<Uuid>,
    /// What the projects are now: their namespaces, by cluster. `access` knows; there are none until it said so.
    pub namespaces: BTreeMap<Uuid, BTreeSet<String>>,
}

impl TokenScope {
    /// Does this cluster exist for it?
    pub fn reaches(&self, cluster: Uuid) -> bool {
        let reached =
            |places: &Arc<TokenPlaces>| places.clusters.contains(&cluster) || places.namespaces.contains_key(&cluster);
        self.places.as_ref().is_none_or(reached)
    }

    /// Does this part of a cluster exist for it: a namespace, or with none what is in no namespace and all of them at
    /// once?
    pub fn allows(&self, cluster: Uuid, namespace: Option<&str>) -> bool {
        self.namespaces_in(cluster)
            .is_none_or(|namespaces| namespace.is_some_and(|namespace| namespaces.contains(namespace)))
    }

    /// The only namespaces of a cluster that exist for it; none when the cluster exists as a whole.
    pub fn namespaces_in(&self, cluster: Uuid) -> Option<&BTreeSet<String>> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        let places = self.places.as_ref()?;
        if places.clusters.contains(&cluster) {
            return None;
        }
        Some(places.namespaces.get(&cluster).unwrap_or(&NONE))
    }
}

/// Names one request in answers (`x-request-id`), problems and logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new one.
    pub fn new() -> Self {
        Self(Uuid::now_v7().simple().to_string().into())
    }

    /// One that a caller gave: taken when it is short and harmless, so that traces can be joined.
    pub fn from_caller(text: &str) -> Option<Self> {
        let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let fits = (8..=64).contains(&text.len()) && text.bytes().all(harmless);
        fits.then(|| Self(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_as_somebody_else_is_still_told_from_whom_he_looks_as() {
        let own = RequestContext::system(Clock::system());
        assert_eq!((own.viewed(), own.person().is_system()), (None, true));
        let group = Uuid::new_v4();
        let looking = RequestContext {
            actor: Actor::member_of(group, "developers"),
            looked_at_by: Some(Arc::new(own.actor.clone())),
            ..own.clone()
        };
        assert_eq!((looking.viewed(), looking.person().is_system()), (Some(group), true));
        assert!(!looking.actor.is_system() && !looking.actor.is_administrator());
        assert_eq!(looking.as_oneself().actor, own.actor);
    }
}
