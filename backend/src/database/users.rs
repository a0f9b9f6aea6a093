//! Table `users`: who may sign in.

use jiff::Timestamp;
use muster_api::session::{Preferences, Role};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Database, DatabaseError, restored, stored};

/// One user.
#[derive(Clone, Debug)]
pub struct User {
    /// The id that everything refers to.
    pub id: Uuid,
    /// Sign-in name, as it was typed.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// What the user is in the console as a whole.
    pub role: Role,
    /// argon2id in PHC notation; none when the user cannot sign in by password.
    pub password_hash: Option<String>,
    /// Language and theme.
    pub preferences: Preferences,
    /// May not sign in, and is signed out.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
    pub id: Uuid,
    pub name: String,
    pub display_name: String,
    pub role: String,
    pub password_hash: Option<String>,
    pub preferences: Json<Preferences>,
    pub disabled: bool,
    pub created_at: i64,
}

impl TryFrom<UserRow> for User {
    type Error = DatabaseError;

    fn try_from(row: UserRow) -> Result<Self, DatabaseError> {
        let role = match row.role.as_str() {
            "administrator" => Role::Administrator,
            "user" => Role::User,
            _ => return Err(DatabaseError::Damaged("users.role")),
        };
        Ok(Self {
            id: row.id,
            name: row.name,
            display_name: row.display_name,
            role,
            password_hash: row.password_hash,
            preferences: row.preferences.0,
            disabled: row.disabled,
            created_at: restored(row.created_at),
        })
    }
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::User => "user",
    }
}

/// Two names are the same when this is.
fn key(name: &str) -> String {
    name.to_lowercase()
}

const INSERT: &str = "INSERT INTO users \
    (id, name, name_key, display_name, role, password_hash, preferences, disabled, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Keeps a new user; the name must be free.
pub async fn insert(database: &Database, user: &User) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(INSERT)
        .bind(user.id)
        .bind(&user.name)
        .bind(key(&user.name))
        .bind(&user.display_name)
        .bind(role_word(user.role))
        .bind(&user.password_hash)
        .bind(Json(&user.preferences))
        .bind(user.disabled)
        .bind(stored(user.created_at))
        .execute(pool))?;
    Ok(())
}

/// Uses up a first sign-in code and keeps the administrator that it stands for: both or neither. False when the code is
/// unknown, used or too old, or when there is an administrator by now.
pub async fn insert_by_code(database: &Database, user: &User, code_hash: &[u8]) -> Result<bool, DatabaseError> {
    transaction!(database, connection => {
        let codes = sqlx::query("DELETE FROM setup_codes WHERE code_hash = $1 AND expires_at > $2")
            .bind(code_hash)
            .bind(stored(user.created_at))
            .execute(&mut *connection)
            .await?
            .rows_affected();
        let administrators: i64 = sqlx::query_scalar(COUNT_ADMINISTRATORS).fetch_one(&mut *connection).await?;
        if codes == 0 || administrators > 0 {
            return Ok(false);
        }
        sqlx::query(INSERT)
            .bind(user.id)
            .bind(&user.name)
            .bind(key(&user.name))
            .bind(&user.display_name)
            .bind(role_word(user.role))
            .bind(&user.password_hash)
            .bind(Json(&user.preferences))
            .bind(user.disabled)
            .bind(stored(user.created_at))
            .execute(&mut *connection)
            .await?;
        Ok(true)
    })
}

/// The local user of this name, in any case.
pub async fn find_by_name(database: &Database, name: &str) -> Result<Option<User>, DatabaseError> {
    let row: Option<UserRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, name, display_name, role, password_hash, preferences, disabled, created_at \
         FROM users WHERE name_key = $1 AND provider_id IS NULL",
    )
        .bind(key(name))
        .fetch_optional(pool))?;
    row.map(User::try_from).transpose()
}

/// The user of this id.
pub async fn find(database: &Database, id: Uuid) -> Result<Option<User>, DatabaseError> {
    let row: Option<UserRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, name, display_name, role, password_hash, preferences, disabled, created_at \
         FROM users WHERE id = $1",
    )
        .bind(id)
        .fetch_optional(pool))?;
    row.map(User::try_from).transpose()
}

/// To what an account belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belonging {
    /// Id and name of the provider; none for local users.
    pub provider: Option<(Uuid, String)>,
    /// The groups that the user is in, as last read.
    pub groups: Vec<Uuid>,
}

#[derive(sqlx::FromRow)]
struct BelongingRow {
    provider_id: Option<Uuid>,
    provider_name: Option<String>,
    group_id: Option<Uuid>,
}

/// The provider and the groups of a user: one query, since every request asks it.
pub async fn belonging(database: &Database, id: Uuid) -> Result<Belonging, DatabaseError> {
    let rows: Vec<BelongingRow> = reading!(database, pool => sqlx::query_as(
        "SELECT p.id AS provider_id, p.name AS provider_name, m.group_id FROM users u \
         LEFT JOIN identity_providers p ON p.id = u.provider_id LEFT JOIN group_members m ON m.user_id = u.id \
         WHERE u.id = $1 ORDER BY m.group_id",
    )
        .bind(id)
        .fetch_all(pool))?;
    let groups = rows.iter().filter_map(|row| row.group_id).collect();
    let first = rows.into_iter().next();
    let provider = first.and_then(|row| row.provider_id.zip(row.provider_name));
    Ok(Belonging { provider, groups })
}

const COUNT_ADMINISTRATORS: &str = "SELECT count(*) FROM users WHERE role = 'administrator' AND NOT disabled";

/// Is there anyone who may do everything?
pub async fn administrator_exists(database: &Database) -> Result<bool, DatabaseError> {
    let count: i64 = reading!(database, pool => sqlx::query_scalar(COUNT_ADMINISTRATORS).fetch_one(pool))?;
    Ok(count > 0)
}

/// Keeps what the user chose.
pub async fn change_preferences(database: &Database, id: Uuid, chosen: &Preferences) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("UPDATE users SET preferences = $2 WHERE id = $1")
        .bind(id)
        .bind(Json(chosen))
        .execute(pool))?;
    Ok(())
}

/// Keeps a new password and ends every session but `kept`: both or neither.
pub async fn change_password(
    database: &Database,
    id: Uuid,
    password_hash: &str,
    kept: Option<Uuid>,
) -> Result<(), DatabaseError> {
    transaction!(database, connection => {
        sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1")
            .bind(id)
            .bind(password_hash)
            .execute(&mut *connection)
            .await?;
        sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id <> $2")
            .bind(id)
            .bind(kept.unwrap_or_default())
            .execute(&mut *connection)
            .await?;
        Ok(())
    })
}
