//! Build tools in exact versions, built once with Cargo and kept in the cache: `<cache>/tools/<tool>-<version>/bin/`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{process, progress, workspace};

/// A program that `cargo install` gives.
pub struct Tool {
    /// The package's name in the registry.
    package: &'static str,
    /// The program that it installs.
    program: &'static str,
    version: &'static str,
    /// Whether its own lock file is followed.
    locked: bool,
}

/// Builds the frontend.
pub const TRUNK: Tool = Tool {
    package: "trunk",
    program: "trunk",
    version: "0.22.1",
    locked: true,
};

/// Makes the JavaScript side of the wasm; its version must equal the library's in Cargo.lock.
pub const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.130",
    locked: false,
};

/// Checks licences and banned crates.
pub const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    program: "cargo-deny",
    version: "0.20.2",
    locked: true,
};

impl Tool {
    /// The folder that holds the program: where it is installed already, else the cache, after building it.
    pub fn ensure(&self) -> Result<PathBuf> {
        if let Some(found) = process::find(self.program)
            && self.is_right_version(&found)
            && let Some(folder) = found.parent()
        {
            return Ok(folder.to_path_buf());
        }
        let home = workspace::cache()
            .join("tools")
            .join(format!("{}-{}", self.program, self.version));
        let folder = home.join("bin");
        if !folder.join(self.program).is_file() {
            self.install(&home)?;
        }
        Ok(folder)
    }

    fn is_right_version(&self, program: &std::path::Path) -> bool {
        process::output(process::command(program).arg("--version"))
            .is_ok_and(|text| text.split_whitespace().any(|word| word == self.version))
    }

    fn install(&self, home: &std::path::Path) -> Result<()> {
        progress::step(format!(
            "building {} {} (once; a few minutes)",
            self.package, self.version
        ));
        let tools = home.parent().context("the cache has no folder for tools")?;
        std::fs::create_dir_all(tools).with_context(|| format!("could not create {}", tools.display()))?;
        let scratch = tempfile::Builder::new().prefix(".building-").tempdir_in(tools)?;
        let staged = scratch.path().join("root");
        let mut install = process::cargo();
        install
            .args(["install", self.package, "--version", self.version, "--root"])
            .arg(&staged)
            .env("CARGO_TARGET_DIR", scratch.path().join("target"))
            // These run for seconds: building them fast matters more than their speed.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
        if self.locked {
            install.arg("--locked");
        }
        process::run(&mut install)?;
        if home.exists() {
            std::fs::remove_dir_all(home).with_context(|| format!("could not replace {}", home.display()))?;
        }
        std::fs::rename(&staged, home).with_context(|| format!("could not move {} into place", self.program))
    }
}
