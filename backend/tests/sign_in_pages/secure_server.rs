//! An HTTPS server of a test's own, with a certificate authority of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A running server; ended when dropped.
pub struct SecureServer {
    /// `https://localhost:<port>`
    pub base: String,
    /// Its certificate authority, as PEM.
    pub authority: String,
    issuer: Arc<Issuer<'static, KeyPair>>,
    task: JoinHandle<()>,
}

/// A port that is taken already, for a server whose routes must know its address.
pub struct Reserved {
    listener: TcpListener,
    /// `https://localhost:<port>`
    pub base: String,
}

impl Reserved {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Self {
            listener,
            base: format!("https://localhost:{port}"),
        }
    }

    /// Serves these routes there, under an authority of its own.
    pub fn serve(self, routes: Router) -> SecureServer {
        let authority_key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = parameters.self_signed(&authority_key).unwrap().pem();
        self.serve_under(authority, Arc::new(Issuer::new(parameters, authority_key)), routes)
    }

    /// Serves these routes there, so that whoever trusts the other server trusts this one, too.
    pub fn serve_beside(self, other: &SecureServer, routes: Router) -> SecureServer {
        self.serve_under(other.authority.clone(), other.issuer.clone(), routes)
    }

    fn serve_under(self, authority: String, issuer: Arc<Issuer<'static, KeyPair>>, routes: Router) -> SecureServer {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let key = KeyPair::generate().unwrap();
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let listener = SecureListener {
            listener: self.listener,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        };
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        SecureServer {
            base: self.base,
            authority,
            issuer,
            task,
        }
    }
}

impl Drop for SecureServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct SecureListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for SecureListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            // Whoever does not trust us goes away, and the next one comes.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
