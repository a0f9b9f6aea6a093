//! Looking after the audit log on the server's machine, and writing into it what is done there.

use anyhow::bail;
use clap::Subcommand;
use muster_api::audit::AuditAction;

use super::print;
use crate::audit::{Audit, Event, Target, Who};
use crate::clock::Clock;
use crate::config::Config;
use crate::context::RequestContext;
use crate::data_folder;
use crate::database::Database;
use crate::secrets::Secrets;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Check that no event of the audit log was changed, removed, added or put elsewhere; names the first that was
    Verify,
}

pub(super) async fn audit(config: Config, command: AuditCommand) -> anyhow::Result<()> {
    let AuditCommand::Verify = command;
    let clock = Clock::system();
    data_folder::create(&config.data)?;
    let database = Database::open(&config).await?;
    let secrets = Secrets::of_database(&config.data, &database).await?;
    let audit = Audit::start(&config, database.clone(), secrets, clock.clone());
    let found = audit.verify(&RequestContext::system(clock)).await;
    database.close().await;
    let found = found?;
    if let Some(fault) = found.fault {
        bail!(
            "the audit log is damaged, {} events before that are right: {}",
            found.events,
            fault.message
        );
    }
    match (found.first, found.last, found.last_hash) {
        (Some(first), Some(last), Some(hash)) => print(&format!(
            "The audit log is intact: {} events, from {first} to {last}. The last one's hash is {hash}.",
            found.events
        )),
        _ => print("The audit log is intact: no events."),
    }
}

/// Does something on the command line and writes it down: `work` gives what it was done to. What cannot be written is in
/// the log on standard error.
pub(super) async fn recorded<T>(
    config: &Config,
    database: &Database,
    action: AuditAction,
    work: impl Future<Output = anyhow::Result<(Target, T)>>,
) -> anyhow::Result<T> {
    let clock = Clock::system();
    let secrets = Secrets::of_database(&config.data, database).await?;
    let audit = Audit::start(config, database.clone(), secrets, clock.clone());
    let event = Event::of(&RequestContext::system(clock), action)
        .by(Who::command_line())
        .because("Whoever may read the data folder may do everything.");
    if audit.is_required() {
        audit.record(event.clone().begun()).await?;
    }
    let (target, value) = work.await?;
    // It is done, and cannot be refused any more.
    let _written = audit.record(event.on(target)).await;
    Ok(value)
}
