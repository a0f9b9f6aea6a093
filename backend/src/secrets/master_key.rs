//! The master key: from `MUSTER_MASTER_KEY`, or from a file in the data folder that is made at the first start.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox};

/// Its variable.
const VARIABLE: &str = "MUSTER_MASTER_KEY";
/// Its file in the data folder.
const FILE_NAME: &str = "master.key";

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
        /// `read` or `made`.
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
}

impl MasterKey {
    /// A key of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    /// The key of the environment or of the data folder. A new one is made only when no database needs an old one:
    /// `needed` is the id of the key that the database was sealed with.
    pub fn load(data: &Path, needed: Option<&str>) -> Result<Self, MasterKeyError> {
        if let Ok(text) = std::env::var(VARIABLE) {
            return parse(&text).ok_or_else(|| MasterKeyError::NotAKey(VARIABLE.to_owned()));
        }
        let path = data.join(FILE_NAME);
        match std::fs::read_to_string(&path) {
            Ok(text) => parse(&text).ok_or_else(|| MasterKeyError::NotAKey(path.display().to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => match needed {
                Some(needed) => Err(MasterKeyError::Lost {
                    needed: needed.to_owned(),
                    path,
                }),
                None => create(&path),
            },
            Err(source) => Err(MasterKeyError::File {
                path,
                what: "read",
                source,
            }),
        }
    }
}

fn parse(text: &str) -> Option<MasterKey> {
    let bytes: [u8; 32] = STANDARD.decode(text.trim()).ok()?.try_into().ok()?;
    Some(MasterKey::from_bytes(bytes))
}

/// Makes a new key: the file is complete on the disk before anything is sealed with it.
fn create(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| MasterKeyError::Random)?;
    let unfinished = path.with_extension("key.new");
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        writeln!(file, "{}", STANDARD.encode(bytes))?;
        file.sync_all()?;
        // Linking fails when another process was first; its key then counts.
        match std::fs::hard_link(&unfinished, path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
        std::fs::remove_file(&unfinished)?;
        std::fs::read_to_string(path)
    };
    let text = write().map_err(|source| MasterKeyError::File {
        path: path.to_path_buf(),
        what: "made",
        source,
    })?;
    parse(&text).ok_or_else(|| MasterKeyError::NotAKey(path.display().to_string()))
}
