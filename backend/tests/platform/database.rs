//! Every table on both databases.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use muster::database::api_tokens::{self, Places, TokenRecord};
use muster::database::clusters::{self, ClusterRecord};
use muster::database::role_bindings::Subject;
use muster::database::sessions::{self, SessionRecord, View};
use muster::database::sign_in_attempts::{self, Limit};
use muster::database::users::{self, User};
use muster::database::{Database, DatabaseError, settings, setup_codes};
use muster_api::session::{Language, Preferences, Role, Theme};
use uuid::Uuid;

use crate::database_test;

/// To the millisecond, as it is kept.
fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap()
}

fn user(name: &str) -> User {
    User {
        id: Uuid::now_v7(),
        name: name.into(),
        display_name: name.into(),
        role: Role::Administrator,
        password_hash: Some("$argon2id$…".into()),
        preferences: Preferences::default(),
        disabled: false,
        created_at: now(),
    }
}

fn session(user: &User, minutes: i64) -> SessionRecord {
    SessionRecord {
        id: Uuid::new_v4(),
        user_id: user.id,
        created_at: user.created_at,
        last_seen_at: user.created_at,
        expires_at: user.created_at + SignedDuration::from_mins(minutes),
        user_agent: "Browser/1.0 (日本語)".into(),
        address: "::1".into(),
    }
}

database_test!(users_are_found_by_name_in_any_case, |database: Database| async move {
    assert!(!users::administrator_exists(&database).await.unwrap());
    let made = user("Ada-Ünal");
    users::insert(&database, &made).await.unwrap();
    assert!(users::administrator_exists(&database).await.unwrap());
    let found = users::find_by_name(&database, "ADA-ÜNAL").await.unwrap().unwrap();
    assert_eq!(
        (found.id, &*found.name, found.role),
        (made.id, "Ada-Ünal", Role::Administrator)
    );
    assert_eq!(
        (found.created_at, found.password_hash),
        (made.created_at, made.password_hash.clone())
    );
    let again = users::insert(&database, &user("ada-ünal")).await;
    assert!(matches!(again, Err(DatabaseError::Duplicate)), "{again:?}");
    assert!(
        users::find_by_name(&database, "ada' OR 1=1 --")
            .await
            .unwrap()
            .is_none()
    );
});

database_test!(preferences_are_kept_whole, |database: Database| async move {
    let made = user("ada");
    users::insert(&database, &made).await.unwrap();
    let chosen = Preferences {
        language: Some(Language::SimplifiedChinese),
        theme: Some(Theme::Dark),
    };
    users::change_preferences(&database, made.id, &chosen).await.unwrap();
    assert_eq!(
        users::find(&database, made.id).await.unwrap().unwrap().preferences,
        chosen
    );
});

database_test!(
    a_code_makes_one_administrator_or_nothing,
    |database: Database| async move {
        let now = now();
        setup_codes::replace(&database, b"code", now, now + SignedDuration::from_hours(24))
            .await
            .unwrap();
        assert!(!users::insert_by_code(&database, &user("eve"), b"other").await.unwrap());
        assert!(setup_codes::holds(&database, b"code", now).await.unwrap());
        assert!(users::insert_by_code(&database, &user("ada"), b"code").await.unwrap());
        assert!(!setup_codes::holds(&database, b"code", now).await.unwrap());
        assert!(!users::insert_by_code(&database, &user("eve"), b"code").await.unwrap());
        setup_codes::replace(&database, b"late", now, now + SignedDuration::from_hours(24))
            .await
            .unwrap();
        assert!(
            !users::insert_by_code(&database, &user("eve"), b"late").await.unwrap(),
            "there is an administrator"
        );
        assert!(users::find_by_name(&database, "eve").await.unwrap().is_none());
    }
);

