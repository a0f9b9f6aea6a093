//! The Kubernetes API through the console: what reaches a cluster and what comes back, byte by byte, against an API server
//! of the test's own; and kubectl, against a real one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

#[path = "../support/test_app.rs"]
mod support;

mod addresses;
mod advisories;
mod answers;
mod connections;
mod front;
mod kubeconfig;
mod kubectl;
mod nodes;
mod recorder;
mod scopes;
mod world;
mod written_down;
