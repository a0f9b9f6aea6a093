//! The suite in a real browser: a release-like frontend, a real server, a real cluster with a node that runs containers.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use testbed::Cluster;
use testbed::directory::{Directory, Kind};

use super::Totals;
use crate::packages::For;
use crate::{backend, frontend, packages, process, progress, signals, workspace};

/// Builds both sides, starts a cluster, and runs every journey of `e2e/`.
pub fn run() -> Result<Totals> {
    packages::ensure(&[For::Build, For::Clusters, For::Browser, For::Directories])?;
    frontend::build(frontend::Mode::Release)?;
    let muster = backend::build(backend::Profile::Debug)?;
    progress::step("starting a cluster with a real node for the browser tests");
    let runtime = signals::runtime()?;
    let real_nodes = u32::from(nix::unistd::Uid::effective().is_root());
    if real_nodes == 0 {
        bail!("the browser tests need a node that runs containers, and only root can make one");
    }
    let cluster = runtime
        .block_on(Cluster::builder().name("browser").real_nodes(real_nodes).start())
        .context("could not start a cluster for the browser tests")?;

    progress::step("starting two directories for the browser tests");
    let (open_ldap, samba) = runtime.block_on(async {
        tokio::try_join!(Directory::start(Kind::OpenLdap), Directory::start(Kind::Samba))
            .context("could not start the directories of the browser tests")
    })?;

    progress::step("browser tests");
    let artifacts = workspace::artifacts("e2e");
    std::fs::create_dir_all(&artifacts).context("could not create target/e2e")?;
    let open_ldap_access = write_access(&open_ldap, artifacts.join("openldap.json"))?;
    let samba_access = write_access(&samba, artifacts.join("samba.json"))?;
    let mut tests = process::command("node")
        .arg("e2e/run.mjs")
        .env("MUSTER_PROGRAM", &muster)
        .env(
            "MUSTER_XTASK",
            std::env::current_exe().context("this program has no path")?,
        )
        .env("MUSTER_TEST_KUBECONFIG", cluster.kubeconfig_path())
        .env("MUSTER_TEST_DIRECTORY", &open_ldap_access)
        .env("MUSTER_TEST_ACTIVE_DIRECTORY", &samba_access)
        .env("MUSTER_E2E_ARTIFACTS", &artifacts)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start the browser tests")?;
    let output = tests.stdout.take().context("the browser tests have no output")?;
    let mut totals = Totals::default();
    for line in BufReader::new(output).lines() {
        let line = line.context("could not read the output of the browser tests")?;
        progress::relay(&line);
        if let Some(part) = Totals::from_node(&line) {
            totals.add(part);
        }
    }
    let status = tests.wait().context("could not wait for the browser tests")?;
    if !status.success() && totals.failed == 0 {
        totals.failed = 1;
    }
    for directory in [open_ldap, samba] {
        runtime
            .block_on(directory.stop())
            .context("a directory of the browser tests did not end well")?;
    }
    runtime
        .block_on(cluster.stop())
        .context("the cluster of the browser tests did not end well")?;
    Ok(totals)
}

/// Writes down how a directory is used, for the journeys.
fn write_access(directory: &Directory, file: PathBuf) -> Result<PathBuf> {
    let access = serde_json::to_vec_pretty(directory.access()).context("a directory's access is no JSON")?;
    std::fs::write(&file, access).context("could not write how to use a directory")?;
    Ok(file)
}
