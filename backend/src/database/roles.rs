//! Table `roles`: roles that people made. The built-in ones are part of the program (`access::built_in`).

use jiff::Timestamp;
use muster_api::access::{Permission, RoleLevel, Rule};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Database, DatabaseError, restored, settings, stored};

/// One role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRecord {
    /// The id that bindings refer to.
    pub id: Uuid,
    /// The name, as it was typed.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where it may be bound.
    pub level: RoleLevel,
    /// Its own rules in clusters.
    pub rules: Vec<Rule>,
    /// Its own permissions in the console.
    pub permissions: Vec<Permission>,
    /// Roles that it includes.
    pub inherits: Vec<Uuid>,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct RoleRow {
    id: Uuid,
    name: String,
    description: String,
    level: String,
    rules: Json<Vec<Rule>>,
    permissions: Json<Vec<Permission>>,
    inherits: Json<Vec<Uuid>>,
    created_at: i64,
}

impl TryFrom<RoleRow> for RoleRecord {
    type Error = DatabaseError;

    fn try_from(row: RoleRow) -> Result<Self, DatabaseError> {
        let level = match row.level.as_str() {
            "global" => RoleLevel::Global,
            "cluster" => RoleLevel::Cluster,
            "namespace" => RoleLevel::Namespace,
            _ => return Err(DatabaseError::Damaged("roles.level")),
        };
        Ok(Self {
            id: row.id,
            name: row.name,
            description: row.description,
            level,
            rules: row.rules.0,
            permissions: row.permissions.0,
            inherits: row.inherits.0,
            created_at: restored(row.created_at),
        })
    }
}

fn level_word(level: RoleLevel) -> &'static str {
    match level {
        RoleLevel::Global => "global",
        RoleLevel::Cluster => "cluster",
        RoleLevel::Namespace => "namespace",
    }
}

/// Every role, by name.
pub async fn list(database: &Database) -> Result<Vec<RoleRecord>, DatabaseError> {
    let rows: Vec<RoleRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, name, description, level, rules, permissions, inherits, created_at FROM roles ORDER BY name_key",
    )
        .fetch_all(pool))?;
    rows.into_iter().map(RoleRecord::try_from).collect()
}

/// Keeps a role, in place of the one with its id; [`DatabaseError::Duplicate`] when the name is taken.
pub async fn put(database: &Database, role: &RoleRecord) -> Result<(), DatabaseError> {
    transaction!(database, connection => {
        sqlx::query(
            "INSERT INTO roles (id, name, name_key, description, level, rules, permissions, inherits, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, \
             description = excluded.description, level = excluded.level, rules = excluded.rules, \
             permissions = excluded.permissions, inherits = excluded.inherits",
        )
            .bind(role.id)
            .bind(&role.name)
            .bind(role.name.to_lowercase())
            .bind(&role.description)
            .bind(level_word(role.level))
            .bind(Json(&role.rules))
            .bind(Json(&role.permissions))
            .bind(Json(&role.inherits))
            .bind(stored(role.created_at))
            .execute(&mut *connection)
            .await?;
        sqlx::query(settings::ADVANCE).bind(settings::ACCESS_REVISION).execute(&mut *connection).await?;
        Ok(())
    })
}

/// Forgets a role that is in no binding; false when it is still bound, or not there.
pub async fn delete(database: &Database, id: Uuid) -> Result<bool, DatabaseError> {
    transaction!(database, connection => {
        let gone = sqlx::query(
            "DELETE FROM roles WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM role_bindings WHERE role_id = $1)",
        )
            .bind(id)
            .execute(&mut *connection)
            .await?
            .rows_affected();
        sqlx::query(settings::ADVANCE).bind(settings::ACCESS_REVISION).execute(&mut *connection).await?;
        Ok(gone > 0)
    })
}
