//! Calls of GitHub's REST API with a person's token, page by page, and what its refusals mean.

use http::header::{ACCEPT, AUTHORIZATION, LINK, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode};
use muster_api::said::{self, Said, github as sentence};
use oauth2::{HttpRequest, HttpResponse};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::super::web::{Web, WebError, quoted};
use super::super::{ProviderError, Reason, Refreshed};
use super::wire;

/// More pages than this are an error: nobody is in ten thousand teams.
const MOST_PAGES: usize = 100;
/// Says which organizations are left out because the person has no single sign-on there.
const SINGLE_SIGN_ON: &str = "x-github-sso";
const RATE_LEFT: &str = "x-ratelimit-remaining";

/// Calls the API, on behalf of somebody when there is a token.
pub(super) struct Api<'a> {
    pub web: &'a Web,
    pub base: &'a Url,
    pub token: Option<&'a SecretString>,
}

/// Why the API did not give what was asked for.
#[derive(Debug)]
pub(super) enum ApiError {
    /// 401: the token works no longer.
    Revoked,
    /// The account is suspended.
    Suspended,
    /// 404 for the account itself.
    Gone,
    /// An organization demands single sign-on, and hides what is in it until then.
    SingleSignOn,
    /// An organization has not approved the application.
    NotApproved,
    /// Too many calls; it may be said after how many seconds there can be more.
    Limited(Option<u64>),
    /// It could not be found out.
    Unavailable(Said),
}

impl From<WebError> for ApiError {
    fn from(WebError(reason): WebError) -> Self {
        Self::Unavailable(reason)
    }
}

impl From<ApiError> for ProviderError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::Revoked | ApiError::Suspended | ApiError::Gone => Self::refused(error.reason()),
            ApiError::SingleSignOn => Self::NeedsAction {
                sentence: sentence::SIGN_ON_FIRST.say(),
            },
            ApiError::NotApproved => Self::NeedsAction {
                sentence: sentence::APPROVE_FIRST.say(),
            },
            ApiError::Limited(_) | ApiError::Unavailable(_) => Self::unavailable(error.reason()),
        }
    }
}

impl ApiError {
    /// Why, for administrators.
    fn reason(&self) -> Reason {
        let said = match self {
            Self::Revoked => sentence::REVOKED.say(),
            Self::Suspended => sentence::SUSPENDED.say(),
            Self::Gone => sentence::GONE.say(),
            Self::SingleSignOn => sentence::HIDDEN.say(),
            Self::NotApproved => sentence::NOT_APPROVED.say(),
            Self::Limited(None) => sentence::LIMITED.say(),
            Self::Limited(Some(seconds)) => sentence::LIMITED_FOR.with(&[("seconds", seconds)]),
            Self::Unavailable(said) => said.clone(),
        };
        said.into()
    }

    /// What it says about an account that is looked at again. Only what GitHub says for certain of the account itself ends
    /// anything.
    pub fn refreshed(&self) -> Refreshed {
        let reason = self.reason().to_string();
        match self {
            Self::Revoked | Self::Suspended | Self::Gone => Refreshed::Absent { reason },
            Self::SingleSignOn | Self::NotApproved | Self::Limited(_) | Self::Unavailable(_) => {
                Refreshed::Unknown { reason }
            }
        }
    }
}

