//! The programs of a test cluster: built from pinned Go modules once, then taken from the cache.
//!
//! Nothing is downloaded but Go modules. A program on `PATH` or in `KUBEBUILDER_ASSETS` is used when it is exactly the
//! pinned version.

mod build;

use crate::cache;
use crate::error::{Error, FileContext, Result};
pub(crate) use build::last_lines;
use build::{go, run_with_progress};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

/// The Kubernetes versions that the test bed can run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum KubernetesVersion {
    /// 1.36.3, the version that tests use.
    #[default]
    V1_36,
    /// 1.37.2, the version that clusters are upgraded to.
    V1_37,
}

impl KubernetesVersion {
    /// The minor version, as in `1.36`.
    pub fn minor(self) -> &'static str {
        match self {
            Self::V1_36 => "1.36",
            Self::V1_37 => "1.37",
        }
    }

    /// The whole version, as in `1.36.3`.
    pub fn full(self) -> &'static str {
        match self {
            Self::V1_36 => "1.36.3",
            Self::V1_37 => "1.37.2",
        }
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.full())
    }
}

impl FromStr for KubernetesVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wanted = text.trim_start_matches('v');
        [Self::V1_36, Self::V1_37]
            .into_iter()
            .find(|version| wanted == version.minor() || wanted == version.full())
            .ok_or_else(|| {
                Error::Unsupported(format!(
                    "the test bed has no Kubernetes {text}: use 1.36 (1.36.3) or 1.37 (1.37.2)"
                ))
            })
    }
}

/// A Go module that is pinned in `testbed/go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Etcd,
    Kubernetes(KubernetesVersion),
    Kwok,
    Containerd,
    CoreDns,
    OpenIdConnect,
}

impl Tool {
    fn version(self) -> &'static str {
        match self {
            Self::Etcd => "3.6.16",
            Self::Kubernetes(version) => version.full(),
            Self::Kwok => "0.8.0",
            Self::Containerd => "2.4.2",
            Self::CoreDns => "1.14.6",
            Self::OpenIdConnect => "3.51.17",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::Kubernetes(_) => "kubernetes",
            Self::Kwok => "kwok",
            Self::Containerd => "containerd",
            Self::CoreDns => "coredns",
            Self::OpenIdConnect => "oidc",
        }
    }

    fn source(self) -> PathBuf {
        let folder = match self {
            Self::Kubernetes(version) => format!("kubernetes-{}", version.minor()),
            other => other.name().to_owned(),
        };
        package().join("go").join(folder)
    }

    /// Every version has a folder of its own in the cache.
    fn cache(self) -> Result<PathBuf> {
        cache::subfolder(&format!("testbed/{}-{}", self.name(), self.version()))
    }
}

/// One program of the test bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binary {
    tool: Tool,
    name: &'static str,
}

impl Binary {
    /// The key-value store below the apiserver.
    pub const ETCD: Self = Self {
        tool: Tool::Etcd,
        name: "etcd",
    };
    /// Plays nodes that run nothing.
    pub const KWOK: Self = Self {
        tool: Tool::Kwok,
        name: "kwok",
    };
    /// The cluster's DNS server.
    pub const COREDNS: Self = Self {
        tool: Tool::CoreDns,
        name: "coredns",
    };
    /// An OpenID Connect provider.
    pub const OPENID_CONNECT: Self = Self {
        tool: Tool::OpenIdConnect,
        name: "oidc",
    };
    /// The container runtime of real nodes.
    pub const CONTAINERD: Self = Self {
        tool: Tool::Containerd,
        name: "containerd",
    };
    /// The parent of each container; containerd finds it beside itself.
    pub const CONTAINERD_SHIM: Self = Self {
        tool: Tool::Containerd,
        name: "containerd-shim-runc-v2",
    };
    /// containerd's command line, for looking at a node by hand.
    pub const CTR: Self = Self {
        tool: Tool::Containerd,
        name: "ctr",
    };

    /// A program of Kubernetes itself, such as `kube-apiserver`.
    pub const fn kubernetes(version: KubernetesVersion, name: &'static str) -> Self {
        Self {
            tool: Tool::Kubernetes(version),
            name,
        }
    }

    /// The servers of a control plane above etcd: what a change of version replaces.
    pub fn servers(version: KubernetesVersion) -> Vec<Self> {
        ["kube-apiserver", "kube-controller-manager", "kube-scheduler"]
            .map(|name| Self::kubernetes(version, name))
            .to_vec()
    }

