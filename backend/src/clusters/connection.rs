//! The only place that makes Kubernetes clients: one shared connection pool a cluster, and around it one client a caller
//! that takes out every header by which a caller could pose as somebody else.

use super::endpoint::{Endpoint, Identity};
use super::failure::{DeadlineExceeded, Failure};
use super::impersonation::ImpersonationHeaders;
use super::narrowed::Narrowed;
use super::reachable::{CheckedResolver, Reachable};
use super::streaming::OwnDeadlines;
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderMap, HeaderName, Request, Response, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ConfigExt as _};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::ExposeSecret as _;
use std::time::Duration;
use tokio::time::Instant;
use tower::{BoxError, ServiceBuilder};

/// How long TCP may take.
const CONNECT_DEADLINE: Duration = Duration::from_secs(8);
/// How long an answer may take, from the request's first to the answer's last byte.
const ANSWER_DEADLINE: Duration = Duration::from_secs(30);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const POOL_IDLE: Duration = Duration::from_secs(90);
const POOL_SIZE: usize = 16;

/// The connections to one cluster. Nobody speaks through them but by [`Connections::client`].
#[derive(Clone)]
pub(super) struct Connections(kube::Client);

impl Connections {
    /// A client that shares these connections, has a deadline for every answer, and sends no header by which its caller
    /// could pose as somebody else.
    pub(super) fn client(&self) -> kube::Client {
        guarded(self.0.clone(), None, None)
    }

    /// The same, and every call is made as somebody, perhaps within some namespaces only.
    pub(super) fn client_for(&self, identity: ImpersonationHeaders, narrowed: Option<Narrowed>) -> kube::Client {
        guarded(self.0.clone(), Some(identity), narrowed)
    }
}

/// The connections to the endpoint, with the endpoint's own rights. They follow no redirects.
pub(super) fn connect(endpoint: &Endpoint, reachable: &Reachable) -> Result<Connections, Failure> {
    let url: http::Uri = endpoint
        .url
        .parse()
        .map_err(|_| Failure::not_kubernetes("its address cannot be read"))?;
    reachable
        .check_host(url.host().unwrap_or_default())
        .map_err(|error| Failure::not_reachable(error.to_string()))?;
    let mut config = kube::Config::new(url);
    config.default_retry = false;
    config.tls_server_name.clone_from(&endpoint.tls_server_name);
    if let Some(pem) = &endpoint.certificate_authority {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let certificates =
            certificates.map_err(|_| Failure::unusable_credentials("the CA is not a PEM certificate"))?;
        config.root_cert = Some(
            certificates
                .into_iter()
                .map(|certificate| certificate.to_vec())
                .collect(),
        );
    }
    match &endpoint.identity {
        Identity::Certificate { certificate, key } => {
            config.auth_info.client_certificate_data = Some(to_base64(certificate));
            config.auth_info.client_key_data = Some(to_base64(key.expose_secret()).into());
        }
        Identity::Token(token) => config.auth_info.token = Some(token.expose_secret().into()),
        Identity::Password { username, password } => {
            config.auth_info.username = Some(username.clone());
            config.auth_info.password = Some(password.expose_secret().into());
        }
    }
    let unusable =
        |_| Failure::unusable_credentials("the client certificate, its key or the CA cannot be used for TLS");

    let mut tcp = HttpConnector::new_with_resolver(CheckedResolver::new(reachable.clone()));
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(CONNECT_DEADLINE));
    tcp.set_keepalive(Some(KEEP_ALIVE));
    tcp.set_nodelay(true);
    let https = config.rustls_https_connector_with_connector(tcp).map_err(unusable)?;
    let http = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .pool_idle_timeout(POOL_IDLE)
        .pool_max_idle_per_host(POOL_SIZE)
        .build(https);
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer().map_err(unusable)?)
        .map_err(BoxError::from)
        .service(http);
    Ok(Connections(kube::Client::new(service, "default")))
}

fn to_base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn guarded(shared: kube::Client, identity: Option<ImpersonationHeaders>, narrowed: Option<Narrowed>) -> kube::Client {
    let service = tower::service_fn(move |mut request: Request<Body>| {
        let (shared, narrowed) = (shared.clone(), narrowed.clone());
        remove_identity_headers(request.headers_mut());
        if let Some(identity) = &identity {
            identity.set(request.headers_mut());
        }
        async move {
            let send = async |request| send_with_deadline(&shared, request, ANSWER_DEADLINE).await;
            match narrowed {
                None => send(request).await,
                Some(narrowed) => narrowed.ask(request, send).await,
            }
        }
    });
    kube::Client::new(service, "default")
}

