//! Trying a provider before it is saved, and what came of it step by step.

use serde::{Deserialize, Serialize};

use super::{ProviderSecrets, ProviderSettings};
use crate::said::{self, Said};

/// Tries settings without keeping them (`POST /api/v1/providers/test`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProviderTestRequest {
    /// The provider whose kept secrets are used; only while the addresses are the same.
    #[serde(default)]
    pub provider: Option<String>,
    /// What is tried.
    pub settings: ProviderSettings,
    /// Secrets to try with.
    #[serde(default)]
    pub secrets: ProviderSecrets,
    /// A person to look for: what he would type to sign in.
    #[serde(default)]
    pub user: Option<String>,
    /// His password, to try a whole sign-in; leave it out to only look for him.
    #[serde(default)]
    pub password: Option<String>,
}

/// What a try found, step by step; a failed step is the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProviderTest {
    /// Did every step work?
    pub works: bool,
    /// The steps in order.
    pub steps: Vec<TestStep>,
    /// The person that was looked for, when found.
    pub user: Option<FoundPerson>,
    /// What works but should not stay: `the connection is not encrypted`.
    pub warnings: Vec<Said>,
}

/// One step of a try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TestStep {
    /// What the browser translates by: `connect`, `encrypt`, `bind`, `find-user`, `password`, `groups`, `discovery`, `keys`, ….
    pub code: String,
    /// Did it work?
    pub works: bool,
    /// What was found, or what is wrong and what to do.
    pub said: Vec<Said>,
    /// How long it took.
    pub milliseconds: u64,
}

impl TestStep {
    /// What was found, or what is wrong and what to do, in English.
    pub fn message(&self) -> String {
        said::message(&self.said)
    }
}

/// A person as a provider shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FoundPerson {
    /// The provider's stable id.
    pub external_id: String,
    /// The short name.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// The e-mail address, if it has one.
    pub email: Option<String>,
    /// Where it is: a DN, a login.
    pub place: String,
    /// Its groups.
    pub groups: Vec<FoundGroup>,
}

/// A group as a provider shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FoundGroup {
    /// The provider's stable id.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Where it is: a DN, `organization/team`.
    pub place: String,
    /// How the membership was found: `direct`, `nested`, `primary`, `tokenGroups`, `organization`, `team`, `claim`.
    pub how: String,
}
