//! The session cookie, and the one that binds a sign-in on a provider's page to the browser that left for it.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;

/// Its name over plain HTTP.
const PLAIN: &str = "muster_session";
/// Its name over HTTPS: browsers then refuse it from anywhere but this very host, and without `Secure`.
const SECURE: &str = "__Host-muster_session";
/// The same for a sign-in that has left.
const PLAIN_LEAVING: &str = "muster_sign_in";
const SECURE_LEAVING: &str = "__Host-muster_sign_in";

fn name(app: &App) -> &'static str {
    if is_secure(app) { SECURE } else { PLAIN }
}

fn leaving_name(app: &App) -> &'static str {
    if is_secure(app) { SECURE_LEAVING } else { PLAIN_LEAVING }
}

fn is_secure(app: &App) -> bool {
    app.public_url.scheme() == "https"
}

/// The session's secret that a request carries.
pub fn read(app: &App, headers: &HeaderMap) -> Option<SecretString> {
    read_named(name(app), headers)
}

/// What binds the sign-in that has left to the browser that sends this.
pub fn read_leaving(app: &App, headers: &HeaderMap) -> Option<SecretString> {
    read_named(leaving_name(app), headers)
}

fn read_named(name: &str, headers: &HeaderMap) -> Option<SecretString> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| SecretString::from(value))
}

/// The header that gives a browser its session.
pub fn set(app: &App, secret: &SecretString, lifetime: Duration) -> HeaderValue {
    build(app, name(app), secret.expose_secret(), lifetime.as_secs())
}

/// The header that binds a sign-in that leaves to the browser.
pub fn set_leaving(app: &App, secret: &SecretString, lifetime: Duration) -> HeaderValue {
    build(app, leaving_name(app), secret.expose_secret(), lifetime.as_secs())
}

/// The header that takes that away.
pub fn clear_leaving(app: &App) -> HeaderValue {
    build(app, leaving_name(app), "", 0)
}

/// The header that takes it away.
pub fn clear(app: &App) -> HeaderValue {
    build(app, name(app), "", 0)
}

fn build(app: &App, name: &str, value: &str, seconds: u64) -> HeaderValue {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    let mut header = HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}
