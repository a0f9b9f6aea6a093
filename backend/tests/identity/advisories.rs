//! Advisories of other consoles about who somebody is, one test each. The list of all of them, and which test is for which,
//! is docs/advisories.md.

use futures::StreamExt;
use jiff::Timestamp;
use muster::clock::Clock;
use muster::config::Config;
use muster_api::account::CreatedToken;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, COOKIE};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, Program, TestApp};

async fn token_of(browser: &Client) -> CreatedToken {
    let request = json!({"name": "test", "lifetimeSeconds": 3600});
    browser
        .post("/api/v1/account/tokens", &request)
        .await
        .expect_status(201)
        .json()
}

/// Portainer took a token in the query, where logs and histories keep it. Here a credential is a header or nothing.
#[tokio::test]
async fn cve_2026_44883_a_token_in_the_address_is_none() {
    let app = TestApp::start().await;
    let browser = app.administrator().await;
    let secret = token_of(&browser).await.secret;
    for parameter in [
        "token",
        "access_token",
        "jwt",
        "authorization",
        "bearer",
        "api_key",
        "apiKey",
    ] {
        for path in [
            "/api/v1/session",
            "/api/v1/clusters",
            "/api/v1/live",
            "/k8s/clusters/a/api",
        ] {
            let answer = app.anonymous().get(&format!("{path}?{parameter}={secret}")).await;
            answer.expect_status(401);
            assert!(!answer.body.contains(&secret), "{path}: {}", answer.body);
        }
    }
    // Nor in a form.
    let request = app.anonymous().request(Method::POST, "/api/v1/account/tokens");
    let form = format!("access_token={secret}&name=a&lifetimeSeconds=60");
    let answer = Answer::of(
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form),
    )
    .await;
    assert!(matches!(answer.status, 401 | 415), "{}", answer.status);
}

/// Argo CD counted failures in a cache that a flood of names emptied, and that a crash emptied; Vault counted each way of
/// writing a name by itself. Here failures are counted in the database, by what the name means; see `throttle.rs` too.
#[tokio::test]
async fn cve_2024_21652_cve_2024_21662_and_cve_2025_6004_no_way_of_writing_a_name_gives_more_guesses() {
    let app = TestApp::start_with(Clock::by_hand(Timestamp::now()), |config: &mut Config| {
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    app.administrator_by_identity().await;
    let sign_in = |address: String, name: String, password: &'static str| {
        let request = app.anonymous().request(Method::POST, "/api/v1/session");
        let body = json!({"name": name, "password": password});
        Answer::of(request.header("x-forwarded-for", address).json(&body))
    };
    let ways = [
        "admin", "ADMIN", "Admin", " admin", "admin ", "\tadmin", "aDmin", "adMin", "admiN", "AdmiN",
    ];
    for way in ways {
        let answer = sign_in("203.0.113.1".to_owned(), way.to_owned(), "wrong").await;
        answer.expect_status(401);
    }
    for way in ways {
        sign_in("203.0.113.1".to_owned(), way.to_owned(), PASSWORD)
            .await
            .expect_status(429);
    }
    // A flood of other names from elsewhere does not make it forgotten.
    let flood = (0..200).map(|number| sign_in(format!("198.51.100.{number}"), format!("user-{number}"), "wrong"));
    let mut flood = futures::stream::iter(flood).buffer_unordered(4);
    while let Some(answer) = flood.next().await {
        assert!(matches!(answer.status, 401 | 429), "{} {}", answer.status, answer.body);
    }
    sign_in("203.0.113.1".to_owned(), "admin".to_owned(), PASSWORD)
        .await
        .expect_status(429);
}

/// Grafana made the cookie of a user out of his password's hash and salt: empty for all who came by LDAP or OAuth, so that
/// anybody could make it. Here a session is 256 random bits, whoever signs in.
#[tokio::test]
async fn cve_2018_15727_a_session_is_made_of_nothing_that_somebody_knows() {
    let app = TestApp::start().await;
    let mut secrets = std::collections::BTreeSet::new();
    for name in ["ada", "ben"] {
        for _ in 0..3 {
            let browser = app.user(name).await;
            let cookie = browser.cookie.clone().unwrap();
            let value = cookie.split_once('=').unwrap().1.to_owned();
            assert!(value.len() >= 43, "{}", value.len());
            assert!(!value.to_lowercase().contains(name));
            assert!(secrets.insert(value), "the same again");
            let token = token_of(&browser).await.secret;
            assert!(secrets.insert(token), "the same again");
        }
    }
    // Of a session one knows nothing about the next: no two have a part in common.
    let all: Vec<&String> = secrets.iter().filter(|secret| !secret.starts_with("mst_")).collect();
    for (place, secret) in all.iter().enumerate() {
        for other in &all[place + 1..] {
            assert_ne!(secret[..12], other[..12]);
        }
    }
}

/// Rancher could be brought down by whoever sent a deeply nested or an endless body to a public route.
#[tokio::test]
async fn cve_2025_23388_and_cve_2024_58259_no_body_of_a_stranger_brings_the_console_down() {
    let data = tempfile::tempdir().unwrap();
    let server = Program::new(data.path()).serve();
    let stranger = Client::new(&server.base);
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(500_000), close.repeat(500_000));
    for path in ["/api/v1/session", "/api/v1/setup"] {
        for body in [
            deep("[", "]"),
            deep("{\"a\":", "}"),
            format!("{{\"name\":{},\"password\":\"a\"}}", deep("[", "]")),
            "[".repeat(1_900_000),
            format!("{{\"name\": \"{}\", \"password\": \"a\"}}", "a".repeat(1_000_000)),
            format!(
                "{{\"name\": \"a\", \"password\": \"{}\", \"code\": \"a\"}}",
                "a".repeat(1_500_000)
            ),
        ] {
            let request = stranger
                .request(Method::POST, path)
                .header("content-type", "application/json");
            let answer = Answer::of(request.body(body)).await;
            assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
        }
        let parts = (0..200).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1_000_000]));
        let endless = reqwest::Body::wrap_stream(futures::stream::iter(parts));
        let request = stranger
            .request(Method::POST, path)
            .header("content-type", "application/json");
        // It may be cut off before it is answered.
        if let Ok(answer) = request.body(endless).send().await {
            assert_eq!(answer.status().as_u16(), 413);
        }
    }
    stranger.get("/readyz").await.expect_status(200);
}

