//! Users and groups as those see them who manage them.

use std::collections::HashMap;

use jiff::Timestamp;
use muster_api::access::{Group, Named, Presence, User};
use muster_api::session::Role;
use uuid::Uuid;

use super::{Database, DatabaseError, restored, stored};

#[derive(sqlx::FromRow)]
struct UserRow {
    id: Uuid,
    name: String,
    display_name: String,
    email: Option<String>,
    role: String,
    disabled: bool,
    presence: String,
    refreshed_at: Option<i64>,
    created_at: i64,
    provider_id: Option<Uuid>,
    provider_name: Option<String>,
    last_seen_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct GroupRow {
    id: Uuid,
    name: String,
    place: String,
    provider_id: Uuid,
    provider_name: String,
    members: i64,
    bindings: i64,
}

#[derive(sqlx::FromRow)]
struct MembershipRow {
    user_id: Uuid,
    group_id: Uuid,
    name: String,
}

/// What a change of a user says; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// The name to show.
    pub display_name: Option<String>,
    /// Administrator or not.
    pub role: Option<Role>,
    /// May not sign in.
    pub disabled: Option<bool>,
    /// The hash of a new password.
    pub password_hash: Option<String>,
}

impl UserChange {
    /// Must the user's sessions end?
    fn ends_sessions(&self) -> bool {
        self.disabled == Some(true) || self.password_hash.is_some()
    }
}

/// Every user, by name.
pub async fn users(database: &Database) -> Result<Vec<User>, DatabaseError> {
    let rows: Vec<UserRow> = reading!(database, pool => sqlx::query_as(
        "SELECT u.id, u.name, u.display_name, u.email, u.role, u.disabled, u.presence, u.refreshed_at, u.created_at, \
                u.provider_id, p.name AS provider_name, \
                (SELECT max(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id) AS last_seen_at \
         FROM users u LEFT JOIN identity_providers p ON p.id = u.provider_id ORDER BY u.name_key, u.id",
    )
        .fetch_all(pool))?;
    let members: Vec<MembershipRow> = reading!(database, pool => sqlx::query_as(
        "SELECT m.user_id, m.group_id, g.name FROM group_members m JOIN groups g ON g.id = m.group_id ORDER BY g.name",
    )
        .fetch_all(pool))?;
    let mut groups: HashMap<Uuid, Vec<Named>> = HashMap::new();
    for row in members {
        groups.entry(row.user_id).or_default().push(Named {
            id: row.group_id.to_string(),
            name: row.name,
        });
    }
    let user = |row: UserRow| {
        Ok(User {
            groups: groups.remove(&row.id).unwrap_or_default(),
            id: row.id.to_string(),
            name: row.name,
            display_name: row.display_name,
            email: row.email,
            provider: row.provider_id.zip(row.provider_name).map(|(id, name)| Named {
                id: id.to_string(),
                name,
            }),
            role: match row.role.as_str() {
                "administrator" => Role::Administrator,
                _ => Role::User,
            },
            disabled: row.disabled,
            presence: match row.presence.as_str() {
                "present" => Presence::Present,
                "absent" => Presence::Absent,
                "unknown" => Presence::Unknown,
                _ => return Err(DatabaseError::Damaged("users.presence")),
            },
            refreshed_at: row.refreshed_at.map(|time| restored(time).to_string()),
            created_at: restored(row.created_at).to_string(),
            last_seen_at: row.last_seen_at.map(|time| restored(time).to_string()),
        })
    };
    rows.into_iter().map(user).collect()
}

/// Every group that the console knows, by name.
pub async fn groups(database: &Database) -> Result<Vec<Group>, DatabaseError> {
    let rows: Vec<GroupRow> = reading!(database, pool => sqlx::query_as(
        "SELECT g.id, g.name, g.place, g.provider_id, p.name AS provider_name, \
                (SELECT count(*) FROM group_members m WHERE m.group_id = g.id) AS members, \
                (SELECT count(*) FROM role_bindings b WHERE b.group_id = g.id) AS bindings \
         FROM groups g JOIN identity_providers p ON p.id = g.provider_id ORDER BY g.name, g.id",
    )
        .fetch_all(pool))?;
    let group = |row: GroupRow| Group {
        id: row.id.to_string(),
        name: row.name,
        place: Some(row.place),
        provider: Named {
            id: row.provider_id.to_string(),
            name: row.provider_name,
        },
        members: row.members.unsigned_abs(),
        bindings: row.bindings.unsigned_abs(),
    };
    Ok(rows.into_iter().map(group).collect())
}

