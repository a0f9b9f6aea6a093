//! What an administrator does on the server's machine: users, tokens, the database's schema. Nobody signs in for it:
//! whoever may read the data folder may do everything anyway.

use std::io::{BufRead, IsTerminal};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use muster_api::account::CreateTokenRequest;
use muster_api::audit::AuditAction;
use muster_api::session::Role;
use secrecy::SecretString;

use super::{audit, print};
use crate::audit::Target;
use crate::clock::Clock;
use crate::clusters::name_key;
use crate::config::Config;
use crate::context::{Actor, RequestContext};
use crate::data_folder;
use crate::database::{Database, clusters, projects};
use crate::identity::Identity;
use crate::secrets::Secrets;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Create a local user; the password is asked for, or read from standard input
    Create {
        /// The name to sign in with
        name: String,
        /// What the user is in the console as a whole
        #[arg(long, value_enum, default_value_t = RoleWord::User)]
        role: RoleWord,
        /// Read the password from the first line of standard input, without asking
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a local user a new password, and end every session of his; the way back in for an administrator
    ResetPassword {
        /// Whose password
        name: String,
        /// Read the password from the first line of standard input, without asking
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Create an API token for a user and print it, and nothing else
    Create {
        /// Whose token
        #[arg(long, value_name = "NAME")]
        user: String,
        /// How long it works: 90s, 15m, 1h, 30d
        #[arg(long, default_value = "1h", value_name = "TIME", value_parser = parse_time)]
        ttl: Duration,
        /// What it is called in the user's list of tokens
        #[arg(long, default_value = "made on the command line")]
        name: String,
        /// It works in this cluster only; may be given more than once
        #[arg(long = "cluster", value_name = "NAME")]
        clusters: Vec<String>,
        /// It works in this project only; may be given more than once, and beside --cluster
        #[arg(long = "project", value_name = "CLUSTER/NAME")]
        projects: Vec<String>,
        /// It reads and changes nothing
        #[arg(long)]
        read_only: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RoleWord {
    Administrator,
    User,
}

pub(super) async fn user(config: Config, command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Create {
            name,
            role,
            password_stdin,
        } => create_user(config, &name, role, read_password(password_stdin)?).await,
        UserCommand::ResetPassword { name, password_stdin } => {
            reset_password(config, &name, read_password(password_stdin)?).await
        }
    }
}

async fn create_user(config: Config, name: &str, role: RoleWord, password: SecretString) -> anyhow::Result<()> {
    let clock = Clock::system();
    let (database, identity) = open(&config, &clock).await?;
    let role = match role {
        RoleWord::Administrator => Role::Administrator,
        RoleWord::User => Role::User,
    };
    let creating = async {
        let context = RequestContext::system(clock);
        let user = identity.create_user(&context, name, role, password).await?;
        Ok((Target::of_console("users", &user.name), user.name))
    };
    let created = audit::recorded(&config, &database, AuditAction::UserChanged, creating).await;
    database.close().await;
    print(&format!("created {}", created?))
}

async fn reset_password(config: Config, name: &str, password: SecretString) -> anyhow::Result<()> {
    let clock = Clock::system();
    let (database, identity) = open(&config, &clock).await?;
    let resetting = async {
        let context = RequestContext::system(clock);
        let user = identity.reset_password(&context, name, password).await?;
        Ok((Target::of_console("users", &user.name), user.name))
    };
    let reset = audit::recorded(&config, &database, AuditAction::PasswordChanged, resetting).await;
    database.close().await;
    print(&format!(
        "{} has a new password; every session of his has ended",
        reset?
    ))
}

pub(super) async fn token(config: Config, command: TokenCommand) -> anyhow::Result<()> {
    let TokenCommand::Create {
        user,
        ttl,
        name,
        clusters,
        projects,
        read_only,
    } = command;
    let clock = Clock::system();
    let (database, identity) = open(&config, &clock).await?;
    let creating = async {
        let user = identity.user_by_name(&user).await?;
        let actor = Actor {
            user_id: user.id,
            name: user.name.as_str().into(),
            role: user.role,
            ..Actor::system()
        };
        let context = RequestContext {
            actor,
            ..RequestContext::system(clock)
        };
        let request = CreateTokenRequest {
            name,
            lifetime_seconds: ttl.as_secs(),
            clusters: cluster_ids(&database, &clusters).await?,
            projects: project_ids(&database, &projects).await?,
            read_only,
        };
        let created = identity.create_token(&context, &request).await?;
        Ok((Target::of_console("tokens", created.token.id), created.secret))
    };
    let created = audit::recorded(&config, &database, AuditAction::TokenCreated, creating).await;
    database.close().await;
    print(&created?)
}

/// The ids of clusters that are named.
async fn cluster_ids(database: &Database, names: &[String]) -> anyhow::Result<Vec<String>> {
    let known = clusters::list(database).await?;
    let ids = names.iter().map(|name| {
        let found = known.iter().find(|cluster| cluster.name_key == name_key(name));
        let id = found.map(|cluster| cluster.id.to_string());
        id.with_context(|| format!("there is no cluster {name:?}"))
    });
    ids.collect()
}

/// The ids of projects that are named with their clusters: `cluster/name`. No cluster has a slash in its name.
async fn project_ids(database: &Database, names: &[String]) -> anyhow::Result<Vec<String>> {
    let known = projects::list(database).await?;
    let mut ids = Vec::with_capacity(names.len());
    for text in names {
        let parts = text.split_once('/');
        let (cluster, name) = parts.with_context(|| format!("{text:?} is no project: write its cluster/its name"))?;
        let cluster = cluster_ids(database, &[cluster.to_owned()]).await?;
        let found = known.iter().find(|project| {
            cluster.contains(&project.cluster_id.to_string()) && project.name.eq_ignore_ascii_case(name)
        });
        ids.push(
            found
                .with_context(|| format!("there is no project {text:?}"))?
                .id
                .to_string(),
        );
    }
    Ok(ids)
}

pub(super) async fn migrate(config: Config) -> anyhow::Result<()> {
    data_folder::create(&config.data)?;
    let database = Database::open(&config).await?;
    database.close().await;
    print("The database is up to date.")
}

async fn open(config: &Config, clock: &Clock) -> anyhow::Result<(Database, Identity)> {
    data_folder::create(&config.data)?;
    let database = Database::open(config).await?;
    let secrets = Secrets::of_database(&config.data, &database).await?;
    let identity = Identity::new(config, database.clone(), secrets, clock.clone())?;
    Ok((database, identity))
}

/// From a terminal it is asked for, without showing it and twice; a pipe is read as it is.
fn read_password(from_input: bool) -> anyhow::Result<SecretString> {
    let input = std::io::stdin();
    if input.is_terminal() && !from_input {
        return ask_for_password();
    }
    let mut line = String::new();
    input
        .lock()
        .read_line(&mut line)
        .context("cannot read the password from standard input")?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        bail!("standard input holds no password");
    }
    Ok(SecretString::from(password))
}

fn ask_for_password() -> anyhow::Result<SecretString> {
    let ask = |words: &str| rpassword::prompt_password(words).context("cannot ask for the password on this terminal");
    let password = ask("Password: ")?;
    if password.is_empty() {
        bail!("no password was typed; nothing was created");
    }
    if ask("The same password again: ")? != password {
        bail!("the two passwords differ; nothing was created");
    }
    Ok(SecretString::from(password))
}

/// `90s`, `15m`, `1h`, `30d`.
fn parse_time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a time; write for example 90s, 15m, 1h or 30d");
    let unit_at = text
        .find(|character: char| !character.is_ascii_digit())
        .ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit_at);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::parse_time;
    use std::time::Duration;

    #[test]
    fn times_are_a_number_and_a_unit() {
        assert_eq!(parse_time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_time("15m"), Ok(Duration::from_mins(15)));
        assert_eq!(parse_time("1h"), Ok(Duration::from_secs(3600)));
        assert_eq!(parse_time("30d"), Ok(Duration::from_hours(30 * 24)));
        for wrong in ["", "1", "h", "1w", "-1h", "1.5h", "99999999999999999999d"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }
}
