//! What the errors of the identity room mean to a caller.

use http::StatusCode;

use super::AppError;
use crate::identity::IdentityError;
use crate::secrets::SecretsError;

impl From<IdentityError> for AppError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::WrongCredentials => Self::WrongCredentials,
            IdentityError::TooManyAttempts(wait) => Self::TooManyAttempts(wait),
            IdentityError::WrongCode => Self::Failed {
                status: StatusCode::FORBIDDEN,
                code: "wrong-code",
                title: "The one-time link does not work",
                detail: "The link was used already, is older than a day, or is not the newest one. Restart the server \
                         while it has no administrator: it prints a new link."
                    .into(),
            },
            IdentityError::Fields(problems) => Self::InvalidFields(problems),
            IdentityError::NameTaken(name) => Self::conflict(
                "name-taken",
                format!("There is a user named `{name}` already; names are compared without regard to case."),
            ),
            IdentityError::UnknownUser(name) => Self::not_found(format!("user named `{name}`")),
            IdentityError::UnknownSession => Self::not_found("such session of yours; it may have ended already"),
            IdentityError::UnknownToken => Self::not_found("such token of yours; it may have been deleted already"),
            IdentityError::Forbidden(sentence) => Self::forbidden(sentence),
            IdentityError::Busy => Self::unavailable(
                "busy",
                "Many people are signing in right now. Try again in a few seconds.",
            ),
            IdentityError::Database(error) => error.into(),
            IdentityError::Internal(reason) => Self::Internal(anyhow::anyhow!(reason)),
        }
    }
}

impl From<SecretsError> for AppError {
    fn from(error: SecretsError) -> Self {
        Self::Internal(error.into())
    }
}
