//! The application's one page, with the content security policy that fits it: scripts of our own origin, WebAssembly, the
//! inline script that starts it (by its hash), and nothing else.

use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use super::source;
use crate::app::App;
use crate::error::AppError;
use crate::http::middleware::CONTENT_SECURITY_POLICY;

/// Where the page wants the nonce for style elements that its libraries make.
const NONCE_PLACE: &str = "{{csp-nonce}}";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Muster</title>\
    <h1>Muster's server runs</h1><p>The browser application is not part of this build. Build it with \
    <code>cargo xtask run</code>, or with <code>trunk build</code> in the repository's root.</p>\
    <p>The HTTP interface is there: <a href=\"/api/docs\">/api/docs</a></p></html>";

/// The page, for whatever address the application shows.
pub(super) fn answer(_app: &App) -> Response {
    let Some(file) = source::find("index.html") else {
        return (StatusCode::OK, Html(NOT_BUILT)).into_response();
    };
    let content = file.content();
    let Ok(html) = std::str::from_utf8(&content) else {
        return AppError::Internal(anyhow::anyhow!("index.html is not UTF-8")).into_response();
    };
    let mut nonce = [0; 16];
    if getrandom::fill(&mut nonce).is_err() {
        return AppError::Internal(anyhow::anyhow!("no random numbers")).into_response();
    }
    let nonce = STANDARD.encode(nonce);
    let html = html.replace(NONCE_PLACE, &nonce);
    let policy = HeaderValue::try_from(policy(&html, &nonce)).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let cache = HeaderValue::from_static(super::REVALIDATED);
    (
        [(CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, cache)],
        Html(html),
    )
        .into_response()
}

fn policy(html: &str, nonce: &str) -> String {
    let mut hashes = String::new();
    for script in inline_scripts(html) {
        hashes.extend([" 'sha256-", &STANDARD.encode(Sha256::digest(script.as_bytes())), "'"]);
    }
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self' 'nonce-{nonce}'; \
         connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'self'"
    )
}

/// The text of every script that stands in the page itself.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script")?;
        (!attributes.contains("src=") && !script.is_empty()).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_hash_and_nothing_else_is() {
        let html = "<head><script type=\"module\">start()</script><script src=\"/a.js\"></script></head>";
        let hash = STANDARD.encode(Sha256::digest(b"start()"));
        let policy = policy(html, "abc");
        assert!(
            policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{hash}';")),
            "{policy}"
        );
        assert!(policy.contains("style-src 'self' 'nonce-abc'"), "{policy}");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
    }
}
