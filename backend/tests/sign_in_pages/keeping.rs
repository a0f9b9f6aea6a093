//! What is kept of providers, their people and groups, on both databases.

use jiff::{SignedDuration, Timestamp};
use muster::database::groups::{self, GivenGroup};
use muster::database::identity_providers::{self, ProviderRecord};
use muster::database::provider_users::{self, GivenUser};
use muster::database::redirect_sign_ins::{self, RedirectSignInRecord};
use muster::database::{Database, DatabaseError};
use muster_api::provider::{Admission, AdmissionMode, GitHubSettings, ProviderSettings};
use uuid::Uuid;

use crate::database_test;

/// To the millisecond, as it is kept.
fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap()
}

fn provider(name: &str) -> ProviderRecord {
    ProviderRecord {
        id: Uuid::now_v7(),
        name: name.into(),
        enabled: true,
        settings: ProviderSettings::GitHub(GitHubSettings {
            base_url: "https://github.com".into(),
            certificate_authority: None,
            client_id: "id".into(),
        }),
        admission: Admission::default(),
        secrets: vec![1, 2, 3],
        created_at: now(),
        managed_by_file: None,
    }
}

fn group(id: &str, name: &str) -> GivenGroup {
    GivenGroup {
        external_id: id.into(),
        name: name.into(),
        place: format!("company/{name}"),
    }
}

fn person(provider: &ProviderRecord, id: &str, groups: &[GivenGroup]) -> GivenUser {
    GivenUser {
        id: Uuid::now_v7(),
        provider_id: provider.id,
        external_id: id.into(),
        name: "Ada".into(),
        display_name: "Ada Lovelace".into(),
        email: Some("ada@example.com".into()),
        renewal: Some(vec![7; 40]),
        groups: groups.to_vec(),
    }
}

async fn names_of(database: &Database, user: Uuid) -> Vec<String> {
    let groups = groups::list_of_user(database, user).await.unwrap();
    groups.into_iter().map(|group| group.name).collect()
}

