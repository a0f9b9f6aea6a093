//! Builds the browser's side: npm packages, bundles, wasm in parts, precompressed files.

pub mod parts;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::packages::For;
use crate::tools::{TRUNK, WASM_BINDGEN};
use crate::{packages, process, progress, workspace};

/// How the frontend is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// What ships: small and precompressed.
    Release,
    /// Quick to build and large, with readable panics.
    Debug,
}

/// Installs the npm packages that the lock file names.
pub fn ensure_npm_packages() -> Result<()> {
    let root = workspace::root();
    let state = Fingerprint::of(&[root.join("package.json"), root.join("package-lock.json")], "npm")?;
    let stamp = root.join("node_modules/.muster-stamp");
    if state.is_recorded_in(&stamp) {
        return Ok(());
    }
    progress::step("installing the npm packages of package-lock.json");
    process::output(process::command("npm").args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"]))?;
    state.record_in(&stamp)
}

/// Builds the frontend into `target/dist`, unless nothing has changed since.
pub fn build(mode: Mode) -> Result<()> {
    packages::ensure(&[For::Build])?;
    packages::ensure_wasm_target()?;
    ensure_npm_packages()?;
    let root = workspace::root();
    let inputs: Vec<PathBuf> = [
        "Cargo.toml",
        "Cargo.lock",
        "Trunk.toml",
        "package-lock.json",
        "api",
        "frontend",
        "style",
        "xtask/browser",
        "xtask/src/frontend",
        ".cargo",
        "rust-toolchain.toml",
    ]
    .iter()
    .map(|name| root.join(name))
    .collect();
    let state = Fingerprint::of(&inputs, if mode == Mode::Release { "release" } else { "debug" })?;
    let stamp = root.join("target/dist-stamp");
    if state.is_recorded_in(&stamp) && workspace::dist().join("index.html").is_file() {
        progress::step("the frontend is up to date");
        return Ok(());
    }
    let trunk = TRUNK.ensure()?;
    let wasm_bindgen = WASM_BINDGEN.ensure()?;
    progress::step(match mode {
        Mode::Release => "building the frontend (a few minutes the first time)",
        Mode::Debug => "building the frontend, unoptimised",
    });
    let npm = root.join("node_modules/.bin");
    let mut build = process::command(trunk.join("trunk"));
    build.args(["build", "--log", "warn"]);
    let stand_in = parts::stand_in(&mut build, &wasm_bindgen, mode == Mode::Release)?;
    if mode == Mode::Release {
        build.args(["--release", "--cargo-profile", "wasm-release"]);
    }
    build
        .env("PATH", process::path_with(&[&stand_in, &npm])?)
        .env("CARGO_TARGET_DIR", workspace::frontend_target())
        // Trunk takes any value of NO_COLOR but true and false for a mistake.
        .env_remove("NO_COLOR");
    process::run(&mut build)?;
    state
        .record_in(&stamp)
        .context("the frontend is built, but that could not be recorded")
}
