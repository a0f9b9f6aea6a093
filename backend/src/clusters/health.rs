//! How a cluster is: asked again and again in the background, and on demand.

use super::connection::Connections;
use super::failure::{Failure, Reason};
use super::{Clusters, Entry};
use crate::database::clusters as table;
use crate::locks::{read, write};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use kube::client::Body;
use muster_api::cluster::{ClusterHealth, ClusterState};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// One check as a whole.
pub(super) const CHECK_DEADLINE: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_secs(15);
/// The first checks after a failure come quickly: most failures are short.
const AFTER_FAILURE: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];
/// The answers to a check are small; more is something else.
const MOST_ANSWER_BYTES: usize = 1024 * 1024;

/// What a check found.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    /// Why it is not ready.
    pub(super) failure: Option<Failure>,
    /// Kubernetes' version without its `v`.
    pub(super) version: Option<String>,
    /// How many nodes.
    pub(super) nodes: Option<u32>,
    /// The nodes may not be counted with these credentials: a cluster can be used without.
    pub(super) nodes_forbidden: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionAnswer {
    git_version: String,
}

#[derive(Deserialize)]
struct NodesAnswer {
    #[serde(default)]
    metadata: NodesMetadata,
    items: Option<Vec<serde::de::IgnoredAny>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NodesMetadata {
    #[serde(default)]
    remaining_item_count: u32,
}

/// Asks a cluster how it is; always answers within the deadline.
pub(super) async fn examine(connections: &Connections) -> Findings {
    match tokio::time::timeout(CHECK_DEADLINE, questions(&connections.client())).await {
        Ok(findings) => findings,
        Err(_) => Findings {
            failure: Some(Failure::timeout(CHECK_DEADLINE)),
            ..Findings::default()
        },
    }
}

async fn questions(client: &kube::Client) -> Findings {
    let mut findings = Findings::default();
    let answer = match ask(client, "/version", "application/json").await {
        Ok(bytes) => serde_json::from_slice::<VersionAnswer>(&bytes)
            .map_err(|_| Failure::not_kubernetes("its answer about its version is something else")),
        Err(failure) => Err(failure),
    };
    match answer {
        Ok(answer) => findings.version = Some(answer.git_version.trim_start_matches('v').to_owned()),
        Err(failure) => {
            findings.failure = Some(failure);
            return findings;
        }
    }
    // One node and the count of the rest: the cheapest way to count.
    let accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    let (nodes, ready) = tokio::join!(
        ask(client, "/api/v1/nodes?limit=1", accept),
        ask(client, "/readyz", "text/plain")
    );
    match nodes {
        Ok(bytes) => {
            findings.nodes = serde_json::from_slice::<NodesAnswer>(&bytes).ok().map(|answer| {
                answer.metadata.remaining_item_count
                    + u32::try_from(answer.items.map_or(0, |items| items.len())).unwrap_or(0)
            });
        }
        Err(failure) if failure.reason == Reason::Forbidden => findings.nodes_forbidden = true,
        Err(failure) => findings.failure = Some(failure),
    }
    if let Err(failure) = ready
        && failure.reason == Reason::NotReady
    {
        findings.failure = Some(Failure::not_ready(
            "the API server answers, but says that it is not ready: look at its own checks (kubectl get --raw /readyz?verbose)",
        ));
    }
    findings
}

async fn ask(client: &kube::Client, path: &str, accept: &str) -> Result<bytes::Bytes, Failure> {
    let request = Request::get(path)
        .header(http::header::ACCEPT, accept)
        .body(Body::empty())
        .map_err(|_| Failure::not_kubernetes("its address cannot be used"))?;
    let response = client.send(request).await.map_err(|error| Failure::of(&error))?;
    let status = response.status();
    let body = Limited::new(response.into_body(), MOST_ANSWER_BYTES)
        .collect()
        .await
        .map_err(|error| match error.downcast::<kube::Error>() {
            Ok(error) => Failure::of(&error),
            Err(_) => Failure::not_kubernetes("its answer is far too long"),
        })?;
    let bytes = body.to_bytes();
    if status == StatusCode::OK {
        return Ok(bytes);
    }
    Err(Failure::of_status(status, &status_message(&bytes)))
}

/// The message of a Kubernetes `Status`; nothing of an answer that is something else.
fn status_message(bytes: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Answer {
        kind: String,
        message: String,
    }
    match serde_json::from_slice::<Answer>(bytes) {
        Ok(answer) if answer.kind == "Status" => answer.message,
        _ => String::new(),
    }
}

impl Clusters {
    /// Checks now and keeps what was found.
    pub(super) async fn check_entry(&self, entry: &Entry) -> bool {
        let findings = match &entry.connections {
            Ok(connections) => examine(connections).await,
            Err(failure) => Findings {
                failure: Some(failure.clone()),
                ..Findings::default()
            },
        };
        let now = self.0.clock.now();
        let before = read(&entry.health).clone();
        let health = ClusterHealth {
            state: match &findings.failure {
                None => ClusterState::Ready,
                Some(failure) if failure.reason.is_absence() => ClusterState::Unreachable,
                Some(_) => ClusterState::Failing,
            },
            reason: findings
                .failure
                .as_ref()
                .map(|failure| failure.reason.code().to_owned()),
            message: findings.failure.as_ref().map(|failure| failure.message.clone()),
            version: findings.version.or_else(|| before.version.clone()),
            nodes: findings.nodes.or(before.nodes.filter(|_| !findings.nodes_forbidden)),
            checked_at: Some(now.to_string()),
        };
        let news = (&health.state, &health.version, health.nodes, &health.message)
            != (&before.state, &before.version, before.nodes, &before.message);
        let ready = health.state == ClusterState::Ready;
        *write(&entry.health) = health.clone();
        if news {
            tracing::info!(
                cluster = %entry.id, state = ?health.state, reason = health.reason, version = health.version,
                "a cluster's health changed"
            );
            let version = health.version.as_deref();
            let kept = table::keep_health(&self.0.database, entry.id, version, health.nodes, now).await;
            if let Err(error) = kept {
                tracing::warn!(cluster = %entry.id, %error, "a cluster's health could not be stored");
            }
        }
        ready
    }

    /// Checks from now on until the cluster is removed or the server stops.
    pub(super) fn begin_checking(&self, entry: &Arc<Entry>) {
        let clusters = self.clone();
        let entry = Arc::clone(entry);
        self.0.tasks.spawn(async move {
            let checking = async {
                let mut failures = 0;
                loop {
                    failures = if clusters.check_entry(&entry).await {
                        0
                    } else {
                        failures + 1
                    };
                    tokio::time::sleep(pause(failures, entry.id.as_u128())).await;
                }
            };
            tokio::select! {
                () = entry.removed.cancelled() => {}
                () = checking => {}
            }
        });
    }
}

/// How long to wait after so many failures in a row. The id spreads the clusters over the interval, so that hundreds of
/// them are not asked in the same moment.
fn pause(failures: usize, id: u128) -> Duration {
    let usual = INTERVAL + Duration::from_millis(u64::try_from(id % 2000).unwrap_or(0));
    match failures {
        0 => usual,
        failures => AFTER_FAILURE.get(failures - 1).copied().unwrap_or(usual),
    }
}
