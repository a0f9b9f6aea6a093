//! Why something about rights failed.

use muster_api::access::Permission;
use muster_api::problem::FieldProblem;

use crate::clusters::ClusterError;
use crate::database::DatabaseError;

/// Why something about rights failed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The actor lacks this permission here.
    #[error("this needs the permission {0:?}")]
    Lacking(Permission),
    /// The actor would grant more than he has.
    #[error("{0}")]
    Escalation(String),
    /// There is no such thing, or the actor does not see it.
    #[error("there is no {0}")]
    NotFound(String),
    /// Some fields are wrong.
    #[error("{} fields are wrong", .0.len())]
    Fields(Vec<FieldProblem>),
    /// It clashes with what is there.
    #[error("{detail}")]
    Conflict {
        /// What the browser translates by.
        code: &'static str,
        /// What clashes with what.
        detail: String,
    },
    /// A cluster is not there, or could not be asked.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl AccessError {
    /// One wrong field.
    pub(super) fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldProblem::new(field, code, message)])
    }
}
