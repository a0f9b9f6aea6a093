//! Which headers pass, both ways: those that are named here, and no others.
//!
//! A cluster learns from headers who is asking, so nothing of a client's request may reach it that was not meant to:
//! neither by another spelling, nor by a list of headers that a proxy should drop.

use http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONNECTION, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
    SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT, VARY,
    WARNING, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::ProxyError;

const STREAM_PROTOCOL: HeaderName = HeaderName::from_static("x-stream-protocol-version");

/// What passes to the cluster.
const ASKED: [HeaderName; 6] = [
    ACCEPT,
    ACCEPT_ENCODING,
    CONTENT_TYPE,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    USER_AGENT,
];
/// What passes to the client.
const ANSWERED: [HeaderName; 12] = [
    CACHE_CONTROL,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    ETAG,
    LAST_MODIFIED,
    RETRY_AFTER,
    VARY,
    WARNING,
    HeaderName::from_static("audit-id"),
    HeaderName::from_static("x-kubernetes-pf-flowschema-uid"),
    HeaderName::from_static("x-kubernetes-pf-prioritylevel-uid"),
];
/// The protocols that Kubernetes speaks in upgraded connections. There is one more, by which a client hands over a
/// bearer token: whoever could pass that could be anybody.
const STREAM_PROTOCOLS: &[&str] = &[
    "v5.channel.k8s.io",
    "v4.channel.k8s.io",
    "v3.channel.k8s.io",
    "v2.channel.k8s.io",
    "channel.k8s.io",
    "v4.base64.channel.k8s.io",
    "base64.channel.k8s.io",
    "binary.k8s.io",
    "base64.binary.k8s.io",
    "portforward.k8s.io",
    "SPDY/3.1+portforward.k8s.io",
];
/// Nothing that comes from a cluster is a page of the console.
const NO_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// Said to those who ask on somebody else's behalf, since they get another answer than they think.
const IDENTITY_IGNORED: HeaderValue =
    HeaderValue::from_static("299 - \"the console decides who you are: --as and --as-group have no effect\"");

/// Into what a connection is to be turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// What kubectl speaks now, and browsers.
    WebSocket,
    /// What kubectl spoke before.
    Spdy,
}

impl Upgrade {
    fn of(value: &[u8]) -> Option<Self> {
        let all = [Self::WebSocket, Self::Spdy];
        all.into_iter()
            .find(|upgrade| upgrade.name().as_bytes().eq_ignore_ascii_case(value.trim_ascii()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Spdy => "SPDY/3.1",
        }
    }
}

/// Whether the client wants to turn the connection into another. Its list of headers that a proxy drops on the way
/// (`Connection`) may name none: a proxy that obeys it drops its own (CVE-2021-31999).
pub(super) fn upgrade(given: &HeaderMap) -> Result<Option<Upgrade>, ProxyError> {
    let mut wanted = false;
    for value in given.get_all(CONNECTION) {
        for option in value.as_bytes().split(|byte| *byte == b',') {
            match option.trim_ascii().to_ascii_lowercase().as_slice() {
                b"upgrade" => wanted = true,
                b"" | b"keep-alive" | b"close" => {}
                _ => {
                    return Err(ProxyError::invalid(
                        "The header Connection may say upgrade, keep-alive or close, and name no other header.",
                    ));
                }
            }
        }
    }
    let mut values = given.get_all(UPGRADE).iter();
    match (values.next(), values.next()) {
        (Some(value), None) if wanted => match Upgrade::of(value.as_bytes()) {
            Some(upgrade) => Ok(Some(upgrade)),
            None => Err(ProxyError::invalid(
                "A connection can be upgraded to WebSocket or to SPDY/3.1, and to nothing else.",
            )),
        },
        (Some(_), Some(_)) => Err(ProxyError::invalid("The header Upgrade is there more than once.")),
        // Not asked for in both headers: not asked for.
        _ => Ok(None),
    }
}

/// Does the client name somebody on whose behalf it asks?
pub(super) fn impersonates(given: &HeaderMap) -> bool {
    given.keys().any(|name| name.as_str().starts_with("impersonate-"))
}

/// The headers of the request to the cluster.
pub(super) fn for_cluster(given: &HeaderMap, upgrade: Option<Upgrade>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in ASKED {
        if name == ACCEPT || name == ACCEPT_ENCODING || name == IF_NONE_MATCH {
            for value in given.get_all(&name) {
                headers.append(&name, value.clone());
            }
        } else if let Some(value) = given.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    let Some(upgrade) = upgrade else { return headers };
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static(upgrade.name()));
    match upgrade {
        Upgrade::WebSocket => {
            for name in [SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION] {
                if let Some(value) = given.get(&name) {
                    headers.insert(name, value.clone());
                }
            }
            let protocols = stream_protocols(given, &SEC_WEBSOCKET_PROTOCOL).join(", ");
            if let Ok(value) = HeaderValue::try_from(protocols)
                && !value.is_empty()
            {
                headers.insert(SEC_WEBSOCKET_PROTOCOL, value);
            }
        }
        Upgrade::Spdy => {
            for protocol in stream_protocols(given, &STREAM_PROTOCOL) {
                headers.append(STREAM_PROTOCOL, HeaderValue::from_static(protocol));
            }
        }
    }
    headers
}

/// The protocols in a header that are Kubernetes' own, in their order.
fn stream_protocols(given: &HeaderMap, name: &HeaderName) -> Vec<&'static str> {
    let values = given.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .filter_map(|wanted| STREAM_PROTOCOLS.iter().find(|known| **known == wanted.trim()))
        .copied()
        .collect()
}

