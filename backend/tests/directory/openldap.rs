//! Signing in at OpenLDAP.

use muster::identity::providers::PasswordProvider as _;
use muster_api::provider::{Encryption, Membership};

use crate::world::*;

#[tokio::test]
async fn alice_signs_in_and_has_her_groups() {
    let provider = openldap_provider(|_| ()).await;
    let alice = signed_in(&provider, "alice", "Alice-secret-1").await;
    assert_eq!(alice.name, "alice");
    assert_eq!(alice.display_name, "Alice Andersson");
    assert_eq!(alice.email.as_deref(), Some("alice@muster.test"));
    assert_eq!(alice.place, "uid=alice,ou=people,dc=muster,dc=test");
    assert_eq!(alice.external_id.len(), 36);
    assert_eq!(groups(&alice), [("developers", "direct"), ("staff", "nested")].into());
    // However the name is spelled, it is the same account.
    assert_eq!(
        signed_in(&provider, " ALICE ", "Alice-secret-1").await.external_id,
        alice.external_id
    );
}

#[tokio::test]
async fn wrong_passwords_and_unknown_names_are_refused_alike() {
    let provider = openldap_provider(|_| ()).await;
    assert!(refused(&provider, "alice", "alice-secret-1").await.contains("49"));
    assert!(
        refused(&provider, "nobody", "Alice-secret-1")
            .await
            .contains("no account")
    );
}

#[tokio::test]
async fn an_empty_password_lets_nobody_in_where_the_server_would() {
    let provider = openldap_provider(|_| ()).await;
    for password in ["", " ", "\t", "\0", "Alice-secret-1\0"] {
        refused(&provider, "alice", password).await;
    }
    for login in ["", "   ", "\0", "ali\0ce", "alice\n"] {
        refused(&provider, login, "Alice-secret-1").await;
    }
}

#[tokio::test]
async fn no_name_becomes_a_condition() {
    let provider = openldap_provider(|settings| settings.login_attributes.push("mail".to_owned())).await;
    for login in [
        "*",
        "al*",
        "*)(uid=*",
        "alice)(uid=*))(|(uid=*",
        "alice)(|(objectClass=*",
        "*))%00",
        "alice*",
        "(alice)",
        "\\61lice",
        "alice\\",
        "!(uid=alice)",
        "&(uid=alice)",
        ")(",
        "uid=alice,ou=people,dc=muster,dc=test",
        "😀",
    ] {
        refused(&provider, login, "Alice-secret-1").await;
    }
    assert_eq!(
        signed_in(&provider, "alice@muster.test", "Alice-secret-1").await.name,
        "alice"
    );
}

#[tokio::test]
async fn unusual_names_sign_in_and_keep_their_groups() {
    let directory = openldap().await;
    let provider = openldap_provider(|_| ()).await;
    // Two bytes each; OpenLDAP would not take it as the name of the entry itself.
    let longest = "ä".repeat(256);
    let names = [
        (
            "o'neil, jr+\"x\"\\<y>;z=#1",
            "uid=o'neil\\2c jr\\2b\\22x\\22\\5c\\3cy\\3e\\3bz\\3d#1",
        ),
        ("(star*)\\", "uid=(star*)\\5c"),
        ("#hash", "uid=\\23hash"),
        ("Zoë 張三 😀", "uid=Zoë 張三 😀"),
        (&longest, "cn=longest"),
    ];
    for (name, place) in &names {
        let dn = format!("{place},ou=people,dc=muster,dc=test");
        let person = format!(
            "dn:: {}\nobjectClass: inetOrgPerson\nuid:: {}\ncn: longest\nsn: unusual\nuserPassword: Secret-1\n\n",
            base64(&dn),
            base64(name)
        );
        let group = unique("unusual");
        let group_text = format!(
            "dn: {}\nobjectClass: groupOfNames\ncn: {group}\nmember:: {}\n",
            group_dn(&group),
            base64(&dn)
        );
        directory.ldif(&format!("{person}{group_text}")).await.unwrap();
        let person = signed_in(&provider, name, "Secret-1").await;
        assert_eq!(person.name, *name);
        assert_eq!(groups(&person), [(group.as_str(), "direct")].into());
        let member_of = openldap_provider(|settings| settings.membership = Membership::MemberOf).await;
        assert_eq!(
            groups(&signed_in(&member_of, name, "Secret-1").await),
            [(group.as_str(), "direct")].into()
        );
    }
}