database_test!(
    sessions_hold_until_they_expire_or_lie_idle,
    |database: Database| async move {
        let owner = user("ada");
        users::insert(&database, &owner).await.unwrap();
        let kept = session(&owner, 60);
        sessions::insert(&database, b"hash", &kept).await.unwrap();
        let start = owner.created_at;
        let before = start - SignedDuration::from_secs(1);
        let found = sessions::find_by_secret(&database, b"hash", start, before)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.id, found.last_seen_at, found.user.id),
            (kept.id, start, owner.id)
        );
        assert!(
            sessions::find_by_secret(&database, b"other", start, before)
                .await
                .unwrap()
                .is_none()
        );
        let end = kept.expires_at;
        assert!(
            sessions::find_by_secret(&database, b"hash", end, before)
                .await
                .unwrap()
                .is_none(),
            "expired"
        );
        assert!(
            sessions::find_by_secret(&database, b"hash", start, start)
                .await
                .unwrap()
                .is_none(),
            "idle"
        );
        sessions::touch(&database, kept.id, start + SignedDuration::from_mins(1))
            .await
            .unwrap();
        let holds = sessions::find_view(&database, kept.id, start, start).await.unwrap();
        assert_eq!(holds, Some(View::default()));
        let listed = sessions::list_of_user(&database, owner.id, start, start).await.unwrap();
        assert_eq!((listed.len(), &*listed[0].user_agent), (1, "Browser/1.0 (日本語)"));
        assert_eq!(sessions::remove_expired(&database, start, start).await.unwrap(), 0);
        assert_eq!(sessions::remove_expired(&database, end, start).await.unwrap(), 1);
    }
);

database_test!(
    a_session_remembers_as_whom_the_console_is_looked_at,
    |database: Database| async move {
        let owner = user("ada");
        users::insert(&database, &owner).await.unwrap();
        let kept = session(&owner, 60);
        sessions::insert(&database, b"hash", &kept).await.unwrap();
        let before = owner.created_at - SignedDuration::from_secs(1);
        let id = Uuid::new_v4();
        for subject in [Some(Subject::User(id)), Some(Subject::Group(id)), None] {
            let view = View::of(subject);
            for is_new in [true, false] {
                let changed = sessions::change_view(&database, kept.id, view).await.unwrap();
                assert_eq!(changed, is_new, "{subject:?}");
            }
            let found = sessions::find_by_secret(&database, b"hash", owner.created_at, before)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(found.view.subject(), subject);
        }
        assert!(!sessions::change_view(&database, id, View::default()).await.unwrap());
    }
);

database_test!(
    a_new_password_ends_the_other_sessions,
    |database: Database| async move {
        let owner = user("ada");
        users::insert(&database, &owner).await.unwrap();
        let kept = session(&owner, 60);
        sessions::insert(&database, b"kept", &kept).await.unwrap();
        sessions::insert(&database, b"other", &session(&owner, 60))
            .await
            .unwrap();
        users::change_password(&database, owner.id, "new", Some(kept.id))
            .await
            .unwrap();
        assert_eq!(
            users::find(&database, owner.id)
                .await
                .unwrap()
                .unwrap()
                .password_hash
                .as_deref(),
            Some("new")
        );
        let before = owner.created_at - SignedDuration::from_secs(1);
        let left = sessions::list_of_user(&database, owner.id, owner.created_at, before)
            .await
            .unwrap();
        assert_eq!(left.iter().map(|session| session.id).collect::<Vec<_>>(), [kept.id]);
        assert!(
            !sessions::remove(&database, Uuid::new_v4(), kept.id).await.unwrap(),
            "another user's"
        );
        sessions::remove_by_secret(&database, b"kept").await.unwrap();
        assert!(!sessions::remove(&database, owner.id, kept.id).await.unwrap());
    }
);

