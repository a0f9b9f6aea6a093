//! How long a sign-in at the console takes, for each kind of provider: from the request to the answer with the session's
//! cookie, groups read and kept. Each kind has beside it, in the same run and in turns with it, what cannot be less: for
//! local users one argon2id, for directories an encrypted connection and one bind, for providers with pages of their own
//! one request to them. Samba needs root.
//!
//! Prints a line for each, and writes all figures as JSON to the file that `MUSTER_BENCH_OUTPUT` names. Names on the command
//! line choose kinds: `cargo bench -p muster --bench sign_in -- local openldap`.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench ends at what it did not expect, and its answer is what it prints; it takes what it needs of the tests' support"
)]

#[path = "../tests/sign_in_pages/browser.rs"]
mod browser;
#[path = "sign_in/directories.rs"]
mod directories;
#[path = "../tests/sign_in_pages/fake_github.rs"]
mod fake_github;
#[path = "sign_in/pages.rs"]
mod pages;
#[path = "../tests/sign_in_pages/secure_server.rs"]
mod secure_server;
#[path = "../tests/support/test_app.rs"]
mod support;

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use muster_api::session::Role;
use serde_json::{Map, Value, json};
use testbed::directory::Kind;

use support::{PASSWORD, TestApp};

const SIGN_INS: usize = 40;
/// What a busy person of a directory is in.
const GROUPS: usize = 1_000;

#[tokio::main]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let mut figures = Figures::default();
    if is_wanted("local") {
        local(&mut figures).await;
    }
    if is_wanted("openldap") {
        directories::measure(Kind::OpenLdap, &mut figures).await;
    }
    if is_wanted("samba") {
        directories::measure(Kind::Samba, &mut figures).await;
    }
    if is_wanted("github") {
        pages::github(&mut figures).await;
    }
    if is_wanted("oidc") {
        pages::oidc(&mut figures).await;
    }
    figures.write();
}

/// A local user: what takes the time is argon2id, and is meant to.
async fn local(figures: &mut Figures) {
    let app = TestApp::start().await;
    app.administrator_by_identity().await;
    let mut measured = Measured::default();
    for _ in 0..SIGN_INS {
        let began = Instant::now();
        let params = Params::new(19 * 1024, 2, 1, None).unwrap();
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(PASSWORD.as_bytes(), b"sixteen bytes of", &mut key)
            .unwrap();
        measured.least.push(began.elapsed());

        let mut client = app.anonymous();
        let began = Instant::now();
        client.sign_in("admin", PASSWORD).await.expect_status(200);
        measured.whole.push(began.elapsed());
    }
    figures.add("local", "one argon2id", measured);
    // Another user of this name cannot be there by accident.
    assert_eq!(
        app.app.identity.user_by_name("admin").await.unwrap().role,
        Role::Administrator
    );
}

/// Times of one kind of sign-in, and of what cannot be less.
#[derive(Default)]
struct Measured {
    whole: Vec<Duration>,
    least: Vec<Duration>,
}

/// What was measured, by kind.
#[derive(Default)]
struct Figures(Map<String, Value>);

impl Figures {
    fn add(&mut self, name: &str, least: &str, measured: Measured) {
        let (whole, base) = (spread(measured.whole), spread(measured.least));
        let ratio = whole.0 / base.0;
        println!(
            "{name}: p50 {:.1} ms, p95 {:.1} ms; {least}: p50 {:.1} ms, p95 {:.1} ms; {ratio:.1} times that",
            whole.0, whole.1, base.0, base.1
        );
        let value = json!({
            "p50Milliseconds": whole.0,
            "p95Milliseconds": whole.1,
            "least": least,
            "leastP50Milliseconds": base.0,
            "leastP95Milliseconds": base.1,
            "toLeast": ratio,
            "signIns": SIGN_INS,
        });
        self.0.insert(name.to_owned(), value);
    }

    fn write(self) {
        if let Some(path) = std::env::var_os("MUSTER_BENCH_OUTPUT") {
            std::fs::write(path, Value::from(self.0).to_string()).unwrap();
        }
    }
}

/// Median and 95 %, in milliseconds.
fn spread(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1_000.0;
    (at(50), at(95))
}
