//! The administrator's test: what it shows when everything works, and where it stops when something does not.

use muster::identity::providers::PasswordProvider as _;
use muster::identity::providers::directory::DirectoryProvider;
use muster_api::provider::{DirectorySettings, Encryption, ProviderKind, ProviderTest};

use crate::hostile_server::{HostileServer, SERVICE_PASSWORD};
use crate::world::*;

fn codes(test: &ProviderTest) -> Vec<&str> {
    test.steps.iter().map(|step| step.code.as_str()).collect()
}

/// The last step, which failed.
fn failed(test: &ProviderTest) -> (&str, String) {
    assert!(!test.works, "{test:?}");
    let (last, before) = test.steps.split_last().unwrap();
    assert!(!last.works && before.iter().all(|step| step.works), "{test:?}");
    (&last.code, last.message())
}

fn warned(test: &ProviderTest, words: &str) -> bool {
    test.warnings.iter().any(|warning| warning.message.contains(words))
}

#[tokio::test]
async fn a_right_configuration_passes_every_step() {
    let provider = openldap_provider(|_| ()).await;
    let test = provider.test(Some("bob"), Some(secret("Bob-secret-1"))).await;
    assert!(test.works, "{test:?}");
    let all = [
        "connect",
        "encrypt",
        "root",
        "bind",
        "bases",
        "find-user",
        "password",
        "account",
        "groups",
    ];
    assert_eq!(codes(&test), all);
    assert!(test.steps[1].message().contains("2045-01-01"), "{test:?}");
    assert_eq!(test.warnings, []);
    let user = test.user.unwrap();
    assert_eq!((user.name.as_str(), user.groups.len()), ("bob", 3));
    assert!(
        test.steps.last().unwrap().message().contains("2 direct, 1 nested"),
        "{:?}",
        test.steps
    );
    let without = provider.test(None, None).await;
    assert_eq!(codes(&without), all[..5]);
    assert!(without.works && without.user.is_none());
    let only_found = provider.test(Some("bob"), None).await;
    assert!(!codes(&only_found).contains(&"password") && only_found.user.is_some());
}

#[tokio::test]
async fn active_directory_passes_every_step_and_tells_who_is_disabled() {
    let provider = samba_provider(|_| ()).await;
    let test = provider
        .test(Some("MUSTER\\alice"), Some(secret("Alice-secret-1")))
        .await;
    assert!(test.works, "{test:?}");
    assert!(test.steps[2].message().contains("Active Directory"));
    let test = provider.test(Some("dave"), Some(secret("Dave-secret-1"))).await;
    let (code, message) = failed(&test);
    assert_eq!(code, "password");
    assert!(message.starts_with("533: the account is disabled"), "{message}");
    // What the server itself said is there as well.
    assert!(message.contains("the server says"), "{message}");
    let test = provider.test(Some("dave"), None).await;
    assert_eq!(failed(&test), ("account", "533: the account is disabled.".to_owned()));
}

#[tokio::test]
async fn the_settings_of_active_directory_are_recognised_as_wrong_for_openldap() {
    let access = openldap().await.access();
    let template = DirectorySettings::active_directory();
    let settings = DirectorySettings {
        user_object_class: "inetOrgPerson".to_owned(),
        login_attributes: vec!["uid".to_owned()],
        unique_attribute: "entryUUID".to_owned(),
        membership: template.membership,
        ..openldap_settings(access)
    };
    let password = access.service_password.clone();
    let provider = DirectoryProvider::new(ProviderKind::ActiveDirectory, &settings, Some(password.into())).unwrap();
    let test = provider.test(Some("alice"), None).await;
    assert!(!test.works);
    assert!(warned(&test, "is not Active Directory"), "{test:?}");
    let access = samba().await.access();
    let as_ldap = samba_settings(access);
    let settings = DirectorySettings {
        membership: muster_api::provider::Membership::Member,
        ..as_ldap
    };
    let password = access.service_password.clone();
    let provider = DirectoryProvider::new(ProviderKind::Ldap, &settings, Some(password.into())).unwrap();
    assert!(warned(
        &provider.test(None, None).await,
        "The server is Active Directory"
    ));
}

