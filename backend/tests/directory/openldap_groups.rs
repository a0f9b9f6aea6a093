//! Groups in OpenLDAP, by every way that it knows.

use std::collections::BTreeSet;

use muster::identity::providers::directory::DirectoryProvider;
use muster_api::provider::{DirectorySettings, Membership, ProviderKind};

use crate::world::*;

/// A person in `team`, which is in `unit`, which is in `company`, which is in `team` again.
async fn circle() -> (String, [String; 3]) {
    let directory = openldap().await;
    let (person, team, unit, company) = (unique("member"), unique("team"), unique("unit"), unique("company"));
    let text = [
        openldap_person(&person, ""),
        openldap_group(&team, &[person_dn(&person)]),
        openldap_group(&unit, &[group_dn(&team)]),
        openldap_group(&company, &[group_dn(&unit)]),
    ];
    directory.ldif(&text.concat()).await.unwrap();
    let circle = format!(
        "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n",
        group_dn(&team),
        group_dn(&company)
    );
    directory.ldif(&circle).await.unwrap();
    (person, [team, unit, company])
}

#[tokio::test]
async fn groups_in_a_circle_are_found_once_by_member_and_by_member_of() {
    let (person, [team, unit, company]) = circle().await;
    for membership in [Membership::Member, Membership::MemberOf] {
        let provider = openldap_provider(|settings| settings.membership = membership).await;
        let expected = [
            (team.as_str(), "direct"),
            (unit.as_str(), "nested"),
            (company.as_str(), "nested"),
        ];
        assert_eq!(
            groups(&signed_in(&provider, &person, "Secret-1").await),
            expected.into(),
            "{membership:?}"
        );

        let shallow = openldap_provider(|settings| {
            settings.membership = membership;
            settings.nested_depth = 1;
        })
        .await;
        let expected = [(team.as_str(), "direct"), (unit.as_str(), "nested")];
        assert_eq!(groups(&signed_in(&shallow, &person, "Secret-1").await), expected.into());

        let direct = openldap_provider(|settings| {
            settings.membership = membership;
            settings.nested = false;
        })
        .await;
        let expected = [(team.as_str(), "direct")];
        assert_eq!(groups(&signed_in(&direct, &person, "Secret-1").await), expected.into());
    }
}

#[tokio::test]
async fn ten_levels_of_groups_are_followed() {
    let directory = openldap().await;
    let (person, prefix) = (unique("deep"), unique("level"));
    let mut text = openldap_person(&person, "");
    let mut member = person_dn(&person);
    for level in 0..12 {
        let name = format!("{prefix}-{level:02}");
        text += &openldap_group(&name, &[member]);
        member = group_dn(&name);
    }
    directory.ldif(&text).await.unwrap();
    for membership in [Membership::Member, Membership::MemberOf] {
        let provider = openldap_provider(|settings| settings.membership = membership).await;
        let found = signed_in(&provider, &person, "Secret-1").await;
        // The person's own group, and ten levels above it.
        assert_eq!(found.groups.len(), 11, "{membership:?}");
    }
}

#[tokio::test]
async fn groups_come_page_by_page_until_the_last() {
    let directory = openldap().await;
    let (person, prefix) = (unique("joiner"), unique("page"));
    let members = [person_dn(&person)];
    let groups: Vec<String> = (0..2_100)
        .map(|number| openldap_group(&format!("{prefix}-{number}"), &members))
        .collect();
    let text = [openldap_person(&person, ""), groups.concat()].concat();
    directory.ldif(&text).await.unwrap();
    for page_size in [100, 1_000] {
        let provider = openldap_provider(|settings| settings.page_size = page_size).await;
        let found = signed_in(&provider, &person, "Secret-1").await.groups;
        let names: BTreeSet<&str> = found.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names.len(), 2_100, "pages of {page_size}");
    }
}

#[tokio::test]
async fn unique_members_and_posix_groups_are_found() {
    let directory = openldap().await;
    let (person, unique_group, posix, own) = (unique("posix"), unique("unique"), unique("wheel"), unique("own"));
    let number = 50_000 + unique("").parse::<u32>().unwrap();
    let account =
        format!("objectClass: posixAccount\nuidNumber: {number}\ngidNumber: {number}\nhomeDirectory: /home/{person}\n");
    let text = format!(
        "{}dn: {}\nobjectClass: groupOfUniqueNames\ncn: {unique_group}\nuniqueMember: {}\n\n\
         dn: {}\nobjectClass: posixGroup\ncn: {posix}\ngidNumber: 49999\nmemberUid: {person}\n\n\
         dn: {}\nobjectClass: posixGroup\ncn: {own}\ngidNumber: {number}\n",
        openldap_person(&person, &account),
        group_dn(&unique_group),
        person_dn(&person),
        group_dn(&posix),
        group_dn(&own),
    );
    directory.ldif(&text).await.unwrap();
    let by_unique_member = openldap_provider(|settings| {
        settings.membership = Membership::UniqueMember;
        settings.group_object_classes = vec!["groupOfUniqueNames".to_owned()];
    })
    .await;
    let found = signed_in(&by_unique_member, &person, "Secret-1").await;
    assert_eq!(groups(&found), [(unique_group.as_str(), "direct")].into());
    let by_uid = openldap_provider(|settings| {
        settings.membership = Membership::MemberUid;
        settings.group_object_classes = vec!["posixGroup".to_owned()];
    })
    .await;
    let found = signed_in(&by_uid, &person, "Secret-1").await;
    assert_eq!(
        groups(&found),
        [(posix.as_str(), "direct"), (own.as_str(), "primary")].into()
    );
}

