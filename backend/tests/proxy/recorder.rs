//! An API server that writes down exactly what arrives, and answers as a test says.

use base64::Engine as _;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// So long is waited for what must happen soon.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The first line and the headers.
    pub head: String,
    /// The body, without the framing of chunks.
    pub body: Vec<u8>,
}

impl Recorded {
    /// The first line.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Every header as `name: value`, names in lower case, sorted.
    pub fn headers(&self) -> Vec<String> {
        let lines = self.head.lines().skip(1).filter(|line| !line.is_empty());
        let mut headers: Vec<String> = lines
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap();
                format!("{}: {}", name.to_lowercase(), value.trim())
            })
            .collect();
        headers.sort();
        headers
    }

    /// Is it one of the console's own: about the cluster's health, or about who may do what there?
    fn is_own(&self) -> bool {
        self.header("impersonate-user").is_none()
    }

    /// Does the console ask who may do what there? It does so without end, and needs no answer here.
    fn is_about_rights(&self) -> bool {
        let about = [
            "/apis/rbac.authorization.k8s.io/",
            "/apis/authorization.k8s.io/",
            "/api/v1/namespaces?",
        ];
        self.is_own() && about.iter().any(|path| self.line().contains(path))
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<String> {
        let start = format!("{name}: ");
        self.headers()
            .into_iter()
            .find_map(|line| line.strip_prefix(&start).map(str::to_owned))
    }
}

/// How a request is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With these bytes, and then the connection closes.
    Whole(String),
    /// With these bytes, and then with what the test writes.
    Open(String),
    /// With these bytes, and then with whatever the client sends.
    Echo(String),
}

/// An API server on a free port; it ends with this value.
pub struct Recorder {
    pub url: String,
    certificate_authority: String,
    records: Arc<Mutex<Vec<Recorded>>>,
    pen: UnboundedSender<Vec<u8>>,
    written: Arc<AtomicUsize>,
    gone: Arc<Notify>,
    serving: JoinHandle<()>,
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Shared {
    answer: Box<dyn Fn(&Recorded) -> Reply + Send + Sync>,
    records: Arc<Mutex<Vec<Recorded>>>,
    paper: tokio::sync::Mutex<UnboundedReceiver<Vec<u8>>>,
    written: Arc<AtomicUsize>,
    gone: Arc<Notify>,
}

impl Recorder {
    /// Answers every request alike.
    pub async fn always(reply: Reply) -> Self {
        Self::start(move |_| reply.clone()).await
    }

    /// Answers by the request.
    pub async fn start(answer: impl Fn(&Recorded) -> Reply + Send + Sync + 'static) -> Self {
        let (config, certificate_authority) = certified();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let (pen, paper) = unbounded_channel();
        let shared = Arc::new(Shared {
            answer: Box::new(answer),
            records: Arc::default(),
            paper: tokio::sync::Mutex::new(paper),
            written: Arc::default(),
            gone: Arc::default(),
        });
        let (records, gone) = (Arc::clone(&shared.records), Arc::clone(&shared.gone));
        let written = Arc::clone(&shared.written);
        let serving = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    if let Ok(socket) = acceptor.accept(socket).await {
                        serve(socket, &shared).await;
                    }
                });
            }
        });
        Self {
            url,
            certificate_authority,
            records,
            pen,
            written,
            gone,
            serving,
        }
    }

    /// A kubeconfig with which the console reaches this server.
    pub fn kubeconfig(&self) -> String {
        let authority = encoded(&self.certificate_authority);
        let url = &self.url;
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: recorder\n\
             contexts: [{{name: recorder, context: {{cluster: c, user: u}}}}]\n\
             users: [{{name: u, user: {{token: the-consoles-own}}}}]\n\
             clusters: [{{name: c, cluster: {{server: '{url}', certificate-authority-data: {authority}}}}}]\n"
        )
    }

    /// What arrived so far, without what the console asks for itself.
    pub fn requests(&self) -> Vec<Recorded> {
        let records = self.records.lock().unwrap();
        records.iter().filter(|record| !record.is_own()).cloned().collect()
    }

    /// All that arrived, also what the console asks for itself.
    pub fn everything(&self) -> Vec<Recorded> {
        self.records.lock().unwrap().clone()
    }

    /// The one request that arrived.
    #[track_caller]
    pub fn only_request(&self) -> Recorded {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests.remove(0)
    }

    /// Writes into the answer that is open.
    pub fn write(&self, bytes: impl Into<Vec<u8>>) {
        self.pen.send(bytes.into()).unwrap();
    }

    /// How many bytes of what was written the console has taken, once it takes no more for a second.
    pub async fn taken(&self) -> usize {
        let until_it_takes_no_more = async {
            let mut before = 0;
            loop {
                let now = self.written.load(Ordering::Relaxed);
                if now == before && now > 0 {
                    return now;
                }
                before = now;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, until_it_takes_no_more)
            .await
            .expect("the console takes what is written")
    }

    /// Waits until the console has ended the answer that is open.
    pub async fn until_gone(&self) {
        tokio::time::timeout(PATIENCE, self.gone.notified())
            .await
            .expect("the console holds a connection that nobody needs");
    }
}

