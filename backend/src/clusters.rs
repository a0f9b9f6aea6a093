//! The registry of clusters and the one door to them: who is registered, how they are reached, how they are.
//!
//! Only this room makes Kubernetes clients and sees clusters' credentials. It knows no kinds of objects.

mod connection;
pub mod endpoint;
mod entry;
pub mod failure;
mod health;
mod impersonation;
pub mod kubeconfig;
pub mod kubeconfig_file;
mod narrowed;
mod origin;
pub mod reachable;
mod registration;
pub mod streaming;

use crate::app::Tasks;
use crate::clock::Clock;
use crate::context::RequestContext;
use crate::database::clusters::{self as table, ClusterRecord};
use crate::database::{Database, DatabaseError};
use crate::locks::{read, write};
use crate::secrets::{SealedColumn, Secrets};
use endpoint::Endpoint;
use entry::{Entry, Names, unknown_health};
use failure::Failure;
use muster_api::cluster::{Cluster, ClusterHealth, ClusterState, UpdateClusterRequest};
use muster_api::problem::FieldProblem;
use narrowed::Narrowed;
use reachable::Reachable;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Why something with clusters did not work.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No registered cluster has this id or name.
    #[error("there is no cluster {0:?}")]
    NotFound(String),
    /// Another cluster has the name, perhaps in other case.
    #[error("a cluster with the name {0:?} is registered already")]
    NameTaken(String),
    /// Fields of the request are wrong.
    #[error("{} fields are wrong", .0.len())]
    InvalidFields(Vec<FieldProblem>),
    /// The cluster could not be asked.
    #[error("cluster {cluster}: {}", failure.message)]
    Failed {
        /// The cluster's name.
        cluster: String,
        /// Why.
        failure: Failure,
    },
    /// The registry could not be read or written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Credentials could not be sealed.
    #[error("the credentials could not be sealed")]
    Sealing(#[source] SealingError),
}

/// Credentials could not be made ready for the database.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// They could not be written as text.
    #[error(transparent)]
    Text(#[from] serde_json::Error),
    /// They could not be sealed.
    #[error(transparent)]
    Seal(#[from] crate::secrets::SecretsError),
}

/// A client of one cluster that speaks for one actor.
#[derive(Clone)]
pub struct ClusterClient {
    /// The cluster's id.
    pub id: Uuid,
    /// The cluster's name.
    pub name: String,
    /// The client. Answers have a deadline, redirects are not followed, identity headers of callers are dropped.
    pub kube: kube::Client,
}

/// A registered cluster, as far as bindings are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCluster {
    /// Its id.
    pub id: Uuid,
    /// Its labels in the console.
    pub labels: Vec<(String, String)>,
}

/// The registered clusters; cheap to clone, the same for everyone.
#[derive(Clone)]
pub struct Clusters(Arc<Registry>);

struct Registry {
    database: Database,
    secrets: Secrets,
    clock: Clock,
    tasks: Tasks,
    /// This installation's own id: names the group of its administrators in clusters.
    console: Uuid,
    /// Where the console connects to when it reaches a cluster.
    reachable: Reachable,
    entries: RwLock<HashMap<Uuid, Arc<Entry>>>,
    /// Counts changes of the registry: clusters added, removed, renamed or relabelled.
    changed: watch::Sender<u64>,
}

/// What lists need to know of a cluster.
#[derive(Clone)]
pub struct ClusterHandle {
    /// The cluster's id.
    pub id: Uuid,
    /// The cluster's name.
    pub name: String,
    /// Cancelled when the cluster is removed from the registry.
    pub removed: CancellationToken,
}

impl Clusters {
    /// Reads the registry and begins to check every cluster's health.
    pub async fn load(
        database: Database,
        secrets: Secrets,
        clock: Clock,
        tasks: Tasks,
        console: Uuid,
        reachable: Reachable,
    ) -> Result<Self, ClusterError> {
        let records = table::list(&database).await?;
        let clusters = Self(Arc::new(Registry {
            database,
            secrets,
            clock,
            tasks,
            console,
            reachable,
            entries: RwLock::default(),
            changed: watch::Sender::new(0),
        }));
        for record in records {
            clusters.open(record);
        }
        Ok(clusters)
    }

