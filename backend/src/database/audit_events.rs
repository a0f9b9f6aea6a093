//! Table `audit_events`: what was done, in a chain of hashes. Rows are added at the end and removed from the beginning;
//! no row is ever changed.
//!
//! Two settings belong to it: the head (which row is the newest) and the anchor (which row was the last to be removed).
//! What they hold is the audit room's business; here it is only made sure that they change together with the rows.

mod filter;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

pub use filter::AuditFilter;

use super::{Database, DatabaseError};
use filter::{Conditions, Value};

/// The settings' names.
const HEAD: &str = "audit-head";
const ANCHOR: &str = "audit-anchor";

/// One row. Whatever does not apply is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditRow {
    /// From 1 on, without gaps.
    pub sequence: i64,
    /// SHA-256 over the hash of the row before and this row.
    pub hash: Vec<u8>,
    /// Milliseconds since the epoch.
    pub occurred_at: i64,
    /// The user.
    pub actor_id: Option<Uuid>,
    /// The user's name.
    pub actor_name: String,
    /// The same in lower case.
    pub actor_key: String,
    /// The identity provider; none for local users.
    pub provider_id: Option<Uuid>,
    /// Its name.
    pub provider_name: String,
    /// By what the actor showed who it is.
    pub credential: String,
    /// The public id of the session or token.
    pub credential_id: Option<Uuid>,
    /// As whom it was done.
    pub impersonated: String,
    /// A hash of the groups that went with it.
    pub impersonated_groups: String,
    /// The action's word.
    pub action: String,
    /// The cluster.
    pub cluster_id: Option<Uuid>,
    /// Its name.
    pub cluster_name: String,
    /// API group.
    pub api_group: String,
    /// API version.
    pub api_version: String,
    /// Plural name.
    pub resource: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Subresource.
    pub subresource: String,
    /// Allowed or denied.
    pub decision: String,
    /// Why.
    pub reason: String,
    /// What came of it.
    pub result: String,
    /// HTTP status.
    pub status: Option<i64>,
    /// Code of what went wrong.
    pub code: String,
    /// From where.
    pub address: String,
    /// By what.
    pub user_agent: String,
    /// The request's id.
    pub request_id: String,
    /// How long it took.
    pub duration_ms: i64,
    /// JSON.
    pub details: String,
    /// What is looked for, in lower case.
    pub search: String,
}

/// A row's place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Link {
    /// The row's number.
    pub sequence: i64,
    /// The row's hash.
    pub hash: Vec<u8>,
}

/// The end of the log, as it is found before rows are added.
#[derive(Clone, Debug)]
pub struct End {
    /// The head's setting; empty when there is none.
    pub head: String,
    /// The anchor's setting; empty when there is none.
    pub anchor: String,
    /// The newest row, if there is any.
    pub newest: Option<Link>,
}

/// What is added.
#[derive(Clone, Debug)]
pub struct Addition {
    /// The rows, in order.
    pub rows: Vec<AuditRow>,
    /// The head's new setting.
    pub head: String,
}

const COLUMNS: &str = "sequence, hash, occurred_at, actor_id, actor_name, actor_key, provider_id, provider_name, \
    credential, credential_id, impersonated, impersonated_groups, action, cluster_id, cluster_name, api_group, \
    api_version, resource, namespace, name, subresource, decision, reason, result, status, code, address, user_agent, \
    request_id, duration_ms, details, search";

const INSERT: &str = "INSERT INTO audit_events (sequence, hash, occurred_at, actor_id, actor_name, actor_key, \
    provider_id, provider_name, credential, credential_id, impersonated, impersonated_groups, action, cluster_id, \
    cluster_name, api_group, api_version, resource, namespace, name, subresource, decision, reason, result, status, \
    code, address, user_agent, request_id, duration_ms, details, search) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
    $24, $25, $26, $27, $28, $29, $30, $31, $32)";

pub(super) const KEEP_SETTING: &str =
    "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/// Takes the setting and, on PostgreSQL, its lock: whoever else adds rows waits until this transaction ends.
pub(super) const TAKE_SETTING: &str = "INSERT INTO settings (name, value) VALUES ($1, '') \
    ON CONFLICT (name) DO UPDATE SET value = settings.value RETURNING value";

/// Gives the values of a condition to a query, in order.
macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text.clone()),
                Value::Number(number) => query.bind(*number),
                Value::Id(id) => query.bind(*id),
            };
        }
        query
    }};
}

/// Adds rows at the end: what is added is made from how the end is found, and nobody else adds any in between.
pub async fn append(
    database: &Database,
    make: impl FnOnce(&End) -> Result<Addition, DatabaseError>,
) -> Result<(), DatabaseError> {
    transaction!(database, connection => {
        let head: String = sqlx::query_scalar(TAKE_SETTING).bind(HEAD).fetch_one(&mut *connection).await?;
        let anchor: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE name = $1")
            .bind(ANCHOR)
            .fetch_optional(&mut *connection)
            .await?;
        let newest: Option<Link> = sqlx::query_as(
            "SELECT sequence, hash FROM audit_events ORDER BY sequence DESC LIMIT 1",
        )
            .fetch_optional(&mut *connection)
            .await?;
        let addition = make(&End { head, anchor: anchor.unwrap_or_default(), newest })?;
        for row in addition.rows {
            sqlx::query(INSERT)
                .bind(row.sequence)
                .bind(row.hash)
                .bind(row.occurred_at)
                .bind(row.actor_id)
                .bind(row.actor_name)
                .bind(row.actor_key)
                .bind(row.provider_id)
                .bind(row.provider_name)
                .bind(row.credential)
                .bind(row.credential_id)
                .bind(row.impersonated)
                .bind(row.impersonated_groups)
                .bind(row.action)
                .bind(row.cluster_id)
                .bind(row.cluster_name)
                .bind(row.api_group)
                .bind(row.api_version)
                .bind(row.resource)
                .bind(row.namespace)
                .bind(row.name)
                .bind(row.subresource)
                .bind(row.decision)
                .bind(row.reason)
                .bind(row.result)
                .bind(row.status)
                .bind(row.code)
                .bind(row.address)
                .bind(row.user_agent)
                .bind(row.request_id)
                .bind(row.duration_ms)
                .bind(row.details)
                .bind(row.search)
                .execute(&mut *connection)
                .await?;
        }
        sqlx::query(KEEP_SETTING).bind(HEAD).bind(&addition.head).execute(&mut *connection).await?;
        Ok(())
    })
}

