//! Why something about identity failed.

use std::time::Duration;

use muster_api::problem::FieldProblem;

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
