//! Builds the server.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{process, progress, workspace};

/// Which of Cargo's profiles.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Fast, with the frontend inside the program.
    Release,
    /// Shared with the tests; reads the frontend from `target/dist`.
    Debug,
}

/// Builds `muster` and gives its path.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let mut build = process::cargo();
    build.args(["build", "--bin", "muster"]);
    let folder = match profile {
        Profile::Release => {
            progress::step("building the server (a few minutes the first time)");
            build.args(["--package", "muster", "--release"]);
            "release"
        }
        Profile::Debug => {
            progress::step("building the server, unoptimised");
            // The whole workspace is selected so that dependencies get the features they have in the tests, and are
            // built once.
            build.arg("--workspace");
            "debug"
        }
    };
    // The server embeds the frontend's folder at compile time: it must exist.
    std::fs::create_dir_all(workspace::dist()).context("could not create target/dist")?;
    process::run(&mut build)?;
    Ok(workspace::target().join(folder).join("muster"))
}
