//! Granting and revoking.

use jiff::Timestamp;
use live_table::LabelSelector;
use muster_api::access::{Binding, BindingRequest, BindingScope, Permission};
use muster_api::kubernetes_name;
use uuid::Uuid;

use super::described::concerns;
use super::snapshot::{Snapshot, fits};
use super::{Access, AccessError, Place};
use crate::context::RequestContext;
use crate::database::principals;
use crate::database::role_bindings::{self as table, BindingRecord, Scope, Subject};

/// What limits a list of bindings.
#[derive(Clone, Debug, Default)]
pub struct BindingQuery {
    /// Only this one.
    pub id: Option<Uuid>,
    /// Only those of this user or group, by id.
    pub subject: Option<Uuid>,
    /// Only those with this role.
    pub role: Option<Uuid>,
    /// Only those that concern this cluster.
    pub cluster: Option<Uuid>,
    /// Only those of this project.
    pub project: Option<Uuid>,
}

impl Access {
    /// The bindings that the actor may manage, and his own; newest first.
    pub async fn list_bindings(
        &self,
        context: &RequestContext,
        query: &BindingQuery,
    ) -> Result<Vec<Binding>, AccessError> {
        let snapshot = self.snapshot();
        let clusters = self.known_clusters();
        let now = context.now();
        let own = |binding: &BindingRecord| match binding.subject {
            Subject::User(user) => user == context.actor.user_id,
            Subject::Group(group) => context.actor.groups.contains(&group),
        };
        let asked = |binding: &&BindingRecord| {
            let subject = match binding.subject {
                Subject::User(id) | Subject::Group(id) => id,
            };
            query.id.is_none_or(|asked| asked == binding.id)
                && query.subject.is_none_or(|asked| asked == subject)
                && query.role.is_none_or(|asked| asked == binding.role_id)
                && query
                    .cluster
                    .is_none_or(|asked| concerns(&snapshot, binding, asked, &clusters))
                && query.project.is_none_or(|asked| binding.scope == Scope::Project(asked))
        };
        let visible = |binding: &&BindingRecord| {
            own(binding)
                || snapshot.may(
                    &context.actor,
                    Permission::ManageBindings,
                    &place_of(&binding.scope),
                    &clusters,
                    now,
                )
        };
        let found: Vec<&BindingRecord> = snapshot.bindings().iter().filter(asked).filter(visible).rev().collect();
        let principals = principals::bound(&self.0.database).await?;
        Ok(found
            .into_iter()
            .map(|binding| self.describe(context, &snapshot, binding, &principals, &clusters))
            .collect())
    }

    /// Grants a role. The subject is known to the console: see `identity` for those that only a provider knows.
    pub async fn grant(
        &self,
        context: &RequestContext,
        subject: Subject,
        request: &BindingRequest,
    ) -> Result<Binding, AccessError> {
        let snapshot = self.snapshot();
        let role = snapshot
            .find_role(&request.role)
            .ok_or_else(|| AccessError::field("role", "unknown-role", "There is no such role."))?;
        let scope = self.checked_scope(context, &snapshot, &request.scope)?;
        if !fits(role.level, &scope) {
            let message = format!("The role {} cannot be bound within this scope.", role.name);
            return Err(AccessError::field("scope", "wrong-level", message));
        }
        let expires_at = match request.expires_at.as_deref() {
            None => None,
            Some(text) => Some(future_time(text, context.now())?),
        };
        self.ensure_may_grant(context, &snapshot, role.id, &scope, expires_at)?;
        let known = snapshot.bindings().iter().find(|known| {
            known.role_id == role.id && known.subject == subject && known.scope == scope && known.expires_at.is_none()
        });
        if known.is_some() && expires_at.is_none() {
            return Err(AccessError::Conflict {
                code: "binding-exists",
                detail: format!("The role {} is granted to them there already.", role.name),
            });
        }
        let binding = BindingRecord {
            id: Uuid::now_v7(),
            role_id: role.id,
            subject,
            scope,
            expires_at,
            granted_by: context.actor.name.to_string(),
            created_at: context.now(),
        };
        table::insert(&self.0.database, &binding).await?;
        self.reload().await?;
        self.settle().await;
        let principals = principals::bound(&self.0.database).await?;
        Ok(self.describe(context, &self.snapshot(), &binding, &principals, &self.known_clusters()))
    }