/// Is there a group of this id?
pub async fn group_exists(database: &Database, id: Uuid) -> Result<bool, DatabaseError> {
    let count: i64 = reading!(database, pool => sqlx::query_scalar("SELECT count(*) FROM groups WHERE id = $1")
        .bind(id)
        .fetch_one(pool))?;
    Ok(count > 0)
}

/// The console's id of a group of a provider; made when it is new.
pub async fn ensure_group(
    database: &Database,
    provider: Uuid,
    external_id: &str,
    name: &str,
) -> Result<Uuid, DatabaseError> {
    writing!(database, pool => sqlx::query_scalar(
        "INSERT INTO groups (id, provider_id, external_id, name, place) VALUES ($1, $2, $3, $4, '') \
         ON CONFLICT (provider_id, external_id) DO UPDATE SET external_id = excluded.external_id RETURNING id",
    )
        .bind(Uuid::now_v7())
        .bind(provider)
        .bind(external_id)
        .bind(name)
        .fetch_one(pool))
}

/// The console's id of a person of a provider; made when he never signed in.
pub async fn ensure_user(
    database: &Database,
    provider: Uuid,
    external_id: &str,
    name: &str,
    now: Timestamp,
) -> Result<Uuid, DatabaseError> {
    writing!(database, pool => sqlx::query_scalar(
        "INSERT INTO users (id, name, name_key, display_name, role, preferences, disabled, created_at, provider_id, \
                            external_id) \
         VALUES ($1, $2, $3, $2, 'user', '{}', FALSE, $4, $5, $6) \
         ON CONFLICT (provider_id, external_id) DO UPDATE SET external_id = excluded.external_id RETURNING id",
    )
        .bind(Uuid::now_v7())
        .bind(name)
        .bind(name.to_lowercase())
        .bind(stored(now))
        .bind(provider)
        .bind(external_id)
        .fetch_one(pool))
}

/// Changes a user and, where the change demands it, ends every session: all or nothing. Nothing is changed, and
/// [`DatabaseError::LastAdministrator`] said, when no local administrator who may sign in would be left.
pub async fn change_user(database: &Database, id: Uuid, change: &UserChange) -> Result<(), DatabaseError> {
    let role = change.role.map(|role| match role {
        Role::Administrator => "administrator",
        Role::User => "user",
    });
    transaction!(database, connection => {
        let before: i64 = sqlx::query_scalar(COUNT_WAYS_IN).fetch_one(&mut *connection).await?;
        sqlx::query(
            "UPDATE users SET display_name = COALESCE($2, display_name), role = COALESCE($3, role), \
             disabled = COALESCE($4, disabled), password_hash = COALESCE($5, password_hash) WHERE id = $1",
        )
            .bind(id)
            .bind(&change.display_name)
            .bind(role)
            .bind(change.disabled)
            .bind(&change.password_hash)
            .execute(&mut *connection)
            .await?;
        if change.ends_sessions() {
            sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(id).execute(&mut *connection).await?;
        }
        let after: i64 = sqlx::query_scalar(COUNT_WAYS_IN).fetch_one(&mut *connection).await?;
        if before > 0 && after == 0 {
            return Err(DatabaseError::LastAdministrator);
        }
        Ok(())
    })
}

/// Local administrators who may sign in.
const COUNT_WAYS_IN: &str = "SELECT count(*) FROM users WHERE role = 'administrator' AND NOT disabled \
                             AND provider_id IS NULL AND password_hash IS NOT NULL";

/// Removes a user with sessions, tokens and bindings.
pub async fn delete_user(database: &Database, id: Uuid) -> Result<(), DatabaseError> {
    transaction!(database, connection => {
        let before: i64 = sqlx::query_scalar(COUNT_WAYS_IN).fetch_one(&mut *connection).await?;
        sqlx::query("DELETE FROM users WHERE id = $1").bind(id).execute(&mut *connection).await?;
        let after: i64 = sqlx::query_scalar(COUNT_WAYS_IN).fetch_one(&mut *connection).await?;
        if before > 0 && after == 0 {
            return Err(DatabaseError::LastAdministrator);
        }
        sqlx::query(super::settings::ADVANCE)
            .bind(super::settings::ACCESS_REVISION)
            .execute(&mut *connection)
            .await?;
        Ok(())
    })
}
