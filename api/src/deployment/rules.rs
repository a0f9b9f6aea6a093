//! The rules of the deployment form, in one place for browser and server.

use super::{DeploymentForm, ProbeCheck};
use crate::problem::FieldProblem;
use crate::{kubernetes_name, quantity};

/// More replicas than this are a slip of the finger, not a wish.
const MOST_REPLICAS: u32 = 10_000;
const MOST_SECONDS: u32 = 3600;
/// Muster sets this label itself: the selector rests on it.
pub(super) const NAME_LABEL: &str = "app.kubernetes.io/name";

pub(super) fn problems(form: &DeploymentForm) -> Vec<FieldProblem> {
    let mut found = Problems(Vec::new());
    names(form, &mut found);
    image(form, &mut found);
    if form.replicas > MOST_REPLICAS {
        found.add("replicas", "too-many", format!("at most {MOST_REPLICAS} replicas"));
    }
    ports(form, &mut found);
    environment(form, &mut found);
    resources(form, &mut found);
    readiness_probe(form, &mut found);
    labels(form, &mut found);
    found.0
}

struct Problems(Vec<FieldProblem>);

impl Problems {
    fn add(&mut self, field: impl Into<String>, code: &str, message: impl Into<String>) {
        self.0.push(FieldProblem::new(field, code, message));
    }
}

fn names(form: &DeploymentForm, found: &mut Problems) {
    if form.name.is_empty() {
        found.add("name", "required", "give the application a name");
    } else if !kubernetes_name::is_dns_label(&form.name) {
        found.add(
            "name",
            "invalid-name",
            "use at most 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit",
        );
    } else if form.has_service() && !kubernetes_name::is_service_name(&form.name) {
        found.add(
            "name",
            "invalid-service-name",
            "the Service takes this name too: begin it with a letter",
        );
    }
    if form.namespace.is_empty() {
        found.add("namespace", "required", "choose a namespace");
    } else if !kubernetes_name::is_dns_label(&form.namespace) {
        found.add(
            "namespace",
            "invalid-name",
            "use at most 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit",
        );
    }
}

fn image(form: &DeploymentForm, found: &mut Problems) {
    if form.image.is_empty() {
        found.add(
            "image",
            "required",
            "name the container image, for example registry.example.com/shop/web:1.4",
        );
    } else if !kubernetes_name::is_image_reference(&form.image) {
        found.add(
            "image",
            "invalid-image",
            "write the image as [registry/]name[:tag], without spaces or https://",
        );
    }
}

fn ports(form: &DeploymentForm, found: &mut Problems) {
    let must_be_named = form.ports.len() > 1;
    for (index, port) in form.ports.iter().enumerate() {
        if !is_port(port.container_port) {
            found.add(
                format!("ports/{index}/containerPort"),
                "invalid-port",
                "a port is a number from 1 to 65535",
            );
        }
        if port.service_port.is_some_and(|service_port| !is_port(service_port)) {
            found.add(
                format!("ports/{index}/servicePort"),
                "invalid-port",
                "a port is a number from 1 to 65535",
            );
        }
        if port.name.is_empty() {
            if must_be_named {
                found.add(
                    format!("ports/{index}/name"),
                    "required",
                    "with several ports each needs a name",
                );
            }
        } else if !kubernetes_name::is_port_name(&port.name) {
            found.add(
                format!("ports/{index}/name"),
                "invalid-port-name",
                "use at most 15 lower-case letters, digits and dashes, with at least one letter",
            );
        }
        for earlier in &form.ports[..index] {
            if !port.name.is_empty() && earlier.name == port.name {
                found.add(
                    format!("ports/{index}/name"),
                    "duplicate",
                    "this name is taken by another port",
                );
            }
            if (earlier.container_port, earlier.protocol) == (port.container_port, port.protocol) {
                found.add(
                    format!("ports/{index}/containerPort"),
                    "duplicate",
                    "this port is in the list already",
                );
            }
            let service_port = |entry: &super::PortEntry| entry.service_port.unwrap_or(entry.container_port);
            let both_exposed = earlier.expose && port.expose;
            let same_service_port = (service_port(earlier), earlier.protocol) == (service_port(port), port.protocol);
            if both_exposed && same_service_port && earlier.container_port != port.container_port {
                found.add(
                    format!("ports/{index}/servicePort"),
                    "duplicate",
                    "the Service has this port already: choose another",
                );
            }
        }
    }
}

