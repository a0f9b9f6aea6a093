//! Shells into containers that really run: what is typed and shown, who may, how they end, and what is written down of them.
//! Needs root, as real nodes do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

#[path = "../support/test_app.rs"]
mod support;

mod leaving;
mod opening;
mod talking;
mod terminal;
mod world;
mod written_down;