async fn serve(mut socket: TlsStream<TcpStream>, shared: &Shared) {
    let Some(request) = read_request(&mut socket).await else {
        return;
    };
    let health = ["GET /version ", "GET /readyz ", "GET /api/v1/nodes?limit=1 "];
    let reply = if health.iter().any(|line| request.head.starts_with(line)) {
        Reply::Whole(http(
            "200 OK",
            "content-type: application/json",
            r#"{"gitVersion": "v1.36.0", "items": []}"#,
        ))
    } else if request.is_about_rights() {
        Reply::Whole(http(
            "404 Not Found",
            "content-type: text/plain",
            "there are no rights here",
        ))
    } else {
        (shared.answer)(&request)
    };
    shared.records.lock().unwrap().push(request);
    let (Reply::Whole(head) | Reply::Open(head) | Reply::Echo(head)) = &reply;
    if socket.write_all(head.as_bytes()).await.is_err() || socket.flush().await.is_err() {
        return;
    }
    let mut part = vec![0; 16 * 1024];
    match reply {
        Reply::Whole(_) => {
            socket.shutdown().await.ok();
            return;
        }
        Reply::Open(_) => {
            let mut paper = shared.paper.lock().await;
            loop {
                tokio::select! {
                    bytes = paper.recv() => match bytes {
                        Some(bytes) if socket.write_all(&bytes).await.is_ok() && socket.flush().await.is_ok() => {
                            shared.written.fetch_add(bytes.len(), Ordering::Relaxed);
                        }
                        _ => break,
                    },
                    read = socket.read(&mut part) => match read {
                        Ok(read) if read > 0 => {}
                        _ => break,
                    },
                }
            }
        }
        Reply::Echo(_) => {
            while let Ok(read @ 1..) = socket.read(&mut part).await {
                if socket.write_all(&part[..read]).await.is_err() || socket.flush().await.is_err() {
                    break;
                }
            }
        }
    }
    shared.gone.notify_one();
}

async fn read_request(socket: &mut TlsStream<TcpStream>) -> Option<Recorded> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            break end + 4;
        }
        read_more(socket, &mut bytes).await?;
    };
    let mut body = bytes.split_off(end);
    let mut recorded = Recorded {
        head: String::from_utf8(bytes).ok()?,
        body: Vec::new(),
    };
    if let Some(length) = recorded.header("content-length") {
        let length: usize = length.parse().ok()?;
        while body.len() < length {
            read_more(socket, &mut body).await?;
        }
    } else if recorded.header("transfer-encoding").is_some() {
        while !body.ends_with(b"0\r\n\r\n") {
            read_more(socket, &mut body).await?;
        }
        body = without_chunks(&body);
    }
    recorded.body = body;
    Some(recorded)
}

async fn read_more(socket: &mut TlsStream<TcpStream>, bytes: &mut Vec<u8>) -> Option<()> {
    let mut part = vec![0; 64 * 1024];
    match socket.read(&mut part).await {
        Ok(read) if read > 0 => {
            bytes.extend_from_slice(&part[..read]);
            Some(())
        }
        _ => None,
    }
}

fn without_chunks(mut chunked: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = chunked.windows(2).position(|end| end == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&chunked[..line]).unwrap(), 16).unwrap();
        body.extend_from_slice(&chunked[line + 2..line + 2 + length]);
        chunked = &chunked[line + 2 + length + 2..];
    }
    body
}

/// What a TLS server on this machine needs, and the PEM of the authority that its clients must know.
pub fn certified() -> (rustls::ServerConfig, String) {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let signed = params.signed_by(&key, &issuer).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(signed.der().to_vec())],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    (config, authority)
}

/// As kubeconfigs hold it.
pub fn encoded(pem: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(pem)
}

/// A whole HTTP answer; `headers` are lines without their ends.
pub fn http(status: &str, headers: &str, body: &str) -> String {
    let headers: Vec<String> = headers.lines().map(|line| format!("{}\r\n", line.trim())).collect();
    let headers = headers.concat();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// An empty list, as an API server answers.
pub fn list() -> Reply {
    Reply::Whole(http(
        "200 OK",
        "content-type: application/json",
        r#"{"kind":"PodList","items":[]}"#,
    ))
}
