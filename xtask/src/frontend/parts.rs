//! The console in parts: what few people open is a wasm file of its own, loaded when it is wanted.
//!
//! Functions marked `#[wasm_split]` (frontend/src/parts.rs) begin a part. The linked wasm must be taken apart before
//! wasm-bindgen sees it, and Trunk has no place for that between the two. So Trunk is given this program under
//! wasm-bindgen's name: it takes the wasm apart, and hands what is loaded first to the real one. `xtask/browser/parts.mjs`
//! then puts the other parts beside it, once Trunk has named the files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use wasm_split_cli_support::{Options, transform};

use crate::{process, workspace};

/// The name under which Trunk starts this program.
const NAME: &str = "wasm-bindgen";
/// Says where the real one is.
const REAL: &str = "MUSTER_WASM_BINDGEN";
/// Says where the parts go.
const FOLDER: &str = "MUSTER_PARTS";
/// What the parts' script takes for the first one's name; `parts.mjs` knows it, too.
const FIRST: &str = "./first-part.js";
/// Set for a build that ships: parts are made small, as Trunk does it with the first.
const SMALL: &str = "MUSTER_PARTS_SMALL";
/// The same as in frontend/index.html.
const OPTIMIZE: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Was this program started in wasm-bindgen's place?
pub fn stands_for_wasm_bindgen() -> bool {
    let program = std::env::args_os().next().map(PathBuf::from);
    program.is_some_and(|program| program.file_name().is_some_and(|name| name == NAME))
}

/// Puts this program in wasm-bindgen's place for a build by Trunk. `real` is the folder of the real one. Gives the folder
/// that has to come first on the path.
pub fn stand_in(trunk: &mut Command, real: &Path, small: bool) -> Result<PathBuf> {
    let folder = workspace::frontend_target().join("stand-in");
    let link = folder.join(NAME);
    std::fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
    if link.symlink_metadata().is_ok() {
        std::fs::remove_file(&link).with_context(|| format!("could not replace {}", link.display()))?;
    }
    let program = std::env::current_exe().context("this program does not know where it is")?;
    std::os::unix::fs::symlink(program, &link).with_context(|| format!("could not make {}", link.display()))?;
    trunk
        .env(REAL, real.join(NAME))
        .env(FOLDER, workspace::frontend_target().join("parts"));
    if small {
        trunk.env(SMALL, "yes");
    }
    Ok(folder)
}

/// Does what wasm-bindgen was asked for, with the first part of the wasm that was named.
pub fn as_wasm_bindgen() -> ExitCode {
    match run(std::env::args_os().skip(1).collect()) {
        Ok(code) => code,
        Err(error) => {
            crate::progress::problem(format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: Vec<OsString>) -> Result<ExitCode> {
    let variable = |name: &str| std::env::var_os(name).with_context(|| format!("{name} is not set"));
    for argument in &mut arguments {
        if Path::new(argument).extension().is_some_and(|end| end == "wasm") {
            *argument = take_apart(Path::new(argument), Path::new(&variable(FOLDER)?))?.into();
        }
    }
    if arguments.len() > 1 {
        // The parts share the first one's table of functions, which the linker exports.
        arguments.push("--keep-lld-exports".into());
    }
    let status = Command::new(variable(REAL)?).args(arguments).status();
    let code = status.context("could not start the real wasm-bindgen")?.code();
    Ok(code
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Takes a wasm file apart. Gives the first part, which is what wasm-bindgen works on.
fn take_apart(wasm: &Path, folder: &Path) -> Result<PathBuf> {
    let whole = std::fs::read(wasm).with_context(|| format!("could not read {}", wasm.display()))?;
    if folder.is_dir() {
        std::fs::remove_dir_all(folder).with_context(|| format!("could not empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
    let first = wasm.with_extension("first-part.wasm");
    // The first part's script names this one, and is named itself by a hash of what is in it: so must this one be.
    let script = format!("./parts-{:016x}.js", hash(&whole));
    let mut options = Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.link_name = &script;
    options.main_module = FIRST;
    let made = transform(options).map_err(|error| anyhow::anyhow!("could not take the wasm apart: {error:#}"))?;
    if made.split_modules.is_empty() {
        bail!(
            "no part was found in {}: it must be linked with --emit-relocs",
            wasm.display()
        );
    }
    if std::env::var_os(SMALL).is_some() {
        for part in &made.split_modules {
            let mut optimize = process::command("wasm-opt");
            process::run(optimize.args(OPTIMIZE).arg(part).arg("-o").arg(part))?;
        }
    }
    Ok(first)
}

fn hash(bytes: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hasher as _};
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}
