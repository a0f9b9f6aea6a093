//! Signing in, sessions, tokens, the first start: over HTTP, as browsers and programs do it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at what it did not expect"
)]

#[path = "../support/test_app.rs"]
mod support;

mod account;
mod advisories;
mod session;
mod setup;
mod throttle;
mod tokens;
