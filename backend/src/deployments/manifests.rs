//! The form as Kubernetes objects. Pure: the same form always makes the same text.

use crate::resources::mapping::KindEntry;
use muster_api::deployment::{DeploymentForm, ProbeCheck, PullPolicy};
use muster_api::kind;
use muster_api::object::ObjectReference;
use serde_json::{Map, Value, json};

/// The label that the selectors rest on.
const NAME_LABEL: &str = "app.kubernetes.io/name";

/// An object that is to be created.
#[derive(Debug, Clone)]
pub struct NewObject {
    kind: KindEntry,
    namespace: Option<String>,
    name: String,
    /// What is sent.
    pub manifest: Value,
}

impl NewObject {
    /// The object's name on the wire.
    pub fn reference(&self) -> ObjectReference {
        self.kind.reference(self.namespace.as_deref(), &self.name)
    }

    /// Where it is created.
    pub fn collection_path(&self) -> String {
        self.kind.collection_path(self.namespace.as_deref())
    }

    /// Where an object of its kind is created in another namespace.
    pub fn collection_path_in(&self, namespace: &str) -> String {
        self.kind.collection_path(Some(namespace))
    }

    /// Does it live in a namespace?
    pub fn is_namespaced(&self) -> bool {
        self.namespace.is_some()
    }

    /// `Deployment web`
    pub fn words(&self) -> String {
        format!("{} {}", self.kind.kind, self.name)
    }

    /// A pod as the Deployment would make it; `None` for other objects.
    pub fn pod(&self) -> Option<Value> {
        let template = self.manifest["spec"].get("template")?;
        let mut pod = json!({"apiVersion": "v1", "kind": "Pod"});
        pod["metadata"] = template["metadata"].clone();
        pod["metadata"]["generateName"] = format!("{}-", self.name).into();
        pod["spec"] = template["spec"].clone();
        Some(pod)
    }
}

/// The objects in the order in which they are created.
pub fn of(form: &DeploymentForm, with_namespace: bool) -> Vec<NewObject> {
    let mut objects = Vec::new();
    if with_namespace {
        let manifest = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": form.namespace}});
        objects.extend(object("", "namespaces", None, &form.namespace, manifest));
    }
    objects.extend(object(
        "apps",
        "deployments",
        Some(&form.namespace),
        &form.name,
        deployment(form),
    ));
    if form.has_service() {
        objects.extend(object("", "services", Some(&form.namespace), &form.name, service(form)));
    }
    objects
}

fn object(group: &str, resource: &str, namespace: Option<&str>, name: &str, manifest: Value) -> Option<NewObject> {
    let kind = KindEntry::built_in(kind::by_path(group, "v1", resource)?);
    Some(NewObject {
        kind,
        namespace: namespace.map(str::to_owned),
        name: name.to_owned(),
        manifest,
    })
}

fn metadata(form: &DeploymentForm) -> Value {
    json!({"name": form.name, "namespace": form.namespace, "labels": labels(form)})
}

fn labels(form: &DeploymentForm) -> Value {
    let own = [(NAME_LABEL.to_owned(), Value::from(form.name.as_str()))];
    let given = form
        .labels
        .iter()
        .map(|(key, value)| (key.clone(), Value::from(value.as_str())));
    Value::Object(own.into_iter().chain(given).collect())
}

fn selector(form: &DeploymentForm) -> Value {
    json!({NAME_LABEL: form.name})
}

fn deployment(form: &DeploymentForm) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(form),
        "spec": {
            "replicas": form.replicas,
            "selector": {"matchLabels": selector(form)},
            "template": {
                "metadata": {"labels": labels(form)},
                "spec": {"containers": [container(form)]},
            },
        },
    })
}

fn container(form: &DeploymentForm) -> Value {
    let mut fields = Map::new();
    let mut add = |key: &str, value: Value| {
        let is_empty = match &value {
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::Null => true,
            _ => false,
        };
        if !is_empty {
            fields.insert(key.to_owned(), value);
        }
    };
    add("name", form.name.as_str().into());
    add("image", form.image.as_str().into());
    add("imagePullPolicy", pull_policy(form.pull_policy).into());
    add("command", words(&form.command));
    add("args", words(&form.arguments));
    add("ports", ports(form));
    add(
        "env",
        form.environment
            .iter()
            .map(|entry| json!({"name": entry.name, "value": entry.value}))
            .collect(),
    );
    add("resources", resources(form));
    add("readinessProbe", readiness_probe(form));
    Value::Object(fields)
}

fn pull_policy(policy: PullPolicy) -> &'static str {
    match policy {
        PullPolicy::Always => "Always",
        PullPolicy::IfNotPresent => "IfNotPresent",
        PullPolicy::Never => "Never",
    }
}

/// Words as they are: an empty one may be meant (`printf ''`).
fn words(words: &[String]) -> Value {
    words.iter().map(|word| Value::from(word.as_str())).collect()
}

fn ports(form: &DeploymentForm) -> Value {
    let ports = form.ports.iter().map(|port| {
        let mut fields = Map::new();
        if !port.name.is_empty() {
            fields.insert("name".to_owned(), port.name.as_str().into());
        }
        fields.insert("containerPort".to_owned(), port.container_port.into());
        fields.insert("protocol".to_owned(), port.protocol.as_str().into());
        Value::Object(fields)
    });
    ports.collect()
}

