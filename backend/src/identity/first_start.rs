//! The very first start: a one-time code, printed by the server, lets whoever reads it make the first administrator.

use jiff::SignedDuration;
use muster_api::session::Role;
use secrecy::SecretString;

use super::{Client, Identity, IdentityError, SignedIn, later, secret};
use crate::context::RequestContext;
use crate::database::{DatabaseError, setup_codes, users};

/// How long the printed code works.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

impl Identity {
    /// Is there nobody yet who may do everything?
    pub async fn administrator_missing(&self) -> Result<bool, IdentityError> {
        Ok(!users::administrator_exists(&self.database).await?)
    }

    /// A new one-time code in place of every earlier one, while there is no administrator.
    pub async fn first_start_code(&self) -> Result<Option<SecretString>, IdentityError> {
        if !self.administrator_missing().await? {
            return Ok(None);
        }
        let now = self.clock.now();
        let code = secret::generate("")?;
        setup_codes::replace(&self.database, &secret::hash_of(&code), now, later(now, CODE_LIFETIME)).await?;
        Ok(Some(code))
    }

    /// Makes the first administrator and signs him in; the code works once.
    pub async fn create_first_administrator(
        &self,
        context: &RequestContext,
        client: &Client,
        code: &str,
        name: &str,
        password: SecretString,
    ) -> Result<SignedIn, IdentityError> {
        // Hashing a password is dear: not for whoever knows no code.
        if !setup_codes::holds(&self.database, &secret::hash(code.trim()), context.now()).await? {
            return Err(IdentityError::WrongCode);
        }
        let user = self.new_user(context, name, Role::Administrator, password).await?;
        match users::insert_by_code(&self.database, &user, &secret::hash(code.trim())).await {
            Ok(true) => {}
            Ok(false) => return Err(IdentityError::WrongCode),
            Err(DatabaseError::Duplicate) => return Err(IdentityError::NameTaken(user.name)),
            Err(error) => return Err(error.into()),
        }
        tracing::info!(user = user.name, "the first administrator was made");
        self.start_session(user, client, None).await
    }
}
