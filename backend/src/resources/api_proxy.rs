//! The whole Kubernetes API through the console, for kubectl and other clients, with the rights of who asks.
//!
//! A client's request is never passed on: a new one is built, of what is allowed in one. It goes through the one door to
//! the cluster, which says on whose behalf it comes.

mod address;
mod headers;
mod shown;
mod stream;

use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Version, header};
use http_body::Body as _;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::upgrade::OnUpgrade;
use kube::client::Body;
use kube::core::PartialObjectMeta;
use tokio::time::timeout;
use tower::BoxError;

use crate::access::Asked;
use crate::clusters::failure::Failure;
use crate::clusters::streaming::{self, OwnDeadlines};
use crate::clusters::{ClusterError, Clusters};
use crate::context::{Credential, RequestContext};

pub use address::{Address, Opens};
pub use headers::Upgrade;
pub use shown::{Shown, is_readable};
pub use stream::{CutOff, PassedOn, join, pass_on};

/// How long an API server may take to begin with an answer, and may stop in the middle of one. It gives a request up by
/// itself after a minute. What goes on for as long as somebody listens has no such limit.
const ANSWER_DEADLINE: Duration = Duration::from_secs(90);
/// The largest body that is passed on, in bytes. API servers take a few megabytes; programs behind Services may take more.
pub const LARGEST_BODY: usize = 100_000_000;
/// The largest answer that is looked into, in bytes: no object is larger than etcd's 1.5 MB.
const LARGEST_OBJECT: u64 = 4_000_000;

/// Why a request was not passed on, or not answered.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// It could be read in more than one way, or asks for what is never passed on.
    #[error("{0}")]
    Invalid(String),
    /// The address is none of the Kubernetes API.
    #[error("/{0} is no address of the Kubernetes API that is passed on")]
    NotServed(String),
    /// It is not allowed with this kind of sign-in.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The body is larger than what is taken.
    #[error("the body is too large")]
    TooLarge,
    /// The cluster is not there, or there is no way to it.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The cluster turned the connection into something that was not asked for.
    #[error("cluster {0} answered with an upgrade that was not asked for")]
    OddUpgrade(String),
}

impl ProxyError {
    fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid(what.into())
    }
}

/// What a client asks of a cluster: read, checked, and ready to be asked anew.
#[derive(Clone, Debug)]
pub struct Call {
    cluster: String,
    method: Method,
    address: Address,
    headers: HeaderMap,
    upgrade: Option<Upgrade>,
    impersonates: bool,
}

impl Call {
    /// Reads the head of a request; `place` is what stands in its path behind the console's own part: the cluster and an
    /// address of its API.
    pub fn read(head: &http::request::Parts, place: &str) -> Result<Self, ProxyError> {
        let names_a_server = head.uri.scheme().is_some() || head.uri.authority().is_some();
        if names_a_server && head.version < Version::HTTP_2 {
            return Err(ProxyError::invalid("The address names a server: write the path alone."));
        }
        let (cluster, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let upgrade = headers::upgrade(&head.headers)?;
        Ok(Self {
            cluster: address::decode(cluster)?,
            method: head.method.clone(),
            address: Address::read(path, head.uri.query())?,
            headers: headers::for_cluster(&head.headers, upgrade),
            upgrade,
            impersonates: headers::impersonates(&head.headers),
        })
    }

    /// The cluster that is asked, by id or name.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Does the client want another protocol on this connection: a shell, a forwarded port?
    pub fn upgrades(&self) -> bool {
        self.upgrade.is_some()
    }

    /// The resource that is asked for; none for addresses that are no resources.
    pub fn object(&self) -> Option<AskedObject<'_>> {
        Some(AskedObject {
            asked: self.address.asked(&self.method, self.upgrade.is_some())?,
            version: self.address.version()?,
        })
    }

    /// What is done, as authorizers call it; for what is no resource, the method in lower case.
    pub fn verb(&self) -> String {
        let asked = self.address.asked(&self.method, self.upgrade.is_some());
        asked.map_or_else(|| self.method.as_str().to_lowercase(), |asked| asked.verb)
    }

    /// The address in the cluster's API, without its query.
    pub fn path(&self) -> String {
        self.address.path()
    }

    /// Is it only tried?
    pub fn is_trial(&self) -> bool {
        self.address.parameters("dryRun").next().is_some()
    }

    /// Does it make an object whose name the address does not have?
    fn creates(&self) -> bool {
        let asked = self.address.asked(&self.method, self.upgrade.is_some());
        !self.address.is_of_program() && asked.is_some_and(|asked| asked.verb == "create" && asked.name.is_none())
    }

    /// Does the client want a WebSocket?
    pub fn wants_websocket(&self) -> bool {
        self.upgrade == Some(Upgrade::WebSocket)
    }

    /// What is opened: a shell or a port of a pod.
    pub fn opens(&self) -> Option<Opens> {
        self.address.opens()
    }

    /// What is asked, when the answer stays open: the right to it must last as long.
    pub fn asked_while_open(&self) -> Option<Asked> {
        let asked = self.address.asked(&self.method, self.upgrade.is_some())?;
        (self.upgrade.is_some() || self.address.goes_on()).then_some(asked)
    }

