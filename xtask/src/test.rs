//! `cargo xtask test`: everything that continuous integration runs, in four suites, ended by one plain total.

mod browser;
mod cargo_suite;
mod control_plane;
mod postgres;
mod totals;

use anyhow::Result;

use crate::{packages, progress};
pub use totals::Totals;

/// The parts that can be run on their own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Suite {
    /// Unit and property tests of every crate: nothing outside the process.
    Unit,
    /// The server and the test bed against real control planes and both databases.
    Cluster,
    /// Sign-in, sessions, tokens and directories.
    Identity,
    /// What a person does, in a real browser against a real server and cluster.
    Browser,
}

/// Runs the suites (all of them when none is named) and prints `N passed, N failed`.
pub fn run(suites: &[Suite]) -> Result<()> {
    let mut chosen = if suites.is_empty() {
        vec![Suite::Unit, Suite::Cluster, Suite::Identity, Suite::Browser]
    } else {
        suites.to_vec()
    };
    chosen.sort_unstable();
    chosen.dedup();

    let mut totals = Totals::default();
    for suite in chosen {
        let outcome = match suite {
            Suite::Unit => cargo_suite::unit(),
            Suite::Cluster => cargo_suite::cluster(),
            Suite::Identity => cargo_suite::identity(),
            Suite::Browser => browser::run(),
        };
        match outcome {
            Ok(counted) => totals.add(counted),
            Err(error) => {
                progress::problem(format!("error: {error:#}"));
                totals.failed += 1;
            }
        }
    }
    progress::step("done");
    progress::answer(totals);
    totals.verdict()
}

/// What every suite that starts servers needs.
fn ensure_servers() -> Result<()> {
    packages::ensure(packages::BUILD)?;
    packages::ensure(packages::DATABASE)?;
    packages::ensure_for_testbed()
}
