//! Users and groups for those who manage them.
//!
//! Nobody who is not an administrator changes one, or makes one: else whoever manages users would be everything.

use muster_api::access::{
    CreateUserRequest, Group, Named, Principal, PrincipalSearch, SubjectReference, UpdateUserRequest, User,
};
use muster_api::problem::FieldProblem;
use muster_api::provider::{ExternalPrincipal, PrincipalKind};
use muster_api::session::Role;
use secrecy::SecretString;
use uuid::Uuid;

use super::providers::FoundPrincipal;
use super::{Identity, IdentityError, password};
use crate::context::{Actor, RequestContext};
use crate::database::role_bindings::Subject;
use crate::database::{DatabaseError, people, principals, sessions, users};

const LONGEST_DISPLAY_NAME: usize = 100;
/// What a search answers at most of each kind.
pub(super) const MOST_FOUND: usize = 20;
/// Shorter texts would find everybody.
const SHORTEST_SEARCH: usize = 2;

impl Identity {
    /// Every user, by name.
    pub async fn list_users(&self, _context: &RequestContext) -> Result<Vec<User>, IdentityError> {
        Ok(people::users(&self.database).await?)
    }

    /// One user.
    pub async fn read_user(&self, _context: &RequestContext, id: Uuid) -> Result<User, IdentityError> {
        let all = people::users(&self.database).await?;
        let found = all.into_iter().find(|user| user.id == id.to_string());
        found.ok_or_else(|| IdentityError::UnknownUser(id.to_string()))
    }

    /// Every group that the console knows, by name.
    pub async fn list_groups(&self, _context: &RequestContext) -> Result<Vec<Group>, IdentityError> {
        Ok(people::groups(&self.database).await?)
    }

    /// Makes a local user for whoever manages users.
    pub async fn add_user(&self, context: &RequestContext, request: CreateUserRequest) -> Result<User, IdentityError> {
        if request.role == Role::Administrator && !context.actor.is_administrator() {
            return Err(IdentityError::Forbidden("Only administrators make administrators."));
        }
        let display_name = checked_display_name(&request.display_name)?;
        let made = self
            .create_user(
                context,
                &request.name,
                request.role,
                SecretString::from(request.password),
            )
            .await?;
        if !display_name.is_empty() {
            let change = people::UserChange {
                display_name: Some(display_name),
                ..people::UserChange::default()
            };
            people::change_user(&self.database, made.id, &change).await?;
        }
        self.read_user(context, made.id).await
    }

    /// Changes a user. Disabling and a new password end every session at once.
    pub async fn update_user(
        &self,
        context: &RequestContext,
        id: Uuid,
        request: UpdateUserRequest,
    ) -> Result<User, IdentityError> {
        let known = self.changeable(context, id).await?;
        if request.role == Some(Role::Administrator) && !context.actor.is_administrator() {
            return Err(IdentityError::Forbidden("Only administrators make administrators."));
        }
        if request.disabled == Some(true) && id == context.actor.user_id {
            return Err(IdentityError::Forbidden("You cannot disable yourself."));
        }
        let password_hash = match request.password {
            None => None,
            Some(_) if known.provider.is_some() => {
                let message = "This account's password is kept by its provider: change it there.";
                return Err(IdentityError::Fields(vec![FieldProblem::new(
                    "password",
                    "not-local",
                    message,
                )]));
            }
            Some(text) => {
                let secret = SecretString::from(text);
                if let Some(problem) = password::problem_of("password", &secret, &known.name) {
                    return Err(IdentityError::Fields(vec![problem]));
                }
                Some(self.passwords.hash(secret).await?)
            }
        };
        let change = people::UserChange {
            display_name: request.display_name.as_deref().map(checked_display_name).transpose()?,
            role: request.role,
            disabled: request.disabled,
            password_hash,
        };
        people::change_user(&self.database, id, &change).await?;
        tracing::info!(user = known.name, by = %context.actor.name, "a user was changed");
        self.read_user(context, id).await
    }

    /// Gives a local user a new password, enables him and ends every session of his: the way back in, from the server's
    /// own machine.
    pub async fn reset_password(
        &self,
        _context: &RequestContext,
        name: &str,
        password: SecretString,
    ) -> Result<users::User, IdentityError> {
        let user = self.user_by_name(name).await?;
        if let Some(problem) = password::problem_of("password", &password, &user.name) {
            return Err(IdentityError::Fields(vec![problem]));
        }
        let change = people::UserChange {
            password_hash: Some(self.passwords.hash(password).await?),
            disabled: Some(false),
            ..people::UserChange::default()
        };
        people::change_user(&self.database, user.id, &change).await?;
        Ok(user)
    }

    /// Removes a user with sessions, tokens and bindings.
    pub async fn delete_user(&self, context: &RequestContext, id: Uuid) -> Result<(), IdentityError> {
        if id == context.actor.user_id {
            return Err(IdentityError::Forbidden("You cannot remove yourself."));
        }
        let known = self.changeable(context, id).await?;
        people::delete_user(&self.database, id).await?;
        tracing::info!(user = known.name, by = %context.actor.name, "a user was removed");
        Ok(())
    }

