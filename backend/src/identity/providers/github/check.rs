//! Tries the settings of a GitHub without a person: is it there, and does it know the application?

use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE};
use muster_api::provider::ProviderTest;
use muster_api::said::{self, Said, github as sentence};
use secrecy::ExposeSecret;
use url::form_urlencoded;

use super::super::steps::Steps;
use super::super::{ProviderError, web};
use super::api::Api;
use super::{GitHubProvider, wire};

pub(super) async fn run(provider: &GitHubProvider) -> ProviderTest {
    let mut steps = Steps::default();
    let works = steps.run("connect", connect(provider)).await && steps.run("client", client(provider)).await;
    steps.finish(works)
}

/// Anything that GitHub answers says that it is there: an Enterprise Server may want a sign-in for everything.
async fn connect(provider: &GitHubProvider) -> Result<Said, ProviderError> {
    let api = Api {
        web: &provider.web,
        base: &provider.api,
        token: None,
    };
    let address = api.at(&["meta"])?;
    let answer = provider.web.send(api.request(&address)?).await?;
    let headers = answer.headers();
    if headers.contains_key("x-github-request-id") || headers.contains_key("x-github-media-type") {
        return Ok(sentence::ANSWERS.with(&[("address", &provider.api)]));
    }
    Err(ProviderError::misconfigured(
        sentence::NOT_GITHUB.with(&[("address", &provider.api)]),
    ))
}

/// A code that nobody was given: GitHub says whether it is the code or the application that it does not know.
async fn client(provider: &GitHubProvider) -> Result<Said, ProviderError> {
    let address = provider.at("login/oauth/access_token")?;
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &provider.client_id)
        .append_pair("client_secret", provider.client_secret.expose_secret())
        .append_pair("code", "0000000000000000000000")
        .finish();
    let request = http::Request::builder()
        .method(Method::POST)
        .uri(address.as_str())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes());
    let request = request.map_err(|error| {
        ProviderError::misconfigured(said::provider::NO_REQUEST.with(&[("address", &address), ("reason", &error)]))
    })?;
    let answer = provider.web.send(request).await?;
    let host = provider.base.host_str().unwrap_or_default();
    match (answer.status().as_u16(), wire::error_code(answer.body()).as_deref()) {
        (_, Some("bad_verification_code")) => Ok(sentence::APPLICATION_KNOWN.say()),
        (404, _) => Err(ProviderError::misconfigured(
            sentence::NO_APPLICATION.with(&[("host", &host), ("id", &web::quoted(&provider.client_id))]),
        )),
        (_, Some(code)) => Err(wire::refusal(code, host)),
        (status, None) => Err(ProviderError::unavailable(
            sentence::EXCHANGE_STATUS.with(&[("host", &host), ("status", &status)]),
        )),
    }
}
