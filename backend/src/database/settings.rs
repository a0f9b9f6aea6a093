//! Table `settings`: single facts about this database.

use super::{Database, DatabaseError};

/// The setting that counts every change of roles, bindings and projects, so that other servers on the same database
/// notice.
pub const ACCESS_REVISION: &str = "access-revision";

/// Counts a number one up, inside the transaction of the change that it counts.
pub(super) const ADVANCE: &str = "INSERT INTO settings (name, value) VALUES ($1, '1') \
    ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT)";

/// The value of one setting.
pub async fn read(database: &Database, name: &str) -> Result<Option<String>, DatabaseError> {
    reading!(database, pool => sqlx::query_scalar("SELECT value FROM settings WHERE name = $1")
        .bind(name)
        .fetch_optional(pool))
}

/// Keeps a value, in place of the old one.
pub async fn write(database: &Database, name: &str, value: &str) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
        .bind(name)
        .bind(value)
        .execute(pool))?;
    Ok(())
}

/// Keeps a value unless there is one; gives the one that is kept.
pub async fn write_once(database: &Database, name: &str, value: &str) -> Result<String, DatabaseError> {
    changing!(database, pool => sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
    )
        .bind(name)
        .bind(value)
        .execute(pool))?;
    Ok(read(database, name).await?.unwrap_or_default())
}

/// Fails when the database cannot be written to; better at start than at the first sign-in.
pub async fn prove_writable(database: &Database) -> Result<(), DatabaseError> {
    write(database, "opened-by", env!("CARGO_PKG_VERSION")).await
}
