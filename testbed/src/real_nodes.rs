//! Nodes that run containers: each is a set of namespaces on this machine with its own containerd, kubelet and
//! kube-proxy. Ending one process ends the node.

mod bridge_services;
mod cgroups;
mod images;
mod network;

use crate::binaries::{Binary, KubernetesVersion};
use crate::cache;
use crate::control_plane::{ControlPlane, late};
use crate::error::{Error, FileContext, Result};
use crate::kubeconfig::{self, Credentials};
use crate::process::Process;
use crate::run_folder::RunFolder;
use bridge_services::BridgeServices;
use images::PAUSE;
pub(crate) use network::Network;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const NODE_SCRIPT: &str = include_str!("../scripts/node.sh");
/// The cluster's DNS server, which every cluster with real nodes has.
pub(crate) const COREDNS: &str = include_str!("../manifests/coredns.yaml");
/// The fixed address of the Service `kube-dns`, in the manifest above as well.
const DNS_ADDRESS: &str = "10.96.0.10";

/// The real nodes of one cluster.
pub(crate) struct RealNodes {
    nodes: Vec<Node>,
    network: Network,
    _services: BridgeServices,
}

struct Node {
    name: String,
    index: u8,
    process: Process,
}

/// Says early, and in words, that this machine cannot have real nodes.
pub(crate) fn check_machine() -> Result<()> {
    if !nix::unistd::geteuid().is_root() {
        return Err(Error::Unsupported(
            "real nodes need root: they make namespaces, links and mounts".to_owned(),
        ));
    }
    let needed = [
        ("/usr/sbin/runc", "runc"),
        ("/usr/sbin/iptables", "iptables"),
        ("/usr/sbin/conntrack", "conntrack"),
        ("/usr/lib/cni/ptp", "containernetworking-plugins"),
        ("/bin/busybox", "busybox-static"),
        ("/usr/bin/unshare", "util-linux"),
    ];
    let missing: Vec<_> = needed
        .iter()
        .filter(|(file, _)| !Path::new(file).exists())
        .map(|(_, name)| *name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    Err(Error::Unsupported(format!(
        "real nodes need Debian packages that are missing: apt-get install {packages}"
    )))
}

impl RealNodes {
    /// Starts `count` nodes that join the control plane by themselves.
    pub async fn start(
        run: &RunFolder,
        control_plane: &ControlPlane,
        network: &Network,
        version: KubernetesVersion,
        count: u8,
    ) -> Result<Self> {
        let (folder, images) = images::prepare().await?;
        let services = BridgeServices::start(network.gateway(), control_plane.port(), folder, images)?;
        let programs = Binary::CONTAINERD.path().await?;
        let programs = programs.parent().unwrap_or(&programs).to_owned();
        let settings = Settings {
            programs,
            kubelet: Binary::kubernetes(version, "kubelet").path().await?,
            kube_proxy: Binary::kubernetes(version, "kube-proxy").path().await?,
            registry: format!("http://{}", services.registry),
            count,
        };
        let mut nodes = Vec::new();
        for index in 0..count {
            nodes.push(start_node(run, control_plane, network, &settings, index).await?);
        }
        Ok(Self {
            nodes,
            network: network.clone(),
            _services: services,
        })
    }

    /// An error when a node has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        self.nodes.iter_mut().try_for_each(|node| node.process.check())
    }

    /// Ends one node as a power cut would. Answers whether there was one of that name.
    pub fn kill_node(&mut self, name: &str) -> bool {
        let Some(position) = self.nodes.iter().position(|node| node.name == name) else {
            return false;
        };
        let mut node = self.nodes.remove(position);
        node.process.kill();
        self.network.disconnect(node.index);
        true
    }

    /// Ends all nodes at once.
    pub fn kill(&mut self) {
        for node in &mut self.nodes {
            node.process.kill();
        }
    }
}

struct Settings {
    programs: PathBuf,
    kubelet: PathBuf,
    kube_proxy: PathBuf,
    registry: String,
    count: u8,
}

async fn start_node(
    run: &RunFolder,
    control_plane: &ControlPlane,
    network: &Network,
    settings: &Settings,
    index: u8,
) -> Result<Node> {
    let name = format!("node-{}", index + 1);
    let state = run.subfolder(&format!("nodes/{name}"))?;
    let unique = run
        .path()
        .file_name()
        .map_or_else(String::new, |folder| folder.to_string_lossy().into_owned());
    let cgroup = format!("muster-{unique}-{name}");
    cgroups::create(run, &cgroup)?;
    write_files(&state, control_plane, network, settings, &name, index, &cgroup)?;
    let routes: Vec<_> = (0..settings.count)
        .filter(|other| *other != index)
        .map(|other| format!("{} {}", network.pod_range(other), network.node_address(other)))
        .collect();
    let variable = |name: &str, value: &dyn std::fmt::Display| format!("{name}={value}");
    let arguments = vec![
        "--mount".to_owned(),
        "--uts".to_owned(),
        "--ipc".to_owned(),
        "--pid".to_owned(),
        "--net".to_owned(),
        "--fork".to_owned(),
        "--kill-child=KILL".to_owned(),
        "--".to_owned(),
        "env".to_owned(),
        variable("NODE_NAME", &name),
        variable("NODE_ADDRESS", &network.node_address(index)),
        variable("NODE_GATEWAY", &network.gateway()),
        variable("NODE_STATE", &state.display()),
        variable("NODE_PROGRAMS", &settings.programs.display()),
        variable("NODE_KUBELET", &settings.kubelet.display()),
        variable("NODE_KUBE_PROXY", &settings.kube_proxy.display()),
        variable("NODE_ROUTES", &routes.join("\n")),
        "bash".to_owned(),
        state.join("node.sh").display().to_string(),
    ];
    let mut process = Process::start(&name, Path::new("unshare"), &arguments, &state.join("node.log"))?;
    run.note_process(&name, process.id())?;
    wait_for_network_namespace(&mut process).await?;
    network.connect(run, index, process.id())?;
    Ok(Node { name, index, process })
}

