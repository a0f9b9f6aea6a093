//! One task a cluster: follows its rights, and keeps in it what the bindings say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use muster_api::access::Permission;
use muster_api::cluster::Cluster;
use muster_api::said::{Said, binding as sentence};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::desired::desired;
use super::other_authorizers::{Authorizers, OtherAuthorizers};
use super::policy::ClusterPolicy;
use super::snapshot::KnownCluster;
use super::{Access, AccessError, Place, Snapshot, built_in, in_force, writer};
use crate::clusters::ClusterHandle;
use crate::context::RequestContext;
use crate::database::role_bindings::{self, BindingRecord, Scope, Subject};
use crate::locks::{lock, read, write};

/// Changes that come close together are written together.
const GATHER: Duration = Duration::from_millis(30);
/// Everything is looked at again after this time, whether anything was noticed or not.
const LOOK_AGAIN: Duration = Duration::from_mins(5);
/// Waiting after failures in a row.
const BACK_OFF: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
    Duration::from_secs(30),
];
/// The time in which a cluster that was added says what it has, when it says anything.
const AT_FIRST: Duration = Duration::from_secs(5);
/// How long leaving a cluster may take.
const FAREWELL: Duration = Duration::from_secs(10);

/// What is kept of one cluster.
pub(super) struct Keeper {
    pub(super) policy: ClusterPolicy,
    pub(super) others: OtherAuthorizers,
    state: RwLock<State>,
    /// The newest change of the snapshot that was written, or failed to be.
    done: watch::Sender<u64>,
    /// Ends the writing before the cluster is removed.
    leaving: CancellationToken,
    began: Instant,
}

#[derive(Default)]
struct State {
    failure: Option<Said>,
    lacking: BTreeMap<Uuid, Said>,
}

impl Keeper {
    fn new() -> Self {
        Self {
            policy: ClusterPolicy::new(),
            others: OtherAuthorizers::default(),
            state: RwLock::default(),
            done: watch::Sender::new(0),
            leaving: CancellationToken::new(),
            began: Instant::now(),
        }
    }

    /// Is it known what people may do there, or whom to ask?
    pub(super) fn is_complete(&self) -> bool {
        self.policy.is_complete() && self.others.authorizers() != Authorizers::Unknown
    }

    /// Is its cluster about to take in what changed? One that was added just now is; one that does not answer keeps
    /// nobody waiting.
    fn is_waited_for(&self) -> bool {
        self.policy.is_complete() || self.began.elapsed() < AT_FIRST
    }

    /// Do others than RBAC decide, too?
    pub(super) fn asks_others(&self) -> bool {
        self.others.authorizers() == Authorizers::AndOthers
    }

    /// Why a binding does not stand in the cluster as it should; none when it does.
    pub(super) fn problem_of(&self, binding: Uuid, newest: u64) -> Option<Said> {
        let state = read(&self.state);
        if let Some(failure) = &state.failure {
            return Some(failure.clone());
        }
        if let Some(lacking) = state.lacking.get(&binding) {
            return Some(lacking.clone());
        }
        (*self.done.borrow() < newest).then(|| sentence::BEING_WRITTEN.say())
    }

    fn report(&self, revision: u64, failure: Option<Said>, lacking: BTreeMap<Uuid, Said>) {
        *write(&self.state) = State { failure, lacking };
        self.done.send_replace(revision);
    }
}

impl Access {
    /// Follows the registry: every cluster gets its task, which ends when the cluster is removed.
    pub(super) async fn keep_clusters(self) {
        let mut registry = self.0.clusters.changes();
        let context = RequestContext::system(self.0.clock.clone());
        loop {
            registry.mark_unchanged();
            let handles = self.0.clusters.handles(&context, &[]).unwrap_or_default();
            let present: BTreeSet<Uuid> = handles.iter().map(|handle| handle.id).collect();
            lock(&self.0.keepers).retain(|id, _| present.contains(id));
            for handle in handles {
                let mut keepers = lock(&self.0.keepers);
                if !keepers.contains_key(&handle.id) {
                    let keeper = Arc::new(Keeper::new());
                    keepers.insert(handle.id, Arc::clone(&keeper));
                    let access = self.clone();
                    self.0.tasks.spawn(async move { access.keep(keeper, handle).await });
                }
            }
            // Labels decide which bindings concern which cluster.
            self.0.changed.send_modify(|count| *count += 1);
            self.notify_seen();
            if registry.changed().await.is_err() {
                return;
            }
        }
    }

