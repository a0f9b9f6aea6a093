//! Slows down guessing: failed sign-ins are counted by address, and by account and address, in the database.
//!
//! An account as a whole is never blocked: whoever knows the right password signs in from another address, whatever an
//! attacker does from his.

use std::net::IpAddr;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Identity, IdentityError};
use crate::config::one_host;
use crate::database::sign_in_attempts::{self, Limit};

const MINUTE: i64 = 60 * 1000;

/// For one account from one address.
const OF_ACCOUNT: Limit = Limit {
    free: 10,
    window: 10 * MINUTE,
    first_wait: MINUTE / 2,
};
/// For all accounts from one address.
const OF_ADDRESS: Limit = Limit {
    free: 50,
    window: 10 * MINUTE,
    first_wait: MINUTE / 2,
};

/// For sign-ins from one address that leave for a provider's page and do not come back: each keeps a row for a while.
const OF_REDIRECTS: Limit = Limit {
    free: 100,
    window: 10 * MINUTE,
    first_wait: MINUTE / 2,
};

/// An attempt that was counted as failed and may turn out well.
pub(super) struct Attempt {
    of_account: Vec<u8>,
    of_address: Vec<u8>,
}

impl Identity {
    /// Counts an attempt, or refuses it with the time to wait.
    pub(super) async fn begin_attempt(&self, name: &str, address: IpAddr) -> Result<Attempt, IdentityError> {
        let host = one_host(address);
        let attempt = Attempt {
            of_account: key(&["account", &name.to_lowercase(), &host.to_string()]),
            of_address: key(&["address", &host.to_string()]),
        };
        self.count(&attempt.of_address, OF_ADDRESS).await?;
        if let Err(refused) = self.count(&attempt.of_account, OF_ACCOUNT).await {
            // The attempt is not made, so it does not count against the address.
            sign_in_attempts::take_back(&self.database, &attempt.of_address).await?;
            return Err(refused);
        }
        Ok(attempt)
    }

    /// The attempt turned out well.
    pub(super) async fn attempt_succeeded(&self, attempt: &Attempt) -> Result<(), IdentityError> {
        sign_in_attempts::forget(&self.database, &attempt.of_account).await?;
        sign_in_attempts::take_back(&self.database, &attempt.of_address).await?;
        Ok(())
    }

    /// Counts a sign-in that leaves for a provider's page, or refuses it with the time to wait.
    pub(super) async fn begin_redirect(&self, address: IpAddr) -> Result<(), IdentityError> {
        self.count(&redirects_from(address), OF_REDIRECTS).await
    }

    /// It came back and turned out well.
    pub(super) async fn redirect_succeeded(&self, address: IpAddr) -> Result<(), IdentityError> {
        sign_in_attempts::take_back(&self.database, &redirects_from(address)).await?;
        Ok(())
    }

    async fn count(&self, key: &[u8], limit: Limit) -> Result<(), IdentityError> {
        let now = self.clock.now();
        match sign_in_attempts::begin(&self.database, key, now, limit).await? {
            None => Ok(()),
            Some(until) => {
                let wait = until.duration_since(now);
                Err(IdentityError::TooManyAttempts(
                    Duration::try_from(wait).unwrap_or(Duration::from_secs(1)),
                ))
            }
        }
    }
}

fn redirects_from(address: IpAddr) -> Vec<u8> {
    key(&["redirect", &one_host(address).to_string()])
}

/// Hashed: people type passwords into name fields.
fn key(parts: &[&str]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_vec()
}
