//! The people of providers in table `users`: known by provider and the provider's stable id, never by name or e-mail.

use jiff::Timestamp;
use muster_api::session::Preferences;
use sqlx::types::Json;
use uuid::Uuid;

use super::groups::{GivenGroup, replace_groups_of_user};
use super::users::{User, UserRow};
use super::{Database, DatabaseError, stored};

/// What a provider said of a person, complete.
#[derive(Clone, Debug)]
pub struct GivenUser {
    /// The id that a new user gets, or that the known one has: `renewal` is sealed for this row.
    pub id: Uuid,
    /// The provider.
    pub provider_id: Uuid,
    /// The provider's stable id of the person.
    pub external_id: String,
    /// The short name.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// The e-mail address, to show.
    pub email: Option<String>,
    /// What looks at the account again, sealed; none when there is nothing of the kind.
    pub renewal: Option<Vec<u8>>,
    /// Every group.
    pub groups: Vec<GivenGroup>,
}

/// The user of a provider with this stable id.
pub async fn find(database: &Database, provider_id: Uuid, external_id: &str) -> Result<Option<User>, DatabaseError> {
    let row: Option<UserRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, name, display_name, role, password_hash, preferences, disabled, created_at \
         FROM users WHERE provider_id = $1 AND external_id = $2",
    )
        .bind(provider_id)
        .bind(external_id)
        .fetch_optional(pool))?;
    row.map(User::try_from).transpose()
}

/// Is something bound to the user himself?
pub async fn is_bound(database: &Database, user_id: Uuid, now: Timestamp) -> Result<bool, DatabaseError> {
    let count: i64 = reading!(database, pool => sqlx::query_scalar(
        "SELECT count(*) FROM role_bindings WHERE user_id = $1 AND (expires_at IS NULL OR expires_at > $2)",
    )
        .bind(user_id)
        .bind(stored(now))
        .fetch_one(pool))?;
    Ok(count > 0)
}

/// What looks at the account again, sealed.
pub async fn renewal(database: &Database, user_id: Uuid) -> Result<Option<Vec<u8>>, DatabaseError> {
    let kept: Option<Option<Vec<u8>>> = reading!(database, pool => sqlx::query_scalar("SELECT renewal FROM users WHERE id = $1")
            .bind(user_id)
            .fetch_optional(pool))?;
    Ok(kept.flatten())
}

/// Keeps what a provider said of a person, with exactly these groups: all or nothing. A person who is new becomes a user
/// without any right.
///
/// None, and nothing kept, when the known user is disabled, or has another id than `given.id` because he was made in the
/// meantime. Nothing here enables anyone.
pub async fn keep(database: &Database, given: &GivenUser, now: Timestamp) -> Result<Option<User>, DatabaseError> {
    transaction!(database, connection => {
        let row: Option<UserRow> = sqlx::query_as(
            "INSERT INTO users (id, name, name_key, display_name, email, role, preferences, disabled, created_at, \
                provider_id, external_id, presence, absences, refreshed_at, tried_at, renewal) \
             VALUES ($1, $2, $3, $4, $5, 'user', $6, FALSE, $7, $8, $9, 'present', 0, $7, $7, $10) \
             ON CONFLICT (provider_id, external_id) DO UPDATE SET \
                name = excluded.name, name_key = excluded.name_key, display_name = excluded.display_name, \
                email = excluded.email, presence = 'present', absences = 0, refreshed_at = excluded.refreshed_at, \
                tried_at = excluded.tried_at, renewal = COALESCE(excluded.renewal, users.renewal), \
                emptied_at = CASE WHEN $11 THEN NULL ELSE users.emptied_at END \
             WHERE users.id = excluded.id AND NOT users.disabled \
             RETURNING id, name, display_name, role, password_hash, preferences, disabled, created_at",
        )
            .bind(given.id)
            .bind(&given.name)
            .bind(given.name.to_lowercase())
            .bind(&given.display_name)
            .bind(&given.email)
            .bind(Json(Preferences::default()))
            .bind(stored(now))
            .bind(given.provider_id)
            .bind(&given.external_id)
            .bind(&given.renewal)
            .bind(!given.groups.is_empty())
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        replace_groups_of_user!(connection, given.provider_id, row.id, &given.groups);
        Ok(Some(User::try_from(row)?))
    })
}

/// Where a user's account is; none for local users.
pub async fn provider_of(database: &Database, user_id: Uuid) -> Result<Option<Uuid>, DatabaseError> {
    let found: Option<Option<Uuid>> = reading!(database, pool => sqlx::query_scalar(
        "SELECT provider_id FROM users WHERE id = $1",
    )
        .bind(user_id)
        .fetch_optional(pool))?;
    Ok(found.flatten())
}

