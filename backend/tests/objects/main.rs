//! Single objects through the console, against a real API server: read, related, applied, acted on, deleted, deployed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    clippy::unused_self,
    clippy::match_wild_err_arm,
    reason = "helpers of tests fail by panicking"
)]

#[path = "../support/test_app.rs"]
mod support;

mod actions;
mod apply;
mod console;
mod deployments;
mod kubelet;
mod logs;
mod object;
mod relations;
mod rollout;
