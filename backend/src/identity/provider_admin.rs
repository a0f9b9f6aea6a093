//! Providers for those who manage them: listed, tried, kept, taken back.
//!
//! Whoever changes the provider that he came by himself could lock himself out. Such a change holds for five minutes;
//! when he has not signed in by then as the provider is now, or confirmed it, it is taken back.

use jiff::{SignedDuration, Timestamp};
use muster_api::access::{Named, PrincipalSearch, ProviderFailure};
use muster_api::problem::FieldProblem;
use muster_api::provider::{
    Provider, ProviderRequest, ProviderSettings, ProviderTest, ProviderTestRequest, SignInProvider,
};
use secrecy::SecretString;
use uuid::Uuid;

use super::provider_registry::{Door, Provider as Ready};
use super::providers::directory::check_settings;
use super::{Identity, IdentityError, later};
use crate::context::RequestContext;
use crate::database::identity_providers::ProviderRecord;
use crate::database::{provider_changes, provider_users};

/// How long a change waits for whoever made it to show that he still gets in.
const UNCONFIRMED: SignedDuration = SignedDuration::from_mins(5);
const LONGEST_NAME: usize = 60;
const MOST_LISTED: usize = 500;

impl Identity {
    /// What the sign-in page offers.
    pub async fn sign_in_providers(&self) -> Result<Vec<SignInProvider>, IdentityError> {
        self.providers.sign_in_providers().await
    }

    /// Every provider, by name.
    pub async fn list_providers(&self, _context: &RequestContext) -> Result<Vec<Provider>, IdentityError> {
        let mut described = Vec::new();
        for provider in self.providers.list().await? {
            described.push(self.describe_provider(&provider).await?);
        }
        Ok(described)
    }

    /// One provider.
    pub async fn read_provider(&self, _context: &RequestContext, id: Uuid) -> Result<Provider, IdentityError> {
        let provider = self.providers.find(id).await?;
        self.describe_provider(&provider).await
    }

    /// Keeps a new provider.
    pub async fn create_provider(
        &self,
        context: &RequestContext,
        request: &ProviderRequest,
    ) -> Result<Provider, IdentityError> {
        check(request)?;
        let request = self.with_stable_ids(context, None, request).await?;
        let provider = self.providers.add(context, &request).await?;
        self.describe_provider(&provider).await
    }

    /// Replaces what a provider is. Turning it off ends the sessions of everyone who came by it.
    pub async fn replace_provider(
        &self,
        context: &RequestContext,
        id: Uuid,
        request: &ProviderRequest,
    ) -> Result<Provider, IdentityError> {
        check(request)?;
        let own = self.provider_of(context.actor.user_id).await? == Some(id);
        if own && !request.enabled {
            return Err(IdentityError::Forbidden(
                "You came by this provider yourself: sign in as a local administrator to turn it off.",
            ));
        }
        let before = self.providers.find(id).await?.record.clone();
        ensure_not_of_file(&before)?;
        ensure_may_redirect(context, &before, request)?;
        let request = self.with_stable_ids(context, Some(id), request).await?;
        if own {
            let until = later(context.now(), UNCONFIRMED);
            provider_changes::begin(&self.database, &before, context.actor.user_id, until).await?;
        }
        let changed = self.providers.replace(context, id, &request).await;
        if own && changed.is_err() {
            provider_changes::confirm(&self.database, id).await?;
        }
        self.describe_provider(&*changed?).await
    }

    /// Removes a provider with everyone who came by it, and what is granted to them.
    pub async fn delete_provider(&self, context: &RequestContext, id: Uuid) -> Result<(), IdentityError> {
        if self.provider_of(context.actor.user_id).await? == Some(id) {
            return Err(IdentityError::Forbidden(
                "You came by this provider yourself: sign in as a local administrator to remove it.",
            ));
        }
        ensure_not_of_file(&self.providers.find(id).await?.record)?;
        self.providers.remove(context, id).await
    }