/// Waits until the process has left this machine's network.
async fn wait_for_network_namespace(process: &mut Process) -> Result<()> {
    let patience = Duration::from_secs(10);
    let deadline = Instant::now() + patience;
    let ours = fs::read_link("/proc/self/ns/net").file("read", Path::new("/proc/self/ns/net"))?;
    let theirs = PathBuf::from(format!("/proc/{}/ns/net", process.id()));
    while fs::read_link(&theirs).is_ok_and(|namespace| namespace == ours) {
        process.check()?;
        if Instant::now() > deadline {
            return Err(late("a node had no network namespace", patience, ""));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    process.check()
}

fn write_files(
    state: &Path,
    control_plane: &ControlPlane,
    network: &Network,
    settings: &Settings,
    name: &str,
    index: u8,
    cgroup: &str,
) -> Result<()> {
    let write = |file: &str, content: &str| cache::write_private(&state.join(file), content.as_bytes());
    let authority = control_plane.authority();
    let address = network.node_address(index).to_string();
    let user = format!("system:node:{name}");
    let identity = authority.sign(name, &user, Some("system:nodes"), &[address.clone(), name.to_owned()])?;
    let config = |user: &Credentials<'_>| kubeconfig::text("testbed", &control_plane.node_url(), authority.pem(), user);
    let proxy = authority.sign(&format!("{name}-proxy"), "system:kube-proxy", None, &[])?;
    write("kubelet.kubeconfig", &config(&Credentials::Certificate(&identity))?)?;
    write("kube-proxy.kubeconfig", &config(&Credentials::Certificate(&proxy))?)?;
    write("ca.crt", authority.pem())?;
    for (from, to) in [(&identity.certificate, "kubelet.crt"), (&identity.key, "kubelet.key")] {
        let content = fs::read_to_string(from).file("read", from)?;
        write(to, &content)?;
    }
    write("kubelet.yaml", &kubelet_configuration(&address, cgroup))?;
    write(
        "kube-proxy.yaml",
        &kube_proxy_configuration(name, &network.cluster_range()),
    )?;
    write("containerd.toml", &containerd_configuration())?;
    let registry = &settings.registry;
    write(
        "hosts.toml",
        &format!("server = \"{registry}\"\n[host.\"{registry}\"]\ncapabilities = [\"pull\", \"resolve\"]\n"),
    )?;
    write("network.conflist", &pod_network(&network.pod_range(index)))?;
    write("node.sh", NODE_SCRIPT)?;
    let script = state.join("node.sh");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).file("make executable", &script)
}

fn kubelet_configuration(address: &str, cgroup: &str) -> String {
    format!(
        "apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: {address}
authentication:
  anonymous: {{ enabled: false }}
  webhook: {{ enabled: true }}
  x509: {{ clientCAFile: /run/testbed/state/ca.crt }}
authorization: {{ mode: Webhook }}
tlsCertFile: /run/testbed/state/kubelet.crt
tlsPrivateKeyFile: /run/testbed/state/kubelet.key
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /{cgroup}
failCgroupV1: false
failSwapOn: false
localStorageCapacityIsolation: false
clusterDNS: [{DNS_ADDRESS}]
clusterDomain: cluster.local
resolvConf: /run/testbed/resolv.conf
serializeImagePulls: false
registryPullQPS: 0
imageGCHighThresholdPercent: 100
evictionHard: {{ nodefs.available: \"1%\", imagefs.available: \"1%\", memory.available: 50Mi }}
nodeStatusReportFrequency: 1m
"
    )
}

fn kube_proxy_configuration(name: &str, cluster_range: &str) -> String {
    format!(
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
hostnameOverride: {name}
clusterCIDR: {cluster_range}
clientConnection: {{ kubeconfig: /run/testbed/state/kube-proxy.kubeconfig }}
# The machine's limits are not a node's to change.
conntrack: {{ maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s }}
iptables: {{ minSyncPeriod: 100ms }}
"
    )
}

fn containerd_configuration() -> String {
    format!(
        "version = 3
[plugins.'io.containerd.cri.v1.runtime']
# Lowering it is a right that root on a virtual machine may lack.
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['/usr/lib/cni']
conf_dir = '/etc/cni/net.d'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '{PAUSE}'
[plugins.'io.containerd.cri.v1.images'.registry]
config_path = '/etc/containerd/certs.d'
"
    )
}

fn pod_network(range: &str) -> String {
    format!(
        "{{
  \"cniVersion\": \"1.0.0\",
  \"name\": \"testbed\",
  \"plugins\": [
    {{
      \"type\": \"ptp\",
      \"ipMasq\": false,
      \"mtu\": 1500,
      \"ipam\": {{
        \"type\": \"host-local\",
        \"ranges\": [[{{ \"subnet\": \"{range}\" }}]],
        \"routes\": [{{ \"dst\": \"0.0.0.0/0\" }}],
        \"dataDir\": \"/run/cni-addresses\"
      }}
    }},
    {{ \"type\": \"portmap\", \"capabilities\": {{ \"portMappings\": true }} }}
  ]
}}
"
    )
}
