//! Logs of one container: read at once, or followed over waits, quiet hours and restarts.

mod follow;
mod lines;

use super::object::{Located, ObjectError, ObjectPath, Objects};
use super::remote::{CALL_DEADLINE, RemoteError, encoded};
use crate::context::RequestContext;
use futures::StreamExt as _;
use http_body_util::BodyExt as _;
use kube::client::Body;
use muster_api::log::LogQuery;
use muster_api::said::Said;
use serde_json::Value;
use std::time::Duration;

pub(super) use follow::not_running;
pub use follow::{LogEvent, follow};

/// `kubectl logs` looks for a pod's default container here.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";
/// So long may a log that is not followed stand still.
const STALLED: Duration = Duration::from_secs(30);

/// The log of one container, found but not read yet.
#[derive(Clone)]
pub struct ContainerLog {
    located: Located,
    container: String,
    query: LogQuery,
    /// Why there is none yet.
    not_started: Option<Said>,
}

impl Objects {
    /// Finds the log: pod and container exist.
    pub async fn log(
        &self,
        context: &RequestContext,
        path: &ObjectPath,
        query: LogQuery,
    ) -> Result<ContainerLog, ObjectError> {
        if query.follow && query.previous {
            return Err(ObjectError::InvalidField {
                field: "previous",
                code: "ended",
                message: "the run before this one has ended: there is nothing to follow".to_owned(),
            });
        }
        if let Some(time) = &query.since_time
            && time.parse::<jiff::Timestamp>().is_err()
        {
            return Err(ObjectError::InvalidField {
                field: "sinceTime",
                code: "invalid",
                message: "write a moment as 2026-01-31T08:00:00Z (RFC 3339)".to_owned(),
            });
        }
        let located = self.locate(context, path).await?;
        let pod = located.read().await?;
        let container = chosen_container(&pod, query.container.as_deref())?;
        let not_started = follow::not_started(&pod, &container);
        Ok(ContainerLog {
            located,
            container,
            query,
            not_started,
        })
    }
}

impl ContainerLog {
    /// The name under which the log is saved.
    pub fn file_name(&self) -> String {
        let run = if self.query.previous { "-previous" } else { "" };
        format!("{}-{}{run}.log", self.located.name, self.container)
    }

    /// Was it asked to be followed?
    pub fn is_followed(&self) -> bool {
        self.query.follow
    }

    /// Should the time stand before each line?
    pub fn has_timestamps(&self) -> bool {
        self.query.timestamps
    }

    /// The log as it is now, as the container wrote it. It breaks off with an error when the cluster stops sending.
    pub async fn read(
        &self,
    ) -> Result<impl futures::Stream<Item = Result<bytes::Bytes, std::io::Error>> + Send + use<>, ObjectError> {
        if let Some(why) = &self.not_started {
            // The API server answers an empty text for a pod without a node: that would look like a quiet container.
            return Err(ObjectError::Conflict {
                code: "not-started",
                detail: format!("{}: there is no log", why.message),
            });
        }
        let path = self.path(&Part {
            follow: false,
            timestamps: self.query.timestamps,
            ..self.first_part()
        });
        let body = self.located.remote.open_text(&path, Some(CALL_DEADLINE)).await;
        let body = body.map_err(|error| self.explained(error))?.into_data_stream();
        Ok(futures::stream::unfold(Some(body), |body| async move {
            let mut body = body?;
            match tokio::time::timeout(STALLED, body.next()).await {
                Ok(None) => None,
                Ok(Some(Ok(bytes))) => Some((Ok(bytes), Some(body))),
                Ok(Some(Err(error))) => Some((Err(std::io::Error::other(error)), None)),
                Err(_) => Some((Err(std::io::Error::other("the cluster stopped sending")), None)),
            }
        }))
    }

    /// The last lines of a run, without their times; nothing when they cannot be read in time.
    pub(crate) async fn tail(located: &Located, container: &str, previous: bool, lines: u32) -> Vec<String> {
        const DEADLINE: Duration = Duration::from_secs(3);
        const MOST_BYTES: u32 = 16 * 1024;
        let path = format!(
            "{}/log?container={}&previous={previous}&tailLines={lines}&limitBytes={MOST_BYTES}",
            located.path(),
            encoded(container)
        );
        let read = async {
            let body = located.remote.open_text(&path, Some(DEADLINE)).await.ok()?;
            Some(body.collect().await.ok()?.to_bytes())
        };
        let bytes = tokio::time::timeout(DEADLINE, read)
            .await
            .ok()
            .flatten()
            .unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.lines().map(str::to_owned).collect()
    }

    /// What was asked for at first.
    fn first_part(&self) -> Part {
        Part {
            follow: self.query.follow,
            timestamps: true,
            since_seconds: self.query.since_seconds,
            since_time: self.query.since_time.clone(),
            tail_lines: self.query.tail_lines,
        }
    }