    /// Ends every session of a user.
    pub async fn end_sessions_of(&self, context: &RequestContext, id: Uuid) -> Result<(), IdentityError> {
        self.changeable(context, id).await?;
        Ok(sessions::remove_others(&self.database, id, None).await?)
    }

    /// People and groups by a part of their names.
    pub async fn search_principals(
        &self,
        _context: &RequestContext,
        text: &str,
    ) -> Result<PrincipalSearch, IdentityError> {
        let text = text.trim();
        if text.chars().count() < SHORTEST_SEARCH {
            let message = format!("Type at least {SHORTEST_SEARCH} characters of the name.");
            return Err(IdentityError::Fields(vec![FieldProblem::new(
                "text",
                "too-short",
                message,
            )]));
        }
        let mut found = PrincipalSearch {
            items: principals::search(&self.database, text, MOST_FOUND).await?,
            failures: Vec::new(),
        };
        self.search_providers(text, &mut found).await?;
        Ok(found)
    }

    /// The person or group that something is to be granted to; one that only a provider knows is made known.
    pub async fn subject(
        &self,
        context: &RequestContext,
        reference: &SubjectReference,
    ) -> Result<Subject, IdentityError> {
        let wrong = |field: &str, code: &str, message: &str| {
            IdentityError::Fields(vec![FieldProblem::new(format!("subject/{field}"), code, message)])
        };
        if let Some(text) = &reference.id {
            let missing = || wrong("id", "unknown-subject", "There is no such person or group.");
            let id = Uuid::parse_str(text).map_err(|_| missing())?;
            let exists = match reference.kind {
                PrincipalKind::User => users::find(&self.database, id).await?.is_some(),
                PrincipalKind::Group => people::group_exists(&self.database, id).await?,
            };
            return match reference.kind {
                _ if !exists => Err(missing()),
                PrincipalKind::User => Ok(Subject::User(id)),
                PrincipalKind::Group => Ok(Subject::Group(id)),
            };
        }
        let (Some(provider), Some(external_id)) = (&reference.provider, &reference.external_id) else {
            return Err(wrong("id", "required", "Say to whom: a person or a group."));
        };
        let provider = Uuid::parse_str(provider)
            .map_err(|_| wrong("provider", "unknown-provider", "There is no such provider."))?;
        let external_id = external_id.trim();
        if external_id.is_empty() || external_id.chars().any(char::is_control) {
            return Err(wrong(
                "externalId",
                "required",
                "Choose a person or group that the search found.",
            ));
        }
        let missing = || wrong("provider", "unknown-provider", "There is no such provider.");
        let known = self.providers.find(provider).await.map_err(|error| match error {
            IdentityError::UnknownProvider => missing(),
            other => other,
        })?;
        let typed = ExternalPrincipal {
            kind: reference.kind,
            external_id: external_id.to_owned(),
            name: reference.name.as_deref().unwrap_or(external_id).trim().to_owned(),
        };
        let principal = self.identified(&known, typed).await?;
        let (external_id, name) = (principal.external_id.as_str(), principal.name.as_str());
        let made = match reference.kind {
            PrincipalKind::User => {
                let made = people::ensure_user(&self.database, provider, external_id, name, context.now()).await;
                made.map(Subject::User)
            }
            PrincipalKind::Group => {
                let made = people::ensure_group(&self.database, provider, external_id, name).await;
                made.map(Subject::Group)
            }
        };
        made.map_err(|error| match error {
            DatabaseError::Missing => missing(),
            other => other.into(),
        })
    }

    /// A user with provider and groups, by the id; what bindings give is added by `access`.
    pub async fn actor_by_id(&self, id: Uuid) -> Result<Actor, IdentityError> {
        let user = users::find(&self.database, id).await?;
        let user = user.ok_or_else(|| IdentityError::UnknownUser(id.to_string()))?;
        self.actor_of(&user).await
    }

    /// A user whom the actor may change.
    async fn changeable(&self, context: &RequestContext, id: Uuid) -> Result<User, IdentityError> {
        let known = self.read_user(context, id).await?;
        let protected = known.role == Role::Administrator || principals::is_administrator(&self.database, id).await?;
        if protected && !context.actor.is_administrator() {
            return Err(IdentityError::Forbidden("Only administrators change administrators."));
        }
        Ok(known)
    }
}

/// Somebody whom only a provider knows.
pub(super) fn of_provider(provider: &Named, found: FoundPrincipal) -> Principal {
    Principal {
        kind: found.principal.kind,
        id: None,
        provider: Some(provider.clone()),
        external_id: Some(found.principal.external_id),
        name: found.principal.name,
        display_name: found.display_name,
        place: Some(found.place),
    }
}

fn checked_display_name(text: &str) -> Result<String, IdentityError> {
    let text = text.trim();
    if text.chars().count() > LONGEST_DISPLAY_NAME || text.chars().any(char::is_control) {
        let message = format!("The name has at most {LONGEST_DISPLAY_NAME} characters and no control characters.");
        return Err(IdentityError::Fields(vec![FieldProblem::new(
            "displayName",
            "invalid-name",
            message,
        )]));
    }
    Ok(text.to_owned())
}
