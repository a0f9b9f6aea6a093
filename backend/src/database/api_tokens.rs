//! Table `api_tokens`: what programs sign in with. Only a hash of the secret is kept.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

use super::users::{User, UserRow};
use super::{Database, DatabaseError, restored, stored};

/// What a token reaches that does not reach everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Clusters as wholes.
    pub clusters: BTreeSet<Uuid>,
    /// Projects.
    pub projects: BTreeSet<Uuid>,
}

impl Places {
    /// As two columns hold it: both empty when the token reaches everything.
    fn of(clusters: Option<Json<BTreeSet<Uuid>>>, projects: Option<Json<BTreeSet<Uuid>>>) -> Option<Self> {
        if clusters.is_none() && projects.is_none() {
            return None;
        }
        let all = |ids: Option<Json<BTreeSet<Uuid>>>| ids.map(|ids| ids.0).unwrap_or_default();
        Some(Self {
            clusters: all(clusters),
            projects: all(projects),
        })
    }
}

/// One token.
#[derive(Clone, Debug)]
pub struct TokenRecord {
    /// Names the token in routes.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// What the user called it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Last use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The only places that it reaches; none: everything of its owner.
    pub places: Option<Places>,
    /// It changes nothing.
    pub read_only: bool,
    /// The token that it was made with, and with which it goes.
    pub made_with: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Uuid,
    user_id: Uuid,
    name: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
    clusters: Option<Json<BTreeSet<Uuid>>>,
    projects: Option<Json<BTreeSet<Uuid>>>,
    read_only: bool,
    made_with: Option<Uuid>,
}

impl From<TokenRow> for TokenRecord {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            name: row.name,
            created_at: restored(row.created_at),
            expires_at: restored(row.expires_at),
            last_used_at: row.last_used_at.map(restored),
            places: Places::of(row.clusters, row.projects),
            read_only: row.read_only,
            made_with: row.made_with,
        }
    }
}

/// A token that works, and whose it is.
pub struct Bearer {
    /// The token's id.
    pub id: Uuid,
    /// Last use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The only places that it reaches; none: everything of its owner.
    pub places: Option<Places>,
    /// It changes nothing.
    pub read_only: bool,
    /// Its owner.
    pub user: User,
}

#[derive(sqlx::FromRow)]
struct BearerRow {
    token_id: Uuid,
    token_last_used_at: Option<i64>,
    token_clusters: Option<Json<BTreeSet<Uuid>>>,
    token_projects: Option<Json<BTreeSet<Uuid>>>,
    token_read_only: bool,
    #[sqlx(flatten)]
    user: UserRow,
}

/// Keeps a new token under the hash of its secret.
pub async fn insert(database: &Database, secret_hash: &[u8], token: &TokenRecord) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "INSERT INTO api_tokens (id, secret_hash, user_id, name, created_at, expires_at, clusters, projects, read_only, \
         made_with) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
        .bind(token.id)
        .bind(secret_hash)
        .bind(token.user_id)
        .bind(&token.name)
        .bind(stored(token.created_at))
        .bind(stored(token.expires_at))
        .bind(token.places.as_ref().map(|places| Json(&places.clusters)))
        .bind(token.places.as_ref().map(|places| Json(&places.projects)))
        .bind(token.read_only)
        .bind(token.made_with)
        .execute(pool))?;
    Ok(())
}

/// The token of this secret with its user, while it works at `now`.
pub async fn find_by_secret(
    database: &Database,
    secret_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Bearer>, DatabaseError> {
    let row: Option<BearerRow> = reading!(database, pool => sqlx::query_as(
        concat!("SELECT t.id AS token_id, t.last_used_at AS token_last_used_at, \
                t.clusters AS token_clusters, t.projects AS token_projects, t.read_only AS token_read_only, \
                u.id, u.name, u.display_name, u.role, u.password_hash, u.preferences, u.disabled, u.created_at \
         FROM api_tokens t JOIN users u ON u.id = t.user_id \
         WHERE t.secret_hash = $1 AND t.expires_at > $2 AND ", may_sign_in!()),
    )
        .bind(secret_hash)
        .bind(stored(now))
        .fetch_optional(pool))?;
    row.map(|row| {
        Ok(Bearer {
            id: row.token_id,
            last_used_at: row.token_last_used_at.map(restored),
            places: Places::of(row.token_clusters, row.token_projects),
            read_only: row.token_read_only,
            user: User::try_from(row.user)?,
        })
    })
    .transpose()
}

/// When a token stops working; none when there is no such token.
pub async fn expiry(database: &Database, id: Uuid) -> Result<Option<Timestamp>, DatabaseError> {
    let found: Option<i64> = reading!(database, pool => sqlx::query_scalar(
        "SELECT expires_at FROM api_tokens WHERE id = $1",
    )
        .bind(id)
        .fetch_optional(pool))?;
    Ok(found.map(restored))
}

/// Does the token of this id still work?
pub async fn holds(database: &Database, id: Uuid, now: Timestamp) -> Result<bool, DatabaseError> {
    let count: i64 = reading!(database, pool => sqlx::query_scalar(
        concat!("SELECT count(*) FROM api_tokens t JOIN users u ON u.id = t.user_id \
         WHERE t.id = $1 AND t.expires_at > $2 AND ", may_sign_in!()),
    )
        .bind(id)
        .bind(stored(now))
        .fetch_one(pool))?;
    Ok(count > 0)
}

/// Notes that the token was used.
pub async fn touch(database: &Database, id: Uuid, now: Timestamp) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("UPDATE api_tokens SET last_used_at = $2 WHERE id = $1")
        .bind(id)
        .bind(stored(now))
        .execute(pool))?;
    Ok(())
}

/// A user's tokens, newest first; those that have expired stay until they are cleared away, so that their owner sees why
/// a program stopped working.
pub async fn list_of_user(database: &Database, user_id: Uuid) -> Result<Vec<TokenRecord>, DatabaseError> {
    let rows: Vec<TokenRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, user_id, name, created_at, expires_at, last_used_at, clusters, projects, read_only, \
         made_with FROM api_tokens WHERE user_id = $1 ORDER BY created_at DESC, id",
    )
        .bind(user_id)
        .fetch_all(pool))?;
    Ok(rows.into_iter().map(TokenRecord::from).collect())
}

/// Removes one token of a user; false when the user has no such token.
pub async fn remove(database: &Database, user_id: Uuid, id: Uuid) -> Result<bool, DatabaseError> {
    let removed = changing!(database, pool => sqlx::query("DELETE FROM api_tokens WHERE user_id = $1 AND id = $2")
        .bind(user_id)
        .bind(id)
        .execute(pool))?;
    Ok(removed > 0)
}

/// Forgets the tokens that stopped working before `time`.
pub async fn remove_expired(database: &Database, time: Timestamp) -> Result<u64, DatabaseError> {
    changing!(database, pool => sqlx::query("DELETE FROM api_tokens WHERE expires_at <= $1")
        .bind(stored(time))
        .execute(pool))
}