    /// Tells everybody who looks that somebody's view may have changed.
    pub(super) fn notify_seen(&self) {
        self.0.seen.send_modify(|count| *count += 1);
    }

    /// The keeper of a cluster.
    pub(super) fn keeper(&self, cluster: Uuid) -> Option<Arc<Keeper>> {
        lock(&self.0.keepers).get(&cluster).cloned()
    }

    async fn keep(&self, keeper: Arc<Keeper>, handle: ClusterHandle) {
        let context = RequestContext::system(self.0.clock.clone());
        let client = match self.0.clusters.client(&context, &handle.id.to_string()).await {
            Ok(client) => client.kube,
            Err(error) => {
                let said = sentence::CANNOT_WRITE.with(&[("reason", &error)]);
                keeper.report(u64::MAX, Some(said), BTreeMap::new());
                self.0.clusters.mark_ready(handle.id);
                return;
            }
        };
        tokio::select! {
            () = handle.removed.cancelled() => {}
            () = keeper.leaving.cancelled() => {}
            () = keeper.policy.follow(client.clone()) => {}
            () = self.write(&keeper, &handle, &client) => {}
            () = self.pass_on(&keeper) => {}
            () = self.ask_others(&keeper, handle.id, &client) => {}
        }
    }

    /// Waits until the rights in a new cluster are written, so that its first page opens, and gives it to whoever
    /// registered it.
    pub async fn welcome_cluster(&self, context: &RequestContext, cluster: &Cluster) -> Result<(), AccessError> {
        let id = Uuid::parse_str(&cluster.id).map_err(|_| AccessError::NotFound("such cluster".to_owned()))?;
        if !context.actor.is_administrator() {
            let binding = BindingRecord {
                id: Uuid::now_v7(),
                role_id: built_in::CLUSTER_OWNER,
                subject: Subject::User(context.actor.user_id),
                scope: Scope::Cluster(id),
                expires_at: None,
                granted_by: context.actor.name.to_string(),
                created_at: context.now(),
            };
            role_bindings::insert(&self.0.database, &binding).await?;
            self.reload().await?;
        }
        self.settle().await;
        Ok(())
    }

    /// The id of a cluster that the actor sees, when he has this permission there.
    pub fn require_cluster(
        &self,
        context: &RequestContext,
        permission: Permission,
        cluster: &str,
    ) -> Result<Uuid, AccessError> {
        let cluster = self.0.clusters.get(context, cluster)?;
        let id = Uuid::parse_str(&cluster.id).map_err(|_| AccessError::NotFound("such cluster".to_owned()))?;
        self.require(context, permission, &Place::Cluster(id))?;
        Ok(id)
    }

    async fn pass_on(&self, keeper: &Keeper) {
        let mut changes = keeper.policy.changes();
        while changes.changed().await.is_ok() {
            self.notify_seen();
        }
    }