fn is_port(port: u32) -> bool {
    (1..=65_535).contains(&port)
}

fn environment(form: &DeploymentForm, found: &mut Problems) {
    for (index, entry) in form.environment.iter().enumerate() {
        let field = format!("environment/{index}/name");
        if entry.name.is_empty() {
            found.add(field, "required", "give the variable a name, or remove the row");
        } else if !kubernetes_name::is_environment_variable_name(&entry.name) {
            found.add(
                field,
                "invalid-variable-name",
                "use printable ASCII characters without =",
            );
        } else if form.environment[..index]
            .iter()
            .any(|earlier| earlier.name == entry.name)
        {
            found.add(field, "duplicate", "this variable is in the list already");
        }
    }
}

fn resources(form: &DeploymentForm, found: &mut Problems) {
    let resources = &form.resources;
    let cpu_request = amount("resources/cpuRequest", &resources.cpu_request, "250m or 0.5", found);
    let cpu_limit = amount("resources/cpuLimit", &resources.cpu_limit, "250m or 0.5", found);
    let memory_request = amount(
        "resources/memoryRequest",
        &resources.memory_request,
        "128Mi or 1Gi",
        found,
    );
    let memory_limit = amount("resources/memoryLimit", &resources.memory_limit, "128Mi or 1Gi", found);
    let over = |request: Option<f64>, limit: Option<f64>| matches!((request, limit), (Some(r), Some(l)) if r > l);
    if over(cpu_request, cpu_limit) {
        found.add(
            "resources/cpuRequest",
            "over-limit",
            "the request must not be larger than the limit",
        );
    }
    if over(memory_request, memory_limit) {
        found.add(
            "resources/memoryRequest",
            "over-limit",
            "the request must not be larger than the limit",
        );
    }
}

/// The quantity in a field that may be empty.
fn amount(field: &str, text: &str, example: &str, found: &mut Problems) -> Option<f64> {
    if text.is_empty() {
        return None;
    }
    match quantity::parse(text) {
        Some(value) if value >= 0.0 => Some(value),
        Some(_) => {
            found.add(field, "negative", "the amount must not be negative");
            None
        }
        None => {
            found.add(
                field,
                "invalid-quantity",
                format!("{text:?} is not a Kubernetes quantity: write for example {example}"),
            );
            None
        }
    }
}

fn readiness_probe(form: &DeploymentForm, found: &mut Problems) {
    let Some(probe) = &form.readiness_probe else { return };
    let mut port = |port: u32, kind: &str| {
        if !is_port(port) {
            found.add(
                format!("readinessProbe/check/{kind}/port"),
                "invalid-port",
                "a port is a number from 1 to 65535",
            );
        }
    };
    match &probe.check {
        ProbeCheck::Http(check) => {
            port(check.port, "http");
            if !check.path.starts_with('/') {
                found.add(
                    "readinessProbe/check/http/path",
                    "invalid-path",
                    "begin the path with /",
                );
            }
        }
        ProbeCheck::Tcp(check) => port(check.port, "tcp"),
        ProbeCheck::Command(check) => {
            if check.command.iter().all(String::is_empty) {
                found.add(
                    "readinessProbe/check/command/command",
                    "required",
                    "write the command to run",
                );
            }
        }
    }
    if probe.initial_delay_seconds > MOST_SECONDS {
        found.add("readinessProbe/initialDelaySeconds", "too-many", "at most 3600 seconds");
    }
    if !(1..=MOST_SECONDS).contains(&probe.period_seconds) {
        found.add("readinessProbe/periodSeconds", "out-of-range", "from 1 to 3600 seconds");
    }
}

