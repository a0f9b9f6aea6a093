//! My account: password, sessions and API tokens of the signed-in user.

use serde::{Deserialize, Serialize};

/// Changes the own password (`POST /api/v1/account/password`); ends every other session of the user.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangePasswordRequest {
    /// The password until now.
    pub current_password: String,
    /// The password from now on.
    pub new_password: String,
}

/// One session of the user (`GET /api/v1/account/sessions`, newest use first).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Names the session in routes; it is not the cookie's value.
    pub id: String,
    /// Is this the session that asks?
    pub current: bool,
    /// Sign-in time.
    pub created_at: String,
    /// Last request.
    pub last_seen_at: String,
    /// When it ends at the latest.
    pub expires_at: String,
    /// The browser, as it named itself.
    pub user_agent: String,
    /// The address that signed in.
    pub address: String,
}

/// One API token (`GET /api/v1/account/tokens`). Its secret was shown once, at creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The token's id (UUID).
    pub id: String,
    /// What the user called it.
    pub name: String,
    /// When it was made.
    pub created_at: String,
    /// When it stops working.
    pub expires_at: String,
    /// When it was last used, if ever.
    pub last_used_at: Option<String>,
    /// Ids of the only clusters that it reaches as wholes. It reaches everything of its owner when `projects` is empty,
    /// too.
    #[serde(default)]
    pub clusters: Vec<String>,
    /// Ids of the projects that it reaches: of their clusters, it reaches their namespaces only.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Can it change nothing?
    #[serde(default)]
    pub read_only: bool,
}

/// Makes a token (`POST /api/v1/account/tokens`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateTokenRequest {
    /// What it is for, in the user's words (1 to 100 characters).
    pub name: String,
    /// How long it works, in seconds: 60 to 7,776,000 (90 days). A token that is made with another one ends with that
    /// one at the latest, also when that one is deleted.
    pub lifetime_seconds: u64,
    /// Ids or names of clusters that it shall reach as wholes. When this and `projects` are empty, it reaches everything
    /// of its owner; else nothing besides, and it cannot administer the console, either.
    #[serde(default)]
    pub clusters: Vec<String>,
    /// Ids of projects that it shall reach: their namespaces, as they are at the time of each request, and nothing else
    /// of their clusters.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Shall it only read? Then it opens no shell and no socket, either.
    #[serde(default)]
    pub read_only: bool,
}

/// The answer to `POST /api/v1/account/tokens`: the only time that the secret is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatedToken {
    /// The token as it will be listed.
    pub token: Token,
    /// What goes into `Authorization: Bearer`.
    pub secret: String,
}
