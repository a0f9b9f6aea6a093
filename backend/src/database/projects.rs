//! Tables `projects` and `project_namespaces`: named sets of namespaces of one cluster.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use muster_api::access::ContainerDefaults;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Database, DatabaseError, restored, settings, stored};

/// One project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectRecord {
    /// The id that bindings refer to.
    pub id: Uuid,
    /// Its cluster.
    pub cluster_id: Uuid,
    /// The name, as it was typed.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its namespaces, sorted.
    pub namespaces: Vec<String>,
    /// What each namespace may use.
    pub quota: BTreeMap<String, String>,
    /// What containers get that ask for nothing.
    pub defaults: ContainerDefaults,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ProjectRow {
    id: Uuid,
    cluster_id: Uuid,
    name: String,
    description: String,
    quota: Json<BTreeMap<String, String>>,
    defaults: Json<ContainerDefaults>,
    created_at: i64,
}

/// Every project, by name.
pub async fn list(database: &Database) -> Result<Vec<ProjectRecord>, DatabaseError> {
    let rows: Vec<ProjectRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, cluster_id, name, description, quota, defaults, created_at FROM projects ORDER BY name_key, id",
    )
        .fetch_all(pool))?;
    let members: Vec<(Uuid, String)> = reading!(database, pool => sqlx::query_as(
        "SELECT project_id, namespace FROM project_namespaces ORDER BY namespace",
    )
        .fetch_all(pool))?;
    let mut namespaces: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (project, namespace) in members {
        namespaces.entry(project).or_default().push(namespace);
    }
    let record = |row: ProjectRow| ProjectRecord {
        namespaces: namespaces.remove(&row.id).unwrap_or_default(),
        id: row.id,
        cluster_id: row.cluster_id,
        name: row.name,
        description: row.description,
        quota: row.quota.0,
        defaults: row.defaults.0,
        created_at: restored(row.created_at),
    };
    Ok(rows.into_iter().map(record).collect())
}

/// Keeps a project with its namespaces, in place of the one with its id. [`DatabaseError::Duplicate`] when its name is
/// taken in the cluster, or one of its namespaces is in another project.
pub async fn put(database: &Database, project: &ProjectRecord) -> Result<(), DatabaseError> {
    transaction!(database, connection => {
        sqlx::query(
            "INSERT INTO projects (id, cluster_id, name, name_key, description, quota, defaults, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, \
             description = excluded.description, quota = excluded.quota, defaults = excluded.defaults",
        )
            .bind(project.id)
            .bind(project.cluster_id)
            .bind(&project.name)
            .bind(project.name.to_lowercase())
            .bind(&project.description)
            .bind(Json(&project.quota))
            .bind(Json(&project.defaults))
            .bind(stored(project.created_at))
            .execute(&mut *connection)
            .await?;
        sqlx::query("DELETE FROM project_namespaces WHERE project_id = $1")
            .bind(project.id)
            .execute(&mut *connection)
            .await?;
        for namespace in &project.namespaces {
            sqlx::query("INSERT INTO project_namespaces (cluster_id, namespace, project_id) VALUES ($1, $2, $3)")
                .bind(project.cluster_id)
                .bind(namespace)
                .bind(project.id)
                .execute(&mut *connection)
                .await?;
        }
        sqlx::query(settings::ADVANCE).bind(settings::ACCESS_REVISION).execute(&mut *connection).await?;
        Ok(())
    })
}

/// Forgets a project with its bindings; its namespaces stay in the cluster. False when it is not there.
pub async fn delete(database: &Database, id: Uuid) -> Result<bool, DatabaseError> {
    transaction!(database, connection => {
        let gone = sqlx::query("DELETE FROM projects WHERE id = $1")
            .bind(id)
            .execute(&mut *connection)
            .await?
            .rows_affected();
        sqlx::query(settings::ADVANCE).bind(settings::ACCESS_REVISION).execute(&mut *connection).await?;
        Ok(gone > 0)
    })
}
