//! What every identity provider can be asked, and what it answers.
//!
//! A provider proves who somebody is and tells the groups; it knows nothing of sessions, roles or the database. Everyone
//! is known by the provider's stable id (objectGUID, entryUUID, GitHub's numeric id, OpenID Connect's `sub`), never by a
//! DN, a login or an e-mail address: those change hands.

pub mod directory;
pub mod github;
pub mod oidc;
mod reason;
mod steps;
mod web;

use std::fmt;

use async_trait::async_trait;
use muster_api::provider::{ExternalPrincipal, FoundGroup, FoundPerson, PrincipalKind, ProviderTest};
use muster_api::said::Said;
use secrecy::SecretString;
use url::Url;

pub use reason::Reason;

/// A person as the provider knows him now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The provider's stable id, never empty.
    pub external_id: String,
    /// The short name.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// The e-mail address; shown, never trusted.
    pub email: Option<String>,
    /// Where the account is: a DN, a login.
    pub place: String,
    /// Every group, complete: a provider that could not read all of them answers an error instead.
    pub groups: Vec<PersonGroup>,
}

/// A group of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonGroup {
    /// The provider's stable id, never empty.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Where it is: a DN, `organization/team`.
    pub place: String,
    /// How the membership was found: `direct`, `nested`, `primary`, `tokenGroups`, `organization`, `team`, `claim`.
    pub how: &'static str,
}

impl From<Person> for FoundPerson {
    fn from(person: Person) -> Self {
        Self {
            external_id: person.external_id,
            name: person.name,
            display_name: person.display_name,
            email: person.email,
            place: person.place,
            groups: person.groups.into_iter().map(FoundGroup::from).collect(),
        }
    }
}

impl From<PersonGroup> for FoundGroup {
    fn from(group: PersonGroup) -> Self {
        Self {
            external_id: group.external_id,
            name: group.name,
            place: group.place,
            how: group.how.to_owned(),
        }
    }
}

/// Somebody whom a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPrincipal {
    /// Who, as the provider knows him.
    pub principal: ExternalPrincipal,
    /// The name to show.
    pub display_name: String,
    /// Where it is: a DN, `organization/team`.
    pub place: String,
}

impl FoundPrincipal {
    /// Is it a person?
    pub fn is_user(&self) -> bool {
        self.principal.kind == PrincipalKind::User
    }
}

/// What is known of an account when it is looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// It is there and may sign in; these are its groups now.
    Present(Box<Person>),
    /// It is certainly gone or disabled: the provider answered completely, and it was not in the answer.
    Absent {
        /// Why, for the audit log: `the account is disabled`.
        reason: String,
    },
    /// It could not be found out. Nobody loses anything by this.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// Why a provider did not let somebody in.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// Wrong name or password, an unknown, ambiguous, disabled, locked or expired account. All look the same to whoever
    /// signs in; `reason` is for the audit log and the administrator's test only.
    #[error("the provider did not accept name and password")]
    Refused {
        /// What it really was: `533: the account is disabled`.
        reason: Reason,
    },
    /// The provider could not be asked, or answered incompletely. `reason` is for administrators.
    #[error("the provider cannot be asked now: {reason}")]
    Unavailable {
        /// Why.
        reason: Reason,
    },
    /// The settings are wrong. `reason` is for administrators.
    #[error("the provider is set up wrongly: {reason}")]
    Misconfigured {
        /// What is wrong and what to do.
        reason: Reason,
    },
    /// The person must do something at the provider first; a sentence for the person who signs in: `the organization has
    /// not approved this application`.
    #[error("{}", .sentence.message)]
    NeedsAction {
        /// What to do.
        sentence: Said,
    },
}

impl ProviderError {
    /// The person is not let in.
    fn refused(reason: impl Into<Reason>) -> Self {
        Self::Refused { reason: reason.into() }
    }

    /// The provider could not be asked, or answered incompletely.
    fn unavailable(reason: impl Into<Reason>) -> Self {
        Self::Unavailable { reason: reason.into() }
    }

    /// The settings are wrong.
    fn misconfigured(reason: impl Into<Reason>) -> Self {
        Self::Misconfigured { reason: reason.into() }
    }

    /// Why, in sentences for administrators.
    fn into_reason(self) -> Reason {
        match self {
            Self::Refused { reason } | Self::Unavailable { reason } | Self::Misconfigured { reason } => reason,
            Self::NeedsAction { sentence } => sentence.into(),
        }
    }
}

/// A provider where people type name and password into our own page: a directory.
#[async_trait]
pub trait PasswordProvider: Send + Sync {
    /// Proves who somebody is and reads the groups. Exactly one bind with the typed password is tried.
    async fn sign_in(&self, login: &str, password: SecretString) -> Result<Person, ProviderError>;

    /// Looks at an account again, by its stable id.
    async fn refresh(&self, external_id: &str) -> Refreshed;

    /// Finds people and groups by a part of their names; at most `limit` of each.
    async fn search(&self, text: &str, limit: usize) -> Result<Vec<FoundPrincipal>, ProviderError>;

    /// Tries everything, step by step; with a password also a whole sign-in.
    async fn test(&self, user: Option<&str>, password: Option<SecretString>) -> ProviderTest;
}

/// A provider where people sign in on its own pages: GitHub, OpenID Connect.
#[async_trait]
pub trait RedirectProvider: Send + Sync {
    /// Where to send the browser, and what must be kept until it comes back.
    async fn begin(&self, return_address: &Url) -> Result<RedirectStart, ProviderError>;

    /// Takes what the browser brought back. `kept` is what [`Self::begin`] gave for the same `state`.
    async fn finish(
        &self,
        return_address: &Url,
        code: SecretString,
        kept: &RedirectSecrets,
    ) -> Result<RedirectSignIn, ProviderError>;

    /// Looks at an account again with what it left at its last sign-in.
    async fn refresh(&self, external_id: &str, renewal: Option<&SecretString>) -> (Refreshed, Option<SecretString>);

    /// Finds people and groups; what cannot be searched is an empty answer.
    async fn search(
        &self,
        text: &str,
        limit: usize,
        renewal: Option<&SecretString>,
    ) -> Result<Vec<FoundPrincipal>, ProviderError>;

    /// Whom a typed name means. Where what is typed is the stable id itself (a subject, the value of a claim), it stays as
    /// it is. [`ProviderError::Refused`] has a sentence for whoever typed.
    async fn identify(&self, principal: &ExternalPrincipal) -> Result<ExternalPrincipal, ProviderError> {
        Ok(principal.clone())
    }

    /// Tries what can be tried without a person.
    async fn test(&self) -> ProviderTest;
}

/// The way to a provider's sign-in page.
#[derive(Debug)]
pub struct RedirectStart {
    /// Where the browser goes.
    pub address: Url,
    /// What comes back in the query; used once, bound to the browser.
    pub state: SecretString,
    /// What proves that the answer belongs to this start.
    pub secrets: RedirectSecrets,
}

/// What is kept, sealed, between leaving for a provider's page and coming back.
#[derive(Clone, serde::Deserialize)]
pub struct RedirectSecrets {
    /// The verifier of PKCE (RFC 7636).
    pub verifier: SecretString,
    /// The nonce of OpenID Connect; empty elsewhere.
    pub nonce: SecretString,
}

impl fmt::Debug for RedirectSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RedirectSecrets(…)")
    }
}

/// Somebody who came back from a provider's page.
#[derive(Debug)]
pub struct RedirectSignIn {
    /// Who.
    pub person: Person,
    /// What looks at the account again later (an access or refresh token); kept sealed.
    pub renewal: Option<SecretString>,
}
