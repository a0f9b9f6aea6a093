//! Providers of the configuration file: checked without a database, and made true in the database at start.
//!
//! A provider is known by its name. One that the file names is what the file says, and is changed nowhere else; one that it
//! names no more is turned off and left to people, with everything that was granted to its people and groups.

use std::path::Path;

use muster_api::provider::{ProviderRequest, ProviderSecrets, ProviderSettings, ProviderTest};
use secrecy::ExposeSecret;

use super::listed::is_a_name;
use super::provider_admin::problems_of;
use super::provider_registry::{Door, Provider, door_of};
use super::{Identity, IdentityError};
use crate::clock::Clock;
use crate::config::{FileProvider, SecretSource, as_written};
use crate::context::RequestContext;
use crate::database::provider_changes;

/// How often the file is compared again when another server compares it at the same time.
const ATTEMPTS: usize = 3;

/// What was done to a provider so that it is as the file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// The file names a provider that there was not.
    Made,
    /// It was something else.
    Changed,
    /// The file names it no more.
    TurnedOff,
}

/// The configuration file and the database cannot be made to agree.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFileError {
    /// Something in the file is wrong: for each provider a sentence.
    #[error("the identity providers of the configuration file cannot be used: {0}")]
    Wrong(String),
    /// A provider of the database cannot become what the file says.
    #[error("the identity provider {name:?} of the configuration file cannot be used: {error}")]
    Provider {
        /// Which.
        name: String,
        /// Why.
        error: IdentityError,
    },
    /// The database failed, or what is in it cannot be opened.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// What a provider of the file is with its secrets, when all of it is in order; else a sentence for each thing that is not.
pub fn request_of(provider: &FileProvider) -> Result<ProviderRequest, Vec<String>> {
    let mut problems: Vec<String> = problems_of(&provider.request)
        .into_iter()
        .map(|problem| {
            format!(
                "`{}`: {}",
                as_written(&problem.field).replace('/', "."),
                problem.message
            )
        })
        .collect();
    let listed = &provider.request.admission.listed;
    // Nobody is asked at a start who is meant: a GitHub that is away must not keep the console from starting.
    for principal in listed
        .iter()
        .filter(|principal| is_a_name(&provider.request.settings, principal))
    {
        problems.push(format!(
            "`admission.listed`: {:?} is no id; write user:<number> for a person, org:<number> or team:<number> for a group",
            principal.external_id
        ));
    }
    let is_directory = matches!(
        provider.request.settings,
        ProviderSettings::ActiveDirectory(_) | ProviderSettings::Ldap(_)
    );
    // A public client of OpenID Connect has no secret.
    let needs_client_secret = matches!(provider.request.settings, ProviderSettings::GitHub(_));
    let mut secret = |key: &str, source: Option<&SecretSource>, fits: bool, needed: bool| match source {
        Some(_) if !fits => {
            problems.push(format!("`{key}_file`: a provider of this kind has no such secret"));
            None
        }
        Some(source) => source
            .read()
            .map_err(|problem| problems.push(format!("`{key}`: {problem}")))
            .ok()
            .map(|secret| secret.expose_secret().to_owned()),
        None if needed => {
            problems.push(format!(
                "`{key}_file` or `{key}_variable` is missing: say where the secret is"
            ));
            None
        }
        None => None,
    };
    let secrets = ProviderSecrets {
        bind_password: secret(
            "bind_password",
            provider.bind_password.as_ref(),
            is_directory,
            is_directory,
        ),
        client_secret: secret(
            "client_secret",
            provider.client_secret.as_ref(),
            !is_directory,
            needs_client_secret,
        ),
    };
    if problems.is_empty() {
        Ok(ProviderRequest {
            secrets,
            ..provider.request.clone()
        })
    } else {
        Err(problems)
    }
}

/// Tries a provider of the file as the browser's test does, without anybody's name.
pub async fn try_out(request: &ProviderRequest, clock: &Clock) -> Result<ProviderTest, IdentityError> {
    Ok(match door_of(&request.settings, request.secrets.clone(), clock)? {
        Door::Password(provider) => provider.test(None, None).await,
        Door::Redirect(provider) => provider.test().await,
    })
}

impl Identity {
    /// Makes the database agree with the file, and adds the providers (by name) that were not as it says to `changes`, also
    /// when it fails before all of them agree. Nothing is changed when anything in the file is wrong.
    pub async fn agree_with_file(
        &self,
        context: &RequestContext,
        file: &Path,
        configured: &[FileProvider],
        changes: &mut Vec<(String, FileChange)>,
    ) -> Result<(), ProviderFileError> {
        let mut requests = Vec::new();
        let mut problems = Vec::new();
        for provider in configured {
            match request_of(provider) {
                Ok(request) => requests.push(request),
                Err(found) => problems.push(format!("{:?}: {}", provider.request.name, found.join("; "))),
            }
        }
        if !problems.is_empty() {
            return Err(ProviderFileError::Wrong(problems.join("; ")));
        }
        let file = std::path::absolute(file)
            .unwrap_or_else(|_| file.to_owned())
            .display()
            .to_string();
        for attempt in 1.. {
            match self.agree_once(context, &file, &requests, changes).await {
                // Another server has just made it.
                Err(ProviderFileError::Provider {
                    error: IdentityError::ProviderNameTaken(_),
                    ..
                }) if attempt < ATTEMPTS => {}
                other => return other,
            }
        }
        Ok(())
    }

    async fn agree_once(
        &self,
        context: &RequestContext,
        file: &str,
        requests: &[ProviderRequest],
        changes: &mut Vec<(String, FileChange)>,
    ) -> Result<(), ProviderFileError> {
        let kept = self.providers.list().await?;
        let is_named = |provider: &Provider, request: &ProviderRequest| {
            provider.record.name.to_lowercase() == request.name.to_lowercase()
        };
        for request in requests {
            let known = kept.iter().find(|provider| is_named(provider, request));
            let known = known.map(AsRef::as_ref);
            let kept = self.providers.keep_of_file(context, known, request, file).await;
            let was_other = kept.map_err(|error| ProviderFileError::Provider {
                name: request.name.clone(),
                error,
            })?;
            if let Some(known) = known {
                // What the file says is not taken back because nobody confirmed an older change.
                provider_changes::confirm(&self.database, known.record.id)
                    .await
                    .map_err(IdentityError::from)?;
            }
            if was_other {
                let how = known.map_or(FileChange::Made, |_| FileChange::Changed);
                changes.push((request.name.clone(), how));
                tracing::info!(
                    provider = request.name,
                    file,
                    "the provider is as the configuration file says"
                );
            }
        }
        let left = kept.iter().filter(|provider| provider.record.managed_by_file.is_some());
        for provider in left.filter(|provider| !requests.iter().any(|request| is_named(provider, request))) {
            self.providers.release_of_file(context, provider).await?;
            changes.push((provider.record.name.clone(), FileChange::TurnedOff));
            tracing::warn!(
                provider = provider.record.name,
                "the configuration file does not name this provider any more: it is turned off, and can be turned on or \
                 removed in the browser"
            );
        }
        Ok(())
    }
}