    /// The programs of a control plane, and kubectl.
    pub fn control_plane(version: KubernetesVersion) -> Vec<Self> {
        let mut needed = vec![Self::ETCD];
        needed.extend(Self::servers(version));
        needed.push(Self::kubernetes(version, "kubectl"));
        needed
    }

    /// The programs of a real node and of the cluster's DNS.
    pub fn real_node(version: KubernetesVersion) -> Vec<Self> {
        vec![
            Self::CONTAINERD,
            Self::CONTAINERD_SHIM,
            Self::CTR,
            Self::kubernetes(version, "kubelet"),
            Self::kubernetes(version, "kube-proxy"),
            Self::COREDNS,
        ]
    }

    /// Everything that a cluster of this version may need.
    pub fn all(version: KubernetesVersion) -> Vec<Self> {
        let mut all = Self::control_plane(version);
        all.extend(Self::real_node(version));
        all.push(Self::KWOK);
        all
    }

    /// Where the program is, building it first when it is nowhere yet.
    pub async fn path(self) -> Result<PathBuf> {
        run_blocking(move || self.path_blocking()).await
    }

    fn path_blocking(self) -> Result<PathBuf> {
        let cached = self.tool.cache()?.join(self.name);
        if cached.is_file() {
            return Ok(cached);
        }
        if let Some(installed) = self.installed() {
            return Ok(installed);
        }
        let _lock = cache::lock("build")?;
        if !cached.is_file() {
            self.build(&cached)?;
        }
        Ok(cached)
    }

    /// The same program, installed by someone else, when it is exactly the wanted version.
    fn installed(self) -> Option<PathBuf> {
        if !matches!(self.tool, Tool::Etcd | Tool::Kubernetes(_)) {
            return None;
        }
        let assets = std::env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let candidates = assets
            .into_iter()
            .chain(std::env::split_paths(&path))
            .map(|folder| folder.join(self.name));
        let arguments: &[&str] = if self.name == "kubectl" {
            &["version", "--client"]
        } else {
            &["--version"]
        };
        candidates.filter(|candidate| candidate.is_file()).find(|candidate| {
            let Ok(output) = Command::new(candidate).args(arguments).output() else {
                return false;
            };
            let said = String::from_utf8_lossy(&output.stdout);
            said.split_whitespace()
                .any(|word| word.trim_start_matches('v') == self.tool.version())
        })
    }

    fn package(self) -> String {
        match self.tool {
            Tool::Etcd => "go.etcd.io/etcd/server/v3".to_owned(),
            Tool::Kubernetes(_) => format!("k8s.io/kubernetes/cmd/{}", self.name),
            Tool::Kwok => "sigs.k8s.io/kwok/cmd/kwok".to_owned(),
            Tool::Containerd => format!("github.com/containerd/containerd/v2/cmd/{}", self.name),
            Tool::CoreDns | Tool::OpenIdConnect => ".".to_owned(),
        }
    }

    /// Kubernetes' programs report v0.0.0, which clients refuse, unless their version is put in by the linker.
    fn linker_flags(self) -> String {
        let mut flags = "-s -w".to_owned();
        let Tool::Kubernetes(version) = self.tool else {
            return flags;
        };
        let (major, minor) = version.minor().split_once('.').unwrap_or_default();
        for package in ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"] {
            let values = [
                ("gitVersion", format!("v{}", version.full())),
                ("gitMajor", major.to_owned()),
                ("gitMinor", minor.to_owned()),
                ("gitTreeState", "clean".to_owned()),
                ("gitCommit", "testbed".to_owned()),
                ("buildDate", "2026-01-01T00:00:00Z".to_owned()),
            ];
            for (name, value) in values {
                flags.extend([" -X ", package, ".", name, "=", &value]);
            }
        }
        flags
    }

    fn build(self, target: &Path) -> Result<()> {
        let label = format!("{} {}", self.name, self.tool.version());
        cache::tell(&format!("building {label} from its Go module (once; minutes)"));
        let partial = target.with_file_name(format!(".{}.partial-{}", self.name, std::process::id()));
        let log = target.with_file_name(format!("{}.build.log", self.name));
        let mut command = go(&self.tool.source())?;
        command
            .args(["build", "-trimpath", "-ldflags", &self.linker_flags(), "-o"])
            .arg(&partial)
            .arg(self.package());
        run_with_progress(command, &label, &log)?;
        fs::rename(&partial, target).file("rename to", target)?;
        Ok(())
    }
}

