//! A control group tree for each real node, so that the kubelets of one machine do not remove each other's pods.

use crate::error::{FileContext, Result};
use crate::run_folder::RunFolder;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = "/sys/fs/cgroup";

/// Makes the tree `name` in every hierarchy; the run folder's janitor removes it.
pub(crate) fn create(run: &RunFolder, name: &str) -> Result<()> {
    run.note_cgroup(name)?;
    for hierarchy in hierarchies() {
        let folder = hierarchy.join(name);
        fs::create_dir_all(&folder).file("create the control group", &folder)?;
        // In version 1 a new group may use no processor at all until it is told which.
        for file in ["cpuset.cpus", "cpuset.mems"] {
            if let Ok(value) = fs::read(hierarchy.join(file)) {
                let target = folder.join(file);
                fs::write(&target, value).file("write", &target)?;
            }
        }
    }
    Ok(())
}

/// Version 2 has one tree for everything; version 1, alone or beside 2, has one for each controller.
fn hierarchies() -> Vec<PathBuf> {
    let root = Path::new(ROOT);
    if root.join("cgroup.controllers").is_file() {
        for controller in ["cpuset", "cpu", "io", "memory", "pids"] {
            // Already on, or not in this kernel: the kubelet names what it misses.
            let _ = fs::write(root.join("cgroup.subtree_control"), format!("+{controller}"));
        }
        return vec![root.to_owned()];
    }
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    // Some names are links to the hierarchy of several controllers.
    let folders = entries.map(|entry| entry.path()).filter(|path| !path.is_symlink());
    folders.filter(|path| path.join("cgroup.procs").is_file()).collect()
}
