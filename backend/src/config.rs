//! What the administrator configures: `muster.toml`, then `MUSTER_…` in the environment, then the command line, each
//! stronger than the one before.
//!
//! Unknown keys of the file are refused, so that a typing error never silently changes nothing. Unknown variables of the
//! environment are not: a cluster that runs the console puts `MUSTER_SERVICE_HOST` and others there by itself.

mod address;
mod file;
mod network;
mod providers;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use url::Url;

pub use file::{ConfigError, Overrides, load};
pub use network::Network;
pub(crate) use network::one_host;
pub(crate) use providers::as_written;
pub use providers::{FileProvider, SecretSource};

/// The file's name in the data folder.
pub const FILE_NAME: &str = "muster.toml";
/// The data folder when none is named.
pub const DEFAULT_DATA: &str = "muster-data";

/// Everything that can be configured. Each field is a key of the file and, in capitals behind `MUSTER_`, a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The data folder. Only from the command line or the environment: the file itself lies in it.
    #[serde(skip)]
    pub data: PathBuf,
    /// The file that was read, when there was one.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// The database's URL; SQLite in the data folder when absent.
    #[serde(skip_serializing)]
    pub database: Option<DatabaseUrl>,
    /// How people reach the console, when not by the address that it listens on.
    #[serde(with = "address")]
    pub public_url: Option<Url>,
    /// Kubeconfigs whose current context is registered once.
    pub kubeconfig: Vec<PathBuf>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Networks in which clusters may be; empty: everywhere but link-local addresses and metadata services of clouds.
    pub cluster_networks: Vec<Network>,
    /// How logs are written.
    pub log_format: LogFormat,
    /// Which logs are written, in tracing's filter language.
    pub log_filter: String,
    /// Hours without a request after which a session ends.
    pub session_idle_hours: u32,
    /// Hours after which a session ends in any case.
    pub session_lifetime_hours: u32,
    /// Is nothing changed that cannot be written into the audit log first?
    pub audit_required: bool,
    /// Days for which events stay in the audit log; 0: for ever.
    pub audit_retention_days: u32,
    /// Is what shells show recorded, below `recordings` in the data folder? What is typed never is.
    pub shell_recording: bool,
    /// Providers of accounts. Only from the file: the environment has no tables.
    #[serde(default, skip_serializing, deserialize_with = "providers::read")]
    pub identity_providers: Vec<FileProvider>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from(DEFAULT_DATA),
            file: None,
            database: None,
            public_url: None,
            kubeconfig: Vec::new(),
            trusted_proxies: Vec::new(),
            cluster_networks: Vec::new(),
            log_format: LogFormat::Auto,
            log_filter: "info".into(),
            session_idle_hours: 12,
            session_lifetime_hours: 7 * 24,
            audit_required: false,
            audit_retention_days: 365,
            shell_recording: false,
            identity_providers: Vec::new(),
        }
    }
}

impl Config {
    /// A path in the data folder.
    pub fn in_data(&self, name: impl AsRef<Path>) -> PathBuf {
        self.data.join(name)
    }

    /// How people reach the console when it listens on `address`.
    pub fn public_url_at(&self, address: SocketAddr) -> Url {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        // A server that listens everywhere is reached from its own machine by the loopback address.
        let mut reachable = address;
        if address.ip().is_unspecified() {
            let loopback = if address.is_ipv4() { "127.0.0.1" } else { "::1" };
            if let Ok(ip) = loopback.parse() {
                reachable.set_ip(ip);
            }
        }
        Url::parse(&format!("http://{reachable}")).unwrap_or_else(|_| unreachable_url())
    }
}

/// A socket address always makes a URL; this one would show that it did not.
fn unreachable_url() -> Url {
    #[expect(clippy::expect_used, reason = "a constant that is a URL")]
    Url::parse("http://localhost").expect("a constant URL")
}

/// A database's URL; its password is not shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Wraps the URL's text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The whole text, password included: for connecting only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = self.0.split(':').next().unwrap_or_default();
        write!(formatter, "{scheme}:(hidden)")
    }
}

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Readable on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// One JSON object a line.
    Json,
    /// For people.
    Pretty,
}
