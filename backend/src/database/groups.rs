//! Tables `groups` and `group_members`: the groups of providers, and who is in them as last read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::{Database, DatabaseError, stored};

/// One group.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Group {
    /// The id that everything refers to.
    pub id: Uuid,
    /// The provider that knows it.
    pub provider_id: Uuid,
    /// The provider's stable id of it.
    pub external_id: String,
    /// Its name when it was last read.
    pub name: String,
    /// Where it is: a DN, `organization/team`.
    pub place: String,
}

/// A group as a provider gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenGroup {
    /// The provider's stable id of it.
    pub external_id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: String,
}

pub(super) const OF_USER: &str = "SELECT g.id, g.provider_id, g.external_id, g.name, g.place \
    FROM groups g JOIN group_members m ON m.group_id = g.id WHERE m.user_id = $1 ORDER BY g.name, g.id";
pub(super) const UPSERT: &str = "INSERT INTO groups (id, provider_id, external_id, name, place) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (provider_id, external_id) DO UPDATE SET name = excluded.name, place = excluded.place RETURNING id";
pub(super) const JOIN: &str = "INSERT INTO group_members (user_id, group_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
pub(super) const LEAVE: &str = "DELETE FROM group_members WHERE user_id = $1 AND group_id = $2";

/// The group of this id.
pub async fn find(database: &Database, id: Uuid) -> Result<Option<Group>, DatabaseError> {
    reading!(database, pool => sqlx::query_as(
        "SELECT id, provider_id, external_id, name, place FROM groups WHERE id = $1",
    )
        .bind(id)
        .fetch_optional(pool))
}

/// The groups that a user is in, by name.
pub async fn list_of_user(database: &Database, user_id: Uuid) -> Result<Vec<Group>, DatabaseError> {
    reading!(database, pool => sqlx::query_as(OF_USER).bind(user_id).fetch_all(pool))
}

/// The id of a group of a provider, which is kept when it was not known: something is about to be bound to it.
pub async fn keep(database: &Database, provider_id: Uuid, group: &GivenGroup) -> Result<Uuid, DatabaseError> {
    writing!(database, pool => sqlx::query_scalar(UPSERT)
        .bind(Uuid::now_v7())
        .bind(provider_id)
        .bind(&group.external_id)
        .bind(&group.name)
        .bind(&group.place)
        .fetch_one(pool))
}

/// External ids of the groups of a provider that something is bound to.
pub async fn list_bound(
    database: &Database,
    provider_id: Uuid,
    now: Timestamp,
) -> Result<BTreeSet<String>, DatabaseError> {
    let ids: Vec<String> = reading!(database, pool => sqlx::query_scalar(
        "SELECT DISTINCT g.external_id FROM groups g JOIN role_bindings b ON b.group_id = g.id \
         WHERE g.provider_id = $1 AND (b.expires_at IS NULL OR b.expires_at > $2)",
    )
        .bind(provider_id)
        .bind(stored(now))
        .fetch_all(pool))?;
    Ok(ids.into_iter().collect())
}

/// What must be written so that a user is in exactly the given groups.
pub(super) struct Changes<'a> {
    /// To keep (new, or known by another name) and to join.
    pub joined: Vec<&'a GivenGroup>,
    /// To leave, by id.
    pub left: Vec<Uuid>,
}

impl<'a> Changes<'a> {
    /// Compares; mostly there is nothing to write. In the order of external ids: sign-ins at the same time then lock
    /// rows in the same order and never wait for each other in a circle.
    pub fn between(known: Vec<Group>, given: &'a [GivenGroup]) -> Self {
        let mut known: BTreeMap<String, Group> = known
            .into_iter()
            .map(|group| (group.external_id.clone(), group))
            .collect();
        let given: BTreeMap<&str, &GivenGroup> =
            given.iter().map(|group| (group.external_id.as_str(), group)).collect();
        let same = |known: &Group, given: &GivenGroup| known.name == given.name && known.place == given.place;
        let joined = given
            .into_values()
            .filter(|given| {
                let before = known.remove(&given.external_id);
                !before.is_some_and(|before| same(&before, given))
            })
            .collect();
        Self {
            joined,
            left: known.into_values().map(|group| group.id).collect(),
        }
    }
}

/// Makes a user's groups exactly the given ones, on the connection of a transaction.
macro_rules! replace_groups_of_user {
    ($connection:ident, $provider:expr, $user:expr, $given:expr) => {{
        let known: Vec<$crate::database::groups::Group> = sqlx::query_as($crate::database::groups::OF_USER)
            .bind($user)
            .fetch_all(&mut *$connection)
            .await?;
        let changes = $crate::database::groups::Changes::between(known, $given);
        for group in changes.joined {
            let id: Uuid = sqlx::query_scalar($crate::database::groups::UPSERT)
                .bind(Uuid::now_v7())
                .bind($provider)
                .bind(&group.external_id)
                .bind(&group.name)
                .bind(&group.place)
                .fetch_one(&mut *$connection)
                .await?;
            sqlx::query($crate::database::groups::JOIN)
                .bind($user)
                .bind(id)
                .execute(&mut *$connection)
                .await?;
        }
        for id in changes.left {
            sqlx::query($crate::database::groups::LEAVE)
                .bind($user)
                .bind(id)
                .execute(&mut *$connection)
                .await?;
        }
    }};
}
pub(super) use replace_groups_of_user;
