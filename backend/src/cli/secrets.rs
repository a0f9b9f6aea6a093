//! Looking after what is sealed: changing the master key.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use muster_api::audit::AuditAction;

use super::print;
use crate::audit::{Audit, Event, Target, Who};
use crate::clock::Clock;
use crate::config::Config;
use crate::context::RequestContext;
use crate::data_folder;
use crate::database::Database;
use crate::database::sealed_values::Replaced;
use crate::secrets::{KeptKey, Rotation, Secrets};

#[derive(Debug, Subcommand)]
pub(super) enum SecretsCommand {
    /// Seal every stored secret anew with a new master key, while no server runs; the old key opens nothing afterwards
    Rotate {
        /// Put the new key into this file (a key that is in it already is used) and leave the old one where it is: for
        /// keys in MUSTER_MASTER_KEY, or in a file that cannot be replaced
        #[arg(long, value_name = "FILE")]
        new_key_file: Option<PathBuf>,
    },
}

pub(super) async fn secrets(config: Config, command: SecretsCommand) -> anyhow::Result<()> {
    let SecretsCommand::Rotate { new_key_file } = command;
    data_folder::create(&config.data)?;
    let database = Database::open(&config).await?;
    let outcome = rotate(&config, &database, new_key_file).await;
    database.close().await;
    print(&outcome?)
}

async fn rotate(config: &Config, database: &Database, new_key_file: Option<PathBuf>) -> anyhow::Result<String> {
    let rotation = Rotation::begin(&config.data, database, new_key_file.as_deref()).await?;
    let new = rotation.new_secrets().clone();
    let event = Event::of(&RequestContext::system(Clock::system()), AuditAction::MasterKeyChanged)
        .by(Who::command_line())
        .because("Whoever may read the data folder may do everything.")
        .on(Target::of_console("master-keys", new.key_id()));
    if config.audit_required {
        let audit = open_audit(config, database, rotation.old());
        audit.record(event.clone().begun()).await?;
        audit.finish().await;
    }
    let replaced = rotation.reseal(database).await?;
    // It is done, and cannot be refused any more.
    let audit = open_audit(config, database, &new);
    let _written = audit.record(event).await;
    audit.finish().await;
    let kept = rotation.finish().context(
        "everything is sealed with the new master key, and the next start looks for it in master.key.next too",
    )?;
    Ok(report(&new, &replaced, &kept))
}

fn open_audit(config: &Config, database: &Database, secrets: &Secrets) -> Audit {
    Audit::start(config, database.clone(), secrets.clone(), Clock::system())
}

fn report(new: &Secrets, replaced: &[Replaced], kept: &KeptKey) -> String {
    let mut lines = vec![format!(
        "Everything is sealed with a new master key (id {}):",
        new.key_id()
    )];
    lines.extend(replaced.iter().map(of_column));
    lines.push(match kept {
        KeptKey::InPlace(path) => format!(
            "The new key is in {}, in place of the old one. Other servers on the same database need it before they start.",
            path.display()
        ),
        KeptKey::Elsewhere(path) => format!(
            "The new key is in {}. Put it where the old one is (MUSTER_MASTER_KEY, or master.key in the data folder) before \
             a server starts.",
            path.display()
        ),
    });
    lines.push("Backups from before need the old key.".to_owned());
    lines.join("\n")
}

fn of_column(Replaced { column, replaced, left }: &Replaced) -> String {
    let told = format!("  {replaced} in {}.{}", column.table(), column.column());
    if *left == 0 {
        return told;
    }
    format!("{told} ({left} more could not be opened with the old key and stayed as they were)")
}
