//! etcd, kube-apiserver, the controller manager and the scheduler as processes of this machine.

pub(crate) mod flags;

use crate::binaries::{Binary, KubernetesVersion};
use crate::certificates::Authority;
use crate::error::{Error, FileContext, Result};
use crate::kubeconfig::{self, Credentials};
use crate::ports;
use crate::process::Process;
use crate::run_folder::RunFolder;
use flags::{OtherAuthorizer, api_server_flags};
use kube::Client;
use kube::config::{KubeConfigOptions, Kubeconfig};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The address range of Services, the same in every cluster: it never leaves a node.
pub(crate) const SERVICE_RANGE: &str = "10.96.0.0/16";
/// The first Service address, under which pods find the apiserver.
const API_SERVICE_ADDRESS: &str = "10.96.0.1";
/// How long a part of the control plane may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(90);

/// The running control plane of one cluster.
pub(crate) struct ControlPlane {
    settings: Settings,
    etcd: Process,
    /// Everything above etcd, in the order in which it was started.
    kubernetes: Vec<Process>,
}

/// What stays the same when the control plane is restarted in another version.
struct Settings {
    folder: PathBuf,
    authority: Authority,
    token: String,
    name: String,
    etcd_port: u16,
    port: u16,
    /// The address under which nodes reach the apiserver, when there are real nodes.
    node_address: Option<Ipv4Addr>,
    flags: Vec<String>,
}

impl ControlPlane {
    /// Starts everything and waits until the API answers.
    pub async fn start(
        run: &RunFolder,
        name: &str,
        version: KubernetesVersion,
        node_address: Option<Ipv4Addr>,
        other_authorizer: Option<&OtherAuthorizer>,
    ) -> Result<Self> {
        let folder = run.subfolder("control-plane")?;
        let authority = Authority::create(&folder)?;
        let token = format!("{:032x}", rand::random::<u128>());
        let (etcd_port, peer_port, port) = (ports::free()?, ports::free()?, ports::free()?);
        let etcd = start_etcd(&folder, etcd_port, peer_port).await?;
        run.note_process("etcd", etcd.id())?;
        let flags = api_server_flags(&folder, &authority, &token, node_address, other_authorizer)?;
        let settings = Settings {
            folder,
            authority,
            token,
            name: name.to_owned(),
            etcd_port,
            port,
            node_address,
            flags,
        };
        let mut control_plane = Self {
            settings,
            etcd,
            kubernetes: Vec::new(),
        };
        kubeconfig::write(
            &control_plane.kubeconfig_path(),
            name,
            &control_plane.url(),
            control_plane.settings.authority.pem(),
            &Credentials::Token(&control_plane.settings.token),
        )?;
        control_plane.start_kubernetes(run, version).await?;
        Ok(control_plane)
    }

    /// Replaces everything above etcd by another version, with the same flags.
    pub async fn restart(&mut self, run: &RunFolder, version: KubernetesVersion) -> Result<()> {
        while let Some(mut process) = self.kubernetes.pop() {
            process.terminate(Duration::from_secs(10));
        }
        self.start_kubernetes(run, version).await
    }

    /// Ends everything at once.
    pub fn kill(&mut self) {
        while let Some(mut process) = self.kubernetes.pop() {
            process.kill();
        }
        self.etcd.kill();
    }

    /// The numbers of its processes.
    pub fn process_ids(&self) -> Vec<u32> {
        std::iter::once(&self.etcd)
            .chain(&self.kubernetes)
            .map(Process::id)
            .collect()
    }

    pub fn kubeconfig_path(&self) -> PathBuf {
        self.settings.folder.join("admin.kubeconfig")
    }

