//! What the errors of the identity room mean to a caller.

use http::StatusCode;

use super::AppError;
use crate::identity::IdentityError;
use crate::identity::providers::ProviderError;
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
            IdentityError::UnknownProvider => Self::not_found("such provider to sign in with"),
            IdentityError::ProviderNameTaken(name) => Self::conflict(
                "name-taken",
                format!("There is a provider named `{name}` already; names are compared without regard to case."),
            ),
            IdentityError::OtherAccounts => Self::conflict(
                "other-accounts",
                "Another server has other accounts behind the same ids, and they would get the rights of the ones that \
                 are known. Add a provider for the new server and delete this one.",
            ),
            IdentityError::ManagedByFile { provider, file } => Self::conflict(
                "managed-by-file",
                format!(
                    "The provider {provider} is managed by the configuration file {file}: change or remove it there, and \
                     restart the server."
                ),
            ),
            IdentityError::Disabled => Self::Failed {
                status: StatusCode::FORBIDDEN,
                code: "account-disabled",
                title: "The account is disabled",
                detail: "Your account is disabled in this console. An administrator of the console can enable it."
                    .into(),
            },
            IdentityError::NotAdmitted(provider) => Self::Failed {
                status: StatusCode::FORBIDDEN,
                code: "not-admitted",
                title: "Not one of those who may sign in",
                detail: format!(
                    "Your account is known to {provider}, but it is not one of those that may sign in here. Ask an \
                     administrator of the console to add you or one of your groups.",
                ),
            },
            IdentityError::WrongReturn => Self::Failed {
                status: StatusCode::FORBIDDEN,
                code: "sign-in-expired",
                title: "This sign-in cannot be finished",
                detail:
                    "It was begun in another browser, was used already, or took more than ten minutes. Begin again."
                        .into(),
            },
            IdentityError::Declined(reason) => Self::Failed {
                status: StatusCode::FORBIDDEN,
                code: "declined",
                title: "The provider did not sign you in",
                detail: reason,
            },
            IdentityError::Provider(error) => error.into(),
            IdentityError::Busy => Self::unavailable(
                "busy",
                "Many people are signing in right now. Try again in a few seconds.",
            ),
            IdentityError::Database(error) => error.into(),
            IdentityError::Internal(reason) => Self::Internal(anyhow::anyhow!(reason)),
        }
    }
}

impl From<ProviderError> for AppError {
    fn from(error: ProviderError) -> Self {
        match error {
            // Why is for the log of the one who asked the provider, never for whoever tries to sign in.
            ProviderError::Refused { .. } => Self::WrongCredentials,
            ProviderError::Unavailable { reason } => {
                tracing::warn!(%reason, "a provider cannot be asked");
                Self::unavailable(
                    "provider-unavailable",
                    "The provider of your account does not answer right now. Try again later; the administrator finds \
                     the reason in the server's log.",
                )
            }
            ProviderError::Misconfigured { reason } => {
                tracing::error!(%reason, "a provider is set up wrongly");
                Self::unavailable(
                    "provider-misconfigured",
                    "The provider of your account is set up wrongly. The administrator finds the reason in the \
                     server's log.",
                )
            }
            ProviderError::NeedsAction { sentence } => Self::Failed {
                status: StatusCode::FORBIDDEN,
                code: "action-needed",
                title: "Something is to be done at the provider first",
                detail: sentence.message,
            },
        }
    }
}

impl From<SecretsError> for AppError {
    fn from(error: SecretsError) -> Self {
        Self::Internal(error.into())
    }
}
