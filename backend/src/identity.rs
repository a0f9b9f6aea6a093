//! Who: local users and their passwords, browser sessions, API tokens, the first sign-in link, and the throttle on
//! signing in. Knows nothing of HTTP; what a user may do with clusters is decided elsewhere.

mod enter;
mod error;
mod first_start;
mod listed;
mod password;
mod people;
mod provider_admin;
pub mod provider_file;
pub mod provider_registry;
pub mod providers;
mod redirect_sign_in;
mod refresh;
mod secret;
mod sessions;
mod throttle;
mod tokens;
mod users;
mod view_as;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use uuid::Uuid;

pub use error::IdentityError;
pub use redirect_sign_in::{LeavingSignIn, ReturnFailure, Returned, ReturningSignIn};
pub use refresh::{LostAccount, RefusedRound, Round};
pub use tokens::{LONGEST_TOKEN, SHORTEST_TOKEN, TOKEN_PREFIX};

use crate::clock::Clock;
use crate::config::Config;
use crate::context::{AccountProvider, Actor, Credential, RequestContext, RequestId, TokenPlaces, TokenScope};
use crate::database::sessions::View;
use crate::database::users::User;
use crate::database::{
    Database, api_tokens, redirect_sign_ins, sessions as session_table, sign_in_attempts, users as user_table,
};

use crate::secrets::Secrets;
use password::Passwords;
use provider_registry::ProviderRegistry;

/// Uses of sessions and tokens are noted to the minute: a write for every request would only cost.
const NOTE_USE_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Expired tokens stay visible to their owner for so long.
const KEEP_EXPIRED_TOKENS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Users, sessions and tokens; cheap to clone.
#[derive(Clone)]
pub struct Identity {
    database: Database,
    clock: Clock,
    passwords: Arc<Passwords>,
    providers: ProviderRegistry,
    idle: SignedDuration,
    lifetime: SignedDuration,
}

/// From where a request came: for the throttle and for the list of sessions.
#[derive(Clone, Debug)]
pub struct Client {
    /// The address.
    pub address: IpAddr,
    /// The browser, as it names itself.
    pub user_agent: String,
}

/// A user who has just signed in.
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// What goes into the cookie; not kept anywhere else.
    pub secret: SecretString,
    /// How long the session lasts at the most.
    pub lifetime: Duration,
    /// The provider whose newest change this sign-in confirmed, if any.
    pub confirmed: Option<Uuid>,
}

impl Identity {
    /// Made once at start.
    pub fn new(config: &Config, database: Database, secrets: Secrets, clock: Clock) -> Result<Self, IdentityError> {
        Ok(Self {
            providers: ProviderRegistry::new(database.clone(), secrets, clock.clone()),
            database,
            clock,
            passwords: Arc::new(Passwords::new()?),
            idle: SignedDuration::from_hours(i64::from(config.session_idle_hours)),
            lifetime: SignedDuration::from_hours(i64::from(config.session_lifetime_hours)),
        })
    }

    /// The context of a request that carries this cookie value; none when the session does not hold.
    pub async fn context_of_session(
        &self,
        secret: &str,
        request_id: RequestId,
    ) -> Result<Option<RequestContext>, IdentityError> {
        let now = self.clock.now();
        let hash = secret::hash(secret);
        let found = session_table::find_by_secret(&self.database, &hash, now, self.idle_since(now)).await?;
        let Some(session) = found else {
            return Ok(None);
        };
        if now.duration_since(session.last_seen_at) >= NOTE_USE_EVERY
            && let Err(error) = session_table::touch(&self.database, session.id, now).await
        {
            // Reading goes on while nothing can be written.
            tracing::warn!(%error, "could not note that a session was used");
        }
        let context = self
            .context(&session.user, Credential::Session(session.id), request_id)
            .await?;
        Ok(Some(self.looking(context, session.view).await?))
    }

