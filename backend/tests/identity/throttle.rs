//! Guessing passwords is slowed down.

use std::time::Duration;

use jiff::Timestamp;
use muster::clock::Clock;

use crate::support::{Answer, PASSWORD, TestApp};

/// A server that believes `X-Forwarded-For`, so that tests have many addresses.
async fn app(clock: &Clock) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    app_in(folder, clock).await
}

async fn app_in(folder: tempfile::TempDir, clock: &Clock) -> TestApp {
    TestApp::start_in(folder, clock.clone(), |config| {
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await
}

async fn sign_in(app: &TestApp, address: &str, name: &str, password: &str) -> Answer {
    let request = app.anonymous().request(reqwest::Method::POST, "/api/v1/session");
    let body = serde_json::json!({"name": name, "password": password});
    Answer::of(request.header("x-forwarded-for", address).json(&body)).await
}

#[tokio::test]
async fn a_hundred_wrong_passwords_from_one_address_end_in_429() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = app(&clock).await;
    app.administrator_by_identity().await;
    let mut statuses = Vec::new();
    for number in 0..100 {
        // Ten accounts, so that the limit of the address is reached.
        statuses.push(
            sign_in(&app, "203.0.113.1", &format!("user{}", number % 10), "wrong")
                .await
                .status,
        );
    }
    assert_eq!(
        statuses.iter().filter(|status| **status == 401).count(),
        50,
        "{statuses:?}"
    );
    assert!(statuses[50..].iter().all(|status| *status == 429), "{statuses:?}");
}

#[tokio::test]
async fn the_answer_says_how_long_to_wait_and_the_wait_grows() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = app(&clock).await;
    app.administrator_by_identity().await;
    for _ in 0..10 {
        sign_in(&app, "203.0.113.1", "admin", "wrong").await.expect_status(401);
    }
    for expected in [30, 60, 120, 240, 480] {
        let refused = sign_in(&app, "203.0.113.1", "admin", PASSWORD).await;
        let problem = refused.expect_status(429).problem();
        assert_eq!(problem.code(), "too-many-attempts");
        assert_eq!(refused.header("retry-after"), expected.to_string());
        assert!(
            problem
                .detail
                .unwrap()
                .contains(if expected <= 90 { "seconds" } else { "minutes" })
        );
        clock.advance(Duration::from_secs(expected));
        sign_in(&app, "203.0.113.1", "admin", "wrong").await.expect_status(401);
    }
}

#[tokio::test]
async fn many_attempts_at_once_do_not_slip_through() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = app(&clock).await;
    let attempts = (0..40).map(|_| sign_in(&app, "203.0.113.1", "admin", "wrong"));
    let statuses: Vec<u16> = futures::future::join_all(attempts)
        .await
        .iter()
        .map(|answer| answer.status)
        .collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 401).count(),
        10,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn the_right_password_from_another_address_is_never_locked_out() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = app(&clock).await;
    app.administrator_by_identity().await;
    for number in 0..30 {
        sign_in(&app, &format!("203.0.113.{number}"), "admin", "wrong").await;
        sign_in(&app, "203.0.113.200", "admin", "wrong").await;
    }
    sign_in(&app, "203.0.113.200", "admin", PASSWORD)
        .await
        .expect_status(429);
    sign_in(&app, "198.51.100.7", "admin", PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn cve_2024_21652_a_restart_forgets_no_failure() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = app(&clock).await;
    app.administrator_by_identity().await;
    for _ in 0..10 {
        sign_in(&app, "203.0.113.1", "admin", "wrong").await.expect_status(401);
    }
    let app = app_in(app.stop().await, &clock).await;
    sign_in(&app, "203.0.113.1", "admin", PASSWORD).await.expect_status(429);
    clock.advance(Duration::from_secs(30));
    sign_in(&app, "203.0.113.1", "admin", PASSWORD).await.expect_status(200);
}

#[tokio::test]
async fn the_right_password_makes_former_failures_forgotten() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = app(&clock).await;
    app.administrator_by_identity().await;
    for _ in 0..3 {
        for _ in 0..9 {
            sign_in(&app, "203.0.113.1", "admin", "wrong").await.expect_status(401);
        }
        sign_in(&app, "203.0.113.1", "admin", PASSWORD).await.expect_status(200);
    }
}

#[tokio::test]
async fn all_addresses_of_one_ipv6_network_count_as_one() {
    let clock = Clock::by_hand(Timestamp::now());
    let app = app(&clock).await;
    for number in 0..10 {
        sign_in(&app, &format!("2001:db8:0:1::{number}"), "admin", "wrong")
            .await
            .expect_status(401);
    }
    sign_in(&app, "2001:db8:0:1::ffff", "admin", "wrong")
        .await
        .expect_status(429);
    sign_in(&app, "2001:db8:0:2::1", "admin", "wrong")
        .await
        .expect_status(401);
}

#[tokio::test]
async fn an_address_that_no_trusted_proxy_vouches_for_is_not_believed() {
    let app = TestApp::start().await;
    for number in 0..10 {
        sign_in(&app, &format!("203.0.113.{number}"), "admin", "wrong")
            .await
            .expect_status(401);
    }
    sign_in(&app, "203.0.113.99", "admin", "wrong").await.expect_status(429);
}
