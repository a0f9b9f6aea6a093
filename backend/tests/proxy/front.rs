//! What stands in front of a console where people reach it by https: kubectl sends no token over plain http.

use crate::recorder::{certified, encoded};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A server on a free port that takes TLS off; it ends with this value.
pub struct Front {
    base: String,
    url: String,
    certificate_authority: String,
    serving: JoinHandle<()>,
}

impl Drop for Front {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Front {
    /// In front of the console at this address.
    pub async fn of(base: &str) -> Self {
        let (config, certificate_authority) = certified();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let address = base.trim_start_matches("http://").to_owned();
        let serving = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, address) = (acceptor.clone(), address.clone());
                tokio::spawn(async move {
                    let (Ok(mut client), Ok(mut console)) =
                        (acceptor.accept(socket).await, TcpStream::connect(address).await)
                    else {
                        return;
                    };
                    tokio::io::copy_bidirectional(&mut client, &mut console).await.ok();
                });
            }
        });
        Self {
            base: base.to_owned(),
            url,
            certificate_authority,
            serving,
        }
    }

    /// A kubeconfig of the console, for its address by https.
    pub fn kubeconfig(&self, of_console: &str) -> String {
        let mut config: serde_json::Value = serde_saphyr::from_str(of_console).unwrap();
        let cluster = &mut config["clusters"][0]["cluster"];
        let server = cluster["server"].as_str().unwrap().replace(&self.base, &self.url);
        cluster["server"] = server.into();
        cluster["certificate-authority-data"] = encoded(&self.certificate_authority).into();
        config.to_string()
    }
}
