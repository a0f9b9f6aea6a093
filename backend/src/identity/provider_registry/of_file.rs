//! Providers that the configuration file says: kept as it says them, and marked as its own.

use muster_api::provider::{ProviderRequest, ProviderSecrets};
use uuid::Uuid;

use super::{Provider, ProviderRegistry, same_accounts};
use crate::context::RequestContext;
use crate::database::DatabaseError;
use crate::database::identity_providers::{self as table, ProviderRecord};
use crate::identity::IdentityError;

impl ProviderRegistry {
    /// Makes a provider what `file` says, with exactly the secrets of `request`; false when it is that already.
    pub async fn keep_of_file(
        &self,
        context: &RequestContext,
        known: Option<&Provider>,
        request: &ProviderRequest,
        file: &str,
    ) -> Result<bool, IdentityError> {
        if let Some(known) = known {
            if !same_accounts(&known.record.settings, &request.settings) {
                return Err(IdentityError::OtherAccounts);
            }
            // What cannot be opened is written anew: the file has it.
            let secrets = known.open_secrets().unwrap_or_else(|_| ProviderSecrets::default());
            let record = &known.record;
            if record.name == request.name
                && record.enabled == request.enabled
                && record.settings == request.settings
                && record.admission == request.admission
                && record.managed_by_file.as_deref() == Some(file)
                && secrets == request.secrets
            {
                return Ok(false);
            }
        }
        let id = known.map_or_else(Uuid::now_v7, |known| known.record.id);
        let record = ProviderRecord {
            id,
            name: request.name.clone(),
            enabled: request.enabled,
            settings: request.settings.clone(),
            admission: request.admission.clone(),
            secrets: self.seal(id, &request.secrets)?,
            created_at: known.map_or_else(|| context.now(), |known| known.record.created_at),
            managed_by_file: Some(file.to_owned()),
        };
        let written = match known {
            Some(_) => table::update(&self.0.database, &record).await,
            None => table::insert(&self.0.database, &record).await.map(|()| true),
        };
        match written {
            Err(DatabaseError::Duplicate) => Err(IdentityError::ProviderNameTaken(record.name)),
            Ok(false) => Err(IdentityError::UnknownProvider),
            other => Ok(other?),
        }
    }

    /// Turns off a provider that the file does not name any more, and leaves it to people: nothing is lost by a typing
    /// error.
    pub async fn release_of_file(&self, _context: &RequestContext, known: &Provider) -> Result<(), IdentityError> {
        let record = ProviderRecord {
            enabled: false,
            managed_by_file: None,
            ..known.record.clone()
        };
        table::update(&self.0.database, &record).await?;
        Ok(())
    }
}
