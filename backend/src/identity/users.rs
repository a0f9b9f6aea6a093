//! Local users: making them, their names, their passwords and preferences.

use muster_api::problem::FieldProblem;
use muster_api::session::{Preferences, Role};
use secrecy::SecretString;
use uuid::Uuid;

use super::{Client, Identity, IdentityError, password};
use crate::context::{Credential, RequestContext};
use crate::database::DatabaseError;
use crate::database::users::{self, User};

/// Most characters of a name.
const LONGEST_NAME: usize = 64;

impl Identity {
    /// Makes a local user.
    pub async fn create_user(
        &self,
        context: &RequestContext,
        name: &str,
        role: Role,
        password: SecretString,
    ) -> Result<User, IdentityError> {
        let user = self.new_user(context, name, role, password).await?;
        match users::insert(&self.database, &user).await {
            Ok(()) => Ok(user),
            Err(DatabaseError::Duplicate) => Err(IdentityError::NameTaken(user.name)),
            Err(error) => Err(error.into()),
        }
    }

    /// A user as it will be kept, when name and password are in order.
    pub(super) async fn new_user(
        &self,
        context: &RequestContext,
        name: &str,
        role: Role,
        password: SecretString,
    ) -> Result<User, IdentityError> {
        let name = name.trim();
        let problems: Vec<FieldProblem> = problem_of_name(name)
            .into_iter()
            .chain(password::problem_of("password", &password, name))
            .collect();
        if !problems.is_empty() {
            return Err(IdentityError::Fields(problems));
        }
        Ok(User {
            id: Uuid::now_v7(),
            name: name.to_owned(),
            display_name: name.to_owned(),
            role,
            password_hash: Some(self.passwords.hash(password).await?),
            preferences: Preferences::default(),
            disabled: false,
            created_at: context.now(),
        })
    }

    /// The user of this name.
    pub async fn user_by_name(&self, name: &str) -> Result<User, IdentityError> {
        let user = users::find_by_name(&self.database, name).await?;
        user.ok_or_else(|| IdentityError::UnknownUser(name.to_owned()))
    }

    /// The name of a local account as it is kept, when there is one of this name.
    pub async fn account_named(&self, name: &str) -> Result<Option<String>, IdentityError> {
        let user = users::find_by_name(&self.database, name.trim()).await?;
        Ok(user.map(|user| user.name))
    }

    /// The user who asks, also when the console is looked at as somebody else.
    pub async fn current_user(&self, context: &RequestContext) -> Result<User, IdentityError> {
        let person = context.person();
        let user = users::find(&self.database, person.user_id).await?;
        user.ok_or_else(|| IdentityError::UnknownUser(person.name.to_string()))
    }

    /// Keeps language and theme of the user who asks.
    pub async fn change_preferences(
        &self,
        context: &RequestContext,
        chosen: &Preferences,
    ) -> Result<User, IdentityError> {
        users::change_preferences(&self.database, context.actor.user_id, chosen).await?;
        self.current_user(context).await
    }

    /// Changes the password of the user who asks and ends every other session. The old password is asked for, and
    /// guessing it is slowed down as signing in is.
    pub async fn change_password(
        &self,
        context: &RequestContext,
        client: &Client,
        current: SecretString,
        new: SecretString,
    ) -> Result<(), IdentityError> {
        let user = self.current_user(context).await?;
        let attempt = self.begin_attempt(&user.name, client.address).await?;
        if !self.passwords.verify(current, user.password_hash.clone()).await? {
            let message = "This is not the password until now.";
            return Err(IdentityError::Fields(vec![FieldProblem::new(
                "currentPassword",
                "wrong-password",
                message,
            )]));
        }
        self.attempt_succeeded(&attempt).await?;
        if let Some(problem) = password::problem_of("newPassword", &new, &user.name) {
            return Err(IdentityError::Fields(vec![problem]));
        }
        let hash = self.passwords.hash(new).await?;
        let kept = match context.credential {
            Credential::Session(id) => Some(id),
            Credential::Token(_) | Credential::System => None,
        };
        users::change_password(&self.database, user.id, &hash, kept).await?;
        tracing::info!(user = user.name, "the password was changed; other sessions have ended");
        Ok(())
    }
}

/// Is it drawn as nothing, or does it turn the direction of writing? Two names must not look the same because of it.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// What is wrong with a sign-in name.
fn problem_of_name(name: &str) -> Option<FieldProblem> {
    if name.is_empty() {
        return Some(FieldProblem::new("name", "required", "Type a name to sign in with."));
    }
    if name.chars().count() > LONGEST_NAME {
        let message = format!("The name may have at most {LONGEST_NAME} characters.");
        return Some(FieldProblem::new("name", "too-long", message));
    }
    if name
        .chars()
        .any(|character| character.is_control() || character.is_whitespace() || is_invisible(character))
    {
        let message = "The name must not contain spaces, control characters or characters that nobody sees.";
        return Some(FieldProblem::new("name", "invalid-name", message));
    }
    None
}