database_test!(
    providers_are_kept_changed_and_forgotten,
    |database: Database| async move {
        let mut kept = provider("GitHub");
        identity_providers::insert(&database, &kept).await.unwrap();
        assert_eq!(
            identity_providers::find(&database, kept.id).await.unwrap().as_ref(),
            Some(&kept)
        );
        let again = identity_providers::insert(&database, &provider("GITHUB")).await;
        assert!(matches!(again, Err(DatabaseError::Duplicate)), "{again:?}");
        kept.name = "Our GitHub".into();
        kept.enabled = false;
        kept.admission.mode = AdmissionMode::Listed;
        kept.secrets = vec![9];
        assert!(identity_providers::update(&database, &kept).await.unwrap());
        assert_eq!(identity_providers::list(&database).await.unwrap(), [kept.clone()]);
        assert!(
            !identity_providers::update(&database, &provider("Nobody"))
                .await
                .unwrap()
        );
        let user = provider_users::keep(&database, &person(&kept, "user:1", &[group("team:1", "a")]), now())
            .await
            .unwrap();
        assert!(identity_providers::delete(&database, kept.id).await.unwrap());
        assert!(!identity_providers::delete(&database, kept.id).await.unwrap());
        assert!(
            provider_users::find(&database, kept.id, "user:1")
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(names_of(&database, user.unwrap().id).await, [""; 0]);
    }
);

database_test!(
    a_person_has_exactly_the_groups_that_were_given_last,
    |database: Database| async move {
        let github = provider("GitHub");
        identity_providers::insert(&database, &github).await.unwrap();
        let mut ada = person(&github, "user:1", &[group("team:1", "a"), group("team:2", "b")]);
        let user = provider_users::keep(&database, &ada, now()).await.unwrap().unwrap();
        assert_eq!((user.id, &*user.name, user.password_hash), (ada.id, "Ada", None));
        assert_eq!(names_of(&database, user.id).await, ["a", "b"]);
        let bob = person(&github, "user:2", &[group("team:2", "b")]);
        provider_users::keep(&database, &bob, now()).await.unwrap().unwrap();
        let before = groups::list_of_user(&database, user.id).await.unwrap();

        // One left, one with a new name, one new.
        ada.groups = vec![group("team:2", "B"), group("team:3", "c")];
        ada.name = "Countess".into();
        let changed = provider_users::keep(&database, &ada, now()).await.unwrap().unwrap();
        assert_eq!((changed.id, &*changed.name), (user.id, "Countess"));
        let after = groups::list_of_user(&database, user.id).await.unwrap();
        assert_eq!(after.iter().map(|group| &*group.name).collect::<Vec<_>>(), ["B", "c"]);
        assert_eq!(after[0].id, before[1].id, "a new name is the same group");
        assert_eq!(names_of(&database, bob.id).await, ["B"]);
        assert_eq!(
            provider_users::renewal(&database, user.id).await.unwrap(),
            Some(vec![7; 40])
        );
        ada.groups.clear();
        provider_users::keep(&database, &ada, now()).await.unwrap().unwrap();
        assert_eq!(names_of(&database, user.id).await, [""; 0]);
    }
);

database_test!(
    the_same_group_of_two_providers_is_two_groups,
    |database: Database| async move {
        let (one, two) = (provider("one"), provider("two"));
        identity_providers::insert(&database, &one).await.unwrap();
        identity_providers::insert(&database, &two).await.unwrap();
        let admins = group("admins", "admins");
        let first = groups::keep(&database, one.id, &admins).await.unwrap();
        let second = groups::keep(&database, two.id, &admins).await.unwrap();
        assert_ne!(first, second);
        assert_eq!(groups::keep(&database, one.id, &admins).await.unwrap(), first);
        assert_eq!(
            groups::find(&database, first).await.unwrap().unwrap().provider_id,
            one.id
        );
        let ada = person(&one, "user:1", std::slice::from_ref(&admins));
        let same_id_elsewhere = person(&two, "user:1", &[]);
        provider_users::keep(&database, &ada, now()).await.unwrap().unwrap();
        let other = provider_users::keep(&database, &same_id_elsewhere, now())
            .await
            .unwrap()
            .unwrap();
        assert_ne!(other.id, ada.id);
        assert_eq!(names_of(&database, other.id).await, [""; 0]);
    }
);

database_test!(
    a_person_who_is_made_twice_at_the_same_time_is_one_user,
    |database: Database| async move {
        let github = provider("GitHub");
        identity_providers::insert(&database, &github).await.unwrap();
        let many = (0..6).map(|_| {
            let groups: Vec<_> = (0..20).map(|number| group(&format!("team:{number}"), "team")).collect();
            let (database, given) = (database.clone(), person(&github, "user:1", &groups));
            tokio::spawn(async move { provider_users::keep(&database, &given, now()).await.unwrap() })
        });
        let mut made = 0;
        for one in many.collect::<Vec<_>>() {
            made += usize::from(one.await.unwrap().is_some());
        }
        assert_eq!(made, 1, "the others are told to look again");
        let user = provider_users::find(&database, github.id, "user:1")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(names_of(&database, user.id).await.len(), 20);
    }
);

database_test!(
    sign_ins_of_many_people_of_the_same_groups_do_not_lock_each_other_out,
    |database: Database| async move {
        let github = provider("GitHub");
        identity_providers::insert(&database, &github).await.unwrap();
        let many = (0..8).map(|number| {
            let mut groups: Vec<_> = (0..50).map(|number| group(&format!("team:{number}"), "team")).collect();
            if number % 2 == 0 {
                groups.reverse();
            }
            let (database, given) = (database.clone(), person(&github, &format!("user:{number}"), &groups));
            tokio::spawn(async move { provider_users::keep(&database, &given, now()).await })
        });
        for one in many.collect::<Vec<_>>() {
            assert!(one.await.unwrap().unwrap().is_some());
        }
    }
);

database_test!(a_sign_in_on_its_way_is_taken_once, |database: Database| async move {
    let github = provider("GitHub");
    identity_providers::insert(&database, &github).await.unwrap();
    let leaving = RedirectSignInRecord {
        state_hash: vec![1; 32],
        browser_hash: vec![2; 32],
        provider_id: github.id,
        secrets: vec![3; 50],
        return_to: "/pods?page=2".into(),
        expires_at: now() + SignedDuration::from_mins(10),
    };
    redirect_sign_ins::insert(&database, &leaving).await.unwrap();
    assert!(redirect_sign_ins::take(&database, &[9; 32]).await.unwrap().is_none());
    assert_eq!(
        redirect_sign_ins::take(&database, &[1; 32]).await.unwrap(),
        Some(leaving.clone())
    );
    assert!(redirect_sign_ins::take(&database, &[1; 32]).await.unwrap().is_none());
    redirect_sign_ins::insert(&database, &leaving).await.unwrap();
    assert_eq!(redirect_sign_ins::remove_expired(&database, now()).await.unwrap(), 0);
    assert_eq!(
        redirect_sign_ins::remove_expired(&database, leaving.expires_at)
            .await
            .unwrap(),
        1
    );
});
