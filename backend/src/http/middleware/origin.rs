//! Requests that change something, and sockets, come from our own pages: the `Origin` that browsers send, and that no page
//! can forge, must be ours. Requests with an API token need none: no browser sends a token by itself.

use http::{HeaderMap, Method, header};
use url::Url;

use crate::app::App;
use crate::error::AppError;

/// Must the request show its origin?
pub fn matters(method: &Method, headers: &HeaderMap) -> bool {
    let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    changes || headers.get(header::UPGRADE).is_some()
}

/// Fails when the request comes from a page of another origin; `required`: also when it does not say from where.
pub fn check(app: &App, headers: &HeaderMap, required: bool) -> Result<(), AppError> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        if required {
            return Err(AppError::forbidden(
                "The request does not say from which page it comes (no Origin header). Programs send an API token \
                 instead of a cookie.",
            ));
        }
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    if is_ours(app, origin, headers) {
        return Ok(());
    }
    Err(AppError::forbidden(format!(
        "The request comes from a page of {origin}, which is not this console. If people reach the console there, start \
         it with --public-url {origin}."
    )))
}

/// Ours is the public URL's origin, or the host that was asked. A configured public URL also fixes the scheme.
fn is_ours(app: &App, origin: &str, headers: &HeaderMap) -> bool {
    let public = &app.public_url;
    if origin == public.origin().ascii_serialization() {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let (Some(host), Ok(origin_url)) = (host, Url::parse(origin)) else {
        return false;
    };
    if app.config.public_url.is_some() && origin_url.scheme() != public.scheme() {
        return false;
    }
    // Through the same parser, so that default ports and case do not matter; an opaque origin ("null") does not parse.
    Url::parse(&format!("{}://{host}", origin_url.scheme()))
        .is_ok_and(|asked| origin_url.has_host() && asked.origin() == origin_url.origin())
}
