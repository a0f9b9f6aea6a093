//! Killing the server at any moment loses nothing that it has answered to.

use std::time::Duration;

use muster_api::Collection;
use muster_api::account::{CreatedToken, Token};
use serde_json::json;

use crate::support::{Client, PASSWORD, Program};

const ROUNDS: u64 = 12;

#[tokio::test]
async fn every_user_and_token_that_was_acknowledged_is_there_after_a_kill() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["user", "create", "admin", "--role", "administrator", "--password-stdin"];
    assert!(
        Program::new(data.path())
            .args(arguments)
            .run_with_input(PASSWORD)
            .status
            .success()
    );
    let mut acknowledged: Vec<CreatedToken> = Vec::new();
    let mut users: Vec<String> = Vec::new();

    for round in 0..ROUNDS {
        let mut server = Program::new(data.path()).serve();
        let mut browser = Client::new(&server.base);
        browser.sign_in("admin", PASSWORD).await.expect_status(200);
        let known = browser.get("/api/v1/account/tokens").await.json::<Collection<Token>>();
        assert!(known.items.len() >= acknowledged.len(), "round {round}");
        for token in &acknowledged {
            assert!(
                known.items.iter().any(|item| item.id == token.token.id),
                "round {round}: a token is lost"
            );
        }
        if let Some(last) = acknowledged.last() {
            Client::new(&server.base)
                .with_token(&last.secret)
                .get("/api/v1/session")
                .await
                .expect_status(200);
        }
        for user in &users {
            Client::new(&server.base)
                .sign_in(user, PASSWORD)
                .await
                .expect_status(200);
        }

        // Users are made by a process of their own, beside the server that will be killed.
        let name = format!("user{round}");
        let arguments = ["user", "create", &name, "--password-stdin"];
        assert!(
            Program::new(data.path())
                .args(arguments)
                .run_with_input(PASSWORD)
                .status
                .success()
        );
        users = vec![name];

        // Four writers at once; the kill comes at a moment that is different in every round.
        let writers: Vec<_> = (0..4)
            .map(|_| tokio::spawn(write_until_killed(browser.clone())))
            .collect();
        tokio::time::sleep(Duration::from_millis(5 + round * 37 % 120)).await;
        server.end("KILL");
        for writer in writers {
            acknowledged.extend(writer.await.unwrap());
        }
    }
    assert!(
        acknowledged.len() as u64 > ROUNDS,
        "too little was written to prove anything: {}",
        acknowledged.len()
    );
}

/// Makes tokens until the server is gone; gives those that were acknowledged.
async fn write_until_killed(browser: Client) -> Vec<CreatedToken> {
    let mut acknowledged = Vec::new();
    loop {
        let request = browser
            .request(reqwest::Method::POST, "/api/v1/account/tokens")
            .json(&json!({"name": "x", "lifetimeSeconds": 3600}));
        let Ok(response) = request.send().await else {
            return acknowledged;
        };
        let Ok(text) = response.text().await else {
            return acknowledged;
        };
        acknowledged.push(serde_json::from_str(&text).unwrap());
    }
}
