//! What a narrowed API token may call. A token for some clusters or projects reaches those and nothing of the console
//! besides: it cannot make a wider token, bind a role or register a cluster. A token that only reads changes nothing.

use http::{HeaderMap, Method, header};

use crate::context::TokenScope;
use crate::error::AppError;

/// What a token for some places may read.
const READ: &[&str] = &["/api/v1/session", "/api/v1/clusters", "/api/v1/clusters/{cluster}"];
/// Below what a token for some places may do everything. Who may do what there is decided behind these routes, and which
/// clusters and namespaces exist for the token by `clusters` and `access`. What makes tokens or changes rights is not
/// here.
const USED: &[&str] = &[
    "/api/v1/clusters/{cluster}/check",
    "/api/v1/clusters/{cluster}/overview",
    "/api/v1/clusters/{cluster}/resources/",
    "/api/v1/clusters/{cluster}/apply",
    "/api/v1/clusters/{cluster}/deployments",
    "/api/v1/resources/",
    "/api/v1/live",
    "/k8s/clusters/{cluster}/",
];

/// May a token of this scope call the route with this path in the table?
pub(super) fn check(scope: &TokenScope, path: &str, method: &Method, headers: &HeaderMap) -> Result<(), AppError> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if scope.read_only && (!reads || headers.contains_key(header::UPGRADE)) {
        return Err(AppError::forbidden(
            "This API token only reads: it changes nothing and opens no shell or socket.",
        ));
    }
    let about_places = (reads && READ.contains(&path)) || USED.iter().any(|start| path.starts_with(start));
    if scope.places.is_some() && !about_places {
        return Err(AppError::forbidden(
            "This API token is for some clusters or projects only: it cannot use or change anything else of the console.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_token_for_some_places_calls_only_what_is_about_clusters() {
        let scope = TokenScope {
            places: Some(Arc::default()),
            read_only: false,
        };
        let mut allowed = Vec::new();
        for route in crate::router::table() {
            for method in route.methods() {
                if check(&scope, route.path, &method, &HeaderMap::new()).is_ok() {
                    allowed.push(format!("{method} {}", route.path));
                }
            }
        }
        let refused = |line: &str| !allowed.iter().any(|allowed| allowed == line);
        for line in [
            "POST /api/v1/account/tokens",
            "GET /api/v1/account/tokens",
            "POST /api/v1/clusters",
            "PATCH /api/v1/clusters/{cluster}",
            "DELETE /api/v1/clusters/{cluster}",
            "POST /api/v1/clusters/{cluster}/kubeconfig",
        ] {
            assert!(refused(line), "{line} in {allowed:#?}");
        }
        for line in ["GET /api/v1/clusters", "POST /k8s/clusters/{cluster}/{*path}"] {
            assert!(!refused(line), "{line} not in {allowed:#?}");
        }
    }

    #[test]
    fn a_token_that_only_reads_neither_writes_nor_upgrades() {
        let scope = TokenScope {
            places: None,
            read_only: true,
        };
        let none = HeaderMap::new();
        let path = "/k8s/clusters/{cluster}/{*path}";
        assert!(check(&scope, path, &Method::GET, &none).is_ok());
        assert!(check(&scope, path, &Method::HEAD, &none).is_ok());
        for method in [
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ] {
            assert!(check(&scope, path, &method, &none).is_err(), "{method}");
        }
        let mut upgrade = HeaderMap::new();
        upgrade.insert(header::UPGRADE, http::HeaderValue::from_static("websocket"));
        assert!(check(&scope, path, &Method::GET, &upgrade).is_err());
        assert!(check(&TokenScope::default(), path, &Method::POST, &upgrade).is_ok());
    }
}
