//! Table `sign_in_attempts`: how often signing in failed lately. Kept here so that a restart forgets nothing.

use jiff::Timestamp;

use super::{Database, DatabaseError, restored, stored};

/// How attempts of one key are limited.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// How many failures are free.
    pub free: i64,
    /// Failures are forgotten when none came for so long, in milliseconds.
    pub window: i64,
    /// The first wait, in milliseconds; it doubles with every further failure, five times at most.
    pub first_wait: i64,
}

/// Counts an attempt as failed before it is made (so that many at once cannot slip through) and gives `None`; or gives
/// the time until which no attempt is taken, and counts nothing.
pub async fn begin(
    database: &Database,
    key: &[u8],
    now: Timestamp,
    limit: Limit,
) -> Result<Option<Timestamp>, DatabaseError> {
    let counted: Option<i64> = writing!(database, pool => sqlx::query_scalar(
        "INSERT INTO sign_in_attempts (attempt_key, failures, window_ends_at, blocked_until) \
         VALUES ($1, 1, $2 + $3, 0) \
         ON CONFLICT (attempt_key) DO UPDATE SET \
            failures = CASE WHEN sign_in_attempts.window_ends_at <= $2 THEN 1 ELSE sign_in_attempts.failures + 1 END, \
            window_ends_at = excluded.window_ends_at, \
            blocked_until = CASE \
                WHEN sign_in_attempts.window_ends_at <= $2 OR sign_in_attempts.failures + 1 < $4 THEN 0 \
                WHEN sign_in_attempts.failures + 1 - $4 >= 5 THEN $2 + $5 * 32 \
                ELSE $2 + $5 * (1 << CAST(sign_in_attempts.failures + 1 - $4 AS INTEGER)) END \
         WHERE sign_in_attempts.blocked_until <= $2 \
         RETURNING failures",
    )
        .bind(key)
        .bind(stored(now))
        .bind(limit.window)
        .bind(limit.free)
        .bind(limit.first_wait)
        .fetch_optional(pool))?;
    if counted.is_some() {
        return Ok(None);
    }
    let until: Option<i64> = reading!(database, pool => sqlx::query_scalar(
        "SELECT blocked_until FROM sign_in_attempts WHERE attempt_key = $1",
    )
        .bind(key)
        .fetch_optional(pool))?;
    Ok(Some(restored(until.unwrap_or_else(|| stored(now)))))
}

/// Takes back the attempt that was counted, because it succeeded or was not made.
pub async fn take_back(database: &Database, key: &[u8]) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "UPDATE sign_in_attempts SET failures = failures - 1, blocked_until = 0 WHERE attempt_key = $1",
    )
        .bind(key)
        .execute(pool))?;
    Ok(())
}

/// Forgets a key, because the right password was given.
pub async fn forget(database: &Database, key: &[u8]) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("DELETE FROM sign_in_attempts WHERE attempt_key = $1")
        .bind(key)
        .execute(pool))?;
    Ok(())
}

/// Forgets what no longer matters.
pub async fn remove_expired(database: &Database, now: Timestamp) -> Result<u64, DatabaseError> {
    changing!(database, pool => sqlx::query(
        "DELETE FROM sign_in_attempts WHERE window_ends_at <= $1 AND blocked_until <= $1",
    )
        .bind(stored(now))
        .execute(pool))
}
