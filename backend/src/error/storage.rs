//! What failures of the database mean to a caller.

use super::AppError;
use crate::database::DatabaseError;

impl From<DatabaseError> for AppError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Storage(reason) => {
                tracing::error!(reason, "the database cannot keep or give anything now");
                Self::unavailable(
                    "storage",
                    "The console's database cannot be used right now, so nothing was changed. The administrator finds \
                     the reason in the server's log.",
                )
            }
            DatabaseError::Missing => Self::conflict("gone", "What this refers to does not exist any more."),
            DatabaseError::LastAdministrator => Self::conflict(
                "last-administrator",
                "This is the last local administrator who can sign in: make another one first. He is the way in when \
                 every provider is away.",
            ),
            DatabaseError::Duplicate => Self::conflict("exists", "It exists already."),
            other => Self::Internal(other.into()),
        }
    }
}
