//! Remembers which contexts of kubeconfigs were registered at a start, and as which clusters: renamed ones are known
//! again, and what a person removed does not come back by itself.

use super::kubeconfig::UsableContext;
use crate::database::{Database, DatabaseError, settings};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A context of a kubeconfig.
pub(super) struct Origin {
    /// The setting that remembers it: named after the context.
    setting: String,
    /// Tells the server behind it from others, which a context of the same name may lead to some day.
    server: String,
}

/// What is remembered of a context.
#[derive(Serialize, Deserialize)]
struct Remembered {
    cluster: Uuid,
    server: String,
}

/// What became of a context at an earlier start.
pub(super) struct Known {
    /// The cluster that it was registered as; it may have been removed since.
    pub(super) cluster: Uuid,
    /// Did the context lead to the same server then?
    pub(super) is_same_server: bool,
}

impl Origin {
    pub(super) fn of(context: &UsableContext) -> Self {
        let authority = context.endpoint.certificate_authority.as_deref().unwrap_or_default();
        Self {
            setting: format!("kubeconfig-context:{}", digest(&[&context.name])),
            server: digest(&[&context.endpoint.url, authority]),
        }
    }

    /// What became of the context earlier; none for one that was never registered.
    pub(super) async fn known(&self, database: &Database) -> Result<Option<Known>, DatabaseError> {
        let text = settings::read(database, &self.setting).await?;
        // What cannot be read was written by another version: as good as never.
        let remembered = text.and_then(|text| serde_json::from_str::<Remembered>(&text).ok());
        Ok(remembered.map(|remembered| Known {
            cluster: remembered.cluster,
            is_same_server: remembered.server == self.server,
        }))
    }

    /// Remembers that the context is this cluster.
    pub(super) async fn remember(&self, database: &Database, cluster: Uuid) -> Result<(), DatabaseError> {
        let remembered = serde_json::json!({"cluster": cluster, "server": self.server});
        settings::write(database, &self.setting, &remembered.to_string()).await
    }
}

/// Names these texts, without telling them.
fn digest(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.len().to_be_bytes());
        digest.update(text.as_bytes());
    }
    hex::encode(&digest.finalize()[..16])
}