#[tokio::test]
async fn a_thousand_groups_are_all_there_and_one_more_than_allowed_is_an_error() {
    let directory = openldap().await;
    let (person, prefix) = (unique("busy"), unique("many"));
    let mut text = openldap_person(&person, "");
    for number in 0..1_000 {
        text += &openldap_group(&format!("{prefix}-{number}"), &[person_dn(&person)]);
    }
    directory.ldif(&text).await.unwrap();
    for membership in [Membership::Member, Membership::MemberOf] {
        let provider = openldap_provider(|settings| settings.membership = membership).await;
        assert_eq!(signed_in(&provider, &person, "Secret-1").await.groups.len(), 1_000);
        let exactly = openldap_provider(|settings| {
            settings.membership = membership;
            settings.most_groups = 1_000;
        })
        .await;
        assert_eq!(signed_in(&exactly, &person, "Secret-1").await.groups.len(), 1_000);
        let fewer = openldap_provider(|settings| {
            settings.membership = membership;
            settings.most_groups = 999;
        })
        .await;
        assert!(unavailable(&fewer, &person, "Secret-1").await.contains("999"));
    }

    // The account that reads meets a limit of the server: half of the groups are not the groups.
    let access = directory.access();
    let mut settings = openldap_settings(access);
    settings.bind_name = format!("cn=limited,ou=services,{}", access.base);
    let limited = DirectoryProvider::new(ProviderKind::Ldap, &settings, Some(secret("Limited-secret-1"))).unwrap();
    assert!(unavailable(&limited, &person, "Secret-1").await.contains("size limit"));
    assert_eq!(signed_in(&limited, "alice", "Alice-secret-1").await.groups.len(), 2);
}

#[tokio::test]
async fn a_group_keeps_its_id_with_a_new_name_and_a_new_group_with_the_old_name_is_another() {
    let directory = openldap().await;
    let (person, group) = (unique("renamed"), unique("crew"));
    directory
        .ldif(&format!(
            "{}{}",
            openldap_person(&person, ""),
            openldap_group(&group, &[person_dn(&person)])
        ))
        .await
        .unwrap();
    let provider = openldap_provider(|_| ()).await;
    let before = signed_in(&provider, &person, "Secret-1").await.groups[0].clone();
    let rename = format!(
        "dn: {}\nchangetype: modrdn\nnewrdn: cn={group}-x\ndeleteoldrdn: 1\n\n",
        group_dn(&group)
    );
    directory.ldif(&rename).await.unwrap();
    let renamed = signed_in(&provider, &person, "Secret-1").await.groups[0].clone();
    assert_eq!(renamed.external_id, before.external_id);
    assert_ne!(renamed.name, before.name);
    directory
        .ldif(&openldap_group(&group, &[person_dn(&person)]))
        .await
        .unwrap();
    let both = signed_in(&provider, &person, "Secret-1").await;
    let again = both.groups.iter().find(|found| found.name == group).unwrap();
    assert_ne!(again.external_id, before.external_id);
}

#[tokio::test]
async fn an_account_that_may_see_no_groups_takes_none_from_anybody() {
    let access = openldap().await.access();
    let mut settings = openldap_settings(access);
    settings.bind_name = format!("cn=blind,ou=services,{}", access.base);
    let blind = |settings: &DirectorySettings| {
        DirectoryProvider::new(ProviderKind::Ldap, settings, Some(secret("Blind-secret-1"))).unwrap()
    };
    // It does not even see the people.
    assert!(
        refused(&blind(&settings), "alice", "Alice-secret-1")
            .await
            .contains("no account")
    );
    // One who sees people but no groups.
    settings.user_bases = vec![format!("ou=services,{}", access.base)];
    settings.user_object_class = "organizationalRole".to_owned();
    settings.login_attributes = vec!["cn".to_owned()];
    settings.name_attribute = "cn".to_owned();
    assert!(
        unavailable(&blind(&settings), "muster", "Service-secret-1")
            .await
            .contains("not one group")
    );
}
