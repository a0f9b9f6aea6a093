//! Opens the database, brings its schema up to date and makes sure that it can be written to.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Database, DatabaseError, neighbours, settings};
use crate::config::{Config, DatabaseUrl};

static SQLITE_STEPS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_STEPS: Migrator = sqlx::migrate!("../migrations/postgres");

/// The file's name in the data folder.
const FILE_NAME: &str = "muster.db";
/// How long a query waits for a connection before the request fails.
const CONNECTION_DEADLINE: Duration = Duration::from_secs(10);
/// How many connections read at the same time.
const CONNECTIONS: u32 = 8;

impl Database {
    /// Opens the configured database (a new one is made when there is none), with its schema up to date.
    pub async fn open(config: &Config) -> Result<Self, DatabaseError> {
        match config.database.as_ref().map(DatabaseUrl::expose) {
            None => Self::open_file(&config.in_data(FILE_NAME)).await,
            Some(url) => match url.strip_prefix("sqlite:") {
                Some(path) => Self::open_file(Path::new(path.trim_start_matches("//"))).await,
                None => Self::open_server(url).await,
            },
        }
    }

    /// Opens a SQLite file.
    pub async fn open_file(path: &Path) -> Result<Self, DatabaseError> {
        let at_path = |error: DatabaseError| match error {
            DatabaseError::Storage(reason) => DatabaseError::Unusable {
                path: path.to_path_buf(),
                reason,
            },
            other => other,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        // FULL: what was answered to is on the disk, even when the machine loses power right after.
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .optimize_on_close(true, None);
        let connect = async {
            let writer = SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(CONNECTION_DEADLINE)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_with(writing)
                .await?;
            SQLITE_STEPS.run(&writer).await?;
            let reader = SqlitePoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(CONNECTION_DEADLINE)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_with(options.read_only(true))
                .await?;
            let database = Self::Sqlite { reader, writer };
            settings::prove_writable(&database).await?;
            Ok(database)
        };
        let database = connect.await.map_err(at_path)?;
        keep_private(path);
        Ok(database)
    }

    /// Connects to a PostgreSQL server.
    async fn open_server(url: &str) -> Result<Self, DatabaseError> {
        let options = PgConnectOptions::from_str(url).map_err(|error| DatabaseError::Unusable {
            path: PathBuf::from("--database"),
            reason: format!("the URL cannot be read ({error}); write postgres://user:password@host:5432/database"),
        })?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(CONNECTION_DEADLINE)
            .connect_with(options.application_name(&neighbours::name()))
            .await?;
        POSTGRES_STEPS.run(&pool).await?;
        let database = Self::Postgres(pool);
        settings::prove_writable(&database).await?;
        Ok(database)
    }
}

/// Nobody else on the machine reads the file, wherever it lies.
fn keep_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if let Err(error) = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)) {
        tracing::warn!(path = %path.display(), %error, "could not make the database file private");
    }
}
