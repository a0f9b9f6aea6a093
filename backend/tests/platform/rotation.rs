//! `muster secrets rotate`: everything opens with the new master key, nothing with the old one alone, and a process that
//! is killed at any moment leaves a database that a key on the disk opens.

mod seeds;

use std::path::Path;

use muster::clock::Clock;
use muster::context::RequestContext;
use muster::database::{Database, DatabaseError, clusters, sealed_values, settings};
use muster::secrets::{
    KeptKey, MASTER_KEY_ID, MasterKey, MasterKeyError, Rotation, RotationError, SealedColumn, Secrets,
};

use crate::database_test;
use crate::support::{PostgresDatabase, Program, postgres_url, run};
use seeds::{WORD, audit, seed};

fn key_in(data: &Path, name: &str) -> Option<String> {
    std::fs::read_to_string(data.join(name)).ok()
}

database_test!(
    cve_2022_43755_after_a_rotation_everything_opens_with_the_new_key_and_nothing_with_the_old_one,
    |database: Database| async move {
        let data = tempfile::tempdir().unwrap();
        let seeds = seed(data.path(), &database).await;
        // As a start finds it, without keeping hold of it.
        let needed = seeds.expect_opens(data.path(), &database).await.key_id();
        let old = Secrets::new(&MasterKey::load(data.path(), Some(&needed)).unwrap());
        let before = key_in(data.path(), "master.key").unwrap();

        let rotation = Rotation::begin(data.path(), &database, None).await.unwrap();
        let replaced = rotation.reseal(&database).await.unwrap();
        assert_eq!(replaced.len(), SealedColumn::ALL.len());
        for done in replaced {
            // Nothing was ever removed from the log.
            let expected = u64::from(done.column != SealedColumn::AUDIT_ANCHOR);
            assert_eq!((done.replaced, done.left), (expected, 0), "{:?}", done.column);
        }
        let kept = rotation.finish().unwrap();
        assert_eq!(kept, KeptKey::InPlace(data.path().join("master.key")));

        let new = seeds.expect_opens(data.path(), &database).await;
        assert_ne!(new.key_id(), old.key_id());
        seeds.expect_closed(&old, &database).await;
        assert_ne!(key_in(data.path(), "master.key").unwrap(), before);
        assert_eq!(key_in(data.path(), "master.key.next"), None);
        std::fs::write(data.path().join("master.key"), before).unwrap();
        let with_the_old_one = Secrets::of_database(data.path(), &database).await;
        assert!(matches!(with_the_old_one, Err(MasterKeyError::Other { .. })));
    }
);

database_test!(
    a_rotation_that_is_cut_off_after_any_step_loses_nothing,
    |database: Database| async move {
        let data = tempfile::tempdir().unwrap();
        let seeds = seed(data.path(), &database).await;
        let first = seeds.expect_opens(data.path(), &database).await.key_id();

        // The new key is on the disk, and nothing is sealed with it.
        drop(Rotation::begin(data.path(), &database, None).await.unwrap());
        let left = key_in(data.path(), "master.key.next").unwrap();
        assert_eq!(seeds.expect_opens(data.path(), &database).await.key_id(), first);

        // The transaction breaks off at every single value.
        let rotation = Rotation::begin(data.path(), &database, None).await.unwrap();
        assert_eq!(
            key_in(data.path(), "master.key.next").unwrap(),
            left,
            "the next key is used"
        );
        let second = rotation.new_secrets().key_id();
        for breaks_at in 0..SealedColumn::ALL.len() {
            let mut seen = 0;
            let outcome = sealed_values::replace(&database, (&first, &second), |_, _, _| {
                seen += 1;
                if seen > breaks_at {
                    return Err(DatabaseError::Storage("killed".to_owned()));
                }
                Ok(Some(b"half of it".to_vec()))
            });
            outcome.await.unwrap_err();
        }
        drop(rotation);
        assert_eq!(seeds.expect_opens(data.path(), &database).await.key_id(), first);

        // The database has the new key, and its file is not in place: the next start puts it there.
        let rotation = Rotation::begin(data.path(), &database, None).await.unwrap();
        rotation.reseal(&database).await.unwrap();
        drop(rotation);
        assert_ne!(key_in(data.path(), "master.key").unwrap(), left);
        assert_eq!(seeds.expect_opens(data.path(), &database).await.key_id(), second);
        assert_eq!(key_in(data.path(), "master.key").unwrap(), left);
        assert_eq!(key_in(data.path(), "master.key.next"), None);

        // And it is changed again after all that.
        let rotation = Rotation::begin(data.path(), &database, None).await.unwrap();
        rotation.reseal(&database).await.unwrap();
        rotation.finish().unwrap();
        let third = seeds.expect_opens(data.path(), &database).await.key_id();
        assert!(third != first && third != second);
    }
);

database_test!(
    what_the_old_key_does_not_open_stays_as_it_is_and_is_counted,
    |database: Database| async move {
        let data = tempfile::tempdir().unwrap();
        seed(data.path(), &database).await;
        let stranger = Secrets::new(&MasterKey::from_bytes([9; 32]));
        let id = clusters::list(&database).await.unwrap().remove(0).id;
        let sealed = stranger.seal(SealedColumn::CLUSTER_CREDENTIALS, id, WORD).unwrap();
        clusters::reconnect(&database, id, "https://berlin.example.com", &sealed)
            .await
            .unwrap();
        settings::write(&database, "audit-head", "c0ffee").await.unwrap();

        let rotation = Rotation::begin(data.path(), &database, None).await.unwrap();
        let left: Vec<SealedColumn> = rotation
            .reseal(&database)
            .await
            .unwrap()
            .into_iter()
            .filter(|done| done.left == 1)
            .map(|done| done.column)
            .collect();
        assert_eq!(left, [SealedColumn::CLUSTER_CREDENTIALS, SealedColumn::AUDIT_HEAD]);
        assert_eq!(clusters::list(&database).await.unwrap()[0].credentials, sealed);
        // A damaged end of the log is not made right by changing the key.
        let head = settings::read(&database, "audit-head").await.unwrap();
        assert_eq!(head.as_deref(), Some("c0ffee"));
    }
);

