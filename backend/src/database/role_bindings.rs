//! Table `role_bindings`: who has which role within what.

use jiff::Timestamp;
use muster_api::access::BindingScope;
use uuid::Uuid;

use super::{Database, DatabaseError, restored, settings, stored};

/// Who has a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// One person.
    User(Uuid),
    /// Everyone in a group.
    Group(Uuid),
}

/// Within what a binding holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The console and every cluster.
    Everything,
    /// Clusters with labels that are selected.
    Clusters(String),
    /// One cluster.
    Cluster(Uuid),
    /// The namespaces of a project.
    Project(Uuid),
    /// One namespace of one cluster.
    Namespace(Uuid, String),
}

impl From<&Scope> for BindingScope {
    fn from(scope: &Scope) -> Self {
        match scope {
            Scope::Everything => Self::Everything,
            Scope::Clusters(label_selector) => Self::Clusters {
                label_selector: label_selector.clone(),
            },
            Scope::Cluster(cluster) => Self::Cluster {
                cluster: cluster.to_string(),
            },
            Scope::Project(project) => Self::Project {
                project: project.to_string(),
            },
            Scope::Namespace(cluster, namespace) => Self::Namespace {
                cluster: cluster.to_string(),
                namespace: namespace.clone(),
            },
        }
    }
}

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingRecord {
    /// The id that names it everywhere, also in clusters.
    pub id: Uuid,
    /// What is granted.
    pub role_id: Uuid,
    /// To whom.
    pub subject: Subject,
    /// Within what.
    pub scope: Scope,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Who granted it, by name.
    pub granted_by: String,
    /// When.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct BindingRow {
    id: Uuid,
    role_id: Uuid,
    user_id: Option<Uuid>,
    group_id: Option<Uuid>,
    scope: String,
    cluster_id: Option<Uuid>,
    project_id: Option<Uuid>,
    namespace: Option<String>,
    label_selector: Option<String>,
    expires_at: Option<i64>,
    granted_by: String,
    created_at: i64,
}

impl TryFrom<BindingRow> for BindingRecord {
    type Error = DatabaseError;

    fn try_from(row: BindingRow) -> Result<Self, DatabaseError> {
        let subject = match (row.user_id, row.group_id) {
            (Some(user), None) => Subject::User(user),
            (None, Some(group)) => Subject::Group(group),
            _ => return Err(DatabaseError::Damaged("role_bindings.user_id")),
        };
        let scope = match (row.scope.as_str(), row.cluster_id, row.project_id) {
            ("everything", None, None) => Some(Scope::Everything),
            ("clusters", None, None) => row.label_selector.map(Scope::Clusters),
            ("cluster", Some(cluster), None) => Some(Scope::Cluster(cluster)),
            ("project", None, Some(project)) => Some(Scope::Project(project)),
            ("namespace", Some(cluster), None) => row.namespace.map(|namespace| Scope::Namespace(cluster, namespace)),
            _ => None,
        };
        Ok(Self {
            id: row.id,
            role_id: row.role_id,
            subject,
            scope: scope.ok_or(DatabaseError::Damaged("role_bindings.scope"))?,
            expires_at: row.expires_at.map(restored),
            granted_by: row.granted_by,
            created_at: restored(row.created_at),
        })
    }
}

/// Every binding, oldest first.
pub async fn list(database: &Database) -> Result<Vec<BindingRecord>, DatabaseError> {
    let rows: Vec<BindingRow> = reading!(database, pool => sqlx::query_as(
        "SELECT id, role_id, user_id, group_id, scope, cluster_id, project_id, namespace, label_selector, expires_at, \
                granted_by, created_at \
         FROM role_bindings ORDER BY created_at, id",
    )
        .fetch_all(pool))?;
    rows.into_iter().map(BindingRecord::try_from).collect()
}

/// Keeps a new binding.
pub async fn insert(database: &Database, binding: &BindingRecord) -> Result<(), DatabaseError> {
    let (user, group) = match binding.subject {
        Subject::User(user) => (Some(user), None),
        Subject::Group(group) => (None, Some(group)),
    };
    let (word, cluster, project, namespace, labels) = match &binding.scope {
        Scope::Everything => ("everything", None, None, None, None),
        Scope::Clusters(labels) => ("clusters", None, None, None, Some(labels.as_str())),
        Scope::Cluster(cluster) => ("cluster", Some(*cluster), None, None, None),
        Scope::Project(project) => ("project", None, Some(*project), None, None),
        Scope::Namespace(cluster, namespace) => ("namespace", Some(*cluster), None, Some(namespace.as_str()), None),
    };
    transaction!(database, connection => {
        sqlx::query(
            "INSERT INTO role_bindings (id, role_id, user_id, group_id, scope, cluster_id, project_id, namespace, \
             label_selector, expires_at, granted_by, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
            .bind(binding.id)
            .bind(binding.role_id)
            .bind(user)
            .bind(group)
            .bind(word)
            .bind(cluster)
            .bind(project)
            .bind(namespace)
            .bind(labels)
            .bind(binding.expires_at.map(stored))
            .bind(&binding.granted_by)
            .bind(stored(binding.created_at))
            .execute(&mut *connection)
            .await?;
        sqlx::query(settings::ADVANCE).bind(settings::ACCESS_REVISION).execute(&mut *connection).await?;
        Ok(())
    })
}

/// Revokes a binding; false when it is not there.
pub async fn delete(database: &Database, id: Uuid) -> Result<bool, DatabaseError> {
    transaction!(database, connection => {
        let gone = sqlx::query("DELETE FROM role_bindings WHERE id = $1")
            .bind(id)
            .execute(&mut *connection)
            .await?
            .rows_affected();
        sqlx::query(settings::ADVANCE).bind(settings::ACCESS_REVISION).execute(&mut *connection).await?;
        Ok(gone > 0)
    })
}

/// Forgets the bindings that have ended by `now`; gives their ids, each to one server only.
pub async fn delete_expired(database: &Database, now: Timestamp) -> Result<Vec<Uuid>, DatabaseError> {
    transaction!(database, connection => {
        let gone: Vec<Uuid> = sqlx::query_scalar("DELETE FROM role_bindings WHERE expires_at <= $1 RETURNING id")
            .bind(stored(now))
            .fetch_all(&mut *connection)
            .await?;
        if !gone.is_empty() {
            sqlx::query(settings::ADVANCE).bind(settings::ACCESS_REVISION).execute(&mut *connection).await?;
        }
        Ok(gone)
    })
}
