//! Table `sessions`: who is signed in by browser. Only a hash of the cookie's value is kept.

use jiff::Timestamp;
use uuid::Uuid;

use super::role_bindings::Subject;
use super::users::{User, UserRow};
use super::{Database, DatabaseError, restored, stored};

/// One session.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    /// Names the session in routes.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// Sign-in time.
    pub created_at: Timestamp,
    /// Last request, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// The browser, as it named itself.
    pub user_agent: String,
    /// The address that signed in.
    pub address: String,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: Uuid,
    user_id: Uuid,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
    user_agent: String,
    address: String,
}

impl From<SessionRow> for SessionRecord {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            created_at: restored(row.created_at),
            last_seen_at: restored(row.last_seen_at),
            expires_at: restored(row.expires_at),
            user_agent: row.user_agent,
            address: row.address,
        }
    }
}

/// A session that holds, and whose it is.
#[derive(Clone, Debug)]
pub struct HeldSession {
    /// Names the session.
    pub id: Uuid,
    /// Last request, to the minute.
    pub last_seen_at: Timestamp,
    /// As whom the console is looked at in it.
    pub view: View,
    /// Whose it is.
    pub user: User,
}

#[derive(sqlx::FromRow)]
struct SignedInRow {
    session_id: Uuid,
    session_last_seen_at: i64,
    #[sqlx(flatten)]
    view: View,
    #[sqlx(flatten)]
    user: UserRow,
}

/// As whom the console is looked at in a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct View {
    viewed_user: Option<Uuid>,
    viewed_group: Option<Uuid>,
}

impl View {
    /// As oneself, or as somebody else.
    pub fn of(subject: Option<Subject>) -> Self {
        match subject {
            None => Self::default(),
            Some(Subject::User(user)) => Self {
                viewed_user: Some(user),
                viewed_group: None,
            },
            Some(Subject::Group(group)) => Self {
                viewed_user: None,
                viewed_group: Some(group),
            },
        }
    }

    /// As whom; none: as oneself.
    pub fn subject(self) -> Option<Subject> {
        let user = self.viewed_user.map(Subject::User);
        user.or(self.viewed_group.map(Subject::Group))
    }
}

/// Keeps a new session under the hash of its secret.
pub async fn insert(database: &Database, secret_hash: &[u8], session: &SessionRecord) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query(
        "INSERT INTO sessions (secret_hash, id, user_id, created_at, last_seen_at, expires_at, user_agent, address) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
        .bind(secret_hash)
        .bind(session.id)
        .bind(session.user_id)
        .bind(stored(session.created_at))
        .bind(stored(session.last_seen_at))
        .bind(stored(session.expires_at))
        .bind(&session.user_agent)
        .bind(&session.address)
        .execute(pool))?;
    Ok(())
}

/// The session of this secret, while it holds at `now`: not expired and used after `idle_since`, by a user who may sign
/// in.
pub async fn find_by_secret(
    database: &Database,
    secret_hash: &[u8],
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<HeldSession>, DatabaseError> {
    let row: Option<SignedInRow> = reading!(database, pool => sqlx::query_as(
        concat!("SELECT s.id AS session_id, s.last_seen_at AS session_last_seen_at, \
                s.viewed_user, s.viewed_group, \
                u.id, u.name, u.display_name, u.role, u.password_hash, u.preferences, u.disabled, u.created_at \
         FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.secret_hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND ", may_sign_in!()),
    )
        .bind(secret_hash)
        .bind(stored(now))
        .bind(stored(idle_since))
        .fetch_optional(pool))?;
    row.map(|row| {
        Ok(HeldSession {
            id: row.session_id,
            last_seen_at: restored(row.session_last_seen_at),
            view: row.view,
            user: User::try_from(row.user)?,
        })
    })
    .transpose()
}

/// As whom the console is looked at in a session that still holds; none when it does not hold any more.
pub async fn find_view(
    database: &Database,
    id: Uuid,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<View>, DatabaseError> {
    reading!(database, pool => sqlx::query_as(
        concat!("SELECT s.viewed_user, s.viewed_group FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.id = $1 AND s.expires_at > $2 AND s.last_seen_at > $3 AND ", may_sign_in!()),
    )
        .bind(id)
        .bind(stored(now))
        .bind(stored(idle_since))
        .fetch_optional(pool))
}

/// Keeps as whom the console is looked at in a session from now on. False when it was so already, or
/// when there is no such session.
pub async fn change_view(database: &Database, id: Uuid, view: View) -> Result<bool, DatabaseError> {
    let changed = changing!(database, pool => sqlx::query(
        "UPDATE sessions SET viewed_user = $2, viewed_group = $3 WHERE id = $1 \
         AND (viewed_user IS DISTINCT FROM $2 OR viewed_group IS DISTINCT FROM $3)",
    )
        .bind(id)
        .bind(view.viewed_user)
        .bind(view.viewed_group)
        .execute(pool))?;
    Ok(changed > 0)
}

/// Notes that the session was used.
pub async fn touch(database: &Database, id: Uuid, now: Timestamp) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE id = $1")
        .bind(id)
        .bind(stored(now))
        .execute(pool))?;
    Ok(())
}

/// A user's sessions that hold at `now`, newest use first.
pub async fn list_of_user(
    database: &Database,
    user_id: Uuid,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Vec<SessionRecord>, DatabaseError> {
    let rows: Vec<SessionRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, user_id, created_at, last_seen_at, expires_at, user_agent, address FROM sessions \
         WHERE user_id = $1 AND expires_at > $2 AND last_seen_at > $3 ORDER BY last_seen_at DESC, id",
    )
        .bind(user_id)
        .bind(stored(now))
        .bind(stored(idle_since))
        .fetch_all(pool))?;
    Ok(rows.into_iter().map(SessionRecord::from).collect())
}

/// Ends one session of a user; false when the user has no such session.
pub async fn remove(database: &Database, user_id: Uuid, id: Uuid) -> Result<bool, DatabaseError> {
    let removed = changing!(database, pool => sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id = $2")
        .bind(user_id)
        .bind(id)
        .execute(pool))?;
    Ok(removed > 0)
}

/// Ends the session of this secret, whosever it is.
pub async fn remove_by_secret(database: &Database, secret_hash: &[u8]) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("DELETE FROM sessions WHERE secret_hash = $1")
        .bind(secret_hash)
        .execute(pool))?;
    Ok(())
}

/// Ends all sessions of a user but `kept`.
pub async fn remove_others(database: &Database, user_id: Uuid, kept: Option<Uuid>) -> Result<(), DatabaseError> {
    changing!(database, pool => sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id <> $2")
        .bind(user_id)
        .bind(kept.unwrap_or_default())
        .execute(pool))?;
    Ok(())
}

/// Forgets the sessions that no longer hold.
pub async fn remove_expired(database: &Database, now: Timestamp, idle_since: Timestamp) -> Result<u64, DatabaseError> {
    changing!(database, pool => sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2")
        .bind(stored(now))
        .bind(stored(idle_since))
        .execute(pool))
}
