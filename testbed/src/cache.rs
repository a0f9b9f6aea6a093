//! Where things live that outlast a build: the cache folder, its locks, and progress on standard error.

use crate::error::{Error, FileContext, Result};
use std::env;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// `$MUSTER_CACHE`, else `$XDG_CACHE_HOME/muster`, else `~/.cache/muster`.
pub fn folder() -> Result<PathBuf> {
    let from = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    from("MUSTER_CACHE")
        .or_else(|| from("XDG_CACHE_HOME").map(|base| base.join("muster")))
        .or_else(|| from("HOME").map(|home| home.join(".cache/muster")))
        .ok_or_else(|| Error::Unsupported("no cache folder: set MUSTER_CACHE or HOME".to_owned()))
}

/// A folder below the cache folder, created when missing.
pub(crate) fn subfolder(relative: &str) -> Result<PathBuf> {
    let path = folder()?.join(relative);
    fs::create_dir_all(&path).file("create the folder", &path)?;
    Ok(path)
}

/// Waits for the lock of a name; it is released when the file is dropped or its process ends.
pub(crate) fn lock(name: &str) -> Result<File> {
    let path = subfolder("testbed/locks")?.join(name);
    let file = File::create(&path).file("create", &path)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => tell(&format!("waiting for another process that holds {name}")),
        Err(TryLockError::Error(source)) => {
            return Err(Error::File {
                action: "lock",
                path,
                source,
            });
        }
    }
    file.lock().file("lock", &path)?;
    Ok(file)
}

/// Writes a file so that nobody ever reads half of it.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> Result<()> {
    write(path, content, 0o644)
}

/// The same for a key or a password, which nobody else may read.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    write(path, content, 0o600)
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<()> {
    // Of its own for each writer: two tasks of a process may write the same file at the same time.
    static WRITERS: AtomicU64 = AtomicU64::new(0);
    let writer = WRITERS.fetch_add(1, Ordering::Relaxed);
    let partial = path.with_extension(format!("partial-{}-{writer}", std::process::id()));
    // A file that a killed process left has whatever mode that one gave it.
    let _ = fs::remove_file(&partial);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&partial)
        .file("create", &partial)?;
    file.write_all(content).file("write", &partial)?;
    fs::rename(&partial, path).file("rename to", path)
}

/// Tells the person who waits what is going on.
pub(crate) fn tell(message: &str) {
    // Nobody may be listening any more; that is no reason to fail.
    let _ = writeln!(std::io::stderr(), "testbed: {message}");
}
