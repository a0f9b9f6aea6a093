//! Addresses of the Kubernetes API as clients write them: taken apart, checked, and written anew.
//!
//! What two servers in a row could read in two ways is refused: the console would check one address, and the API server
//! would answer another.

use http::uri::PathAndQuery;
use http::{Method, Uri};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::form_urlencoded;

use super::ProxyError;
use crate::access::Asked;

/// The first words of the addresses that are passed on, with everything below them.
const SERVED: &[&str] = &[
    "api", "apis", "openapi", "version", "healthz", "livez", "readyz", "metrics",
];
/// Single addresses that are passed on.
const SERVED_ALONE: &[&[&str]] = &[&[".well-known", "openid-configuration"], &["openid", "v1", "jwks"]];

/// What is escaped in a segment of a path: everything but RFC 3986's `pchar`.
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');
/// What is escaped in a query; its own escapes stay.
const IN_QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What a connection to a pod is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// `exec` or `attach`.
    Shell {
        /// The container, when it is named.
        container: Option<String>,
        /// The program that is run; none for `attach`.
        program: Option<String>,
    },
    /// `portforward`.
    Port,
}

/// An address of a cluster's API that is passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    segments: Vec<String>,
    /// Does it end in a slash?
    folder: bool,
    query: Option<String>,
}

impl Address {
    /// Reads what stands behind the cluster in a request's path, with its leading slash, and the query.
    pub fn read(path: &str, query: Option<&str>) -> Result<Self, ProxyError> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (path, folder) = match path.strip_suffix('/') {
            Some(path) => (path, true),
            None => (path, false),
        };
        let segments = path.split('/').map(decode).collect::<Result<Vec<_>, _>>()?;
        let first = segments.first().map(String::as_str).unwrap_or_default();
        let alone = || SERVED_ALONE.iter().any(|alone| segments == *alone);
        if !SERVED.contains(&first) && !alone() {
            let segments = segments.iter().map(|segment| encode(segment));
            return Err(ProxyError::NotServed(segments.collect::<Vec<_>>().join("/")));
        }
        Ok(Self {
            segments,
            folder,
            query: query.map(check_query).transpose()?,
        })
    }

    /// The address, written anew.
    pub fn to_uri(&self) -> Result<Uri, ProxyError> {
        let mut text = String::new();
        for segment in &self.segments {
            text.push('/');
            text.push_str(&encode(segment));
        }
        if self.folder {
            text.push('/');
        }
        if let Some(query) = &self.query {
            text.push('?');
            text.push_str(query);
        }
        let path = PathAndQuery::try_from(text).map_err(|_| ProxyError::invalid("The address is too long."))?;
        Ok(Uri::from(path))
    }

    /// The address without its query, as it is written anew.
    pub fn path(&self) -> String {
        let segments = self.segments.iter().map(|segment| encode(segment));
        format!("/{}", segments.collect::<Vec<_>>().join("/"))
    }

    /// The version of a resource; none for what is no resource.
    pub fn version(&self) -> Option<&str> {
        let place = match self.segments.first().map(String::as_str) {
            Some("api") => 1,
            Some("apis") => 2,
            _ => return None,
        };
        self.segments.get(place).map(String::as_str)
    }

    /// The values of a parameter of the query.
    pub fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        let pairs = form_urlencoded::parse(self.query.as_deref().unwrap_or_default().as_bytes());
        pairs
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// What a connection to this address is for.
    pub fn opens(&self) -> Option<Opens> {
        match self.resource().get(..3)? {
            ["pods", _, "exec" | "attach"] => Some(Opens::Shell {
                container: self.parameters("container").next(),
                program: self.parameters("command").next(),
            }),
            ["pods", _, "portforward"] => Some(Opens::Port),
            _ => None,
        }
    }

    /// Does it lead to a program behind a Pod, a Service or a node rather than to the API itself? What such a program
    /// answers with is anybody's page, and what it does on a mere GET is unknown.
    pub fn is_of_program(&self) -> bool {
        let words = self.resource();
        words.get(2) == Some(&"proxy") || words.first() == Some(&"proxy")
    }

    /// Does the answer go on for as long as somebody listens?
    pub fn goes_on(&self) -> bool {
        let words = self.resource();
        let asked = self.query.as_deref().is_some_and(|query| {
            query.split('&').any(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                // Anything but these two means true to an API server.
                matches!(name, "watch" | "follow") && !value.eq_ignore_ascii_case("false") && value != "0"
            })
        });
        let named = matches!(
            words.get(2).copied(),
            Some("attach" | "exec" | "log" | "portforward" | "proxy")
        );
        asked || named || matches!(words.first().copied(), Some("watch" | "proxy"))
    }

    /// What is asked, as authorizers see it (Kubernetes' `RequestInfo`); none for what is no resource.
    pub fn asked(&self, method: &Method, upgrades: bool) -> Option<Asked> {
        let words: Vec<&str> = self.segments.iter().map(String::as_str).collect();
        let (group, rest) = match words.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => return None,
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
            rest => (None, rest),
        };
        let resource = *rest.first()?;
        let (name, subresource) = (rest.get(1).copied(), rest.get(2).copied());
        let opens = upgrades || matches!(subresource, Some("exec" | "attach" | "portforward"));
        let verb = match *method {
            _ if opens => "create",
            Method::GET | Method::HEAD if name.is_some() => "get",
            Method::GET | Method::HEAD if self.goes_on() => "watch",
            Method::GET | Method::HEAD => "list",
            Method::POST => "create",
            Method::PUT => "update",
            Method::PATCH => "patch",
            Method::DELETE if name.is_none() => "deletecollection",
            Method::DELETE => "delete",
            _ => return None,
        };
        Some(Asked {
            verb: verb.to_owned(),
            group: group.to_owned(),
            resource: resource.to_owned(),
            subresource: subresource.map(str::to_owned),
            namespace: namespace.map(str::to_owned),
            name: name.map(str::to_owned),
        })
    }

    /// What stands behind version and namespace: the resource, a name, a subresource, and more.
    fn resource(&self) -> Vec<&str> {
        let before = match self.segments.first().map(String::as_str) {
            Some("api") => 2,
            Some("apis") => 3,
            _ => return Vec::new(),
        };
        let words: Vec<&str> = self.segments.iter().skip(before).map(String::as_str).collect();
        match words.as_slice() {
            ["namespaces", _, rest @ ..] if !rest.is_empty() => rest.to_vec(),
            _ => words,
        }
    }
}

