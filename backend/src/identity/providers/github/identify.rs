//! Whom a typed login means: a person or an organization, by what GitHub tells everybody.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, StatusCode, header};
use muster_api::provider::{ExternalPrincipal, PrincipalKind};
use muster_api::said::github as sentence;
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::super::ProviderError;
use super::api::{Api, ApiError};
use super::{GitHubProvider, wire};

/// Longest login of any GitHub.
const LONGEST_LOGIN: usize = 100;

/// `GET /users/{username}`
#[derive(Deserialize)]
struct Account {
    id: u64,
    login: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Is it what people and groups of GitHub are kept by: `user:1`, `org:2`, `team:3`?
pub fn is_stable_id(kind: PrincipalKind, id: &str) -> bool {
    let words: &[&str] = match kind {
        PrincipalKind::User => &["user"],
        PrincipalKind::Group => &["org", "team"],
    };
    id.split_once(':').is_some_and(|(word, number)| {
        words.contains(&word) && number.bytes().all(|byte| byte.is_ascii_digit()) && number.parse::<u64>().is_ok()
    })
}

/// The account behind a login. Teams are shown to members only: the application by itself does not see them.
pub(super) async fn run(
    github: &GitHubProvider,
    principal: &ExternalPrincipal,
) -> Result<ExternalPrincipal, ProviderError> {
    let typed = principal.external_id.trim();
    let is_login = |text: &str| {
        let fits = (1..=LONGEST_LOGIN).contains(&text.len());
        fits && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if !is_login(typed) {
        return Err(ProviderError::refused(sentence::TYPE_A_LOGIN.say()));
    }
    let Some(account) = account(github, typed).await? else {
        return Err(ProviderError::refused(
            sentence::UNKNOWN_LOGIN.with(&[("login", &typed)]),
        ));
    };
    let (kind, external_id) = match account.kind.as_str() {
        "Organization" => (PrincipalKind::Group, format!("org:{}", account.id)),
        _ => (PrincipalKind::User, wire::user_id(account.id)),
    };
    if kind != principal.kind {
        let what = match kind {
            PrincipalKind::User => sentence::IS_A_PERSON,
            PrincipalKind::Group => sentence::IS_AN_ORGANIZATION,
        };
        return Err(ProviderError::refused(what.with(&[("login", &account.login)])));
    }
    Ok(ExternalPrincipal {
        kind,
        external_id,
        name: account.login,
    })
}

async fn account(github: &GitHubProvider, login: &str) -> Result<Option<Account>, ProviderError> {
    let api = Api {
        web: &github.web,
        base: &github.api,
        token: None,
    };
    let address = api.at(&["users", login])?;
    let mut request = api.request(&address)?;
    // As itself the application may ask more often than a stranger.
    let credentials = format!("{}:{}", github.client_id, github.client_secret.expose_secret());
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(credentials)))
        .map_err(|_| ApiError::Unavailable(sentence::SECRET_UNUSABLE.say()))?;
    value.set_sensitive(true);
    request.headers_mut().insert(header::AUTHORIZATION, value);
    let answer = super::web::in_time(async { Ok(github.web.send(request).await.map_err(ApiError::from)?) }).await?;
    match answer.status() {
        StatusCode::OK => serde_json::from_slice(answer.body())
            .map(Some)
            .map_err(|_| ProviderError::unavailable(sentence::LOGIN_UNREADABLE.say())),
        StatusCode::NOT_FOUND => Ok(None),
        status => Err(ProviderError::unavailable(
            sentence::LOGIN_STATUS.with(&[("status", &status.as_u16())]),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_numbers_of_github_are_stable() {
        assert!(is_stable_id(PrincipalKind::User, "user:583231"));
        assert!(is_stable_id(PrincipalKind::Group, "team:678") && is_stable_id(PrincipalKind::Group, "org:45"));
        for (kind, id) in [
            (PrincipalKind::User, "ada"),
            (PrincipalKind::User, "team:678"),
            (PrincipalKind::Group, "user:1"),
            (PrincipalKind::User, "user:"),
            (PrincipalKind::User, "user:+1"),
            (PrincipalKind::User, "user:99999999999999999999999"),
        ] {
            assert!(!is_stable_id(kind, id), "{id}");
        }
    }
}
