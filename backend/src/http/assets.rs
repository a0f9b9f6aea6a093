//! The browser application: its files, embedded in release builds and read from disk in debug builds, and its page for
//! every address that is not a file and not the API.

mod page;
mod source;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use crate::app::App;
use crate::error::AppError;

use source::File;

/// Files whose name holds a hash of their content never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// All others are asked for again every time, and answered with 304 while they are the same.
const REVALIDATED: &str = "no-cache";

/// What the build puts into folders of its own: no page begins with these words.
const FOLDERS_OF_FILES: [&str; 2] = ["js", "snippets"];

/// Every address that no route has.
pub async fn serve(State(app): State<App>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return AppError::not_found(format!(
            "address {path} in this interface; /api/docs lists what there is"
        ))
        .into_response();
    }
    if path.starts_with("/k8s/") {
        return AppError::not_found(format!(
            "address {path}; the Kubernetes API of a cluster is at /k8s/clusters/CLUSTER/api and /apis"
        ))
        .into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return AppError::MethodNotAllowed.into_response();
    }
    let name = path.trim_start_matches('/');
    if name != "index.html"
        && let Some(file) = source::find(name)
    {
        return answer_file(name, &file, &headers);
    }
    if is_page(name) {
        page::answer(&app)
    } else {
        AppError::not_found(format!("file {path}")).into_response()
    }
}

/// Is this an address that the application shows, rather than a file that is not there? Every page begins with a plain
/// word; what follows are names, and names of objects and kinds have dots in them (`web.example.com`, `node-1.local`).
fn is_page(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    name == "index.html" || (first.bytes().all(is_plain) && !FOLDERS_OF_FILES.contains(&first))
}

/// The address exists, the method does not.
pub async fn refuse_method() -> AppError {
    AppError::MethodNotAllowed
}

fn answer_file(name: &str, file: &File, headers: &HeaderMap) -> Response {
    let tag = HeaderValue::try_from(format!("\"{}\"", file.hash())).ok();
    let cache = HeaderValue::from_static(if is_hashed(name) { IMMUTABLE } else { REVALIDATED });
    if tag.is_some() && headers.get(header::IF_NONE_MATCH) == tag.as_ref() {
        return (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, cache)]).into_response();
    }
    let (coding, content) = best_variant(name, headers);
    let content = content.unwrap_or_else(|| file.content());
    let mut response = content.into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, media_type(name));
    answer.insert(header::CACHE_CONTROL, cache);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(tag) = tag {
        answer.insert(header::ETAG, tag);
    }
    if let Some(coding) = coding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// The compressed file that was made at build time, if there is one that the browser takes.
fn best_variant(name: &str, headers: &HeaderMap) -> (Option<&'static str>, Option<axum::body::Bytes>) {
    for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
        if accepts(headers, coding)
            && let Some(file) = source::find(&format!("{name}.{ending}"))
        {
            return (Some(coding), Some(file.content()));
        }
    }
    (None, None)
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted.split(',').any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

/// Does the name end in a hash of the content, as Trunk (a number of 64 bits in hexadecimal digits, without zeros in front)
/// and esbuild (8 capitals and digits) write it? `frontend-0123456789abcdef_bg.wasm`, `editor-4XKQ2ZAB.js`.
fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let Some((_, hash)) = stem.rsplit_once('-') else {
        return false;
    };
    let trunk = (12..=16).contains(&hash.len()) && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let esbuild = hash.len() == 8
        && hash
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    trunk || esbuild
}

fn media_type(name: &str) -> HeaderValue {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let text = matches!(kind.type_(), mime_guess::mime::TEXT) || kind.subtype() == mime_guess::mime::JAVASCRIPT;
    let full = if text {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    HeaderValue::try_from(full).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_of_the_content_are_kept_for_good() {
        for name in [
            "muster-0123456789abcdef.js",
            "a-0123456789abcdef_bg.wasm",
            "muster-frontend-e7237a8df082c51.js",
            "js/editor-4XKQ2ZAB.js",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "js/modules.json",
            "snippets/muster-0123456789abcdef/src/loader.js",
            "code-language.js",
            "logo.svg",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn a_coding_is_used_only_when_the_browser_takes_it() {
        let headers =
            |value: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        assert!(accepts(&headers("gzip, deflate, br"), "br"));
        assert!(accepts(&headers("gzip;q=0.5, br;q=0.9"), "br"));
        assert!(!accepts(&headers("gzip, br;q=0"), "br"));
        assert!(!accepts(&headers("identity"), "gzip"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
