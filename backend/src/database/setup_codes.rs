//! Table `setup_codes`: the code of the first sign-in link. It is used up in [`super::users::insert_by_code`].

use jiff::Timestamp;

use super::{Database, DatabaseError, stored};

/// Keeps this code's hash in place of every earlier one.
pub async fn replace(
    database: &Database,
    code_hash: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DatabaseError> {
    transaction!(database, connection => {
        sqlx::query("DELETE FROM setup_codes").execute(&mut *connection).await?;
        sqlx::query("INSERT INTO setup_codes (code_hash, created_at, expires_at) VALUES ($1, $2, $3)")
            .bind(code_hash)
            .bind(stored(now))
            .bind(stored(expires_at))
            .execute(&mut *connection)
            .await?;
        Ok(())
    })
}

/// Would this code work?
pub async fn holds(database: &Database, code_hash: &[u8], now: Timestamp) -> Result<bool, DatabaseError> {
    let count: i64 = reading!(database, pool => sqlx::query_scalar(
        "SELECT count(*) FROM setup_codes WHERE code_hash = $1 AND expires_at > $2",
    )
        .bind(code_hash)
        .bind(stored(now))
        .fetch_one(pool))?;
    Ok(count > 0)
}
