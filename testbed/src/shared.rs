//! One control plane for all tests that only need an API; each test works in namespaces of its own.

use crate::cluster::Cluster;
use crate::control_plane::client;
use crate::error::{Error, FileContext, Result};
use crate::workloads;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::core::v1::Namespace;
use kube::Client;
use kube::api::{Api, DeleteParams, PostParams};
use kube::config::Kubeconfig;
use secrecy::ExposeSecret as _;
use std::path::{Path, PathBuf};
use tokio::sync::OnceCell;

/// Names the kubeconfig of a cluster that was started for a whole test run.
pub const KUBECONFIG_VARIABLE: &str = "MUSTER_TEST_KUBECONFIG";

static SHARED: OnceCell<SharedCluster> = OnceCell::const_new();

/// A control plane that other tests use at the same time: stay within a [`TestNamespace`].
pub struct SharedCluster {
    kubeconfig_path: PathBuf,
    kubeconfig: String,
    url: String,
    certificate_authority: String,
    admin_token: String,
    /// Present when this process started it; it ends with the process.
    _own: Option<Cluster>,
}

impl Cluster {
    /// The control plane that `MUSTER_TEST_KUBECONFIG` names, or one for all tests of this process.
    pub async fn shared() -> Result<&'static SharedCluster> {
        SHARED.get_or_try_init(SharedCluster::find).await
    }
}

impl SharedCluster {
    async fn find() -> Result<Self> {
        if let Some(path) = std::env::var_os(KUBECONFIG_VARIABLE).filter(|value| !value.is_empty()) {
            return Self::open(PathBuf::from(path), None);
        }
        let cluster = Cluster::builder().name("shared").start().await?;
        Self::open(cluster.kubeconfig_path(), Some(cluster))
    }

    fn open(kubeconfig_path: PathBuf, own: Option<Cluster>) -> Result<Self> {
        let path = kubeconfig_path.as_path();
        let kubeconfig = std::fs::read_to_string(path).file("read", path)?;
        let unusable = |why: &str| Error::Unsupported(format!("{} {why}", path.display()));
        let parsed = Kubeconfig::from_yaml(&kubeconfig).map_err(|error| unusable(&error.to_string()))?;
        let cluster = parsed.clusters.first().and_then(|named| named.cluster.as_ref());
        let cluster = cluster.ok_or_else(|| unusable("names no cluster"))?;
        let user = parsed.auth_infos.first().and_then(|named| named.auth_info.as_ref());
        let token = user
            .and_then(|user| user.token.as_ref())
            .ok_or_else(|| unusable("has no token"))?;
        let authority = cluster.certificate_authority_data.as_deref().unwrap_or_default();
        let authority = STANDARD
            .decode(authority)
            .map_err(|error| unusable(&error.to_string()))?;
        Ok(Self {
            url: cluster.server.clone().ok_or_else(|| unusable("names no server"))?,
            certificate_authority: String::from_utf8_lossy(&authority).into_owned(),
            admin_token: token.expose_secret().to_owned(),
            kubeconfig,
            kubeconfig_path,
            _own: own,
        })
    }

    /// The administrator's kubeconfig file.
    pub fn kubeconfig_path(&self) -> &Path {
        &self.kubeconfig_path
    }

    /// The administrator's kubeconfig.
    pub fn kubeconfig(&self) -> &str {
        &self.kubeconfig
    }

    /// The apiserver's address on loopback.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate authority as PEM.
    pub fn certificate_authority(&self) -> &str {
        &self.certificate_authority
    }

    /// A bearer token of the group `system:masters`.
    pub fn admin_token(&self) -> &str {
        &self.admin_token
    }

    /// A client with the administrator's rights. It belongs to the runtime that asks, so keep none in a static.
    pub async fn client(&self) -> Result<Client> {
        client(&self.kubeconfig).await
    }

    /// A new namespace that nobody else uses, deleted when dropped.
    pub async fn namespace(&self) -> Result<TestNamespace> {
        let client = self.client().await?;
        let name = format!("test-{:016x}", rand::random::<u64>());
        let mut namespace = Namespace::default();
        namespace.metadata.name = Some(name.clone());
        Api::all(client.clone())
            .create(&PostParams::default(), &namespace)
            .await?;
        let namespace = TestNamespace {
            name,
            kubeconfig: self.kubeconfig.clone(),
        };
        workloads::wait_until_pods_are_taken(client, namespace.name()).await?;
        Ok(namespace)
    }
}

/// A namespace for one test.
pub struct TestNamespace {
    name: String,
    kubeconfig: String,
}

impl TestNamespace {
    /// The namespace's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for TestNamespace {
    fn drop(&mut self) {
        let (name, kubeconfig) = (std::mem::take(&mut self.name), std::mem::take(&mut self.kubeconfig));
        // A runtime of its own: the test's may be about to end. Failing to delete does not fail a test.
        let deletion = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?;
            runtime.block_on(async {
                let namespaces: Api<Namespace> = Api::all(client(&kubeconfig).await.ok()?);
                namespaces.delete(&name, &DeleteParams::background()).await.ok()
            })
        });
        let _ = deletion.join();
    }
}
