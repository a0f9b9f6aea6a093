//! A Deployment's rollout, read from the cluster at one moment.

use super::rollout_state::{self, Seen};
use super::{DeploymentError, Deployments};
use crate::context::RequestContext;
use crate::resources::diagnosis::diagnose;
use crate::resources::events;
use crate::resources::mapping::KindEntry;
use crate::resources::object::{Located, ObjectError, ObjectPath};
use crate::resources::remote::{Remote, RemoteError, encoded};
use futures::StreamExt as _;
use muster_api::kind;
use muster_api::object::ObjectEvent;
use muster_api::rollout::{Explanation, Rollout};
use muster_api::said::{Said, not_seen as sentence};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The most ReplicaSets and pods that are looked at.
const MOST_LISTED: usize = 500;
const MOST_EVENTS: usize = 50;
/// A namespace's events are read at once up to so many; in a busier one they are asked for object by object.
const EVENTS_AT_ONCE: usize = 1000;
/// Events of so many objects are asked for one by one.
const MOST_ASKED: usize = 16;
/// So many pods are explained with what it takes (logs) at the same time.
const AT_ONCE: usize = 4;
/// Pods of one Deployment fail alike: so many logs are enough.
const MOST_LOGS: usize = 3;

impl Deployments {
    /// The rollout of a Deployment.
    pub async fn rollout(&self, context: &RequestContext, path: &ObjectPath) -> Result<Rollout, DeploymentError> {
        let located = self.objects.locate(context, path).await?;
        if (located.kind.group.as_str(), located.kind.resource.as_str()) != ("apps", "deployments") {
            return Err(ObjectError::NotPossible(format!(
                "{} have no rollout: only deployments have",
                located.kind.resource
            ))
            .into());
        }
        let namespace = located.namespace.clone().unwrap_or_default();
        let mut view = View {
            remote: located.remote.clone(),
            namespace,
            not_seen: Vec::new(),
        };
        let deployment = located.read().await?;
        let selector = selector_query(&deployment["spec"]["selector"]);
        let uid = uid(&deployment);
        let replica_sets = view
            .owned("apps", "replicasets", &selector, &HashSet::from([uid]))
            .await?;
        let sets = replica_sets.iter().map(self::uid).collect::<HashSet<_>>();
        let pods = view.owned("", "pods", &selector, &sets).await?;
        let events = view.events(&deployment, &replica_sets, &pods).await;
        let pods = view.explained(pods, &events).await;
        let mut rollout = rollout_state::of(&Seen {
            deployment,
            replica_sets,
            pods,
        });
        rollout.events = all_events(events);
        rollout.not_seen = view.not_seen;
        Ok(rollout)
    }
}

struct View {
    remote: Remote,
    namespace: String,
    not_seen: Vec<Said>,
}

/// Events by the uid of the object that they are about.
type Events = HashMap<String, Vec<ObjectEvent>>;

impl View {
    /// The objects of a kind that one of the owners made. Without them there is no rollout to be told: an error.
    async fn owned(
        &mut self,
        group: &str,
        resource: &str,
        selector: &str,
        owners: &HashSet<String>,
    ) -> Result<Vec<Value>, ObjectError> {
        let Some(kind) = kind::by_path(group, "v1", resource).map(KindEntry::built_in) else {
            return Ok(Vec::new());
        };
        let path = format!(
            "{}?limit={MOST_LISTED}{selector}",
            kind.collection_path(Some(&self.namespace))
        );
        let mut list = self.remote.get(&path).await?;
        if list["metadata"]["continue"]
            .as_str()
            .is_some_and(|next| !next.is_empty())
        {
            self.not_seen
                .push(sentence::FIRST_ONLY.with(&[("most", &MOST_LISTED), ("resource", &resource)]));
        }
        let Value::Array(items) = list["items"].take() else {
            return Ok(Vec::new());
        };
        let is_owned = |object: &Value| {
            let references = object["metadata"]["ownerReferences"].as_array().into_iter().flatten();
            references
                .into_iter()
                .any(|it| it["uid"].as_str().is_some_and(|uid| owners.contains(uid)))
        };
        Ok(items.into_iter().filter(is_owned).collect())
    }

    async fn events(&mut self, deployment: &Value, replica_sets: &[Value], pods: &[Value]) -> Events {
        let objects = [deployment]
            .into_iter()
            .chain(replica_sets)
            .chain(pods)
            .map(uid)
            .collect::<Vec<_>>();
        let read = match self.events_of_namespace(&objects).await {
            Ok(Some(events)) => Ok(events),
            Ok(None) => self.events_one_by_one(&objects).await,
            Err(error) => Err(error),
        };
        read.unwrap_or_else(|error| {
            self.not_seen.push(sentence::EVENTS.with(&[("reason", &error)]));
            Events::new()
        })
    }

