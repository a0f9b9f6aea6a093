//! May: roles, bindings and projects; what follows from them in the console and in every cluster.
//!
//! | file | what |
//! |---|---|
//! | [`built_in`] | the roles that every console has |
//! | [`snapshot`] | roles, bindings and projects at one moment; decides about permissions in the console |
//! | [`desired`] | pure: which RBAC objects must stand in a cluster |
//! | `writer` | makes them stand there, and removes them |
//! | `in_force` | waits until the API server and this console decide by them |
//! | `policy` | follows a cluster's own RBAC, so that shared rows are shown to whom they may be shown |
//! | `other_authorizers` | asks the API server itself where RBAC is not all that decides |
//! | `keeper` | one task a cluster, which owns the four above |
//! | `escalation` | no one can grant more than he has |
//! | `grants`, `described`, `roles`, `projects`, `answers` | what people do with all that |
//!
//! The API servers enforce the same rights by themselves, since every call impersonates (`clusters::impersonation`).

mod answers;
mod asked;
pub mod built_in;
mod changes;
mod described;
pub mod desired;
mod error;
mod escalation;
mod grants;
mod in_force;
mod keeper;
mod other_authorizers;
mod policy;
mod projects;
mod roles;
mod seen;
pub mod snapshot;
mod take_over;
mod writer;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use muster_api::access::Permission;
use muster_api::session::Role;
use tokio::sync::watch;
use uuid::Uuid;

pub use asked::Asked;
pub use error::AccessError;
pub use grants::BindingQuery;
pub use seen::Seen;
pub use snapshot::{Place, Snapshot};

use crate::app::Tasks;
use crate::clock::Clock;
use crate::clusters::Clusters;
use crate::context::{Actor, RequestContext, Standing, TokenScope, group_name, user_name};
use crate::database::{Database, DatabaseError};
use crate::locks::read;
use desired::Owner;
use keeper::Keeper;
use snapshot::KnownCluster;

/// How long an answer waits until clusters have taken a change in.
const SETTLE: Duration = Duration::from_secs(3);

/// Who may do what; cheap to clone, the same for everyone.
#[derive(Clone)]
pub struct Access(Arc<Parts>);

struct Parts {
    database: Database,
    clock: Clock,
    clusters: Clusters,
    tasks: Tasks,
    owner: Owner,
    snapshot: RwLock<Arc<Snapshot>>,
    /// Held from the reading of a snapshot until it is in place.
    reloading: tokio::sync::Mutex<()>,
    /// Counts changes of the snapshot.
    changed: watch::Sender<u64>,
    /// Counts everything by which somebody may see more or less than before.
    seen: watch::Sender<u64>,
    keepers: Mutex<HashMap<Uuid, Arc<Keeper>>>,
}

impl Access {
    /// Reads roles, bindings and projects, and begins to keep every cluster as they say. `console` is this installation's
    /// own id: it tells its objects in clusters from those of other consoles.
    pub async fn load(
        database: Database,
        clusters: Clusters,
        clock: Clock,
        tasks: Tasks,
        console: Uuid,
    ) -> Result<Self, DatabaseError> {
        let snapshot = Snapshot::read(&database).await?;
        let access = Self(Arc::new(Parts {
            database,
            clock,
            clusters,
            tasks: tasks.clone(),
            owner: Owner(console),
            snapshot: RwLock::new(Arc::new(snapshot)),
            reloading: tokio::sync::Mutex::default(),
            changed: watch::Sender::new(1),
            seen: watch::Sender::new(0),
            keepers: Mutex::default(),
        }));
        tasks.spawn(access.clone().keep_clusters());
        tasks.spawn(access.clone().follow_database());
        Ok(access)
    }

    /// Roles, bindings and projects as they are now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&read(&self.0.snapshot))
    }

    /// Tells when anybody may see more or less than before.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.seen.subscribe()
    }

    /// Completes a context with what bindings give: those of the actor, and of who looks at the console as the actor. Of
    /// a narrowed token, it is seen which namespaces its projects have now.
    pub fn admit(&self, context: RequestContext) -> RequestContext {
        let now = context.now();
        let person = context.looked_at_by.as_deref();
        let looked_at_by = person.map(|person| Arc::new(self.admit_actor(person.clone(), now)));
        let actor = self.admit_actor(context.actor.clone(), now);
        let scope = self.placed(&context.scope);
        RequestContext {
            actor,
            looked_at_by,
            scope,
            ..context
        }
    }

    /// A token's scope with the namespaces that its projects have now. Of a project that is gone, nothing is left.
    fn placed(&self, scope: &TokenScope) -> TokenScope {
        let mut scope = scope.clone();
        if let Some(places) = scope.places.as_mut().filter(|places| !places.projects.is_empty()) {
            let snapshot = self.snapshot();
            let places = Arc::make_mut(places);
            places.namespaces.clear();
            for project in places.projects.iter().filter_map(|id| snapshot.project(*id)) {
                let namespaces = places.namespaces.entry(project.cluster_id).or_default();
                namespaces.extend(project.namespaces.iter().cloned());
            }
        }
        scope
    }

    /// Completes an actor with what his bindings give.
    pub fn admit_actor(&self, mut actor: Actor, now: Timestamp) -> Actor {
        if actor.is_system() {
            return actor;
        }
        let snapshot = self.snapshot();
        if snapshot.administers(&actor, now) {
            actor.role = Role::Administrator;
        }
        actor.standing = Arc::new(Standing {
            clusters: snapshot.visible_clusters(&actor, &self.known_clusters(), now),
            permissions: snapshot.permissions_anywhere(&actor, now),
        });
        actor
    }

    /// May the actor do this at this place?
    pub fn may(&self, context: &RequestContext, permission: Permission, place: &Place) -> bool {
        let snapshot = self.snapshot();
        snapshot.may(&context.actor, permission, place, &self.known_clusters(), context.now())
    }

    /// Fails unless the actor may do this at this place.
    pub fn require(&self, context: &RequestContext, permission: Permission, place: &Place) -> Result<(), AccessError> {
        if self.may(context, permission, place) {
            Ok(())
        } else {
            Err(AccessError::Lacking(permission))
        }
    }

    /// The clusters as bindings know them.
    fn known_clusters(&self) -> Vec<KnownCluster> {
        self.0.clusters.known()
    }

    /// Who an actor is in clusters, with the groups that API servers add by themselves.
    fn identity_of(&self, actor: &Actor) -> kube_access::Identity {
        let mut groups: Vec<String> = actor.groups.iter().map(|group| group_name(*group)).collect();
        if actor.is_administrator() {
            groups.push(self.0.owner.administrators());
        }
        groups.push("system:authenticated".to_owned());
        kube_access::Identity {
            user: user_name(actor.user_id),
            groups,
        }
    }
}