impl Api<'_> {
    /// An address of the API; parts are encoded.
    pub fn at(&self, parts: &[&str]) -> Result<Url, ApiError> {
        let mut address = self.base.clone();
        address
            .path_segments_mut()
            .map_err(|()| ApiError::Unavailable(sentence::API_UNUSABLE.say()))?
            .pop_if_empty()
            .extend(parts);
        Ok(address)
    }

    /// One answer.
    pub async fn read<T: DeserializeOwned>(&self, address: Url) -> Result<T, ApiError> {
        let answer = self.call(&address).await?;
        parsed(&answer, &address)
    }

    /// Every page of a list.
    pub async fn pages<T: DeserializeOwned>(
        &self,
        parts: &[&str],
        filter: &[(&str, &str)],
    ) -> Result<Vec<T>, ApiError> {
        let mut address = self.at(parts)?;
        address
            .query_pairs_mut()
            .extend_pairs(filter)
            .append_pair("per_page", "100");
        let mut found = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.call(&address).await?;
            found.extend(parsed::<Vec<T>>(&answer, &address)?);
            match next_page(answer.headers()) {
                None => return Ok(found),
                // The token goes with the call: to nobody but the server that gave it.
                Some(next) if next.origin() == self.base.origin() => address = next,
                Some(_) => return Err(ApiError::Unavailable(sentence::PAGE_ELSEWHERE.say())),
            }
        }
        Err(ApiError::Unavailable(
            sentence::TOO_MANY_PAGES.with(&[("most", &MOST_PAGES)]),
        ))
    }

    async fn call(&self, address: &Url) -> Result<HttpResponse, ApiError> {
        let answer = self.web.send(self.request(address)?).await?;
        if answer.status() != StatusCode::OK {
            let of_the_account = *address == self.at(&["user"])?;
            return Err(refusal(&answer, address, of_the_account));
        }
        // Lists of a person that leave out some organizations come with status 200.
        let partial = answer.headers().get(SINGLE_SIGN_ON);
        if partial.is_some_and(|value| value.as_bytes().starts_with(b"partial-results")) {
            return Err(ApiError::SingleSignOn);
        }
        Ok(answer)
    }

    /// A request as GitHub wants it.
    pub fn request(&self, address: &Url) -> Result<HttpRequest, ApiError> {
        let mut request = http::Request::builder()
            .method(Method::GET)
            .uri(address.as_str())
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28");
        if let Some(token) = self.token {
            let unusable = |_| ApiError::Unavailable(sentence::TOKEN_UNUSABLE.say());
            let mut value =
                http::HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(unusable)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request.body(Vec::new()).map_err(|error| {
            ApiError::Unavailable(said::provider::NO_REQUEST.with(&[("address", address), ("reason", &error)]))
        })
    }
}

fn parsed<T: DeserializeOwned>(answer: &HttpResponse, address: &Url) -> Result<T, ApiError> {
    // The parser's error would quote the answer.
    serde_json::from_slice(answer.body())
        .map_err(|_| ApiError::Unavailable(sentence::UNREADABLE.with(&[("path", &address.path())])))
}

fn refusal(answer: &HttpResponse, address: &Url, of_the_account: bool) -> ApiError {
    let headers = answer.headers();
    let message = wire::message(answer.body()).to_lowercase();
    match answer.status() {
        StatusCode::UNAUTHORIZED => ApiError::Revoked,
        StatusCode::TOO_MANY_REQUESTS => ApiError::Limited(seconds(headers)),
        StatusCode::FORBIDDEN if is_limit(headers, &message) => ApiError::Limited(seconds(headers)),
        StatusCode::FORBIDDEN if headers.contains_key(SINGLE_SIGN_ON) => ApiError::SingleSignOn,
        StatusCode::FORBIDDEN if message.contains("oauth app access restrictions") => ApiError::NotApproved,
        StatusCode::FORBIDDEN if message.contains("account was suspended") => ApiError::Suspended,
        StatusCode::NOT_FOUND if of_the_account => ApiError::Gone,
        status => ApiError::Unavailable(sentence::STATUS.with(&[
            ("path", &address.path()),
            ("status", &status.as_u16()),
            ("reason", &quoted(&message)),
        ])),
    }
}

fn is_limit(headers: &HeaderMap, message: &str) -> bool {
    let used_up = headers.get(RATE_LEFT).is_some_and(|left| left.as_bytes() == b"0");
    used_up || headers.contains_key(RETRY_AFTER) || message.contains("rate limit")
}

fn seconds(headers: &HeaderMap) -> Option<u64> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()
}

/// The address in `Link: <…>; rel="next"`.
fn next_page(headers: &HeaderMap) -> Option<Url> {
    let links = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    let next = links.flat_map(|links| links.split(',')).find_map(|link| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let relation = rest
            .split(';')
            .any(|part| matches!(part.trim(), "rel=\"next\"" | "rel=next"));
        relation.then_some(address)
    });
    Url::parse(next?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_other_links() {
        let mut headers = HeaderMap::new();
        let text = "<https://h/a?page=1>; rel=\"prev\", <https://h/a?page=3>; rel=\"next\", <https://h/a?page=9>; rel=\"last\"";
        headers.insert(LINK, text.parse().unwrap());
        assert_eq!(next_page(&headers).unwrap().as_str(), "https://h/a?page=3");
        headers.insert(LINK, "<https://h/a?page=1>; rel=\"first\"".parse().unwrap());
        assert_eq!(next_page(&headers), None);
    }
}
