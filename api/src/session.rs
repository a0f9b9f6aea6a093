//! Signing in and out, and the very first start.

use serde::{Deserialize, Serialize};

/// What `GET /api/v1/setup` answers: is this the first start, before anyone can sign in?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetupState {
    /// True while no administrator exists; the one-time link then leads to the page that creates one.
    pub administrator_missing: bool,
}

/// Creates the first administrator (`POST /api/v1/setup`); works once, with the code of the printed link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetupRequest {
    /// The one-time code from the link that the server printed.
    pub code: String,
    /// The administrator's sign-in name.
    pub name: String,
    /// The administrator's password.
    pub password: String,
}

/// Signs a person in by name and password (`POST /api/v1/session`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInRequest {
    /// Sign-in name.
    pub name: String,
    /// Password.
    pub password: String,
    /// The directory that knows the person, by id; none: a local user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// Who is signed in: the answer of `GET|POST /api/v1/session` and of `POST /api/v1/setup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CurrentUser {
    /// The user's id (UUID).
    pub id: String,
    /// Sign-in name.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// `administrator` or `user`.
    pub role: Role,
    /// What the user chose for language and theme.
    pub preferences: Preferences,
    /// The provider of the account, by name; none for a local user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What the user may do in the console.
    #[serde(default)]
    pub permissions: Vec<crate::access::Permission>,
    /// As whom the console is looked at, when it is not as oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewing_as: Option<crate::access::Principal>,
}

/// What a user is in the console as a whole; finer rights come from bindings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// May do everything.
    Administrator,
    /// May sign in; everything else needs a binding.
    User,
}

/// Choices that follow the user to every browser (`PATCH /api/v1/account/preferences`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// None: as the browser says.
    pub language: Option<Language>,
    /// None: as the system says.
    pub theme: Option<Theme>,
}

/// A language of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    SimplifiedChinese,
}

/// A colour theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
}

/// Codes in `/sign-in?problem=<code>&provider=<id>`: why a sign-in on a provider's page led back to the sign-in page.
///
/// - `sign-in-expired`: begun in another browser, used already, or older than ten minutes: begin again.
/// - `declined`: the provider's page was left without agreeing, or it refused the request.
/// - `wrong-credentials`: the provider's answer could not be trusted or was withdrawn: begin again.
/// - `action-needed`: something is to be done at the provider first: let the console read organizations and teams, sign in
///   at an organization that demands its own single sign-on, have the application approved.
/// - `account-disabled`: the provider vouches for the person; the account is disabled in the console.
/// - `not-admitted`: the provider vouches for the person, who is not one of those that may sign in.
/// - `provider-unavailable`: the provider does not answer, or not completely: try again later.
/// - `provider-misconfigured`: only an administrator can help.
/// - `not-found`: there is no such provider (any more), or it is turned off.
/// - `too-many-attempts`: too many sign-ins from this address: wait some minutes.
/// - `busy`, `storage`, `internal`: the console itself failed: try again, then ask the administrator.
pub const SIGN_IN_PROBLEMS: [&str; 13] = [
    "sign-in-expired",
    "declined",
    "wrong-credentials",
    "action-needed",
    "account-disabled",
    "not-admitted",
    "provider-unavailable",
    "provider-misconfigured",
    "not-found",
    "too-many-attempts",
    "busy",
    "storage",
    "internal",
];
