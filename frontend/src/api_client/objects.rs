//! One object: its text, events, relations, actions, deletion; and applying manifests.

use super::{ApiResult, clusters, request};
use crate::routes::{KindPath, encode, query};
use muster_api::Collection;
use muster_api::action::{Action, Deletion, Propagation, ScaleRequest};
use muster_api::apply::{ApplyAnswer, ApplyProgress, ApplyRequest};
use muster_api::log::LogQuery;
use muster_api::object::{ObjectEvent, ObjectReference, Relations};
use muster_api::rollout::{PodExplanation, Rollout};
use muster_api::shell::ShellQuery;

/// Names one object of one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectAddress {
    /// The cluster's id or name.
    pub cluster: String,
    /// The kind.
    pub kind: KindPath,
    /// Absent for cluster-wide kinds.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl ObjectAddress {
    /// The address of an object that a cluster's answer names.
    pub fn of(cluster: &str, object: &ObjectReference) -> Self {
        Self {
            cluster: cluster.to_owned(),
            kind: KindPath::new(&object.group, &object.version, &object.resource),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
        }
    }

    /// Its path under `/api/v1`.
    pub fn path(&self) -> String {
        let namespace = self.namespace.as_deref().map_or_else(|| "-".to_owned(), encode);
        let cluster = clusters::path(&self.cluster);
        format!(
            "{cluster}/resources/{}/{namespace}/{}",
            self.kind.path(),
            encode(&self.name)
        )
    }

    /// The address of a pod's log socket or file (under `/api/v1`).
    pub fn log_path(&self, wanted: &LogQuery) -> String {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let flag = |flag: bool| if flag { "true" } else { "" };
        let query = query(&[
            ("container", wanted.container.as_deref().unwrap_or_default()),
            ("follow", flag(wanted.follow)),
            ("previous", flag(wanted.previous)),
            ("sinceSeconds", &number(wanted.since_seconds)),
            ("sinceTime", wanted.since_time.as_deref().unwrap_or_default()),
            ("tailLines", &number(wanted.tail_lines)),
            ("timestamps", flag(wanted.timestamps)),
            ("download", flag(wanted.download)),
        ]);
        format!("{}/log?{query}", self.path())
    }

    /// The address of the socket of a shell in a pod (under `/api/v1`).
    pub fn shell_path(&self, wanted: &ShellQuery) -> String {
        let number = |number: Option<u16>| number.map(|number| number.to_string()).unwrap_or_default();
        let query = query(&[
            ("container", wanted.container.as_deref().unwrap_or_default()),
            ("command", wanted.command.as_deref().unwrap_or_default()),
            ("columns", &number(wanted.columns)),
            ("rows", &number(wanted.rows)),
        ]);
        format!("{}/shell?{query}", self.path())
    }
}

/// The object as JSON.
pub async fn read(object: &ObjectAddress) -> ApiResult<serde_json::Value> {
    request::get(&object.path()).await
}

/// A Secret as JSON with its values (administrators only).
pub async fn read_revealed(object: &ObjectAddress) -> ApiResult<serde_json::Value> {
    request::get(&format!("{}?reveal=true", object.path())).await
}

/// The object as YAML. `reveal` shows a Secret's values (administrators only).
pub async fn read_yaml(object: &ObjectAddress, managed_fields: bool, reveal: bool) -> ApiResult<String> {
    let flag = |flag: bool| if flag { "true" } else { "" };
    let query = query(&[
        ("format", "yaml"),
        ("managedFields", flag(managed_fields)),
        ("reveal", flag(reveal)),
    ]);
    request::get_text(&format!("{}?{query}", object.path())).await
}

/// Its events, newest first.
pub async fn events(object: &ObjectAddress) -> ApiResult<Collection<ObjectEvent>> {
    request::get(&format!("{}/events", object.path())).await
}

/// Its owners, children and links.
pub async fn related(object: &ObjectAddress) -> ApiResult<Relations> {
    request::get(&format!("{}/related", object.path())).await
}

/// Why a pod does not run.
pub async fn explanation(pod: &ObjectAddress) -> ApiResult<PodExplanation> {
    request::get(&format!("{}/explanation", pod.path())).await
}

/// A Deployment's rollout.
pub async fn rollout(deployment: &ObjectAddress) -> ApiResult<Rollout> {
    request::get(&format!("{}/rollout", deployment.path())).await
}

/// Deletes it.
pub async fn delete(object: &ObjectAddress, propagation: Propagation) -> ApiResult<Deletion> {
    let word = match propagation {
        Propagation::Background => "background",
        Propagation::Foreground => "foreground",
        Propagation::Orphan => "orphan",
    };
    request::delete_for(&format!("{}?propagation={word}", object.path())).await
}

/// Sets the number of replicas.
pub async fn scale(object: &ObjectAddress, replicas: u32) -> ApiResult<serde_json::Value> {
    request::post(&format!("{}/actions/scale", object.path()), &ScaleRequest { replicas }).await
}

/// Does any other action.
pub async fn act(object: &ObjectAddress, action: Action) -> ApiResult<serde_json::Value> {
    let word = match action {
        Action::Scale => "scale",
        Action::Restart => "restart",
        Action::Pause => "pause",
        Action::Resume => "resume",
        Action::Cordon => "cordon",
        Action::Uncordon => "uncordon",
    };
    request::post(&format!("{}/actions/{word}", object.path()), &serde_json::json!({})).await
}

/// Creates or changes objects from YAML or JSON, or only says what would happen.
pub async fn apply(cluster: &str, body: &ApplyRequest) -> ApiResult<ApplyAnswer> {
    request::post(&format!("{}/apply", clusters::path(cluster)), body).await
}

/// How far an apply is.
pub async fn apply_progress(cluster: &str, operation: &str) -> ApiResult<ApplyProgress> {
    request::get(&format!("{}/apply/{}", clusters::path(cluster), encode(operation))).await
}

/// Stops an apply: nothing more is written, and its own answer says what was.
pub async fn cancel_apply(cluster: &str, operation: &str) -> ApiResult<()> {
    request::delete(&format!("{}/apply/{}", clusters::path(cluster), encode(operation))).await
}