    /// Whoever changed a provider keeps the change.
    pub async fn confirm_provider(&self, context: &RequestContext, id: Uuid) -> Result<Provider, IdentityError> {
        if let Some(change) = provider_changes::find(&self.database, id).await?
            && change.changed_by == context.actor.user_id
            && !self.signed_in_since(context, change.changed_at).await?
        {
            return Err(IdentityError::Forbidden(
                "Sign in again through this provider first, in another window: that shows that the change works.",
            ));
        }
        provider_changes::confirm(&self.database, id).await?;
        self.read_provider(context, id).await
    }

    /// Tries settings without keeping them.
    pub async fn test_provider(
        &self,
        context: &RequestContext,
        request: ProviderTestRequest,
    ) -> Result<ProviderTest, IdentityError> {
        let problems = settings_problems(&request.settings);
        if !problems.is_empty() {
            return Err(IdentityError::Fields(problems));
        }
        let like = request.provider.as_deref().map(Uuid::parse_str).transpose();
        let like = like.map_err(|_| IdentityError::UnknownProvider)?;
        let provider = self
            .providers
            .to_try(context, &request.settings, &request.secrets, like)
            .await?;
        let password = request.password.map(SecretString::from);
        Ok(match provider.door()? {
            Door::Password(provider) => provider.test(request.user.as_deref(), password).await,
            Door::Redirect(provider) => provider.test().await,
        })
    }

    /// Takes back what was not confirmed in time; gives the ids of the providers.
    pub async fn take_back_unconfirmed(&self) -> Result<Vec<Uuid>, IdentityError> {
        let taken_back = provider_changes::take_back(&self.database, self.clock.now()).await?;
        for provider in &taken_back {
            tracing::warn!(%provider, "a change of a provider was not confirmed in time and was taken back");
        }
        Ok(taken_back)
    }

    /// Somebody came in by a provider as it is now: who changed it may stop worrying. Gives the provider when that
    /// confirmed a change.
    pub(super) async fn note_entry(&self, provider: Uuid, user: Uuid) -> Result<Option<Uuid>, IdentityError> {
        if let Some(change) = provider_changes::find(&self.database, provider).await?
            && change.changed_by == user
        {
            provider_changes::confirm(&self.database, provider).await?;
            return Ok(Some(provider));
        }
        Ok(None)
    }

