//! Secrets that we make up: session cookies, API tokens, one-time codes. They are long and random, so a plain SHA-256 of
//! them is enough to keep; passwords, which people make up, are another matter (`password`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::IdentityError;

/// A new secret with this prefix: 256 random bits.
pub(super) fn generate(prefix: &str) -> Result<SecretString, IdentityError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| IdentityError::Internal(format!("no random numbers: {error}")))?;
    Ok(SecretString::from(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))))
}

/// What is kept of a secret.
pub(super) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// What is kept of a secret that was just made.
pub(super) fn hash_of(secret: &SecretString) -> Vec<u8> {
    hash(secret.expose_secret())
}
