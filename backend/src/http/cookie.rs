//! The session cookie.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;

/// Its name over plain HTTP.
const PLAIN: &str = "muster_session";
/// Its name over HTTPS: browsers then refuse it from anywhere but this very host, and without `Secure`.
const SECURE: &str = "__Host-muster_session";

fn name(app: &App) -> &'static str {
    if is_secure(app) { SECURE } else { PLAIN }
}

fn is_secure(app: &App) -> bool {
    app.public_url.scheme() == "https"
}

/// The session's secret that a request carries.
pub fn read(app: &App, headers: &HeaderMap) -> Option<SecretString> {
    let name = name(app);
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
    build(app, secret.expose_secret(), lifetime.as_secs())
}

/// The header that takes it away.
pub fn clear(app: &App) -> HeaderValue {
    build(app, "", 0)
}

fn build(app: &App, value: &str, seconds: u64) -> HeaderValue {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    let text = format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}",
        name(app)
    );
    let mut header = HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}