fn labels(form: &DeploymentForm, found: &mut Problems) {
    for (key, value) in &form.labels {
        let field = format!("labels/{key}");
        if key == NAME_LABEL {
            found.add(field, "reserved", "Muster sets this label to the name: remove it");
        } else if !kubernetes_name::is_label_key(key) {
            found.add(
                field,
                "invalid-label-key",
                "a label's key is an optional domain and /, then at most 63 letters, digits, - _ .",
            );
        } else if !kubernetes_name::is_label_value(value) {
            found.add(
                field,
                "invalid-label-value",
                "a label's value has at most 63 letters, digits, - _ .",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::{
        DeploymentForm, EnvironmentEntry, HttpCheck, PortEntry, ProbeCheck, ReadinessProbe, ResourcesEntry,
    };

    fn form() -> DeploymentForm {
        DeploymentForm {
            name: "web".into(),
            image: "busybox:1.36".into(),
            ..DeploymentForm::default()
        }
    }

    /// The problems as `field code`.
    fn problems(form: &DeploymentForm) -> Vec<String> {
        form.problems()
            .into_iter()
            .map(|problem| format!("{} {}", problem.field, problem.code))
            .collect()
    }

    #[test]
    fn a_name_and_an_image_are_enough() {
        assert_eq!(problems(&form()), Vec::<String>::new());
    }

    #[test]
    fn an_empty_form_asks_for_name_and_image() {
        assert_eq!(
            problems(&DeploymentForm::default()),
            ["name required", "image required"]
        );
    }

    #[test]
    fn a_service_needs_a_name_that_begins_with_a_letter() {
        let mut form = DeploymentForm {
            name: "1web".into(),
            ..form()
        };
        assert_eq!(problems(&form), Vec::<String>::new());
        form.ports = vec![PortEntry::default()];
        assert_eq!(problems(&form), ["name invalid-service-name"]);
    }

    #[test]
    fn wrong_quantities_are_named_with_an_example() {
        let resources = ResourcesEntry {
            cpu_request: "2".into(),
            cpu_limit: "500m".into(),
            memory_request: "1..5Gi".into(),
            memory_limit: "-1Gi".into(),
        };
        let form = DeploymentForm { resources, ..form() };
        assert_eq!(
            problems(&form),
            [
                "resources/memoryRequest invalid-quantity",
                "resources/memoryLimit negative",
                "resources/cpuRequest over-limit"
            ]
        );
        assert!(form.problems()[0].message.contains("128Mi"));
    }

    #[test]
    fn ports_and_variables_that_clash_are_named() {
        let port = |name: &str, container_port| PortEntry {
            name: name.into(),
            container_port,
            ..PortEntry::default()
        };
        let variable = |name: &str| EnvironmentEntry {
            name: name.into(),
            value: String::new(),
        };
        let form = DeploymentForm {
            ports: vec![port("http", 80), port("http", 80), port("", 0)],
            environment: vec![variable("A"), variable("A"), variable("B=C"), variable("")],
            ..form()
        };
        assert_eq!(
            problems(&form),
            [
                "ports/1/name duplicate",
                "ports/1/containerPort duplicate",
                "ports/2/containerPort invalid-port",
                "ports/2/name required",
                "environment/1/name duplicate",
                "environment/2/name invalid-variable-name",
                "environment/3/name required",
            ]
        );
    }

    #[test]
    fn a_probe_needs_a_port_a_path_and_a_period() {
        let readiness_probe = Some(ReadinessProbe {
            check: ProbeCheck::Http(HttpCheck {
                path: "ready".into(),
                port: 70_000,
            }),
            initial_delay_seconds: 0,
            period_seconds: 0,
        });
        let form = DeploymentForm {
            readiness_probe,
            ..form()
        };
        assert_eq!(
            problems(&form),
            [
                "readinessProbe/check/http/port invalid-port",
                "readinessProbe/check/http/path invalid-path",
                "readinessProbe/periodSeconds out-of-range",
            ]
        );
    }

    #[test]
    fn labels_follow_kubernetes_rules_and_leave_ours_alone() {
        let mut form = form();
        form.labels = [
            ("app.kubernetes.io/name", "x"),
            ("team", "a b"),
            ("a b", "x"),
            ("tier", "web"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        assert_eq!(
            problems(&form),
            [
                "labels/a b invalid-label-key",
                "labels/app.kubernetes.io/name reserved",
                "labels/team invalid-label-value"
            ]
        );
    }
}
