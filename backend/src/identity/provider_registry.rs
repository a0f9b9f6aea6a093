//! The configured providers: kept in the database with sealed secrets, and made ready to be asked when somebody first
//! asks them.
//!
//! Every look-up reads the row and makes the provider anew when the row has changed, whoever changed it: another replica,
//! the command line, the browser. Nobody has to tell anyone.

mod of_file;
mod secrets;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use muster_api::provider::{ProviderKind, ProviderRequest, ProviderSecrets, ProviderSettings, SignInProvider};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::IdentityError;
use super::providers::directory::DirectoryProvider;
use super::providers::github::GitHubProvider;
use super::providers::oidc::OidcProvider;
use super::providers::{PasswordProvider, RedirectProvider};
use crate::clock::Clock;
use crate::context::RequestContext;
use crate::database::identity_providers::{self as table, ProviderRecord};
use crate::database::{Database, DatabaseError};
use crate::secrets::{SealedColumn, Secrets};

/// The configured providers; cheap to clone.
#[derive(Clone)]
pub struct ProviderRegistry(Arc<Parts>);

struct Parts {
    database: Database,
    secrets: Secrets,
    clock: Clock,
    ready: Mutex<BTreeMap<Uuid, Arc<Provider>>>,
}

/// A configured provider as its row says it now.
pub struct Provider {
    /// The row.
    pub record: ProviderRecord,
    secrets: Secrets,
    clock: Clock,
    door: OnceLock<Door>,
}

/// How people get in by a provider.
#[derive(Clone)]
pub enum Door {
    /// They type name and password into our page.
    Password(Arc<dyn PasswordProvider>),
    /// They are sent to the provider's own page.
    Redirect(Arc<dyn RedirectProvider>),
}

impl ProviderRegistry {
    /// Made once at start.
    pub fn new(database: Database, secrets: Secrets, clock: Clock) -> Self {
        Self(Arc::new(Parts {
            database,
            secrets,
            clock,
            ready: Mutex::default(),
        }))
    }

    /// The provider of this id, enabled or not.
    pub async fn find(&self, id: Uuid) -> Result<Arc<Provider>, IdentityError> {
        if let Some(record) = table::find(&self.0.database, id).await? {
            return Ok(self.ready(record));
        }
        self.ready_ones().remove(&id);
        Err(IdentityError::UnknownProvider)
    }

    /// The provider of this id, when people may sign in through it.
    pub async fn find_enabled(&self, id: Uuid) -> Result<Arc<Provider>, IdentityError> {
        let provider = self.find(id).await?;
        if provider.record.enabled {
            Ok(provider)
        } else {
            Err(IdentityError::UnknownProvider)
        }
    }

    /// Every provider, by name.
    pub async fn list(&self) -> Result<Vec<Arc<Provider>>, IdentityError> {
        let records = table::list(&self.0.database).await?;
        self.ready_ones()
            .retain(|id, _| records.iter().any(|record| record.id == *id));
        Ok(records.into_iter().map(|record| self.ready(record)).collect())
    }

    /// What the sign-in page offers.
    pub async fn sign_in_providers(&self) -> Result<Vec<SignInProvider>, IdentityError> {
        let records = table::list(&self.0.database).await?;
        let offered = records.into_iter().filter(|record| record.enabled);
        Ok(offered
            .map(|record| SignInProvider {
                id: record.id.to_string(),
                kind: record.settings.kind(),
                name: record.name,
            })
            .collect())
    }

    /// Keeps a new provider.
    pub async fn add(
        &self,
        context: &RequestContext,
        request: &ProviderRequest,
    ) -> Result<Arc<Provider>, IdentityError> {
        let id = Uuid::now_v7();
        let record = ProviderRecord {
            id,
            name: request.name.trim().to_owned(),
            enabled: request.enabled,
            settings: request.settings.clone(),
            admission: request.admission.clone(),
            secrets: self.seal(id, &request.secrets)?,
            created_at: context.now(),
            managed_by_file: None,
        };
        match table::insert(&self.0.database, &record).await {
            Err(DatabaseError::Duplicate) => Err(IdentityError::ProviderNameTaken(record.name)),
            other => {
                other?;
                Ok(self.ready(record))
            }
        }
    }

