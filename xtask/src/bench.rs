//! `cargo xtask bench`: measures, and writes what it measured to `target/bench/<name>.json`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use testbed::{Cluster, KubernetesVersion};

use crate::check::size;
use crate::packages::For;
use crate::{backend, frontend, packages, process, progress, signals, workspace};

/// Pods that fit one of the nodes that kwok plays.
const PODS_PER_NODE: u32 = 200;

/// What is measured, and how.
#[derive(clap::Args)]
pub struct Options {
    /// What to measure; everything when it is not said.
    only: Option<Bench>,
    /// How many pods the console is measured with.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    rows: u32,
    /// How many minutes making these pods may take; more is an error.
    #[arg(long, default_value_t = 60)]
    set_up_minutes: u32,
}

/// What can be measured on its own.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Bench {
    /// The criterion benches of the pure crates.
    Table,
    /// A list that shows each person what this person may list, against one without rights.
    Access,
    /// A whole sign-in, for each kind of provider.
    SignIn,
    /// A sign-in with 1,000 groups, for each way to find them.
    Directory,
    /// The whole console with the pods of a kwok cluster.
    Console,
    /// Bytes of the first load.
    Load,
}

/// Measures one thing, or everything.
pub fn run(options: &Options) -> Result<()> {
    let all = [
        Bench::Load,
        Bench::Table,
        Bench::Access,
        Bench::SignIn,
        Bench::Directory,
        Bench::Console,
    ];
    for bench in options.only.map_or_else(|| all.to_vec(), |one| vec![one]) {
        match bench {
            Bench::Table => table()?,
            Bench::Access => program("access", "kube-access", "list")?,
            Bench::SignIn => {
                packages::ensure(&[For::Build, For::Clusters, For::Directories])?;
                program("sign-in", "muster", "sign_in")?;
            }
            Bench::Directory => {
                packages::ensure(&[For::Build, For::Directories])?;
                program("directory", "muster", "directory")?;
            }
            Bench::Console => console(options)?,
            Bench::Load => load()?,
        }
    }
    Ok(())
}

/// Runs a bench that measures by itself, and takes over the figures that it wrote.
fn program(name: &str, package: &str, bench: &str) -> Result<()> {
    progress::step(format!("the bench {name}"));
    std::fs::create_dir_all(workspace::dist()).context("could not create target/dist")?;
    let folder = workspace::artifacts("bench");
    std::fs::create_dir_all(&folder).context("could not create target/bench")?;
    let output = folder.join(format!("{name}.part.json"));
    let mut running = process::cargo();
    running
        .args(["bench", "--package", package, "--bench", bench])
        .env("MUSTER_BENCH_OUTPUT", &output);
    process::run(&mut running)?;
    let text = std::fs::read_to_string(&output).with_context(|| format!("the bench {name} wrote no figures"))?;
    std::fs::remove_file(&output).with_context(|| format!("could not remove {}", output.display()))?;
    write(
        name,
        &serde_json::from_str(&text).context("the figures are not readable")?,
    )
}

/// Runs criterion and collects the medians that it found.
fn table() -> Result<()> {
    progress::step("the benches of the pure crates");
    let packages = ["--package", "live-table", "--package", "kube-access"];
    process::run(
        process::cargo()
            .arg("bench")
            .args(packages)
            .args(["--bench", "table", "--bench", "access"]),
    )?;
    let mut medians = BTreeMap::new();
    collect(&workspace::target().join("criterion"), &mut medians)?;
    write("table", &json!({ "medianNanoseconds": medians }))
}

/// The whole console, measured from outside.
fn console(options: &Options) -> Result<()> {
    let pods = options.rows;
    packages::ensure(&[For::Build, For::Clusters, For::Browser])?;
    frontend::build(frontend::Mode::Release)?;
    let muster = backend::build(backend::Profile::Release)?;
    let nodes = pods.div_ceil(PODS_PER_NODE).max(3);
    progress::step(format!("starting a cluster with {nodes} fake nodes"));
    let runtime = signals::runtime()?;
    let cluster = runtime
        .block_on(Cluster::builder().name("bench").fake_nodes(nodes).start())
        .context("could not start a cluster for the bench")?;
    let patience = Duration::from_secs(60 * u64::from(options.set_up_minutes));
    progress::step(format!(
        "filling it with {pods} pods, for {} minutes at the most",
        options.set_up_minutes
    ));
    runtime
        .block_on(cluster.many_pods_within(pods, patience))
        .context("could not fill the cluster: take fewer --rows, or give it more --set-up-minutes")?;
    let kubectl = workspace::cache().join(format!(
        "testbed/kubernetes-{}/kubectl",
        KubernetesVersion::default().full()
    ));
    let processes: Vec<String> = cluster.process_ids().iter().map(u32::to_string).collect();
    let mut bench = process::command("node");
    bench
        .arg("e2e/bench/console.mjs")
        .env("MUSTER_PROGRAM", &muster)
        .env("MUSTER_TEST_KUBECONFIG", cluster.kubeconfig_path())
        .env("MUSTER_BENCH_PODS", pods.to_string())
        .env("MUSTER_BENCH_CLUSTER_PROCESSES", processes.join(" "));
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