#[tokio::test]
async fn two_accounts_with_one_name_are_both_refused() {
    let directory = openldap().await;
    let name = unique("twin");
    let other =
        openldap_person(&name, "").replace(&person_dn(&name), &format!("cn={name},ou=people,dc=muster,dc=test"));
    directory
        .ldif(&format!("{}{other}", openldap_person(&name, "")))
        .await
        .unwrap();
    let provider = openldap_provider(|_| ()).await;
    assert!(refused(&provider, &name, "Secret-1").await.contains("more than one"));
}

#[tokio::test]
async fn accounts_that_were_turned_off_are_refused_with_different_reasons() {
    let directory = openldap().await;
    let (locked, reset) = (unique("locked"), unique("reset"));
    let policy = unique("policy");
    let policy_dn = format!("cn={policy},dc=muster,dc=test");
    let text = format!(
        "dn: {policy_dn}\nobjectClass: pwdPolicy\nobjectClass: device\ncn: {policy}\npwdAttribute: userPassword\n\
         pwdLockout: TRUE\npwdMaxFailure: 2\npwdMustChange: TRUE\n\n{}{}",
        openldap_person(&locked, &format!("pwdPolicySubentry: {policy_dn}\n")),
        openldap_person(&reset, &format!("pwdPolicySubentry: {policy_dn}\npwdReset: TRUE\n")),
    );
    directory.ldif(&text).await.unwrap();
    let provider = openldap_provider(|_| ()).await;
    signed_in(&provider, &locked, "Secret-1").await;
    refused(&provider, &locked, "wrong").await;
    refused(&provider, &locked, "wrong").await;
    assert!(refused(&provider, &locked, "Secret-1").await.contains("49"));
    assert!(refused(&provider, &reset, "Secret-1").await.contains("must be changed"));
    let for_good = format!(
        "dn: {}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n",
        person_dn(&reset)
    );
    directory.ldif(&for_good).await.unwrap();
    refused(&provider, &reset, "Secret-1").await;
}

#[tokio::test]
async fn start_tls_and_a_filter_work_as_configured() {
    let access = openldap().await.access();
    let provider = openldap_provider(|settings| {
        settings.urls = vec![access.start_tls_url.clone()];
        settings.encryption = Encryption::StartTls;
        settings.user_filter = "(!(uid=bob))".to_owned();
        settings.group_filter = "(cn=dev*)".to_owned();
    })
    .await;
    let alice = signed_in(&provider, "alice", "Alice-secret-1").await;
    assert_eq!(groups(&alice), [("developers", "direct")].into());
    assert!(refused(&provider, "bob", "Bob-secret-1").await.contains("no account"));
}

#[tokio::test]
async fn people_and_groups_are_found_by_parts_of_their_names() {
    let provider = openldap_provider(|_| ()).await;
    let found = provider.search("anders", 10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].is_user() && found[0].principal.name == "alice" && found[0].display_name == "Alice Andersson");
    let found = provider.search("OPERAT", 10).await.unwrap();
    assert_eq!(
        found
            .iter()
            .map(|found| found.display_name.as_str())
            .collect::<Vec<_>>(),
        ["operators"]
    );
    let alice = signed_in(&provider, "alice", "Alice-secret-1").await;
    assert_eq!(
        provider.search("alice", 10).await.unwrap()[0].principal.external_id,
        alice.external_id
    );
    for nothing in ["", "  ", "*", "al*", "a\0", &"a".repeat(500)] {
        assert_eq!(provider.search(nothing, 10).await.unwrap(), [], "{nothing}");
    }
    assert_eq!(provider.search("a", 0).await.unwrap(), []);
}

#[tokio::test]
async fn a_search_in_a_large_directory_answers_only_the_first() {
    let directory = openldap().await;
    let prefix = unique("crowd");
    let crowd: String = (0..2_100)
        .map(|number| openldap_person(&format!("{prefix}-{number}"), ""))
        .collect();
    directory.ldif(&crowd).await.unwrap();
    let provider = openldap_provider(|_| ()).await;
    let found = provider.search(&prefix, 20).await.unwrap();
    assert_eq!(found.len(), 20);
    assert_eq!(
        signed_in(&provider, &format!("{prefix}-2099"), "Secret-1").await.name,
        format!("{prefix}-2099")
    );
}

fn base64(text: &str) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(text)
}