database_test!(tokens_work_until_they_expire, |database: Database| async move {
    let owner = user("ada");
    users::insert(&database, &owner).await.unwrap();
    let start = owner.created_at;
    let token = TokenRecord {
        id: Uuid::new_v4(),
        user_id: owner.id,
        name: "backup".into(),
        created_at: start,
        expires_at: start + SignedDuration::from_mins(1),
        last_used_at: None,
        places: None,
        read_only: false,
        made_with: None,
    };
    api_tokens::insert(&database, b"hash", &token).await.unwrap();
    let found = api_tokens::find_by_secret(&database, b"hash", start)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id, found.last_used_at, found.user.id),
        (token.id, None, owner.id)
    );
    assert_eq!((found.places, found.read_only), (None, false));
    assert!(
        api_tokens::find_by_secret(&database, b"hash", token.expires_at)
            .await
            .unwrap()
            .is_none()
    );
    api_tokens::touch(&database, token.id, start).await.unwrap();
    assert_eq!(
        api_tokens::list_of_user(&database, owner.id).await.unwrap()[0].last_used_at,
        Some(start)
    );
    assert!(api_tokens::holds(&database, token.id, start).await.unwrap());
    assert!(
        !api_tokens::remove(&database, Uuid::new_v4(), token.id).await.unwrap(),
        "another user's"
    );
    assert_eq!(api_tokens::remove_expired(&database, start).await.unwrap(), 0);
    assert!(api_tokens::remove(&database, owner.id, token.id).await.unwrap());
    assert!(!api_tokens::holds(&database, token.id, start).await.unwrap());
});

database_test!(tokens_keep_what_they_are_narrowed_to, |database: Database| async move {
    let owner = user("ada");
    users::insert(&database, &owner).await.unwrap();
    let start = owner.created_at;
    let places = Places {
        clusters: [Uuid::new_v4(), Uuid::new_v4()].into(),
        projects: [Uuid::new_v4()].into(),
    };
    let token = TokenRecord {
        id: Uuid::new_v4(),
        user_id: owner.id,
        name: "backup".into(),
        created_at: start,
        expires_at: start + SignedDuration::from_mins(1),
        last_used_at: None,
        places: Some(places.clone()),
        read_only: true,
        made_with: None,
    };
    api_tokens::insert(&database, b"hash", &token).await.unwrap();
    let found = api_tokens::find_by_secret(&database, b"hash", start)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.places, found.read_only), (Some(places.clone()), true));
    let listed = api_tokens::list_of_user(&database, owner.id).await.unwrap().remove(0);
    assert_eq!((listed.places, listed.read_only), (Some(places), true));
});

database_test!(
    attempts_are_counted_blocked_and_forgotten,
    |database: Database| async move {
        let limit = Limit {
            free: 3,
            window: 600_000,
            first_wait: 30_000,
        };
        let mut time = now();
        let mut waits = Vec::new();
        for _ in 0..3 {
            assert_eq!(
                sign_in_attempts::begin(&database, b"key", time, limit).await.unwrap(),
                None
            );
        }
        for _ in 0..6 {
            let until = sign_in_attempts::begin(&database, b"key", time, limit)
                .await
                .unwrap()
                .unwrap();
            waits.push(until.duration_since(time).as_secs());
            time = until;
            assert_eq!(
                sign_in_attempts::begin(&database, b"key", time, limit).await.unwrap(),
                None
            );
        }
        // After the longest wait everything is forgotten, and the three free attempts begin again.
        assert_eq!(waits, [30, 60, 120, 240, 480, 960]);
        assert_eq!(
            sign_in_attempts::begin(&database, b"other", time, limit).await.unwrap(),
            None
        );
        sign_in_attempts::forget(&database, b"key").await.unwrap();
        for _ in 0..3 {
            sign_in_attempts::begin(&database, b"key", time, limit).await.unwrap();
        }
        assert!(
            sign_in_attempts::begin(&database, b"key", time, limit)
                .await
                .unwrap()
                .is_some()
        );
        sign_in_attempts::take_back(&database, b"key").await.unwrap();
        assert_eq!(
            sign_in_attempts::begin(&database, b"key", time, limit).await.unwrap(),
            None
        );
        let far = time + SignedDuration::from_hours(1);
        assert_eq!(sign_in_attempts::remove_expired(&database, far).await.unwrap(), 2);
    }
);

