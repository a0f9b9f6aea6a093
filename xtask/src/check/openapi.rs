//! The published description of the HTTP interface is the one that the server gives.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::text;
use crate::{backend, process, workspace};

/// `docs/openapi.json` equals what `muster openapi` prints.
pub fn is_current() -> Result<()> {
    let committed = text::read(&file()).context("run `cargo xtask openapi` to write it")?;
    if committed.trim() != described()?.trim() {
        bail!("the HTTP interface has changed: run `cargo xtask openapi` and commit docs/openapi.json");
    }
    Ok(())
}

/// Writes `docs/openapi.json`.
pub fn write() -> Result<()> {
    std::fs::write(file(), format!("{}\n", described()?.trim())).context("could not write docs/openapi.json")
}

fn file() -> PathBuf {
    workspace::root().join("docs/openapi.json")
}

fn described() -> Result<String> {
    let muster = backend::build(backend::Profile::Debug)?;
    process::output(process::command(muster).arg("openapi"))
}
