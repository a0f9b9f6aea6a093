//! Checks that Cargo's own tools make.

use anyhow::{Context, Result};

use crate::packages::For;
use crate::tools::CARGO_DENY;
use crate::{packages, process, workspace};

/// Every file is formatted.
pub fn format() -> Result<()> {
    process::run(process::cargo().args(["fmt", "--all", "--check"]))
}

/// No lint fires in anything that runs on the host.
pub fn clippy_host() -> Result<()> {
    prepare()?;
    process::run(process::cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

/// No lint fires in what runs in the browser.
pub fn clippy_browser() -> Result<()> {
    packages::ensure_wasm_target()?;
    prepare()?;
    process::run(
        process::cargo()
            .args(["clippy", "--manifest-path", "frontend/Cargo.toml"])
            .args(["--target", "wasm32-unknown-unknown", "--", "--deny", "warnings"])
            .env("CARGO_TARGET_DIR", workspace::frontend_target()),
    )
}

/// The documentation builds without a warning.
pub fn documentation() -> Result<()> {
    prepare()?;
    process::run(
        process::cargo()
            .args(["doc", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )
}

/// Licences, banned crates and sources. Known vulnerabilities are not looked up: their database lives on the network,
/// and a check must give the same answer for the same source.
pub fn deny() -> Result<()> {
    let tools = CARGO_DENY.ensure()?;
    process::run(process::command(tools.join("cargo-deny")).args([
        "--offline",
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

/// What the crates need beside their source.
fn prepare() -> Result<()> {
    packages::ensure(&[For::Build])?;
    std::fs::create_dir_all(workspace::dist()).context("could not create target/dist")
}