    /// All at once; `None` when there are too many.
    async fn events_of_namespace(&self, objects: &[String]) -> Result<Option<Events>, RemoteError> {
        let namespace = encoded(&self.namespace);
        let list = self
            .remote
            .get(&format!("/api/v1/namespaces/{namespace}/events?limit={EVENTS_AT_ONCE}"))
            .await?;
        if list["metadata"]["continue"]
            .as_str()
            .is_some_and(|next| !next.is_empty())
        {
            return Ok(None);
        }
        let mut found = Events::new();
        for event in list["items"].as_array().into_iter().flatten() {
            let about = event["involvedObject"]["uid"].as_str().unwrap_or_default();
            if objects.iter().any(|uid| uid == about) {
                found.entry(about.to_owned()).or_default().push(events::read(event));
            }
        }
        for events in found.values_mut() {
            events::newest_first(events);
        }
        Ok(Some(found))
    }

    async fn events_one_by_one(&mut self, objects: &[String]) -> Result<Events, RemoteError> {
        if objects.len() > MOST_ASKED {
            self.not_seen
                .push(sentence::SOME_EVENTS.with(&[("read", &MOST_ASKED), ("all", &objects.len())]));
        }
        let asked = objects
            .iter()
            .take(MOST_ASKED)
            .cloned()
            .map(|uid| self.events_of(uid))
            .collect::<Vec<_>>();
        let found: Vec<_> = futures::stream::iter(asked).buffered(AT_ONCE).collect().await;
        found.into_iter().collect()
    }

    async fn events_of(&self, uid: String) -> Result<(String, Vec<ObjectEvent>), RemoteError> {
        let selector = format!("involvedObject.uid={uid}");
        let events = events::select(&self.remote, Some(&self.namespace), &selector).await?;
        Ok((uid, events))
    }

    /// Every pod with why it does not run.
    async fn explained(&self, pods: Vec<Value>, events: &Events) -> Vec<(Value, Option<Explanation>)> {
        let none = Vec::new();
        let mut logs = MOST_LOGS;
        let explained = pods.into_iter().map(|pod| {
            let events = events.get(&uid(&pod)).unwrap_or(&none);
            let plain = crate::resources::explanation::explain(&pod, events);
            let wants_log = plain
                .as_ref()
                .is_some_and(|explanation| crate::resources::explanation::wants_log(&pod, explanation).is_some());
            let reads_log = wants_log && logs > 0;
            logs -= usize::from(reads_log);
            let located = self.located_pod(&pod);
            async move {
                let explanation = match located {
                    Some(located) if reads_log => diagnose(&located, &pod, events).await,
                    _ => plain,
                };
                (pod, explanation)
            }
        });
        let explained = explained.collect::<Vec<_>>();
        futures::stream::iter(explained).buffered(AT_ONCE).collect().await
    }

    fn located_pod(&self, pod: &Value) -> Option<Located> {
        Some(Located {
            remote: self.remote.clone(),
            kind: KindEntry::built_in(kind::by_path("core", "v1", "pods")?),
            namespace: Some(self.namespace.clone()),
            name: pod["metadata"]["name"].as_str()?.to_owned(),
        })
    }
}

fn all_events(events: Events) -> Vec<ObjectEvent> {
    let mut all = events.into_values().flatten().collect::<Vec<_>>();
    events::newest_first(&mut all);
    all.truncate(MOST_EVENTS);
    all
}

fn uid(object: &Value) -> String {
    object["metadata"]["uid"].as_str().unwrap_or_default().to_owned()
}

/// The Deployment's selector as a query: labels, and what goes beyond equality.
fn selector_query(selector: &Value) -> String {
    let labels = selector["matchLabels"].as_object().into_iter().flatten();
    let mut terms = labels
        .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)))
        .collect::<Vec<_>>();
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let values = expression["values"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        let values = values.collect::<Vec<_>>().join(",");
        match expression["operator"].as_str() {
            Some("In") => terms.push(format!("{key} in ({values})")),
            Some("NotIn") => terms.push(format!("{key} notin ({values})")),
            Some("Exists") => terms.push(key.to_owned()),
            Some("DoesNotExist") => terms.push(format!("!{key}")),
            _ => {}
        }
    }
    if terms.is_empty() {
        String::new()
    } else {
        format!("&labelSelector={}", encoded(&terms.join(",")))
    }
}

#[cfg(test)]
mod tests {
    use super::selector_query;
    use serde_json::json;

    #[test]
    fn a_selector_becomes_a_query() {
        let selector = json!({"matchLabels": {"app": "web"}, "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["a", "b"]}, {"key": "old", "operator": "DoesNotExist"}]});
        assert_eq!(
            selector_query(&selector),
            "&labelSelector=app%3Dweb%2Ctier%20in%20%28a%2Cb%29%2C%21old"
        );
        assert_eq!(selector_query(&json!({})), "");
    }
}
