//! The master key: from `MUSTER_MASTER_KEY`, or from a file in the data folder that is made at the first start.
//!
//! While the key is changed (`rotation`) a second file holds the next key. Which of both belongs to the database says the
//! database itself, in the transaction that sealed everything anew: whatever moment a process is killed at, the key that
//! is needed is in one of the files.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox};

use super::Secrets;
use crate::data_folder::DataFolderError;
use crate::database::DatabaseError;

/// Its variable.
const VARIABLE: &str = "MUSTER_MASTER_KEY";
/// Its file in the data folder.
const FILE_NAME: &str = "master.key";
/// The file of the key that is about to take its place.
const NEXT_FILE_NAME: &str = "master.key.next";

/// The key that seals columns.
pub struct MasterKey(SecretBox<[u8; 32]>);

/// There is no usable master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The text is not a key.
    #[error("{0} does not hold a master key: 32 bytes in base64 (44 characters) are expected")]
    NotAKey(String),
    /// The file cannot be read or made.
    #[error("the master key's file {path} cannot be {what}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// `read`, `made` or `replaced`.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The database was sealed with another key.
    #[error(
        "this is not the master key that the database was sealed with (needed: {needed}, found: {found}); put back \
         master.key or MUSTER_MASTER_KEY as it was"
    )]
    Other {
        /// Id of the key that is needed.
        needed: String,
        /// Id of the key that is there.
        found: String,
    },
    /// The database was sealed, but there is no key at all.
    #[error(
        "the database was sealed with a master key (id {needed}), but neither {path} nor MUSTER_MASTER_KEY is there; \
         put it back"
    )]
    Lost {
        /// Id of the key that is needed.
        needed: String,
        /// Where its file was expected.
        path: PathBuf,
    },
    /// The machine gives no random numbers.
    #[error("no random numbers for a new master key")]
    Random,
    /// The data folder cannot be used.
    #[error(transparent)]
    DataFolder(#[from] DataFolderError),
    /// The database does not say which key it was sealed with.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl MasterKey {
    /// A key of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    /// A key that nobody has had before.
    pub(super) fn generate() -> Result<Self, MasterKeyError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| MasterKeyError::Random)?;
        Ok(Self::from_bytes(bytes))
    }

    /// Names the key without telling it.
    pub fn id(&self) -> String {
        Secrets::new(self).key_id()
    }

    /// The key of the environment or of the data folder. A new one is made only when no database needs an old one:
    /// `needed` is the id of the key that the database was sealed with.
    pub fn load(data: &Path, needed: Option<&str>) -> Result<Self, MasterKeyError> {
        if let Some(key) = Self::of_environment()? {
            return Ok(key);
        }
        let path = file(data);
        let found = read(&path)?;
        let Some(needed) = needed else {
            return found.map_or_else(|| write_new(&path, &Self::generate()?), Ok);
        };
        let found = match found {
            Some(key) if key.id() == needed => return Ok(key),
            other => other,
        };
        if let Some(next) = read(&next_file(data))?.filter(|next| next.id() == needed) {
            // A change of the key was cut off after the database had the new one. The key is right, whether or not its
            // file can be moved now.
            if let Err(error) = put_next_in_place(data) {
                tracing::warn!(%error, "the new master key stays where it is");
            }
            return Ok(next);
        }
        found.ok_or_else(|| MasterKeyError::Lost {
            needed: needed.to_owned(),
            path,
        })
    }

    /// The key of the environment, which only whoever starts the server can change.
    pub(super) fn of_environment() -> Result<Option<Self>, MasterKeyError> {
        let Ok(text) = std::env::var(VARIABLE) else {
            return Ok(None);
        };
        let key = parse(&text).ok_or_else(|| MasterKeyError::NotAKey(VARIABLE.to_owned()))?;
        Ok(Some(key))
    }
}

/// The key's file in the data folder.
pub(super) fn file(data: &Path) -> PathBuf {
    data.join(FILE_NAME)
}

/// The file of the key that is about to take its place.
pub(super) fn next_file(data: &Path) -> PathBuf {
    data.join(NEXT_FILE_NAME)
}

/// The next key takes the place of the key. The old one is gone then.
pub(super) fn put_next_in_place(data: &Path) -> Result<(), MasterKeyError> {
    let path = file(data);
    let moved = std::fs::rename(next_file(data), &path).and_then(|()| keep_entries(&path));
    moved.map_err(|source| MasterKeyError::File {
        path,
        what: "replaced",
        source,
    })
}

/// The key in a file, if there is one.
pub(super) fn read(path: &Path) -> Result<Option<MasterKey>, MasterKeyError> {
    match std::fs::read_to_string(path) {
        Ok(text) => match parse(&text) {
            Some(key) => Ok(Some(key)),
            None => Err(MasterKeyError::NotAKey(path.display().to_string())),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(MasterKeyError::File {
            path: path.to_path_buf(),
            what: "read",
            source,
        }),
    }
}

fn parse(text: &str) -> Option<MasterKey> {
    let bytes: [u8; 32] = STANDARD.decode(text.trim()).ok()?.try_into().ok()?;
    Some(MasterKey::from_bytes(bytes))
}

/// Writes a key to a file that does not exist yet: it is complete on the disk before anything is sealed with it. Gives
/// the key that is in the file then, which is another one when another process was first.
pub(super) fn write_new(path: &Path, key: &MasterKey) -> Result<MasterKey, MasterKeyError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    let unfinished = PathBuf::from(unfinished);
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        writeln!(file, "{}", STANDARD.encode(key.expose()))?;
        file.sync_all()?;
        // Linking fails when another process was first; its key then counts.
        match std::fs::hard_link(&unfinished, path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
        std::fs::remove_file(&unfinished)?;
        keep_entries(path)?;
        std::fs::read_to_string(path)
    };
    let text = write().map_err(|source| MasterKeyError::File {
        path: path.to_path_buf(),
        what: "made",
        source,
    })?;
    parse(&text).ok_or_else(|| MasterKeyError::NotAKey(path.display().to_string()))
}

/// Brings to the disk which files the folder of `path` has.
fn keep_entries(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
