//! OpenID Connect: people sign in at a provider that is found by its issuer; groups are a claim.
//!
//! Somebody is known by the subject that the provider gives, which is unique within the issuer; the issuer is fixed by the
//! settings. An e-mail address is shown and never trusted, verified or not.

mod check;
mod claims;
mod discovery;
mod token;

use std::borrow::Cow;

use async_trait::async_trait;
use muster_api::provider::{OidcSettings, ProviderTest};
use muster_api::said::oidc as sentence;
use openidconnect::core::{CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreTokenResponse};
use openidconnect::{
    AccessToken, AuthorizationCode, CsrfToken, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardErrorResponse, SubjectIdentifier, UserInfoClaims,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::web::{self, Web, WebError, quoted};
use super::{
    FoundPrincipal, Person, ProviderError, RedirectProvider, RedirectSecrets, RedirectSignIn, RedirectStart, Refreshed,
};
use crate::clock::Clock;
use claims::{Claims, Groups};
use discovery::{Discovery, OidcClient};

/// Random bytes of a state and of a nonce.
const RANDOM_BYTES: u32 = 32;

/// One OpenID Connect provider, ready to be asked.
pub struct OidcProvider {
    settings: OidcSettings,
    web: Web,
    clock: Clock,
    discovery: Discovery,
}

/// What a provider says of a person, from everywhere that it says something.
struct Told {
    claims: Map<String, Value>,
    /// Was there an identity token? It has what the provider gave at the sign-in; without one, a missing claim of groups
    /// means nothing.
    by_token: bool,
}

impl OidcProvider {
    /// Fails when the settings cannot work.
    pub fn new(
        settings: &OidcSettings,
        client_secret: Option<SecretString>,
        clock: Clock,
    ) -> Result<Self, ProviderError> {
        web::https_address(&settings.issuer)?;
        if settings.client_id.trim().is_empty() {
            return Err(ProviderError::misconfigured(sentence::NO_CLIENT.say()));
        }
        let web = Web::new(settings.certificate_authority.as_deref())?;
        Ok(Self {
            discovery: Discovery::new(settings, client_secret, web.clone()),
            settings: settings.clone(),
            web,
            clock,
        })
    }

    async fn tokens_for(
        &self,
        client: &OidcClient,
        return_address: &Url,
        code: SecretString,
        kept: &RedirectSecrets,
    ) -> Result<CoreTokenResponse, ProviderError> {
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .map_err(|_| no_token_endpoint())?;
        exchange
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(return_address.clone())))
            .set_pkce_verifier(PkceCodeVerifier::new(kept.verifier.expose_secret().to_owned()))
            .request_async(&self.web)
            .await
            .map_err(|error| self.refusal(error))
    }

    fn refusal(
        &self,
        error: RequestTokenError<WebError, StandardErrorResponse<CoreErrorResponseType>>,
    ) -> ProviderError {
        let issuer = &self.settings.issuer;
        match error {
            RequestTokenError::Request(error) => error.into(),
            RequestTokenError::ServerResponse(answer) => match answer.error().as_ref() {
                "invalid_grant" => ProviderError::refused(sentence::CODE_USED.say()),
                "invalid_client" | "unauthorized_client" => {
                    ProviderError::misconfigured(sentence::CLIENT_REFUSED.with(&[("issuer", issuer)]))
                }
                other => ProviderError::unavailable(
                    sentence::NO_TOKEN.with(&[("issuer", issuer), ("reason", &quoted(other))]),
                ),
            },
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                ProviderError::unavailable(sentence::NOT_A_TOKEN.with(&[("issuer", issuer)]))
            }
        }
    }

    /// Adds what the provider's user information says, where the token does not say it.
    async fn complete(&self, client: &OidcClient, access: &AccessToken, told: &mut Told) -> Result<(), ProviderError> {
        let settings = &self.settings;
        let lacks = |path: &str| !path.is_empty() && claims::at(&told.claims, path).is_none();
        let lacks_groups = lacks(&settings.groups_claim) && !claims::is_elsewhere(&told.claims, &settings.groups_claim);
        if !lacks_groups && !lacks(&settings.name_claim) && !lacks(&settings.display_name_claim) {
            return Ok(());
        }
        let subject = claims::text(&told.claims, "sub").map(SubjectIdentifier::new);
        // The crate refuses an answer about another subject.
        let Ok(request) = client.user_info(access.clone(), subject) else {
            return Ok(());
        };
        let answer: UserInfoClaims<Claims, CoreGenderClaim> = request
            .request_async(&self.web)
            .await
            .map_err(|error| self.no_user_info(error))?;
        let Ok(Value::Object(more)) = serde_json::to_value(&answer) else {
            return Ok(());
        };
        for (name, value) in more {
            told.claims.entry(name).or_insert(value);
        }
        Ok(())
    }

    fn no_user_info(&self, error: openidconnect::UserInfoError<WebError>) -> ProviderError {
        use openidconnect::UserInfoError;
        let issuer = &self.settings.issuer;
        match error {
            UserInfoError::Request(error) => error.into(),
            UserInfoError::ClaimsVerification(error) => ProviderError::refused(
                sentence::USER_UNTRUSTED.with(&[("issuer", issuer), ("reason", &quoted(&error.to_string()))]),
            ),
            UserInfoError::Response(status, ..) => ProviderError::unavailable(
                sentence::USER_STATUS.with(&[("issuer", issuer), ("status", &status.as_u16())]),
            ),
            _ => ProviderError::unavailable(sentence::USER_UNREADABLE.with(&[("issuer", issuer)])),
        }
    }

    fn person(&self, told: &Told) -> Result<Person, ProviderError> {
        let settings = &self.settings;
        let claims = &told.claims;
        let subject = claims::text(claims, "sub").ok_or_else(|| ProviderError::refused(sentence::NO_SUBJECT.say()))?;
        let groups = match claims::groups(claims, &settings.groups_claim)? {
            Groups::These(groups) => groups,
            Groups::NotSaid if told.by_token => Vec::new(),
            Groups::NotSaid => {
                return Err(ProviderError::unavailable(
                    sentence::GROUPS_NOT_SAID.with(&[("issuer", &settings.issuer)]),
                ));
            }
        };
        let name = claims::text(claims, &settings.name_claim).unwrap_or_else(|| subject.clone());
        Ok(Person {
            display_name: claims::text(claims, &settings.display_name_claim).unwrap_or_else(|| name.clone()),
            email: claims::text(claims, "email"),
            place: name.clone(),
            external_id: subject,
            name,
            groups,
        })
    }

    /// Uses the refresh token. The newest one comes back even when something fails afterwards: the old one may work no
    /// longer.
    async fn look_again(
        &self,
        external_id: &str,
        renewal: &SecretString,
        newest: &mut Option<SecretString>,
    ) -> Result<Person, ProviderError> {
        let known = self.discovery.known().await?;
        let client = self.discovery.client(&known);
        let refresh = RefreshToken::new(renewal.expose_secret().to_owned());
        let exchange = client
            .exchange_refresh_token(&refresh)
            .map_err(|_| no_token_endpoint())?;
        let answer = exchange
            .request_async(&self.web)
            .await
            .map_err(|error| self.refusal(error))?;
        *newest = answer
            .refresh_token()
            .map(|token| SecretString::from(token.secret().to_owned()));
        // There is no nonce to compare with: the first token answered it.
        let mut told = match answer.extra_fields().id_token() {
            Some(_) => self.verified(known, &answer, |_: Option<&Nonce>| Ok(())).await?,
            None => Told {
                claims: Map::from_iter([("sub".to_owned(), Value::from(external_id))]),
                by_token: false,
            },
        };
        if claims::text(&told.claims, "sub").as_deref() != Some(external_id) {
            return Err(ProviderError::unavailable(sentence::OTHER_ACCOUNT.say()));
        }
        self.complete(&client, answer.access_token(), &mut told).await?;
        self.person(&told)
    }
}

