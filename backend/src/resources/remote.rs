//! One cluster's API spoken in JSON values: the generic calls that objects, apply, actions and relations are made of.
//!
//! It holds no rights and no credentials of its own: the client comes from `clusters`, which decides who speaks. Every
//! call has a deadline. What a cluster refuses is kept word for word ([`Refusal`]) so that the caller can explain it.

use crate::clusters::failure::Failure;
use crate::clusters::{ClusterClient, ClusterError, Clusters};
use crate::context::RequestContext;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use kube::client::Body;
use kube::core::Status;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::time::Duration;

/// Reading one object, or writing one.
pub const CALL_DEADLINE: Duration = Duration::from_secs(15);
/// Larger answers are refused: a single object is at most 1.5 MB in etcd, a bounded list of 500 stays far below.
const MOST_ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// The field manager of everything that Muster writes.
pub const FIELD_MANAGER: &str = "muster";

/// Everything but what is plain in a path segment or a query value.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text as one segment of a path, or one value of a query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// What the cluster said when it refused a call.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .status.message)]
pub struct Refusal {
    /// The status that Kubernetes sent, or one made of a plain answer.
    pub status: Box<Status>,
}

/// A problem that Kubernetes found in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Kubernetes' word for it: `FieldValueInvalid`, `FieldManagerConflict`, …
    pub reason: String,
    /// The field's path as Kubernetes writes it; may be empty.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl Refusal {
    /// The HTTP status.
    pub fn code(&self) -> u16 {
        self.status.code
    }

    /// Kubernetes' reason: `NotFound`, `Invalid`, …
    pub fn reason(&self) -> &str {
        &self.status.reason
    }

    /// The message, word for word.
    pub fn message(&self) -> &str {
        &self.status.message
    }

    /// The same refusal in other words.
    #[must_use]
    pub fn with_message(&self, message: String) -> Self {
        let mut status = self.status.clone();
        status.message = message;
        Self { status }
    }

    /// The problems field by field, where Kubernetes names them.
    pub fn causes(&self) -> Vec<Cause> {
        let Some(details) = &self.status.details else {
            return Vec::new();
        };
        details
            .causes
            .iter()
            .map(|cause| Cause {
                reason: cause.reason.clone(),
                field: cause.field.clone(),
                message: cause.message.clone(),
            })
            .collect()
    }

    /// Is one of the causes of this reason?
    pub fn has_cause(&self, reason: &str) -> bool {
        self.causes().iter().any(|cause| cause.reason == reason)
    }

    /// Is the namespace that the call was about on its way out?
    pub fn is_namespace_terminating(&self) -> bool {
        self.has_cause("NamespaceTerminating") || self.message().contains("because it is being terminated")
    }

    /// Is it the namespace that is not there?
    pub fn is_namespace_missing(&self) -> bool {
        self.code() == 404
            && self
                .status
                .details
                .as_ref()
                .is_some_and(|details| details.kind == "namespaces")
    }

    /// The refusal in a sentence for a person: field by field where Kubernetes says so, else its own words.
    pub fn sentence(&self) -> String {
        let causes = self.causes();
        let is_about_fields = !causes.is_empty() && causes.iter().all(|cause| cause.reason.starts_with("FieldValue"));
        if !is_about_fields {
            return self.message().to_owned();
        }
        let sentences = causes.iter().map(|cause| {
            if cause.field.is_empty() || cause.field == "<nil>" {
                cause.message.clone()
            } else {
                format!("{}: {}", cause.field, cause.message)
            }
        });
        sentences.collect::<Vec<_>>().join("; ")
    }
}

/// Why a call did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RemoteError {
    /// The cluster answered, and refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The cluster could not be asked, or did not answer in time.
    #[error("the cluster {cluster} could not be asked: {}", failure.message)]
    Unreachable {
        /// The cluster's name.
        cluster: String,
        /// What happened.
        failure: Failure,
    },
    /// The answer was not what the Kubernetes API sends.
    #[error("the cluster {cluster} sent an answer that is not understood: {reason}")]
    Unreadable {
        /// The cluster's name.
        cluster: String,
        /// What was wrong with it.
        reason: String,
    },
}

impl RemoteError {
    /// The refusal, when the cluster answered.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Is what was asked for not there?
    pub fn is_not_found(&self) -> bool {
        self.refusal().is_some_and(|refusal| refusal.code() == 404)
    }

