//! Encryption towards a directory: whom to trust, and what went wrong in words.

use std::io;
use std::sync::Arc;

use muster_api::provider::DirectorySettings;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};

use super::ber;
use super::failure::cleaned;
use crate::identity::providers::ProviderError;

/// What the handshakes with one directory share.
pub(super) fn client_config(settings: &DirectorySettings) -> Result<Arc<ClientConfig>, ProviderError> {
    let misconfigured = |reason: String| ProviderError::Misconfigured { reason };
    let roots = match &settings.certificate_authority {
        Some(pem) => own_roots(pem).map_err(misconfigured)?,
        None => machine_roots().map_err(misconfigured)?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| misconfigured(format!("TLS cannot be used: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The certificate authorities in a text, which must hold at least one and nothing that cannot be read.
pub(super) fn own_roots(pem: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| {
            "The certificate authority is not readable as PEM (-----BEGIN CERTIFICATE-----).".to_owned()
        })?;
        roots
            .add(certificate)
            .map_err(|_| "The certificate authority holds a certificate that cannot be read.".to_owned())?;
    }
    if roots.is_empty() {
        return Err("The certificate authority holds no PEM certificate (-----BEGIN CERTIFICATE-----).".to_owned());
    }
    Ok(roots)
}

/// What this machine trusts. Single certificates that cannot be read are left out, as other programs do.
fn machine_roots() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err("this machine trusts no certificate authority: give the directory's own, as PEM".to_owned());
    }
    Ok(roots)
}

/// A name as certificates have it: a DNS name or an address, an IPv6 address without brackets.
pub(super) fn server_name(name: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(name.trim_matches(['[', ']']).to_owned()).ok()
}

/// Why there is no encrypted connection, and what to do.
pub(super) fn in_words(error: &io::Error) -> String {
    let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
                "the server ended the connection instead of encrypting it: is this its port for ldaps?".to_owned()
            }
            _ => format!("the connection broke while it was to be encrypted: {error}"),
        };
    };
    match error {
        rustls::Error::InvalidCertificate(certificate) => certificate_in_words(certificate),
        rustls::Error::AlertReceived(alert) => {
            format!("the server refused the encrypted connection ({alert:?})")
        }
        rustls::Error::InvalidMessage(_) => "the server does not speak TLS on this port".to_owned(),
        error => format!("no encrypted connection came about: {error}"),
    }
}

fn certificate_in_words(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "the server's certificate was signed by nobody who is trusted: give the certificate authority that signed it"
                .to_owned()
        }
        CertificateError::BadSignature => {
            "the server's certificate was signed by another certificate authority of the same name: give its newest one"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired: renew it, or check this machine's clock".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet: check the clocks of both machines".to_owned()
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let presented = cleaned(&presented.join(", "), 300);
            format!(
                "the server's certificate is not for {}; it is for {presented}: use an address that is in it, or set \
                 the server name",
                expected.to_str()
            )
        }
        CertificateError::NotValidForName => {
            "the server's certificate is for other names: use an address that is in it, or set the server name".to_owned()
        }
        CertificateError::Revoked => "the server's certificate was revoked".to_owned(),
        error => format!(
            "the server's certificate cannot be trusted ({error}): it must be signed by the given certificate authority \
             and be made for servers"
        ),
    }
}

/// The day on which a certificate ends: `2045-01-01`.
pub(super) fn valid_until(certificate: &[u8]) -> Option<String> {
    let mut bytes = certificate;
    let mut parts = ber::expect(&mut bytes, ber::SEQUENCE).ok()?;
    let mut fields = ber::expect(&mut parts, ber::SEQUENCE).ok()?;
    let first = ber::take(&mut fields).ok()?;
    if first.tag == 0xa0 {
        // The version came first; now the serial number.
        ber::take(&mut fields).ok()?;
    }
    ber::expect(&mut fields, ber::SEQUENCE).ok()?;
    ber::expect(&mut fields, ber::SEQUENCE).ok()?;
    let mut validity = ber::expect(&mut fields, ber::SEQUENCE).ok()?;
    ber::take(&mut validity).ok()?;
    let end = ber::take(&mut validity).ok()?;
    let digits = std::str::from_utf8(end.content).ok()?;
    let (year, rest) = match end.tag {
        // Two digits of a year (RFC 5280 §4.1.2.5.1).
        0x17 => {
            let year = digits.get(..2)?;
            let century = if year < "50" { "20" } else { "19" };
            (format!("{century}{year}"), digits.get(2..)?)
        }
        0x18 => (digits.get(..4)?.to_owned(), digits.get(4..)?),
        _ => return None,
    };
    Some(format!("{year}-{}-{}", rest.get(..2)?, rest.get(2..4)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_of_a_certificate_is_read() {
        for (year, month, day, words) in [(2045, 1, 2, "2045-01-02"), (2051, 11, 30, "2051-11-30")] {
            let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            parameters.not_after = rcgen::date_time_ymd(year, month, day);
            let certificate = parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            assert_eq!(valid_until(certificate.der()).as_deref(), Some(words));
        }
        assert_eq!(valid_until(b"\x30\x03\x30\x01\x00"), None);
    }

    #[test]
    fn an_ipv6_address_needs_no_brackets_in_a_certificate() {
        assert_eq!(server_name("[::1]"), server_name("::1"));
        assert!(server_name("[::1]").is_some() && server_name("dc1.muster.test").is_some());
        assert_eq!(server_name("not a name"), None);
    }

    #[test]
    fn a_certificate_authority_must_be_readable() {
        assert!(own_roots("").is_err());
        assert!(own_roots("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").is_err());
        assert!(own_roots("-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n").is_err());
    }
}