    /// The context of a request that carries this API token; none when the token does not work.
    pub async fn context_of_token(
        &self,
        secret: &str,
        request_id: RequestId,
    ) -> Result<Option<RequestContext>, IdentityError> {
        let now = self.clock.now();
        let found = api_tokens::find_by_secret(&self.database, &secret::hash(secret), now).await?;
        let Some(bearer) = found else {
            return Ok(None);
        };
        if bearer
            .last_used_at
            .is_none_or(|last| now.duration_since(last) >= NOTE_USE_EVERY)
            && let Err(error) = api_tokens::touch(&self.database, bearer.id, now).await
        {
            tracing::warn!(%error, "could not note that a token was used");
        }
        let scope = TokenScope {
            places: bearer.places.map(|places| {
                Arc::new(TokenPlaces {
                    clusters: places.clusters,
                    projects: places.projects,
                    ..TokenPlaces::default()
                })
            }),
            read_only: bearer.read_only,
        };
        let context = self
            .context(&bearer.user, Credential::Token(bearer.id), request_id)
            .await?;
        Ok(Some(RequestContext { scope, ..context }))
    }

    /// The same context as it is now: none when what the request was let in by does not hold any more. Long-lived
    /// connections ask every now and then.
    pub async fn renewed(&self, context: &RequestContext) -> Result<Option<RequestContext>, IdentityError> {
        let now = self.clock.now();
        let view = match context.credential {
            Credential::Session(id) => session_table::find_view(&self.database, id, now, self.idle_since(now)).await?,
            // A token is always its owner's.
            Credential::Token(id) => api_tokens::holds(&self.database, id, now).await?.then(View::default),
            Credential::System => return Ok(Some(context.clone())),
        };
        let Some(view) = view else {
            return Ok(None);
        };
        let Some(user) = user_table::find(&self.database, context.person().user_id).await? else {
            return Ok(None);
        };
        let renewed = self
            .context(&user, context.credential, context.request_id.clone())
            .await?;
        let renewed = RequestContext {
            scope: context.scope.clone(),
            ..renewed
        };
        Ok(Some(self.looking(renewed, view).await?))
    }

    /// Clears away sessions, tokens and failed attempts that no longer matter.
    pub async fn forget_expired(&self) -> Result<(), IdentityError> {
        let now = self.clock.now();
        session_table::remove_expired(&self.database, now, self.idle_since(now)).await?;
        api_tokens::remove_expired(&self.database, earlier(now, KEEP_EXPIRED_TOKENS)).await?;
        sign_in_attempts::remove_expired(&self.database, now).await?;
        redirect_sign_ins::remove_expired(&self.database, now).await?;
        Ok(())
    }

    /// The context of a user who showed who he is. What bindings give is added by `access`.
    async fn context(
        &self,
        user: &User,
        credential: Credential,
        request_id: RequestId,
    ) -> Result<RequestContext, IdentityError> {
        Ok(RequestContext {
            actor: self.actor_of(user).await?,
            credential,
            looked_at_by: None,
            scope: TokenScope::default(),
            request_id,
            clock: self.clock.clone(),
        })
    }

    /// A user with provider and groups; what bindings give is added by `access`.
    pub async fn actor_of(&self, user: &User) -> Result<Actor, IdentityError> {
        let belonging = user_table::belonging(&self.database, user.id).await?;
        Ok(Actor {
            user_id: user.id,
            name: user.name.as_str().into(),
            role: user.role,
            provider: belonging
                .provider
                .map(|(id, name)| AccountProvider { id, name: name.into() }),
            groups: belonging.groups.into(),
            standing: Arc::default(),
        })
    }

    /// Sessions that were last used at this time or before have ended.
    fn idle_since(&self, now: Timestamp) -> Timestamp {
        earlier(now, self.idle)
    }
}

/// `time` plus `by`, or the end of time.
fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// `time` minus `by`, or the beginning of time.
fn earlier(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_sub(by).unwrap_or(Timestamp::MIN)
}