    /// Did the cluster not answer at all?
    pub fn is_unreachable(&self) -> bool {
        self.refusal().is_none()
    }
}

/// A cluster's answer: the value and the warnings that came with it.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The body.
    pub value: Value,
    /// The HTTP status (200, 201 or 202).
    pub code: StatusCode,
    /// The texts of the `Warning` headers.
    pub warnings: Vec<String>,
}

/// One cluster, as the context's actor may use it.
#[derive(Clone)]
pub struct Remote {
    client: kube::Client,
    /// The cluster's id, the key of what is remembered of it.
    pub id: uuid::Uuid,
    /// The cluster's name, for messages.
    pub name: String,
}

impl Remote {
    /// Goes through the one door to a cluster.
    pub async fn open(context: &RequestContext, clusters: &Clusters, cluster: &str) -> Result<Self, ClusterError> {
        let ClusterClient { id, name, kube, .. } = clusters.client(context, cluster).await?;
        Ok(Self { client: kube, id, name })
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Result<Value, RemoteError> {
        self.get_within(path, CALL_DEADLINE).await
    }

    /// Reads, with a deadline of the caller's.
    pub async fn get_within(&self, path: &str, deadline: Duration) -> Result<Value, RemoteError> {
        self.get_accepting(path, "application/json", deadline).await
    }

    /// Reads, asking for a content type that is not plain JSON (discovery, metadata only).
    pub async fn get_accepting(&self, path: &str, accept: &str, deadline: Duration) -> Result<Value, RemoteError> {
        Ok(self
            .within(deadline, self.call(request(Method::GET, path, accept, Bytes::new())))
            .await?
            .value)
    }

    /// Writes: `content_type` says how the body is meant.
    pub async fn write(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: &Value,
    ) -> Result<Reply, RemoteError> {
        let mut request = request(method, path, "application/json", Bytes::from(body.to_string()));
        if let Ok(value) = header::HeaderValue::from_str(content_type) {
            request.headers_mut().insert(header::CONTENT_TYPE, value);
        }
        self.within(CALL_DEADLINE, self.call(request)).await
    }

    /// Opens a text that may never end (a log). With no deadline the caller watches over the wait: a quiet log sends
    /// not even its headers before its first line.
    pub async fn open_text(&self, path: &str, deadline: Option<Duration>) -> Result<Body, RemoteError> {
        let opened = async {
            let response = self.send(request(Method::GET, path, "*/*", Bytes::new())).await?;
            if response.status().is_success() {
                return Ok(response.into_body());
            }
            Err(self.refused(response).await)
        };
        match deadline {
            Some(deadline) => self.within(deadline, opened).await,
            None => opened.await,
        }
    }

    /// Waits for work, but not for ever.
    pub(super) async fn within<T>(
        &self,
        deadline: Duration,
        work: impl Future<Output = Result<T, RemoteError>>,
    ) -> Result<T, RemoteError> {
        tokio::time::timeout(deadline, work).await.unwrap_or_else(|_| {
            Err(RemoteError::Unreachable {
                cluster: self.name.clone(),
                failure: Failure::timeout(deadline),
            })
        })
    }

    pub(super) async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, RemoteError> {
        self.client
            .send(request.map(Body::from))
            .await
            .map_err(|error| self.broken(&error))
    }

    async fn call(&self, request: Request<Bytes>) -> Result<Reply, RemoteError> {
        let response = self.send(request).await?;
        if !response.status().is_success() {
            return Err(self.refused(response).await);
        }
        let code = response.status();
        let warnings = warnings(response.headers());
        let bytes = self.body(response).await?;
        let value = serde_json::from_slice(&bytes).map_err(|error| self.unreadable(error.to_string()))?;
        Ok(Reply { value, code, warnings })
    }

    async fn body(&self, response: Response<Body>) -> Result<Bytes, RemoteError> {
        let limited = Limited::new(response.into_body(), MOST_ANSWER_BYTES);
        limited
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .map_err(|error| {
                if error.is::<http_body_util::LengthLimitError>() {
                    self.unreadable(format!("it is larger than {MOST_ANSWER_BYTES} bytes"))
                } else {
                    let error = kube::Error::Service(error);
                    RemoteError::Unreachable {
                        cluster: self.name.clone(),
                        failure: Failure::of(&error),
                    }
                }
            })
    }

    pub(super) async fn refused(&self, response: Response<Body>) -> RemoteError {
        let code = response.status();
        let bytes = match self.body(response).await {
            Ok(bytes) => bytes,
            Err(error) => return error,
        };
        let mut status = serde_json::from_slice::<Status>(&bytes).unwrap_or_else(|_| {
            // Proxies and the kubelet answer in plain text.
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(500)])
                .trim()
                .to_owned();
            let text = if text.is_empty() {
                format!("the answer was {code}")
            } else {
                text
            };
            Status::failure(&text, code.canonical_reason().unwrap_or_default())
        });
        if status.code == 0 {
            status.code = code.as_u16();
        }
        Refusal {
            status: Box::new(status),
        }
        .into()
    }

    pub(super) fn broken(&self, error: &kube::Error) -> RemoteError {
        match error {
            kube::Error::Api(status) => Refusal { status: status.clone() }.into(),
            error => RemoteError::Unreachable {
                cluster: self.name.clone(),
                failure: Failure::of(error),
            },
        }
    }

    pub(super) fn unreadable(&self, reason: String) -> RemoteError {
        RemoteError::Unreadable {
            cluster: self.name.clone(),
            reason,
        }
    }
}

