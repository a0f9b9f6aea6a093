//! Kubeconfig files for the parts of a cluster and for its users.

use crate::cache;
use crate::certificates::Identity;
use crate::error::{FileContext, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs;
use std::path::Path;

/// Who a kubeconfig signs in as.
pub(crate) enum Credentials<'a> {
    Token(&'a str),
    Certificate(&'a Identity),
}

/// A kubeconfig without references to other files.
pub(crate) fn text(name: &str, url: &str, authority: &str, credentials: &Credentials<'_>) -> Result<String> {
    let encode = |bytes: &[u8]| STANDARD.encode(bytes);
    let user = match credentials {
        Credentials::Token(token) => format!("token: {token}"),
        Credentials::Certificate(identity) => {
            let read = |path: &Path| fs::read(path).file("read", path);
            let (certificate, key) = (read(&identity.certificate)?, read(&identity.key)?);
            format!(
                "client-certificate-data: {}\n    client-key-data: {}",
                encode(&certificate),
                encode(&key)
            )
        }
    };
    let authority = encode(authority.as_bytes());
    Ok(format!(
        "apiVersion: v1
kind: Config
current-context: {name}
clusters:
- name: {name}
  cluster:
    server: {url}
    certificate-authority-data: {authority}
users:
- name: {name}
  user:
    {user}
contexts:
- name: {name}
  context:
    cluster: {name}
    user: {name}
    namespace: default
"
    ))
}

/// Writes a kubeconfig file.
pub(crate) fn write(path: &Path, name: &str, url: &str, authority: &str, credentials: &Credentials<'_>) -> Result<()> {
    cache::write_private(path, text(name, url, authority, credentials)?.as_bytes())
}