    /// Revokes a binding, wherever it was written.
    pub async fn revoke(&self, context: &RequestContext, id: Uuid) -> Result<(), AccessError> {
        let snapshot = self.snapshot();
        let missing = || AccessError::NotFound("such binding".to_owned());
        let binding = snapshot.binding(id).ok_or_else(missing)?;
        let place = place_of(&binding.scope);
        if !self.may(context, Permission::ManageBindings, &place) {
            let own = match binding.subject {
                Subject::User(user) => user == context.actor.user_id,
                Subject::Group(group) => context.actor.groups.contains(&group),
            };
            return Err(if own {
                AccessError::Lacking(Permission::ManageBindings)
            } else {
                missing()
            });
        }
        if snapshot
            .permissions_of(binding.role_id)
            .contains(&Permission::Administer)
            && !context.actor.is_administrator()
        {
            return Err(AccessError::Lacking(Permission::Administer));
        }
        if !table::delete(&self.0.database, id).await? {
            return Err(missing());
        }
        self.reload().await?;
        self.settle().await;
        Ok(())
    }

    /// Forgets the bindings whose time is over, and gives those that this server forgot. That they hold no more is not
    /// waited for: see [`holds`](super::snapshot::holds).
    pub async fn end_expired(&self, context: &RequestContext) -> Result<Vec<Binding>, AccessError> {
        let now = context.now();
        if self.snapshot().next_expiry().is_none_or(|end| end > now) {
            return Ok(Vec::new());
        }
        // In words first: what is forgotten has none any more.
        let mut ended = self.list_bindings(context, &BindingQuery::default()).await?;
        let forgotten = table::delete_expired(&self.0.database, now).await?;
        self.reload().await?;
        ended.retain(|binding| forgotten.iter().any(|id| id.to_string() == binding.id));
        Ok(ended)
    }

    fn checked_scope(
        &self,
        context: &RequestContext,
        snapshot: &Snapshot,
        scope: &BindingScope,
    ) -> Result<Scope, AccessError> {
        let cluster = |text: &str| {
            let found = self.0.clusters.get(context, text).ok();
            let id = found.and_then(|cluster| Uuid::parse_str(&cluster.id).ok());
            id.ok_or_else(|| AccessError::field("scope/cluster", "unknown-cluster", "There is no such cluster."))
        };
        Ok(match scope {
            BindingScope::Everything => Scope::Everything,
            BindingScope::Clusters { label_selector } => {
                let parsed = LabelSelector::parse(label_selector)
                    .map_err(|error| AccessError::field("scope/labelSelector", "malformed", error.to_string()))?;
                if parsed.is_empty() {
                    let message = "Name a label; for all clusters choose everything.";
                    return Err(AccessError::field("scope/labelSelector", "required", message));
                }
                Scope::Clusters(label_selector.trim().to_owned())
            }
            BindingScope::Cluster { cluster: id } => Scope::Cluster(cluster(id)?),
            BindingScope::Project { project } => {
                let found = Uuid::parse_str(project).ok().and_then(|id| snapshot.project(id));
                // Somebody else's project is as unknown as one that there is not.
                let seen = found.filter(|project| self.sees_project(context, snapshot, project));
                let missing = || AccessError::field("scope/project", "unknown-project", "There is no such project.");
                Scope::Project(seen.ok_or_else(missing)?.id)
            }
            BindingScope::Namespace { cluster: id, namespace } => {
                if !kubernetes_name::is_dns_label(namespace) {
                    let message = "A namespace's name has lower-case letters, digits and dashes.";
                    return Err(AccessError::field("scope/namespace", "invalid-name", message));
                }
                Scope::Namespace(cluster(id)?, namespace.clone())
            }
        })
    }
}

/// What a permission over a binding is asked for.
pub(super) fn place_of(scope: &Scope) -> Place {
    match scope {
        Scope::Everything | Scope::Clusters(_) => Place::Console,
        Scope::Cluster(cluster) => Place::Cluster(*cluster),
        Scope::Project(project) => Place::Project(*project),
        Scope::Namespace(cluster, namespace) => Place::Namespace(*cluster, namespace.clone()),
    }
}

fn future_time(text: &str, now: Timestamp) -> Result<Timestamp, AccessError> {
    let wrong = |message: &str| AccessError::field("expiresAt", "invalid-time", message);
    let time: Timestamp = text
        .parse()
        .map_err(|_| wrong("Write a time as in RFC 3339, for example 2030-01-31T18:00:00Z."))?;
    if time <= now {
        return Err(wrong("This time is over already."));
    }
    Ok(time)
}