/// An account that can be looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAccount {
    /// The user.
    pub user_id: Uuid,
    /// Where the account is.
    pub provider_id: Uuid,
    /// The provider's stable id of it.
    pub external_id: String,
    /// How often in a row it was missing.
    pub absences: i64,
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: Uuid,
    provider_id: Uuid,
    external_id: String,
    absences: i64,
}

impl From<AccountRow> for KnownAccount {
    fn from(row: AccountRow) -> Self {
        Self {
            user_id: row.id,
            provider_id: row.provider_id,
            external_id: row.external_id,
            absences: row.absences,
        }
    }
}

/// The account of a user; none for local users.
pub async fn account(database: &Database, user_id: Uuid) -> Result<Option<KnownAccount>, DatabaseError> {
    let row: Option<AccountRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, provider_id, external_id, absences FROM users WHERE id = $1 AND provider_id IS NOT NULL",
    )
        .bind(user_id)
        .fetch_optional(pool))?;
    Ok(row.map(KnownAccount::from))
}

/// Accounts that are in use (somebody has a session or a token) and were not looked at since `refreshed`, nor tried since
/// `tried`; the oldest first.
pub async fn due(
    database: &Database,
    refreshed: Timestamp,
    tried: Timestamp,
    limit: i64,
) -> Result<Vec<KnownAccount>, DatabaseError> {
    let rows: Vec<AccountRow> = reading!(database, pool => sqlx::query_as(
        "SELECT u.id, u.provider_id, u.external_id, u.absences FROM users u \
         JOIN identity_providers p ON p.id = u.provider_id AND p.enabled \
         WHERE NOT u.disabled AND u.presence <> 'absent' \
           AND COALESCE(u.refreshed_at, 0) <= $1 AND COALESCE(u.tried_at, 0) <= $2 \
           AND (EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id) \
                OR EXISTS (SELECT 1 FROM api_tokens t WHERE t.user_id = u.id)) \
         ORDER BY COALESCE(u.refreshed_at, 0), u.id LIMIT $3",
    )
        .bind(stored(refreshed))
        .bind(stored(tried))
        .bind(limit)
        .fetch_all(pool))?;
    Ok(rows.into_iter().map(KnownAccount::from).collect())
}

/// How many accounts of a provider are known and were not found to be gone.
pub async fn count(database: &Database, provider_id: Uuid) -> Result<i64, DatabaseError> {
    reading!(database, pool => sqlx::query_scalar(
        "SELECT count(*) FROM users WHERE provider_id = $1 AND presence <> 'absent'",
    )
        .bind(provider_id)
        .fetch_one(pool))
}

/// The accounts of a provider that were looked at since a time and were not there, or had lost every group; and whether
/// they lost everything by it.
pub async fn missing_since(
    database: &Database,
    provider_id: Uuid,
    since: Timestamp,
) -> Result<Vec<(Uuid, bool)>, DatabaseError> {
    Ok(reading!(database, pool => sqlx::query_as(
        "SELECT id, presence = 'absent' FROM users WHERE provider_id = $1 \
           AND ((absences > 0 AND tried_at >= $2) OR emptied_at >= $2)",
    )
        .bind(provider_id)
        .bind(stored(since))
        .fetch_all(pool))?)
}

/// The account was there, without any of the groups that it had.
pub async fn note_emptied(database: &Database, user_id: Uuid, now: Timestamp) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("UPDATE users SET emptied_at = $2 WHERE id = $1")
        .bind(user_id)
        .bind(stored(now))
        .execute(pool))?;
    Ok(())
}

/// The account could not be looked at; everything else stays.
pub async fn note_unknown(database: &Database, user_id: Uuid, now: Timestamp) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "UPDATE users SET presence = 'unknown', tried_at = $2 WHERE id = $1 AND presence <> 'absent'",
    )
        .bind(user_id)
        .bind(stored(now))
        .execute(pool))?;
    Ok(())
}

/// The account was not there. When that is believed, the user's groups are taken and every session ends: all or nothing.
pub async fn note_absent(
    database: &Database,
    user_id: Uuid,
    absences: i64,
    believed: bool,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    transaction!(database, connection => {
        sqlx::query(
            "UPDATE users SET absences = $2, tried_at = $3, \
             presence = CASE WHEN $4 THEN 'absent' ELSE presence END WHERE id = $1",
        )
            .bind(user_id)
            .bind(absences)
            .bind(stored(now))
            .bind(believed)
            .execute(&mut *connection)
            .await?;
        if believed {
            sqlx::query("DELETE FROM group_members WHERE user_id = $1").bind(user_id).execute(&mut *connection).await?;
            sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(user_id).execute(&mut *connection).await?;
        }
        Ok(())
    })
}
