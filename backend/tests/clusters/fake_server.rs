//! TLS servers that are no Kubernetes, or a broken one.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A server on a free port; it ends with this value.
pub struct FakeServer {
    pub url: String,
    /// PEM of the CA that signed its certificate.
    pub certificate_authority: String,
    serving: JoinHandle<()>,
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Gives a whole HTTP answer for a path.
type Answer = dyn Fn(&str) -> String + Send + Sync;

/// What is wrong with the server's certificate.
#[derive(Clone, Copy, PartialEq)]
pub enum Certificate {
    Fine,
    Expired,
    OtherName,
}

impl FakeServer {
    /// Answers each request by its path with a whole HTTP answer.
    pub async fn answering(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::start(Certificate::Fine, Some(Arc::new(answer))).await
    }

    /// Has a certificate that nobody should trust.
    pub async fn with_certificate(certificate: Certificate) -> Self {
        Self::start(certificate, None).await
    }

    /// Accepts connections and never says a word.
    pub async fn silent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((socket, _)) = listener.accept().await {
                held.push(socket);
            }
        });
        Self {
            url,
            certificate_authority: authority().1,
            serving,
        }
    }

    async fn start(certificate: Certificate, answer: Option<Arc<Answer>>) -> Self {
        let (issuer, authority_pem) = authority();
        let key = KeyPair::generate().unwrap();
        let name = if certificate == Certificate::OtherName {
            "elsewhere.example.com"
        } else {
            "127.0.0.1"
        };
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if certificate == Certificate::Expired {
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        }
        let signed = params.signed_by(&key, &issuer).unwrap();
        let chain = vec![CertificateDer::from(signed.der().to_vec())];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), answer.clone());
                tokio::spawn(async move {
                    let Ok(mut socket) = acceptor.accept(socket).await else {
                        return;
                    };
                    let mut request = Vec::new();
                    let mut part = [0; 1024];
                    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                        match socket.read(&mut part).await {
                            Ok(read) if read > 0 => request.extend_from_slice(&part[..read]),
                            _ => return,
                        }
                    }
                    let head = String::from_utf8_lossy(&request);
                    let path = head.split(' ').nth(1).unwrap_or_default();
                    let text = answer.map(|answer| answer(path)).unwrap_or_default();
                    socket.write_all(text.as_bytes()).await.ok();
                    socket.shutdown().await.ok();
                });
            }
        });
        Self {
            url,
            certificate_authority: authority_pem,
            serving,
        }
    }
}

/// A new CA: what signs, and its PEM.
fn authority() -> (Issuer<'static, KeyPair>, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    (Issuer::new(params, key), pem)
}

/// A whole HTTP answer.
pub fn http(status: &str, content_type: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