/// Were all of these built before, so that nothing is needed to build them?
pub fn are_built(binaries: &[Binary]) -> bool {
    let is_built = |binary: &Binary| {
        let folder = binary.tool.cache();
        folder.is_ok_and(|folder| folder.join(binary.name).is_file())
    };
    binaries.iter().all(is_built)
}

/// Builds what is missing, one after the other: two Go linkers at once need more memory than small machines have.
pub async fn ensure(binaries: &[Binary]) -> Result<()> {
    for binary in binaries {
        binary.path().await?;
    }
    Ok(())
}

/// The stage files that kwok ships: without them its nodes and pods never change.
pub(crate) async fn kwok_stages() -> Result<Vec<PathBuf>> {
    run_blocking(kwok_stages_blocking).await
}

/// Stage files below `kustomize/stage` of kwok's module.
const KWOK_STAGES: [&str; 5] = [
    "node/fast/node-initialize.yaml",
    "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
    "pod/fast/pod-ready.yaml",
    "pod/fast/pod-complete.yaml",
    "pod/fast/pod-delete.yaml",
];

fn kwok_stages_blocking() -> Result<Vec<PathBuf>> {
    let folder = Tool::Kwok.cache()?.join("stages");
    let targets: Vec<_> = KWOK_STAGES
        .iter()
        .map(|stage| folder.join(stage.replace('/', "-")))
        .collect();
    if targets.iter().all(|target| target.is_file()) {
        return Ok(targets);
    }
    let _lock = cache::lock("build")?;
    fs::create_dir_all(&folder).file("create the folder", &folder)?;
    let source = Tool::Kwok.source();
    let mut command = go(&source)?;
    command.args(["mod", "download", "sigs.k8s.io/kwok"]);
    run_with_progress(command, "kwok's module", &folder.with_extension("log"))?;
    let output = go(&source)?
        .args(["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"])
        .output()
        .map_err(|source| Error::Start {
            program: "go".to_owned(),
            source,
        })?;
    let module = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    for (stage, target) in KWOK_STAGES.iter().zip(&targets) {
        let from = module.join("kustomize/stage").join(stage);
        let content = fs::read(&from).file("read", &from)?;
        cache::write_atomically(target, &content)?;
    }
    Ok(targets)
}

/// Runs work that blocks without holding up the caller's runtime.
pub(crate) async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Unsupported(format!("a task of the test bed ended early: {error}")))?
}

/// This crate's folder. Checkouts that share a target folder share what was built in one of them: Cargo says which
/// checkout it is that it runs a package of.
fn package() -> PathBuf {
    let running = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let beside = running.and_then(|package| Some(package.parent()?.join("testbed")));
    beside
        .filter(|folder| folder.join("go").is_dir())
        .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())
}

#[cfg(test)]
mod tests {
    use super::{Binary, KubernetesVersion};

    #[test]
    fn versions_are_known_by_their_minor_and_by_their_whole_name() {
        for text in ["1.36", "v1.36", "1.36.3", "v1.36.3"] {
            assert_eq!(text.parse::<KubernetesVersion>().unwrap(), KubernetesVersion::V1_36);
        }
        assert_eq!("1.37".parse::<KubernetesVersion>().unwrap().full(), "1.37.2");
        let refused = "1.20".parse::<KubernetesVersion>().unwrap_err().to_string();
        assert!(refused.contains("1.20") && refused.contains("1.36"), "{refused}");
    }

    #[test]
    fn every_program_is_pinned_by_a_module_of_this_crate_in_the_version_it_is_cached_as() {
        for version in [KubernetesVersion::V1_36, KubernetesVersion::V1_37] {
            for binary in Binary::all(version).into_iter().chain([Binary::OPENID_CONNECT]) {
                let module = std::fs::read_to_string(binary.tool.source().join("go.mod")).unwrap();
                let pinned = format!(" v{}", binary.tool.version());
                let pins = |line: &str| line.trim_end_matches(" // indirect").ends_with(&pinned);
                assert!(module.lines().any(pins), "{binary:?}");
            }
        }
    }
}