    async fn open(&self, part: &Part) -> Result<Body, RemoteError> {
        let deadline = (!part.follow).then_some(CALL_DEADLINE);
        self.located.remote.open_text(&self.path(part), deadline).await
    }

    fn path(&self, part: &Part) -> String {
        let mut path = format!("{}/log?container={}", self.located.path(), encoded(&self.container));
        let mut add = |parameter: String| {
            path.push('&');
            path.push_str(&parameter);
        };
        if part.follow {
            add("follow=true".to_owned());
        }
        if self.query.previous {
            add("previous=true".to_owned());
        }
        if part.timestamps {
            add("timestamps=true".to_owned());
        }
        if let Some(seconds) = part.since_seconds {
            // Kubernetes refuses 0.
            add(format!("sinceSeconds={}", seconds.max(1)));
        }
        if let Some(time) = &part.since_time {
            add(format!("sinceTime={}", encoded(time)));
        }
        if let Some(lines) = part.tail_lines {
            add(format!("tailLines={lines}"));
        }
        path
    }

    /// Why there is no log, as far as Kubernetes' answer tells it.
    fn explained(&self, error: RemoteError) -> ObjectError {
        let Some(refusal) = error.refusal() else {
            return error.into();
        };
        let message = refusal.message();
        if let Some(reason) = waiting_reason(message) {
            return ObjectError::Conflict {
                code: "not-started",
                detail: format!(
                    "the container {} has not started yet ({reason}): there is no log",
                    self.container
                ),
            };
        }
        if message.contains("previous terminated container") {
            return ObjectError::NoSuchObject(format!(
                "earlier run of the container {} of the {}: it was not restarted",
                self.container,
                self.located.words()
            ));
        }
        if refusal.code() >= 500 && message.starts_with("Get \"https://") {
            // What comes after the address of the node's kubelet is the reason.
            let reason = message
                .splitn(3, '"')
                .nth(2)
                .unwrap_or(message)
                .trim_start_matches([':', ' ']);
            let words = format!("the cluster could not fetch the log from the pod's node: {reason}");
            return RemoteError::Refused(refusal.with_message(words)).into();
        }
        self.located.missing_or(error)
    }
}

/// Which part of a log is asked for.
#[derive(Debug, Clone, Default)]
struct Part {
    follow: bool,
    timestamps: bool,
    since_seconds: Option<u32>,
    since_time: Option<String>,
    tail_lines: Option<u32>,
}

/// `container "web" in pod "web-1" is waiting to start: ContainerCreating`
fn waiting_reason(message: &str) -> Option<&str> {
    message
        .split_once(" is waiting to start: ")
        .map(|(_, reason)| reason.trim())
}

fn container_names(pod: &Value) -> Vec<&str> {
    let names = ["containers", "initContainers", "ephemeralContainers"]
        .into_iter()
        .flat_map(|field| {
            pod["spec"][field]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|container| container["name"].as_str())
        });
    names.collect()
}

pub(super) fn chosen_container(pod: &Value, wanted: Option<&str>) -> Result<String, ObjectError> {
    let names = container_names(pod);
    if let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) {
        if names.contains(&wanted) {
            return Ok(wanted.to_owned());
        }
        return Err(ObjectError::InvalidField {
            field: "container",
            code: "unknown-container",
            message: format!("the pod has no container {wanted:?}; it has: {}", names.join(", ")),
        });
    }
    let default = pod["metadata"]["annotations"][DEFAULT_CONTAINER]
        .as_str()
        .filter(|name| names.contains(name));
    default
        .or(names.first().copied())
        .map(str::to_owned)
        .ok_or_else(|| ObjectError::NotPossible("the pod has no containers".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_default_container_is_the_one_that_kubectl_takes() {
        let mut pod = json!({"metadata": {}, "spec": {
            "initContainers": [{"name": "init"}], "containers": [{"name": "a"}, {"name": "b"}]}});
        assert_eq!(chosen_container(&pod, None).unwrap(), "a");
        pod["metadata"]["annotations"] = json!({DEFAULT_CONTAINER: "b"});
        assert_eq!(chosen_container(&pod, None).unwrap(), "b");
        assert_eq!(chosen_container(&pod, Some("init")).unwrap(), "init");
    }

    #[test]
    fn an_unknown_container_names_those_that_there_are() {
        let pod = json!({"metadata": {}, "spec": {"containers": [{"name": "a"}, {"name": "b"}]}});
        let error = chosen_container(&pod, Some("c")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "container: the pod has no container \"c\"; it has: a, b"
        );
    }

    #[test]
    fn a_container_that_waits_is_told_from_other_refusals() {
        let message = "container \"web\" in pod \"web-1\" is waiting to start: ContainerCreating";
        assert_eq!(waiting_reason(message), Some("ContainerCreating"));
        assert_eq!(waiting_reason("pods \"web\" not found"), None);
    }
}
