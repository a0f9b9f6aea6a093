//! The suites that are Rust tests: which test targets belong to which suite, and how they are run and counted.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::Totals;
use super::control_plane::ControlPlane;
use super::postgres::Postgres;
use crate::packages::For;
use crate::{packages, process, progress, workspace};

/// Test files of the server and the test bed whose name starts like this belong to the identity suite.
const IDENTITY: &[&str] = &[
    "account",
    "api_token",
    "directories",
    "directory",
    "github",
    "identity",
    "ldap",
    "oidc",
    "session",
    "sign_in",
    "token",
    "user",
];

/// Those of them that start directory servers.
const DIRECTORIES: &[&str] = &["access", "directories", "directory", "identity", "ldap", "shell"];

/// Crates whose integration tests need servers; those of all other crates are unit tests.
const WITH_SERVERS: &[&str] = &["backend", "testbed"];

/// Unit and property tests of every crate.
pub fn unit() -> Result<Totals> {
    packages::ensure(&[For::Build])?;
    prepare()?;
    progress::step("unit tests");
    let mut tests = cargo_test();
    tests.args(["--lib", "--bins"]);
    for target in pure_targets()? {
        tests.args(["--test", &target]);
    }
    count(&mut tests)
}

/// The server and the test bed against a real control plane and both databases.
pub fn cluster() -> Result<Totals> {
    let targets = server_targets(|name| !is_identity(name))?;
    with_servers("tests against a real control plane and both databases", &targets)
}

/// Sign-in, sessions, tokens and directories.
pub fn identity() -> Result<Totals> {
    let targets = server_targets(is_identity)?;
    with_servers("identity tests", &targets)
}

fn with_servers(title: &str, targets: &[String]) -> Result<Totals> {
    packages::ensure(&needs(targets))?;
    prepare()?;
    progress::step(format!("{title}: building"));
    let mut build = cargo_test();
    build.arg("--no-run");
    for target in targets {
        build.args(["--test", target]);
    }
    process::run(&mut build)?;
    let postgres = Postgres::start()?;
    let control_plane = ControlPlane::start()?;
    progress::step(title);
    let mut tests = cargo_test();
    for target in targets {
        tests.args(["--test", target]);
    }
    tests
        .env("MUSTER_TEST_POSTGRES_URL", postgres.url())
        .env("MUSTER_TEST_KUBECONFIG", control_plane.kubeconfig());
    if std::env::var_os("RUST_TEST_THREADS").is_none() {
        tests.env("RUST_TEST_THREADS", threads().to_string());
    }
    count(&mut tests)
}

/// What the crates need beside their source: the server embeds the frontend's folder.
fn prepare() -> Result<()> {
    std::fs::create_dir_all(workspace::dist()).context("could not create target/dist")
}

/// `cargo test` over the whole workspace: always the same selection, so that every dependency is built once.
fn cargo_test() -> Command {
    let mut cargo = process::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    cargo
}

/// So many tests at the same time: most of them wait for servers most of the time.
fn threads() -> usize {
    3 * std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

fn is_identity(name: &str) -> bool {
    IDENTITY.iter().any(|prefix| name.starts_with(prefix))
}

/// What these tests need on the machine.
fn needs(targets: &[String]) -> Vec<For> {
    let mut needs = vec![For::Build, For::Database, For::Clusters];
    let starts_directories = |target: &String| DIRECTORIES.iter().any(|prefix| target.starts_with(prefix));
    if targets.iter().any(starts_directories) {
        needs.push(For::Directories);
    }
    needs
}

fn server_targets(belongs: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for package in WITH_SERVERS {
        targets.extend(test_targets(&workspace::root().join(package))?);
    }
    targets.retain(|name| belongs(name));
    Ok(targets)
}

fn pure_targets() -> Result<Vec<String>> {
    let mut targets = Vec::new();
    let root = workspace::root();
    for package in ["api", "frontend", "xtask"] {
        targets.extend(test_targets(&root.join(package))?);
    }
    let crates = std::fs::read_dir(root.join("crates")).context("could not read crates/")?;
    for package in crates {
        targets.extend(test_targets(&package?.path())?);
    }
    targets.sort();
    Ok(targets)
}

/// The integration tests of a package: files of its `tests` folder, and folders there with a `main.rs`.
fn test_targets(package: &Path) -> Result<Vec<String>> {
    let folder = package.join("tests");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("could not read {}", folder.display()))? {
        let path = entry?.path();
        let is_target = path.extension().is_some_and(|end| end == "rs") || path.join("main.rs").is_file();
        if is_target && let Some(name) = path.file_stem().and_then(|name| name.to_str()) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Runs Rust tests, passes their output on and adds their summaries up. Tests that cannot be built are a failure.
fn count(tests: &mut Command) -> Result<Totals> {
    let mut child = tests
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start `cargo test`")?;
    let output = child.stdout.take().context("`cargo test` has no output")?;
    let mut totals = Totals::default();
    for line in BufReader::new(output).lines() {
        let line = line.context("could not read the output of `cargo test`")?;
        // The summary of the whole run is the only plain total; those of single programs are only counted.
        progress::relay(&line);
        if let Some(part) = Totals::from_rust(&line) {
            totals.add(part);
        }
    }
    let status = child.wait().context("could not wait for `cargo test`")?;
    if !status.success() && totals.failed == 0 {
        // It did not compile, or a test program ended before it could count.
        totals.failed = 1;
    }
    Ok(totals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_start_directory_servers_get_their_packages() {
        let all = server_targets(|_| true).unwrap();
        let identity = server_targets(is_identity).unwrap();
        for target in ["identity", "directories"] {
            assert!(
                identity.iter().any(|name| name == target),
                "{target} is not in {identity:?}"
            );
        }
        assert!(needs(&identity).contains(&For::Directories));
        let cluster = server_targets(|name| !is_identity(name)).unwrap();
        assert_eq!(cluster.len() + identity.len(), all.len());
        // Rights and shells are tested against a cluster, some of them with a directory.
        assert!(needs(&cluster).contains(&For::Directories));
        let has_directory = |name: &String| matches!(name.as_str(), "access" | "shell");
        let others: Vec<String> = cluster.into_iter().filter(|name| !has_directory(name)).collect();
        assert!(!needs(&others).contains(&For::Directories), "{others:?}");
    }
}
