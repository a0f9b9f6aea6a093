//! Sign-ins at OpenLDAP and at Active Directory (Samba): an ordinary person, and one in a thousand groups.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use muster_api::provider::{DirectorySettings, ProviderSettings};
use reqwest::Method;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use testbed::directory::{Access, Directory, Kind, unicode_password};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;
use uuid::Uuid;

use crate::browser::{add, request};
use crate::support::{Answer, TestApp};
use crate::{Figures, GROUPS, Measured, SIGN_INS};

const BUSY_PASSWORD: &str = "Secret-word-1";

/// Somebody of the directory.
struct Person {
    name: &'static str,
    password: &'static str,
    dn: String,
    groups: usize,
}

/// Signs people in, in turns with a bind and nothing else.
pub async fn measure(kind: Kind, figures: &mut Figures) {
    let directory = Directory::start(kind).await.unwrap();
    let dn = |name: &str| match kind {
        Kind::OpenLdap => format!("uid={name},ou=people,dc=muster,dc=test"),
        Kind::Samba => format!("CN={name},CN=Users,DC=muster,DC=test"),
    };
    directory.ldif(&busy_person(kind, &dn("busy"))).await.unwrap();
    let app = TestApp::start().await;
    let mut wanted = request("Directory", settings(kind, directory.access()));
    wanted.secrets.bind_password = Some(directory.access().service_password.clone());
    let provider = add(&app, &wanted).await;
    let ordinary = Person {
        name: "alice",
        password: "Alice-secret-1",
        dn: match kind {
            Kind::OpenLdap => dn("alice"),
            // Samba names entries by the whole name.
            Kind::Samba => dn("Alice Andersson"),
        },
        groups: 1,
    };
    let busy = Person {
        name: "busy",
        password: BUSY_PASSWORD,
        dn: dn("busy"),
        groups: GROUPS,
    };
    for person in [ordinary, busy] {
        let mut measured = Measured::default();
        for _ in 0..SIGN_INS {
            let began = Instant::now();
            bind(directory.access(), &person).await;
            measured.least.push(began.elapsed());

            let began = Instant::now();
            sign_in(&app, provider, &person).await;
            measured.whole.push(began.elapsed());
        }
        let known = groups_of(&app, person.name).await;
        assert!(known >= person.groups, "{} is in {known} groups", person.name);
        let name = format!("{kind}, a person in {known} groups");
        figures.add(&name, "TLS and one bind", measured);
    }
    directory.stop().await.unwrap();
}

async fn sign_in(app: &TestApp, provider: Uuid, person: &Person) {
    let body = json!({ "name": person.name, "password": person.password, "provider": provider });
    let asking = app.anonymous().request(Method::POST, "/api/v1/session").json(&body);
    Answer::of(asking).await.expect_status(200);
}

/// How many groups the console keeps of a person.
async fn groups_of(app: &TestApp, name: &str) -> usize {
    let context = muster::context::RequestContext::system(app.app.clock.clone());
    let users = app.app.identity.list_users(&context).await.unwrap();
    let user = users.into_iter().find(|user| user.name == name);
    user.map_or(0, |user| user.groups.len())
}

fn settings(kind: Kind, access: &Access) -> ProviderSettings {
    let with = |template: DirectorySettings, people: String, groups: String| DirectorySettings {
        urls: vec![access.url.clone()],
        certificate_authority: Some(access.certificate_authority.clone()),
        bind_name: access.service_account.clone(),
        user_bases: vec![people],
        group_bases: vec![groups],
        ..template
    };
    let base = &access.base;
    match kind {
        Kind::OpenLdap => {
            let (people, groups) = (format!("ou=people,{base}"), format!("ou=groups,{base}"));
            ProviderSettings::Ldap(with(DirectorySettings::ldap(), people, groups))
        }
        Kind::Samba => {
            let template = DirectorySettings::active_directory();
            ProviderSettings::ActiveDirectory(with(template, base.clone(), base.clone()))
        }
    }
}

/// Connects, encrypts and binds, by hand and as fast as it goes.
async fn bind(access: &Access, person: &Person) {
    let url = Url::parse(&access.url).unwrap();
    let host = url.host_str().unwrap().to_owned();
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(access.certificate_authority.as_bytes()) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = TcpStream::connect((host.as_str(), url.port().unwrap_or(636)))
        .await
        .unwrap();
    socket.set_nodelay(true).unwrap();
    let name = ServerName::try_from(host).unwrap();
    let mut connection = TlsConnector::from(Arc::new(config))
        .connect(name, socket)
        .await
        .unwrap();
    // RFC 4511: message 1, a bind of version 3 with a simple password.
    let request = [
        element(0x02, &[3]),
        element(0x04, person.dn.as_bytes()),
        element(0x80, person.password.as_bytes()),
    ];
    let message = [element(0x02, &[1]), element(0x60, &request.concat())].concat();
    connection.write_all(&element(0x30, &message)).await.unwrap();
    let mut answer = [0; 512];
    let length = connection.read(&mut answer).await.unwrap();
    // An ENUMERATED of one byte, 0: success.
    let accepted = answer[..length].windows(3).any(|part| part == [0x0a, 1, 0]);
    assert!(accepted, "{} is not let in: {:?}", person.dn, &answer[..length]);
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    match content.len() {
        0..128 => bytes.push(length[1]),
        _ => bytes.extend([0x82, length[0], length[1]]),
    }
    bytes.extend(content);
    bytes
}

/// LDIF of one person and the groups.
fn busy_person(kind: Kind, dn: &str) -> String {
    let mut text = format!("dn: {dn}\n");
    match kind {
        Kind::OpenLdap => {
            let person = "objectClass: inetOrgPerson\nuid: busy\ncn: busy\nsn: busy";
            let _ = write!(text, "{person}\nuserPassword: {BUSY_PASSWORD}\n\n");
        }
        Kind::Samba => {
            let password = unicode_password(BUSY_PASSWORD);
            let person = "objectClass: user\nsAMAccountName: busy\nuserAccountControl: 512";
            let _ = write!(text, "{person}\nunicodePwd:: {password}\n\n");
        }
    }
    for number in 0..GROUPS {
        let _ = match kind {
            Kind::OpenLdap => write!(
                text,
                "dn: cn=group-{number},ou=groups,dc=muster,dc=test\nobjectClass: groupOfNames\ncn: group-{number}\n\
                 member: {dn}\n\n"
            ),
            Kind::Samba => write!(
                text,
                "dn: CN=group-{number},CN=Users,DC=muster,DC=test\nobjectClass: group\nsAMAccountName: group-{number}\n\
                 member: {dn}\n\n"
            ),
        };
    }
    text
}
