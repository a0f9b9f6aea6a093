//! How providers on the web are called: over HTTPS only, without following redirects (they would carry secrets to whoever
//! a provider names), without a proxy from the environment, with a deadline, and with a bound on what is read.

use std::time::Duration;

use futures::future::BoxFuture;
use http::header::{CONTENT_LENGTH, USER_AGENT};
use muster_api::said::{Said, Sentence, provider as sentence};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response};
use url::Url;

use super::ProviderError;

/// The most of an answer that is read.
const LARGEST_ANSWER: usize = 1_000_000;
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);
/// How long one call may take, its whole answer included.
const CALL_DEADLINE: Duration = Duration::from_secs(10);
/// How long everything that one step of a person needs may take.
const WHOLE_DEADLINE: Duration = Duration::from_secs(25);

/// Calls one provider; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Web {
    client: Client,
}

/// A call failed before there was an answer that can be read, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub(super) struct WebError(pub Said);

impl From<WebError> for ProviderError {
    fn from(WebError(reason): WebError) -> Self {
        Self::unavailable(reason)
    }
}

impl Web {
    /// Trusts these authorities (PEM) and no others; the machine's own when there are none.
    pub fn new(certificate_authority: Option<&str>) -> Result<Self, ProviderError> {
        let mut builder = Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_DEADLINE)
            .timeout(CALL_DEADLINE)
            .pool_max_idle_per_host(4);
        if let Some(pem) = certificate_authority.filter(|pem| !pem.trim().is_empty()) {
            let authorities = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
            if authorities.is_empty() {
                return Err(ProviderError::misconfigured(sentence::NO_AUTHORITY.say()));
            }
            builder = builder.tls_certs_only(authorities);
        }
        let client = builder.build().map_err(|error| {
            ProviderError::misconfigured(sentence::AUTHORITY_UNUSABLE.with(&[("reason", &chain(&error))]))
        })?;
        Ok(Self { client })
    }

    /// Sends one request and reads the whole answer.
    pub async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, WebError> {
        // GitHub answers nobody who does not say who he is.
        let agent = concat!("muster/", env!("CARGO_PKG_VERSION"));
        request
            .headers_mut()
            .insert(USER_AGENT, http::HeaderValue::from_static(agent));
        let host = request.uri().host().unwrap_or_default().to_owned();
        let request = reqwest::Request::try_from(request)
            .map_err(|error| WebError(sentence::NO_REQUEST.with(&[("address", &host), ("reason", &chain(&error))])))?;
        let failed = |error: reqwest::Error| {
            WebError(if error.is_timeout() {
                sentence::SLOW.with(&[("host", &host), ("seconds", &CALL_DEADLINE.as_secs())])
            } else {
                sentence::UNREACHABLE.with(&[("host", &host), ("reason", &chain(&error.without_url()))])
            })
        };
        let mut response = self.client.execute(request).await.map_err(failed)?;
        let too_large =
            || WebError(sentence::TOO_LARGE.with(&[("host", &host), ("megabytes", &(LARGEST_ANSWER / 1_000_000))]));
        if announced(&response) > LARGEST_ANSWER {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(failed)? {
            if body.len() + part.len() > LARGEST_ANSWER {
                return Err(too_large());
            }
            body.extend_from_slice(&part);
        }
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

/// For the crates that speak OAuth 2.0 and OpenID Connect.
impl<'c> AsyncHttpClient<'c> for Web {
    type Error = WebError;
    type Future = BoxFuture<'c, Result<HttpResponse, WebError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Everything that one step of a person needs, within its deadline.
pub(super) async fn in_time<T>(work: impl Future<Output = Result<T, ProviderError>>) -> Result<T, ProviderError> {
    match tokio::time::timeout(WHOLE_DEADLINE, work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(ProviderError::unavailable(
            sentence::LATE.with(&[("seconds", &WHOLE_DEADLINE.as_secs())]),
        )),
    }
}

/// An address of settings: HTTPS, with a host, and with nothing that has no place there.
pub(super) fn https_address(text: &str) -> Result<Url, ProviderError> {
    let wrong = |what: Sentence| ProviderError::misconfigured(what.with(&[("address", &quoted(text))]));
    let url = Url::parse(text.trim()).map_err(|_| wrong(sentence::NO_ADDRESS))?;
    if url.scheme() != "https" {
        return Err(wrong(sentence::NOT_HTTPS));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(sentence::MORE_THAN_AN_ADDRESS));
    }
    Ok(url)
}

/// A stranger's text as part of a sentence for administrators: short, and on one line.
pub(super) fn quoted(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(200)
        .collect()
}

fn announced(response: &Response) -> usize {
    let length = response
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The whole chain of an error: what really happened is at its end.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(error) = inner {
        let more = error.to_string();
        if !text.contains(&more) {
            text.extend([": ", &more]);
        }
        inner = error.source();
    }
    quoted(&text)
}
