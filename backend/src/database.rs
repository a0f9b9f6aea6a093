//! Where everything is kept: SQLite in the data folder, or PostgreSQL. The only room that writes SQL.
//!
//! One repository file per table. The same SQL text, with `$1` placeholders, runs on both (decision 2): repositories hand
//! it to `reading!`, `writing!`, `changing!` or `transaction!`, which run it on whichever database there is.
//! Times are milliseconds since the epoch, so that both databases compare them alike.

#[macro_use]
mod macros;
mod error;
mod open;

pub mod api_tokens;
pub mod audit_events;
pub mod clusters;
pub mod groups;
pub mod identity_providers;
pub mod neighbours;
pub mod people;
pub mod principals;
pub mod projects;
pub mod provider_changes;
pub mod provider_users;
pub mod redirect_sign_ins;
pub mod role_bindings;
pub mod roles;
pub mod sealed_values;
pub mod sessions;
pub mod settings;
pub mod setup_codes;
pub mod sign_in_attempts;
pub mod users;

use jiff::Timestamp;
use sqlx::{PgPool, SqlitePool};

pub use error::DatabaseError;

/// The database; cheap to clone.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file in the data folder.
    Sqlite {
        /// Many connections that cannot write.
        reader: SqlitePool,
        /// The one connection that writes: SQLite has one writer at a time in any case, and waiting for a turn in our
        /// own queue never fails the way that waiting in SQLite's can.
        writer: SqlitePool,
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

impl Database {
    /// Answers when the database answers.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        let _one: i32 = reading!(self, pool => sqlx::query_scalar("SELECT CAST(1 AS INTEGER)").fetch_one(pool))?;
        Ok(())
    }

    /// Ends every connection; SQLite then leaves one tidy file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { reader, writer } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A time as the database keeps it.
pub(crate) fn stored(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// A time that the database kept.
pub(crate) fn restored(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
