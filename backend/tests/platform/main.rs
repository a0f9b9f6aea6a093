//! What everything stands on: the table of routes, the database, the program, the application's files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at what it did not expect"
)]

#[path = "../support/test_app.rs"]
mod support;

mod advisories;
mod assets;
mod bodies;
mod command_line;
mod configuration;
mod database;
mod fields;
mod killed;
mod operation;
mod providers_by_file;
mod rotation;
mod routes;
mod stopping;
mod storage;

/// This package's folder. Cargo says which checkout it is that it tests: a target folder may be shared by several.
fn package() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .expect("tests are run by Cargo")
        .into()
}
