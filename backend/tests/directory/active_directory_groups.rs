//! Groups in Active Directory: every way finds the same ones.

use std::collections::BTreeSet;

use muster_api::provider::Membership;

use crate::world::*;

const WAYS: [Membership; 4] = [
    Membership::TokenGroups,
    Membership::InChain,
    Membership::MemberOf,
    Membership::Member,
];

/// A person in `team`, which is in `unit`, which is in `company`, which is in `team` again; the primary group is another
/// one, which is in `umbrella`.
async fn circle() -> (String, [String; 5]) {
    let directory = samba().await;
    let names = ["team", "unit", "company", "primary", "umbrella"].map(unique);
    let [team, unit, company, primary, umbrella] = &names;
    let person = unique("member");
    let text = [
        samba_person(&person, ""),
        samba_group(team, &[samba_dn(&person)]),
        samba_group(unit, &[samba_dn(team)]),
        samba_group(company, &[samba_dn(unit)]),
        samba_group(primary, &[samba_dn(&person)]),
        samba_group(umbrella, &[samba_dn(primary)]),
        format!(
            "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n\n",
            samba_dn(team),
            samba_dn(company)
        ),
    ];
    directory.ldif(&text.concat()).await.unwrap();
    let number = relative_id(primary).await;
    let change = format!(
        "dn: {}\nchangetype: modify\nreplace: primaryGroupID\nprimaryGroupID: {number}\n",
        samba_dn(&person)
    );
    directory.ldif(&change).await.unwrap();
    (person, names)
}

/// The last number of a group's security identifier: what the console itself shows when it keeps groups by that.
async fn relative_id(group: &str) -> String {
    use muster::identity::providers::PasswordProvider as _;
    let provider = samba_provider(|settings| settings.group_unique_attribute = "objectSid".into()).await;
    let found = provider.search(group, 10).await.unwrap();
    let found = found.into_iter().find(|found| found.principal.name == group).unwrap();
    found.principal.external_id.rsplit_once('-').unwrap().1.to_owned()
}

#[tokio::test]
async fn every_way_finds_nested_groups_and_the_primary_one() {
    let (person, [team, unit, company, primary, umbrella]) = circle().await;
    for membership in WAYS {
        let provider = samba_provider(|settings| settings.membership = membership).await;
        let found = signed_in(&provider, &person, "Secret-word-1").await;
        let found = groups(&found);
        // The builtin group Users is in no list of anybody but tokenGroups and chains of Domain Users.
        let names: BTreeSet<&str> = found
            .keys()
            .copied()
            .filter(|name| *name != "Users" && *name != "Domain Users")
            .collect();
        assert_eq!(
            names,
            [&team, &unit, &company, &primary, &umbrella].map(String::as_str).into(),
            "{membership:?}"
        );
        assert_eq!(found[primary.as_str()], "primary", "{membership:?}");
    }
}

#[tokio::test]
async fn token_groups_and_the_chain_agree_to_the_last_group() {
    for login in ["alice", "bob", "carol"] {
        let password = format!("{}{}-secret-1", login[..1].to_uppercase(), &login[1..]);
        let mut sets = Vec::new();
        for membership in [Membership::TokenGroups, Membership::InChain, Membership::MemberOf] {
            let provider = samba_provider(|settings| settings.membership = membership).await;
            let person = signed_in(&provider, login, &password).await;
            sets.push(
                person
                    .groups
                    .into_iter()
                    .map(|group| (group.name, group.external_id))
                    .collect::<BTreeSet<_>>(),
            );
        }
        assert_eq!(sets[0], sets[1], "{login}");
        assert_eq!(sets[0], sets[2], "{login}");
        assert!(sets[0].iter().any(|(name, _)| name == "Domain Users"));
    }
}

#[tokio::test]
async fn only_direct_groups_are_found_when_nested_ones_are_not_wanted() {
    let (person, [team, _, _, primary, _]) = circle().await;
    for membership in [Membership::MemberOf, Membership::Member] {
        let provider = samba_provider(|settings| {
            settings.membership = membership;
            settings.nested = false;
        })
        .await;
        let found = signed_in(&provider, &person, "Secret-word-1").await;
        let names: BTreeSet<&str> = groups(&found).into_keys().collect();
        let expected = BTreeSet::from([team.as_str(), primary.as_str()]);
        assert!(
            names.is_superset(&expected) && names.len() <= 3,
            "{membership:?}: {names:?}"
        );
    }
}

#[tokio::test]
async fn four_hundred_groups_are_all_there() {
    let directory = samba().await;
    let (person, prefix) = (unique("busy"), unique("many"));
    let mut text = samba_person(&person, "");
    for number in 0..400 {
        text += &samba_group(&format!("{prefix}-{number}"), &[samba_dn(&person)]);
    }
    directory.ldif(&text).await.unwrap();
    for membership in WAYS {
        let provider = samba_provider(|settings| settings.membership = membership).await;
        let found = signed_in(&provider, &person, "Secret-word-1").await;
        assert_eq!(
            found
                .groups
                .iter()
                .filter(|group| group.name.starts_with(&prefix))
                .count(),
            400
        );
    }
}