database_test!(settings_keep_one_value_each, |database: Database| async move {
    assert_eq!(settings::read(&database, "colour").await.unwrap(), None);
    assert_eq!(settings::write_once(&database, "colour", "red").await.unwrap(), "red");
    assert_eq!(settings::write_once(&database, "colour", "blue").await.unwrap(), "red");
    settings::write(&database, "colour", "green").await.unwrap();
    assert_eq!(
        settings::read(&database, "colour").await.unwrap().as_deref(),
        Some("green")
    );
});

fn cluster(name: &str) -> ClusterRecord {
    ClusterRecord {
        id: Uuid::now_v7(),
        name: name.into(),
        name_key: name.to_lowercase(),
        url: "https://192.0.2.1:6443".into(),
        labels: BTreeMap::from([("stage".into(), "test".into())]),
        credentials: vec![0, 159, 255],
        created_at: now(),
        version: None,
        nodes: None,
        checked_at: None,
    }
}

database_test!(
    a_cluster_is_kept_whole_renamed_and_forgotten,
    |database: Database| async move {
        let (berlin, amsterdam) = (cluster("Berlin"), cluster("amsterdam"));
        for made in [&berlin, &amsterdam] {
            clusters::insert(&database, made).await.unwrap();
        }
        let listed = clusters::list(&database).await.unwrap();
        let names: Vec<_> = listed.iter().map(|record| record.name.as_str()).collect();
        assert_eq!(names, ["amsterdam", "Berlin"]);
        let kept = &listed[1];
        assert_eq!(
            (kept.id, &kept.url, &kept.labels, &kept.credentials, kept.created_at),
            (
                berlin.id,
                &berlin.url,
                &berlin.labels,
                &berlin.credentials,
                berlin.created_at
            )
        );
        assert_eq!((&kept.version, kept.nodes, kept.checked_at), (&None, None, None));

        let again = clusters::insert(&database, &cluster("BERLIN")).await;
        assert!(matches!(again, Err(DatabaseError::Duplicate)), "{again:?}");
        let none = BTreeMap::new();
        let taken = clusters::rename(&database, amsterdam.id, "berlin", "berlin", &none).await;
        assert!(matches!(taken, Err(DatabaseError::Duplicate)), "{taken:?}");
        clusters::rename(&database, berlin.id, "Köln", "köln", &none)
            .await
            .unwrap();
        clusters::delete(&database, amsterdam.id).await.unwrap();
        let listed = clusters::list(&database).await.unwrap();
        assert_eq!(
            (listed.len(), listed[0].name.as_str(), &listed[0].labels),
            (1, "Köln", &none)
        );
    }
);

database_test!(
    what_was_last_known_of_a_cluster_and_how_it_is_reached_change_apart,
    |database: Database| async move {
        let made = cluster("berlin");
        clusters::insert(&database, &made).await.unwrap();
        let checked = now();
        clusters::keep_health(&database, made.id, Some("1.36.2"), Some(3), checked)
            .await
            .unwrap();
        clusters::reconnect(&database, made.id, "https://192.0.2.2:6443", &[7; 4000])
            .await
            .unwrap();
        let kept = clusters::list(&database).await.unwrap().remove(0);
        assert_eq!(
            (kept.version.as_deref(), kept.nodes, kept.checked_at),
            (Some("1.36.2"), Some(3), Some(checked))
        );
        assert_eq!(
            (kept.url.as_str(), kept.credentials),
            ("https://192.0.2.2:6443", vec![7; 4000])
        );
        clusters::keep_health(&database, made.id, None, None, checked)
            .await
            .unwrap();
        let kept = clusters::list(&database).await.unwrap().remove(0);
        assert_eq!((kept.version, kept.nodes), (None, None));
    }
);
