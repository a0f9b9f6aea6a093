//! The parts of an object that are lists of their own: containers, conditions, keys of data.

use super::plain;
use muster_api::resource::Health;
use serde_json::Value;

/// One container of a pod, or of a workload's template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Does it run before the others?
    pub init: bool,
    /// Its image.
    pub image: String,
    /// What it does now, in Kubernetes' words; absent for a template.
    pub state: Option<String>,
    /// How that is.
    pub health: Health,
    /// How often it was started again.
    pub restarts: u64,
    /// `100m · 128Mi`: what it asks for.
    pub requests: String,
    /// `1 · 256Mi`: what it may use at most.
    pub limits: String,
    /// `http 8080/TCP`.
    pub ports: Vec<String>,
}

/// The containers of a pod or of the template of a workload, init containers first.
pub fn containers(object: &Value) -> Vec<Container> {
    let is_pod = object.pointer("/spec/containers").is_some();
    let spec = if is_pod {
        object.get("spec")
    } else {
        object
            .pointer("/spec/template/spec")
            .or_else(|| object.pointer("/spec/jobTemplate/spec/template/spec"))
    };
    let Some(spec) = spec else { return Vec::new() };
    let list = |name: &str| spec[name].as_array().map_or(&[][..], Vec::as_slice);
    let statuses = |name: &str| object["status"][name].as_array().map_or(&[][..], Vec::as_slice);
    let read = |containers: &[Value], statuses: &[Value], init: bool| {
        let found: Vec<Container> = containers
            .iter()
            .map(|container| {
                let status = statuses.iter().find(|status| status["name"] == container["name"]);
                container_of(container, status.filter(|_| is_pod), init)
            })
            .collect();
        found
    };
    let mut all = read(list("initContainers"), statuses("initContainerStatuses"), true);
    all.extend(read(list("containers"), statuses("containerStatuses"), false));
    all
}

fn container_of(container: &Value, status: Option<&Value>, init: bool) -> Container {
    let amounts = |which: &str| {
        let resources = &container["resources"][which];
        let amounts: Vec<String> = ["cpu", "memory"]
            .iter()
            .filter_map(|name| plain(&resources[*name]))
            .collect();
        amounts.join(" · ")
    };
    let ports = container["ports"]
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .map(|port| {
            let number = format!(
                "{}/{}",
                plain(&port["containerPort"]).unwrap_or_default(),
                plain(&port["protocol"]).unwrap_or_else(|| "TCP".into())
            );
            plain(&port["name"]).map_or_else(|| number.clone(), |name| format!("{name} {number}"))
        });
    let (state, health) = status.map_or((None, Health::Unknown), state_of);
    Container {
        name: plain(&container["name"]).unwrap_or_default(),
        init,
        image: plain(&container["image"]).unwrap_or_default(),
        state,
        health,
        restarts: status
            .and_then(|status| status["restartCount"].as_u64())
            .unwrap_or_default(),
        requests: amounts("requests"),
        limits: amounts("limits"),
        ports: ports.collect(),
    }
}

fn state_of(status: &Value) -> (Option<String>, Health) {
    let state = &status["state"];
    if let Some(waiting) = state.get("waiting") {
        let reason = plain(&waiting["reason"]).unwrap_or_else(|| "Waiting".into());
        let on_its_way = matches!(reason.as_str(), "ContainerCreating" | "PodInitializing" | "Waiting");
        return (Some(reason), if on_its_way { Health::Busy } else { Health::Bad });
    }
    if let Some(terminated) = state.get("terminated") {
        let code = terminated["exitCode"].as_i64().unwrap_or_default();
        let reason = plain(&terminated["reason"]).unwrap_or_else(|| "Terminated".into());
        let shown = if code == 0 {
            reason
        } else {
            format!("{reason} ({code})")
        };
        return (Some(shown), if code == 0 { Health::Idle } else { Health::Bad });
    }
    if state.get("running").is_some() {
        let ready = status["ready"] == Value::Bool(true);
        return (Some("Running".into()), if ready { Health::Good } else { Health::Warn });
    }
    (None, Health::Unknown)
}

/// One condition of an object's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Its type: `Available`.
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// The reason's word.
    pub reason: String,
    /// The message.
    pub message: String,
    /// Since when (RFC 3339).
    pub since: Option<String>,
}

/// The conditions in an object's status, as Kubernetes orders them.
pub fn conditions(object: &Value) -> Vec<Condition> {
    let conditions = object
        .pointer("/status/conditions")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let read = |condition: &Value| {
        let part = |name: &str| plain(&condition[name]).unwrap_or_default();
        Condition {
            kind: part("type"),
            status: part("status"),
            reason: part("reason"),
            message: part("message"),
            since: plain(&condition["lastTransitionTime"]),
        }
    };
    conditions.iter().map(read).collect()
}

/// One key of a ConfigMap or Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataEntry {
    /// The key.
    pub key: String,
    /// Its text; absent when it is binary or not shown.
    pub text: Option<String>,
    /// Its size in bytes, when only that is known.
    pub size: Option<u64>,
}

/// The keys of a ConfigMap or Secret, by name.
pub fn data_entries(object: &Value) -> Vec<DataEntry> {
    let members = |name: &str| object.get(name).and_then(Value::as_object).into_iter().flatten();
    let shown = members("data").map(|(key, value)| DataEntry {
        key: key.clone(),
        text: plain_or_empty(value),
        size: None,
    });
    let binary = members("binaryData").map(|(key, value)| DataEntry {
        key: key.clone(),
        text: None,
        // Base64 writes three bytes as four characters.
        size: value
            .as_str()
            .map(|text| (text.trim_end_matches('=').len() * 3 / 4) as u64),
    });
    let hidden = members(muster_api::object::HIDDEN_DATA).map(|(key, value)| DataEntry {
        key: key.clone(),
        text: None,
        size: value.as_u64(),
    });
    let mut entries: Vec<DataEntry> = shown.chain(binary).chain(hidden).collect();
    entries.sort_by(|one, other| one.key.cmp(&other.key));
    entries
}

fn plain_or_empty(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn containers_say_what_they_do_now() {
        let pod = json!({
            "spec": {
                "initContainers": [{"name": "setup", "image": "busybox"}],
                "containers": [{"name": "web", "image": "web:1", "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                    "ports": [{"name": "http", "containerPort": 8080}]}],
            },
            "status": {
                "initContainerStatuses": [{"name": "setup", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}],
                "containerStatuses": [{"name": "web", "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
            },
        });
        let containers = containers(&pod);
        assert_eq!(
            containers.iter().map(|container| container.health).collect::<Vec<_>>(),
            [Health::Idle, Health::Bad]
        );
        let web = &containers[1];
        assert_eq!((web.restarts, web.requests.as_str()), (3, "100m · 128Mi"));
        assert_eq!(web.ports, ["http 8080/TCP"]);
    }

    #[test]
    fn a_template_has_containers_without_a_state() {
        let deployment = json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "web:1"}]}}}});
        assert_eq!(containers(&deployment)[0].state, None);
    }

    #[test]
    fn keys_of_a_secret_show_sizes_and_no_values() {
        let secret = json!({"kind": "Secret", "hiddenData": {"password": 12}});
        assert_eq!(
            data_entries(&secret),
            [DataEntry {
                key: "password".into(),
                text: None,
                size: Some(12)
            }]
        );
    }
}
