//! Signing in at Active Directory.

use base64::Engine as _;
use muster::identity::providers::{PasswordProvider as _, ProviderError};
use muster_api::provider::Encryption;

use crate::world::*;

#[tokio::test]
async fn alice_signs_in_by_every_name_that_she_has() {
    let provider = samba_provider(|_| ()).await;
    let alice = signed_in(&provider, "alice", "Alice-secret-1").await;
    assert_eq!(alice.name, "alice");
    assert_eq!(alice.email.as_deref(), Some("alice@muster.test"));
    // A GUID in the form that Active Directory's own tools show.
    assert_eq!(alice.external_id.len(), 36);
    for login in ["alice@muster.test", "MUSTER\\alice", "muster\\ALICE"] {
        assert_eq!(
            signed_in(&provider, login, "Alice-secret-1").await.external_id,
            alice.external_id
        );
    }
    assert!(
        refused(&provider, "OTHER\\alice", "Alice-secret-1")
            .await
            .contains("another domain")
    );
    assert!(
        refused(&provider, "alice@other.test", "Alice-secret-1")
            .await
            .contains("no account")
    );
    refused(&provider, "alice", "alice-secret-1").await;
    refused(&provider, "alice", "").await;
}

#[tokio::test]
async fn the_account_that_reads_is_named_in_each_of_the_three_forms() {
    let by_upn = samba().await.access().service_account.clone();
    for name in [&*by_upn, "MUSTER\\service", "CN=service,CN=Users,DC=muster,DC=test"] {
        let provider = samba_provider(|settings| name.clone_into(&mut settings.bind_name)).await;
        assert_eq!(
            signed_in(&provider, "alice", "Alice-secret-1").await.name,
            "alice",
            "{name}"
        );
    }
}

#[tokio::test]
async fn accounts_that_may_not_sign_in_are_refused_each_with_its_reason() {
    let directory = samba().await;
    let (expired, change, locked) = (unique("expired"), unique("change"), unique("locked"));
    let text = [
        samba_person(&expired, "accountExpires: 130000000000000000\n"),
        samba_person(&change, "pwdLastSet: 0\n"),
        samba_person(&locked, ""),
        "dn: DC=muster,DC=test\nchangetype: modify\nreplace: lockoutThreshold\nlockoutThreshold: 3\n\n".to_owned(),
    ];
    directory.ldif(&text.concat()).await.unwrap();
    let provider = samba_provider(|_| ()).await;
    assert!(
        refused(&provider, "dave", "Dave-secret-1")
            .await
            .starts_with("533: the account is disabled")
    );
    assert!(
        refused(&provider, &expired, "Secret-word-1")
            .await
            .starts_with("701: the account has expired")
    );
    assert!(
        refused(&provider, &change, "Secret-word-1")
            .await
            .starts_with("773: the password must be changed")
    );
    signed_in(&provider, &locked, "Secret-word-1").await;
    for _ in 0..3 {
        assert!(
            refused(&provider, &locked, "wrong")
                .await
                .starts_with("52e: the password is wrong")
        );
    }
    assert!(refused(&provider, &locked, "Secret-word-1").await.contains("lock"));
}

#[tokio::test]
async fn an_account_whose_state_cannot_be_seen_is_not_let_in() {
    let server = crate::hostile_server::HostileServer::start(|_| None).await;
    let settings = crate::hostile_server::settings(vec![server.url()]);
    let kind = muster_api::provider::ProviderKind::ActiveDirectory;
    let provider = crate::hostile_server::provider(kind, &settings);
    assert!(
        refused(&provider, "alice", crate::hostile_server::ALICE_PASSWORD)
            .await
            .contains("userAccountControl")
    );
}

#[tokio::test]
async fn unusual_names_sign_in_and_keep_their_groups() {
    let directory = samba().await;
    let provider = samba_provider(|_| ()).await;
    for (dn_value, name) in [
        ("Doe\\, Jane \\+ \\\"x\\\" \\<y\\>\\; z \\= \\#1", "jane.doe"),
        ("\\#Zoë 張三", "zoë"),
    ] {
        let group = unique("odd");
        let dn = format!("CN={dn_value},CN=Users,DC=muster,DC=test");
        let password = testbed::directory::unicode_password("Secret-word-1");
        let dn = base64::engine::general_purpose::STANDARD.encode(&dn);
        let login = base64::engine::general_purpose::STANDARD.encode(name);
        let text = format!(
            "dn:: {dn}\nobjectClass: user\nsAMAccountName:: {login}\nunicodePwd:: {password}\nuserAccountControl: 512\n\n\
             dn: {}\nobjectClass: group\nsAMAccountName: {group}\nmember:: {dn}\n",
            samba_dn(&group)
        );
        directory.ldif(&text).await.unwrap();
        let person = signed_in(&provider, name, "Secret-word-1").await;
        assert!(groups(&person).contains_key(group.as_str()), "{person:?}");
    }
}

#[tokio::test]
async fn a_password_in_clear_text_is_not_wanted_and_the_reason_says_what_to_do() {
    let access = samba().await.access();
    let provider = samba_provider(|settings| {
        settings.urls = vec![access.start_tls_url.clone()];
        settings.encryption = Encryption::None;
    })
    .await;
    match provider.sign_in("alice", secret("Alice-secret-1")).await {
        Err(ProviderError::Misconfigured { reason }) => assert!(reason.to_string().contains("ldaps://"), "{reason}"),
        other => panic!("{other:?}"),
    }
    let encrypted = samba_provider(|settings| {
        settings.urls = vec![access.start_tls_url.clone()];
        settings.encryption = Encryption::StartTls;
    })
    .await;
    signed_in(&encrypted, "alice", "Alice-secret-1").await;
}

#[tokio::test]
async fn people_and_groups_are_found_while_somebody_types() {
    let provider = samba_provider(|_| ()).await;
    let found = provider.search("ali", 10).await.unwrap();
    let alice = signed_in(&provider, "alice", "Alice-secret-1").await;
    assert!(
        found
            .iter()
            .any(|found| found.is_user() && found.principal.external_id == alice.external_id)
    );
    let found = provider.search("develop", 10).await.unwrap();
    assert!(
        found
            .iter()
            .any(|found| !found.is_user() && found.principal.name == "developers")
    );
}