/// Rancher made its first administrator anew, with the known password, when he had been removed. Here there is no known
/// password, and the one-time link is printed only while nobody may administer.
#[tokio::test]
async fn cve_2019_11202_an_administrator_who_was_removed_does_not_come_back_with_a_restart() {
    let data = tempfile::tempdir().unwrap();
    for name in ["admin", "boss"] {
        let create = ["user", "create", name, "--role", "administrator", "--password-stdin"];
        assert!(
            Program::new(data.path())
                .args(create)
                .run_with_input(PASSWORD)
                .status
                .success()
        );
    }
    let mut server = Program::new(data.path()).serve();
    let mut boss = Client::new(&server.base);
    boss.sign_in("boss", PASSWORD).await.expect_status(200);
    let users: Value = boss.get("/api/v1/users").await.expect_status(200).json();
    let users = users["items"].as_array().unwrap();
    let admin = users.iter().find(|user| user["name"] == "admin").unwrap();
    boss.delete(&format!("/api/v1/users/{}", admin["id"].as_str().unwrap()))
        .await
        .expect_status(204);
    for _ in 0..3 {
        server.end("TERM");
        server = Program::new(data.path()).serve();
        let mut stranger = Client::new(&server.base);
        for password in [PASSWORD, "admin"] {
            stranger.sign_in("admin", password).await.expect_status(401);
        }
        let setup: Value = stranger.get("/api/v1/setup").await.expect_status(200).json();
        assert_eq!(setup["administratorMissing"], false);
        boss = Client::new(&server.base);
        boss.sign_in("boss", PASSWORD).await.expect_status(200);
        let users: Value = boss.get("/api/v1/users").await.expect_status(200).json();
        assert_eq!(users["total"], 1);
    }
}