/// One segment of a path, without its escapes.
pub fn decode(segment: &str) -> Result<String, ProxyError> {
    check_escapes(segment)?;
    let text = percent_decode_str(segment)
        .decode_utf8()
        .map_err(|_| ProxyError::invalid("The address holds bytes that are not UTF-8."))?;
    if text.is_empty() {
        return Err(ProxyError::invalid("The address has an empty part (`//`)."));
    }
    if matches!(&*text, "." | "..") {
        return Err(ProxyError::invalid(
            "The address has a part `.` or `..`: write it out instead.",
        ));
    }
    // An escape that is left was escaped twice; no name in Kubernetes holds one.
    if text.contains(['/', '\\', '%']) || text.chars().any(char::is_control) {
        return Err(ProxyError::invalid(
            "A part of the address holds an escaped slash, backslash, percent sign or control character.",
        ));
    }
    Ok(text.into_owned())
}

fn encode(segment: &str) -> String {
    utf8_percent_encode(segment, IN_SEGMENT).to_string()
}

/// The query as it is passed on: the text of values is the API server's to judge.
fn check_query(query: &str) -> Result<String, ProxyError> {
    check_escapes(query)?;
    let text = percent_decode_str(query)
        .decode_utf8()
        .map_err(|_| ProxyError::invalid("The query holds bytes that are not UTF-8."))?;
    if text.contains('\0') {
        return Err(ProxyError::invalid("The query holds a zero byte."));
    }
    Ok(utf8_percent_encode(query, IN_QUERY).to_string())
}

