//! `cargo xtask bench`: measures, and writes what it measured to `target/bench/<name>.json`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use testbed::{Cluster, KubernetesVersion};

use crate::check::size;
use crate::packages::For;
use crate::{backend, frontend, packages, process, progress, signals, workspace};

/// What the budgets are about.
const PODS: u32 = 10_000;

/// Nodes that kwok plays.
const FAKE_NODES: u32 = 50;

/// What can be measured on its own.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Bench {
    /// The criterion benches of the pure crates.
    Table,
    /// The whole console with 10,000 pods of a kwok cluster.
    Console,
    /// Bytes of the first load.
    Load,
}

/// Measures one thing, or everything.
pub fn run(only: Option<Bench>) -> Result<()> {
    let all = [Bench::Load, Bench::Table, Bench::Console];
    for bench in only.map_or_else(|| all.to_vec(), |one| vec![one]) {
        match bench {
            Bench::Table => table()?,
            Bench::Console => console()?,
            Bench::Load => load()?,
        }
    }
    Ok(())
}

/// Runs criterion and collects the medians that it found.
fn table() -> Result<()> {
    progress::step("the benches of the pure crates");
    process::run(process::cargo().args(["bench", "--package", "live-table", "--package", "kube-access"]))?;
    let mut medians = BTreeMap::new();
    collect(&workspace::target().join("criterion"), &mut medians)?;
    write("table", &json!({ "medianNanoseconds": medians }))
}

/// The whole console, measured from outside.
fn console() -> Result<()> {
    packages::ensure(&[For::Build, For::Clusters, For::Browser])?;
    frontend::build(frontend::Mode::Release)?;
    let muster = backend::build(backend::Profile::Release)?;
    progress::step(format!("starting a cluster with {FAKE_NODES} fake nodes"));
    let runtime = signals::runtime()?;
    let cluster = runtime
        .block_on(Cluster::builder().name("bench").fake_nodes(FAKE_NODES).start())
        .context("could not start a cluster for the bench")?;
    progress::step(format!("filling it with {PODS} pods"));
    runtime
        .block_on(cluster.many_pods(PODS))
        .context("could not fill the cluster")?;
    let kubectl = workspace::cache().join(format!(
        "testbed/kubernetes-{}/kubectl",
        KubernetesVersion::default().full()
    ));
    let mut bench = process::command("node");
    bench
        .arg("e2e/bench/console.mjs")
        .env("MUSTER_PROGRAM", &muster)
        .env("MUSTER_TEST_KUBECONFIG", cluster.kubeconfig_path())
        .env("MUSTER_BENCH_PODS", PODS.to_string());
    if kubectl.is_file() {
        bench.env("MUSTER_KUBECTL", kubectl);
    }
    let measured = process::run(&mut bench);
    runtime
        .block_on(cluster.stop())
        .context("the cluster of the bench did not end well")?;
    measured
}

fn load() -> Result<()> {
    frontend::build(frontend::Mode::Release)?;
    let bytes = size::first_load()?.context("target/dist holds no release build")?;
    write("load", &json!({ "firstLoadBytes": bytes }))
}

/// Finds `estimates.json` of every bench; its path is the bench's name.
fn collect(folder: &Path, medians: &mut BTreeMap<String, f64>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))? {
        let path = entry?.path();
        let estimates = path.join("new/estimates.json");
        if estimates.is_file() {
            let text = std::fs::read_to_string(&estimates)?;
            let value: Value = serde_json::from_str(&text).context("criterion's estimates are not readable")?;
            let base = workspace::target().join("criterion");
            let name = path.strip_prefix(&base).unwrap_or(&path).display().to_string();
            if let Some(median) = value["median"]["point_estimate"].as_f64() {
                medians.insert(name, median);
            }
        } else if path.is_dir() {
            collect(&path, medians)?;
        }
    }
    Ok(())
}

fn write(name: &str, figures: &Value) -> Result<()> {
    let folder = workspace::artifacts("bench");
    std::fs::create_dir_all(&folder).context("could not create target/bench")?;
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZeroUsize::get);
    let text =
        serde_json::to_string_pretty(&json!({ "name": name, "machine": { "cores": cores }, "figures": figures }))?;
    std::fs::write(folder.join(format!("{name}.json")), &text).context("could not write the figures")?;
    progress::answer(text);
    Ok(())
}
