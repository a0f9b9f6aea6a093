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
                tried_at = excluded.tried_at, renewal = excluded.renewal \
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
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        replace_groups_of_user!(connection, given.provider_id, row.id, &given.groups);
        Ok(Some(User::try_from(row)?))
    })
}
