//! Killing the server right after an answer loses no event.

use std::time::Duration;

use muster_api::account::CreatedToken;
use serde_json::json;

use crate::log::read;
use crate::support::{Client, PASSWORD, Program, run};

const ROUNDS: u64 = 8;

#[tokio::test]
async fn every_change_that_was_answered_to_is_in_the_log_after_a_kill() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["user", "create", "admin", "--role", "administrator", "--password-stdin"];
    let created = Program::new(data.path()).args(arguments).run_with_input(PASSWORD);
    assert!(created.status.success());
    let mut answered: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let mut server = Program::new(data.path()).serve();
        let mut browser = Client::new(&server.base);
        browser.sign_in("admin", PASSWORD).await.expect_status(200);
        let mut known = Vec::new();
        for page in 1.. {
            let events = read(&browser, &format!("action=token-created&page={page}")).await.items;
            if events.is_empty() {
                break;
            }
            known.extend(events.into_iter().filter_map(|event| event.object.name));
        }
        for token in &answered {
            assert!(known.contains(token), "round {round}: the event of a token is lost");
        }
        let writers: Vec<_> = (0..4).map(|_| tokio::spawn(make_tokens(browser.clone()))).collect();
        tokio::time::sleep(Duration::from_millis(30 + round * 41 % 150)).await;
        server.end("KILL");
        for writer in writers {
            answered.extend(writer.await.unwrap());
        }
    }
    assert!(
        answered.len() as u64 > ROUNDS,
        "too little was written to prove anything"
    );
    let verified = run(data.path(), &["audit", "verify"]);
    let text = String::from_utf8([verified.stdout, verified.stderr].concat()).unwrap();
    assert!(verified.status.success() && text.contains("intact"), "{text}");
}

/// Makes tokens until the server is gone; gives those that were acknowledged.
async fn make_tokens(browser: Client) -> Vec<String> {
    let mut answered = Vec::new();
    loop {
        let request = browser
            .request(reqwest::Method::POST, "/api/v1/account/tokens")
            .json(&json!({"name": "x", "lifetimeSeconds": 3600}));
        let Ok(response) = request.send().await else {
            return answered;
        };
        let Ok(text) = response.text().await else {
            return answered;
        };
        answered.push(serde_json::from_str::<CreatedToken>(&text).unwrap().token.id);
    }
}

#[tokio::test]
async fn the_command_line_verifies_the_log_and_is_in_it_itself() {
    let data = tempfile::tempdir().unwrap();
    let text = |output: std::process::Output| String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(text(run(data.path(), &["audit", "verify"])).contains("no events"));
    let arguments = ["user", "create", "admin", "--role", "administrator", "--password-stdin"];
    Program::new(data.path()).args(arguments).run_with_input(PASSWORD);
    let server = Program::new(data.path()).serve();
    run(data.path(), &["token", "create", "--user", "admin"]);
    let mut browser = Client::new(&server.base);
    browser.sign_in("admin", PASSWORD).await.expect_status(200);
    let events = read(&browser, "").await.items;
    let told: Vec<_> = events
        .iter()
        .map(|event| (event.action.as_str(), event.actor.credential.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("sign-in", "nothing"),
            ("token-created", "command-line"),
            ("user-changed", "command-line")
        ]
    );
    assert!(text(run(data.path(), &["audit", "verify"])).contains("3 events, from 1 to 3"));

    let file = data.path().join("muster.db");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display()))
        .await
        .unwrap();
    sqlx::query("UPDATE audit_events SET reason = 'x' WHERE sequence = 2")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let damaged = run(data.path(), &["audit", "verify"]);
    assert!(!damaged.status.success());
    assert!(text(damaged).contains("Event 2 is not what the console wrote"));
}