pub(super) fn request(method: Method, path: &str, accept: &str, body: Bytes) -> Request<Bytes> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    // Paths are built of encoded segments; one that is no URI even so asks for what cannot be there.
    *request.uri_mut() = path.parse().unwrap_or_else(|_| http::Uri::from_static("/invalid-path"));
    if let Ok(accept) = header::HeaderValue::from_str(accept) {
        request.headers_mut().insert(header::ACCEPT, accept);
    }
    request
}

/// The texts of `Warning: 299 - "text"` headers (RFC 7234, section 5.5).
fn warnings(headers: &http::HeaderMap) -> Vec<String> {
    let texts = headers.get_all(header::WARNING).iter().filter_map(|value| {
        let value = value.to_str().ok()?;
        let (_, quoted) = value.split_once('"')?;
        // One quote ends the text; one before it may belong to the text, escaped.
        let text = quoted.trim_end().strip_suffix('"')?;
        Some(text.replace("\\\"", "\"").replace("\\\\", "\\"))
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(status: Value) -> Refusal {
        Refusal {
            status: serde_json::from_value(status).unwrap(),
        }
    }

    #[test]
    fn validation_messages_name_their_fields() {
        let refusal = refusal(json!({
            "kind": "Status", "status": "Failure", "code": 422, "reason": "Invalid",
            "message": "Deployment.apps \"web\" is invalid: [spec.replicas: …, …]",
            "details": {"kind": "Deployment", "causes": [
                {"reason": "FieldValueInvalid", "field": "spec.replicas", "message": "must not be negative"},
                {"reason": "FieldValueRequired", "field": "spec.selector", "message": "Required value"},
            ]},
        }));
        assert_eq!(
            refusal.sentence(),
            "spec.replicas: must not be negative; spec.selector: Required value"
        );
    }

    #[test]
    fn a_namespace_that_goes_or_is_missing_is_told_from_other_refusals() {
        let terminating = refusal(json!({
            "code": 403, "reason": "Forbidden", "message": "deployments.apps \"web\" is forbidden: unable to create",
            "details": {"causes": [{"reason": "NamespaceTerminating", "message": "namespace x is being terminated"}]},
        }));
        assert!(terminating.is_namespace_terminating() && !terminating.is_namespace_missing());
        let missing = refusal(json!({
            "code": 404, "reason": "NotFound", "message": "namespaces \"x\" not found",
            "details": {"name": "x", "kind": "namespaces"},
        }));
        assert!(missing.is_namespace_missing() && !missing.is_namespace_terminating());
    }

    #[test]
    fn warnings_are_read_without_their_wrapping() {
        let mut headers = http::HeaderMap::new();
        headers.append(
            header::WARNING,
            "299 - \"unknown field \\\"spec.x\\\"\"".parse().unwrap(),
        );
        assert_eq!(warnings(&headers), ["unknown field \"spec.x\""]);
    }

    #[test]
    fn names_are_encoded_before_they_become_a_path() {
        assert_eq!(encoded("system:node a/b"), "system%3Anode%20a%2Fb");
    }
}