/// The head's and the anchor's settings; empty when there are none.
pub async fn seals(database: &Database) -> Result<(String, String), DatabaseError> {
    let head = super::settings::read(database, HEAD).await?;
    let anchor = super::settings::read(database, ANCHOR).await?;
    Ok((head.unwrap_or_default(), anchor.unwrap_or_default()))
}

/// Removes every row up to this number, and keeps the anchor's new setting.
pub async fn remove_through(database: &Database, sequence: i64, anchor: &str) -> Result<u64, DatabaseError> {
    transaction!(database, connection => {
        let removed = sqlx::query("DELETE FROM audit_events WHERE sequence <= $1")
            .bind(sequence)
            .execute(&mut *connection)
            .await?
            .rows_affected();
        sqlx::query(KEEP_SETTING).bind(ANCHOR).bind(anchor).execute(&mut *connection).await?;
        Ok(removed)
    })
}

/// The rows after this number, in order.
pub async fn following(database: &Database, sequence: i64, limit: i64) -> Result<Vec<AuditRow>, DatabaseError> {
    let sql = format!("SELECT {COLUMNS} FROM audit_events WHERE sequence > $1 ORDER BY sequence LIMIT $2");
    reading!(database, pool => sqlx::query_as(AssertSqlSafe(sql)).bind(sequence).bind(limit).fetch_all(pool))
}

/// When the oldest rows happened, in order: number, hash and time.
pub async fn oldest(database: &Database, limit: i64) -> Result<Vec<(Link, i64)>, DatabaseError> {
    let rows: Vec<(i64, Vec<u8>, i64)> = reading!(database, pool => sqlx::query_as(
        "SELECT sequence, hash, occurred_at FROM audit_events ORDER BY sequence LIMIT $1",
    )
        .bind(limit)
        .fetch_all(pool))?;
    let link = |(sequence, hash, time)| (Link { sequence, hash }, time);
    Ok(rows.into_iter().map(link).collect())
}

/// One page of what the filter finds, newest first.
pub async fn page(
    database: &Database,
    filter: &AuditFilter,
    limit: i64,
    offset: i64,
) -> Result<Vec<AuditRow>, DatabaseError> {
    let mut conditions = Conditions::of(filter);
    let limit = conditions.place(Value::Number(limit));
    let offset = conditions.place(Value::Number(offset));
    // What is skipped is skipped in the index alone.
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_events WHERE sequence IN \
         (SELECT sequence FROM audit_events{} ORDER BY occurred_at DESC, sequence DESC LIMIT {limit} OFFSET {offset}) \
         ORDER BY occurred_at DESC, sequence DESC",
        conditions.sql(),
    );
    let values = conditions.values();
    reading!(database, pool => bound!(sqlx::query_as(AssertSqlSafe(sql)), values).fetch_all(pool))
}

/// What the filter finds before a row (by time and number), newest first.
pub async fn before(
    database: &Database,
    filter: &AuditFilter,
    place: Option<(i64, i64)>,
    limit: i64,
) -> Result<Vec<AuditRow>, DatabaseError> {
    let mut conditions = Conditions::of(filter);
    if let Some((time, sequence)) = place {
        conditions.before(time, sequence);
    }
    let limit = conditions.place(Value::Number(limit));
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_events{} ORDER BY occurred_at DESC, sequence DESC LIMIT {limit}",
        conditions.sql(),
    );
    let values = conditions.values();
    reading!(database, pool => bound!(sqlx::query_as(AssertSqlSafe(sql)), values).fetch_all(pool))
}

/// How many rows the filter finds; counting stops at `most`. All rows are counted by their numbers, which have no gaps.
pub async fn count(database: &Database, filter: &AuditFilter, most: i64) -> Result<i64, DatabaseError> {
    let mut conditions = Conditions::of(filter);
    if conditions.is_empty() {
        let ends: (Option<i64>, Option<i64>) = reading!(database, pool => sqlx::query_as(
            "SELECT (SELECT min(sequence) FROM audit_events), (SELECT max(sequence) FROM audit_events)",
        )
            .fetch_one(pool))?;
        return Ok(match ends {
            (Some(first), Some(last)) => last - first + 1,
            _ => 0,
        });
    }
    let most = conditions.place(Value::Number(most));
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM audit_events{} LIMIT {most}) AS found",
        conditions.sql()
    );
    let values = conditions.values();
    reading!(database, pool => bound!(sqlx::query_scalar(AssertSqlSafe(sql)), values).fetch_one(pool))
}
