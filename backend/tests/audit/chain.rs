//! Whoever is at the database is found out.

use std::collections::BTreeMap;

use muster::database::audit_events::{self, AuditRow};
use muster::database::{Database, settings};
use muster_api::audit::AuditFaultKind;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::database_test;
use crate::log::{execute, open, open_with, scaled, secrets, verify, write};

/// What is hashed, made without the console's own code: whoever has the rows can verify them.
fn hash(previous: &[u8], row: &AuditRow) -> Vec<u8> {
    let fields: BTreeMap<&str, Value> = [
        ("action", json!(row.action)),
        ("actor_id", json!(row.actor_id)),
        ("actor_key", json!(row.actor_key)),
        ("actor_name", json!(row.actor_name)),
        ("api_group", json!(row.api_group)),
        ("api_version", json!(row.api_version)),
        ("cluster_id", json!(row.cluster_id)),
        ("cluster_name", json!(row.cluster_name)),
        ("credential", json!(row.credential)),
        ("decision", json!(row.decision)),
        ("details", json!(row.details)),
        ("duration_ms", json!(row.duration_ms)),
        ("name", json!(row.name)),
        ("namespace", json!(row.namespace)),
        ("occurred_at", json!(row.occurred_at)),
        ("provider_name", json!(row.provider_name)),
        ("reason", json!(row.reason)),
        ("resource", json!(row.resource)),
        ("result", json!(row.result)),
        ("search", json!(row.search)),
        ("sequence", json!(row.sequence)),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_null() && value != "")
    .collect();
    let text = serde_json::to_string(&fields).unwrap();
    Sha256::digest([previous, text.as_bytes()].concat()).to_vec()
}

database_test!(an_untouched_log_is_intact, |database: Database| async move {
    let audit = open(&database);
    assert!(verify(&audit).await.intact, "an empty one");
    let together = (1..=700).map(|number| {
        let audit = audit.clone();
        tokio::spawn(async move { audit.record(scaled(&format!("web-{number}"))).await.unwrap() })
    });
    futures::future::join_all(together).await;
    let found = verify(&audit).await;
    assert_eq!(found.fault, None);
    assert_eq!((found.events, found.first, found.last), (700, Some(1), Some(700)));

    let rows = audit_events::following(&database, 0, 1000).await.unwrap();
    let mut previous = vec![0; 32];
    for (row, number) in rows.iter().zip(1..) {
        assert_eq!(row.sequence, number, "no gaps");
        assert_eq!(row.hash, hash(&previous, row), "event {number}");
        previous.clone_from(&row.hash);
    }
    assert_eq!(found.last_hash, Some(hex::encode(previous)));
});

database_test!(two_processes_write_one_chain, |database: Database| async move {
    let (one, other) = (open(&database), open(&database));
    let writing = [&one, &other].map(|audit| async move {
        for _ in 0..20 {
            write(audit, 5).await;
        }
    });
    futures::future::join_all(writing).await;
    let found = verify(&one).await;
    assert_eq!((found.fault, found.events), (None, 200));
});

/// What somebody does to a log of twelve events, and what is found.
async fn is_found(database: &Database, statement: &str, kind: AuditFaultKind, sequence: Option<u64>) {
    let audit = open(database);
    write(&audit, 12).await;
    execute(database, statement).await;
    let found = verify(&audit).await;
    let fault = found.fault.unwrap_or_else(|| panic!("not found: {statement}"));
    assert!(!found.intact);
    assert_eq!(
        (fault.kind, fault.sequence),
        (kind, sequence),
        "{statement}: {}",
        fault.message
    );
    if let Some(sequence) = sequence {
        assert!(fault.message.contains(&sequence.to_string()), "{}", fault.message);
    }
    // The damage stays visible when the console goes on writing, also after a restart.
    write(&audit, 1).await;
    let again = open(database);
    write(&again, 1).await;
    if sequence.is_some_and(|sequence| sequence <= 12) && kind != AuditFaultKind::Added {
        let later = verify(&again).await.fault.expect(statement);
        assert_eq!(later.sequence, sequence, "{statement}: {}", later.message);
    }
}

macro_rules! tampering {
    ($($name:ident: $statement:expr => $kind:ident, $sequence:expr;)+) => {
        $(
            database_test!($name, |database: Database| async move {
                is_found(&database, $statement, AuditFaultKind::$kind, $sequence).await;
            });
        )+
    };
}

