//! What the errors of clusters and lists mean to a caller.

use http::StatusCode;

use super::AppError;
use crate::clusters::ClusterError;
use crate::clusters::failure::{Failure, Reason};
use crate::resources::query::ListError;

impl From<ClusterError> for AppError {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::NotFound(cluster) => Self::not_found(format!("cluster {cluster:?}")),
            ClusterError::NameTaken(name) => Self::conflict(
                "name-taken",
                format!("There is a cluster named {name:?} already; names are compared without regard to case."),
            ),
            ClusterError::InvalidFields(problems) => Self::invalid_fields(problems),
            ClusterError::Failed { cluster, failure } => of_failure(&cluster, failure),
            ClusterError::Database(error) => error.into(),
            ClusterError::Sealing(error) => Self::internal(error),
        }
    }
}

/// A cluster that could not be asked.
pub(super) fn of_failure(cluster: &str, failure: Failure) -> AppError {
    let code = failure.reason.code();
    let detail = format!("The cluster {cluster:?} could not be asked: {}.", failure.message);
    match failure.reason {
        Reason::Unreachable | Reason::NotReady => AppError::unavailable(code, detail),
        Reason::Timeout => AppError::gateway_timeout(code, detail),
        Reason::Certificate | Reason::Credentials | Reason::NotKubernetes => AppError::bad_gateway(code, detail),
        Reason::Forbidden => AppError::Failed {
            status: StatusCode::FORBIDDEN,
            code,
            title: "The cluster does not allow it",
            detail,
        },
    }
}

impl From<ListError> for AppError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::UnknownKind(path) => Self::not_found(format!("kind `{path}` in these clusters")),
            ListError::Cluster(error) => error.into(),
            ListError::Invalid(problems) => Self::invalid_fields(problems),
        }
    }
}
