//! `cargo xtask`: the one door for every developer command.

mod backend;
mod bench;
mod check;
mod cluster;
mod directory;
mod fingerprint;
mod frontend;
mod packages;
mod process;
mod progress;
mod run;
mod signals;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, runs and tests Muster",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the console and start it, with a demo cluster where there is none.
    Run(run::Options),
    /// Run the tests and print one total: unit, cluster, identity, browser, or all of them.
    Test {
        /// The suites to run; all when none is named.
        suites: Vec<test::Suite>,
    },
    /// Check format, lints, documentation, licences, migrations and budgets.
    Check,
    /// Start and end real clusters for development.
    #[command(subcommand)]
    Cluster(cluster::Action),
    /// Start and end directory servers for development.
    #[command(subcommand)]
    Directory(directory::Action),
    /// Measure, and write the figures under target/bench/.
    Bench(bench::Options),
    /// Write docs/openapi.json.
    Openapi,
    /// Owns a running cluster; started by `cluster up`.
    #[command(hide = true)]
    Hold { name: String },
    /// Owns a running directory; started by `directory up`.
    #[command(hide = true)]
    HoldDirectory { kind: testbed::directory::Kind },
}

fn main() -> ExitCode {
    progress::start();
    if frontend::parts::stands_for_wasm_bindgen() {
        return frontend::parts::as_wasm_bindgen();
    }
    let outcome = match Arguments::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Test { suites } => test::run(&suites),
        Command::Check => check::run(),
        Command::Cluster(action) => cluster::run(&action),
        Command::Directory(action) => directory::run(&action),
        Command::Bench(options) => bench::run(&options),
        Command::Openapi => check::write_openapi(),
        Command::Hold { name } => cluster::hold(&name),
        Command::HoldDirectory { kind } => directory::hold(kind),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::problem(format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
