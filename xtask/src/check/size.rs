//! What a browser must load before it shows anything.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::text;
use crate::{frontend, workspace};

/// 1.0 MB, after Brotli (docs/benchmarks.md).
const BUDGET: u64 = 1_000_000;

/// The first load of a release build is within its budget. The build is made when it is missing or older than its source;
/// in continuous integration the browser tests have made it before.
pub fn budget() -> Result<()> {
    frontend::build(frontend::Mode::Release)?;
    let bytes = first_load()?.context("the release build of the frontend has no compressed index.html")?;
    crate::progress::step(format!("the first load is {bytes} bytes of {BUDGET}"));
    if bytes > BUDGET {
        bail!("the first load is {bytes} bytes after Brotli, more than its budget of {BUDGET}");
    }
    Ok(())
}

/// Bytes, after Brotli, of index.html and every script, style sheet and wasm file that it names; `None` without a
/// release build in `target/dist`.
pub fn first_load() -> Result<Option<u64>> {
    let dist = workspace::dist();
    if !dist.join("index.html.br").is_file() {
        return Ok(None);
    }
    let page = text::read(&dist.join("index.html"))?;
    let mut bytes = compressed_size(&dist.join("index.html"))?;
    for name in top_level_files(&dist)? {
        // The script of the parts is imported by the first one, not named in the page.
        if page.contains(&name) || name.starts_with("parts-") {
            bytes += compressed_size(&dist.join(&name))?;
        }
    }
    // Snippets are imported by the script, not named in the page.
    for file in below(&dist.join("snippets"))? {
        bytes += compressed_size(&file)?;
    }
    Ok(Some(bytes))
}

fn top_level_files(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let compressed = [".br", ".gz", ".html"].iter().any(|end| name.ends_with(end));
        if entry.path().is_file() && !compressed {
            names.push(name);
        }
    }
    Ok(names)
}

fn below(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                files.extend(below(&path)?);
            } else if path.extension().is_some_and(|end| end == "js") {
                files.push(path);
            }
        }
    }
    Ok(files)
}

fn compressed_size(file: &Path) -> Result<u64> {
    let compressed = file.with_file_name(format!(
        "{}.br",
        file.file_name()
            .and_then(|name| name.to_str())
            .context("a file of the frontend has no readable name")?
    ));
    let measured = if compressed.is_file() {
        compressed
    } else {
        file.to_path_buf()
    };
    Ok(std::fs::metadata(&measured)
        .with_context(|| format!("could not measure {}", measured.display()))?
        .len())
}
