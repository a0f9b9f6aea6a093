//! Both databases grow by the same steps.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Both migration folders list the same file names.
pub fn same_files() -> Result<()> {
    let folder = workspace::root().join("migrations");
    let sqlite = names(&folder.join("sqlite"))?;
    let postgres = names(&folder.join("postgres"))?;
    if sqlite.is_empty() {
        bail!("migrations/sqlite is empty");
    }
    let missing: Vec<String> = sqlite
        .difference(&postgres)
        .map(|name| format!("migrations/postgres/{name} is missing"))
        .chain(
            postgres
                .difference(&sqlite)
                .map(|name| format!("migrations/sqlite/{name} is missing")),
        )
        .collect();
    if !missing.is_empty() {
        bail!("{}", missing.join("\n"));
    }
    Ok(())
}

fn names(folder: &Path) -> Result<BTreeSet<String>> {
    std::fs::read_dir(folder)
        .with_context(|| format!("could not read {}", folder.display()))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}
