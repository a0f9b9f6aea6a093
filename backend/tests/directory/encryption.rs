//! Encryption: whom the client trusts, and that it says nothing before it does.

use std::sync::Arc;

use muster::identity::providers::PasswordProvider as _;
use muster::identity::providers::ProviderError;
use muster::identity::providers::directory::DirectoryProvider;
use muster_api::provider::{DirectorySettings, Encryption, ProviderKind};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use crate::hostile_server::*;
use crate::world::*;

/// A certificate authority, and a server with a certificate of it for these names until this year.
fn signed(names: &[&str], until: i32) -> (String, TlsAcceptor) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut server = CertificateParams::new(names).unwrap();
    server.not_before = date_time_ymd(2020, 1, 1);
    server.not_after = date_time_ymd(until, 1, 1);
    let certificate = server.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (pem, TlsAcceptor::from(Arc::new(config)))
}

fn encrypted(server: &HostileServer, pem: &str, change: impl FnOnce(&mut DirectorySettings)) -> DirectoryProvider {
    let mut settings = settings(vec![format!("ldaps://{}", server.address)]);
    settings.encryption = Encryption::Tls;
    settings.certificate_authority = Some(pem.to_owned());
    change(&mut settings);
    provider(ProviderKind::Ldap, &settings)
}

#[tokio::test]
async fn cve_2023_32198_a_certificate_must_be_signed_valid_and_for_this_server() {
    let (authority, good) = signed(&["127.0.0.1"], 2045);
    let server = HostileServer::start_with(Some(good), |_| None).await;
    signed_in(&encrypted(&server, &authority, |_| ()), "alice", ALICE_PASSWORD).await;

    let (namesake, _) = signed(&["127.0.0.1"], 2045);
    let reason = unavailable(&encrypted(&server, &namesake, |_| ()), "alice", ALICE_PASSWORD).await;
    assert!(reason.contains("of the same name"), "{reason}");
    let stranger = &openldap().await.access().certificate_authority;
    let reason = unavailable(&encrypted(&server, stranger, |_| ()), "alice", ALICE_PASSWORD).await;
    assert!(reason.contains("nobody who is trusted"), "{reason}");

    let (authority, expired) = signed(&["127.0.0.1"], 2021);
    let server = HostileServer::start_with(Some(expired), |_| None).await;
    let reason = unavailable(&encrypted(&server, &authority, |_| ()), "alice", ALICE_PASSWORD).await;
    assert!(reason.contains("has expired"), "{reason}");

    let (authority, other) = signed(&["dc1.muster.test"], 2045);
    let server = HostileServer::start_with(Some(other), |_| None).await;
    let reason = unavailable(&encrypted(&server, &authority, |_| ()), "alice", ALICE_PASSWORD).await;
    assert!(reason.contains("dc1.muster.test"), "{reason}");
    assert_eq!(server.seen(), []);
    let named = |settings: &mut DirectorySettings| settings.server_name = Some("dc1.muster.test".to_owned());
    signed_in(&encrypted(&server, &authority, named), "alice", ALICE_PASSWORD).await;
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_hears_no_password() {
    let plain = HostileServer::start(|_| None).await;
    let (authority, _) = signed(&["127.0.0.1"], 2045);
    unavailable(&encrypted(&plain, &authority, |_| ()), "alice", ALICE_PASSWORD).await;
    assert_eq!(plain.binds(), [""; 0]);
}

#[tokio::test]
async fn start_tls_that_is_refused_or_taken_out_is_not_gone_without() {
    let (authority, _) = signed(&["127.0.0.1"], 2045);
    let with_more = [
        tlv(0x30, &[tlv(0x02, &[1]), result(0x78, 0, "")].concat()),
        tlv(0x30, &[tlv(0x02, &[1]), result(0x61, 0, "")].concat()),
    ];
    let answers = [
        vec![Act::Say(result(0x78, 2, "unsupported"))],
        vec![Act::Say(result(0x78, 52, ""))],
        // Says yes, and goes on in clear text.
        vec![Act::Say(result(0x78, 0, ""))],
        // Says yes to something else.
        vec![Act::Say(result(0x61, 0, ""))],
        vec![Act::Raw(tlv(0x30, &[tlv(0x02, &[0]), result(0x78, 0, "")].concat()))],
        // Puts an answer of its own before the encrypted ones.
        vec![Act::Raw(with_more.concat())],
        vec![Act::Raw(b"\x30\x00".to_vec())],
        vec![Act::Hang],
        vec![Act::Close],
    ];
    for answer in answers {
        let shown = format!("{answer:?}");
        let server = HostileServer::start(move |call| match call.request {
            Request::StartTls => Some(answer.clone()),
            _ => None,
        })
        .await;
        let mut settings = settings(vec![server.url()]);
        settings.encryption = Encryption::StartTls;
        settings.certificate_authority = Some(authority.clone());
        let provider = provider(ProviderKind::Ldap, &settings);
        let outcome = provider.sign_in("alice", secret(ALICE_PASSWORD)).await;
        assert!(
            matches!(outcome, Err(ProviderError::Unavailable { .. })),
            "{shown}: {outcome:?}"
        );
        let bound = server
            .seen()
            .iter()
            .any(|request| matches!(request, Request::Bind { .. }));
        assert!(!bound, "{shown}");
    }
}