    async fn write(&self, keeper: &Keeper, handle: &ClusterHandle, client: &kube::Client) {
        let mut snapshot_changes = self.0.changed.subscribe();
        let mut touches = keeper.policy.touches();
        let mut policy_changes = keeper.policy.changes();
        let mut failures = 0;
        loop {
            let revision = *snapshot_changes.borrow_and_update();
            touches.mark_unchanged();
            policy_changes.mark_unchanged();
            let mut wait = LOOK_AGAIN;
            if keeper.policy.is_complete() {
                let known = self.known_clusters();
                let Some(cluster) = known.into_iter().find(|cluster| cluster.id == handle.id) else {
                    return;
                };
                let now = self.0.clock.now();
                let snapshot = self.snapshot();
                let desired = desired(&snapshot, self.0.owner, &cluster, &keeper.policy.namespaces(), now);
                match writer::reconcile(client, self.0.owner, &desired).await {
                    Ok(written) => {
                        failures = 0;
                        in_force::wait(client, &keeper.policy, &desired, &written).await;
                        keeper.report(revision, None, desired.lacking);
                    }
                    Err(error) => {
                        let problem = error.sentence();
                        tracing::warn!(cluster = handle.name, problem, "rights could not be written");
                        let said = sentence::CANNOT_WRITE.with(&[("reason", &problem)]);
                        keeper.report(revision, Some(said), desired.lacking);
                        wait = BACK_OFF[failures.min(BACK_OFF.len() - 1)];
                        failures += 1;
                    }
                }
                self.0.clusters.mark_ready(handle.id);
                wait = wait.min(until_expiry(&snapshot, now));
            } else {
                if let Some(failure) = keeper.policy.failure() {
                    let said = sentence::CANNOT_READ.with(&[("reason", &failure)]);
                    keeper.report(revision, Some(said), BTreeMap::new());
                    self.0.clusters.mark_ready(handle.id);
                }
                wait = Duration::from_secs(1);
            }
            tokio::select! {
                _ = snapshot_changes.changed() => {}
                _ = touches.changed() => {}
                _ = policy_changes.changed(), if !keeper.policy.is_complete() => {}
                () = sleep_until(Instant::now() + wait) => {}
            }
            sleep(GATHER).await;
        }
    }

    /// Waits until every cluster has taken in what is known now, or failed to; not for long.
    pub(super) async fn settle(&self) {
        let newest = *self.0.changed.borrow();
        let mut changes = self.changes();
        let has_keeper = |cluster: &KnownCluster| self.keeper(cluster.id).is_some();
        let all = async {
            // A cluster that was added just now gets its keeper soon.
            while !self.0.clusters.known().iter().all(has_keeper) {
                if changes.changed().await.is_err() {
                    return;
                }
            }
            let keepers: Vec<Arc<Keeper>> = lock(&self.0.keepers).values().cloned().collect();
            for keeper in keepers.iter().filter(|keeper| keeper.is_waited_for()) {
                let mut done = keeper.done.subscribe();
                let _ended = done.wait_for(|done| *done >= newest).await;
            }
        };
        let _in_time = timeout(super::SETTLE, all).await;
    }

    /// Takes everything that this console wrote out of a cluster that is about to be removed from the registry. What
    /// cannot be removed is logged: the cluster may be gone for good.
    pub async fn leave_cluster(&self, context: &RequestContext, cluster: Uuid) {
        if let Err(reason) = self.clear_cluster(context, cluster).await {
            tracing::warn!(%cluster, reason, "a cluster was removed, but what was written into it could not be");
        }
    }

    async fn clear_cluster(&self, context: &RequestContext, cluster: Uuid) -> Result<(), String> {
        let system = RequestContext {
            actor: crate::context::Actor::system(),
            ..context.clone()
        };
        // From now on nothing is written there any more.
        if let Some(keeper) = lock(&self.0.keepers).remove(&cluster) {
            keeper.leaving.cancel();
        }
        let client = self.0.clusters.client(&system, &cluster.to_string()).await;
        let client = client.map_err(|error| error.to_string())?;
        let nothing = super::desired::Desired::default();
        match timeout(FAREWELL, writer::reconcile(&client.kube, self.0.owner, &nothing)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.sentence()),
            Err(_) => Err(format!(
                "the cluster did not answer within {} seconds",
                FAREWELL.as_secs()
            )),
        }
    }
}

fn until_expiry(snapshot: &Snapshot, now: jiff::Timestamp) -> Duration {
    let Some(end) = snapshot.next_expiry() else {
        return LOOK_AGAIN;
    };
    let left = Duration::try_from(end.duration_since(now)).unwrap_or(Duration::ZERO);
    left.clamp(Duration::from_millis(200), LOOK_AGAIN)
}