#[tokio::test]
async fn each_mistake_stops_at_its_step() {
    type Change = fn(&mut DirectorySettings);
    let cases: [(&str, &str, Change); 8] = [
        ("connect", "nothing listens", |settings| {
            settings.urls = vec!["ldaps://127.0.0.1:1".to_owned()];
        }),
        ("connect", "is not known", |settings| {
            settings.urls = vec!["ldaps://no-such-host.invalid".to_owned()];
        }),
        ("encrypt", "certificate", |settings| {
            settings.server_name = Some("other.test".to_owned());
        }),
        ("bind", "wrong", |settings| {
            settings.bind_name = "cn=nobody,dc=muster,dc=test".to_owned();
        }),
        ("bases", "ou=nowhere", |settings| {
            settings.user_bases = vec!["ou=nowhere,dc=muster,dc=test".to_owned()];
        }),
        ("bases", "ou=nowhere", |settings| {
            settings.group_bases = vec!["ou=nowhere,dc=muster,dc=test".to_owned()];
        }),
        ("find-user", "uid = alice", |settings| {
            settings.user_filter = "(uid=bob)".to_owned();
        }),
        ("find-user", "nsUniqueId", |settings| {
            settings.unique_attribute = "nsUniqueId".to_owned();
        }),
    ];
    for (step, words, change) in cases {
        let provider = openldap_provider(change).await;
        let test = provider.test(Some("alice"), Some(secret("Alice-secret-1"))).await;
        let (code, message) = failed(&test);
        assert_eq!(code, step, "{test:?}");
        assert!(message.contains(words), "{message}");
    }
    let provider = openldap_provider(|_| ()).await;
    let test = provider.test(Some("alice"), Some(secret("wrong"))).await;
    assert_eq!(failed(&test).0, "password");
    let test = provider.test(Some("alice"), Some(secret(""))).await;
    assert!(failed(&test).1.contains("was not sent"));
}

#[tokio::test]
async fn what_works_but_should_not_stay_is_a_warning() {
    let access = openldap().await.access();
    let provider = openldap_provider(|settings| {
        settings.encryption = Encryption::None;
        settings.urls = vec!["ldap://127.0.0.1:1".to_owned(), access.start_tls_url.clone()];
        settings.email_attribute = "telephoneNumber".to_owned();
    })
    .await;
    let test = provider.test(Some("alice"), None).await;
    assert!(test.works, "{test:?}");
    assert!(warned(&test, "not encrypted") && warned(&test, "127.0.0.1:1") && warned(&test, "telephoneNumber"));
    let mut settings = openldap_settings(access);
    settings.bind_name = format!("cn=limited,ou=services,{}", access.base);
    let limited = DirectoryProvider::new(ProviderKind::Ldap, &settings, Some(secret("Limited-secret-1"))).unwrap();
    let crowd: String = (0..500).map(|_| openldap_person(&unique("limit"), "")).collect();
    openldap().await.ldif(&crowd).await.unwrap();
    assert!(warned(&limited.test(None, None).await, "limits its answers"));
    settings.bind_name = format!("cn=blind,ou=services,{}", access.base);
    let blind = DirectoryProvider::new(ProviderKind::Ldap, &settings, Some(secret("Blind-secret-1"))).unwrap();
    let test = blind.test(None, None).await;
    assert!(
        warned(&test, "Nobody is visible") && warned(&test, "No group can be found"),
        "{test:?}"
    );
}

#[tokio::test]
async fn a_server_that_never_answers_leaves_what_was_found_so_far() {
    let server = HostileServer::start(|_| Some(vec![crate::hostile_server::Act::Hang])).await;
    let provider = HostileServer::provider(&[&server], |_| ());
    let test = provider.test(None, None).await;
    let (code, message) = failed(&test);
    assert_eq!(code, "root");
    assert!(message.contains("did not answer"), "{message}");
    assert_eq!(test.steps[0].code, "connect");
    assert!(!format!("{test:?}").contains(SERVICE_PASSWORD));
}
