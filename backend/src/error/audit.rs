//! What the errors of the audit log mean to a caller.

use super::AppError;
use crate::audit::{AuditError, RecordingError};

impl From<AuditError> for AppError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::NotWritten => Self::unavailable(
                "audit",
                "Nothing was done: the console may do nothing that it cannot write into its audit log, and the log cannot \
                 be written now. The administrator finds the reason in the server's log.",
            ),
            AuditError::Busy => Self::unavailable(
                "busy",
                "The audit log is being verified already. Ask again when that is done.",
            ),
            AuditError::Database(error) => error.into(),
            AuditError::Sealing(error) => Self::internal(error),
        }
    }
}

impl From<RecordingError> for AppError {
    fn from(error: RecordingError) -> Self {
        match error {
            RecordingError::Missing(id) => Self::not_found(format!("recording {id}: it was never made, or is too old")),
            RecordingError::Failed(error) => {
                tracing::error!(%error, "a recording of a shell cannot be used");
                Self::unavailable(
                    "recording",
                    "The recording cannot be written or read now, and shells here are recorded. The administrator finds \
                     the reason in the server's log.",
                )
            }
        }
    }
}
