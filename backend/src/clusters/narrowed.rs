//! What may be asked of a cluster with an API token that is for some of its namespaces only.
//!
//! Every call goes through here, whoever wrote its address: the proxy for kubectl, the object pages, an apply. What lies
//! in no namespace is not reached, but what clients need to know of the API itself; questions about one's own rights are
//! answered as the token's. A refusal is the `Status` that an API server would answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SubjectAccessReviewStatus};
use kube::client::Body;
use serde::Serialize;
use serde_json::json;
use tower::BoxError;

use super::connection::GuardedBody;

/// The largest answer to a question about rights that is looked into, in bytes.
const LARGEST_ANSWER: usize = 1_000_000;
/// What is said instead of the rules of a token's owner.
const ASK_SINGLY: &str = "its rights cannot be listed; ask about one thing, such as `kubectl auth can-i list pods`";
/// Most namespaces that a refusal names.
const NAMED: usize = 5;

/// The only namespaces of a cluster that a client reaches.
#[derive(Clone, Debug)]
pub(super) struct Narrowed(Arc<BTreeSet<String>>);

/// What an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// What the token reaches.
    Within,
    /// What it does not.
    Outside,
    /// May I do this? (`SelfSubjectAccessReview`)
    MayI,
    /// What may I do in a namespace? (`SelfSubjectRulesReview`) API servers know what the token's owner may.
    MyRules,
}

impl Narrowed {
    /// To these namespaces.
    pub(super) fn to(namespaces: BTreeSet<String>) -> Self {
        Self(Arc::new(namespaces))
    }

    /// Asks what may be asked, and answers everything else.
    ///
    /// "May I?" comes in more than one format. API servers repeat the question in their answer, so that is asked for in
    /// JSON and then made the token's.
    pub(super) async fn ask<S, F>(&self, mut request: Request<Body>, send: S) -> Result<Response<GuardedBody>, BoxError>
    where
        S: FnOnce(Request<Body>) -> F,
        F: Future<Output = Result<Response<GuardedBody>, BoxError>>,
    {
        match self.asks(request.method(), request.uri().path()) {
            Asks::Within => return send(request).await,
            Asks::Outside => return Ok(self.refusal("this is outside of them")),
            Asks::MyRules => return Ok(self.refusal(ASK_SINGLY)),
            Asks::MayI => {}
        }
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::ACCEPT, json);
        request.headers_mut().remove(header::ACCEPT_ENCODING);
        let answer = send(request).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        let (head, body) = answer.into_parts();
        let body = read(body).await?;
        let narrowed = self.answer(&body);
        Ok(narrowed.unwrap_or_else(|| Response::from_parts(head, whole(body))))
    }

    /// Addresses are the console's own or written anew by the proxy. What is not known is outside.
    fn asks(&self, method: &Method, path: &str) -> Asks {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let reads = matches!(*method, Method::GET | Method::HEAD);
        let posts = *method == Method::POST;
        let within = match segments.as_slice() {
            // A name that an API server would read otherwise than it is read here.
            _ if segments.iter().any(|segment| is_ambiguous(segment)) => false,
            ["api" | "apis" | "version"] | ["api" | "apis", _] | ["apis", _, _] | ["openapi", ..] => reads,
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

    /// The token's own answer to "may I?", when its owner's is another.
    fn answer(&self, answered: &[u8]) -> Option<Response<GuardedBody>> {
        let Ok(mut review) = serde_json::from_slice::<SelfSubjectAccessReview>(answered) else {
            return Some(self.refusal("the cluster's answer could not be read"));
        };
        let spec = &review.spec;
        let reached = match (&spec.resource_attributes, &spec.non_resource_attributes) {
            (Some(asked), None) => self.reaches(asked),
            (None, Some(asked)) => asked
                .path
                .as_deref()
                .is_some_and(|path| self.asks(&Method::GET, path) == Asks::Within),
            _ => false,
        };
        if reached {
            return None;
        }
        review.status = Some(SubjectAccessReviewStatus {
            allowed: false,
            denied: Some(true),
            reason: Some(self.sentence("this is outside of them")),
            ..SubjectAccessReviewStatus::default()
        });
        Some(answer(StatusCode::CREATED, &review))
    }

    fn reaches(&self, asked: &ResourceAttributes) -> bool {
        let is = |text: &Option<String>, word: &str| text.as_deref().unwrap_or_default() == word;
        if is(&asked.group, "") && is(&asked.resource, "namespaces") {
            let named = asked.name.as_ref().is_some_and(|name| self.0.contains(name));
            return named && is(&asked.verb, "get") && is(&asked.subresource, "");
        }
        asked.namespace.as_ref().is_some_and(|name| self.0.contains(name))
    }

    fn refusal(&self, why: &str) -> Response<GuardedBody> {
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
            ([only], 0) => format!("which have the namespace {only}"),
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

fn answer(status: StatusCode, body: &impl Serialize) -> Response<GuardedBody> {
    // Texts, and maps of them, can always be written.
    let text = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(whole(Bytes::from(text)));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// Reads a short answer.
async fn read(mut body: GuardedBody) -> Result<Bytes, BoxError> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if read.len() + data.len() > LARGEST_ANSWER {
            return Err("the answer is too large".into());
        }
        read.extend_from_slice(&data);
    }
    Ok(read.freeze())
}

fn whole(body: Bytes) -> GuardedBody {
    Full::from(body).map_err(BoxError::from).boxed_unsync()
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

    /// What becomes of a cluster's answer that it may be done.
    async fn review(attributes: &Value) -> Value {
        answered(&json!({"resourceAttributes": attributes})).await
    }

    /// The same for a whole question.
    async fn answered(spec: &Value) -> Value {
        let uri = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let request = Request::post(uri).header("accept", "application/vnd.kubernetes.protobuf");
        let request = request.body(Body::from(b"in any format".to_vec())).unwrap();
        let answered = json!({"spec": spec, "status": {"allowed": true}});
        let send = async |request: Request<Body>| {
            assert_eq!(request.headers()["accept"], "application/json");
            Ok(answer(StatusCode::CREATED, &answered))
        };
        let response = narrowed().ask(request, send).await;
        let body = response.unwrap().into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }

    #[tokio::test]
    async fn may_i_is_answered_as_the_tokens_and_not_as_its_owners() {
        let elsewhere = review(&json!({"verb": "list", "resource": "pods", "namespace": "kube-system"})).await;
        assert!(elsewhere["status"]["reason"].as_str().unwrap().contains("cart, shop"));
        for (attributes, allowed) in [
            (
                json!({"verb": "list", "resource": "pods", "namespace": "kube-system"}),
                false,
            ),
            (json!({"verb": "list", "resource": "pods"}), false),
            (
                json!({"verb": "delete", "resource": "namespaces", "name": "shop"}),
                false,
            ),
            (json!({"verb": "get", "resource": "nodes", "name": "shop"}), false),
            (json!({"verb": "list", "resource": "pods", "namespace": "shop"}), true),
            (json!({"verb": "get", "resource": "namespaces", "name": "shop"}), true),
        ] {
            assert_eq!(review(&attributes).await["status"]["allowed"], allowed, "{attributes}");
        }
        assert_eq!(review(&json!("odd")).await["code"], 403);
        // Addresses that are no resources: `kubectl auth can-i get /metrics`.
        for (path, allowed) in [("/version", true), ("/metrics", false)] {
            let spec = json!({"nonResourceAttributes": {"verb": "get", "path": path}});
            assert_eq!(answered(&spec).await["status"]["allowed"], allowed, "{path}");
        }
    }
}
