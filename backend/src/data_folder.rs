//! The data folder: private to its owner, and used by one server at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The lock's file in the data folder.
const LOCK: &str = "muster.lock";

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
        let open = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path);
        let mut file = open.map_err(failed)?;
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
