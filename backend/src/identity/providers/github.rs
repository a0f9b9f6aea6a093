//! GitHub and GitHub Enterprise Server: people sign in through an OAuth application; organizations and teams are groups.
//!
//! Everyone and everything is known by GitHub's numbers, with a word before them that says of what: `user:1`, `org:2`,
//! `team:3`. Logins, names and slugs can be given up and taken by others. A member of a team is a member of the teams
//! above it; nobody is in a team because the organization has it.

mod api;
mod check;
mod identify;
mod membership;
mod wire;

use std::borrow::Cow;

use async_trait::async_trait;
use futures::future::BoxFuture;
use http::StatusCode;
use muster_api::provider::{ExternalPrincipal, GitHubSettings, PrincipalKind, ProviderTest};
use muster_api::said::github as sentence;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::web::{self, Web, WebError};
use super::{
    FoundPrincipal, Person, ProviderError, RedirectProvider, RedirectSecrets, RedirectSignIn, RedirectStart, Refreshed,
};
use api::{Api, ApiError};
pub use identify::is_stable_id;

/// What lets us read organizations and teams. The wider ones include it.
const SCOPE: &str = "read:org";
const SCOPES_THAT_DO: [&str; 3] = [SCOPE, "write:org", "admin:org"];
/// Random bytes of a state.
const STATE_BYTES: u32 = 32;

type OAuthClient = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// One GitHub, ready to be asked.
pub struct GitHubProvider {
    web: Web,
    base: Url,
    api: Url,
    client_id: String,
    client_secret: SecretString,
}

impl GitHubProvider {
    /// Fails when the settings cannot work.
    pub fn new(settings: &GitHubSettings, client_secret: Option<SecretString>) -> Result<Self, ProviderError> {
        let base = web::https_address(&settings.base_url)?;
        if base.path() != "/" {
            return Err(ProviderError::misconfigured(sentence::ADDRESS_WITH_PATH.say()));
        }
        if settings.client_id.trim().is_empty() {
            return Err(ProviderError::misconfigured(sentence::NO_ID.say()));
        }
        let client_secret = client_secret.ok_or_else(|| ProviderError::misconfigured(sentence::NO_SECRET.say()))?;
        Ok(Self {
            web: Web::new(settings.certificate_authority.as_deref())?,
            api: api_address(&base)?,
            base,
            client_id: settings.client_id.trim().to_owned(),
            client_secret,
        })
    }

    /// GitHub takes the application's secret in the body only.
    fn oauth(&self) -> Result<OAuthClient, ProviderError> {
        let client = BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.client_secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(self.at("login/oauth/authorize")?))
            .set_token_uri(TokenUrl::from_url(self.at("login/oauth/access_token")?));
        Ok(client)
    }

    fn at(&self, path: &str) -> Result<Url, ProviderError> {
        self.base.join(path).map_err(address_unusable)
    }

    fn as_user<'a>(&'a self, token: &'a SecretString) -> Api<'a> {
        Api {
            web: &self.web,
            base: &self.api,
            token: Some(token),
        }
    }

    async fn token_for(
        &self,
        return_address: &Url,
        code: SecretString,
        kept: &RedirectSecrets,
    ) -> Result<BasicTokenResponse, ProviderError> {
        let web = FailuresByStatus(&self.web);
        self.oauth()?
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(return_address.clone())))
            .set_pkce_verifier(PkceCodeVerifier::new(kept.verifier.expose_secret().to_owned()))
            .request_async(&web)
            .await
            .map_err(|error| self.refusal(error))
    }

    fn refusal(&self, error: RequestTokenError<WebError, oauth2::basic::BasicErrorResponse>) -> ProviderError {
        let host = self.base.host_str().unwrap_or_default();
        match error {
            RequestTokenError::Request(error) => error.into(),
            RequestTokenError::ServerResponse(answer) => wire::refusal(answer.error().as_ref(), host),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                ProviderError::unavailable(sentence::NO_TOKEN.with(&[("host", &host)]))
            }
        }
    }

    async fn person(&self, token: &SecretString) -> Result<Person, ApiError> {
        let api = self.as_user(token);
        let user: wire::User = api.read(api.at(&["user"])?).await?;
        let groups = membership::groups(&api, user.id).await?;
        Ok(Person {
            external_id: wire::user_id(user.id),
            display_name: user
                .name
                .filter(|name| !name.trim().is_empty())
                .unwrap_or_else(|| user.login.clone()),
            place: user.login.clone(),
            name: user.login,
            email: user.email,
            groups,
        })
    }
}

/// GitHub reports failures with status 200; the crate looks for them in answers of another status.
struct FailuresByStatus<'a>(&'a Web);

impl<'c> AsyncHttpClient<'c> for FailuresByStatus<'_> {
    type Error = WebError;
    type Future = BoxFuture<'c, Result<HttpResponse, WebError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let mut answer = self.0.send(request).await?;
            if answer.status().is_success() && wire::error_code(answer.body()).is_some() {
                *answer.status_mut() = StatusCode::BAD_REQUEST;
            }
            Ok(answer)
        })
    }
}

/// Where the API of a GitHub is.
fn api_address(base: &Url) -> Result<Url, ProviderError> {
    let mut api = base.clone();
    let host = base.host_str().unwrap_or_default();
    // github.com, and GitHub Enterprise Cloud with data residency.
    let outcome = if host == "github.com" || host.ends_with(".ghe.com") {
        api.set_host(Some(&format!("api.{host}")))
    } else {
        api.set_path("/api/v3");
        Ok(())
    };
    outcome.map(|()| api).map_err(address_unusable)
}

