//! What may be asked of a cluster with an API token that is for some of its namespaces only.
//!
//! Every call goes through here, whoever wrote its address: the proxy for kubectl, the object pages, an apply. What lies
//! in no namespace is not reached, but what clients need to know of the API itself; questions about one's own rights are
//! answered as the token's. A refusal is the `Status` that an API server would answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReviewStatus,
};
use kube::client::Body;
use serde::Serialize;
use serde_json::json;

/// The largest question about rights, in bytes: a real one has a few hundred.
const LARGEST_QUESTION: usize = 64 * 1024;
/// Most namespaces that a refusal names.
const NAMED: usize = 5;

/// The only namespaces of a cluster that a client reaches.
#[derive(Clone, Debug)]
pub(super) struct Narrowed(Arc<BTreeSet<String>>);

/// What becomes of a request.
pub(super) enum Admission {
    /// It is sent on.
    Sent(Request<Body>),
    /// It is answered without the cluster.
    Answered(Response<Full<Bytes>>),
}

/// What an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// What the token reaches.
    Within,
    /// What it does not.
    Outside,
    /// May I do this? (`SelfSubjectAccessReview`)
    MayI,
    /// What may I do in a namespace? (`SelfSubjectRulesReview`)
    MyRules,
}

impl Narrowed {
    /// To these namespaces.
    pub(super) fn to(namespaces: BTreeSet<String>) -> Self {
        Self(Arc::new(namespaces))
    }

    /// Decides about a request.
    pub(super) async fn admit(&self, request: Request<Body>) -> Admission {
        let asks = self.asks(request.method(), request.uri().path());
        if asks == Asks::Within {
            return Admission::Sent(request);
        }
        if asks == Asks::Outside {
            return Admission::Answered(self.refusal("this is outside of them"));
        }
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LARGEST_QUESTION).collect().await else {
            return Admission::Answered(self.refusal("this question could not be read"));
        };
        let body = body.to_bytes();
        let answer = match asks {
            Asks::MayI => self.answer(&body),
            _ => self.rules_are_elsewhere(&body),
        };
        match answer {
            Some(answer) => Admission::Answered(answer),
            None => Admission::Sent(Request::from_parts(head, Body::from(body.to_vec()))),
        }
    }

    /// Addresses are the console's own or written anew by the proxy. What is not known is outside.
    fn asks(&self, method: &Method, path: &str) -> Asks {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let reads = matches!(*method, Method::GET | Method::HEAD);
        let posts = *method == Method::POST;
        let within = match segments.as_slice() {
            // A name that an API server would read otherwise than it is read here.
            _ if segments.iter().any(|segment| is_ambiguous(segment)) => false,
            ["api" | "apis" | "version"] | ["api", _] | ["apis", _] | ["apis", _, _] | ["openapi", ..] => reads,
            ["apis", "authentication.k8s.io", _, "selfsubjectreviews"] => posts,
            ["apis", "authorization.k8s.io", _, "selfsubjectaccessreviews"] if posts => return Asks::MayI,
            ["apis", "authorization.k8s.io", _, "selfsubjectrulesreviews"] if posts => return Asks::MyRules,
            ["api", "v1", "namespaces", name] => reads && self.0.contains(*name),
            // Of the namespace itself; everything else there is in it.
            ["api", "v1", "namespaces", _, "status" | "finalize"] => false,
            ["api", _, "namespaces", name, _, ..] | ["apis", _, _, "namespaces", name, _, ..] => self.0.contains(*name),
            _ => false,
        };
        if within { Asks::Within } else { Asks::Outside }
    }

    /// The answer to "may I?", when it does not depend on the cluster.
    fn answer(&self, question: &[u8]) -> Option<Response<Full<Bytes>>> {
        let Ok(mut review) = serde_json::from_slice::<SelfSubjectAccessReview>(question) else {
            return Some(self.refusal("this question could not be read: ask in JSON"));
        };
        if let Some(asked) = &review.spec.resource_attributes
            && !self.reaches(asked)
        {
            review.status = Some(SubjectAccessReviewStatus {
                allowed: false,
                denied: Some(true),
                reason: Some(self.sentence("this is outside of them")),
                ..SubjectAccessReviewStatus::default()
            });
            return Some(answer(StatusCode::CREATED, &review));
        }
        None
    }

    fn reaches(&self, asked: &ResourceAttributes) -> bool {
        let is = |text: &Option<String>, word: &str| text.as_deref().unwrap_or_default() == word;
        if is(&asked.group, "") && is(&asked.resource, "namespaces") {
            let named = asked.name.as_ref().is_some_and(|name| self.0.contains(name));
            return named && is(&asked.verb, "get") && is(&asked.subresource, "");
        }
        asked.namespace.as_ref().is_some_and(|name| self.0.contains(name))
    }

    /// The refusal of "what may I do there?", unless there is a namespace that is reached.
    fn rules_are_elsewhere(&self, question: &[u8]) -> Option<Response<Full<Bytes>>> {
        let review = serde_json::from_slice::<SelfSubjectRulesReview>(question).ok();
        let namespace = review.and_then(|review| review.spec.namespace);
        let reached = namespace.is_some_and(|namespace| self.0.contains(&namespace));
        (!reached).then(|| self.refusal("ask about one of them, in JSON"))
    }

    fn refusal(&self, why: &str) -> Response<Full<Bytes>> {
        let status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.sentence(why),
            "reason": "Forbidden",
            "code": StatusCode::FORBIDDEN.as_u16(),
        });
        answer(StatusCode::FORBIDDEN, &status)
    }

    fn sentence(&self, why: &str) -> String {
        let named: Vec<&str> = self.0.iter().take(NAMED).map(String::as_str).collect();
        let more = self.0.len() - named.len();
        let namespaces = match (named.as_slice(), more) {
            ([], _) => "which have no namespaces now".to_owned(),
            (named, 0) => format!("which have the namespaces {}", named.join(", ")),
            (named, more) => format!("which have the namespaces {} and {more} more", named.join(", ")),
        };
        format!("this API token is for some projects of this cluster only, {namespaces}: {why}")
    }
}

