//! Table `redirect_sign_ins`: sign-ins that have left for a provider's page and not come back yet. Only hashes of the
//! state and of the browser's cookie are kept.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Database, DatabaseError, restored, stored};

/// One sign-in on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectSignInRecord {
    /// Of the state in the address.
    pub state_hash: Vec<u8>,
    /// Of the cookie that binds it to the browser.
    pub browser_hash: Vec<u8>,
    /// Where it went.
    pub provider_id: Uuid,
    /// The verifier of PKCE and the nonce, sealed.
    pub secrets: Vec<u8>,
    /// Where the browser goes when it is signed in.
    pub return_to: String,
    /// When it is too late to come back.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    state_hash: Vec<u8>,
    browser_hash: Vec<u8>,
    provider_id: Uuid,
    secrets: Vec<u8>,
    return_to: String,
    expires_at: i64,
}

/// Keeps a sign-in that leaves.
pub async fn insert(database: &Database, sign_in: &RedirectSignInRecord) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "INSERT INTO redirect_sign_ins (state_hash, browser_hash, provider_id, secrets, return_to, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
        .bind(&sign_in.state_hash)
        .bind(&sign_in.browser_hash)
        .bind(sign_in.provider_id)
        .bind(&sign_in.secrets)
        .bind(&sign_in.return_to)
        .bind(stored(sign_in.expires_at))
        .execute(pool))?;
    Ok(())
}

/// Takes the sign-in of this state away, whoever comes with it and however old it is: a state works once. Reading and
/// removing are one statement, so two that come at the same time cannot both have it.
pub async fn take(database: &Database, state_hash: &[u8]) -> Result<Option<RedirectSignInRecord>, DatabaseError> {
    let row: Option<Row> = writing!(database, pool => sqlx::query_as(
        "DELETE FROM redirect_sign_ins WHERE state_hash = $1 \
         RETURNING state_hash, browser_hash, provider_id, secrets, return_to, expires_at",
    )
        .bind(state_hash)
        .fetch_optional(pool))?;
    Ok(row.map(|row| RedirectSignInRecord {
        state_hash: row.state_hash,
        browser_hash: row.browser_hash,
        provider_id: row.provider_id,
        secrets: row.secrets,
        return_to: row.return_to,
        expires_at: restored(row.expires_at),
    }))
}

/// Forgets those that did not come back in time.
pub async fn remove_expired(database: &Database, now: Timestamp) -> Result<u64, DatabaseError> {
    changing!(database, pool => sqlx::query("DELETE FROM redirect_sign_ins WHERE expires_at <= $1")
        .bind(stored(now))
        .execute(pool))
}