fn no_token_endpoint() -> ProviderError {
    ProviderError::misconfigured(sentence::NO_TOKEN_ENDPOINT.say())
}

#[async_trait]
impl RedirectProvider for OidcProvider {
    async fn begin(&self, return_address: &Url) -> Result<RedirectStart, ProviderError> {
        web::in_time(async {
            let known = self.discovery.known().await?;
            let client = self.discovery.client(&known);
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let (address, state, nonce) = client
                .authorize_url(
                    CoreAuthenticationFlow::AuthorizationCode,
                    || CsrfToken::new_random_len(RANDOM_BYTES),
                    || Nonce::new_random_len(RANDOM_BYTES),
                )
                .add_scopes(
                    self.settings
                        .scopes
                        .iter()
                        .filter(|scope| *scope != "openid")
                        .cloned()
                        .map(Scope::new),
                )
                .set_pkce_challenge(challenge)
                .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(return_address.clone())))
                .url();
            Ok(RedirectStart {
                address,
                state: SecretString::from(state.into_secret()),
                secrets: RedirectSecrets {
                    verifier: SecretString::from(verifier.into_secret()),
                    nonce: SecretString::from(nonce.secret().to_owned()),
                },
            })
        })
        .await
    }

    async fn finish(
        &self,
        return_address: &Url,
        code: SecretString,
        kept: &RedirectSecrets,
    ) -> Result<RedirectSignIn, ProviderError> {
        web::in_time(async {
            let known = self.discovery.known().await?;
            let client = self.discovery.client(&known);
            let answer = self.tokens_for(&client, return_address, code, kept).await?;
            let nonce = Nonce::new(kept.nonce.expose_secret().to_owned());
            let mut told = self.verified(known, &answer, &nonce).await?;
            self.complete(&client, answer.access_token(), &mut told).await?;
            Ok(RedirectSignIn {
                person: self.person(&told)?,
                renewal: answer
                    .refresh_token()
                    .map(|token| SecretString::from(token.secret().to_owned())),
            })
        })
        .await
    }

    async fn refresh(&self, external_id: &str, renewal: Option<&SecretString>) -> (Refreshed, Option<SecretString>) {
        let Some(renewal) = renewal else {
            let reason = "the account cannot be looked at again without a refresh token; ask for the scope \
                          offline_access if the provider gives one for it"
                .into();
            return (Refreshed::Unknown { reason }, None);
        };
        let mut newest = None;
        let found = web::in_time(self.look_again(external_id, renewal, &mut newest)).await;
        let refreshed = match found {
            Ok(person) => Refreshed::Present(Box::new(person)),
            // A refresh token also ends when it lay idle or the provider's own session ended: that says nothing of the
            // account.
            Err(ProviderError::Refused { reason }) => Refreshed::Unknown {
                reason: reason.to_string(),
            },
            Err(error) => Refreshed::Unknown {
                reason: error.to_string(),
            },
        };
        (refreshed, newest)
    }

    /// OpenID Connect has no way to search.
    async fn search(
        &self,
        _text: &str,
        _limit: usize,
        _renewal: Option<&SecretString>,
    ) -> Result<Vec<FoundPrincipal>, ProviderError> {
        Ok(Vec::new())
    }

    async fn test(&self) -> ProviderTest {
        check::run(self).await
    }
}
