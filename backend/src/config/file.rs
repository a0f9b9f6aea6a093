//! Reads the configuration from its three places and says clearly what is wrong with it.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::Serialize;
use url::Url;

use super::{Config, DEFAULT_DATA, DatabaseUrl, FILE_NAME};

/// The variables that are read, without their prefix; the same words as the keys of the file.
const VARIABLES: [&str; 13] = [
    "listen",
    "database",
    "public_url",
    "kubeconfig",
    "trusted_proxies",
    "cluster_networks",
    "log_format",
    "log_filter",
    "session_idle_hours",
    "session_lifetime_hours",
    "audit_required",
    "audit_retention_days",
    "shell_recording",
];

/// What the command line says; absent things are left to the file and the environment.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`
    pub file: Option<PathBuf>,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<String>,
    /// `--database`
    pub database: Option<String>,
    /// `--public-url`
    pub public_url: Option<String>,
    /// `--kubeconfig`
    pub kubeconfig: Vec<PathBuf>,
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that `--config` names is not there.
    #[error("the configuration file {0} does not exist")]
    Missing(PathBuf),
    /// A key is unknown or has a wrong value.
    #[error("{0}")]
    Wrong(String),
}

/// Reads file, environment and command line together.
pub fn load(overrides: &Overrides) -> Result<Config, ConfigError> {
    let data = overrides
        .data
        .clone()
        .or_else(|| std::env::var_os("MUSTER_DATA").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from(DEFAULT_DATA));
    let file = match &overrides.file {
        Some(file) if !file.is_file() => return Err(ConfigError::Missing(file.clone())),
        Some(file) => file.clone(),
        None => data.join(FILE_NAME),
    };
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if file.is_file() {
        figment = figment.merge(Toml::file_exact(&file));
    }
    figment = figment.merge(Env::prefixed("MUSTER_").only(&VARIABLES));
    figment = given(figment, "listen", overrides.listen.as_ref());
    figment = given(figment, "database", overrides.database.as_ref());
    figment = given(figment, "public_url", overrides.public_url.as_ref());
    figment = given(
        figment,
        "kubeconfig",
        Some(&overrides.kubeconfig).filter(|files| !files.is_empty()),
    );
    let mut config: Config = figment.extract().map_err(|error| ConfigError::Wrong(explain(error)))?;
    config.data = data;
    config.file = file.is_file().then_some(file);
    check(&config)?;
    Ok(config)
}

fn given<T: Serialize>(figment: Figment, key: &str, value: Option<&T>) -> Figment {
    match value {
        Some(value) => figment.merge(Serialized::default(key, value)),
        None => figment,
    }
}

/// Rules that go beyond the types.
fn check(config: &Config) -> Result<(), ConfigError> {
    if let Some(url) = &config.public_url {
        check_public_url(url)?;
    }
    if let Some(url) = &config.database {
        check_database(url)?;
    }
    for (key, hours) in [
        ("session_idle_hours", config.session_idle_hours),
        ("session_lifetime_hours", config.session_lifetime_hours),
    ] {
        if !(1..=24 * 365).contains(&hours) {
            return Err(ConfigError::Wrong(format!(
                "`{key}` is {hours}; it must be between 1 and 8760 hours"
            )));
        }
    }
    if config.audit_retention_days > 36_500 {
        return Err(ConfigError::Wrong(format!(
            "`audit_retention_days` is {}; it must be at most 36500 days, or 0 for ever",
            config.audit_retention_days
        )));
    }
    Ok(())
}

fn check_public_url(url: &Url) -> Result<(), ConfigError> {
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if plain {
        return Ok(());
    }
    Err(ConfigError::Wrong(format!(
        "`public_url` is {url}; it must be an address without a path, for example https://muster.example.com"
    )))
}

fn check_database(url: &DatabaseUrl) -> Result<(), ConfigError> {
    let known = ["postgres://", "postgresql://", "sqlite:"];
    if known.iter().any(|scheme| url.expose().starts_with(scheme)) {
        return Ok(());
    }
    Err(ConfigError::Wrong(
        "`database` must start with `postgres://`, or with `sqlite:` and the path of a file".to_owned(),
    ))
}

/// One sentence for each thing that is wrong: which key, where it stands, what would be right.
fn explain(error: figment::Error) -> String {
    let one = |error: figment::Error| {
        let place = error.metadata.as_ref().map(|metadata| match &metadata.source {
            Some(figment::Source::File(path)) => format!(" in {}", nice(path)),
            _ if metadata.name.contains("environment") => " in the environment".to_owned(),
            _ => " on the command line".to_owned(),
        });
        let key = error.path.join(".");
        let at = if key.is_empty() {
            String::new()
        } else {
            format!("`{key}`: ")
        };
        format!(
            "{at}{}{}",
            in_one_line(&error.kind.to_string()),
            place.unwrap_or_default()
        )
    };
    error.into_iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The TOML parser draws the wrong place over several lines, with bars at their side.
fn in_one_line(text: &str) -> String {
    let told = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.contains('|'));
    told.collect::<Vec<_>>().join(": ")
}

fn nice(path: &Path) -> String {
    path.strip_prefix(std::env::current_dir().unwrap_or_default())
        .unwrap_or(path)
        .display()
        .to_string()
}
