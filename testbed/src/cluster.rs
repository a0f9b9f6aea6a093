//! One test cluster from start to end.

use crate::binaries::{self, Binary, KubernetesVersion, run_blocking};
use crate::control_plane::flags::OtherAuthorizer;
use crate::control_plane::{ControlPlane, late};
use crate::error::{Error, FileContext, Result};
use crate::process::Process;
use crate::real_nodes::{self, COREDNS, Network, RealNodes};
use crate::run_folder::RunFolder;
use crate::{fake_nodes, workloads};
use kube::Client;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long nodes may take to report Ready, and pods of the cluster itself to run.
const NODE_PATIENCE: Duration = Duration::from_secs(120);

const MOST_FAKE_NODES: u32 = 5_000;
const MOST_REAL_NODES: u8 = 50;

/// Says what a cluster shall be like.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[must_use]
pub struct ClusterBuilder {
    pub(crate) name: String,
    pub(crate) version: KubernetesVersion,
    pub(crate) fake_nodes: u32,
    pub(crate) real_nodes: u32,
    /// Asked by the API server when RBAC does not allow something.
    #[serde(default)]
    pub(crate) other_authorizer: Option<OtherAuthorizer>,
}

impl Default for ClusterBuilder {
    fn default() -> Self {
        Self {
            name: "testbed".to_owned(),
            version: KubernetesVersion::default(),
            fake_nodes: 0,
            real_nodes: 0,
            other_authorizer: None,
        }
    }
}

impl ClusterBuilder {
    /// The name in the kubeconfig and in the cluster's folder.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The Kubernetes version; 1.36 when not said.
    pub fn kubernetes(mut self, version: KubernetesVersion) -> Self {
        self.version = version;
        self
    }

    /// How many nodes kwok plays.
    pub fn fake_nodes(mut self, count: u32) -> Self {
        self.fake_nodes = count;
        self
    }

    /// How many nodes really run containers; needs root.
    pub fn real_nodes(mut self, count: u32) -> Self {
        self.real_nodes = count;
        self
    }

    /// The API server asks this address, too, who may do what (`SubjectAccessReview` by POST), after RBAC.
    pub fn authorization_webhook(mut self, url: impl Into<String>) -> Self {
        self.other_authorizer = Some(OtherAuthorizer::Webhook(url.into()));
        self
    }

    /// The API server obeys these policies, too (ABAC, a JSON object a line), after RBAC.
    pub fn authorization_policies(mut self, policies: impl Into<String>) -> Self {
        self.other_authorizer = Some(OtherAuthorizer::Policies(policies.into()));
        self
    }

    /// Builds what is missing, starts the cluster and waits until it is usable.
    pub async fn start(self) -> Result<Cluster> {
        let real_nodes = self.check()?;
        binaries::ensure(&self.binaries()).await?;
        let name = self.name.clone();
        let run = run_blocking(move || RunFolder::create(&name)).await?;
        let network = if real_nodes > 0 {
            Some(Network::create(&run)?)
        } else {
            None
        };
        let address = network.as_ref().map(Network::gateway);
        let control_plane =
            ControlPlane::start(&run, &self.name, self.version, address, self.other_authorizer.as_ref()).await?;
        let mut cluster = Cluster {
            kubectl: self.version,
            real_nodes: None,
            kwok: None,
            control_plane,
            run,
        };
        if let Some(network) = &network {
            let (run, control_plane) = (&cluster.run, &cluster.control_plane);
            cluster.real_nodes = Some(RealNodes::start(run, control_plane, network, self.version, real_nodes).await?);
            cluster.apply(COREDNS).await?;
        }
        if self.fake_nodes > 0 {
            let (run, control_plane) = (&cluster.run, &cluster.control_plane);
            cluster.kwok = Some(fake_nodes::start(run, control_plane, self.version, self.fake_nodes).await?);
        }
        cluster.wait_for_nodes(self.fake_nodes + u32::from(real_nodes)).await?;
        Ok(cluster)
    }

    /// The programs that such a cluster needs.
    pub(crate) fn binaries(&self) -> Vec<Binary> {
        let mut needed = Binary::control_plane(self.version);
        if self.fake_nodes > 0 {
            needed.push(Binary::KWOK);
        }
        if self.real_nodes > 0 {
            needed.extend(Binary::real_node(self.version));
        }
        needed
    }

    /// Refuses what this machine cannot do before anything is started.
    pub(crate) fn check(&self) -> Result<u8> {
        if self.fake_nodes > MOST_FAKE_NODES {
            return Err(Error::Unsupported(format!(
                "at most {MOST_FAKE_NODES} fake nodes fit the addresses"
            )));
        }
        let real_nodes = u8::try_from(self.real_nodes)
            .ok()
            .filter(|count| *count <= MOST_REAL_NODES);
        let real_nodes =
            real_nodes.ok_or_else(|| Error::Unsupported(format!("at most {MOST_REAL_NODES} real nodes fit")))?;
        if real_nodes > 0 {
            real_nodes::check_machine()?;
        }
        Ok(real_nodes)
    }
}