/// The headers of the answer to the client; `of_program`: it is not the API's own, `impersonated`: it was asked for on
/// somebody else's behalf.
pub(super) fn for_client(answered: &HeaderMap, of_program: bool, impersonated: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in ANSWERED {
        for value in answered.get_all(&name) {
            headers.append(&name, value.clone());
        }
    }
    if let Some(value) = headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok())
        && value.split(',').any(|word| word.trim().eq_ignore_ascii_case("public"))
    {
        // Public within the cluster is not public to everyone between the console and its users.
        let words = value.split(',').map(str::trim);
        let words = words.map(|word| {
            if word.eq_ignore_ascii_case("public") {
                "private"
            } else {
                word
            }
        });
        let value = HeaderValue::try_from(words.collect::<Vec<_>>().join(", "));
        headers.insert(CACHE_CONTROL, value.unwrap_or(HeaderValue::from_static("no-store")));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, NO_PAGE);
    if impersonated {
        headers.append(WARNING, IDENTITY_IGNORED);
    }
    if of_program {
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    headers
}

/// The headers of the answer that turns the client's connection; none when the cluster turned its own into another.
pub(super) fn for_upgraded_client(answered: &HeaderMap, upgrade: Upgrade) -> Option<HeaderMap> {
    let turned = answered.get(UPGRADE).and_then(|value| Upgrade::of(value.as_bytes()));
    if turned != Some(upgrade) {
        return None;
    }
    let mut headers = HeaderMap::new();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static(upgrade.name()));
    for name in [SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, STREAM_PROTOCOL] {
        if let Some(value) = answered.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        headers
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        headers.keys().map(HeaderName::as_str).collect()
    }

    #[test]
    fn only_named_headers_reach_the_cluster() {
        let given = headers(&[
            ("host", "console"),
            ("accept", "application/json"),
            ("accept", "*/*"),
            ("content-type", "application/json"),
            ("content-type", "text/html"),
            ("authorization", "Bearer mst_x"),
            ("cookie", "muster_session=x"),
            ("impersonate-user", "root"),
            ("impersonate_user", "root"),
            ("x-remote-group", "system:masters"),
            ("x-forwarded-for", "192.0.2.1"),
            ("transfer-encoding", "chunked"),
            ("te", "trailers"),
            ("kubectl-command", "kubectl get"),
            ("sec-websocket-key", "x"),
            ("x-stream-protocol-version", "v4.channel.k8s.io"),
        ]);
        let passed = for_cluster(&given, None);
        assert_eq!(names(&passed), ["accept", "content-type"]);
        assert_eq!(passed.get_all(ACCEPT).iter().count(), 2);
        assert_eq!(
            passed.get_all(CONTENT_TYPE).iter().collect::<Vec<_>>(),
            ["application/json"]
        );
    }

    #[test]
    fn no_token_passes_as_a_websocket_protocol() {
        let given = headers(&[
            (
                "sec-websocket-protocol",
                "base64url.bearer.authorization.k8s.io.cm9vdA, v5.channel.k8s.io",
            ),
            ("sec-websocket-protocol", "v4.channel.k8s.io,evil"),
            ("sec-websocket-extensions", "permessage-deflate"),
        ]);
        let passed = for_cluster(&given, Some(Upgrade::WebSocket));
        assert_eq!(passed[SEC_WEBSOCKET_PROTOCOL], "v5.channel.k8s.io, v4.channel.k8s.io");
        assert_eq!(names(&passed), ["connection", "upgrade", "sec-websocket-protocol"]);
    }

    #[test]
    fn a_connection_is_upgraded_to_what_kubernetes_speaks_and_drops_nothing() {
        let asked = |pairs: &[(&str, &str)]| upgrade(&headers(pairs));
        let spdy = asked(&[("connection", "Upgrade"), ("upgrade", "SPDY/3.1")]);
        assert_eq!(spdy.unwrap(), Some(Upgrade::Spdy));
        let web = asked(&[("connection", "keep-alive, upgrade"), ("upgrade", "WebSocket")]);
        assert_eq!(web.unwrap(), Some(Upgrade::WebSocket));
        assert_eq!(asked(&[("connection", "close")]).unwrap(), None);
        assert_eq!(asked(&[("connection", "upgrade")]).unwrap(), None);
        assert_eq!(asked(&[("upgrade", "websocket")]).unwrap(), None);
        for refused in [
            &[("connection", "Impersonate-User")][..],
            &[("connection", "close"), ("connection", "keep-alive,impersonate-group")],
            &[("connection", "upgrade, authorization"), ("upgrade", "websocket")],
            &[("connection", "upgrade"), ("upgrade", "h2c")],
            &[("connection", "upgrade"), ("upgrade", "websocket, h2c")],
            &[("connection", "upgrade"), ("upgrade", "websocket"), ("upgrade", "h2c")],
        ] {
            assert!(matches!(asked(refused), Err(ProxyError::Invalid(_))), "{refused:?}");
        }
    }

    #[test]
    fn only_named_headers_reach_the_client_and_nothing_becomes_a_page() {
        let answered = headers(&[
            ("content-type", "text/html"),
            ("set-cookie", "__Host-muster_session=stolen"),
            ("location", "https://evil.example.com"),
            ("www-authenticate", "Basic"),
            ("access-control-allow-origin", "*"),
            ("content-security-policy", "default-src *"),
            ("cache-control", "max-age=10, Public"),
            ("warning", "299 - \"old\""),
        ]);
        let passed = for_client(&answered, false, false);
        assert_eq!(
            names(&passed),
            [
                "cache-control",
                "content-type",
                "warning",
                "x-content-type-options",
                "content-security-policy"
            ]
        );
        assert_eq!(passed[CACHE_CONTROL], "max-age=10, private");
        assert!(passed[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
        assert_eq!(for_client(&answered, true, false)[CONTENT_DISPOSITION], "attachment");
    }

    #[test]
    fn a_cluster_cannot_turn_a_connection_into_something_else() {
        let web = headers(&[
            ("upgrade", "websocket"),
            ("set-cookie", "x"),
            ("sec-websocket-accept", "y"),
        ]);
        let passed = for_upgraded_client(&web, Upgrade::WebSocket).unwrap();
        assert_eq!(names(&passed), ["connection", "upgrade", "sec-websocket-accept"]);
        assert_eq!(for_upgraded_client(&web, Upgrade::Spdy), None);
        assert_eq!(for_upgraded_client(&HeaderMap::new(), Upgrade::Spdy), None);
    }
}
