//! What GitHub sends: only the fields that are used, of answers that its OpenAPI document describes.

use muster_api::provider::{ExternalPrincipal, PrincipalKind};
use muster_api::said::github as sentence;
use serde::Deserialize;

use super::super::web::quoted;
use super::super::{FoundPrincipal, PersonGroup, ProviderError};

/// `GET /user`
#[derive(Deserialize)]
pub(super) struct User {
    pub id: u64,
    pub login: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

/// `GET /search/users`
#[derive(Deserialize)]
pub(super) struct UserSearch {
    pub items: Vec<FoundUser>,
}

#[derive(Deserialize)]
pub(super) struct FoundUser {
    pub id: u64,
    pub login: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Clone, Deserialize)]
pub(super) struct Organization {
    pub id: u64,
    pub login: String,
}

/// `GET /user/memberships/orgs`
#[derive(Deserialize)]
pub(super) struct Membership {
    pub state: String,
    pub organization: Organization,
    pub user: Option<Owner>,
}

#[derive(Deserialize)]
pub(super) struct Owner {
    pub id: u64,
}

/// `GET /user/teams`, `GET /orgs/{org}/teams/{team_slug}`
#[derive(Clone, Deserialize)]
pub(super) struct Team {
    pub id: u64,
    pub name: String,
    pub slug: String,
    pub organization: Organization,
    pub parent: Option<ParentTeam>,
}

/// The team above a team.
#[derive(Clone, Deserialize)]
pub(super) struct ParentTeam {
    pub id: u64,
    pub slug: String,
}

pub(super) fn user_id(id: u64) -> String {
    format!("user:{id}")
}

impl Organization {
    pub fn group(&self) -> PersonGroup {
        PersonGroup {
            external_id: format!("org:{}", self.id),
            name: self.login.clone(),
            place: self.login.clone(),
            how: "organization",
        }
    }
}

impl Team {
    pub fn group(&self, how: &'static str) -> PersonGroup {
        PersonGroup {
            external_id: format!("team:{}", self.id),
            name: self.name.clone(),
            place: format!("{}/{}", self.organization.login, self.slug),
            how,
        }
    }
}

/// A group as something that a search found.
pub(super) fn found(group: PersonGroup) -> FoundPrincipal {
    FoundPrincipal {
        principal: ExternalPrincipal {
            kind: PrincipalKind::Group,
            external_id: group.external_id,
            name: group.name.clone(),
        },
        display_name: group.name,
        place: group.place,
    }
}

/// The failure in an answer of the token endpoint, whatever its status says.
pub(super) fn error_code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Failure {
        error: String,
    }
    serde_json::from_slice::<Failure>(body)
        .ok()
        .map(|failure| failure.error)
}

/// What a failure of the token endpoint means.
pub(super) fn refusal(code: &str, host: &str) -> ProviderError {
    match code {
        "bad_verification_code" => ProviderError::refused(sentence::CODE_USED.say()),
        "incorrect_client_credentials" => {
            ProviderError::misconfigured(sentence::APPLICATION_REFUSED.with(&[("host", &host)]))
        }
        "redirect_uri_mismatch" => ProviderError::misconfigured(sentence::OTHER_CALLBACK.with(&[("host", &host)])),
        "unverified_user_email" => ProviderError::NeedsAction {
            sentence: sentence::VERIFY_FIRST.say(),
        },
        other => {
            ProviderError::unavailable(sentence::EXCHANGE_REFUSED.with(&[("host", &host), ("reason", &quoted(other))]))
        }
    }
}

/// The sentence in a refusal of the API.
pub(super) fn message(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    serde_json::from_slice::<Refusal>(body)
        .map(|refusal| refusal.message)
        .unwrap_or_default()
}
