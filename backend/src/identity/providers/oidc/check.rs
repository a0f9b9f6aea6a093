//! Tries the settings of an OpenID Connect provider without a person.

use http::header::ACCEPT;
use http::{Method, StatusCode};
use muster_api::provider::ProviderTest;
use muster_api::said::{self, Said, oidc as sentence};
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::{AuthorizationCode, HttpRequest, PkceCodeVerifier, RequestTokenError};
use url::Url;

use super::super::ProviderError;
use super::super::steps::Steps;
use super::OidcProvider;

pub(super) async fn run(provider: &OidcProvider) -> ProviderTest {
    let mut steps = Steps::default();
    let works = steps.run("connect", connect(provider)).await
        && steps.run("discovery", discovery(provider)).await
        && steps.run("keys", keys(provider)).await
        && steps.run("authorization", authorization(provider)).await
        && steps.run("client", client(provider)).await;
    steps.finish(works)
}

fn question(address: &Url) -> Result<HttpRequest, ProviderError> {
    let request = http::Request::builder()
        .method(Method::GET)
        .uri(address.as_str())
        .header(ACCEPT, "*/*");
    request.body(Vec::new()).map_err(|error| {
        ProviderError::misconfigured(said::provider::NO_REQUEST.with(&[("address", address), ("reason", &error)]))
    })
}

async fn connect(provider: &OidcProvider) -> Result<Said, ProviderError> {
    let address = provider.discovery.address()?;
    let answer = provider.web.send(question(&address)?).await?;
    match answer.status() {
        StatusCode::OK => Ok(sentence::ANSWERS.with(&[("address", &address)])),
        status => Err(ProviderError::misconfigured(
            sentence::ANSWERS_STATUS.with(&[("address", &address), ("status", &status.as_u16())]),
        )),
    }
}

async fn discovery(provider: &OidcProvider) -> Result<Said, ProviderError> {
    let known = provider.discovery.known().await?;
    if known.metadata.token_endpoint().is_none() {
        return Err(super::no_token_endpoint());
    }
    Ok(sentence::NAMES_ITSELF.with(&[("issuer", &known.metadata.issuer().as_str())]))
}

async fn keys(provider: &OidcProvider) -> Result<Said, ProviderError> {
    let known = provider.discovery.known().await?;
    let algorithms = known.metadata.id_token_signing_alg_values_supported();
    let only_secret = algorithms.iter().all(|algorithm| {
        matches!(
            algorithm,
            CoreJwsSigningAlgorithm::None
                | CoreJwsSigningAlgorithm::HmacSha256
                | CoreJwsSigningAlgorithm::HmacSha384
                | CoreJwsSigningAlgorithm::HmacSha512
        )
    });
    match known.metadata.jwks().keys().len() {
        0 => Err(ProviderError::misconfigured(sentence::NO_KEY.say())),
        _ if only_secret => Err(ProviderError::misconfigured(sentence::SHARED_SECRET.say())),
        count => Ok(sentence::KEYS.with(&[("count", &count)])),
    }
}

async fn authorization(provider: &OidcProvider) -> Result<Said, ProviderError> {
    let known = provider.discovery.known().await?;
    let address = known.metadata.authorization_endpoint().url();
    let answer = provider.web.send(question(address)?).await?;
    // Without a question, it may well say that one is missing; that it answers is what counts.
    if answer.status().is_server_error() || answer.status() == StatusCode::NOT_FOUND {
        return Err(ProviderError::unavailable(
            sentence::SIGN_IN_STATUS.with(&[("address", address), ("status", &answer.status().as_u16())]),
        ));
    }
    Ok(sentence::SIGN_IN_ANSWERS.with(&[("address", address)]))
}

/// A code that nobody was given: the provider says whether it is the code or the client that it does not know.
async fn client(provider: &OidcProvider) -> Result<Said, ProviderError> {
    let known = provider.discovery.known().await?;
    let client = provider.discovery.client(&known);
    let code = AuthorizationCode::new("0000000000000000000000".into());
    let exchange = client.exchange_code(code).map_err(|_| super::no_token_endpoint())?;
    let verifier = PkceCodeVerifier::new("0".repeat(43));
    match exchange.set_pkce_verifier(verifier).request_async(&provider.web).await {
        Err(RequestTokenError::ServerResponse(answer)) => match answer.error().as_ref() {
            "invalid_grant" | "invalid_request" => Ok(sentence::CLIENT_KNOWN.say()),
            _ => Err(provider.refusal(RequestTokenError::ServerResponse(answer))),
        },
        Err(error) => Err(provider.refusal(error)),
        Ok(_) => Err(ProviderError::misconfigured(sentence::TOKEN_FOR_NOBODY.say())),
    }
}