fn check_escapes(text: &str) -> Result<(), ProxyError> {
    let complete = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if text.split('%').skip(1).all(complete) {
        Ok(())
    } else {
        Err(ProxyError::invalid(
            "The address has a percent sign that is not followed by two hexadecimal digits.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed_on(path: &str) -> String {
        Address::read(path, None).unwrap().to_uri().unwrap().to_string()
    }

    #[test]
    fn addresses_of_the_api_are_passed_on_as_they_are_meant() {
        for path in [
            "/api",
            "/apis/",
            "/api/v1/namespaces/a-b/pods/web-0/log",
            "/apis/apps/v1/namespaces/a/deployments",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node",
            "/api/v1/namespaces/a/services/https:web:443/proxy/",
            "/openapi/v3/apis/apps/v1",
            "/version",
            "/readyz/etcd",
            "/.well-known/openid-configuration",
            "/openid/v1/jwks",
        ] {
            assert_eq!(passed_on(path), path);
        }
        assert_eq!(passed_on("/api/v1/n%61mespaces"), "/api/v1/namespaces");
        assert_eq!(passed_on("/apis/g/v1/things/a%20b%3Fc"), "/apis/g/v1/things/a%20b%3Fc");
        assert_eq!(passed_on("/apis/g/v1/things/%E4%B8%AD"), "/apis/g/v1/things/%E4%B8%AD");
    }

    #[test]
    fn what_two_servers_could_read_in_two_ways_is_refused() {
        for path in [
            "//api/v1",
            "/api//v1",
            "/api/v1//",
            "/api/v1/../v1/secrets",
            "/api/v1/./pods",
            "/api/v1/%2e%2e/secrets",
            "/api/v1/%2E/pods",
            "/api/v1/.%2e/pods",
            "/api/v1/namespaces%2Fa",
            "/api/v1/namespaces%2fa",
            "/api/v1/namespaces%5ca",
            "/api/v1/namespaces%5Ca",
            "/api/v1/namespaces\\a",
            "/api/v1/%00",
            "/api/v1/a%0d%0aX: y",
            "/api/v1/%252e%252e/secrets",
            "/api/v1/%252fsecrets",
            "/api/v1/100%",
            "/api/v1/%g0",
            "/api/v1/%c0%ae%c0%ae/secrets",
            "/api/v1/%ff",
        ] {
            let refused = Address::read(path, None);
            assert!(matches!(refused, Err(ProxyError::Invalid(_))), "{path}: {refused:?}");
        }
    }

    #[test]
    fn what_is_not_the_api_is_not_there() {
        for path in [
            "/",
            "/logs/x",
            "/debug/pprof",
            "/swaggerapi",
            "/apiv1",
            "/.well-known/x",
            "/openid/v1",
        ] {
            let refused = Address::read(path, None);
            assert!(refused.is_err(), "{path}: {refused:?}");
        }
        assert!(matches!(
            Address::read("/debug/pprof", None),
            Err(ProxyError::NotServed(path)) if path == "debug/pprof"
        ));
    }

    #[test]
    fn queries_keep_their_escapes_and_get_those_that_they_lack() {
        let passed_on = |query| Address::read("/api", Some(query)).unwrap().query.unwrap();
        assert_eq!(
            passed_on("labelSelector=a%3Db%25&limit=5"),
            "labelSelector=a%3Db%25&limit=5"
        );
        assert_eq!(
            passed_on("command=sh&command=-c&command=a%0Ab"),
            "command=sh&command=-c&command=a%0Ab"
        );
        assert_eq!(passed_on("a={x}|中"), "a=%7Bx%7D%7C%E4%B8%AD");
        for query in ["a=%", "a=%ff", "a=%00"] {
            assert!(Address::read("/api", Some(query)).is_err(), "{query}");
        }
    }

    #[test]
    fn programs_behind_pods_services_and_nodes_are_told_from_objects_named_proxy() {
        let of_program = |path| Address::read(path, None).unwrap().is_of_program();
        assert!(of_program("/api/v1/namespaces/a/pods/web/proxy"));
        assert!(of_program("/api/v1/namespaces/a/services/http:web:80/proxy/index.html"));
        assert!(of_program("/api/v1/nodes/n1/proxy/metrics"));
        assert!(of_program("/api/v1/proxy/namespaces/a/pods/web"));
        assert!(of_program("/api/v1/nodes/n1/pro%78y/run"));
        assert!(of_program("/apis/example.com/v1/namespaces/a/things/b/proxy"));
        assert!(!of_program("/api/v1/namespaces/a/configmaps/proxy"));
        assert!(!of_program("/api/v1/namespaces/proxy"));
        assert!(!of_program("/api/v1/namespaces/proxy/pods"));
        assert!(!of_program("/apis/apps/v1/namespaces/a/deployments/proxy/scale"));
    }

    #[test]
    fn watches_logs_and_connections_go_on() {
        let goes_on = |path, query| Address::read(path, query).unwrap().goes_on();
        assert!(goes_on("/api/v1/pods", Some("resourceVersion=1&watch=true")));
        assert!(goes_on("/api/v1/pods", Some("watch=1")));
        assert!(goes_on("/api/v1/pods", Some("watch")));
        assert!(goes_on("/api/v1/watch/pods", None));
        assert!(goes_on("/api/v1/namespaces/a/pods/b/log", None));
        assert!(goes_on("/api/v1/namespaces/a/pods/b/exec", Some("command=ls")));
        assert!(!goes_on("/api/v1/pods", Some("watch=false")));
        assert!(!goes_on("/api/v1/pods", Some("watch=0&limit=5")));
        assert!(!goes_on("/api/v1/namespaces/a/configmaps/log", None));
    }
}