    /// THE one door to a cluster: a client that speaks for the context's actor. The console itself speaks with the
    /// cluster's own credentials; everyone else is impersonated, and the API server decides what he may. With a token that
    /// is for some namespaces, nothing else is asked for.
    pub async fn client(&self, context: &RequestContext, cluster: &str) -> Result<ClusterClient, ClusterError> {
        let entry = self.entry(context, cluster)?;
        let name = entry.name();
        let connections = entry.connections.as_ref().map_err(|failure| ClusterError::Failed {
            cluster: name.clone(),
            failure: failure.clone(),
        })?;
        let kube = if context.actor.is_system() {
            connections.client()
        } else {
            entry.until_ready().await;
            let narrowed = context.scope.namespaces_in(entry.id).cloned().map(Narrowed::to);
            connections.client_for(impersonation::identity(&context.actor, self.0.console), narrowed)
        };
        Ok(ClusterClient {
            id: entry.id,
            name,
            kube,
        })
    }

    /// Tells when a cluster was added, removed, renamed or relabelled.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// Every registered cluster, as far as bindings are concerned.
    pub fn known(&self) -> Vec<KnownCluster> {
        let entries = read(&self.0.entries);
        let known = entries.values().map(|entry| KnownCluster {
            id: entry.id,
            labels: read(&entry.names).labels.clone().into_iter().collect(),
        });
        known.collect()
    }

    /// People's rights were written into a cluster, or it is known why they cannot be.
    pub fn mark_ready(&self, cluster: Uuid) {
        if let Some(entry) = read(&self.0.entries).get(&cluster) {
            entry.ready.send_replace(true);
        }
    }

    /// Every cluster that the actor sees, by name.
    pub fn list(&self, context: &RequestContext) -> Vec<Cluster> {
        let entries = self.visible(context);
        let mut clusters: Vec<_> = entries.iter().map(|entry| entry.describe()).collect();
        clusters.sort_by_cached_key(|cluster| (name_key(&cluster.name), cluster.id.clone()));
        clusters
    }

    /// One cluster, by id or name.
    pub fn get(&self, context: &RequestContext, cluster: &str) -> Result<Cluster, ClusterError> {
        Ok(self.entry(context, cluster)?.describe())
    }

    /// What lists need of the named clusters, or of all that the actor sees.
    pub fn handles(&self, context: &RequestContext, clusters: &[String]) -> Result<Vec<ClusterHandle>, ClusterError> {
        let entries = if clusters.is_empty() {
            self.visible(context)
        } else {
            let named = clusters.iter().map(|cluster| self.entry(context, cluster));
            named.collect::<Result<_, _>>()?
        };
        let mut handles: Vec<_> = entries
            .iter()
            .map(|entry| ClusterHandle {
                id: entry.id,
                name: entry.name(),
                removed: entry.removed.clone(),
            })
            .collect();
        handles.sort_by_cached_key(|handle| (name_key(&handle.name), handle.id));
        handles.dedup_by_key(|handle| handle.id);
        Ok(handles)
    }

    /// Cancelled when the cluster is removed from the registry: what is open to it ends then.
    pub fn removal(&self, context: &RequestContext, cluster: &str) -> Result<CancellationToken, ClusterError> {
        Ok(self.entry(context, cluster)?.removed.clone())
    }

    /// The ids of the named clusters, for a request whose field `clusters` names them; each once.
    pub fn ids(&self, context: &RequestContext, clusters: &[String]) -> Result<Vec<Uuid>, ClusterError> {
        if clusters.is_empty() {
            return Ok(Vec::new());
        }
        match self.handles(context, clusters) {
            Ok(handles) => Ok(handles.iter().map(|handle| handle.id).collect()),
            Err(ClusterError::NotFound(cluster)) => {
                let message = format!("There is no cluster {cluster:?}.");
                let problem = FieldProblem::new("clusters", "unknown-cluster", message);
                Err(ClusterError::InvalidFields(vec![problem]))
            }
            Err(other) => Err(other),
        }
    }

    /// How a cluster is, as last checked; unknown for one that is not registered.
    pub fn health(&self, cluster: Uuid) -> ClusterHealth {
        match read(&self.0.entries).get(&cluster) {
            Some(entry) => read(&entry.health).clone(),
            None => unknown_health(),
        }
    }

