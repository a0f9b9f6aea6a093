//! People and groups, as the console knows them and as roles are granted to them.

use serde::{Deserialize, Serialize};

use super::Named;
use crate::provider::PrincipalKind;

/// A person or group that is to be bound: one that the console knows, or one that a provider knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectReference {
    /// A person or a group.
    pub kind: PrincipalKind,
    /// The console's id of it, when it has one.
    #[serde(default)]
    pub id: Option<String>,
    /// The provider that knows it, when the console does not yet.
    #[serde(default)]
    pub provider: Option<String>,
    /// That provider's stable id of it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Its name, as the search showed it.
    #[serde(default)]
    pub name: Option<String>,
}

/// A person or a group (`GET /api/v1/principals?text=`: at most 20 of each provider).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// A person or a group.
    pub kind: PrincipalKind,
    /// The console's id; none for one that never signed in and is not bound.
    pub id: Option<String>,
    /// The provider; none for local users.
    pub provider: Option<Named>,
    /// The provider's stable id.
    pub external_id: Option<String>,
    /// The short name.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// Where it is: a DN, `organization/team`, an e-mail address.
    pub place: Option<String>,
}

/// What a search for people and groups found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PrincipalSearch {
    /// What was found.
    pub items: Vec<Principal>,
    /// Providers that could not be asked, and why.
    pub failures: Vec<ProviderFailure>,
}

/// A provider that could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProviderFailure {
    /// Which.
    pub provider: Named,
    /// Why.
    pub message: String,
}

/// A user (`GET /api/v1/users`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user's id (UUID).
    pub id: String,
    /// The sign-in name.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// The e-mail address, to show.
    pub email: Option<String>,
    /// Where the account is; none for a local user.
    pub provider: Option<Named>,
    /// A local administrator by himself, whatever bindings say?
    pub role: crate::session::Role,
    /// May not sign in.
    pub disabled: bool,
    /// The groups, as last seen.
    pub groups: Vec<Named>,
    /// What is known of the account at its provider.
    pub presence: Presence,
    /// When the groups were last read.
    pub refreshed_at: Option<String>,
    /// When the user was made.
    pub created_at: String,
    /// Last use of a session or token.
    pub last_seen_at: Option<String>,
}

/// Is the account still there?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// The provider knows it; or it is local.
    #[default]
    Present,
    /// The provider does not know it any more, or has it disabled.
    Absent,
    /// The provider could not be asked.
    Unknown,
}

/// What came of looking at a user's account at its provider (`POST /api/v1/users/{user}/refresh`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountLook {
    /// The user as he is known from now on.
    pub user: User,
    /// What came of it.
    pub outcome: LookOutcome,
    /// Why the account counts as missing, gone or unknown; none when it is there.
    pub reason: Option<String>,
    /// Groups that the user was not in before.
    pub gained: Vec<Named>,
    /// Groups that the user is not in any more.
    pub lost: Vec<Named>,
}

/// What can come of looking at an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LookOutcome {
    /// It is there, and its groups were read.
    Present,
    /// It was not there, for the first time: nothing is taken yet.
    Missing,
    /// It is gone: sessions, tokens and groups ended.
    Gone,
    /// It could not be looked at: nothing is taken.
    Unknown,
}

/// A group that the console knows (`GET /api/v1/groups`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// The group's id (UUID).
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Option<String>,
    /// Its provider.
    pub provider: Named,
    /// How many of its members have signed in.
    pub members: u64,
    /// In how many bindings it is.
    pub bindings: u64,
}

/// Makes a local user (`POST /api/v1/users`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateUserRequest {
    /// The sign-in name.
    pub name: String,
    /// The name to show; empty: the sign-in name.
    #[serde(default)]
    pub display_name: String,
    /// An administrator?
    pub role: crate::session::Role,
    /// The first password.
    pub password: String,
}

/// Changes a user (`PATCH /api/v1/users/{user}`); what is left out stays.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateUserRequest {
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// An administrator?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<crate::session::Role>,
    /// May not sign in; ends every session at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// A new password for a local user; ends every session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}