    /// People and groups that only providers know, by a part of their names. A provider that cannot be asked is said.
    pub(super) async fn search_providers(&self, text: &str, found: &mut PrincipalSearch) -> Result<(), IdentityError> {
        let providers = self.providers.list().await?;
        let enabled = providers.into_iter().filter(|provider| provider.record.enabled);
        let asked = enabled.map(|provider| async move {
            let answer = match provider.door() {
                Ok(Door::Password(door)) => door.search(text, super::people::MOST_FOUND).await,
                Ok(Door::Redirect(door)) => door.search(text, super::people::MOST_FOUND, None).await,
                Err(error) => return (provider, Err(error.to_string())),
            };
            (provider, answer.map_err(|error| error.to_string()))
        });
        for (provider, answer) in futures::future::join_all(asked).await {
            let named = Named {
                id: provider.record.id.to_string(),
                name: provider.record.name.clone(),
            };
            match answer {
                Err(message) => found.failures.push(ProviderFailure {
                    provider: named,
                    message,
                }),
                Ok(principals) => {
                    for principal in principals {
                        let known = found.items.iter().any(|item| {
                            item.external_id.as_deref() == Some(&*principal.principal.external_id)
                                && item.provider.as_ref().is_some_and(|of| of.id == named.id)
                        });
                        if !known {
                            found.items.push(super::people::of_provider(&named, principal));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    async fn provider_of(&self, user: Uuid) -> Result<Option<Uuid>, IdentityError> {
        Ok(provider_users::provider_of(&self.database, user).await?)
    }

    async fn signed_in_since(&self, context: &RequestContext, time: Timestamp) -> Result<bool, IdentityError> {
        let sessions = self.list_sessions(context).await?;
        let mut current = sessions.iter().filter(|session| session.current);
        Ok(current.any(|session| session.created_at.parse::<Timestamp>().is_ok_and(|begun| begun > time)))
    }

    async fn describe_provider(&self, provider: &Ready) -> Result<Provider, IdentityError> {
        let record = &provider.record;
        let change = provider_changes::find(&self.database, record.id).await?;
        Ok(Provider {
            id: record.id.to_string(),
            name: record.name.clone(),
            enabled: record.enabled,
            settings: record.settings.clone(),
            admission: record.admission.clone(),
            secrets_set: provider.secrets_set()?,
            created_at: record.created_at.to_string(),
            managed_by_file: record.managed_by_file.is_some(),
            unconfirmed_until: change.map(|change| change.until.to_string()),
        })
    }
}

/// What the configuration file says is changed there: at the next start it would be as before.
fn ensure_not_of_file(record: &ProviderRecord) -> Result<(), IdentityError> {
    match &record.managed_by_file {
        None => Ok(()),
        Some(file) => Err(IdentityError::ManagedByFile {
            provider: record.name.clone(),
            file: file.clone(),
        }),
    }
}

/// How a provider is asked decides who is who: whoever leads it to a server of his own, or to another attribute, signs in
/// as anybody whom it knows. That is an administrator's to change; a new provider knows nobody yet.
fn ensure_may_redirect(
    context: &RequestContext,
    before: &ProviderRecord,
    request: &ProviderRequest,
) -> Result<(), IdentityError> {
    if before.settings == request.settings || context.actor.is_administrator() {
        return Ok(());
    }
    Err(IdentityError::Forbidden(
        "Only administrators change how a provider is asked: whoever does decides who its people are. The name, the \
         secret, and who may sign in are yours to change.",
    ))
}

fn check(request: &ProviderRequest) -> Result<(), IdentityError> {
    let problems = problems_of(request);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(IdentityError::Fields(problems))
    }
}

/// What is wrong with a provider before anything is connected.
pub(super) fn problems_of(request: &ProviderRequest) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let name = request.name.trim();
    if name.is_empty() {
        let message = "Give the provider the name that the sign-in page shows.";
        problems.push(FieldProblem::new("name", "required", message));
    } else if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let message = format!("The name has at most {LONGEST_NAME} characters and no control characters.");
        problems.push(FieldProblem::new("name", "invalid-name", message));
    }
    if request.admission.listed.len() > MOST_LISTED {
        let message =
            format!("At most {MOST_LISTED} people and groups can be listed; list a group in place of its members.");
        problems.push(FieldProblem::new("admission/listed", "too-many", message));
    }
    problems.extend(settings_problems(&request.settings));
    problems
}

fn settings_problems(settings: &ProviderSettings) -> Vec<FieldProblem> {
    match settings {
        ProviderSettings::ActiveDirectory(directory) | ProviderSettings::Ldap(directory) => {
            check_settings(directory, settings.kind())
        }
        ProviderSettings::GitHub(github) => {
            let mut problems = address_problem("settings/baseUrl", &github.base_url);
            problems.extend(required("settings/clientId", &github.client_id));
            problems
        }
        ProviderSettings::OpenIdConnect(oidc) => {
            let mut problems = address_problem("settings/issuer", &oidc.issuer);
            problems.extend(required("settings/clientId", &oidc.client_id));
            problems
        }
    }
}

fn required(field: &str, text: &str) -> Option<FieldProblem> {
    let message = "This is needed: the provider shows it where the application was registered.";
    text.trim()
        .is_empty()
        .then(|| FieldProblem::new(field, "required", message))
}

fn address_problem(field: &str, text: &str) -> Vec<FieldProblem> {
    let fine = url::Url::parse(text).is_ok_and(|url| {
        url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none()
    });
    if fine {
        Vec::new()
    } else {
        let message = "Write an address that begins with https:// and has no name or password in it.";
        vec![FieldProblem::new(field, "invalid-address", message)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_the_guide_is_taken_as_it_stands_there() {
        let guide = include_str!("../../../docs/sign-in.md");
        let examples: Vec<&str> = guide.split("```json").skip(1).collect();
        assert_eq!(examples.len(), 5);
        for example in examples {
            let text = example.split("```").next().unwrap();
            let request: ProviderRequest = serde_json::from_str(text).unwrap();
            assert!(check(&request).is_ok(), "{:?}: {:?}", request.name, check(&request));
        }
    }
}
