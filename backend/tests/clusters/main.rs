//! The registry of clusters, live lists and the live socket, against a real API server and against servers that are none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

#[path = "../support/test_app.rs"]
mod support;

mod away;
mod fake_server;
mod hostile;
mod kubeconfig;
mod kubectl;
mod lists;
mod live;
mod live_pace;
mod pod_status;
mod refused;
mod registry;
mod world;
