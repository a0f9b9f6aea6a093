//! Active Directory and LDAP: people type name and password into our own page, and the directory is asked.
//!
//! The account of the service finds the person and reads the groups; the person's own password is used for one bind on a
//! connection of its own. Every operation has a deadline, runs in a task of its own, and asks the next server only while
//! nobody knows anything yet. What could not be read completely is an error, never a shorter list.

mod account;
mod ber;
mod connection;
mod dn;
mod entry;
mod failure;
mod filter;
mod groups;
mod login;
mod people;
mod refresh;
mod search;
mod servers;
mod settings;
mod sign_in;
mod tls;
mod transport;
mod trial;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use muster_api::provider::{DirectorySettings, Encryption, ProviderKind, ProviderTest};
use muster_api::said::directory as sentence;
use secrecy::SecretString;
use tokio_util::task::AbortOnDropHandle;

use super::{FoundPrincipal, PasswordProvider, Person, ProviderError, Reason, Refreshed};
use connection::Connection;
use failure::{Failure, Outcome, result};
use servers::{Address, Servers};
use transport::Transport;

pub use settings::check_settings;

/// A whole sign-in may take so long, or longer when the settings give single steps more.
const SIGN_IN: Duration = Duration::from_secs(15);
/// And never longer than this: somebody waits.
const LONGEST: Duration = Duration::from_mins(1);
/// A search while somebody types.
const SEARCH: Duration = Duration::from_secs(5);

/// A directory that can be asked; cheap to clone. Connections live as long as one operation.
#[derive(Clone)]
pub struct DirectoryProvider {
    directory: Arc<Directory>,
}

/// What every operation needs.
struct Directory {
    kind: ProviderKind,
    settings: DirectorySettings,
    password: SecretString,
    servers: Servers,
    transport: Transport,
}

impl DirectoryProvider {
    /// Takes settings that [`check_settings`] finds nothing wrong with. Nothing is connected yet.
    pub fn new(
        kind: ProviderKind,
        settings: &DirectorySettings,
        bind_password: Option<SecretString>,
    ) -> Result<Self, ProviderError> {
        let wrong = |field: &str, reason: &str| {
            ProviderError::misconfigured(sentence::WRONG_SETTING.with(&[("field", &field), ("reason", &reason)]))
        };
        if let Some(problem) = check_settings(settings, kind).into_iter().next() {
            return Err(wrong(&problem.field, &problem.message));
        }
        let password = bind_password.ok_or_else(|| ProviderError::misconfigured(sentence::NO_PASSWORD.say()))?;
        let addresses: Result<Vec<_>, _> = settings.urls.iter().map(|url| Address::parse(url)).collect();
        let addresses = addresses.map_err(|problem| wrong("settings/urls", problem))?;
        let config = match settings.encryption {
            Encryption::None => None,
            Encryption::Tls | Encryption::StartTls => Some(tls::client_config(settings)?),
        };
        let transport = Transport {
            encryption: settings.encryption,
            config,
            server_name: settings.server_name.clone(),
            patience: Duration::from_secs(settings.connect_timeout_seconds.into()),
        };
        Ok(Self {
            directory: Arc::new(Directory {
                kind,
                settings: settings.clone(),
                password,
                servers: Servers::new(addresses),
                transport,
            }),
        })
    }

    /// Does work in a task of its own: a deadline ends it whatever it waits for, and a panic ends nothing else. It is
    /// given up when whoever asked has gone.
    async fn run<T, F>(&self, deadline: Duration, work: impl FnOnce(Arc<Directory>) -> F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Future<Output = Outcome<T>> + Send + 'static,
    {
        let work = tokio::time::timeout(deadline, work(self.directory.clone()));
        match AbortOnDropHandle::new(tokio::spawn(work)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Failure::Incomplete(
                sentence::LATE.with(&[("seconds", &deadline.as_secs())]).into(),
            )),
            Err(_) => Err(Failure::Incomplete(sentence::UNREADABLE.say().into())),
        }
    }
}

#[async_trait]
impl PasswordProvider for DirectoryProvider {
    async fn sign_in(&self, login: &str, password: SecretString) -> Result<Person, ProviderError> {
        let login = login::normalise(login, &password, &self.directory)?;
        let deadline = self.directory.deadline();
        let person = self.run(deadline, |directory| async move {
            directory.sign_in(&login, &password).await
        });
        Ok(person.await?)
    }

    async fn refresh(&self, external_id: &str) -> Refreshed {
        let id = external_id.to_owned();
        let deadline = self.directory.deadline();
        let found = self.run(deadline, |directory| async move { directory.refresh(&id).await });
        found.await.unwrap_or_else(|failure| Refreshed::Unknown {
            reason: failure.into_reason().to_string(),
        })
    }

    async fn search(&self, text: &str, limit: usize) -> Result<Vec<FoundPrincipal>, ProviderError> {
        let text = text.to_owned();
        let found = self.run(SEARCH, |directory| async move { directory.search(&text, limit).await });
        Ok(found.await?)
    }

    async fn test(&self, user: Option<&str>, password: Option<SecretString>) -> ProviderTest {
        trial::run(self, user, password).await
    }
}

impl Directory {
    /// How long a whole operation may take.
    fn deadline(&self) -> Duration {
        let servers = u32::try_from(self.servers.addresses().len()).unwrap_or(1);
        let connecting = self.transport.patience.saturating_mul(servers);
        connecting.saturating_add(self.patience()).clamp(SIGN_IN, LONGEST)
    }

    /// How long one answer may take.
    fn patience(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_seconds.into())
    }

    /// A connection on which nobody is bound.
    async fn open(&self, place: usize) -> Outcome<Connection> {
        let address = self.servers.address(place)?;
        Connection::open(&self.transport, address, self.patience(), self.settings.page_size).await
    }

    /// A connection of the account that reads.
    async fn service(&self, place: usize) -> Outcome<Connection> {
        let connection = self.open(place).await?;
        let answer = connection.bind(&self.settings.bind_name, &self.password).await;
        let answer = answer.map_err(Failure::Server)?;
        match answer.code {
            0 => Ok(connection),
            1 | 51 | 52 | 80 => Err(Failure::Server(result(answer.code).into())),
            code => Err(account::judge(&answer).err().map_or_else(
                || Failure::Incomplete(result(code).into()),
                |failure| match failure {
                    Failure::Misconfigured(reason) => Failure::Misconfigured(reader_not_let_in(reason)),
                    failure => Failure::Incomplete(reader_not_let_in(failure.into_reason())),
                },
            )),
        }
    }
}

/// A reason that is not about the person but about the account that reads.
fn reader_not_let_in(mut reason: Reason) -> Reason {
    reason.0.insert(0, sentence::READER_NOT_LET_IN.say());
    reason
}
