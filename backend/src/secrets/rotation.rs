//! Changing the master key: everything that is sealed is sealed anew, and the old key opens nothing any more.
//!
//! 1. The new key is complete on the disk, in a file of its own, before anything else happens.
//! 2. One transaction seals every column anew and notes the id of the key that the database needs from then on.
//! 3. The new key's file takes the place of the old one.
//!
//! A process that is killed before the end of the second step leaves the old key in its place and a second file that
//! nobody needs: the next change uses it. One that is killed after it leaves a database that names the key in the second
//! file: whoever starts next does the third step (`MasterKey::load`). The second file is never removed, since a
//! database server may still be carrying out the transaction of a process that is gone.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;

use super::master_key::{self, MasterKey, MasterKeyError};
use super::{MASTER_KEY_ID, Secrets, SecretsError};
use crate::data_folder::{DataFolderError, KeyLock, Lock};
use crate::database::sealed_values::{self, Replaced};
use crate::database::{Database, DatabaseError, neighbours, settings};

/// The master key cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// A server runs, or a command that has the key.
    #[error("the master key is changed only while nothing else uses it")]
    InUse(#[source] DataFolderError),
    /// Others are connected to the same PostgreSQL database.
    #[error(
        "the master key is changed only while nothing else uses it, but others are connected to this database: {}; stop \
         every server on it first", .0.join(", ")
    )]
    Others(Vec<String>),
    /// The key in use cannot be found.
    #[error(transparent)]
    Key(#[from] MasterKeyError),
    /// The key comes from the environment.
    #[error(
        "the master key comes from MUSTER_MASTER_KEY, which this command cannot change: name a file for the new key with \
         --new-key-file, and put its content into MUSTER_MASTER_KEY before the servers start again"
    )]
    FromEnvironment,
    /// The new key's file cannot be made beside the old one.
    #[error("{0}; or name another file for the new key with --new-key-file, and put it in place yourself")]
    NotWritable(MasterKeyError),
    /// The new key is the one in use.
    #[error(
        "the database is sealed with the key in {0} already: start the servers with that one; for another new key, name \
         a file that does not exist"
    )]
    AlreadyInUse(PathBuf),
    /// The database failed; nothing was changed.
    #[error("nothing was changed")]
    Database(#[from] DatabaseError),
}

impl From<DataFolderError> for RotationError {
    fn from(error: DataFolderError) -> Self {
        Self::InUse(error)
    }
}

/// Where the new key is after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptKey {
    /// In the data folder, in place of the old one.
    InPlace(PathBuf),
    /// In a file that somebody must bring to where the key is read from.
    Elsewhere(PathBuf),
}

/// A change of the master key that has begun: the new key is on the disk, and nobody else has the old one.
pub struct Rotation {
    old: Secrets,
    new: Secrets,
    data: PathBuf,
    /// The file of the new key, when it is not beside the old one.
    elsewhere: Option<PathBuf>,
    _alone: (Lock, KeyLock),
}

impl Rotation {
    /// Makes the new key: beside the old one, or in `new_key_file`, whose key is used when it has one.
    pub async fn begin(data: &Path, database: &Database, new_key_file: Option<&Path>) -> Result<Self, RotationError> {
        let alone = (Lock::take(data)?, KeyLock::exclusive(data).await?);
        let others = neighbours::others(database).await?;
        if !others.is_empty() {
            return Err(RotationError::Others(others));
        }
        let needed = settings::read(database, MASTER_KEY_ID).await?;
        if let (Some(file), Some(needed)) = (new_key_file, &needed)
            && master_key::read(file)?.is_some_and(|key| key.id() == *needed)
        {
            return Err(RotationError::AlreadyInUse(file.to_path_buf()));
        }
        let old = Secrets::new(&MasterKey::load(data, needed.as_deref())?);
        let found = old.key_id();
        let needed = settings::write_once(database, MASTER_KEY_ID, &found).await?;
        if needed != found {
            return Err(MasterKeyError::Other { needed, found }.into());
        }
        let key = match new_key_file {
            Some(file) => new_key_at(file)?,
            None if MasterKey::of_environment()?.is_some() => return Err(RotationError::FromEnvironment),
            None => new_key_at(&master_key::next_file(data)).map_err(RotationError::NotWritable)?,
        };
        let new = Secrets::new(&key);
        if new.key_id() == needed {
            // It could not be put in place of the one before.
            return Err(RotationError::AlreadyInUse(master_key::next_file(data)));
        }
        Ok(Self {
            old,
            new,
            data: data.to_path_buf(),
            elsewhere: new_key_file.map(Path::to_path_buf),
            _alone: alone,
        })
    }

    /// What opens the database before the change.
    pub fn old(&self) -> &Secrets {
        &self.old
    }

    /// What opens the database after the change.
    pub fn new_secrets(&self) -> &Secrets {
        &self.new
    }

    /// Seals every column anew. A value that the old key does not open stays as it is: nobody opens it with the new one,
    /// either, and a damaged audit log does not become right by a change of the key.
    pub async fn reseal(&self, database: &Database) -> Result<Vec<Replaced>, RotationError> {
        Ok(reseal(database, &self.old, &self.new).await?)
    }

    /// Puts the new key in place of the old one.
    pub fn finish(self) -> Result<KeptKey, MasterKeyError> {
        if let Some(file) = self.elsewhere {
            return Ok(KeptKey::Elsewhere(file));
        }
        master_key::put_next_in_place(&self.data)?;
        Ok(KeptKey::InPlace(master_key::file(&self.data)))
    }
}

/// Seals every column of a database anew, in one transaction.
pub async fn reseal(database: &Database, old: &Secrets, new: &Secrets) -> Result<Vec<Replaced>, DatabaseError> {
    let keys = (old.key_id(), new.key_id());
    sealed_values::replace(database, (&keys.0, &keys.1), |column, row, sealed| {
        let Ok(plain) = old.open(column, row, sealed) else {
            return Ok(None);
        };
        let sealed = new.seal(column, row, plain.expose_secret());
        sealed
            .map(Some)
            .map_err(|error: SecretsError| DatabaseError::Storage(error.to_string()))
    })
    .await
}

/// The key of this file: the one that is there already, which a change that was cut off has left, or a new one.
fn new_key_at(path: &Path) -> Result<MasterKey, MasterKeyError> {
    match master_key::read(path)? {
        Some(key) => Ok(key),
        None => master_key::write_new(path, &MasterKey::generate()?),
    }
}
