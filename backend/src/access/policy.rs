//! One cluster's own roles, bindings and namespaces, followed by watches, so that shared rows can be shown to exactly
//! those whom the API server would show them.
//!
//! Each cluster has one follower, started when the cluster is registered; it owns the copy and everybody else only
//! reads it. Until everything was read once, nobody but an administrator is shown anything: "could not check" is not
//! "allowed".

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, RwLock};
use std::time::Duration;

use futures::{Stream, StreamExt as _, stream};
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use kube::api::Api;
use kube::core::PartialObjectMeta;
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt as _, watcher as follow};
use kube::{Client, ResourceExt as _};
use kube_access::{Access, BindingObject, Identity, Policy, RoleObject};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::desired::OWNER_LABEL;
use crate::locks::{lock, read, write};

/// Kept answers; more identities than this at the same time are worked out anew.
const MOST_KEPT: usize = 1000;

/// What is known of one cluster's rights.
pub(super) struct ClusterPolicy {
    policy: RwLock<Policy>,
    namespaces: RwLock<BTreeSet<String>>,
    /// Which of the five kinds were read completely once.
    complete: RwLock<[bool; 5]>,
    failure: RwLock<Option<String>>,
    changed: watch::Sender<u64>,
    /// Changes whenever an object of this console, or a namespace, changed: the writer looks again.
    touched: watch::Sender<u64>,
    kept: Mutex<HashMap<Identity, (u64, Access)>>,
}

enum Change {
    ClusterRole(Event<ClusterRole>),
    Role(Event<Role>),
    ClusterRoleBinding(Event<ClusterRoleBinding>),
    RoleBinding(Event<RoleBinding>),
    Namespace(Event<PartialObjectMeta<Namespace>>),
}

impl ClusterPolicy {
    pub(super) fn new() -> Self {
        Self {
            policy: RwLock::default(),
            namespaces: RwLock::default(),
            complete: RwLock::default(),
            failure: RwLock::default(),
            changed: watch::Sender::new(0),
            touched: watch::Sender::new(0),
            kept: Mutex::default(),
        }
    }

    /// Was everything read once?
    pub(super) fn is_complete(&self) -> bool {
        read(&self.complete).iter().all(|complete| *complete)
    }

    /// Why rights cannot be read, when they cannot.
    pub(super) fn failure(&self) -> Option<String> {
        read(&self.failure).clone()
    }

    /// Tells when somebody's rights, or the namespaces, may have changed.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Tells when what this console wrote, or the namespaces, changed.
    pub(super) fn touches(&self) -> watch::Receiver<u64> {
        self.touched.subscribe()
    }

    /// The names of the namespaces.
    pub(super) fn namespaces(&self) -> BTreeSet<String> {
        read(&self.namespaces).clone()
    }

    /// What an identity may do there; nothing while not everything was read.
    pub(super) fn access_of(&self, identity: &Identity) -> Access {
        if !self.is_complete() {
            return Access::default();
        }
        let policy = read(&self.policy);
        let revision = policy.revision();
        if let Some((kept, access)) = lock(&self.kept).get(identity)
            && *kept == revision
        {
            return access.clone();
        }
        let access = policy.access_of(identity);
        let mut kept = lock(&self.kept);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(identity.clone(), (revision, access.clone()));
        access
    }

    /// Follows the cluster until the future is dropped.
    pub(super) async fn follow(&self, client: Client) {
        let mut changes = stream::select_all([
            all::<ClusterRole>(&client, Change::ClusterRole),
            all::<Role>(&client, Change::Role),
            all::<ClusterRoleBinding>(&client, Change::ClusterRoleBinding),
            all::<RoleBinding>(&client, Change::RoleBinding),
            all::<PartialObjectMeta<Namespace>>(&client, Change::Namespace),
        ]);
        let mut reading = Reading::default();
        while let Some(change) = changes.next().await {
            match change {
                Ok(change) => {
                    *write(&self.failure) = None;
                    self.take(change, &mut reading);
                }
                Err(error) => {
                    let message = sentence(&error);
                    tracing::debug!(error = message, "a cluster's rights cannot be followed now");
                    *write(&self.failure) = Some(message);
                }
            }
        }
    }

