//! Headers that keep browsers from doing what nobody asked for.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::app::App;

/// What pages may load. Answers that are no pages get the strictest one; `assets` sets the application's own.
pub const CONTENT_SECURITY_POLICY: HeaderName = header::CONTENT_SECURITY_POLICY;

const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const UNUSED_FEATURES: &str = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
                               gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Sets what the answer does not set itself.
pub fn complete(app: &App, headers: &mut HeaderMap) {
    let defaults = [
        (header::CONTENT_SECURITY_POLICY, NOTHING),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), UNUSED_FEATURES),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if app.public_url.scheme() == "https" {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000"));
    }
}
