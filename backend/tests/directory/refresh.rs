//! Looking at accounts again: by their stable ids, and never taking anything away on a guess.

use muster::identity::providers::directory::DirectoryProvider;
use muster::identity::providers::{PasswordProvider as _, Person, Refreshed};
use muster_api::provider::ProviderKind;

use crate::world::*;

async fn present(provider: &DirectoryProvider, id: &str) -> Box<Person> {
    match provider.refresh(id).await {
        Refreshed::Present(person) => person,
        other => panic!("not there: {other:?}"),
    }
}

async fn absent(provider: &DirectoryProvider, id: &str) -> String {
    match provider.refresh(id).await {
        Refreshed::Absent { reason } => reason,
        other => panic!("not gone: {other:?}"),
    }
}

#[tokio::test]
async fn a_person_who_moved_and_was_renamed_is_the_same_and_a_namesake_is_not() {
    let directory = openldap().await;
    let (name, unit) = (unique("mover"), unique("unit"));
    let unit_dn = format!("ou={unit},ou=people,dc=muster,dc=test");
    let unit_text = format!("dn: {unit_dn}\nobjectClass: organizationalUnit\nou: {unit}\n\n");
    directory
        .ldif(&format!("{}{unit_text}", openldap_person(&name, "")))
        .await
        .unwrap();
    let provider = openldap_provider(|_| ()).await;
    let before = signed_in(&provider, &name, "Secret-1").await;
    let moved = format!(
        "dn: {}\nchangetype: modrdn\nnewrdn: uid={name}-married\ndeleteoldrdn: 1\nnewsuperior: {unit_dn}\n",
        person_dn(&name)
    );
    directory.ldif(&moved).await.unwrap();
    let after = present(&provider, &before.external_id).await;
    assert_eq!(after.name, format!("{name}-married"));
    assert_ne!(after.place, before.place);
    // Somebody else gets the old name.
    directory.ldif(&openldap_person(&name, "")).await.unwrap();
    assert_ne!(
        signed_in(&provider, &name, "Secret-1").await.external_id,
        before.external_id
    );
    let gone = format!("dn: uid={name}-married,{unit_dn}\nchangetype: delete\n");
    directory.ldif(&gone).await.unwrap();
    assert!(absent(&provider, &before.external_id).await.contains("no longer"));
}

#[tokio::test]
async fn groups_are_those_of_now() {
    let directory = openldap().await;
    let (name, group) = (unique("changing"), unique("crew"));
    directory.ldif(&openldap_person(&name, "")).await.unwrap();
    let provider = openldap_provider(|_| ()).await;
    let person = signed_in(&provider, &name, "Secret-1").await;
    assert_eq!(person.groups, []);
    directory
        .ldif(&openldap_group(&group, &[person_dn(&name)]))
        .await
        .unwrap();
    assert_eq!(present(&provider, &person.external_id).await.groups[0].name, group);
}

#[tokio::test]
async fn an_account_of_active_directory_is_known_by_its_guid() {
    let directory = samba().await;
    let name = unique("mover");
    directory.ldif(&samba_person(&name, "")).await.unwrap();
    let provider = samba_provider(|_| ()).await;
    let before = signed_in(&provider, &name, "Secret-word-1").await;
    let renamed = format!(
        "dn: {}\nchangetype: modrdn\nnewrdn: CN={name}-married\ndeleteoldrdn: 1\nnewsuperior: DC=muster,DC=test\n",
        samba_dn(&name)
    );
    directory.ldif(&renamed).await.unwrap();
    let after = present(&provider, &before.external_id).await;
    assert_eq!((&after.external_id, &after.name), (&before.external_id, &before.name));
    assert!(
        after.place.starts_with(&format!("CN={name}-married,DC=muster")),
        "{}",
        after.place
    );
    let off = format!(
        "dn: CN={name}-married,DC=muster,DC=test\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n"
    );
    directory.ldif(&off).await.unwrap();
    assert!(absent(&provider, &before.external_id).await.contains("disabled"));
    directory
        .ldif(&format!(
            "dn: CN={name}-married,DC=muster,DC=test\nchangetype: delete\n"
        ))
        .await
        .unwrap();
    assert!(absent(&provider, &before.external_id).await.contains("no longer"));
    directory.ldif(&samba_person(&name, "")).await.unwrap();
    assert_ne!(
        signed_in(&provider, &name, "Secret-word-1").await.external_id,
        before.external_id
    );
    assert!(matches!(provider.refresh("no-guid").await, Refreshed::Unknown { .. }));
}

#[tokio::test]
async fn nobody_is_gone_because_the_account_that_reads_lost_its_rights() {
    let access = openldap().await.access();
    let alice = signed_in(&openldap_provider(|_| ()).await, "alice", "Alice-secret-1").await;
    let mut settings = openldap_settings(access);
    settings.bind_name = format!("cn=blind,ou=services,{}", access.base);
    let provider = |password: &str, settings| {
        DirectoryProvider::new(ProviderKind::Ldap, settings, Some(secret(password))).unwrap()
    };
    let unknown = async |provider: DirectoryProvider| match provider.refresh(&alice.external_id).await {
        Refreshed::Unknown { reason } => reason,
        other => panic!("{other:?}"),
    };
    assert!(
        unknown(provider("Blind-secret-1", &settings))
            .await
            .contains("nobody at all")
    );
    assert!(unknown(provider("rotated", &settings)).await.contains("was not let in"));
    let mut elsewhere = openldap_settings(access);
    elsewhere.user_bases = vec![format!("ou=nowhere,{}", access.base)];
    unknown(provider(&access.service_password, &elsewhere)).await;
    let mut nobody = openldap_settings(access);
    nobody.urls = vec!["ldaps://127.0.0.1:1".to_owned()];
    unknown(provider(&access.service_password, &nobody)).await;
}
