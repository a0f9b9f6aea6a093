//! What the errors of the Kubernetes API proxy mean to a caller.

use super::AppError;
use crate::resources::api_proxy::{LARGEST_BODY, ProxyError};

impl From<ProxyError> for AppError {
    fn from(error: ProxyError) -> Self {
        match error {
            ProxyError::Invalid(detail) => Self::Invalid(detail),
            ProxyError::NotServed(path) => Self::not_found(format!(
                "address /{path} in the Kubernetes API, or none that the console passes on"
            )),
            ProxyError::Forbidden(detail) => Self::forbidden(detail),
            ProxyError::TooLarge => Self::TooLarge { limit: LARGEST_BODY },
            ProxyError::Cluster(error) => error.into(),
            ProxyError::OddUpgrade(cluster) => Self::bad_gateway(
                "not-kubernetes",
                format!("The cluster {cluster:?} turned the connection into something that was not asked for."),
            ),
        }
    }
}
