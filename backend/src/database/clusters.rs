//! Table `clusters`: which clusters are registered, their sealed credentials, and what was last known of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Database, DatabaseError, restored, stored};

/// One registered cluster.
#[derive(Clone)]
pub struct ClusterRecord {
    /// The id that everything refers to.
    pub id: Uuid,
    /// The name, as it was typed.
    pub name: String,
    /// Two names are the same when this is.
    pub name_key: String,
    /// The API server's address.
    pub url: String,
    /// Labels of the cluster in Muster.
    pub labels: BTreeMap<String, String>,
    /// How to prove who Muster is there, sealed.
    pub credentials: Vec<u8>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The last known version.
    pub version: Option<String>,
    /// The last known number of nodes.
    pub nodes: Option<i64>,
    /// When these two were found.
    pub checked_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct ClusterRow {
    id: Uuid,
    name: String,
    name_key: String,
    url: String,
    labels: Json<BTreeMap<String, String>>,
    credentials: Vec<u8>,
    created_at: i64,
    version: Option<String>,
    nodes: Option<i64>,
    checked_at: Option<i64>,
}

impl From<ClusterRow> for ClusterRecord {
    fn from(row: ClusterRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            name_key: row.name_key,
            url: row.url,
            labels: row.labels.0,
            credentials: row.credentials,
            created_at: restored(row.created_at),
            version: row.version,
            nodes: row.nodes,
            checked_at: row.checked_at.map(restored),
        }
    }
}

/// Every registered cluster.
pub async fn list(database: &Database) -> Result<Vec<ClusterRecord>, DatabaseError> {
    let rows: Vec<ClusterRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, name, name_key, url, labels, credentials, created_at, version, nodes, checked_at \
         FROM clusters ORDER BY name_key",
    )
        .fetch_all(pool))?;
    Ok(rows.into_iter().map(ClusterRecord::from).collect())
}

/// Keeps a new cluster; [`DatabaseError::Duplicate`] when the name is taken.
pub async fn insert(database: &Database, cluster: &ClusterRecord) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "INSERT INTO clusters \
         (id, name, name_key, url, labels, credentials, created_at, version, nodes, checked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
        .bind(cluster.id)
        .bind(&cluster.name)
        .bind(&cluster.name_key)
        .bind(&cluster.url)
        .bind(Json(&cluster.labels))
        .bind(&cluster.credentials)
        .bind(stored(cluster.created_at))
        .bind(&cluster.version)
        .bind(cluster.nodes)
        .bind(cluster.checked_at.map(stored))
        .execute(pool))?;
    Ok(())
}

/// Gives a cluster another name and labels; [`DatabaseError::Duplicate`] when the name is taken.
pub async fn rename(
    database: &Database,
    id: Uuid,
    name: &str,
    name_key: &str,
    labels: &BTreeMap<String, String>,
) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "UPDATE clusters SET name = $2, name_key = $3, labels = $4 WHERE id = $1",
    )
        .bind(id)
        .bind(name)
        .bind(name_key)
        .bind(Json(labels))
        .execute(pool))?;
    Ok(())
}

/// Gives a cluster another address and other sealed credentials.
pub async fn reconnect(database: &Database, id: Uuid, url: &str, credentials: &[u8]) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "UPDATE clusters SET url = $2, credentials = $3 WHERE id = $1",
    )
        .bind(id)
        .bind(url)
        .bind(credentials)
        .execute(pool))?;
    Ok(())
}

/// Keeps what a health check found, for the time after a restart.
pub async fn keep_health(
    database: &Database,
    id: Uuid,
    version: Option<&str>,
    nodes: Option<u32>,
    checked_at: Timestamp,
) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "UPDATE clusters SET version = $2, nodes = $3, checked_at = $4 WHERE id = $1",
    )
        .bind(id)
        .bind(version)
        .bind(nodes.map(i64::from))
        .bind(stored(checked_at))
        .execute(pool))?;
    Ok(())
}

/// Forgets a cluster.
pub async fn delete(database: &Database, id: Uuid) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("DELETE FROM clusters WHERE id = $1").bind(id).execute(pool))?;
    Ok(())
}