/// In Teleport one kind of credential was taken for verified because another check was thought to have been made. Here a
/// cookie is looked up among sessions and a bearer token among tokens, and neither stands in for the other.
#[tokio::test]
async fn cve_2025_49825_no_credential_is_taken_for_one_of_another_kind() {
    let app = TestApp::start().await;
    let code = app.app.identity.first_start_code().await.unwrap().unwrap();
    let code = secrecy::ExposeSecret::expose_secret(&code).to_owned();
    let browser = app.administrator().await;
    let cookie = browser.cookie.clone().unwrap();
    let (name, session) = cookie.split_once('=').unwrap();
    let token = token_of(&browser).await;
    let id = token.token.id.clone();
    let secret = token.secret.as_str();
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(secret.as_bytes()));
    let bearers = [
        session,
        code.as_str(),
        &id,
        &hash,
        PASSWORD,
        "admin",
        "null",
        "undefined",
        "muster:user:admin",
    ];
    for bearer in bearers {
        let request = app
            .anonymous()
            .request(Method::GET, "/api/v1/session")
            .header(AUTHORIZATION, format!("Bearer {bearer}"));
        Answer::of(request).await.expect_status(401);
    }
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(session.as_bytes()));
    for value in [secret, &code, &id, &hash, "", "admin"] {
        let request = app
            .anonymous()
            .request(Method::GET, "/api/v1/session")
            .header(COOKIE, format!("{name}={value}"));
        Answer::of(request).await.expect_status(401);
    }
    for header in [
        format!("Basic {secret}"),
        format!("bearer: {secret}"),
        format!("Bearer {secret},{secret}"),
        format!("Bearer  {secret} x"),
        format!("Token {secret}"),
        secret.to_owned(),
    ] {
        let request = app
            .anonymous()
            .request(Method::GET, "/api/v1/session")
            .header(AUTHORIZATION, &header);
        Answer::of(request).await.expect_status(401);
    }
    app.anonymous()
        .with_token(secret)
        .get("/api/v1/session")
        .await
        .expect_status(200);
}

/// Rancher, and `OpenShift`'s console, asked addresses on a user's behalf that he could not reach himself. Here metadata
/// services are refused as clusters, by whatever name they are called, and nothing of an answer is shown.
#[tokio::test]
async fn cve_2019_14435_cve_2025_54468_and_cve_2024_6538_nobody_has_the_console_ask_a_metadata_service() {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    for host in [
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.169.254.",
        "0.0.0.0",
        "[::]",
        "224.0.0.1",
    ] {
        let request = json!({"name": "a", "url": format!("https://{host}/latest/meta-data"), "token": "canary"});
        let answer = admin.post("/api/v1/clusters", &request).await;
        assert_eq!(answer.status, 422, "{host}: {}", answer.body);
        assert!(!answer.body.contains("canary"), "{host}: {}", answer.body);
    }
    let clusters: Value = admin.get("/api/v1/clusters").await.expect_status(200).json();
    assert_eq!(clusters["total"], 0);
}

/// Rancher, Portainer and Argo CD gave credentials out with the objects that they belong to. Here they are write-only, and
/// sealed or hashed where they are kept.
#[tokio::test]
async fn cve_2021_36782_cve_2022_43757_cve_2018_19466_cve_2025_55190_and_cve_2023_40029_no_answer_and_no_table_shows_a_secret()
 {
    let app = TestApp::start().await;
    let admin = app.administrator().await;
    let canary = |what: &str| format!("canary-4be1-{what}");
    let provider = json!({"name": "directory", "enabled": false, "admission": {"mode": "anyone"},
        "settings": muster_api::provider::ProviderSettings::Ldap(muster_api::provider::DirectorySettings::ldap()),
        "secrets": {"bindPassword": canary("bind"), "clientSecret": canary("client")}});
    let made = admin.post("/api/v1/providers", &provider).await;
    assert!(matches!(made.status, 201 | 422), "{}", made.body);
    assert!(!made.body.contains("canary-4be1"), "{}", made.body);
    let cluster = json!({"name": "one", "url": "https://127.0.0.1:1", "token": canary("cluster")});
    let made = admin.post("/api/v1/clusters", &cluster).await;
    assert!(!made.body.contains("canary-4be1"), "{}", made.body);
    let user = json!({"name": "ada", "role": "user", "password": canary("password")});
    admin.post("/api/v1/users", &user).await.expect_status(201);
    let token = token_of(&admin).await.secret;
    let cookie = admin.cookie.clone().unwrap();
    let session = cookie.split_once('=').unwrap().1.to_owned();
    let secrets = ["canary-4be1", &token, &session, PASSWORD];
    let mut seen = 0;
    for route in muster::router::table()
        .iter()
        .filter(|route| route.method == Method::GET && !route.streaming)
    {
        let part = |part: &str| {
            if part.starts_with('{') {
                "one".to_owned()
            } else {
                part.to_owned()
            }
        };
        let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
        let answer = admin.get(&path).await;
        seen += usize::from(answer.status == 200);
        for secret in secrets {
            assert!(!answer.body.contains(secret), "{path}: {}", answer.body);
        }
    }
    assert!(seen > 15, "{seen}");
    for entry in std::fs::read_dir(app.folder()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{} holds a secret", path.display());
        }
    }
}
