//! The directories of all tests here, how they are configured, and what tests put into them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use muster::identity::providers::directory::DirectoryProvider;
use muster::identity::providers::{PasswordProvider as _, Person, ProviderError};
use muster_api::provider::{DirectorySettings, ProviderKind};
use secrecy::SecretString;
use testbed::directory::{Access, Directory, Kind};
use tokio::sync::OnceCell;

static OPENLDAP: OnceCell<Directory> = OnceCell::const_new();
static SAMBA: OnceCell<Directory> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(1);

/// The OpenLDAP server of all tests; everyone adds people and groups with names of their own.
pub async fn openldap() -> &'static Directory {
    OPENLDAP
        .get_or_init(async || Directory::start(Kind::OpenLdap).await.unwrap())
        .await
}

/// The Active Directory of all tests.
pub async fn samba() -> &'static Directory {
    SAMBA
        .get_or_init(async || Directory::start(Kind::Samba).await.unwrap())
        .await
}

/// A name that no other test uses.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// How OpenLDAP is usually configured.
pub fn openldap_settings(access: &Access) -> DirectorySettings {
    DirectorySettings {
        urls: vec![access.url.clone()],
        certificate_authority: Some(access.certificate_authority.clone()),
        bind_name: access.service_account.clone(),
        user_bases: vec![format!("ou=people,{}", access.base)],
        group_bases: vec![format!("ou=groups,{}", access.base)],
        ..DirectorySettings::ldap()
    }
}

/// How Active Directory is usually configured.
pub fn samba_settings(access: &Access) -> DirectorySettings {
    DirectorySettings {
        urls: vec![access.url.clone()],
        certificate_authority: Some(access.certificate_authority.clone()),
        bind_name: access.service_account.clone(),
        user_bases: vec![access.base.clone()],
        group_bases: vec![access.base.clone()],
        domain: Some("MUSTER".to_owned()),
        ..DirectorySettings::active_directory()
    }
}

/// A provider with OpenLDAP's usual settings and a change.
pub async fn openldap_provider(change: impl FnOnce(&mut DirectorySettings)) -> DirectoryProvider {
    let access = openldap().await.access();
    let mut settings = openldap_settings(access);
    change(&mut settings);
    DirectoryProvider::new(
        ProviderKind::Ldap,
        &settings,
        Some(access.service_password.clone().into()),
    )
    .unwrap()
}

/// A provider with Active Directory's usual settings and a change.
pub async fn samba_provider(change: impl FnOnce(&mut DirectorySettings)) -> DirectoryProvider {
    let access = samba().await.access();
    let mut settings = samba_settings(access);
    change(&mut settings);
    let password = access.service_password.clone().into();
    DirectoryProvider::new(ProviderKind::ActiveDirectory, &settings, Some(password)).unwrap()
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// Signs in and must succeed.
pub async fn signed_in(provider: &DirectoryProvider, login: &str, password: &str) -> Person {
    let outcome = provider.sign_in(login, secret(password)).await;
    outcome.unwrap_or_else(|error| panic!("{login}: {error:?}"))
}

/// Signs in, must be refused, and answers why.
pub async fn refused(provider: &DirectoryProvider, login: &str, password: &str) -> String {
    match provider.sign_in(login, secret(password)).await {
        Err(error @ ProviderError::Refused { .. }) => {
            assert_eq!(error.to_string(), "the provider did not accept name and password");
            let ProviderError::Refused { reason } = error else {
                unreachable!()
            };
            reason.to_string()
        }
        other => panic!("{login} was not refused: {other:?}"),
    }
}

/// Signs in, must hear that the directory cannot be asked, and answers why.
pub async fn unavailable(provider: &DirectoryProvider, login: &str, password: &str) -> String {
    match provider.sign_in(login, secret(password)).await {
        Err(ProviderError::Unavailable { reason }) => reason.to_string(),
        other => panic!("{login} did not hear that the directory cannot be asked: {other:?}"),
    }
}

/// The names of a person's groups, and how each was found.
pub fn groups(person: &Person) -> BTreeMap<&str, &str> {
    let groups: BTreeMap<_, _> = person
        .groups
        .iter()
        .map(|group| (group.name.as_str(), group.how))
        .collect();
    assert_eq!(
        groups.len(),
        person.groups.len(),
        "a group is there twice: {:?}",
        person.groups
    );
    groups
}

/// LDIF of a person in OpenLDAP; the password is `Secret-1`. `more` are further lines.
pub fn openldap_person(name: &str, more: &str) -> String {
    format!(
        "dn: uid={name},ou=people,dc=muster,dc=test\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\n\
         mail: {name}@muster.test\nuserPassword: Secret-1\n{more}\n"
    )
}

/// LDIF of a group in OpenLDAP with these members.
pub fn openldap_group(name: &str, members: &[String]) -> String {
    let members = member_lines(members);
    format!("dn: cn={name},ou=groups,dc=muster,dc=test\nobjectClass: groupOfNames\ncn: {name}\n{members}\n")
}

fn member_lines(members: &[String]) -> String {
    let lines: Vec<String> = members.iter().map(|member| format!("member: {member}\n")).collect();
    lines.concat()
}

pub fn person_dn(name: &str) -> String {
    format!("uid={name},ou=people,dc=muster,dc=test")
}

pub fn group_dn(name: &str) -> String {
    format!("cn={name},ou=groups,dc=muster,dc=test")
}

/// LDIF of a person in Active Directory; the password is `Secret-word-1`. `more` are further lines.
pub fn samba_person(name: &str, more: &str) -> String {
    let password = testbed::directory::unicode_password("Secret-word-1");
    let control = if more.contains("userAccountControl") {
        ""
    } else {
        "userAccountControl: 512\n"
    };
    format!(
        "dn: CN={name},CN=Users,DC=muster,DC=test\nobjectClass: user\nsAMAccountName: {name}\ndisplayName: {name}\n\
         userPrincipalName: {name}@muster.test\nunicodePwd:: {password}\n{control}{more}\n"
    )
}

/// LDIF of a group in Active Directory with these members.
pub fn samba_group(name: &str, members: &[String]) -> String {
    let members = member_lines(members);
    format!("dn: CN={name},CN=Users,DC=muster,DC=test\nobjectClass: group\nsAMAccountName: {name}\n{members}\n")
}

pub fn samba_dn(name: &str) -> String {
    format!("CN={name},CN=Users,DC=muster,DC=test")
}
