//! What nodes reach at this machine's address on the bridge: the apiserver, and a registry with the test images.
//!
//! Both listen on the bridge only, which nobody outside this machine reaches. They run on a thread with a runtime of its
//! own, because a test's runtime may stand still while the cluster must not.

use crate::error::{Error, FileContext, Result};
use crate::real_nodes::images::{Images, MANIFEST};
use axum::Router;
use axum::extract::{Path as RoutePath, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// The running services; dropping them ends their thread.
#[derive(Debug)]
pub(crate) struct BridgeServices {
    /// Where containerd finds every image.
    pub registry: SocketAddrV4,
    /// Closed when dropped, which the thread waits for.
    _alive: oneshot::Sender<()>,
}

impl BridgeServices {
    /// Listens on `address`: the apiserver's port leads to the apiserver on loopback.
    pub fn start(address: Ipv4Addr, api_port: u16, folder: PathBuf, images: Images) -> Result<Self> {
        let listen = |port| -> std::io::Result<TcpListener> {
            let listener = TcpListener::bind((address, port))?;
            listener.set_nonblocking(true)?;
            Ok(listener)
        };
        let bridge = Path::new("the bridge");
        let api = listen(api_port).file("listen on", bridge)?;
        let registry = listen(0).file("listen on", bridge)?;
        let port = registry.local_addr().file("listen on", bridge)?.port();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| Error::Start {
                program: "a runtime".to_owned(),
                source,
            })?;
        let (alive, mut dropped) = oneshot::channel::<()>();
        std::thread::spawn(move || {
            runtime.block_on(async {
                let (Ok(api), Ok(registry)) = (
                    tokio::net::TcpListener::from_std(api),
                    tokio::net::TcpListener::from_std(registry),
                ) else {
                    return;
                };
                let router = Router::new()
                    .route("/v2/", get(|| async { "{}" }))
                    .route("/v2/{*path}", get(serve))
                    .with_state(Arc::new(Registry { folder, images }));
                tokio::select! {
                    _ = axum::serve(registry, router) => {}
                    () = forward(api, api_port) => {}
                    _ = &mut dropped => {}
                }
            });
            // Connections that still stand must not keep the thread.
            runtime.shutdown_background();
        });
        Ok(Self {
            registry: SocketAddrV4::new(address, port),
            _alive: alive,
        })
    }
}

async fn forward(listener: tokio::net::TcpListener, port: u16) {
    loop {
        let Ok((mut outside, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(async move {
            if let Ok(mut inside) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
                // Either side may hang up at any time.
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            }
        });
    }
}

struct Registry {
    folder: PathBuf,
    images: Images,
}

/// The reading half of the OCI distribution API. containerd names the registry it really wants in `ns`.
async fn serve(
    State(registry): State<Arc<Registry>>,
    RoutePath(path): RoutePath<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let parts: Vec<_> = path.rsplitn(3, '/').collect();
    let [reference, kind, repository] = parts.as_slice() else {
        return not_found("NAME_UNKNOWN", &path);
    };
    let host = query.get("ns").map_or("docker.io", String::as_str);
    match *kind {
        "manifests" => {
            let tag = format!("{host}/{repository}:{reference}");
            let digest = registry.images.tags.get(&tag).map_or(*reference, String::as_str);
            registry
                .blob(digest, MANIFEST)
                .await
                .unwrap_or_else(|| not_found("MANIFEST_UNKNOWN", &tag))
        }
        "blobs" => {
            let blob = registry.blob(reference, "application/octet-stream").await;
            blob.unwrap_or_else(|| not_found("BLOB_UNKNOWN", reference))
        }
        _ => not_found("UNSUPPORTED", kind),
    }
}

impl Registry {
    async fn blob(&self, digest: &str, media_type: &'static str) -> Option<Response> {
        let name = digest.strip_prefix("sha256:")?;
        // The name becomes a file's, so nothing but a digest will do.
        if name.len() != 64 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let content = tokio::fs::read(self.folder.join(name)).await.ok()?;
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
        headers.insert("docker-content-digest", digest.parse().ok()?);
        Some((headers, content).into_response())
    }
}

fn not_found(code: &str, what: &str) -> Response {
    let body = json!({ "errors": [{ "code": code, "message": format!("{what} is not in the test registry") }] });
    (
        StatusCode::NOT_FOUND,
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}
