//! Every long-lived part of the server, made once at start and handed to every handler.

mod admission;

pub use admission::view_target;

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;
use uuid::Uuid;

use crate::access::Access;
use crate::audit::Audit;
use crate::clock::Clock;
use crate::clusters::reachable::Reachable;
use crate::clusters::{ClusterError, Clusters};
use crate::config::{Config, FILE_NAME};
use crate::context::RequestContext;
use crate::database::{Database, DatabaseError, settings};
use crate::deployments::Deployments;
use crate::identity::provider_file::ProviderFileError;
use crate::identity::provider_registry::ProviderRegistry;
use crate::identity::{Identity, IdentityError};
use crate::jobs;
use crate::resources::Tables;
use crate::resources::object::Objects;
use crate::secrets::{MasterKeyError, Secrets};

/// The setting that tells this console from every other one that may look after the same clusters.
const CONSOLE_ID: &str = "console-id";

/// The server's parts; cheap to clone, the same for everyone. Handlers take `State(app): State<App>`.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

/// The parts themselves.
pub struct AppParts {
    /// What the administrator configured.
    pub config: Config,
    /// How people reach the console: the base of links, and the origin that browsers must come from.
    pub public_url: Url,
    /// Tells the time.
    pub clock: Clock,
    /// Where everything is kept.
    pub database: Database,
    /// Seals and opens columns that hold credentials.
    pub secrets: Secrets,
    /// What was done, by whom.
    pub audit: Audit,
    /// Users, passwords, sessions and API tokens.
    pub identity: Identity,
    /// The directories and sign-in pages that people come from.
    pub providers: ProviderRegistry,
    /// The registered clusters and the one door to them.
    pub clusters: Clusters,
    /// Roles, bindings and projects: who may do what.
    pub access: Access,
    /// The live lists of every kind.
    pub tables: Tables,
    /// Single objects of the clusters: read, written, explained.
    pub objects: Objects,
    /// The deployment form and its rollouts.
    pub deployments: Deployments,
    /// Background work, and the signal that ends it.
    pub tasks: Tasks,
}

/// Background work: what runs, and the signal that ends it at shutdown.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    /// Knows every running task, so that shutdown can wait for them.
    pub tracker: TaskTracker,
    /// Cancelled when the server stops: long-lived connections and jobs end then.
    pub stopping: CancellationToken,
}

impl Tasks {
    /// Runs `work` to its end, whoever still waits for it: also when the server stops meanwhile, which waits for it.
    pub fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.tracker.spawn(work)
    }

    /// Runs `work` in the background until it ends or the server stops.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.tracker.spawn(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                () = work => {}
            }
        });
    }
}

/// The server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The master key cannot be used.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// Users and sessions cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The configuration file's providers cannot be used.
    #[error(transparent)]
    ProviderFile(#[from] ProviderFileError),
    /// The registered clusters cannot be read.
    #[error(transparent)]
    Clusters(#[from] ClusterError),
}

impl App {
    /// Makes every part for a server that listens on `address`, and starts the background work.
    pub async fn start(config: Config, address: SocketAddr, clock: Clock) -> Result<Self, StartError> {
        // Several crates speak TLS; all of them use ring. A second start in one process finds it installed.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let database = Database::open(&config).await?;
        let secrets = Secrets::of_database(&config.data, &database).await?;
        let audit = Audit::start(&config, database.clone(), secrets.clone(), clock.clone());
        let identity = Identity::new(&config, database.clone(), secrets.clone(), clock.clone())?;
        let file = config.file.clone().unwrap_or_else(|| config.in_data(FILE_NAME));
        let system = RequestContext::system(clock.clone());
        let mut changes = Vec::new();
        let agreed = identity
            .agree_with_file(&system, &file, &config.identity_providers, &mut changes)
            .await;
        jobs::accounts::write_file_changes(&audit, &system, &file, changes).await;
        agreed?;
        let providers = ProviderRegistry::new(database.clone(), secrets.clone(), clock.clone());
        let tasks = Tasks::default();
        let console = console_id(&database).await?;
        let clusters = Clusters::load(
            database.clone(),
            secrets.clone(),
            clock.clone(),
            tasks.clone(),
            console,
            Reachable::new(&config.cluster_networks),
        )
        .await?;
        let access = Access::load(
            database.clone(),
            clusters.clone(),
            clock.clone(),
            tasks.clone(),
            console,
        )
        .await?;
        let tables = Tables::new(clusters.clone(), access.clone(), clock.clone(), tasks.clone());
        let public_url = config.public_url_at(address);
        let objects = Objects::new(clusters.clone(), access.clone(), tasks.clone());
        let deployments = Deployments::new(objects.clone(), tasks.clone());
        let app = Self(Arc::new(AppParts {
            config,
            public_url,
            clock,
            database,
            secrets,
            audit,
            identity,
            providers,
            clusters,
            access,
            tables,
            objects,
            deployments,
            tasks,
        }));
        jobs::start(&app);
        Ok(app)
    }
}

/// This console's own id, made at the first start and never changed.
async fn console_id(database: &Database) -> Result<Uuid, DatabaseError> {
    let kept = settings::write_once(database, CONSOLE_ID, &Uuid::new_v4().to_string()).await?;
    Uuid::parse_str(&kept).map_err(|_| DatabaseError::Damaged("settings.console-id"))
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_must_not_stay_half_done_is_waited_for_when_the_server_stops() {
        let tasks = Tasks::default();
        let (go_on, waits) = tokio::sync::oneshot::channel::<()>();
        let ended = tasks.finish(async move { waits.await.is_ok() });
        let ends_at_once = Arc::new(());
        let held = Arc::clone(&ends_at_once);
        tasks.spawn(async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        tasks.stopping.cancel();
        tasks.tracker.close();
        while Arc::strong_count(&ends_at_once) > 1 {
            tokio::task::yield_now().await;
        }
        assert!(futures::FutureExt::now_or_never(tasks.tracker.wait()).is_none());
        go_on.send(()).unwrap();
        tasks.tracker.wait().await;
        assert!(ended.await.unwrap());
    }
}