    fn take(&self, change: Change, reading: &mut Reading) {
        let (changed, touched) = match change {
            Change::ClusterRole(event) => {
                let ours = is_ours(&event);
                let done = reading.cluster_roles.take(event, object);
                let changed = done.is_some_and(|done| {
                    let mut policy = write(&self.policy);
                    match done {
                        Done::All(roles) => policy.replace_cluster_roles(roles) | self.complete(0),
                        Done::Put(role) => policy.put_cluster_role(role),
                        Done::Gone(_, name) => policy.remove_cluster_role(&name),
                    }
                });
                (changed, ours)
            }
            Change::Role(event) => {
                let done = reading.roles.take(event, object);
                let changed = done.is_some_and(|done| {
                    let mut policy = write(&self.policy);
                    match done {
                        Done::All(roles) => policy.replace_roles(roles) | self.complete(1),
                        Done::Put(role) => policy.put_role(role),
                        Done::Gone(namespace, name) => policy.remove_role(&namespace, &name),
                    }
                });
                (changed, false)
            }
            Change::ClusterRoleBinding(event) => {
                let ours = is_ours(&event);
                let done = reading.cluster_role_bindings.take(event, object);
                let changed = done.is_some_and(|done| {
                    let mut policy = write(&self.policy);
                    match done {
                        Done::All(all) => policy.replace_cluster_role_bindings(all) | self.complete(2),
                        Done::Put(binding) => policy.put_cluster_role_binding(binding),
                        Done::Gone(_, name) => policy.remove_cluster_role_binding(&name),
                    }
                });
                (changed, ours)
            }
            Change::RoleBinding(event) => {
                let ours = is_ours(&event);
                let done = reading.role_bindings.take(event, object);
                let changed = done.is_some_and(|done| {
                    let mut policy = write(&self.policy);
                    match done {
                        Done::All(all) => policy.replace_role_bindings(all) | self.complete(3),
                        Done::Put(binding) => policy.put_role_binding(binding),
                        Done::Gone(namespace, name) => policy.remove_role_binding(&namespace, &name),
                    }
                });
                (changed, ours)
            }
            Change::Namespace(event) => {
                let done = reading
                    .namespaces
                    .take(event, |namespace: PartialObjectMeta<Namespace>| {
                        Some(namespace.name_any())
                    });
                let changed = done.is_some_and(|done| {
                    let mut namespaces = write(&self.namespaces);
                    match done {
                        Done::All(names) => {
                            *namespaces = names.into_iter().collect();
                            self.complete(4);
                            true
                        }
                        Done::Put(name) => namespaces.insert(name),
                        Done::Gone(_, name) => namespaces.remove(&name),
                    }
                });
                (changed, changed)
            }
        };
        if changed {
            self.changed.send_modify(|count| *count += 1);
        }
        if touched {
            self.touched.send_modify(|count| *count += 1);
        }
    }

    fn complete(&self, kind: usize) -> bool {
        !std::mem::replace(&mut write(&self.complete)[kind], true)
    }
}

/// What was read so far of lists that are being read anew.
#[derive(Default)]
struct Reading {
    cluster_roles: Relist<RoleObject>,
    roles: Relist<RoleObject>,
    cluster_role_bindings: Relist<BindingObject>,
    role_bindings: Relist<BindingObject>,
    namespaces: Relist<String>,
}

struct Relist<T>(Vec<T>);

impl<T> Default for Relist<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

enum Done<T> {
    All(Vec<T>),
    Put(T),
    Gone(String, String),
}

impl<T> Relist<T> {
    fn take<K: kube::Resource>(&mut self, event: Event<K>, convert: impl Fn(K) -> Option<T>) -> Option<Done<T>> {
        match event {
            Event::Init => {
                self.0.clear();
                None
            }
            Event::InitApply(object) => {
                self.0.extend(convert(object));
                None
            }
            Event::InitDone => Some(Done::All(std::mem::take(&mut self.0))),
            Event::Apply(object) => convert(object).map(Done::Put),
            Event::Delete(object) => Some(Done::Gone(object.namespace().unwrap_or_default(), object.name_any())),
        }
    }
}

fn is_ours<K: kube::Resource>(event: &Event<K>) -> bool {
    match event {
        Event::Apply(object) | Event::Delete(object) => object.labels().contains_key(OWNER_LABEL),
        Event::InitDone => true,
        Event::Init | Event::InitApply(_) => false,
    }
}

/// The part of an object that decisions depend on. What cannot be read as such is not there: it can only allow less.
fn object<K: Serialize, T: DeserializeOwned>(object: K) -> Option<T> {
    let value = serde_json::to_value(object).ok()?;
    serde_json::from_value(value).ok()
}

fn settings() -> watcher::Config {
    // A watch that died silently is noticed after this time at the latest.
    watcher::Config::default().timeout(Duration::from_mins(2).as_secs().try_into().unwrap_or(120))
}

fn all<K>(
    client: &Client,
    change: fn(Event<K>) -> Change,
) -> std::pin::Pin<Box<dyn Stream<Item = Result<Change, watcher::Error>> + Send>>
where
    K: kube::Resource<DynamicType = ()> + Clone + DeserializeOwned + std::fmt::Debug + Send + 'static,
{
    follow(Api::<K>::all(client.clone()), settings())
        .default_backoff()
        .map(move |event| event.map(change))
        .boxed()
}

fn sentence(error: &watcher::Error) -> String {
    use std::error::Error as _;
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
