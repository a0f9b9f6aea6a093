//! Certificates and keys: base64 and PEM, read only far enough to say early and plainly what is wrong with them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::SecretString;

fn decode(data: &str, field: &str) -> Result<String, String> {
    let data: String = data
        .chars()
        .filter(|character| !character.is_ascii_whitespace())
        .collect();
    let bytes = STANDARD
        .decode(data)
        .map_err(|_| format!("{field} is not base64: copy it whole, without ..."))?;
    String::from_utf8(bytes).map_err(|_| format!("{field} is base64 of something that is not PEM"))
}

/// PEM of certificates out of base64.
pub(super) fn certificates_from_base64(data: &str, field: &str) -> Result<String, String> {
    certificates(&decode(data, field)?, field)
}

/// The text, when it is PEM of at least one certificate that TLS can use.
pub(super) fn certificates(text: &str, field: &str) -> Result<String, String> {
    let not_pem = || format!("{field} is not a PEM certificate (-----BEGIN CERTIFICATE-----)");
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
        roots
            .add(certificate.map_err(|_| not_pem())?)
            .map_err(|_| format!("{field} holds a certificate that cannot be read"))?;
    }
    if roots.is_empty() {
        return Err(not_pem());
    }
    Ok(text.to_owned())
}

/// A private key out of base64 of PEM.
pub(super) fn private_key_from_base64(data: &str) -> Result<SecretString, String> {
    let text = decode(data, "client-key-data")?;
    if text.contains("ENCRYPTED") {
        return Err("client-key-data is protected by a password: give the key without one".into());
    }
    PrivateKeyDer::from_pem_slice(text.as_bytes())
        .map_err(|_| "client-key-data is not a PEM private key (-----BEGIN PRIVATE KEY-----)".to_owned())?;
    Ok(SecretString::from(text))
}