/// Takes out what decides, at an API server, who is asking.
fn remove_identity_headers(headers: &mut HeaderMap) {
    let poses = |name: &HeaderName| {
        let name = name.as_str();
        name.starts_with("impersonate-")
            || name.starts_with("x-remote-")
            || matches!(name, "authorization" | "proxy-authorization" | "cookie")
    };
    let names: Vec<HeaderName> = headers.keys().filter(|name| poses(name)).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

/// The body of an answer, as far as it came in time.
pub(super) type GuardedBody = UnsyncBoxBody<Bytes, BoxError>;

/// The whole answer must come in time, unless it is one that goes on for as long as somebody listens: a quiet log sends
/// not even its head before its first line.
async fn send_with_deadline(
    client: &kube::Client,
    request: Request<Body>,
    deadline: Duration,
) -> Result<Response<GuardedBody>, BoxError> {
    if goes_on(&request) {
        let response = client.send(request).await?;
        return Ok(response.map(|body| body.map_err(BoxError::from).boxed_unsync()));
    }
    let ends = Instant::now() + deadline;
    let is_log = is_log(&request);
    let response = tokio::time::timeout_at(ends, client.send(request))
        .await
        .map_err(|_| DeadlineExceeded(deadline))??;
    if is_log {
        return Ok(response.map(|body| body.map_err(BoxError::from).boxed_unsync()));
    }
    Ok(response.map(|body| {
        let parts = futures::stream::unfold(Some(body.into_data_stream()), move |rest| async move {
            let mut rest = rest?;
            match tokio::time::timeout_at(ends, rest.next()).await {
                Ok(None) => None,
                Ok(Some(Ok(bytes))) => Some((Ok(Frame::data(bytes)), Some(rest))),
                Ok(Some(Err(error))) => Some((Err(BoxError::from(error)), None)),
                Err(_) => Some((Err(BoxError::from(DeadlineExceeded(deadline))), None)),
            }
        });
        StreamBody::new(parts).boxed_unsync()
    }))
}

/// A log may be gigabytes: only its beginning must come in time. Its reader notices when it stands still.
fn is_log(request: &Request<Body>) -> bool {
    let segments: Vec<&str> = request.uri().path().split('/').skip(1).collect();
    matches!(segments[..], ["api", "v1", "namespaces", _, "pods", _, "log"])
}

/// Watches, followed logs and upgraded connections end when their reader goes; whoever says so sets his own deadlines.
fn goes_on(request: &Request<Body>) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let asked = query
        .split('&')
        .any(|pair| matches!(pair, "watch=true" | "watch=1" | "follow=true" | "follow=1"));
    asked || request.headers().contains_key(header::UPGRADE) || request.extensions().get::<OwnDeadlines>().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    /// A client whose requests land in the returned handle.
    fn mock() -> (kube::Client, tower_test::mock::Handle<Request<Body>, Response<Body>>) {
        let (service, handle) = tower_test::mock::pair();
        (kube::Client::new(service, "default"), handle)
    }

    #[tokio::test]
    async fn no_caller_can_pose_as_somebody_else() {
        let (shared, mut handle) = mock();
        let client = guarded(shared, None, None);
        let answering = tokio::spawn(async move {
            let (request, respond) = handle.next_request().await.unwrap();
            respond.send_response(Response::new(Body::empty()));
            request.headers().clone()
        });
        let mut request = Request::get("/version").body(Body::empty()).unwrap();
        for name in [
            "Impersonate-User",
            "impersonate-group",
            "Impersonate-Extra-Scopes",
            "Authorization",
            "X-Remote-User",
        ] {
            request.headers_mut().insert(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_static("root"),
            );
        }
        request
            .headers_mut()
            .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        client.send(request).await.unwrap();
        let seen = answering.await.unwrap();
        assert_eq!(seen.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cluster_that_never_answers_is_given_up() {
        let (shared, mut handle) = mock();
        let client = guarded(shared, None, None);
        let silent = tokio::spawn(async move {
            let held = handle.next_request().await;
            std::future::pending::<()>().await;
            drop(held);
        });
        let error = client
            .send(Request::get("/version").body(Body::empty()).unwrap())
            .await
            .unwrap_err();
        assert_eq!(Failure::of(&error), Failure::timeout(ANSWER_DEADLINE));
        silent.abort();
    }

    /// The body of an answer to `uri` whose second half comes a minute after the first.
    async fn slow_answer(uri: &str) -> Result<Bytes, BoxError> {
        let (service, mut handle) = tower_test::mock::pair::<Request<Body>, Response<GuardedBody>>();
        let client = guarded(kube::Client::new(service, "default"), None, None);
        let answering = tokio::spawn(async move {
            let (_, respond) = handle.next_request().await.unwrap();
            let halves = futures::stream::unfold(0, |half| async move {
                if half == 1 {
                    tokio::time::sleep(Duration::from_mins(1)).await;
                }
                (half < 2).then(|| (Ok(Frame::data(Bytes::from_static(b"half"))), half + 1))
            });
            respond.send_response(Response::new(StreamBody::new(halves).boxed_unsync()));
        });
        let response = client.send(Request::get(uri).body(Body::empty()).unwrap()).await?;
        answering.await.unwrap();
        Ok(response.into_body().collect().await?.to_bytes())
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_log_may_take_its_time_and_nothing_else() {
        let log = slow_answer("/api/v1/namespaces/a/pods/b/log?container=web")
            .await
            .unwrap();
        assert_eq!(log, "halfhalf");
        slow_answer("/api/v1/namespaces/pods/configmaps/log").await.unwrap_err();
    }

    #[test]
    fn only_watches_followed_logs_and_upgrades_go_on() {
        let goes_on_with = |uri: &str| goes_on(&Request::get(uri).body(Body::empty()).unwrap());
        assert!(goes_on_with("/api/v1/pods?watch=1&resourceVersion=3"));
        assert!(goes_on_with("/api/v1/namespaces/a/pods/b/log?follow=true"));
        assert!(!goes_on_with("/api/v1/pods?limit=500"));
        assert!(!goes_on_with("/api/v1/pods?labelSelector=watch%3Dtrue"));
    }
}