    /// Replaces what a provider is. Secrets that are left out stay; when the provider is now asked somewhere else, they
    /// are demanded anew: a secret never goes to an address that it was not written for, and is never lost silently.
    pub async fn replace(
        &self,
        _context: &RequestContext,
        id: Uuid,
        request: &ProviderRequest,
    ) -> Result<Arc<Provider>, IdentityError> {
        let before = self.find(id).await?;
        if !same_accounts(&before.record.settings, &request.settings) {
            return Err(IdentityError::OtherAccounts);
        }
        let secrets = secrets::for_place(&before, &request.settings, &request.secrets)?;
        let record = ProviderRecord {
            id,
            name: request.name.trim().to_owned(),
            enabled: request.enabled,
            settings: request.settings.clone(),
            admission: request.admission.clone(),
            secrets: self.seal(id, &secrets)?,
            created_at: before.record.created_at,
            managed_by_file: None,
        };
        match table::update(&self.0.database, &record).await {
            Ok(true) => Ok(self.ready(record)),
            Ok(false) => Err(IdentityError::UnknownProvider),
            Err(DatabaseError::Duplicate) => Err(IdentityError::ProviderNameTaken(record.name)),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets a provider and everyone who came by it.
    pub async fn remove(&self, _context: &RequestContext, id: Uuid) -> Result<(), IdentityError> {
        let removed = table::delete(&self.0.database, id).await?;
        self.ready_ones().remove(&id);
        removed.then_some(()).ok_or(IdentityError::UnknownProvider)
    }

    /// A provider that is kept nowhere, to try settings with. Secrets that are left out are those of the kept provider
    /// `like`, while it is asked at the same place; else they are demanded.
    pub async fn to_try(
        &self,
        context: &RequestContext,
        settings: &ProviderSettings,
        secrets: &ProviderSecrets,
        like: Option<Uuid>,
    ) -> Result<Provider, IdentityError> {
        let secrets = match like {
            Some(like) => secrets::for_place(&*self.find(like).await?, settings, secrets)?,
            None => secrets.clone(),
        };
        let id = Uuid::now_v7();
        let record = ProviderRecord {
            id,
            name: String::new(),
            enabled: false,
            settings: settings.clone(),
            admission: muster_api::provider::Admission::default(),
            secrets: self.seal(id, &secrets)?,
            created_at: context.now(),
            managed_by_file: None,
        };
        Ok(self.make(record))
    }

    fn seal(&self, id: Uuid, secrets: &ProviderSecrets) -> Result<Vec<u8>, IdentityError> {
        let text = serde_json::to_string(secrets)
            .map(SecretString::from)
            .map_err(internal)?;
        self.0
            .secrets
            .seal(SealedColumn::PROVIDER_SECRETS, id, text.expose_secret().as_bytes())
            .map_err(internal)
    }

    /// The same provider as before while its row is the same.
    fn ready(&self, record: ProviderRecord) -> Arc<Provider> {
        let mut ready = self.ready_ones();
        match ready.get(&record.id) {
            Some(provider) if provider.record == record => Arc::clone(provider),
            _ => {
                let provider = Arc::new(self.make(record));
                ready.insert(provider.record.id, Arc::clone(&provider));
                provider
            }
        }
    }

    fn make(&self, record: ProviderRecord) -> Provider {
        Provider {
            record,
            secrets: self.0.secrets.clone(),
            clock: self.0.clock.clone(),
            door: OnceLock::new(),
        }
    }

    fn ready_ones(&self) -> MutexGuard<'_, BTreeMap<Uuid, Arc<Provider>>> {
        self.0.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Provider {
    /// What it is.
    pub fn kind(&self) -> ProviderKind {
        self.record.settings.kind()
    }

    /// How people get in by it; made at the first call, and again while its settings do not allow it.
    pub fn door(&self) -> Result<Door, IdentityError> {
        if let Some(door) = self.door.get() {
            return Ok(door.clone());
        }
        let made = self.make_door()?;
        Ok(self.door.get_or_init(|| made).clone())
    }

    /// Who is asked with name and password; an error when that is another kind of provider.
    pub fn by_password(&self) -> Result<Arc<dyn PasswordProvider>, IdentityError> {
        match self.door()? {
            Door::Password(provider) => Ok(provider),
            Door::Redirect(_) => Err(IdentityError::UnknownProvider),
        }
    }

    /// Where browsers are sent; an error when that is another kind of provider.
    pub fn by_redirect(&self) -> Result<Arc<dyn RedirectProvider>, IdentityError> {
        match self.door()? {
            Door::Redirect(provider) => Ok(provider),
            Door::Password(_) => Err(IdentityError::UnknownProvider),
        }
    }

    /// Names of the secrets that are set, as on the wire.
    pub fn secrets_set(&self) -> Result<Vec<String>, IdentityError> {
        let secrets = self.open_secrets()?;
        let named = [
            ("bindPassword", secrets.bind_password.is_some()),
            ("clientSecret", secrets.client_secret.is_some()),
        ];
        let set = named.into_iter().filter(|(_, set)| *set);
        Ok(set.map(|(name, _)| name.to_owned()).collect())
    }

    /// Seals what looks at a user's account again, for the user's row.
    pub fn seal_renewal(&self, user: Uuid, renewal: &SecretString) -> Result<Vec<u8>, IdentityError> {
        self.seal(SealedColumn::USER_RENEWAL, user, renewal)
    }

    /// Opens it again.
    pub fn open_renewal(&self, user: Uuid, sealed: &[u8]) -> Result<SecretString, IdentityError> {
        self.open(SealedColumn::USER_RENEWAL, user, sealed)
    }

    pub(super) fn seal(&self, column: SealedColumn, row: Uuid, text: &SecretString) -> Result<Vec<u8>, IdentityError> {
        self.secrets
            .seal(column, row, text.expose_secret().as_bytes())
            .map_err(internal)
    }

    pub(super) fn open(&self, column: SealedColumn, row: Uuid, sealed: &[u8]) -> Result<SecretString, IdentityError> {
        self.secrets.open_text(column, row, sealed).map_err(internal)
    }

    fn open_secrets(&self) -> Result<ProviderSecrets, IdentityError> {
        let text = self
            .secrets
            .open_text(SealedColumn::PROVIDER_SECRETS, self.record.id, &self.record.secrets)
            .map_err(internal)?;
        // The error would quote the text.
        serde_json::from_str(text.expose_secret())
            .map_err(|_| IdentityError::Internal("the sealed secrets of a provider cannot be read".into()))
    }

    fn make_door(&self) -> Result<Door, IdentityError> {
        door_of(&self.record.settings, self.open_secrets()?, &self.clock)
    }
}

/// How people get in by a provider with these settings and secrets.
pub fn door_of(settings: &ProviderSettings, secrets: ProviderSecrets, clock: &Clock) -> Result<Door, IdentityError> {
    let client_secret = secrets.client_secret.map(SecretString::from);
    let bind_password = secrets.bind_password.map(SecretString::from);
    match settings {
        ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) => {
            let provider = DirectoryProvider::new(settings.kind(), directory, bind_password)?;
            Ok(Door::Password(Arc::new(provider)))
        }
        ProviderSettings::GitHub(github) => Ok(Door::Redirect(Arc::new(GitHubProvider::new(github, client_secret)?))),
        ProviderSettings::OpenIdConnect(oidc) => {
            let provider = OidcProvider::new(oidc, client_secret, clock.clone())?;
            Ok(Door::Redirect(Arc::new(provider)))
        }
    }
}

/// Do stable ids mean the same people under both? GitHub's numbers and OpenID Connect's subjects are only unique within one
/// server: behind another address, the same number is somebody else, who must not get his rights.
fn same_accounts(before: &ProviderSettings, after: &ProviderSettings) -> bool {
    use ProviderSettings::{ActiveDirectory, GitHub, Ldap, OpenIdConnect};
    match (before, after) {
        (ActiveDirectory(_), ActiveDirectory(_)) | (Ldap(_), Ldap(_)) => true,
        (GitHub(before), GitHub(after)) => {
            before.base_url.trim_end_matches('/') == after.base_url.trim_end_matches('/')
        }
        (OpenIdConnect(before), OpenIdConnect(after)) => before.issuer == after.issuer,
        _ => false,
    }
}

fn internal(error: impl std::fmt::Display) -> IdentityError {
    IdentityError::Internal(error.to_string())
}
