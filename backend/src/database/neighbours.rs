//! Who else is connected to this database. PostgreSQL knows it from the name that every process gives its connections; a
//! SQLite file belongs to one data folder, whose locks say it.

use uuid::Uuid;

use super::{Database, DatabaseError};

/// What every name begins with.
const PREFIX: &str = "muster-";

/// A name for the connections of one process, unlike that of any other.
pub(super) fn name() -> String {
    format!("{PREFIX}{}", Uuid::new_v4().simple())
}

/// Other processes of muster that are connected: their names and from where they come.
pub async fn others(database: &Database) -> Result<Vec<String>, DatabaseError> {
    let Database::Postgres(pool) = database else {
        return Ok(Vec::new());
    };
    let found = sqlx::query_scalar(
        "SELECT DISTINCT application_name || coalesce(' at ' || host(client_addr), '') FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name LIKE $1 \
         AND application_name <> current_setting('application_name') ORDER BY 1",
    )
    .bind(format!("{PREFIX}%"))
    .fetch_all(pool);
    Ok(found.await?)
}