    /// How many clusters are in which state, as last checked; every state is there.
    pub fn count_by_state(&self) -> [(&'static str, usize); 4] {
        let mut counts = [("ready", 0), ("failing", 0), ("unreachable", 0), ("unknown", 0)];
        for entry in read(&self.0.entries).values() {
            let place = match read(&entry.health).state {
                ClusterState::Ready => 0,
                ClusterState::Failing => 1,
                ClusterState::Unreachable => 2,
                ClusterState::Unknown => 3,
            };
            counts[place].1 += 1;
        }
        counts
    }

    /// Renames or relabels a cluster.
    pub async fn update(
        &self,
        context: &RequestContext,
        cluster: &str,
        request: UpdateClusterRequest,
    ) -> Result<Cluster, ClusterError> {
        let entry = self.entry(context, cluster)?;
        let mut names = read(&entry.names).clone();
        let mut problems = Vec::new();
        if let Some(name) = request.name {
            name.trim().clone_into(&mut names.name);
            problems.extend(registration::name_problem(&names.name));
        }
        if let Some(labels) = request.labels {
            problems.extend(registration::label_problems(&labels));
            names.labels = labels;
        }
        if !problems.is_empty() {
            return Err(ClusterError::InvalidFields(problems));
        }
        self.ensure_name_is_free(&names.name, Some(entry.id))?;
        match table::rename(
            &self.0.database,
            entry.id,
            &names.name,
            &name_key(&names.name),
            &names.labels,
        )
        .await
        {
            Err(DatabaseError::Duplicate) => return Err(ClusterError::NameTaken(names.name)),
            other => other?,
        }
        *write(&entry.names) = names;
        self.notify();
        Ok(entry.describe())
    }

    /// Forgets a cluster: its watches end, its rows and credentials go. The cluster itself is not touched.
    pub async fn remove(&self, context: &RequestContext, cluster: &str) -> Result<(), ClusterError> {
        let entry = self.entry(context, cluster)?;
        table::delete(&self.0.database, entry.id).await?;
        write(&self.0.entries).remove(&entry.id);
        entry.removed.cancel();
        self.notify();
        Ok(())
    }

    /// Checks a cluster's health now.
    pub async fn check(&self, context: &RequestContext, cluster: &str) -> Result<Cluster, ClusterError> {
        let entry = self.entry(context, cluster)?;
        self.check_entry(&entry).await;
        Ok(entry.describe())
    }

    fn notify(&self) {
        self.0.changed.send_modify(|count| *count += 1);
    }

    /// The clusters that exist for who asks.
    fn visible(&self, context: &RequestContext) -> Vec<Arc<Entry>> {
        let entries = read(&self.0.entries);
        let visible = entries.values().filter(|entry| context.sees(entry.id));
        visible.cloned().collect()
    }

    /// A cluster by id or name; for whoever does not see it, it does not exist.
    fn entry(&self, context: &RequestContext, cluster: &str) -> Result<Arc<Entry>, ClusterError> {
        let entries = read(&self.0.entries);
        let found = if let Ok(id) = Uuid::parse_str(cluster) {
            entries.get(&id)
        } else {
            let key = name_key(cluster);
            entries.values().find(|entry| name_key(&read(&entry.names).name) == key)
        };
        let visible = found.filter(|entry| context.sees(entry.id));
        visible
            .cloned()
            .ok_or_else(|| ClusterError::NotFound(cluster.to_owned()))
    }

    fn ensure_name_is_free(&self, name: &str, except: Option<Uuid>) -> Result<(), ClusterError> {
        let key = name_key(name);
        let taken = read(&self.0.entries)
            .values()
            .any(|entry| Some(entry.id) != except && name_key(&read(&entry.names).name) == key);
        if taken {
            Err(ClusterError::NameTaken(name.to_owned()))
        } else {
            Ok(())
        }
    }

    /// Takes a stored cluster into memory and begins to check its health.
    fn open(&self, record: ClusterRecord) -> Arc<Entry> {
        let connections = match self.0.secrets.open_text(
            SealedColumn::CLUSTER_CREDENTIALS,
            record.id,
            &record.credentials,
        ) {
            Ok(text) => Endpoint::from_stored(record.url.clone(), &text)
                .ok_or_else(|| Failure::unusable_credentials("the stored credentials cannot be read: add it anew"))
                .and_then(|endpoint| connection::connect(&endpoint, &self.0.reachable)),
            Err(_) => Err(Failure::unusable_credentials(
                "the stored credentials cannot be opened with this server's master key: restore the key, or add the \
                 cluster anew",
            )),
        };
        let entry = Arc::new(Entry {
            id: record.id,
            created_at: record.created_at,
            url: record.url,
            names: RwLock::new(Names {
                name: record.name,
                labels: record.labels,
            }),
            connections,
            health: RwLock::new(ClusterHealth {
                version: record.version,
                nodes: record.nodes.and_then(|nodes| u32::try_from(nodes).ok()),
                checked_at: record.checked_at.map(|time| time.to_string()),
                ..unknown_health()
            }),
            removed: CancellationToken::new(),
            ready: watch::Sender::new(false),
        });
        write(&self.0.entries).insert(entry.id, Arc::clone(&entry));
        self.notify();
        self.begin_checking(&entry);
        entry
    }
}

/// Names that differ only in case are the same name.
pub(crate) fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}
