//! People and groups as others see them: who is bound, and who is found by a part of the name.

use std::collections::HashMap;

use muster_api::access::{Named, Principal};
use muster_api::provider::PrincipalKind;
use uuid::Uuid;

use super::role_bindings::Subject;
use super::{Database, DatabaseError};

#[derive(sqlx::FromRow)]
struct PrincipalRow {
    id: Uuid,
    name: String,
    display_name: String,
    place: Option<String>,
    external_id: Option<String>,
    provider_id: Option<Uuid>,
    provider_name: Option<String>,
}

impl PrincipalRow {
    fn principal(self, kind: PrincipalKind) -> Principal {
        let provider = self.provider_id.zip(self.provider_name).map(|(id, name)| Named {
            id: id.to_string(),
            name,
        });
        Principal {
            kind,
            id: Some(self.id.to_string()),
            provider,
            external_id: self.external_id,
            name: self.name,
            display_name: self.display_name,
            place: self.place,
        }
    }
}

/// Everyone who is in a binding.
pub async fn bound(database: &Database) -> Result<HashMap<Subject, Principal>, DatabaseError> {
    let users: Vec<PrincipalRow> = reading!(database, pool => sqlx::query_as(
        "SELECT u.id, u.name, u.display_name, u.email AS place, u.external_id, u.provider_id, p.name AS provider_name \
         FROM users u LEFT JOIN identity_providers p ON p.id = u.provider_id \
         WHERE u.id IN (SELECT user_id FROM role_bindings)",
    )
        .fetch_all(pool))?;
    let groups: Vec<PrincipalRow> = reading!(database, pool => sqlx::query_as(
        "SELECT g.id, g.name, g.name AS display_name, g.place, g.external_id, g.provider_id, p.name AS provider_name \
         FROM groups g JOIN identity_providers p ON p.id = g.provider_id \
         WHERE g.id IN (SELECT group_id FROM role_bindings)",
    )
        .fetch_all(pool))?;
    let users = users
        .into_iter()
        .map(|row| (Subject::User(row.id), row.principal(PrincipalKind::User)));
    let groups = groups
        .into_iter()
        .map(|row| (Subject::Group(row.id), row.principal(PrincipalKind::Group)));
    Ok(users.chain(groups).collect())
}

/// One person or group.
pub async fn find(database: &Database, subject: Subject) -> Result<Option<Principal>, DatabaseError> {
    let (kind, row): (_, Option<PrincipalRow>) = match subject {
        Subject::User(id) => {
            let row = reading!(database, pool => sqlx::query_as(
                "SELECT u.id, u.name, u.display_name, u.email AS place, u.external_id, u.provider_id, \
                 p.name AS provider_name FROM users u LEFT JOIN identity_providers p ON p.id = u.provider_id \
                 WHERE u.id = $1",
            )
                .bind(id)
                .fetch_optional(pool))?;
            (PrincipalKind::User, row)
        }
        Subject::Group(id) => {
            let row = reading!(database, pool => sqlx::query_as(
                "SELECT g.id, g.name, g.name AS display_name, g.place, g.external_id, g.provider_id, \
                 p.name AS provider_name FROM groups g JOIN identity_providers p ON p.id = g.provider_id \
                 WHERE g.id = $1",
            )
                .bind(id)
                .fetch_optional(pool))?;
            (PrincipalKind::Group, row)
        }
    };
    Ok(row.map(|row| row.principal(kind)))
}

/// People and groups that the console knows, by a part of their names; at most `limit` of each.
pub async fn search(database: &Database, text: &str, limit: usize) -> Result<Vec<Principal>, DatabaseError> {
    let escaped = text
        .to_lowercase()
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let pattern = format!("%{escaped}%");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let users: Vec<PrincipalRow> = reading!(database, pool => sqlx::query_as(
        "SELECT u.id, u.name, u.display_name, u.email AS place, u.external_id, u.provider_id, p.name AS provider_name \
         FROM users u LEFT JOIN identity_providers p ON p.id = u.provider_id \
         WHERE lower(u.name) LIKE $1 ESCAPE '\\' OR lower(u.display_name) LIKE $1 ESCAPE '\\' \
         ORDER BY u.name_key, u.id LIMIT $2",
    )
        .bind(&pattern)
        .bind(limit)
        .fetch_all(pool))?;
    let groups: Vec<PrincipalRow> = reading!(database, pool => sqlx::query_as(
        "SELECT g.id, g.name, g.name AS display_name, g.place, g.external_id, g.provider_id, p.name AS provider_name \
         FROM groups g JOIN identity_providers p ON p.id = g.provider_id \
         WHERE lower(g.name) LIKE $1 ESCAPE '\\' ORDER BY g.name, g.id LIMIT $2",
    )
        .bind(&pattern)
        .bind(limit)
        .fetch_all(pool))?;
    let users = users.into_iter().map(|row| row.principal(PrincipalKind::User));
    let groups = groups.into_iter().map(|row| row.principal(PrincipalKind::Group));
    Ok(users.chain(groups).collect())
}

/// Is a user an administrator by a binding of his own or of one of his groups?
pub async fn is_administrator(database: &Database, user: Uuid) -> Result<bool, DatabaseError> {
    let count: i64 = reading!(database, pool => sqlx::query_scalar(
        "SELECT count(*) FROM role_bindings b WHERE b.scope = 'everything' AND b.role_id = $2 AND \
         (b.user_id = $1 OR b.group_id IN (SELECT group_id FROM group_members WHERE user_id = $1))",
    )
        .bind(user)
        .bind(crate::access::built_in::ADMINISTRATOR)
        .fetch_one(pool))?;
    Ok(count > 0)
}