    /// How long the cluster may say nothing in the middle of its answer.
    pub fn longest_silence(&self) -> Option<Duration> {
        (!self.address.goes_on()).then_some(ANSWER_DEADLINE)
    }

    /// Programs behind Pods, Services and nodes are reached with a token that may write, only: a page of theirs must not act
    /// with a browser's session, and reading does not tell what it does there.
    fn check_rights(&self, context: &RequestContext) -> Result<(), ProxyError> {
        if !self.address.is_of_program() {
            return Ok(());
        }
        if matches!(context.credential, Credential::Session(_)) {
            return Err(ProxyError::Forbidden(
                "Pages behind a Service, a Pod or a node are not opened in the console. Use an API token, or kubectl \
                 port-forward.",
            ));
        }
        if context.scope.read_only {
            return Err(ProxyError::Forbidden(
                "This API token only reads, and what a program behind a Service, a Pod or a node does is unknown.",
            ));
        }
        Ok(())
    }

    fn request(&self, body: Body) -> Result<Request<Body>, ProxyError> {
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.address.to_uri()?;
        *request.headers_mut() = self.headers.clone();
        request.extensions_mut().insert(OwnDeadlines);
        Ok(request)
    }
}

/// A resource that is asked for.
#[derive(Clone, Debug)]
pub struct AskedObject<'c> {
    /// As authorizers see it.
    pub asked: Asked,
    /// The version in the address.
    pub version: &'c str,
}

/// What the cluster answers.
pub enum Answer {
    /// An answer, with the headers that it may have.
    Plain(Response<Body>),
    /// The same, of an object that was created: its name stands in no address.
    Created(Response<Body>, String),
    /// The connection is another from here on: the headers that say so, and the cluster's end of it.
    Upgraded(HeaderMap, OnUpgrade),
}

/// Asks the cluster.
pub async fn ask<B>(context: &RequestContext, clusters: &Clusters, call: &Call, body: B) -> Result<Answer, ProxyError>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    call.check_rights(context)?;
    let client = clusters.client(context, &call.cluster).await?;
    let failed = |error: &kube::Error| of_error(error, &client.name);
    let body = if body.is_end_stream() {
        Body::empty()
    } else {
        let body = Limited::new(body, LARGEST_BODY);
        streaming::body(body).await.map_err(|error| failed(&error))?
    };
    let asking = client.kube.send(call.request(body)?);
    let response = if call.address.goes_on() && call.upgrade.is_none() {
        asking.await
    } else {
        let late = |_| of_failure(Failure::timeout(ANSWER_DEADLINE), &client.name);
        timeout(ANSWER_DEADLINE, asking).await.map_err(late)?
    };
    let mut response = response.map_err(|error| failed(&error))?;
    if response.status() == StatusCode::UNAUTHORIZED {
        // It is the console that the cluster does not know; who asked would look for the fault in the own token.
        return Err(of_failure(
            Failure::of_status(StatusCode::UNAUTHORIZED, ""),
            &client.name,
        ));
    }
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let upgrade = call.upgrade;
        let headers = upgrade.and_then(|upgrade| headers::for_upgraded_client(response.headers(), upgrade));
        let headers = headers.ok_or(ProxyError::OddUpgrade(client.name))?;
        return Ok(Answer::Upgraded(headers, hyper::upgrade::on(&mut response)));
    }
    let (head, body) = response.into_parts();
    let mut answer = Response::new(body);
    *answer.status_mut() = head.status;
    *answer.headers_mut() = headers::for_client(&head.headers, call.address.is_of_program(), call.impersonates);
    if !call.creates() || head.status != StatusCode::CREATED || !is_short_json(&answer) {
        return Ok(Answer::Plain(answer));
    }
    let late = |_| of_failure(Failure::timeout(ANSWER_DEADLINE), &client.name);
    let (head, body) = answer.into_parts();
    let body = timeout(ANSWER_DEADLINE, body.collect()).await.map_err(late)?;
    let body = body.map_err(|error| failed(&error))?.to_bytes();
    let created = serde_json::from_slice::<PartialObjectMeta>(&body);
    let answer = Response::from_parts(head, Body::from(body));
    Ok(match created.ok().and_then(|created| created.metadata.name) {
        Some(name) => Answer::Created(answer, name),
        None => Answer::Plain(answer),
    })
}

/// Can the answer be looked into as a whole?
fn is_short_json(answer: &Response<Body>) -> bool {
    let is = |name, value: &str| {
        answer
            .headers()
            .get(name)
            .is_some_and(|found| found.as_bytes().starts_with(value.as_bytes()))
    };
    is(header::CONTENT_TYPE, "application/json")
        && !answer.headers().contains_key(header::CONTENT_ENCODING)
        && answer
            .body()
            .size_hint()
            .upper()
            .is_some_and(|bytes| bytes <= LARGEST_OBJECT)
}

fn of_failure(failure: Failure, cluster: &str) -> ProxyError {
    ProxyError::Cluster(ClusterError::Failed {
        cluster: cluster.to_owned(),
        failure,
    })
}

/// A body that was too large breaks the request to the cluster off.
fn of_error(error: &kube::Error, cluster: &str) -> ProxyError {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if error.is::<LengthLimitError>() {
            return ProxyError::TooLarge;
        }
        next = error.source();
    }
    of_failure(Failure::of(error), cluster)
}
