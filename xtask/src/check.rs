//! `cargo xtask check`: everything about the source that a machine can judge.

mod migrations;
mod openapi;
mod rooms;
mod rust;
pub mod size;
mod text;

pub use openapi::write as write_openapi;

use anyhow::{Result, bail};

use crate::progress;

/// One check: what it makes sure of, and how.
type Check = (&'static str, fn() -> Result<()>);

const CHECKS: &[Check] = &[
    ("formatting", rust::format),
    ("both migration folders have the same files", migrations::same_files),
    ("no source file is too long", text::file_lengths),
    ("links between documents lead somewhere", text::links),
    ("the rooms keep their rules", rooms::rules),
    ("licences, banned crates and sources", rust::deny),
    ("lints of the host", rust::clippy_host),
    ("lints of the browser", rust::clippy_browser),
    ("documentation", rust::documentation),
    ("docs/openapi.json is what the server says", openapi::is_current),
    ("the first load stays within its budget", size::budget),
];

/// Runs every check, also after one has failed, and ends with a total.
pub fn run() -> Result<()> {
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        progress::step(format!("check: {name}"));
        if let Err(error) = check() {
            progress::problem(format!("error: {name}: {error:#}"));
            failed.push(*name);
        }
    }
    let passed = CHECKS.len() - failed.len();
    for name in &failed {
        progress::step(format!("failed: {name}"));
    }
    progress::answer(format!("checks: {passed} passed, {} failed", failed.len()));
    if !failed.is_empty() {
        bail!("{} of {} checks failed", failed.len(), CHECKS.len());
    }
    Ok(())
}
