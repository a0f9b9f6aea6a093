//! Roles, bindings and projects on a real API server: what the console shows and allows is what the cluster would.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

#[path = "../support/test_app.rs"]
mod support;

mod advisories;
mod clusters;
mod directory;
mod escalation;
mod killed;
mod live;
mod oracle;
mod other_authorizers;
mod people;
mod routes;
mod take_over;
mod token_places;
mod view_as;
mod view_as_audit;
mod view_as_open;
mod visible;
mod world;
