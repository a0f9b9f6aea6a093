//! Browser sessions: signing in and out, and the list of one's own sessions.

use std::time::Duration;

use muster_api::account::Session;
use secrecy::SecretString;
use uuid::Uuid;

use super::providers::ProviderError;
use super::{Client, Identity, IdentityError, SignedIn, later, secret};
use crate::context::{Credential, RequestContext};
use crate::database::sessions::{self, SessionRecord};
use crate::database::users::{self, User};

/// Most characters of a browser's name that are kept.
const LONGEST_USER_AGENT: usize = 300;

impl Identity {
    /// Signs somebody in by name and password, of a directory or of the console itself. The session of `old_secret`, if
    /// any, ends.
    pub async fn sign_in_with_password(
        &self,
        client: &Client,
        provider: Option<Uuid>,
        name: &str,
        password: SecretString,
        old_secret: Option<&str>,
    ) -> Result<SignedIn, IdentityError> {
        let Some(provider) = provider else {
            return self.sign_in(client, name, password, old_secret).await;
        };
        let provider = self.providers.find_enabled(provider).await?;
        let door = provider.by_password()?;
        // What is typed wrongly here must not lock the account in the directory: it is slowed down before it gets there.
        let attempt = self
            .begin_attempt(&format!("{}\u{0}{}", provider.record.id, name.trim()), client.address)
            .await?;
        let person = match door.sign_in(name, password).await {
            Ok(person) => person,
            Err(ProviderError::Refused { reason }) => {
                tracing::warn!(address = %client.address, provider = provider.record.name, %reason, "a sign-in failed");
                metrics::counter!("muster_sign_ins_total", "result" => "wrong").increment(1);
                return Err(IdentityError::WrongCredentials);
            }
            Err(error) => {
                tracing::warn!(provider = provider.record.name, %error, "a provider could not sign somebody in");
                // Nobody is slowed down because a directory is away.
                self.attempt_succeeded(&attempt).await?;
                return Err(error.into());
            }
        };
        let signed_in = self.enter(client, &provider, person, None, old_secret).await?;
        self.attempt_succeeded(&attempt).await?;
        Ok(signed_in)
    }

    /// Signs a local user in. The session of `old_secret`, if any, ends: a browser gets a new secret at every sign-in.
    pub async fn sign_in(
        &self,
        client: &Client,
        name: &str,
        password: SecretString,
        old_secret: Option<&str>,
    ) -> Result<SignedIn, IdentityError> {
        let name = name.trim();
        let attempt = self.begin_attempt(name, client.address).await?;
        let user = users::find_by_name(&self.database, name).await?;
        let kept = user.as_ref().and_then(|user| user.password_hash.clone());
        let right = self.passwords.verify(password, kept).await?;
        let user = user.filter(|user| right && !user.disabled);
        let Some(user) = user else {
            tracing::warn!(address = %client.address, "a sign-in failed");
            metrics::counter!("muster_sign_ins_total", "result" => "wrong").increment(1);
            return Err(IdentityError::WrongCredentials);
        };
        self.attempt_succeeded(&attempt).await?;
        metrics::counter!("muster_sign_ins_total", "result" => "right").increment(1);
        tracing::info!(user = user.name, address = %client.address, "signed in");
        self.start_session(user, client, old_secret).await
    }

    /// A new session for a user who has shown who he is.
    pub(super) async fn start_session(
        &self,
        user: User,
        client: &Client,
        old_secret: Option<&str>,
    ) -> Result<SignedIn, IdentityError> {
        if let Some(old) = old_secret {
            sessions::remove_by_secret(&self.database, &secret::hash(old)).await?;
        }
        let now = self.clock.now();
        let secret = secret::generate("")?;
        let record = SessionRecord {
            id: Uuid::new_v4(),
            user_id: user.id,
            created_at: now,
            last_seen_at: now,
            expires_at: later(now, self.lifetime),
            user_agent: client.user_agent.chars().take(LONGEST_USER_AGENT).collect(),
            address: client.address.to_string(),
        };
        sessions::insert(&self.database, &secret::hash_of(&secret), &record).await?;
        let lifetime = Duration::try_from(self.lifetime).unwrap_or_default();
        Ok(SignedIn {
            user,
            secret,
            lifetime,
            confirmed: None,
        })
    }

    /// Ends the session that asks; a token that asks stays.
    pub async fn sign_out(&self, context: &RequestContext) -> Result<(), IdentityError> {
        if let Credential::Session(id) = context.credential {
            sessions::remove(&self.database, context.actor.user_id, id).await?;
        }
        Ok(())
    }

    /// The sessions of the user who asks, newest use first.
    pub async fn list_sessions(&self, context: &RequestContext) -> Result<Vec<Session>, IdentityError> {
        let now = context.now();
        let user = context.actor.user_id;
        let records = sessions::list_of_user(&self.database, user, now, self.idle_since(now)).await?;
        let item = |record: SessionRecord| Session {
            current: context.credential == Credential::Session(record.id),
            id: record.id.to_string(),
            created_at: record.created_at.to_string(),
            last_seen_at: record.last_seen_at.to_string(),
            expires_at: record.expires_at.to_string(),
            user_agent: record.user_agent,
            address: record.address,
        };
        Ok(records.into_iter().map(item).collect())
    }

    /// Ends one session of the user who asks.
    pub async fn end_session(&self, context: &RequestContext, id: Uuid) -> Result<(), IdentityError> {
        let ended = sessions::remove(&self.database, context.actor.user_id, id).await?;
        ended.then_some(()).ok_or(IdentityError::UnknownSession)
    }

    /// Ends every session of the user who asks, but the one that asks.
    pub async fn end_other_sessions(&self, context: &RequestContext) -> Result<(), IdentityError> {
        let kept = match context.credential {
            Credential::Session(id) => Some(id),
            Credential::Token(_) | Credential::System => None,
        };
        sessions::remove_others(&self.database, context.actor.user_id, kept).await?;
        Ok(())
    }
}