tampering! {
    a_changed_reason_is_found: "UPDATE audit_events SET reason = 'x' WHERE sequence = 5" => Changed, Some(5);
    a_changed_name_is_found: "UPDATE audit_events SET actor_name = 'eve' WHERE sequence = 1" => Changed, Some(1);
    a_changed_time_is_found: "UPDATE audit_events SET occurred_at = occurred_at + 1 WHERE sequence = 12" => Changed, Some(12);
    a_value_moved_to_another_column_is_found:
        "UPDATE audit_events SET namespace = name, name = namespace WHERE sequence = 5" => Changed, Some(5);
    what_is_looked_for_cannot_be_hidden: "UPDATE audit_events SET search = '' WHERE sequence = 5" => Changed, Some(5);
    changed_details_are_found: "UPDATE audit_events SET details = '{ }' WHERE sequence = 5" => Changed, Some(5);
    a_removed_row_is_found: "DELETE FROM audit_events WHERE sequence = 5" => Missing, Some(5);
    a_removed_first_row_is_found: "DELETE FROM audit_events WHERE sequence = 1" => Missing, Some(1);
    rows_in_each_others_places_are_found: "UPDATE audit_events SET sequence = -5 WHERE sequence = 5; \
        UPDATE audit_events SET sequence = 5 WHERE sequence = 6; \
        UPDATE audit_events SET sequence = 6 WHERE sequence = -5" => Changed, Some(5);
    removed_newest_rows_are_found: "DELETE FROM audit_events WHERE sequence > 10" => CutOff, Some(11);
    a_log_without_any_row_is_found: "DELETE FROM audit_events" => CutOff, Some(1);
    a_row_before_the_first_is_found: "UPDATE audit_events SET sequence = -1 WHERE sequence = 1" => Added, None;
    a_lost_head_is_found: "DELETE FROM settings WHERE name = 'audit-head'" => HeadLost, None;
    a_made_up_head_is_found: "UPDATE settings SET value = 'c0ffee' WHERE name = 'audit-head'" => HeadLost, None;
    a_made_up_anchor_is_found: "INSERT INTO settings (name, value) VALUES ('audit-anchor', 'c0ffee')" => AnchorLost, None;
}

database_test!(hashes_that_were_made_anew_are_found, |database: Database| async move {
    let audit = open(&database);
    write(&audit, 12).await;
    execute(&database, "UPDATE audit_events SET reason = 'x' WHERE sequence = 5").await;
    let rows = audit_events::following(&database, 0, 100).await.unwrap();
    let mut previous = vec![0; 32];
    for row in &rows {
        let new = hash(&previous, row);
        let literal = match database {
            Database::Sqlite { .. } => format!("x'{}'", hex::encode(&new)),
            Database::Postgres(_) => format!("'\\x{}'", hex::encode(&new)),
        };
        let statement = format!(
            "UPDATE audit_events SET hash = {literal} WHERE sequence = {}",
            row.sequence
        );
        execute(&database, &statement).await;
        previous = new;
    }
    let fault = verify(&audit).await.fault.unwrap();
    assert_eq!((fault.kind, fault.sequence), (AuditFaultKind::Changed, Some(12)));
});

database_test!(
    rows_that_the_console_did_not_write_are_found,
    |database: Database| async move {
        let audit = open(&database);
        write(&audit, 3).await;
        // Somebody else writes with another master key and puts the old head back.
        let head = audit_events::seals(&database).await.unwrap().0;
        write(&open_with(&database, 9, &muster::config::Config::default()), 2).await;
        execute(
            &database,
            &format!("UPDATE settings SET value = '{head}' WHERE name = 'audit-head'"),
        )
        .await;
        let fault = verify(&audit).await.fault.unwrap();
        assert_eq!((fault.kind, fault.sequence), (AuditFaultKind::Added, Some(4)));
    }
);

database_test!(
    a_server_that_runs_notices_that_its_log_was_put_back,
    |database: Database| async move {
        let audit = open(&database);
        write(&audit, 3).await;
        let head = audit_events::seals(&database).await.unwrap().0;
        write(&audit, 3).await;
        execute(&database, "DELETE FROM audit_events WHERE sequence > 3").await;
        execute(
            &database,
            &format!("UPDATE settings SET value = '{head}' WHERE name = 'audit-head'"),
        )
        .await;
        // By itself the log is right: this is what a chain cannot prove.
        assert!(verify(&audit).await.intact);
        write(&audit, 1).await;
        let fault = verify(&audit).await.fault.unwrap();
        assert_eq!((fault.kind, fault.sequence), (AuditFaultKind::Missing, Some(4)));
        let newest = audit_events::following(&database, 6, 10).await.unwrap();
        assert_eq!(newest[0].action, "audit-damaged");
        assert!(newest[0].reason.contains("event 6"), "{}", newest[0].reason);
    }
);

database_test!(
    a_new_master_key_takes_the_ends_of_the_log_along,
    |database: Database| async move {
        write(&open(&database), 3).await;
        let key = secrets(7).key_id();
        let marked = settings::write(&database, muster::secrets::MASTER_KEY_ID, &key);
        marked.await.unwrap();
        muster::secrets::reseal(&database, &secrets(7), &secrets(8))
            .await
            .unwrap();
        let with_new_key = open_with(&database, 8, &muster::config::Config::default());
        assert!(verify(&with_new_key).await.intact);
        write(&with_new_key, 1).await;
        assert_eq!(verify(&with_new_key).await.events, 4);
        let fault = verify(&open(&database)).await.fault.unwrap();
        assert_eq!(fault.kind, AuditFaultKind::HeadLost);
        // A damaged end is not made right by changing the key.
        execute(
            &database,
            "UPDATE settings SET value = 'c0ffee' WHERE name = 'audit-head'",
        )
        .await;
        muster::secrets::reseal(&database, &secrets(8), &secrets(9))
            .await
            .unwrap();
        assert_eq!(audit_events::seals(&database).await.unwrap().0, "c0ffee");
    }
);
