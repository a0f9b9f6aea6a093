//! The certificate authority of one test cluster and the certificates it signs.

use crate::cache;
use crate::error::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use std::path::{Path, PathBuf};

/// A certificate and its key, both as PEM files.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Signs everything that a cluster's parts show to each other.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    folder: PathBuf,
    identity: Identity,
}

impl Authority {
    /// Makes a new authority that keeps its files in `folder`.
    pub fn create(folder: &Path) -> Result<Self> {
        let key = KeyPair::generate()?;
        let mut parameters = parameters("muster-testbed", None, &[])?;
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::CrlSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        let pem = parameters.self_signed(&key)?.pem();
        let identity = store(folder, "ca", &pem, &key.serialize_pem())?;
        let issuer = Issuer::new(parameters, key);
        Ok(Self {
            issuer,
            pem,
            folder: folder.to_owned(),
            identity,
        })
    }

    /// The authority's certificate, which clients trust.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The authority's own files, with which the controller manager signs.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Signs a certificate for a server, a client, or both.
    pub fn sign(&self, file: &str, name: &str, group: Option<&str>, addresses: &[String]) -> Result<Identity> {
        let key = KeyPair::generate()?;
        let mut parameters = parameters(name, group, addresses)?;
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = parameters.signed_by(&key, &self.issuer)?;
        store(&self.folder, file, &certificate.pem(), &key.serialize_pem())
    }
}

/// The key pair with which service account tokens are signed and checked.
pub(crate) struct TokenKeys {
    pub private: PathBuf,
    pub public: PathBuf,
}

impl TokenKeys {
    pub fn create(folder: &Path) -> Result<Self> {
        let key = KeyPair::generate()?;
        let (private, public) = (folder.join("service-accounts.key"), folder.join("service-accounts.pub"));
        cache::write_private(&private, key.serialize_pem().as_bytes())?;
        cache::write_atomically(&public, key.public_key_pem().as_bytes())?;
        Ok(Self { private, public })
    }
}

fn parameters(name: &str, group: Option<&str>, addresses: &[String]) -> Result<CertificateParams> {
    let mut parameters = CertificateParams::new(addresses)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    if let Some(group) = group {
        subject.push(DnType::OrganizationName, group);
    }
    parameters.distinguished_name = subject;
    // Long enough for any test machine's clock, and short enough for every parser.
    parameters.not_before = date_time_ymd(2020, 1, 1);
    parameters.not_after = date_time_ymd(2045, 1, 1);
    Ok(parameters)
}

fn store(folder: &Path, file: &str, certificate: &str, key: &str) -> Result<Identity> {
    let identity = Identity {
        certificate: folder.join(format!("{file}.crt")),
        key: folder.join(format!("{file}.key")),
    };
    cache::write_atomically(&identity.certificate, certificate.as_bytes())?;
    cache::write_private(&identity.key, key.as_bytes())?;
    Ok(identity)
}
