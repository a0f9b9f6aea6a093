//! Sealed columns: what must be kept but never read by whoever reads the database (credentials of clusters).
//!
//! Which columns those are says `columns`, how the key is changed `rotation`.
//!
//! XChaCha20-Poly1305 under the master key. The associated data binds each value to its table, column and row: a sealed
//! value copied into another row does not open. Nothing here is logged, and nothing opened prints itself.

mod columns;
mod master_key;
mod rotation;

use std::path::Path;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::data_folder::KeyLock;
use crate::database::{Database, settings};

pub use columns::{SealedColumn, SealedRow, row_of_hash};
pub use master_key::{MasterKey, MasterKeyError};
pub use rotation::{KeptKey, Rotation, RotationError, reseal};

/// The setting that remembers which master key the database was sealed with.
pub const MASTER_KEY_ID: &str = "master-key-id";

/// The first byte of every sealed value: how it was sealed.
const FORMAT: u8 = 1;
const KEY_ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const HEAD_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_BYTES;

/// A value could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The value was sealed with another master key.
    #[error("the value was sealed with another master key")]
    OtherKey,
    /// The value was changed, or copied from another row.
    #[error("the sealed value is damaged or belongs to another row")]
    Damaged,
    /// The machine gives no random numbers.
    #[error("no random numbers")]
    Random,
}

/// Seals and opens columns; cheap to clone.
#[derive(Clone)]
pub struct Secrets {
    cipher: XChaCha20Poly1305,
    key_id: [u8; KEY_ID_BYTES],
    /// The key stays the right one for as long as somebody can seal with it.
    _in_use: Option<Arc<KeyLock>>,
}

impl Secrets {
    /// Seals with this key.
    pub fn new(key: &MasterKey) -> Self {
        let bytes = key.expose();
        let digest = Sha256::new()
            .chain_update(b"muster master key id")
            .chain_update(bytes)
            .finalize();
        let mut key_id = [0; KEY_ID_BYTES];
        key_id.copy_from_slice(&digest[..KEY_ID_BYTES]);
        Self {
            cipher: XChaCha20Poly1305::new(bytes.into()),
            key_id,
            _in_use: None,
        }
    }

    /// Seals with the master key that belongs to this database: a key of another database would seal what nobody can
    /// open later. While anything has it, `muster secrets rotate` waits, and then refuses to change the key.
    pub async fn of_database(data: &Path, database: &Database) -> Result<Self, MasterKeyError> {
        let lock = KeyLock::shared(data).await?;
        let needed = settings::read(database, MASTER_KEY_ID).await?;
        let secrets = Self::new(&MasterKey::load(data, needed.as_deref())?);
        let found = secrets.key_id();
        let needed = settings::write_once(database, MASTER_KEY_ID, &found).await?;
        if needed != found {
            return Err(MasterKeyError::Other { needed, found });
        }
        Ok(Self {
            _in_use: Some(Arc::new(lock)),
            ..secrets
        })
    }

    /// Names the key without telling it.
    pub fn key_id(&self) -> String {
        hex::encode(self.key_id)
    }

    /// Seals `plain` for one column of one row.
    pub fn seal(&self, column: SealedColumn, row: Uuid, plain: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| SecretsError::Random)?;
        let place = column.place(row);
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: place.as_bytes(),
                },
            )
            .map_err(|_| SecretsError::Damaged)?;
        let mut value = Vec::with_capacity(HEAD_BYTES + sealed.len());
        value.push(FORMAT);
        value.extend_from_slice(&self.key_id);
        value.extend_from_slice(&nonce);
        value.extend_from_slice(&sealed);
        Ok(value)
    }

    /// Opens what was sealed for the same column of the same row.
    pub fn open(&self, column: SealedColumn, row: Uuid, sealed: &[u8]) -> Result<SecretSlice<u8>, SecretsError> {
        let (head, body) = sealed.split_at_checked(HEAD_BYTES).ok_or(SecretsError::Damaged)?;
        if head[0] != FORMAT {
            return Err(SecretsError::Damaged);
        }
        if head[1..=KEY_ID_BYTES] != self.key_id {
            return Err(SecretsError::OtherKey);
        }
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&head[1 + KEY_ID_BYTES..]);
        let place = column.place(row);
        let plain = self
            .cipher
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: body,
                    aad: place.as_bytes(),
                },
            )
            .map_err(|_| SecretsError::Damaged)?;
        Ok(SecretSlice::from(plain))
    }

    /// Opens a value that is text.
    pub fn open_text(
        &self,
        column: SealedColumn,
        row: Uuid,
        sealed: &[u8],
    ) -> Result<secrecy::SecretString, SecretsError> {
        let plain = self.open(column, row, sealed)?;
        let text = std::str::from_utf8(plain.expose_secret()).map_err(|_| SecretsError::Damaged)?;
        Ok(secrecy::SecretString::from(text))
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Secrets")
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: SealedColumn = SealedColumn::CLUSTER_CREDENTIALS;

    fn secrets(byte: u8) -> Secrets {
        Secrets::new(&MasterKey::from_bytes([byte; 32]))
    }

    #[test]
    fn a_sealed_value_opens_in_its_own_place_only() {
        let secrets = secrets(7);
        let row = Uuid::new_v4();
        let sealed = secrets.seal(TOKENS, row, b"a token").unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"a token"));
        assert_eq!(secrets.open(TOKENS, row, &sealed).unwrap().expose_secret(), b"a token");
        assert!(matches!(
            secrets.open(TOKENS, Uuid::new_v4(), &sealed),
            Err(SecretsError::Damaged)
        ));
        let other = SealedColumn::PROVIDER_SECRETS;
        assert!(matches!(secrets.open(other, row, &sealed), Err(SecretsError::Damaged)));
    }

    #[test]
    fn a_value_that_is_kept_as_it_was_opens_where_it_is_kept() {
        let secrets = secrets(7);
        let row = Uuid::new_v4();
        let sealed = secrets.seal(SealedColumn::PROVIDER_SECRETS, row, b"a token").unwrap();
        let kept = secrets.open(SealedColumn::PROVIDER_SECRETS_BEFORE, row, &sealed);
        assert_eq!(kept.unwrap().expose_secret(), b"a token");
    }

    #[test]
    fn a_changed_or_shortened_value_does_not_open() {
        let secrets = secrets(7);
        let row = Uuid::new_v4();
        let sealed = secrets.seal(TOKENS, row, b"a token").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(secrets.open(TOKENS, row, &changed).is_err(), "byte {place}");
            assert!(secrets.open(TOKENS, row, &sealed[..place]).is_err(), "length {place}");
        }
    }

    #[test]
    fn another_master_key_is_told_apart_from_damage() {
        let row = Uuid::new_v4();
        let sealed = secrets(7).seal(TOKENS, row, b"a token").unwrap();
        assert!(matches!(
            secrets(8).open(TOKENS, row, &sealed),
            Err(SecretsError::OtherKey)
        ));
    }

    #[test]
    fn the_same_text_is_sealed_differently_every_time() {
        let secrets = secrets(7);
        let row = Uuid::new_v4();
        assert_ne!(
            secrets.seal(TOKENS, row, b"x").unwrap(),
            secrets.seal(TOKENS, row, b"x").unwrap()
        );
    }
}
