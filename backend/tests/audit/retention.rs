//! Old events go, and what is left can still be verified.

use std::time::Duration;

use jiff::Timestamp;
use muster::audit::Audit;
use muster::clock::Clock;
use muster::config::Config;
use muster::database::{Database, audit_events};
use muster_api::audit::AuditFaultKind;

use crate::database_test;
use crate::log::{execute, scaled, secrets, verify};

const DAY: Duration = Duration::from_hours(24);

fn open(database: &Database, clock: &Clock, days: u32) -> Audit {
    let config = Config {
        audit_retention_days: days,
        ..Config::default()
    };
    Audit::start(&config, database.clone(), secrets(7), clock.clone())
}

/// Three events a day for so many days.
async fn live_through(audit: &Audit, clock: &Clock, days: u32) {
    for day in 0..days {
        for number in 0..3 {
            let event = scaled(&format!("web-{day}-{number}")).at(clock.now());
            audit.record(event).await.unwrap();
        }
        clock.advance(DAY);
    }
}

database_test!(
    old_events_go_and_the_rest_can_be_verified,
    |database: Database| async move {
        let clock = Clock::by_hand(Timestamp::now());
        let audit = open(&database, &clock, 30);
        live_through(&audit, &clock, 30).await;
        assert_eq!(audit.trim().await.unwrap(), 0, "none is older than 30 days");
        live_through(&audit, &clock, 10).await;
        let removed = audit.trim().await.unwrap();
        assert_eq!(removed, 30, "those of the first ten days");
        let found = verify(&audit).await;
        assert_eq!(found.fault, None);
        assert_eq!((found.first, found.last, found.events), (Some(31), Some(121), 91));
        let newest = audit_events::following(&database, 120, 1).await.unwrap().remove(0);
        assert_eq!(newest.action, "audit-trimmed");
        assert!(newest.details.contains(r#""through":30"#), "{}", newest.details);
        assert_eq!(audit.trim().await.unwrap(), 0, "once is enough");

        let again = open(&database, &clock, 30);
        live_through(&again, &clock, 1).await;
        assert_eq!(verify(&again).await.events, 94);
        execute(&database, "DELETE FROM audit_events WHERE sequence = 31").await;
        let fault = verify(&again).await.fault.unwrap();
        assert_eq!((fault.kind, fault.sequence), (AuditFaultKind::Missing, Some(31)));
    }
);

database_test!(
    a_log_of_old_events_alone_goes_wholly_and_goes_on,
    |database: Database| async move {
        let clock = Clock::by_hand(Timestamp::now());
        let audit = open(&database, &clock, 30);
        live_through(&audit, &clock, 2).await;
        clock.advance(DAY * 100);
        assert_eq!(audit.trim().await.unwrap(), 6);
        let found = verify(&audit).await;
        assert_eq!((found.fault, found.first, found.events), (None, Some(7), 1));
        live_through(&audit, &clock, 1).await;
        let found = verify(&audit).await;
        assert_eq!((found.fault, found.events), (None, 4));
    }
);

database_test!(more_than_one_batch_goes_too, |database: Database| async move {
    let clock = Clock::by_hand(Timestamp::now());
    let audit = open(&database, &clock, 1);
    let old = (0..4500).map(|number| audit.record(scaled(&format!("web-{number}")).at(clock.now())));
    futures::future::join_all(old).await;
    clock.advance(DAY * 3);
    assert_eq!(audit.trim().await.unwrap(), 4500);
    assert!(verify(&audit).await.intact);
});

database_test!(a_log_without_an_age_is_kept_for_ever, |database: Database| async move {
    let clock = Clock::by_hand(Timestamp::now());
    let audit = open(&database, &clock, 0);
    live_through(&audit, &clock, 2).await;
    clock.advance(DAY * 10_000);
    assert_eq!(audit.trim().await.unwrap(), 0);
});
