//! Requests that change something, and sockets, come from our own pages: the `Origin` that browsers send, and that no page
//! can forge, must be ours. Requests with an API token need none: no browser sends a token by itself.
//!
//! Ours is the origin of `--public-url` and no other. Without one, people come by an address (`127.0.0.1`, a machine's own,
//! `localhost`, perhaps through a tunnel): then the request's own host is ours, but never as a name, since whoever owns a
//! name can let it lead to this server while his page is open (DNS rebinding).

use http::{HeaderMap, Method, header};
use url::{Host, Url};

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
    let public = app.config.public_url.as_ref();
    let advice = match public.map(|url| url.origin().ascii_serialization()) {
        Some(public) => format!("People reach it at {public}: open that address."),
        None => format!("If people reach the console there, start it with --public-url {origin}."),
    };
    Err(AppError::forbidden(format!(
        "The request comes from a page of {origin}, which is not this console. {advice}"
    )))
}

fn is_ours(app: &App, origin: &str, headers: &HeaderMap) -> bool {
    if app.config.public_url.is_some() {
        return origin == app.public_url.origin().ascii_serialization();
    }
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    // An opaque origin ("null") does not parse.
    let (Some(host), Ok(origin)) = (host, Url::parse(origin)) else {
        return false;
    };
    let is_address = match origin.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    };
    // Through the same parser, so that default ports and case do not matter.
    let asked = Url::parse(&format!("{}://{host}", origin.scheme()));
    is_address && asked.is_ok_and(|asked| asked.origin() == origin.origin())
}
