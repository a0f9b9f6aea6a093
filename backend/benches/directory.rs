//! How long a whole sign-in takes for a person with 1,000 groups, at OpenLDAP and at Active Directory (Samba, which needs
//! root), by every usual way to find groups. Each sign-in is complete: name and password to all groups, encrypted, with
//! connections of its own.
//!
//! Prints a line for each way, and writes all figures as JSON to the file that `MUSTER_BENCH_OUTPUT` names.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench ends at what it did not expect, and its answer is what it prints"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use muster::identity::providers::PasswordProvider as _;
use muster::identity::providers::directory::DirectoryProvider;
use muster_api::provider::{DirectorySettings, Membership, ProviderKind};
use secrecy::SecretString;
use testbed::directory::{Access, Directory, Kind, unicode_password};

const GROUPS: usize = 1_000;
const SIGN_INS: usize = 20;
const PASSWORD: &str = "Secret-word-1";

#[tokio::main]
async fn main() {
    let mut figures = BTreeMap::new();
    for kind in [Kind::OpenLdap, Kind::Samba] {
        let directory = Directory::start(kind).await.unwrap();
        directory.ldif(&busy_person(kind)).await.unwrap();
        let ways: &[(&str, Membership)] = match kind {
            Kind::OpenLdap => &[("member", Membership::Member), ("memberOf", Membership::MemberOf)],
            Kind::Samba => &[
                ("tokenGroups", Membership::TokenGroups),
                ("in-chain", Membership::InChain),
                ("memberOf", Membership::MemberOf),
            ],
        };
        for (name, way) in ways {
            let provider = provider(kind, directory.access(), *way);
            let test = provider.test(Some("busy"), Some(SecretString::from(PASSWORD))).await;
            let steps: Vec<_> = test
                .steps
                .iter()
                .map(|step| format!("{} {}", step.code, step.milliseconds))
                .collect();
            println!("{kind} {name}: steps in ms: {}", steps.join(", "));
            let mut times = Vec::with_capacity(SIGN_INS);
            for _ in 0..SIGN_INS {
                let began = Instant::now();
                let person = provider.sign_in("busy", SecretString::from(PASSWORD)).await.unwrap();
                times.push(began.elapsed());
                assert!(person.groups.len() >= GROUPS);
            }
            times.sort();
            let (half, most) = (times[SIGN_INS / 2], times[SIGN_INS * 95 / 100]);
            println!("{kind} {name}: p50 {half:.1?}, p95 {most:.1?} for {GROUPS} groups");
            figures.insert(format!("{kind}/{name}"), (milliseconds(half), milliseconds(most)));
        }
        directory.stop().await.unwrap();
    }
    if let Some(path) = std::env::var_os("MUSTER_BENCH_OUTPUT") {
        let mut ways = serde_json::Map::new();
        for (way, (half, most)) in figures {
            ways.insert(
                way,
                serde_json::json!({ "p50Milliseconds": half, "p95Milliseconds": most }),
            );
        }
        std::fs::write(path, serde_json::Value::from(ways).to_string()).unwrap();
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn provider(kind: Kind, access: &Access, membership: Membership) -> DirectoryProvider {
    let (provider_kind, template, people, groups) = match kind {
        Kind::OpenLdap => {
            let (people, groups) = (
                format!("ou=people,{}", access.base),
                format!("ou=groups,{}", access.base),
            );
            (ProviderKind::Ldap, DirectorySettings::ldap(), people, groups)
        }
        Kind::Samba => {
            let template = DirectorySettings::active_directory();
            (
                ProviderKind::ActiveDirectory,
                template,
                access.base.clone(),
                access.base.clone(),
            )
        }
    };
    let settings = DirectorySettings {
        urls: vec![access.url.clone()],
        certificate_authority: Some(access.certificate_authority.clone()),
        bind_name: access.service_account.clone(),
        user_bases: vec![people],
        group_bases: vec![groups],
        membership,
        ..template
    };
    DirectoryProvider::new(provider_kind, &settings, Some(access.service_password.clone().into())).unwrap()
}

/// LDIF of one person and the groups.
fn busy_person(kind: Kind) -> String {
    let mut text = String::new();
    match kind {
        Kind::OpenLdap => {
            let dn = "uid=busy,ou=people,dc=muster,dc=test";
            let _ = write!(
                text,
                "dn: {dn}\nobjectClass: inetOrgPerson\nuid: busy\ncn: busy\nsn: busy\nuserPassword: {PASSWORD}\n\n"
            );
            for number in 0..GROUPS {
                let _ = write!(
                    text,
                    "dn: cn=group-{number},ou=groups,dc=muster,dc=test\nobjectClass: groupOfNames\ncn: group-{number}\n\
                     member: {dn}\n\n"
                );
            }
        }
        Kind::Samba => {
            let dn = "CN=busy,CN=Users,DC=muster,DC=test";
            let password = unicode_password(PASSWORD);
            let _ = write!(
                text,
                "dn: {dn}\nobjectClass: user\nsAMAccountName: busy\nunicodePwd:: {password}\nuserAccountControl: 512\n\n"
            );
            for number in 0..GROUPS {
                let _ = write!(
                    text,
                    "dn: CN=group-{number},CN=Users,DC=muster,DC=test\nobjectClass: group\nsAMAccountName: \
                     group-{number}\nmember: {dn}\n\n"
                );
            }
        }
    }
    text
}
