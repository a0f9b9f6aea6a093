//! The command line: what `muster` can be told, and doing it. Administrative commands work beside a running server.
#![expect(
    clippy::doc_markdown,
    reason = "the comments of arguments are the help text, which people read as it is"
)]

mod administration;
mod audit;
mod configuration;
mod secrets;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::config::{self, Overrides};
use crate::data_folder::DataFolderError;
use crate::{http, serve, telemetry};

/// The exit code when another server uses the data folder.
const IN_USE: u8 = 3;

/// A web console for many Kubernetes clusters.
#[derive(Debug, Parser)]
#[command(name = "muster", version, about)]
struct Cli {
    #[command(flatten)]
    places: Places,
    #[command(subcommand)]
    command: Command,
}

/// Where things are; the same for every command.
#[derive(Debug, Args)]
struct Places {
    /// The data folder [default: ./muster-data, or MUSTER_DATA]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The database: postgres://… or sqlite:FILE [default: SQLite in the data folder, or MUSTER_DATABASE]
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    /// The configuration file [default: muster.toml in the data folder]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve {
        /// The address to listen on [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<String>,
        /// Register this file's current context, once, named after it
        #[arg(long, value_name = "FILE")]
        kubeconfig: Vec<PathBuf>,
        /// How people reach the console, for example https://muster.example.com
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
    },
    /// Manage users
    #[command(subcommand)]
    User(administration::UserCommand),
    /// Manage API tokens
    #[command(subcommand)]
    Token(administration::TokenCommand),
    /// Look after the audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Look after what is stored sealed
    #[command(subcommand)]
    Secrets(secrets::SecretsCommand),
    /// Bring the database's schema up to date
    Migrate,
    /// Print the OpenAPI document of the HTTP interface
    Openapi,
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Read the configuration as `serve` would and print what holds
    Check {
        /// Also ask every identity provider of the file: connect, sign in as the reading account
        #[arg(long)]
        connect: bool,
    },
}

/// Does what the command line says.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are "errors" too; where and how is clap's business.
            let _closed = error.print();
            return if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match execute(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _closed = writeln!(std::io::stderr(), "muster: {error:#}");
            if is_in_use(&error) {
                ExitCode::from(IN_USE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Does another server have the data folder?
fn is_in_use(error: &anyhow::Error) -> bool {
    let in_use = |error: &DataFolderError| matches!(error, DataFolderError::InUse { .. });
    error.chain().any(|cause| cause.downcast_ref().is_some_and(in_use))
}

fn execute(cli: Cli) -> anyhow::Result<()> {
    if matches!(cli.command, Command::Openapi) {
        return print(&serde_json::to_string_pretty(http::openapi::document())?);
    }
    let config = config::load(&overrides(&cli))?;
    telemetry::start_logging(&config);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no async runtime")?;
    let outcome = match cli.command {
        Command::Serve { .. } => runtime.block_on(serve::run(config)),
        Command::User(command) => runtime.block_on(administration::user(config, command)),
        Command::Token(command) => runtime.block_on(administration::token(config, command)),
        Command::Audit(command) => runtime.block_on(audit::audit(config, command)),
        Command::Secrets(command) => runtime.block_on(secrets::secrets(config, command)),
        Command::Migrate => runtime.block_on(administration::migrate(config)),
        Command::Config(ConfigCommand::Check { connect }) => runtime.block_on(configuration::check(&config, connect)),
        Command::Openapi => Ok(()),
    };
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

fn overrides(cli: &Cli) -> Overrides {
    let mut overrides = Overrides {
        file: cli.places.config.clone(),
        data: cli.places.data.clone(),
        database: cli.places.database.clone(),
        ..Overrides::default()
    };
    if let Command::Serve {
        listen,
        kubeconfig,
        public_url,
    } = &cli.command
    {
        overrides.listen.clone_from(listen);
        overrides.kubeconfig.clone_from(kubeconfig);
        overrides.public_url.clone_from(public_url);
    }
    overrides
}

/// Standard output of commands; a reader that has gone away is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error).context("cannot write the output"),
        _ => Ok(()),
    }
}
