//! Identity providers: where people's accounts are (Active Directory, LDAP, GitHub, OpenID Connect), how they are asked,
//! and who of them may sign in.
//!
//! Settings hold no secret. Secrets are written with [`ProviderSecrets`] and never read back; an answer only names the
//! ones that are there.

mod settings;
mod test;

use serde::{Deserialize, Serialize};

pub use settings::{
    DirectorySettings, Encryption, GitHubSettings, Membership, OidcSettings, ProviderKind, ProviderSettings,
};
pub use test::{FoundGroup, FoundPerson, ProviderTest, ProviderTestRequest, TestStep};

/// A configured provider (in [`Providers`]; `GET /api/v1/providers/{provider}`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    /// The provider's id (UUID).
    pub id: String,
    /// What the sign-in page calls it: `Company directory`.
    pub name: String,
    /// May people sign in through it? Turning it off ends their sessions and refuses their tokens.
    pub enabled: bool,
    /// How it is asked.
    pub settings: ProviderSettings,
    /// Who may sign in.
    pub admission: Admission,
    /// Names of the secrets that are set: `bindPassword`, `clientSecret`.
    pub secrets_set: Vec<String>,
    /// When it was made.
    pub created_at: String,
    /// Does the server's configuration file say what it is? Then it is changed there and nowhere else.
    #[serde(default)]
    pub managed_by_file: bool,
    /// Until when the newest change must be confirmed before it is taken back; none when nothing waits.
    pub unconfirmed_until: Option<String>,
}

/// Every provider, and what all of them have in common (`GET /api/v1/providers`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Providers {
    /// The providers, by name.
    pub items: Vec<Provider>,
    /// How many there are.
    pub total: u64,
    /// Where providers with a page of their own send browsers back to: applications are registered there with it.
    pub callback_url: String,
}

/// Makes a provider (`POST /api/v1/providers`) or replaces what it is (`PUT /api/v1/providers/{provider}`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProviderRequest {
    /// What the sign-in page calls it (1 to 60 characters, unique).
    pub name: String,
    /// May people sign in through it?
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// How it is asked.
    pub settings: ProviderSettings,
    /// Who may sign in.
    #[serde(default)]
    pub admission: Admission,
    /// Secrets to keep; one that is left out stays as it is.
    #[serde(default)]
    pub secrets: ProviderSecrets,
}

/// Secrets of a provider: written, never read. Leaving one out keeps the one that is there; a change of the address that
/// it is sent to demands it anew.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ProviderSecrets {
    /// The password of the account that reads a directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bind_password: Option<String>,
    /// The secret of an OAuth application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

/// Who of a provider may sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Admission {
    /// Which rule holds.
    pub mode: AdmissionMode,
    /// The listed people and groups.
    pub listed: Vec<ExternalPrincipal>,
}

/// Which rule decides who may sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AdmissionMode {
    /// Whoever the provider lets in.
    Anyone,
    /// Listed people and members of listed groups, and nobody else.
    Listed,
    /// Those, and whoever has a binding.
    #[default]
    ListedOrBound,
}

/// A person or group as the provider itself knows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExternalPrincipal {
    /// A person or a group.
    pub kind: PrincipalKind,
    /// The provider's stable id of it.
    pub external_id: String,
    /// The name when it was listed, to show.
    pub name: String,
}

/// A person or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalKind {
    /// A person.
    User,
    /// A group of people.
    Group,
}

/// A provider as the sign-in page needs it (`GET /api/v1/sign-in-providers`, open to everyone).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInProvider {
    /// The provider's id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: ProviderKind,
}

fn enabled() -> bool {
    true
}
