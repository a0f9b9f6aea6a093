//! What can go wrong with the database, by what can be done about it.

use std::path::PathBuf;

/// A query or the opening of the database failed.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// A value that must be unique is there already.
    #[error("it exists already")]
    Duplicate,
    /// Something that is referred to is not there.
    #[error("what it refers to does not exist")]
    Missing,
    /// Nobody could sign in any more who may do everything.
    #[error("the last local administrator must stay")]
    LastAdministrator,
    /// The database cannot keep or give anything now: full, read-only, away, locked.
    #[error("{0}")]
    Storage(String),
    /// The database's files cannot be used at start.
    #[error("{path}: {reason}")]
    Unusable {
        /// The database's file or folder.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The database was made by a newer version.
    #[error("the database was changed by a newer version of muster (step {0} is unknown here); start that version")]
    Newer(i64),
    /// A step of the schema was changed after it had been applied, or failed.
    #[error("the database's schema could not be brought up to date: {0}")]
    Schema(String),
    /// A stored value is not what it should be.
    #[error("a stored value of {0} cannot be read")]
    Damaged(&'static str),
    /// Anything else.
    #[error("a database query failed")]
    Query(#[source] sqlx::Error),
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Duplicate,
            sqlx::Error::Database(inner) if inner.is_foreign_key_violation() => Self::Missing,
            sqlx::Error::Database(inner) => match storage_problem(inner.code().as_deref().unwrap_or_default()) {
                Some(sentence) => Self::Storage(sentence.to_owned()),
                None => Self::Query(error),
            },
            sqlx::Error::PoolTimedOut => Self::Storage("no database connection became free in time".into()),
            sqlx::Error::Io(inner) => Self::Storage(format!("the database cannot be reached: {inner}")),
            sqlx::Error::Tls(inner) => Self::Storage(format!("no secure connection to the database: {inner}")),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Storage("the connection to the database has ended".into())
            }
            _ => Self::Query(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for DatabaseError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) => Self::from(error),
            MigrateError::ExecuteMigration(error, step) => match Self::from(error) {
                Self::Query(error) => Self::Schema(format!("step {step} failed: {error}")),
                known => known,
            },
            MigrateError::VersionMissing(step) | MigrateError::VersionTooNew(step, _) => Self::Newer(step),
            other => Self::Schema(other.to_string()),
        }
    }
}

/// A sentence for the codes that mean "cannot keep anything now": SQLite's (numbers) and PostgreSQL's (SQLSTATE).
fn storage_problem(code: &str) -> Option<&'static str> {
    // SQLite gives extended codes: the low byte is what it is about. SQLSTATE always has five characters.
    if code.len() < 5
        && let Ok(number) = code.parse::<u32>()
    {
        return match number & 0xff {
            5 | 6 => Some("the database is locked by another program"),
            8 => Some("the database is read-only: check the owner and mode of its file and folder"),
            10 => Some("the disk under the database fails or is full"),
            11 | 26 => Some("the database file is damaged or is no database: put back a backup"),
            13 => Some("the disk under the database is full"),
            14 => Some("the database file cannot be opened: check the owner and mode of its file and folder"),
            _ => None,
        };
    }
    match code {
        "53100" => Some("the disk under the database is full"),
        "53000" | "53200" | "53300" | "53400" => Some("the database server has run out of something it needs"),
        "25006" => Some("the database is read-only"),
        "57P01" | "57P02" | "57P03" => Some("the database server is stopping or starting"),
        "28000" | "28P01" => Some("the database server refuses the name or the password"),
        "3D000" => Some("the database server has no database of this name"),
        "42501" => Some("the database user has too few rights"),
        _ if code.starts_with("08") => Some("the connection to the database server broke"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::storage_problem;

    #[test]
    fn full_and_read_only_databases_are_told_apart_from_wrong_queries() {
        assert!(storage_problem("13").unwrap().contains("full"));
        assert!(storage_problem("1032").unwrap().contains("read-only"));
        assert!(storage_problem("778").unwrap().contains("disk"));
        assert!(storage_problem("25006").unwrap().contains("read-only"));
        assert!(storage_problem("53100").unwrap().contains("full"));
        assert_eq!(storage_problem("1"), None);
        assert_eq!(storage_problem("42703"), None);
    }
}
