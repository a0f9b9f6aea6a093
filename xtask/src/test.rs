//! `cargo xtask test`: everything that continuous integration runs, in four suites, ended by one plain total.

mod browser;
mod cargo_suite;
mod control_plane;
mod postgres;
mod totals;

use anyhow::{Result, bail};

use crate::packages::For;
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

    // Told before the first long build, in one list.
    if let Err(error) = packages::ensure(&needs(&chosen)) {
        progress::problem(format!("error: {error:#}"));
        progress::answer("0 passed, 1 failed");
        bail!("nothing was tested");
    }
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

/// What these suites need on the machine.
fn needs(suites: &[Suite]) -> Vec<For> {
    let mut needs = vec![For::Build];
    for suite in suites {
        needs.extend(match suite {
            Suite::Unit => &[][..],
            Suite::Cluster => &[For::Database, For::Clusters],
            Suite::Identity => &[For::Database, For::Clusters, For::Directories],
            Suite::Browser => &[For::Clusters, For::Browser],
        });
    }
    needs
}
