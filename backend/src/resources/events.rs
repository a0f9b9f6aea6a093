//! The events about one object.
//!
//! `core/v1` and `events.k8s.io/v1` are two readings of the same stored events; newer components fill `eventTime` and
//! `series` in place of the older `firstTimestamp`, `lastTimestamp` and `count`. Both are read here.

use super::object::{Located, ObjectError, ObjectPath, Objects};
use super::remote::{Remote, RemoteError, encoded};
use crate::context::RequestContext;
use muster_api::kind;
use muster_api::object::{ObjectEvent, ObjectReference};
use serde_json::Value;

/// Events are bounded: a busy object may have thousands.
const MOST_EVENTS: usize = 500;

impl Objects {
    /// The events about an object, newest first.
    pub async fn events(&self, context: &RequestContext, path: &ObjectPath) -> Result<Vec<ObjectEvent>, ObjectError> {
        let located = self.locate(context, path).await?;
        let object = located.read().await?;
        Ok(of_object(&located, &object).await?)
    }
}

/// The events about an object that was read, newest first.
pub(super) async fn of_object(located: &Located, object: &Value) -> Result<Vec<ObjectEvent>, RemoteError> {
    let selector = if located.kind.is_core("nodes") {
        // The kubelet writes the node's name where the uid belongs.
        format!("involvedObject.kind=Node,involvedObject.name={}", located.name)
    } else {
        format!(
            "involvedObject.uid={}",
            object["metadata"]["uid"].as_str().unwrap_or_default()
        )
    };
    select(&located.remote, located.namespace.as_deref(), &selector).await
}

/// The events that a field selector selects, newest first. Events of cluster-wide objects live in any namespace.
pub(crate) async fn select(
    remote: &Remote,
    namespace: Option<&str>,
    selector: &str,
) -> Result<Vec<ObjectEvent>, RemoteError> {
    let scope = namespace
        .map(|namespace| format!("/namespaces/{}", encoded(namespace)))
        .unwrap_or_default();
    let path = format!(
        "/api/v1{scope}/events?limit={MOST_EVENTS}&fieldSelector={}",
        encoded(selector)
    );
    let list = remote.get(&path).await?;
    let mut events = list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .map(read)
        .collect::<Vec<_>>();
    newest_first(&mut events);
    Ok(events)
}

/// Sorts by when they were last seen.
pub(crate) fn newest_first(events: &mut [ObjectEvent]) {
    events.sort_by(|left, right| right.last_seen.cmp(&left.last_seen));
}

/// Reads a `core/v1` Event.
pub(crate) fn read(event: &Value) -> ObjectEvent {
    let time = |value: &Value| {
        // Sorting compares texts: one form for all, whatever the component wrote.
        let time = value.as_str()?.parse::<jiff::Timestamp>().ok()?;
        Some(format!("{time:.3}"))
    };
    let created = time(&event["metadata"]["creationTimestamp"]);
    let first_seen = time(&event["firstTimestamp"])
        .or_else(|| time(&event["eventTime"]))
        .or_else(|| created.clone());
    let last_seen = time(&event["series"]["lastObservedTime"])
        .or_else(|| time(&event["lastTimestamp"]))
        .or_else(|| time(&event["eventTime"]))
        .or(created);
    let count = event["series"]["count"]
        .as_u64()
        .or_else(|| event["count"].as_u64())
        .unwrap_or(1)
        .max(1);
    let component = text(&event["source"]["component"]);
    let source = if component.is_empty() {
        text(&event["reportingComponent"])
    } else {
        component
    };
    ObjectEvent {
        kind: text(&event["type"]),
        reason: text(&event["reason"]),
        message: text(&event["message"]).trim_end().to_owned(),
        count: u32::try_from(count).unwrap_or(u32::MAX),
        first_seen,
        last_seen,
        source,
        object: reference(&event["involvedObject"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Events name kinds, not addresses: the address is known for the kinds that Muster knows.
fn reference(involved: &Value) -> ObjectReference {
    let api_version = involved["apiVersion"].as_str().unwrap_or("v1");
    let kind_name = text(&involved["kind"]);
    let known = kind::by_manifest(api_version, &kind_name);
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    ObjectReference {
        group: group.to_owned(),
        version: version.to_owned(),
        resource: known.map_or_else(String::new, |kind| kind.resource.to_owned()),
        kind: kind_name,
        namespace: involved["namespace"]
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        name: text(&involved["name"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_of_both_generations_are_read() {
        let old = read(&json!({
            "type": "Warning", "reason": "BackOff", "message": "Back-off restarting\n", "count": 7,
            "firstTimestamp": "2026-01-01T10:00:00Z", "lastTimestamp": "2026-01-01T10:05:00Z",
            "source": {"component": "kubelet", "host": "a"},
            "involvedObject": {"kind": "Pod", "apiVersion": "v1", "namespace": "shop", "name": "web", "uid": "1"},
        }));
        assert_eq!(
            (old.count, old.source.as_str(), old.message.as_str()),
            (7, "kubelet", "Back-off restarting")
        );
        assert_eq!(old.last_seen.as_deref(), Some("2026-01-01T10:05:00.000Z"));
        assert_eq!(
            (old.object.resource.as_str(), old.object.group.as_str()),
            ("pods", "core")
        );

        let new = read(&json!({
            "type": "Normal", "reason": "Scheduled", "message": "assigned", "eventTime": "2026-01-01T10:00:00.000001Z",
            "reportingComponent": "default-scheduler", "firstTimestamp": null, "lastTimestamp": null,
            "series": {"count": 3, "lastObservedTime": "2026-01-01T10:06:00.5Z"},
            "involvedObject": {"kind": "Gadget", "apiVersion": "example.com/v1", "name": "a"},
        }));
        assert_eq!((new.count, new.source.as_str()), (3, "default-scheduler"));
        assert_eq!(new.last_seen.as_deref(), Some("2026-01-01T10:06:00.500Z"));
        assert_eq!(
            (new.object.group.as_str(), new.object.resource.as_str()),
            ("example.com", "")
        );

        let mut events = vec![old.clone(), new.clone()];
        newest_first(&mut events);
        assert_eq!(events, [new, old]);
    }
}
