//! Table `identity_providers`: where accounts are, how they are asked, and who of them may sign in. Secrets are sealed
//! before they come here.

use jiff::Timestamp;
use muster_api::provider::{Admission, ProviderSettings};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Database, DatabaseError, restored, stored};

/// One provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRecord {
    /// The id that everything refers to.
    pub id: Uuid,
    /// What the sign-in page calls it.
    pub name: String,
    /// May people sign in through it?
    pub enabled: bool,
    /// How it is asked.
    pub settings: ProviderSettings,
    /// Who may sign in.
    pub admission: Admission,
    /// Its secrets (`ProviderSecrets` as JSON), sealed.
    pub secrets: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The configuration file that says what it is; none when people manage it in the browser.
    pub managed_by_file: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ProviderRow {
    id: Uuid,
    name: String,
    enabled: bool,
    settings: Json<ProviderSettings>,
    admission: Json<Admission>,
    secrets: Vec<u8>,
    created_at: i64,
    managed_by_file: Option<String>,
}

impl From<ProviderRow> for ProviderRecord {
    fn from(row: ProviderRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            enabled: row.enabled,
            settings: row.settings.0,
            admission: row.admission.0,
            secrets: row.secrets,
            created_at: restored(row.created_at),
            managed_by_file: row.managed_by_file,
        }
    }
}

/// Two names are the same when this is.
fn key(name: &str) -> String {
    name.to_lowercase()
}

/// Keeps a new provider; [`DatabaseError::Duplicate`] when the name is taken.
pub async fn insert(database: &Database, provider: &ProviderRecord) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "INSERT INTO identity_providers (id, name, name_key, enabled, settings, admission, secrets, created_at, \
         managed_by_file) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
        .bind(provider.id)
        .bind(&provider.name)
        .bind(key(&provider.name))
        .bind(provider.enabled)
        .bind(Json(&provider.settings))
        .bind(Json(&provider.admission))
        .bind(&provider.secrets)
        .bind(stored(provider.created_at))
        .bind(&provider.managed_by_file)
        .execute(pool))?;
    Ok(())
}

/// Every provider, by name.
pub async fn list(database: &Database) -> Result<Vec<ProviderRecord>, DatabaseError> {
    let rows: Vec<ProviderRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, name, enabled, settings, admission, secrets, created_at, managed_by_file \
         FROM identity_providers ORDER BY name_key",
    )
        .fetch_all(pool))?;
    Ok(rows.into_iter().map(ProviderRecord::from).collect())
}

/// The provider of this id.
pub async fn find(database: &Database, id: Uuid) -> Result<Option<ProviderRecord>, DatabaseError> {
    let row: Option<ProviderRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, name, enabled, settings, admission, secrets, created_at, managed_by_file \
         FROM identity_providers WHERE id = $1",
    )
        .bind(id)
        .fetch_optional(pool))?;
    Ok(row.map(ProviderRecord::from))
}

/// Gives a provider everything of `provider` but the time it was made; [`DatabaseError::Duplicate`] when the name is
/// taken, false when there is no such provider.
pub async fn update(database: &Database, provider: &ProviderRecord) -> Result<bool, DatabaseError> {
    let changed = changing!(database, pool => sqlx::query(
        "UPDATE identity_providers SET name = $2, name_key = $3, enabled = $4, settings = $5, admission = $6, \
         secrets = $7, managed_by_file = $8 WHERE id = $1",
    )
        .bind(provider.id)
        .bind(&provider.name)
        .bind(key(&provider.name))
        .bind(provider.enabled)
        .bind(Json(&provider.settings))
        .bind(Json(&provider.admission))
        .bind(&provider.secrets)
        .bind(&provider.managed_by_file)
        .execute(pool))?;
    Ok(changed > 0)
}

/// Forgets a provider with its users, their groups, sessions and tokens; false when there is no such provider.
pub async fn delete(database: &Database, id: Uuid) -> Result<bool, DatabaseError> {
    let removed = changing!(database, pool => sqlx::query("DELETE FROM identity_providers WHERE id = $1")
        .bind(id)
        .execute(pool))?;
    Ok(removed > 0)
}
