//! Signing in on the pages of GitHub and of OpenID Connect providers: what is believed, who gets in, and what is kept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at what it did not expect"
)]

#[path = "../support/test_app.rs"]
mod support;

mod admission;
mod browser;
mod example_provider;
mod fake_github;
mod fake_oidc;
mod first_person;
mod flow;
mod github;
mod keeping;
mod oidc;
mod scene;
mod secure_server;
