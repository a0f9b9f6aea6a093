//! More than one server: who is asked when, and who is never asked.

use std::time::{Duration, Instant};

use muster::identity::providers::PasswordProvider as _;

use crate::hostile_server::*;
use crate::world::*;

fn always(act: Act) -> impl Fn(&Call<'_>) -> Option<Vec<Act>> + Send + Sync + 'static {
    move |_| Some(vec![act.clone()])
}

#[tokio::test]
async fn a_server_that_cannot_be_asked_is_passed_over_and_then_left_alone() {
    let refusing = HostileServer::start(always(Act::Close)).await;
    let silent = HostileServer::start(always(Act::Hang)).await;
    let busy = HostileServer::start(always(Act::Say(result(0x61, 51, "busy")))).await;
    let away = HostileServer::start(always(Act::Say(result(0x61, 52, "away")))).await;
    for bad in [&refusing, &silent, &busy, &away] {
        let good = HostileServer::start(|_| None).await;
        let provider = HostileServer::provider(&[bad, &good], |_| ());
        signed_in(&provider, "alice", ALICE_PASSWORD).await;
        let asked = bad.connections();
        assert_eq!(asked, 1);
        signed_in(&provider, "alice", ALICE_PASSWORD).await;
        assert_eq!(bad.connections(), asked);
        assert_eq!(good.binds(), [ALICE, ALICE]);
    }
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_costs_nothing() {
    let good = HostileServer::start(|_| None).await;
    let provider = HostileServer::provider(&[&good], |settings| {
        settings.urls.insert(0, "ldap://127.0.0.1:1".to_owned());
    });
    let began = Instant::now();
    signed_in(&provider, "alice", ALICE_PASSWORD).await;
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn no_server_at_all_is_no_refusal() {
    let provider = provider(
        muster_api::provider::ProviderKind::Ldap,
        &settings(vec![
            "ldap://127.0.0.1:1".to_owned(),
            "ldap://no-such-host.invalid".to_owned(),
        ]),
    );
    let reason = unavailable(&provider, "alice", ALICE_PASSWORD).await;
    assert!(
        reason.contains("127.0.0.1:1") && reason.contains("no-such-host.invalid"),
        "{reason}"
    );
    assert!(provider.search("alice", 5).await.is_err());
}

#[tokio::test]
async fn a_wrong_password_is_tried_at_one_server_only() {
    let (one, other) = (
        HostileServer::start(|_| None).await,
        HostileServer::start(|_| None).await,
    );
    let provider = HostileServer::provider(&[&one, &other], |_| ());
    refused(&provider, "alice", "wrong").await;
    assert_eq!(one.binds(), [ALICE]);
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_password_that_was_sent_is_sent_once_even_when_no_answer_comes() {
    for act in [Act::Hang, Act::Close, Act::Raw(b"\x30\x00".to_vec())] {
        let bad = HostileServer::start(move |call| match call.request {
            Request::Bind { name, .. } if name != SERVICE => Some(vec![act.clone()]),
            _ => None,
        })
        .await;
        let good = HostileServer::start(|_| None).await;
        let provider = HostileServer::provider(&[&bad, &good], |_| ());
        unavailable(&provider, "alice", ALICE_PASSWORD).await;
        assert_eq!(bad.binds(), [ALICE]);
        assert_eq!(good.connections(), 0);
    }
}

#[tokio::test]
async fn a_server_too_busy_to_look_at_a_password_is_passed_over() {
    let busy = HostileServer::start(|call| match call.request {
        Request::Bind { name, .. } if name != SERVICE => Some(vec![Act::Say(result(0x61, 51, ""))]),
        _ => None,
    })
    .await;
    let good = HostileServer::start(|_| None).await;
    let provider = HostileServer::provider(&[&busy, &good], |_| ());
    signed_in(&provider, "alice", ALICE_PASSWORD).await;
    assert_eq!(good.binds(), [ALICE]);
}

#[tokio::test]
async fn groups_that_break_off_after_the_password_do_not_ask_for_it_again() {
    let broken = HostileServer::start(|call| match call.request {
        Request::Search { base, .. } if base.starts_with("ou=groups") => Some(vec![Act::Close]),
        _ => None,
    })
    .await;
    let good = HostileServer::start(|_| None).await;
    let provider = HostileServer::provider(&[&broken, &good], |_| ());
    unavailable(&provider, "alice", ALICE_PASSWORD).await;
    assert_eq!(broken.binds(), [ALICE]);
    assert_eq!(good.binds(), [""; 0]);
}

#[tokio::test]
async fn the_server_that_closed_idle_connections_is_not_noticed() {
    // Every operation has connections of its own: there is none that could have been closed meanwhile.
    let server = HostileServer::start(|_| None).await;
    let provider = HostileServer::provider(&[&server], |_| ());
    for number in 1..=3 {
        signed_in(&provider, "alice", ALICE_PASSWORD).await;
        assert_eq!(server.connections(), number * 2);
    }
}
