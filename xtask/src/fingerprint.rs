//! Tells whether what a build read has changed since it last succeeded.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

/// The state of a set of files: their names, sizes and times, and a word for how they were built.
#[derive(Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Looks at files and folders (with all that is below them); `variant` tells builds of the same files apart.
    pub fn of(inputs: &[PathBuf], variant: &str) -> Result<Self> {
        let mut files = Vec::new();
        for input in inputs {
            collect(input, &mut files)?;
        }
        files.sort();
        let mut hasher = DefaultHasher::new();
        variant.hash(&mut hasher);
        files.hash(&mut hasher);
        Ok(Self(format!("{:016x}", hasher.finish())))
    }

    /// Whether the last success recorded in `stamp` saw the same state.
    pub fn is_recorded_in(&self, stamp: &Path) -> bool {
        fs::read_to_string(stamp).is_ok_and(|text| text == self.0)
    }

    /// Records a success.
    pub fn record_in(&self, stamp: &Path) -> Result<()> {
        if let Some(folder) = stamp.parent() {
            fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
        }
        fs::write(stamp, &self.0).with_context(|| format!("could not write {}", stamp.display()))
    }
}

fn collect(path: &Path, files: &mut Vec<(PathBuf, u64, u128)>) -> Result<()> {
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(());
    };
    if metadata.is_dir() {
        // Made by the build itself.
        if path
            .file_name()
            .is_some_and(|name| name == "generated" || name == "node_modules" || name == "target")
        {
            return Ok(());
        }
        let entries = fs::read_dir(path).with_context(|| format!("could not read {}", path.display()))?;
        for entry in entries {
            collect(&entry?.path(), files)?;
        }
    } else {
        let modified = metadata
            .modified()?
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos();
        files.push((path.to_path_buf(), metadata.len(), modified));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_and_another_variant_are_noticed_and_generated_files_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let inputs = [folder.path().to_path_buf()];
        fs::write(folder.path().join("a.rs"), "one").unwrap();
        let before = Fingerprint::of(&inputs, "release").unwrap();
        let stamp = folder.path().join("generated/stamp");
        before.record_in(&stamp).unwrap();
        assert!(Fingerprint::of(&inputs, "release").unwrap().is_recorded_in(&stamp));
        assert!(!Fingerprint::of(&inputs, "debug").unwrap().is_recorded_in(&stamp));
        fs::write(folder.path().join("a.rs"), "other").unwrap();
        assert!(!Fingerprint::of(&inputs, "release").unwrap().is_recorded_in(&stamp));
    }
}
