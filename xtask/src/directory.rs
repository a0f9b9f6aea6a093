//! `cargo xtask directory`: directory servers of the test bed that run until they are taken down.

use anyhow::{Context, Result};
use clap::Subcommand;
use testbed::directory::{self, Kind};
use testbed::named;

use crate::packages::For;
use crate::{packages, progress, signals};

/// What to do with a directory server.
#[derive(Subcommand)]
pub enum Action {
    /// Start a directory unless it runs already; the last line is its URL.
    Up {
        /// `openldap`, or `samba` for an Active Directory domain controller.
        kind: Kind,
    },
    /// End a directory.
    Down {
        /// Which one.
        kind: Kind,
    },
}

/// Does it, and prints the answer.
pub fn run(action: &Action) -> Result<()> {
    signals::runtime()?.block_on(async {
        match *action {
            Action::Up { kind } => {
                packages::ensure(&[For::Directories])?;
                progress::step(format!("starting the directory {kind}"));
                let holder = named::holder(&["hold-directory", &kind.to_string()]).await?;
                let access = directory::up(kind, holder)
                    .await
                    .with_context(|| format!("could not start {kind}"))?;
                progress::step(format!(
                    "below {}, as {} {}",
                    access.base, access.service_account, access.service_password
                ));
                progress::answer(access.url);
            }
            Action::Down { kind } => {
                let existed = directory::down(kind)
                    .await
                    .with_context(|| format!("could not end {kind}"))?;
                progress::step(if existed {
                    format!("{kind} has ended")
                } else {
                    format!("{kind} was not running")
                });
            }
        }
        Ok(())
    })
}

/// Owns a directory until it is taken down: the life of the process that [`run`] starts.
pub fn hold(kind: Kind) -> Result<()> {
    signals::runtime()?
        .block_on(directory::hold(kind))
        .with_context(|| format!("the directory {kind} ended"))
}
