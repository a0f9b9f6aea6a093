//! The data folder: private to its owner, and used by one server at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The lock's file in the data folder.
const LOCK: &str = "muster.lock";
/// The file of the lock on the master key.
const KEY_LOCK: &str = "master-key.lock";
/// How long is waited for whoever has the master key, or changes it.
const KEY_PATIENCE: Duration = Duration::from_secs(10);
/// How often is looked whether the lock is free.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// It cannot be made.
    #[error("the data folder {path} cannot be made: {source}; choose another one with --data")]
    Create {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its lock cannot be taken for a reason other than another server.
    #[error("the lock {path} cannot be used: {source}; check the owner and mode of the data folder")]
    Lock {
        /// The lock's file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another server runs on it.
    #[error(
        "another server ({holder}) already uses the data folder {path}; stop it, or choose another one with --data"
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Who.
        holder: String,
    },
    /// Somebody works with the master key, or changes it.
    #[error("{holder} on the data folder {path}, which did not end in time; wait for it, and try again")]
    KeyInUse {
        /// The folder.
        path: PathBuf,
        /// Who does what.
        holder: &'static str,
    },
}

/// Makes the folder, readable by its owner only. One that exists stays as it is.
pub fn create(path: &Path) -> Result<(), DataFolderError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| DataFolderError::Create {
        path: path.to_path_buf(),
        source,
    })
}

/// Held while a server runs on a data folder; the system lets go of it however the process ends.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Takes the folder for this process, or says who has it.
    pub fn take(folder: &Path) -> Result<Self, DataFolderError> {
        let path = folder.join(LOCK);
        let failed = |source| DataFolderError::Lock {
            path: path.clone(),
            source,
        };
        let mut file = open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who it is only makes the message better.
                let _unread = file.read_to_string(&mut holder);
                let holder = match holder.trim() {
                    "" => "which is just starting".to_owned(),
                    text => text.to_owned(),
                };
                return Err(DataFolderError::InUse {
                    path: folder.to_path_buf(),
                    holder,
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut lock = Self(file);
        lock.describe(&format!("process {}", std::process::id()))
            .map_err(failed)?;
        Ok(lock)
    }

    /// What another server says about the holder.
    pub fn describe(&mut self, holder: &str) -> std::io::Result<()> {
        self.0.set_len(0)?;
        self.0.seek(SeekFrom::Start(0))?;
        writeln!(self.0, "{holder}")
    }
}

/// Held while the master key of a data folder must stay as it is, or by whoever changes it.
#[derive(Debug)]
pub struct KeyLock(#[expect(dead_code, reason = "the lock is held by the open file")] File);

impl KeyLock {
    /// Whoever has this one can rely on the master key; many may have it at the same time.
    pub async fn shared(folder: &Path) -> Result<Self, DataFolderError> {
        let changing = "`muster secrets rotate` changes the master key";
        Self::take(folder, File::try_lock_shared, changing).await
    }

    /// Nobody else has the master key while somebody has this one.
    pub async fn exclusive(folder: &Path) -> Result<Self, DataFolderError> {
        Self::take(folder, File::try_lock, "another `muster` works with the master key").await
    }

    async fn take(
        folder: &Path,
        lock: fn(&File) -> Result<(), TryLockError>,
        holder: &'static str,
    ) -> Result<Self, DataFolderError> {
        let path = folder.join(KEY_LOCK);
        let file = open(&path)?;
        let started = Instant::now();
        loop {
            match lock(&file) {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if started.elapsed() < KEY_PATIENCE => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                Err(TryLockError::WouldBlock) => {
                    let path = folder.to_path_buf();
                    return Err(DataFolderError::KeyInUse { path, holder });
                }
                Err(TryLockError::Error(source)) => return Err(DataFolderError::Lock { path, source }),
            }
        }
    }
}

/// Opens the file of a lock, which is made when it is not there.
fn open(path: &Path) -> Result<File, DataFolderError> {
    let open = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    open.map_err(|source| DataFolderError::Lock {
        path: path.to_path_buf(),
        source,
    })
}
