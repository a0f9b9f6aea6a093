//! Table `provider_changes`: changes of providers that wait to be confirmed, with what the provider was before.

use jiff::Timestamp;
use muster_api::provider::{Admission, ProviderSettings};
use sqlx::types::Json;
use uuid::Uuid;

use super::identity_providers::ProviderRecord;
use super::{Database, DatabaseError, restored, stored};

/// A change that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingChange {
    /// Who must show that he still gets in.
    pub changed_by: Uuid,
    /// When the change was made.
    pub changed_at: Timestamp,
    /// When it is taken back.
    pub until: Timestamp,
}

/// Notes what a provider is before a change. An older change that still waits keeps what was before it.
pub async fn begin(
    database: &Database,
    before: &ProviderRecord,
    changed_by: Uuid,
    until: Timestamp,
) -> Result<(), DatabaseError> {
    let changed_at = until.as_millisecond() - 5 * 60 * 1000;
    changing!(database, pool => sqlx::query(
        "INSERT INTO provider_changes (provider_id, name, enabled, settings, admission, secrets, changed_by, \
         changed_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (provider_id) DO UPDATE SET changed_by = excluded.changed_by, \
         changed_at = excluded.changed_at, ends_at = excluded.ends_at",
    )
        .bind(before.id)
        .bind(&before.name)
        .bind(before.enabled)
        .bind(Json(&before.settings))
        .bind(Json(&before.admission))
        .bind(&before.secrets)
        .bind(changed_by)
        .bind(changed_at)
        .bind(stored(until))
        .execute(pool))?;
    Ok(())
}

/// The change of a provider that waits, if any.
pub async fn find(database: &Database, provider: Uuid) -> Result<Option<WaitingChange>, DatabaseError> {
    let row: Option<(Uuid, i64, i64)> = reading!(database, pool => sqlx::query_as(
        "SELECT changed_by, changed_at, ends_at FROM provider_changes WHERE provider_id = $1",
    )
        .bind(provider)
        .fetch_optional(pool))?;
    Ok(row.map(|(changed_by, changed_at, until)| WaitingChange {
        changed_by,
        changed_at: restored(changed_at),
        until: restored(until),
    }))
}

/// The change stays.
pub async fn confirm(database: &Database, provider: Uuid) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("DELETE FROM provider_changes WHERE provider_id = $1")
        .bind(provider)
        .execute(pool))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct BeforeRow {
    provider_id: Uuid,
    name: String,
    enabled: bool,
    settings: Json<ProviderSettings>,
    admission: Json<Admission>,
    secrets: Vec<u8>,
}

/// Puts back what providers were before changes that nobody confirmed in time; gives their ids.
pub async fn take_back(database: &Database, now: Timestamp) -> Result<Vec<Uuid>, DatabaseError> {
    transaction!(database, connection => {
        let rows: Vec<BeforeRow> = sqlx::query_as(
            "DELETE FROM provider_changes WHERE ends_at <= $1 \
             RETURNING provider_id, name, enabled, settings, admission, secrets",
        )
            .bind(stored(now))
            .fetch_all(&mut *connection)
            .await?;
        let mut taken_back = Vec::new();
        for row in rows {
            sqlx::query(
                "UPDATE identity_providers SET name = $2, name_key = $3, enabled = $4, settings = $5, admission = $6, \
                 secrets = $7 WHERE id = $1",
            )
                .bind(row.provider_id)
                .bind(&row.name)
                .bind(row.name.to_lowercase())
                .bind(row.enabled)
                .bind(&row.settings)
                .bind(&row.admission)
                .bind(&row.secrets)
                .execute(&mut *connection)
                .await?;
            taken_back.push(row.provider_id);
        }
        Ok(taken_back)
    })
}
