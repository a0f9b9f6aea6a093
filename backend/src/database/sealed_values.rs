//! Every sealed value of every table, replaced in one transaction: for a change of the master key.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::audit_events::{KEEP_SETTING, TAKE_SETTING};
use super::{Database, DatabaseError};
use crate::secrets::{MASTER_KEY_ID, SealedColumn, SealedRow, row_of_hash};

/// What became of the values of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The column.
    pub column: SealedColumn,
    /// So many were replaced.
    pub replaced: u64,
    /// So many were left as they were: there was nothing to put in their place.
    pub left: u64,
}

/// Marks a database that was sealed with the key `from` as sealed with `to`, and replaces every sealed value by what
/// `make` gives for it; where that is nothing, the value stays. All of it happens or nothing.
///
/// Each value is read by writing it as it is: PostgreSQL then lets nobody change it before the end.
pub async fn replace(
    database: &Database,
    (from, to): (&str, &str),
    mut make: impl FnMut(SealedColumn, Uuid, &[u8]) -> Result<Option<Vec<u8>>, DatabaseError>,
) -> Result<Vec<Replaced>, DatabaseError> {
    transaction!(database, connection => {
        let marked = sqlx::query("UPDATE settings SET value = $1 WHERE name = $2 AND value = $3")
            .bind(to)
            .bind(MASTER_KEY_ID)
            .bind(from)
            .execute(&mut *connection)
            .await?;
        if marked.rows_affected() != 1 {
            let sentence = "somebody else has changed the master key of this database meanwhile";
            return Err(DatabaseError::Storage(sentence.to_owned()));
        }
        let mut all = Vec::new();
        for &column in SealedColumn::ALL {
            let mut done = Replaced { column, replaced: 0, left: 0 };
            match column.row() {
                SealedRow::Setting => {
                    let text: String = sqlx::query_scalar(TAKE_SETTING)
                        .bind(column.column())
                        .fetch_one(&mut *connection)
                        .await?;
                    // Text that nobody has sealed has nothing to put in its place, either.
                    let sealed = hex::decode(&text).unwrap_or_default();
                    match make(column, Uuid::nil(), &sealed)? {
                        Some(value) => {
                            sqlx::query(KEEP_SETTING)
                                .bind(column.column())
                                .bind(hex::encode(value))
                                .execute(&mut *connection)
                                .await?;
                            done.replaced += 1;
                        }
                        None if text.is_empty() => {}
                        None => done.left += 1,
                    }
                }
                SealedRow::Id(key) => {
                    let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(reading(column, key)))
                        .fetch_all(&mut *connection)
                        .await?;
                    for (id, sealed) in rows {
                        match make(column, id, &sealed)? {
                            Some(value) => {
                                sqlx::query(AssertSqlSafe(writing(column, key)))
                                    .bind(value)
                                    .bind(id)
                                    .execute(&mut *connection)
                                    .await?;
                                done.replaced += 1;
                            }
                            None => done.left += 1,
                        }
                    }
                }
                SealedRow::Hash(key) => {
                    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(reading(column, key)))
                        .fetch_all(&mut *connection)
                        .await?;
                    for (hash, sealed) in rows {
                        match make(column, row_of_hash(&hash), &sealed)? {
                            Some(value) => {
                                sqlx::query(AssertSqlSafe(writing(column, key)))
                                    .bind(value)
                                    .bind(hash)
                                    .execute(&mut *connection)
                                    .await?;
                                done.replaced += 1;
                            }
                            None => done.left += 1,
                        }
                    }
                }
            }
            all.push(done);
        }
        Ok(all)
    })
}

fn reading(column: SealedColumn, key: &str) -> String {
    let (table, column) = (column.table(), column.column());
    format!("UPDATE {table} SET {column} = {column} WHERE {column} IS NOT NULL RETURNING {key}, {column}")
}

fn writing(column: SealedColumn, key: &str) -> String {
    format!(
        "UPDATE {} SET {} = $1 WHERE {key} = $2",
        column.table(),
        column.column()
    )
}