/// A running cluster. Dropping it ends every process and removes everything it made.
pub struct Cluster {
    /// kubectl stays what it was: it may be one version apart from the servers.
    kubectl: KubernetesVersion,
    // Dropped in this order: processes first, then what the run folder wrote down.
    real_nodes: Option<RealNodes>,
    kwok: Option<Process>,
    control_plane: ControlPlane,
    run: RunFolder,
}

impl Cluster {
    /// Describes a cluster.
    pub fn builder() -> ClusterBuilder {
        ClusterBuilder::default()
    }

    /// A control plane without nodes.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// The administrator's kubeconfig file.
    pub fn kubeconfig_path(&self) -> PathBuf {
        self.control_plane.kubeconfig_path()
    }

    /// The administrator's kubeconfig.
    pub fn kubeconfig(&self) -> Result<String> {
        let path = self.kubeconfig_path();
        fs::read_to_string(&path).file("read", &path)
    }

    /// The apiserver's address on loopback.
    pub fn url(&self) -> String {
        self.control_plane.url()
    }

    /// The certificate authority as PEM.
    pub fn certificate_authority(&self) -> &str {
        self.control_plane.authority().pem()
    }

    /// A bearer token of the group `system:masters`.
    pub fn admin_token(&self) -> &str {
        self.control_plane.token()
    }

    /// The apiserver's audit log: one JSON event a line, without the cluster's own parts.
    pub fn audit_log_path(&self) -> PathBuf {
        self.control_plane.audit_log_path()
    }

    /// Where the cluster keeps its files and logs while it runs.
    pub fn folder(&self) -> &Path {
        self.run.path()
    }

    /// The numbers of the processes of the control plane and of what plays nodes. Whoever measures something else beside
    /// the cluster may let them rest (`SIGSTOP`) and go on (`SIGCONT`).
    pub fn process_ids(&self) -> Vec<u32> {
        let mut ids = self.control_plane.process_ids();
        ids.extend(self.kwok.as_ref().map(Process::id));
        ids
    }

    /// A client with the administrator's rights.
    pub async fn client(&self) -> Result<Client> {
        self.control_plane.client().await
    }

    /// Restarts the control plane in another version on the same data.
    pub async fn change_version(&mut self, version: KubernetesVersion) -> Result<()> {
        binaries::ensure(&Binary::servers(version)).await?;
        self.control_plane.restart(&self.run, version).await
    }

    /// Where a kubectl is that suits the cluster's version.
    pub async fn kubectl_path(&self) -> Result<PathBuf> {
        Binary::kubernetes(self.kubectl, "kubectl").path().await
    }

    /// Applies a manifest of one or more documents as the administrator.
    pub async fn apply(&self, manifest: &str) -> Result<()> {
        workloads::apply(&self.kubeconfig_path(), self.kubectl, manifest).await
    }

    /// Loads a lively set of workloads, healthy and broken, onto the nodes that there are.
    pub async fn load_demo(&self) -> Result<()> {
        let (real, fake) = (self.real_nodes.is_some(), self.kwok.is_some());
        workloads::load_demo(&self.kubeconfig_path(), self.kubectl, real, fake).await
    }

    /// Makes very many pods on the fake nodes, 200 of which fit one, and waits until all run.
    pub async fn many_pods(&self, count: u32) -> Result<()> {
        workloads::many_pods(self.client().await?, count, workloads::patience_for(count)).await
    }

    /// The same, and gives up when they do not run within `patience`.
    pub async fn many_pods_within(&self, count: u32, patience: Duration) -> Result<()> {
        workloads::many_pods(self.client().await?, count, patience).await
    }

    /// Waits until pods on real nodes can look up names.
    pub async fn wait_for_dns(&self) -> Result<()> {
        let client = self.client().await?;
        workloads::wait_until_available(client, "kube-system", "coredns", NODE_PATIENCE).await
    }

    /// Ends a real node (`node-1` and so on) as a power cut would. Answers whether there was one of that name.
    pub fn kill_node(&mut self, name: &str) -> bool {
        self.real_nodes.as_mut().is_some_and(|nodes| nodes.kill_node(name))
    }

    async fn wait_for_nodes(&mut self, count: u32) -> Result<()> {
        let client = self.client().await?;
        let deadline = Instant::now() + NODE_PATIENCE;
        loop {
            let (ready, waiting) = fake_nodes::readiness(client.clone()).await?;
            if ready >= count as usize {
                return Ok(());
            }
            self.real_nodes.as_mut().map_or(Ok(()), RealNodes::check)?;
            self.kwok.as_mut().map_or(Ok(()), Process::check)?;
            if Instant::now() > deadline {
                let seen = format!("{ready} of {count} are; not ready: {}", waiting.join(", "));
                return Err(late("nodes were not ready", NODE_PATIENCE, &seen));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Cluster {
    /// Ends the cluster and waits until nothing of it is left.
    pub async fn stop(self) -> Result<()> {
        run_blocking(move || {
            drop(self);
            Ok(())
        })
        .await
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(nodes) = &mut self.real_nodes {
            nodes.kill();
        }
        if let Some(kwok) = &mut self.kwok {
            kwok.kill();
        }
        self.control_plane.kill();
    }
}
