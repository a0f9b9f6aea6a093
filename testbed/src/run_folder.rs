//! The folder of one running cluster, and the certainty that nothing of it stays behind.
//!
//! Everything outside the owner's own memory (processes, links, control groups) is written down here before it is made.
//! A janitor, a small shell that waits for its input to end, removes it all when the owner drops the folder or is
//! killed. Should the janitor be killed as well, the next cluster that starts sweeps up.

use crate::cache;
use crate::error::{Error, FileContext, Result};
use crate::process::{self, start_time};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const JANITOR: &str = include_str!("../scripts/janitor.sh");

/// A cluster's folder; dropping it ends and removes everything that was written down in it.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    janitor: Child,
}

impl RunFolder {
    /// Makes a new folder, after sweeping up what killed owners left.
    pub fn create(name: &str) -> Result<Self> {
        let runs = cache::subfolder("testbed/run")?;
        sweep(&runs);
        let unique = format!("{name}-{:08x}", rand::random::<u32>());
        // Without its owner's name a folder looks abandoned, so it is not visible before it has one.
        let hidden = runs.join(format!(".{unique}"));
        fs::create_dir_all(&hidden).file("create the folder", &hidden)?;
        let owner = std::process::id();
        fs::write(
            hidden.join("owner"),
            format!("{owner} {}\n", start_time(owner).unwrap_or_default()),
        )
        .file("write into", &hidden)?;
        let path = runs.join(unique);
        fs::rename(&hidden, &path).file("rename to", &path)?;
        if std::env::var_os("MUSTER_TESTBED_KEEP").is_some() {
            cache::tell(&format!("keeping {}", path.display()));
            fs::write(path.join("keep"), "").file("write into", &path)?;
        }
        let janitor = janitor(&path, Stdio::piped())?;
        Ok(Self { path, janitor })
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a folder inside.
    pub fn subfolder(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        fs::create_dir_all(&path).file("create the folder", &path)?;
        Ok(path)
    }

    /// Writes a process down for the sweep.
    pub fn note_process(&self, name: &str, pid: u32) -> Result<()> {
        self.note(
            "processes",
            &format!("{pid} {} {name}", start_time(pid).unwrap_or_default()),
        )
    }

    /// Writes a network link down for the sweep.
    pub fn note_link(&self, link: &str) -> Result<()> {
        self.note("links", link)
    }

    /// Writes a control group down for the sweep.
    pub fn note_cgroup(&self, cgroup: &str) -> Result<()> {
        self.note("cgroups", cgroup)
    }

    fn note(&self, file: &str, line: &str) -> Result<()> {
        let path = self.path.join(file);
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .file("open", &path)?;
        writeln!(file, "{line}").file("write", &path)
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        drop(self.janitor.stdin.take());
        let _ = self.janitor.wait();
    }
}

fn janitor(folder: &Path, input: Stdio) -> Result<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", JANITOR, "janitor"]).arg(folder);
    command
        .stdin(input)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    process::spawn(command).map_err(|source| Error::Start {
        program: "sh".to_owned(),
        source,
    })
}

/// Removes what owners left that were killed together with their janitor.
fn sweep(runs: &Path) {
    let Ok(entries) = fs::read_dir(runs) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden || owner_lives(&path) {
            continue;
        }
        if let Ok(mut janitor) = janitor(&path, Stdio::null()) {
            let _ = janitor.wait();
        }
    }
}

fn owner_lives(folder: &Path) -> bool {
    let text = fs::read_to_string(folder.join("owner")).unwrap_or_default();
    let Some((pid, start)) = text.trim().split_once(' ') else {
        return false;
    };
    let (Ok(pid), Ok(start)) = (pid.parse::<u32>(), start.parse::<u64>()) else {
        return false;
    };
    start_time(pid) == Some(start)
}
