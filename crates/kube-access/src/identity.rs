//! Who asks.

use serde::{Deserialize, Serialize};

/// Who a cluster takes somebody for.
///
/// The groups are those that the API server would see, with the ones that it adds itself: it puts
/// everybody who signed in into `system:authenticated`, and service accounts into
/// `system:serviceaccounts` and `system:serviceaccounts:<namespace>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub struct Identity {
    /// The user's name; that of a service account is `system:serviceaccount:<namespace>:<name>`.
    pub user: String,
    /// The names of the user's groups.
    pub groups: Vec<String>,
}