fn resources(form: &DeploymentForm) -> Value {
    let resources = &form.resources;
    let amounts = |cpu: &str, memory: &str| {
        let given = [("cpu", cpu), ("memory", memory)]
            .into_iter()
            .filter(|(_, amount)| !amount.is_empty());
        given
            .map(|(name, amount)| (name.to_owned(), Value::from(amount)))
            .collect::<Map<_, _>>()
    };
    let parts = [
        ("requests", amounts(&resources.cpu_request, &resources.memory_request)),
        ("limits", amounts(&resources.cpu_limit, &resources.memory_limit)),
    ];
    let given = parts.into_iter().filter(|(_, amounts)| !amounts.is_empty());
    Value::Object(
        given
            .map(|(name, amounts)| (name.to_owned(), Value::Object(amounts)))
            .collect(),
    )
}

fn readiness_probe(form: &DeploymentForm) -> Value {
    let Some(probe) = &form.readiness_probe else {
        return Value::Null;
    };
    let (key, check) = match &probe.check {
        ProbeCheck::Http(check) => ("httpGet", json!({"path": check.path, "port": check.port})),
        ProbeCheck::Tcp(check) => ("tcpSocket", json!({"port": check.port})),
        ProbeCheck::Command(check) => ("exec", json!({"command": words(&check.command)})),
    };
    let mut fields = Map::new();
    fields.insert(key.to_owned(), check);
    if probe.initial_delay_seconds > 0 {
        fields.insert("initialDelaySeconds".to_owned(), probe.initial_delay_seconds.into());
    }
    fields.insert("periodSeconds".to_owned(), probe.period_seconds.into());
    Value::Object(fields)
}

fn service(form: &DeploymentForm) -> Value {
    let ports = form.ports.iter().filter(|port| port.expose).map(|port| {
        let mut fields = Map::new();
        if !port.name.is_empty() {
            fields.insert("name".to_owned(), port.name.as_str().into());
        }
        fields.insert(
            "port".to_owned(),
            port.service_port.unwrap_or(port.container_port).into(),
        );
        let target = if port.name.is_empty() {
            port.container_port.into()
        } else {
            Value::from(port.name.as_str())
        };
        fields.insert("targetPort".to_owned(), target);
        fields.insert("protocol".to_owned(), port.protocol.as_str().into());
        Value::Object(fields)
    });
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(form),
        "spec": {"type": "ClusterIP", "selector": selector(form), "ports": ports.collect::<Value>()},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::yaml;
    use muster_api::deployment::{EnvironmentEntry, HttpCheck, PortEntry, ReadinessProbe, ResourcesEntry};

    #[test]
    fn a_small_form_makes_a_small_deployment() {
        let form = DeploymentForm {
            name: "web".into(),
            image: "busybox:1.36".into(),
            ..DeploymentForm::default()
        };
        let objects = of(&form, false);
        assert_eq!(objects.len(), 1);
        let expected = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
  labels:
    app.kubernetes.io/name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: web
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web
    spec:
      containers:
      - name: web
        image: busybox:1.36
        imagePullPolicy: IfNotPresent
";
        assert_eq!(yaml::write_object(&objects[0].manifest), expected);
    }

    #[test]
    fn everything_that_was_filled_in_is_in_the_objects() {
        let form = DeploymentForm {
            name: "web".into(),
            namespace: "shop".into(),
            image: "web:1".into(),
            pull_policy: PullPolicy::Never,
            command: vec!["sh".into()],
            arguments: vec!["-c".into(), "sleep 1".into(), String::new()],
            ports: vec![
                PortEntry {
                    name: "http".into(),
                    container_port: 8080,
                    service_port: Some(80),
                    ..PortEntry::default()
                },
                PortEntry {
                    name: "admin".into(),
                    container_port: 9000,
                    expose: false,
                    ..PortEntry::default()
                },
            ],
            environment: vec![EnvironmentEntry {
                name: "A".into(),
                value: String::new(),
            }],
            resources: ResourcesEntry {
                cpu_request: "100m".into(),
                memory_limit: "1Gi".into(),
                ..ResourcesEntry::default()
            },
            readiness_probe: Some(ReadinessProbe {
                check: ProbeCheck::Http(HttpCheck {
                    path: "/ready".into(),
                    port: 8080,
                }),
                initial_delay_seconds: 0,
                period_seconds: 5,
            }),
            labels: [("team".to_owned(), "red".to_owned())].into(),
            ..DeploymentForm::default()
        };
        let objects = of(&form, true);
        let kinds = objects.iter().map(|object| object.reference().kind).collect::<Vec<_>>();
        assert_eq!(kinds, ["Namespace", "Deployment", "Service"]);
        let template = &objects[1].manifest["spec"]["template"];
        assert_eq!(
            template["metadata"]["labels"],
            json!({NAME_LABEL: "web", "team": "red"})
        );
        let expected = json!({
            "name": "web", "image": "web:1", "imagePullPolicy": "Never", "command": ["sh"], "args": ["-c", "sleep 1", ""],
            "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"},
                      {"name": "admin", "containerPort": 9000, "protocol": "TCP"}],
            "env": [{"name": "A", "value": ""}],
            "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}},
            "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 5},
        });
        assert_eq!(template["spec"]["containers"][0], expected);
        let expected = json!({"type": "ClusterIP", "selector": {NAME_LABEL: "web"},
            "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]});
        assert_eq!(objects[2].manifest["spec"], expected);
        assert_eq!(objects[1].pod().unwrap()["metadata"]["generateName"], "web-");
        assert_eq!(objects[2].pod(), None);
    }
}