    pub fn audit_log_path(&self) -> PathBuf {
        self.settings.folder.join("audit.log")
    }

    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.settings.port)
    }

    pub fn authority(&self) -> &Authority {
        &self.settings.authority
    }

    pub fn token(&self) -> &str {
        &self.settings.token
    }

    /// The address that nodes use, when there are real nodes.
    pub fn node_url(&self) -> String {
        match self.settings.node_address {
            Some(address) => format!("https://{address}:{}", self.settings.port),
            None => self.url(),
        }
    }

    pub fn port(&self) -> u16 {
        self.settings.port
    }

    /// Writes the kubeconfig of one of the cluster's own parts.
    pub fn write_component_kubeconfig(
        &self,
        name: &str,
        user: &str,
        group: Option<&str>,
        url: &str,
    ) -> Result<PathBuf> {
        let identity = self.settings.authority.sign(name, user, group, &[])?;
        let path = self.settings.folder.join(format!("{name}.kubeconfig"));
        let credentials = Credentials::Certificate(&identity);
        kubeconfig::write(
            &path,
            &self.settings.name,
            url,
            self.settings.authority.pem(),
            &credentials,
        )?;
        Ok(path)
    }

    async fn start_kubernetes(&mut self, run: &RunFolder, version: KubernetesVersion) -> Result<()> {
        let mut flags = self.settings.flags.clone();
        flags.push(format!("--etcd-servers=http://127.0.0.1:{}", self.settings.etcd_port));
        flags.push(format!("--secure-port={}", self.settings.port));
        self.start_component(run, version, "kube-apiserver", &flags).await?;
        self.wait_until_ready().await?;
        let (controllers, scheduler) = self.controller_flags()?;
        self.start_component(run, version, "kube-controller-manager", &controllers)
            .await?;
        self.start_component(run, version, "kube-scheduler", &scheduler).await?;
        self.wait_until_usable().await
    }

    async fn start_component(
        &mut self,
        run: &RunFolder,
        version: KubernetesVersion,
        name: &'static str,
        flags: &[String],
    ) -> Result<()> {
        let program = Binary::kubernetes(version, name).path().await?;
        let log = self.settings.folder.join(format!("{name}.log"));
        let process = Process::start(name, &program, flags, &log)?;
        run.note_process(name, process.id())?;
        self.kubernetes.push(process);
        Ok(())
    }

    fn controller_flags(&self) -> Result<(Vec<String>, Vec<String>)> {
        let settings = &self.settings;
        let url = self.url();
        let config = |name: &str| self.write_component_kubeconfig(name, &format!("system:{name}"), None, &url);
        let controllers = config("kube-controller-manager")?;
        let scheduler = config("kube-scheduler")?;
        let file = |name: &str| settings.folder.join(name).display().to_string();
        let authority = settings.authority.identity();
        let common = |kubeconfig: &Path, rate: u32| {
            vec![
                format!("--kubeconfig={}", kubeconfig.display()),
                // One of each and nobody to elect; and nothing but the apiserver listens.
                "--leader-elect=false".to_owned(),
                "--secure-port=0".to_owned(),
                format!("--kube-api-qps={rate}"),
                format!("--kube-api-burst={}", 2 * rate),
            ]
        };
        let mut controller_flags = common(&controllers, 1000);
        controller_flags.extend([
            "--use-service-account-credentials=true".to_owned(),
            "--allocate-node-cidrs=false".to_owned(),
            format!("--service-account-private-key-file={}", file("service-accounts.key")),
            format!("--root-ca-file={}", authority.certificate.display()),
            format!("--cluster-signing-cert-file={}", authority.certificate.display()),
            format!("--cluster-signing-key-file={}", authority.key.display()),
            "--concurrent-deployment-syncs=20".to_owned(),
            "--concurrent-replicaset-syncs=50".to_owned(),
            "--concurrent-gc-syncs=50".to_owned(),
        ]);
        Ok((controller_flags, common(&scheduler, 1000)))
    }

    /// Waits until the apiserver says that it is ready.
    async fn wait_until_ready(&mut self) -> Result<()> {
        let client = self.client().await?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            for process in self.kubernetes.iter_mut().chain([&mut self.etcd]) {
                process.check()?;
            }
            let request = http_get("/readyz");
            let failure = match tokio::time::timeout(Duration::from_secs(5), client.request_text(request)).await {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer within 5 s".to_owned(),
            };
            if Instant::now() > deadline {
                return Err(late("kube-apiserver was not ready", PATIENCE, &failure));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the controller manager works: pods need the default service account.
    async fn wait_until_usable(&mut self) -> Result<()> {
        let client = self.client().await?;
        let accounts: kube::Api<k8s_openapi::api::core::v1::ServiceAccount> = kube::Api::namespaced(client, "default");
        let deadline = Instant::now() + PATIENCE;
        while accounts.get_opt("default").await?.is_none() {
            for process in &mut self.kubernetes {
                process.check()?;
            }
            if Instant::now() > deadline {
                return Err(late("the default service account was not made", PATIENCE, ""));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// A client with the administrator's rights.
    pub async fn client(&self) -> Result<Client> {
        let path = self.kubeconfig_path();
        let text = fs::read_to_string(&path).file("read", &path)?;
        client(&text).await
    }
}

/// A client for the current context of a kubeconfig.
pub(crate) async fn client(kubeconfig: &str) -> Result<Client> {
    let unusable = |error: kube::config::KubeconfigError| Error::Unsupported(format!("unusable kubeconfig: {error}"));
    let kubeconfig = Kubeconfig::from_yaml(kubeconfig).map_err(unusable)?;
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .map_err(unusable)?;
    config.connect_timeout = Some(Duration::from_secs(5));
    config.read_timeout = Some(Duration::from_secs(120));
    // Ours only; a proxy on the way to loopback helps nobody.
    config.proxy_url = None;
    Ok(Client::try_from(config)?)
}

pub(crate) fn late(what: &str, patience: Duration, seen: &str) -> Error {
    let detail = if seen.is_empty() {
        String::new()
    } else {
        format!(": {seen}")
    };
    Error::Deadline {
        what: what.to_owned(),
        seconds: patience.as_secs(),
        detail,
    }
}

fn http_get(path: &str) -> http::Request<Vec<u8>> {
    let mut request = http::Request::new(Vec::new());
    if let Ok(uri) = path.parse() {
        *request.uri_mut() = uri;
    }
    request
}

async fn start_etcd(folder: &Path, port: u16, peer_port: u16) -> Result<Process> {
    let program = Binary::ETCD.path().await?;
    let (clients, peers) = (
        format!("http://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{peer_port}"),
    );
    let flags = [
        format!("--data-dir={}", folder.join("etcd").display()),
        format!("--listen-client-urls={clients}"),
        format!("--advertise-client-urls={clients}"),
        format!("--listen-peer-urls={peers}"),
        format!("--initial-advertise-peer-urls={peers}"),
        format!("--initial-cluster=default={peers}"),
        // The data are gone with the cluster anyway; waiting for the disk would be for nothing.
        "--unsafe-no-fsync".to_owned(),
        "--quota-backend-bytes=4294967296".to_owned(),
        "--auto-compaction-retention=5m".to_owned(),
        "--log-level=warn".to_owned(),
    ];
    let mut etcd = Process::start("etcd", &program, &flags, &folder.join("etcd.log"))?;
    let deadline = Instant::now() + PATIENCE;
    while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .await
        .is_err()
    {
        etcd.check()?;
        if Instant::now() > deadline {
            return Err(late("etcd did not listen", PATIENCE, ""));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(etcd)
}