/// Whoever adds a column of bytes says what it is: an id, a hash, or sealed and then in the list of sealed columns.
#[tokio::test]
async fn no_column_of_bytes_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open_file(&folder.path().join("test.db")).await.unwrap();
    let Database::Sqlite { reader, .. } = &database else {
        panic!("a file is SQLite")
    };
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND c.type = 'BLOB'",
    )
    .fetch_all(reader)
    .await
    .unwrap();
    assert!(columns.len() > 20);
    let is_plain = |name: &str| {
        matches!(
            name,
            "id" | "hash" | "attempt_key" | "changed_by" | "made_with" | "viewed_user" | "viewed_group"
        ) || name.ends_with("_id")
            || name.ends_with("_hash")
    };
    let mut found: Vec<(&str, &str)> = columns
        .iter()
        .map(|(table, column)| (table.as_str(), column.as_str()))
        .filter(|(_, column)| !is_plain(column))
        .collect();
    let mut known: Vec<(&str, &str)> = SealedColumn::ALL
        .iter()
        .map(|column| (column.table(), column.column()))
        .filter(|(table, _)| *table != "settings")
        .collect();
    found.sort_unstable();
    known.sort_unstable();
    assert_eq!(found, known);
}

#[tokio::test]
async fn nothing_is_changed_while_somebody_has_the_key() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Program::new(data.path()).serve();
    let output = run(data.path(), &["secrets", "rotate"]);
    assert_eq!(output.status.code(), Some(3));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("only while nothing else uses it") && message.contains(&server.child.id().to_string()),
        "{message}"
    );
    assert_eq!(key_in(data.path(), "master.key.next"), None);
    server.end("TERM");
    let output = run(data.path(), &["secrets", "rotate"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for column in SealedColumn::ALL {
        assert!(
            told.contains(&format!("in {}.{}", column.table(), column.column())),
            "{told}"
        );
    }
    assert!(run(data.path(), &["audit", "verify"]).status.success());
    Program::new(data.path()).serve().end("TERM");
}

#[tokio::test]
async fn another_console_on_the_same_postgresql_keeps_its_key() {
    let Some(url) = postgres_url() else { return };
    let postgres = PostgresDatabase::create(&url).await;
    let database = postgres.open().await;
    let data = tempfile::tempdir().unwrap();
    seed(data.path(), &database).await;
    let other = postgres.open().await;
    let refused = Rotation::begin(data.path(), &database, None).await;
    let Err(RotationError::Others(names)) = refused else {
        panic!("it was begun")
    };
    assert!(names.len() == 1 && names[0].contains("at 127.0.0.1"), "{names:?}");
    other.close().await;
    Rotation::begin(data.path(), &database, None).await.unwrap();
    database.close().await;
    postgres.remove().await;
}

#[tokio::test]
async fn a_key_of_the_environment_is_changed_by_way_of_a_file() {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.key");
    let old = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let with = |key: &str| Program::new(data.path()).env("MUSTER_MASTER_KEY", key);
    assert!(with(old).args(["audit", "verify"]).run().status.success());
    let output = with(old).args(["secrets", "rotate"]).run();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && message.contains("--new-key-file"),
        "{message}"
    );

    let rotate = |key: &str| {
        with(key)
            .args(["secrets", "rotate", "--new-key-file"])
            .args([&file])
            .run()
    };
    let output = rotate(old);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && told.contains(file.to_str().unwrap()),
        "{told}"
    );
    let new = std::fs::read_to_string(&file).unwrap();
    assert!(with(new.trim()).args(["audit", "verify"]).run().status.success());
    assert!(!with(old).args(["audit", "verify"]).run().status.success());
    // Whoever does not know whether it was done asks again.
    for key in [old, new.trim()] {
        let message = String::from_utf8(rotate(key).stderr).unwrap();
        assert!(message.contains("already"), "{message}");
    }
}

#[tokio::test]
async fn a_rotation_that_is_killed_leaves_a_console_that_starts() {
    let data = tempfile::tempdir().unwrap();
    let database = Database::open_file(&data.path().join("muster.db")).await.unwrap();
    let seeds = seed(data.path(), &database).await;
    database.close().await;
    for round in 0..8 {
        let mut command = Program::new(data.path()).args(["secrets", "rotate"]).0;
        let mut process = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        // Each round is killed a few looks later than the one before, from the moment on when the new key is there.
        while !data.path().join("master.key.next").exists() && process.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        for _ in 0..round * 400 {
            std::thread::yield_now();
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let database = Database::open_file(&data.path().join("muster.db")).await.unwrap();
        let secrets = Secrets::of_database(data.path(), &database).await.unwrap();
        for (column, row, sealed) in seeds.values(&database).await {
            secrets.open(column, row, &sealed).unwrap();
        }
        let context = RequestContext::system(Clock::system());
        let found = audit(&database, &secrets).verify(&context).await.unwrap();
        assert!(found.intact, "round {round}: {:?}", found.fault);
        assert_eq!(
            settings::read(&database, MASTER_KEY_ID).await.unwrap(),
            Some(secrets.key_id())
        );
        database.close().await;
    }
}
