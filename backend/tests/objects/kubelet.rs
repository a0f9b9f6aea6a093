//! A stand-in for a kubelet: a node of the real cluster whose containers write what a test wants.

use crate::console::Console;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_rustls::TlsAcceptor;

/// A node with one running pod, `web`, and the hand that writes its log.
pub struct Kubelet {
    node: String,
    pen: Option<UnboundedSender<Vec<u8>>>,
    desk: Desk,
    server: tokio::task::JoinHandle<()>,
}

impl Kubelet {
    /// A node and a pod that runs on it.
    pub async fn start(console: &Console) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (pen, log) = unbounded_channel();
        let node = format!("{}-kubelet", console.namespace());
        let acceptor = TlsAcceptor::from(Arc::new(certified(console, &node).await));
        let desk = Desk::default();
        let server = tokio::spawn(serve(listener, acceptor, Arc::new(Mutex::new(log)), desk.clone()));

        let object =
            json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}, "spec": {"unschedulable": true}});
        console
            .directly(Method::POST, "/api/v1/nodes", "application/json", &object)
            .await;
        let status = json!({"status": {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}}}});
        let path = format!("/api/v1/nodes/{node}/status");
        console
            .directly(Method::PATCH, &path, "application/strategic-merge-patch+json", &status)
            .await;

        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"nodeName": node,
            "terminationGracePeriodSeconds": 0, "containers": [{"name": "main", "image": "busybox"}]}});
        let path = format!("/api/v1/namespaces/{}/pods", console.namespace());
        console.directly(Method::POST, &path, "application/json", &pod).await;
        let running = json!({"phase": "Running", "containerStatuses": [{"name": "main", "image": "busybox", "imageID": "",
            "ready": true, "restartCount": 0, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]});
        console.set_pod_status("web", &running).await;
        Self {
            node,
            pen: Some(pen),
            desk,
            server,
        }
    }

    /// The container writes.
    pub fn write(&self, bytes: impl Into<Vec<u8>>) {
        self.pen.as_ref().unwrap().send(bytes.into()).unwrap();
    }

    /// From now on there is no log, and this is why.
    pub fn refuse(&self, why: &str) {
        *self.desk.refusal.lock().unwrap() = Some(why.to_owned());
    }

    /// The address of the last request.
    pub fn last_request(&self) -> String {
        self.desk.last_request.lock().unwrap().clone()
    }

    /// The container's log ends.
    pub fn end(&mut self) {
        self.pen = None;
    }

    /// Takes the node away.
    pub async fn stop(self, console: &Console) {
        self.server.abort();
        let path = format!("/api/v1/nodes/{}", self.node);
        console
            .directly(Method::DELETE, &path, "application/json", &json!({}))
            .await;
    }
}

/// What the stand-in was told and what it was asked.
#[derive(Clone, Default)]
struct Desk {
    refusal: Arc<std::sync::Mutex<Option<String>>>,
    last_request: Arc<std::sync::Mutex<String>>,
}

type Log = Arc<Mutex<UnboundedReceiver<Vec<u8>>>>;

/// A certificate that the API server trusts, by the way that kubelets go.
async fn certified(console: &Console, node: &str) -> rustls::ServerConfig {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params
        .distinguished_name
        .push(rcgen::DnType::OrganizationName, "system:nodes");
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, format!("system:node:{node}"));
    let request = params.serialize_request(&key).unwrap().pem().unwrap();
    let requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    let object = json!({"metadata": {"name": node}, "spec": {"signerName": "kubernetes.io/kubelet-serving",
        "usages": ["digital signature", "server auth"], "request": STANDARD.encode(request)}});
    let mut object = console
        .directly(Method::POST, requests, "application/json", &object)
        .await;
    object["status"] =
        json!({"conditions": [{"type": "Approved", "status": "True", "reason": "Test", "message": "test"}]});
    let approval = format!("{requests}/{node}/approval");
    console
        .directly(Method::PUT, &approval, "application/json", &object)
        .await;
    let path = format!("/api/v1/clusters/shared/resources/certificates.k8s.io/v1/certificatesigningrequests/-/{node}");
    let issued = console
        .eventually(&path, |request| {
            request["status"]["certificate"].as_str().map(str::to_owned)
        })
        .await;
    console.client.delete(&path).await;
    let pem = STANDARD.decode(issued).unwrap();
    let chain = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, log: Log, desk: Desk) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        let (acceptor, log, desk) = (acceptor.clone(), Arc::clone(&log), desk.clone());
        tokio::spawn(async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            let mut request = Vec::new();
            while !request.windows(4).any(|window| window == b"\r\n\r\n") {
                let mut part = [0; 4096];
                match stream.read(&mut part).await {
                    Ok(0) | Err(_) => return,
                    Ok(read) => request.extend_from_slice(&part[..read]),
                }
            }
            let line = String::from_utf8_lossy(&request)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            let follows = line.contains("follow=true");
            *desk.last_request.lock().unwrap() = line;
            let refusal = desk.refusal.lock().unwrap().clone();
            if let Some(why) = refusal {
                let length = why.len();
                let answer = format!(
                    "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{why}"
                );
                stream.write_all(answer.as_bytes()).await.ok();
                stream.shutdown().await.ok();
                return;
            }
            let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n";
            if stream.write_all(head).await.is_err() {
                return;
            }
            let mut log = log.lock().await;
            loop {
                // A log that is not followed ends with what there is.
                let next = if follows { log.recv().await } else { log.try_recv().ok() };
                let Some(bytes) = next else { break };
                if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                    return;
                }
            }
            let _closed = tokio::time::timeout(Duration::from_secs(5), stream.shutdown()).await;
        });
    }
}
