//! What an administrator may call while he looks at the console as somebody else: reads, which answer as they answer that
//! one. The table of routes says which routes are different.

use http::{HeaderMap, Method, header};

use crate::context::RequestContext;
use crate::error::AppError;
use crate::router::WhileViewing;

/// The context with which the route goes on, or why it does not.
pub(super) fn admit(
    context: RequestContext,
    route: WhileViewing,
    method: &Method,
    headers: &HeaderMap,
) -> Result<RequestContext, AppError> {
    if context.viewed().is_none() {
        return Ok(context);
    }
    let name = &context.actor.name;
    let reads = matches!(*method, Method::GET | Method::HEAD) && !headers.contains_key(header::UPGRADE);
    match route {
        WhileViewing::AsOneself => Ok(context.as_oneself()),
        WhileViewing::Withheld => Err(AppError::viewing_as(format!(
            "You look at the console as {name}, whose own credentials are not for you. Stop viewing first."
        ))),
        WhileViewing::Reads if !reads => Err(AppError::viewing_as(format!(
            "You look at the console as {name}; nothing can be changed. Stop viewing first."
        ))),
        WhileViewing::Reads | WhileViewing::Asks => Ok(context),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::HeaderValue;
    use uuid::Uuid;

    use super::*;
    use crate::clock::Clock;
    use crate::context::Actor;
    use crate::router::table;

    fn looking() -> RequestContext {
        let own = RequestContext::system(Clock::system());
        RequestContext {
            actor: Actor::member_of(Uuid::new_v4(), "developers"),
            looked_at_by: Some(Arc::new(own.actor.clone())),
            ..own
        }
    }

    fn upgrade() -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers
    }

    fn admitted(headers: &HeaderMap, which: impl Fn(&Method) -> bool) -> Vec<String> {
        let mut admitted = Vec::new();
        for route in table() {
            for method in route.methods().into_iter().filter(&which) {
                if admit(looking(), route.while_viewing, &method, headers).is_ok() {
                    admitted.push(format!("{method} {}", route.path));
                }
            }
        }
        admitted
    }

    #[test]
    fn whoever_looks_as_somebody_else_only_reads_asks_and_stops() {
        let changes = admitted(&HeaderMap::new(), |method| {
            !matches!(*method, Method::GET | Method::HEAD)
        });
        let expected = [
            "DELETE /api/v1/session",
            "POST /api/v1/session/view-as",
            "POST /api/v1/access/review",
            "POST /api/v1/roles/preview",
        ];
        assert_eq!(changes, expected);
    }

    #[test]
    fn the_only_sockets_are_those_on_which_nothing_is_changed() {
        let own = ["/api/v1/session", "/api/v1/account/sessions", "/api/v1/account/tokens"];
        let sockets = admitted(&upgrade(), |method| *method == Method::GET);
        let sockets: Vec<&str> = sockets
            .iter()
            .filter_map(|line| line.strip_prefix("GET "))
            .filter(|path| !own.contains(path))
            .collect();
        let log = "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/log";
        assert_eq!(sockets, ["/api/v1/live", log]);
    }

    #[test]
    fn what_is_ones_own_stays_ones_own() {
        for route in table() {
            let is_own = route.path.starts_with("/api/v1/account/") && route.path != "/api/v1/account/permissions";
            if is_own && route.method == Method::GET {
                let context = admit(looking(), route.while_viewing, &Method::GET, &HeaderMap::new()).unwrap();
                assert_eq!(
                    (context.viewed(), context.actor.is_system()),
                    (None, true),
                    "{}",
                    route.path
                );
            }
        }
        let refused = admit(looking(), WhileViewing::Withheld, &Method::GET, &HeaderMap::new()).unwrap_err();
        assert_eq!(refused.problem().code(), "viewing-as");
    }

    #[test]
    fn whoever_looks_as_himself_is_not_concerned() {
        let own = RequestContext::system(Clock::system());
        for route in [WhileViewing::Reads, WhileViewing::Withheld] {
            assert!(admit(own.clone(), route, &Method::DELETE, &upgrade()).is_ok());
        }
    }
}
