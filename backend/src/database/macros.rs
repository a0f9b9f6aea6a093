//! Run one query on whichever database there is. Each macro names the connection for the query's last call:
//! `reading!(database, pool => sqlx::query_as(…).fetch_all(pool))`.

/// A query that only reads.
macro_rules! reading {
    ($database:expr, $pool:ident => $query:expr) => {
        match $database {
            $crate::database::Database::Sqlite { reader: $pool, .. } => {
                $query.await.map_err($crate::database::DatabaseError::from)
            }
            $crate::database::Database::Postgres($pool) => $query.await.map_err($crate::database::DatabaseError::from),
        }
    };
}

/// A query that writes and gives rows back (`RETURNING`).
macro_rules! writing {
    ($database:expr, $pool:ident => $query:expr) => {
        match $database {
            $crate::database::Database::Sqlite { writer: $pool, .. } => {
                $query.await.map_err($crate::database::DatabaseError::from)
            }
            $crate::database::Database::Postgres($pool) => $query.await.map_err($crate::database::DatabaseError::from),
        }
    };
}

/// A query that writes (`….execute(pool)`); gives the number of changed rows.
macro_rules! changing {
    ($database:expr, $pool:ident => $query:expr) => {
        match $database {
            $crate::database::Database::Sqlite { writer: $pool, .. } => $query
                .await
                .map(|done| done.rows_affected())
                .map_err($crate::database::DatabaseError::from),
            $crate::database::Database::Postgres($pool) => $query
                .await
                .map(|done| done.rows_affected())
                .map_err($crate::database::DatabaseError::from),
        }
    };
}

/// Several queries that happen together or not at all: the body gives a `Result<_, DatabaseError>`, and runs its queries
/// on `&mut *connection`.
macro_rules! transaction {
    ($database:expr, $connection:ident => $body:block) => {
        match $database {
            // Taking the writer's lock at once: a transaction that starts by reading and then writes can fail for good.
            $crate::database::Database::Sqlite { writer, .. } => {
                let mut $connection = writer.begin_with("BEGIN IMMEDIATE").await?;
                let outcome: Result<_, $crate::database::DatabaseError> = async { $body }.await;
                if outcome.is_ok() {
                    $connection.commit().await?;
                }
                outcome
            }
            $crate::database::Database::Postgres(pool) => {
                let mut $connection = pool.begin().await?;
                let outcome: Result<_, $crate::database::DatabaseError> = async { $body }.await;
                if outcome.is_ok() {
                    $connection.commit().await?;
                }
                outcome
            }
        }
    };
}

/// The condition on a user `u` that he may sign in, and that his sessions and tokens work: he is enabled, his account is
/// not known to be gone, and its provider is turned on.
macro_rules! may_sign_in {
    () => {
        "NOT u.disabled AND u.presence <> 'absent' AND (u.provider_id IS NULL OR EXISTS \
         (SELECT 1 FROM identity_providers p WHERE p.id = u.provider_id AND p.enabled))"
    };
}
