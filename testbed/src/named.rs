//! Clusters with a name that live on after the command that started them.
//!
//! Such a cluster belongs to a *holder*: a process of its own that owns a [`Cluster`](crate::Cluster) and takes orders through a socket
//! in `clusters/<name>` below the cache folder.

use crate::binaries::{self, Binary, KubernetesVersion, run_blocking};
use crate::cache;
use crate::cluster::ClusterBuilder;
use crate::control_plane::client;
use crate::error::{Error, FileContext, Result};
use crate::holder::{self, Orders};
use crate::workloads::{many_pods, patience_for};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What a named cluster shall be like.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct NamedCluster {
    /// Version and nodes.
    pub builder: ClusterBuilder,
    /// Whether it starts with the demo workloads.
    pub demo: bool,
}

/// Starts the named cluster unless it runs already, and tells where its kubeconfig is.
///
/// `holder` must end in a call of [`hold`] with the same name, in a process of its own.
pub async fn up(name: &str, wanted: &NamedCluster, holder: Command) -> Result<PathBuf> {
    let _lock = cache::lock(&format!("cluster-{name}"))?;
    let folder = folder(name)?;
    let kubeconfig = folder.join("kubeconfig");
    if holder::answers(&folder).await {
        return Ok(kubeconfig);
    }
    wanted.builder.check()?;
    // Building shows its progress here rather than in the holder's log.
    binaries::ensure(&wanted.builder.binaries()).await?;
    let wanted = serde_json::to_vec_pretty(wanted).map_err(|error| Error::Unsupported(error.to_string()))?;
    cache::write_atomically(&folder.join("wanted.json"), &wanted)?;
    holder::start(&folder, &format!("the cluster {name}"), holder).await?;
    Ok(kubeconfig)
}

/// Ends the named cluster. Answers whether there was one.
pub async fn down(name: &str) -> Result<bool> {
    let folder = folder(name)?;
    // The folder is the way to what runs: it stays when that could not be ended.
    let existed = holder::end(&folder).await?;
    fs::remove_dir_all(&folder).file("remove", &folder)?;
    Ok(existed)
}

/// Restarts the named cluster's control plane in another version.
pub async fn change_version(name: &str, version: KubernetesVersion) -> Result<()> {
    binaries::ensure(&Binary::servers(version)).await?;
    holder::ask(&folder(name)?, &format!("version {}", version.full())).await
}

/// Makes very many pods on the named cluster's fake nodes and waits until all run.
pub async fn fill(name: &str, pods: u32) -> Result<()> {
    let path = folder(name)?.join("kubeconfig");
    let kubeconfig = fs::read_to_string(&path).file("read", &path)?;
    many_pods(client(&kubeconfig).await?, pods, patience_for(pods)).await
}

/// The names of all clusters that answer.
pub async fn list() -> Result<Vec<String>> {
    let clusters = cache::subfolder("clusters")?;
    let mut names = Vec::new();
    for entry in fs::read_dir(&clusters).file("read the folder", &clusters)?.flatten() {
        if holder::answers(&entry.path()).await {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Owns the named cluster until someone asks to end it. This is the whole life of a holder process.
pub async fn hold(name: &str) -> Result<()> {
    holder::leave_session();
    let folder = folder(name)?;
    let path = folder.join("wanted.json");
    let text = fs::read(&path).file("read", &path)?;
    let wanted: NamedCluster = serde_json::from_slice(&text)
        .map_err(|error| Error::Unsupported(format!("{} is not readable: {error}", path.display())))?;
    let mut cluster = wanted.builder.name(name).start().await?;
    if wanted.demo {
        cluster.load_demo().await?;
    }
    cache::write_private(&folder.join("kubeconfig"), cluster.kubeconfig()?.as_bytes())?;
    let mut orders = Orders::listen(&folder)?;
    while let Some(order) = orders.next().await {
        let result = match order.text.split_once(' ').unwrap_or((&order.text, "")) {
            ("ping", _) => Ok(()),
            ("version", version) => match version.parse() {
                Ok(version) => cluster.change_version(version).await,
                Err(error) => Err(error),
            },
            ("stop", _) => {
                let result = cluster.stop().await;
                order.answer(&result).await;
                return result;
            }
            _ => Err(Error::Unsupported(format!("the holder does not know {:?}", order.text))),
        };
        order.answer(&result).await;
    }
    cluster.stop().await
}

/// The folder of a named cluster.
fn folder(name: &str) -> Result<PathBuf> {
    let plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    if name.is_empty() || name.len() > 30 || !name.chars().all(plain) {
        return Err(Error::Unsupported(format!(
            "{name:?} is no cluster name: use at most 30 lower-case letters, digits and dashes"
        )));
    }
    cache::subfolder(&format!("clusters/{name}"))
}

/// A new process that runs this very program with `arguments`; a convenience for callers of [`up`].
pub async fn holder(arguments: &[&str]) -> Result<Command> {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    run_blocking(move || holder::command(&arguments.iter().map(String::as_str).collect::<Vec<_>>())).await
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn a_name_that_could_leave_the_cache_folder_is_refused() {
        for name in ["", "..", "a/b", "Upper", "with space", &"x".repeat(31)] {
            assert!(folder(name).is_err(), "{name:?} was accepted");
        }
    }
}
