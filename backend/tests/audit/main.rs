//! The audit log: that everything that is done is in it, that nothing in it can be changed unseen, and that no secret is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at what it did not expect"
)]

#[path = "../support/test_app.rs"]
mod support;

mod chain;
mod clusters;
mod export;
mod failing;
mod killed;
mod log;
mod reading;
mod retention;
mod rights;
mod routes;
mod secrets;