fn is_ambiguous(segment: &str) -> bool {
    let lower = segment.to_ascii_lowercase();
    matches!(segment, "" | "." | "..") || ["%2e", "%2f", "%5c", "%25"].iter().any(|escape| lower.contains(escape))
}

fn answer(status: StatusCode, body: &impl Serialize) -> Response<Full<Bytes>> {
    // Texts, and maps of them, can always be written.
    let text = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn narrowed() -> Narrowed {
        Narrowed::to(["shop".to_owned(), "cart".to_owned()].into())
    }

    fn asks(method: &Method, path: &str) -> Asks {
        narrowed().asks(method, path)
    }

    #[test]
    fn what_lies_in_the_namespaces_is_reached_and_what_clients_need_to_know_of_the_api() {
        for path in [
            "/api/v1/namespaces/shop/pods",
            "/api/v1/namespaces/cart/pods/web-1/log",
            "/api/v1/namespaces/shop/services/web:80/proxy/status",
            "/apis/apps/v1/namespaces/shop/deployments/web/scale",
            "/apis/example.com/v1/namespaces/shop/widgets/",
            "/api/v1/namespaces/shop/pods/namespaces",
        ] {
            for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
                assert_eq!(asks(&method, path), Asks::Within, "{method} {path}");
            }
        }
        for path in [
            "/api/",
            "/apis",
            "/version",
            "/api/v1",
            "/apis/apps/v1",
            "/openapi/v3/apis/apps/v1",
            "/api/v1/namespaces/shop",
        ] {
            assert_eq!(asks(&Method::GET, path), Asks::Within, "{path}");
            assert_eq!(asks(&Method::DELETE, path), Asks::Outside, "{path}");
        }
    }

    #[test]
    fn nothing_else_is_reached() {
        for path in [
            "/api/v1/pods",
            "/api/v1/nodes/one/proxy/run",
            "/api/v1/namespaces",
            "/api/v1/namespaces/kube-system",
            "/api/v1/namespaces/kube-system/secrets",
            "/api/v1/namespaces/shop/status",
            "/api/v1/namespaces/shop/finalize",
            "/api/v1/watch/namespaces/shop/pods",
            "/api/v1/namespaces/shop/../kube-system/secrets",
            "/api/v1/namespaces/shop/%2e%2e/kube-system/secrets",
            "/api/v1/namespaces/shop%2f..%2fkube-system/secrets",
            "/api/v1/namespaces//shop/secrets",
            "/api/v1/namespaces/shop%20/secrets",
            "/apis/apps/v1/deployments",
            "/apis/apps/v1/watch/deployments",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            "/metrics",
            "/logs/shop",
            "/healthz",
            "/",
            "",
        ] {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS] {
                assert_eq!(asks(&method, path), Asks::Outside, "{method} {path}");
            }
        }
        let none = Narrowed::to(BTreeSet::new());
        assert_eq!(none.asks(&Method::GET, "/api/v1/namespaces/shop/pods"), Asks::Outside);
    }

    async fn review(question: &Value) -> Option<Value> {
        let uri = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let request = Request::post(uri).body(Body::from(question.to_string().into_bytes()));
        match narrowed().admit(request.unwrap()).await {
            Admission::Sent(request) => {
                let sent = request.into_body().collect().await.unwrap().to_bytes();
                assert_eq!(serde_json::from_slice::<Value>(&sent).unwrap(), *question);
                None
            }
            Admission::Answered(response) => {
                let body = response.into_body().collect().await.unwrap().to_bytes();
                Some(serde_json::from_slice(&body).unwrap())
            }
        }
    }

    #[tokio::test]
    async fn may_i_is_answered_as_the_tokens_and_not_as_its_owners() {
        let asked = |attributes: Value| json!({"spec": {"resourceAttributes": attributes}});
        let elsewhere = json!({"verb": "list", "resource": "pods", "namespace": "kube-system"});
        let answered = review(&asked(elsewhere)).await.unwrap();
        assert_eq!(answered["status"]["allowed"], false);
        assert!(answered["status"]["reason"].as_str().unwrap().contains("cart, shop"));
        for outside in [
            json!({"verb": "list", "resource": "pods"}),
            json!({"verb": "delete", "resource": "namespaces", "name": "shop"}),
            json!({"verb": "get", "resource": "nodes", "name": "shop"}),
        ] {
            assert_eq!(review(&asked(outside)).await.unwrap()["status"]["allowed"], false);
        }
        for within in [
            json!({"verb": "list", "resource": "pods", "namespace": "shop"}),
            json!({"verb": "get", "resource": "namespaces", "name": "shop"}),
        ] {
            assert_eq!(review(&asked(within)).await, None);
        }
        assert_eq!(review(&json!({"spec": "odd"})).await.unwrap()["code"], 403);
    }
}
