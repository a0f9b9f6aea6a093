//! Why something about identity failed.

use std::time::Duration;

use muster_api::problem::FieldProblem;

use super::providers::ProviderError;
use crate::database::DatabaseError;

/// Why something about identity failed.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Name or password are wrong, or the user may not sign in: nobody is told which.
    #[error("wrong name or password")]
    WrongCredentials,
    /// Too many failures; attempts are taken again after this time.
    #[error("too many attempts")]
    TooManyAttempts(Duration),
    /// The one-time code is unknown, used or too old.
    #[error("the one-time code does not work (any more)")]
    WrongCode,
    /// Some fields are wrong.
    #[error("{}", sentences(.0))]
    Fields(Vec<FieldProblem>),
    /// A user of this name exists.
    #[error("there is a user named `{0}` already")]
    NameTaken(String),
    /// There is no such user.
    #[error("there is no user named `{0}`")]
    UnknownUser(String),
    /// The user has no such session.
    #[error("there is no such session")]
    UnknownSession,
    /// The user has no such token.
    #[error("there is no such token")]
    UnknownToken,
    /// The actor may not do this; a sentence that says why.
    #[error("{0}")]
    Forbidden(&'static str),
    /// There is no such provider, or nobody may sign in through it.
    #[error("there is no such provider to sign in with")]
    UnknownProvider,
    /// A provider of this name exists.
    #[error("there is a provider named `{0}` already")]
    ProviderNameTaken(String),
    /// The change would make the same ids mean other people.
    #[error("another server has other accounts: it needs a provider of its own")]
    OtherAccounts,
    /// The configuration file says what the provider is.
    #[error("the provider {provider:?} is managed by the file {file}")]
    ManagedByFile {
        /// What it is called.
        provider: String,
        /// Which file.
        file: String,
    },
    /// The provider vouches for the person, but the user is disabled here.
    #[error("the account is disabled here")]
    Disabled,
    /// The provider vouches for the person, but he is not one of those who may sign in.
    #[error("the account is not one of those that may sign in through `{0}`")]
    NotAdmitted(String),
    /// A sign-in came back that never left, left from another browser, was used already, or took too long.
    #[error("this sign-in was not begun in this browser, was used already, or took too long")]
    WrongReturn,
    /// The person, or somebody on the provider's page, said no.
    #[error("the provider's page said no: {0}")]
    Declined(String),
    /// The provider did not let the person in, or could not be asked.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// Too many people sign in at the same time.
    #[error("too many passwords are being checked at the same time")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The machine or a library failed.
    #[error("{0}")]
    Internal(String),
}

fn sentences(problems: &[FieldProblem]) -> String {
    problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}
