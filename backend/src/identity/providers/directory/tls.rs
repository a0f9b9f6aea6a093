//! Encryption towards a directory: whom to trust, and what went wrong in words.

use std::io;
use std::sync::Arc;

use muster_api::provider::DirectorySettings;
use muster_api::said::{Said, Sentence, directory as sentence};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};

use super::ber;
use super::failure::cleaned;
use super::servers::Address;
use crate::identity::providers::ProviderError;

/// What the handshakes with one directory share.
pub(super) fn client_config(settings: &DirectorySettings) -> Result<Arc<ClientConfig>, ProviderError> {
    let roots = match &settings.certificate_authority {
        Some(pem) => own_roots(pem),
        None => machine_roots(),
    };
    let roots = roots.map_err(ProviderError::misconfigured)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ProviderError::misconfigured(sentence::NO_TLS_HERE.with(&[("reason", &error)])))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The certificate authorities in a text, which must hold at least one and nothing that cannot be read.
pub(super) fn own_roots(pem: &str) -> Result<RootCertStore, Said> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| sentence::AUTHORITY_UNREADABLE.say())?;
        roots.add(certificate).map_err(|_| sentence::AUTHORITY_BROKEN.say())?;
    }
    if roots.is_empty() {
        return Err(sentence::AUTHORITY_EMPTY.say());
    }
    Ok(roots)
}

/// What this machine trusts. Single certificates that cannot be read are left out, as other programs do.
fn machine_roots() -> Result<RootCertStore, Said> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(sentence::NO_AUTHORITY.say());
    }
    Ok(roots)
}

/// A name as certificates have it: a DNS name or an address, an IPv6 address without brackets.
pub(super) fn server_name(name: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(name.trim_matches(['[', ']']).to_owned()).ok()
}

/// Why there is no encrypted connection to a server, and what to do.
pub(super) fn failed(address: &Address, error: &io::Error) -> Said {
    let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
                sentence::ENDED_INSTEAD.with(&[("address", address)])
            }
            _ => sentence::ENCRYPTION_BROKE.with(&[("address", address), ("reason", error)]),
        };
    };
    match error {
        rustls::Error::InvalidCertificate(certificate) => distrusted(address, certificate),
        rustls::Error::AlertReceived(alert) => {
            let alert = format!("{alert:?}");
            sentence::ENCRYPTION_REFUSED.with(&[("address", address), ("alert", &alert)])
        }
        rustls::Error::InvalidMessage(_) => sentence::NO_TLS_THERE.with(&[("address", address)]),
        error => sentence::NOT_ENCRYPTED.with(&[("address", address), ("reason", error)]),
    }
}

/// Why a server's certificate is not believed.
fn distrusted(address: &Address, error: &CertificateError) -> Said {
    let plain = |what: Sentence| what.with(&[("address", address)]);
    match error {
        CertificateError::UnknownIssuer => plain(sentence::CERTIFICATE_UNTRUSTED),
        CertificateError::BadSignature => plain(sentence::CERTIFICATE_NAMESAKE),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => plain(sentence::CERTIFICATE_EXPIRED),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            plain(sentence::CERTIFICATE_NOT_YET)
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let presented = cleaned(&presented.join(", "), 300);
            sentence::CERTIFICATE_OF_ANOTHER.with(&[
                ("address", address),
                ("expected", &expected.to_str()),
                ("presented", &presented),
            ])
        }
        CertificateError::NotValidForName => plain(sentence::CERTIFICATE_OF_OTHERS),
        CertificateError::Revoked => plain(sentence::CERTIFICATE_REVOKED),
        error => sentence::CERTIFICATE_UNUSABLE.with(&[("address", address), ("reason", error)]),
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