fn address_unusable(error: url::ParseError) -> ProviderError {
    ProviderError::misconfigured(sentence::ADDRESS_UNUSABLE.with(&[("reason", &error)]))
}

/// Did the person and GitHub let us read organizations? Both can give less than was asked for.
fn check_scopes(token: &BasicTokenResponse) -> Result<(), ProviderError> {
    let given = token.scopes().into_iter().flatten();
    // GitHub separates them by commas.
    if given
        .flat_map(|scope| scope.split(','))
        .any(|scope| SCOPES_THAT_DO.contains(&scope.trim()))
    {
        return Ok(());
    }
    if token.access_token().secret().starts_with("ghu_") {
        return Err(ProviderError::misconfigured(sentence::NO_OAUTH_APP.say()));
    }
    Err(ProviderError::NeedsAction {
        sentence: sentence::GRANT_FIRST.say(),
    })
}

#[async_trait]
impl RedirectProvider for GitHubProvider {
    async fn begin(&self, return_address: &Url) -> Result<RedirectStart, ProviderError> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.oauth()?;
        let (address, state) = client
            .authorize_url(|| CsrfToken::new_random_len(STATE_BYTES))
            .add_scope(Scope::new(SCOPE.into()))
            .set_pkce_challenge(challenge)
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(return_address.clone())))
            .url();
        Ok(RedirectStart {
            address,
            state: SecretString::from(state.into_secret()),
            secrets: RedirectSecrets {
                verifier: SecretString::from(verifier.into_secret()),
                nonce: SecretString::default(),
            },
        })
    }

    async fn finish(
        &self,
        return_address: &Url,
        code: SecretString,
        kept: &RedirectSecrets,
    ) -> Result<RedirectSignIn, ProviderError> {
        web::in_time(async {
            let answer = self.token_for(return_address, code, kept).await?;
            check_scopes(&answer)?;
            let token = SecretString::from(answer.access_token().secret().to_owned());
            let person = self.person(&token).await?;
            Ok(RedirectSignIn {
                person,
                renewal: Some(token),
            })
        })
        .await
    }

    async fn refresh(&self, external_id: &str, renewal: Option<&SecretString>) -> (Refreshed, Option<SecretString>) {
        let unknown = |reason: String| (Refreshed::Unknown { reason }, None);
        let Some(token) = renewal else {
            return unknown("there is no token to look at the account with; the person must sign in again".into());
        };
        let found = web::in_time(async { Ok(self.person(token).await) }).await;
        let found = match found {
            Ok(found) => found,
            Err(error) => return unknown(error.to_string()),
        };
        match found {
            Ok(person) if person.external_id == external_id => (Refreshed::Present(Box::new(person)), None),
            Ok(_) => unknown("the token belongs to another account".into()),
            Err(error) => (error.refreshed(), None),
        }
    }

    async fn search(
        &self,
        text: &str,
        limit: usize,
        renewal: Option<&SecretString>,
    ) -> Result<Vec<FoundPrincipal>, ProviderError> {
        let text = text.trim();
        let (Some(token), false) = (renewal, text.is_empty()) else {
            return Ok(Vec::new());
        };
        web::in_time(async {
            let api = self.as_user(token);
            let mut found = people(&api, text, limit).await?;
            let mut groups = membership::search(&api, text).await?;
            groups.truncate(limit);
            found.append(&mut groups);
            Ok(found)
        })
        .await
    }

    async fn identify(&self, principal: &ExternalPrincipal) -> Result<ExternalPrincipal, ProviderError> {
        identify::run(self, principal).await
    }

    async fn test(&self) -> ProviderTest {
        check::run(self).await
    }
}

async fn people(api: &Api<'_>, text: &str, limit: usize) -> Result<Vec<FoundPrincipal>, ApiError> {
    let mut address = api.at(&["search", "users"])?;
    // In quotes, so that no word of it is a qualifier of GitHub's search.
    let words = format!("\"{}\" in:login in:name type:user", text.replace('"', " "));
    address
        .query_pairs_mut()
        .append_pair("q", &words)
        .append_pair("per_page", &limit.clamp(1, 100).to_string());
    let answer: wire::UserSearch = api.read(address).await?;
    let people = answer.items.into_iter().filter(|user| user.kind == "User").take(limit);
    Ok(people
        .map(|user| FoundPrincipal {
            principal: ExternalPrincipal {
                kind: PrincipalKind::User,
                external_id: wire::user_id(user.id),
                name: user.login.clone(),
            },
            display_name: user.login.clone(),
            place: user.login,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_github_has_its_api_where_it_belongs() {
        let at = |base: &str| api_address(&Url::parse(base).unwrap()).unwrap().to_string();
        assert_eq!(at("https://github.com"), "https://api.github.com/");
        assert_eq!(at("https://octo.ghe.com"), "https://api.octo.ghe.com/");
        assert_eq!(
            at("https://github.example.com:8443"),
            "https://github.example.com:8443/api/v3"
        );
        assert_eq!(at("https://evil-github.com"), "https://evil-github.com/api/v3");
    }

    #[test]
    fn settings_that_would_send_the_secret_in_the_clear_or_elsewhere_are_refused() {
        let made = |base: &str| {
            let settings = GitHubSettings {
                base_url: base.into(),
                certificate_authority: None,
                client_id: "id".into(),
            };
            GitHubProvider::new(&settings, Some(SecretString::from("secret")))
        };
        for wrong in [
            "http://github.com",
            "github.com",
            "https://user@github.com",
            "https://github.com/enterprises/x",
        ] {
            assert!(
                matches!(made(wrong), Err(ProviderError::Misconfigured { .. })),
                "{wrong}"
            );
        }
    }
}
