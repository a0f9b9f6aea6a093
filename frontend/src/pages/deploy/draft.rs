//! What a person has typed into the deployment form: texts as typed, so that nothing is lost while a field is wrong.
//!
//! Pure: no signals, no browser. [`Draft::check`] turns it into the form that is sent and the problems at its fields.
//! A row of a list has a `row` number that stays with it; field keys name rows by it (`ports/#3/name`), so that a
//! problem does not jump to another row when one above is removed.

use super::command_line;
use muster_api::deployment::{
    CommandCheck, DeploymentForm, EnvironmentEntry, HttpCheck, PortEntry, ProbeCheck, Protocol, PullPolicy,
    ReadinessProbe, ResourcesEntry, TcpCheck,
};
use muster_api::problem::FieldProblem;
use serde::{Deserialize, Serialize};

/// The form as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Draft {
    /// The application's name.
    pub name: String,
    /// The namespace.
    pub namespace: String,
    /// Is the namespace a new one?
    pub create_namespace: bool,
    /// The image.
    pub image: String,
    /// When the node fetches it.
    pub pull_policy: PullPolicy,
    /// How many pods.
    pub replicas: String,
    /// The command, as one line.
    pub command: String,
    /// The arguments, as one line.
    pub arguments: String,
    /// The ports.
    pub ports: Vec<PortRow>,
    /// The environment variables.
    pub environment: Vec<PairRow>,
    /// Requests and limits.
    pub resources: ResourcesEntry,
    /// The readiness probe.
    pub probe: ProbeDraft,
    /// The labels.
    pub labels: Vec<PairRow>,
    /// The number that the next added row gets.
    next_row: u32,
}

/// One port as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PortRow {
    /// Stays with the row.
    pub row: u32,
    /// The port's name.
    pub name: String,
    /// The container's port.
    pub container_port: String,
    /// The protocol.
    pub protocol: Protocol,
    /// Reachable through the Service?
    pub expose: bool,
    /// The Service's port; empty: the container's.
    pub service_port: String,
}

/// A name and a value as typed: an environment variable or a label.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PairRow {
    /// Stays with the row.
    pub row: u32,
    /// The variable's name, or the label's key.
    pub name: String,
    /// The value.
    pub value: String,
}

/// What the probe tries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeKind {
    /// There is no probe.
    #[default]
    None,
    /// An HTTP GET.
    Http,
    /// A TCP connection.
    Tcp,
    /// A command.
    Command,
}

/// The readiness probe as typed; what another kind of probe needed is kept while one looks around.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProbeDraft {
    /// What it tries.
    pub kind: ProbeKind,
    /// The path of the HTTP GET.
    pub path: String,
    /// The port; empty: the first port of the container.
    pub port: String,
    /// The command, as one line.
    pub command: String,
    /// Seconds before the first try.
    pub initial_delay: String,
    /// Seconds between tries.
    pub period: String,
}

impl Default for ProbeDraft {
    fn default() -> Self {
        Self {
            kind: ProbeKind::None,
            path: "/".into(),
            port: String::new(),
            command: String::new(),
            initial_delay: "0".into(),
            period: "10".into(),
        }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            name: String::new(),
            namespace: "default".into(),
            create_namespace: false,
            image: String::new(),
            pull_policy: PullPolicy::default(),
            replicas: "1".into(),
            command: String::new(),
            arguments: String::new(),
            ports: Vec::new(),
            environment: Vec::new(),
            resources: ResourcesEntry::default(),
            probe: ProbeDraft::default(),
            labels: Vec::new(),
            next_row: 1,
        }
    }
}

/// A draft read as the form that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The form; fields that cannot be read hold a value that its own rules refuse.
    pub form: DeploymentForm,
    /// Every problem, its field named by key.
    pub problems: Vec<FieldProblem>,
}

impl Draft {
    /// An empty form for this namespace.
    pub fn empty_in(namespace: String) -> Self {
        Self {
            namespace,
            ..Self::default()
        }
    }

    /// Has anything been typed?
    pub fn is_empty(&self) -> bool {
        let empty = Self {
            namespace: self.namespace.clone(),
            next_row: self.next_row,
            ..Self::default()
        };
        *self == empty && !self.create_namespace
    }

    /// Adds an empty port.
    pub fn add_port(&mut self) {
        let row = self.take_row();
        let container_port = if self.ports.is_empty() {
            "80".into()
        } else {
            String::new()
        };
        self.ports.push(PortRow {
            row,
            container_port,
            expose: true,
            ..PortRow::default()
        });
    }

    /// Adds an empty environment variable.
    pub fn add_variable(&mut self) {
        let row = self.take_row();
        self.environment.push(PairRow {
            row,
            ..PairRow::default()
        });
    }

    /// Adds an empty label.
    pub fn add_label(&mut self) {
        let row = self.take_row();
        self.labels.push(PairRow {
            row,
            ..PairRow::default()
        });
    }

    /// The port with this row number.
    pub fn port(&self, row: u32) -> PortRow {
        self.ports
            .iter()
            .find(|port| port.row == row)
            .cloned()
            .unwrap_or_default()
    }

    /// The port with this row number, to be changed.
    pub fn port_mut(&mut self, row: u32) -> Option<&mut PortRow> {
        self.ports.iter_mut().find(|port| port.row == row)
    }

    fn take_row(&mut self) -> u32 {
        let row = self.next_row;
        self.next_row += 1;
        row
    }

    /// The form that is sent, and what is wrong with it.
    pub fn check(&self) -> Checked {
        let mut problems = Vec::new();
        let form = self.read(&mut problems);
        // What could not even be read is said once, by us, not again by the rules of the form.
        let unread: Vec<String> = problems
            .iter()
            .map(|problem: &FieldProblem| problem.field.clone())
            .collect();
        let rules = form.problems().into_iter().map(|mut problem| {
            problem.field = self.key_of(&problem.field);
            problem
        });
        problems.extend(rules.filter(|problem| !unread.contains(&problem.field)));
        Checked { form, problems }
    }

    fn read(&self, problems: &mut Vec<FieldProblem>) -> DeploymentForm {
        let command = words(&self.command, "command", problems);
        let arguments = words(&self.arguments, "arguments", problems);
        let replicas = whole_number(&self.replicas).unwrap_or_else(|| {
            problems.push(FieldProblem::new(
                "replicas",
                "invalid-number",
                "write a whole number, 0 or more",
            ));
            0
        });
        let ports = self.ports.iter().map(PortRow::entry).collect();
        let environment = self.environment.iter().map(|pair| EnvironmentEntry {
            name: pair.name.trim().to_owned(),
            value: pair.value.clone(),
        });
        let mut labels = std::collections::BTreeMap::new();
        for pair in &self.labels {
            let (key, value) = (pair.name.trim(), pair.value.trim());
            let field = format!("labels/#{}", pair.row);
            if key.is_empty() {
                problems.push(FieldProblem::new(
                    field,
                    "required",
                    "give the label a key, or remove the row",
                ));
            } else if labels.insert(key.to_owned(), value.to_owned()).is_some() {
                problems.push(FieldProblem::new(
                    field,
                    "duplicate",
                    "this label is in the list already",
                ));
            }
        }
        let trimmed = |text: &str| text.trim().to_owned();
        DeploymentForm {
            name: trimmed(&self.name),
            namespace: trimmed(&self.namespace),
            create_namespace: self.create_namespace,
            image: trimmed(&self.image),
            pull_policy: self.pull_policy,
            command,
            arguments,
            replicas,
            ports,
            environment: environment.collect(),
            resources: ResourcesEntry {
                cpu_request: trimmed(&self.resources.cpu_request),
                cpu_limit: trimmed(&self.resources.cpu_limit),
                memory_request: trimmed(&self.resources.memory_request),
                memory_limit: trimmed(&self.resources.memory_limit),
            },
            readiness_probe: self.read_probe(problems),
            labels,
        }
    }

    fn read_probe(&self, problems: &mut Vec<FieldProblem>) -> Option<ReadinessProbe> {
        let probe = &self.probe;
        let first_port = || self.ports.first().map_or("", |port| port.container_port.as_str());
        let port = port_number(if probe.port.trim().is_empty() {
            first_port()
        } else {
            &probe.port
        });
        let check = match probe.kind {
            ProbeKind::None => return None,
            ProbeKind::Http => ProbeCheck::Http(HttpCheck {
                path: probe.path.trim().to_owned(),
                port,
            }),
            ProbeKind::Tcp => ProbeCheck::Tcp(TcpCheck { port }),
            ProbeKind::Command => {
                let command = words(&probe.command, "readinessProbe/check/command/command", problems);
                ProbeCheck::Command(CommandCheck { command })
            }
        };
        Some(ReadinessProbe {
            check,
            initial_delay_seconds: whole_number(&probe.initial_delay).unwrap_or(u32::MAX),
            period_seconds: whole_number(&probe.period).unwrap_or(0),
        })
    }

    /// The key of a field that the form's rules, or the server, name by its place: `ports/0/name` becomes `ports/#3/name`,
    /// `labels/team` becomes `labels/#5`.
    pub fn key_of(&self, field: &str) -> String {
        let by_place = |rest: &str, rows: &[u32]| {
            let (place, end) = rest.split_once('/').map_or((rest, ""), |(place, end)| (place, end));
            let row = place.parse::<usize>().ok().and_then(|place| rows.get(place));
            row.map(|row| format!("#{row}/{end}"))
        };
        let known = match field.split_once('/') {
            Some(("ports", rest)) => {
                let rows: Vec<u32> = self.ports.iter().map(|port| port.row).collect();
                by_place(rest, &rows).map(|key| format!("ports/{key}"))
            }
            Some(("environment", rest)) => {
                let rows: Vec<u32> = self.environment.iter().map(|pair| pair.row).collect();
                by_place(rest, &rows).map(|key| format!("environment/{key}"))
            }
            Some(("labels", key)) => self
                .labels
                .iter()
                .find(|pair| pair.name.trim() == key)
                .map(|pair| format!("labels/#{}", pair.row)),
            _ => None,
        };
        known.unwrap_or_else(|| field.to_owned())
    }
}

impl PortRow {
    /// A port that cannot be read becomes 0, which the rules of the form refuse.
    fn entry(&self) -> PortEntry {
        let service_port = self.service_port.trim();
        PortEntry {
            name: self.name.trim().to_owned(),
            container_port: port_number(&self.container_port),
            protocol: self.protocol,
            expose: self.expose,
            service_port: (self.expose && !service_port.is_empty()).then(|| port_number(service_port)),
        }
    }
}

fn words(line: &str, field: &str, problems: &mut Vec<FieldProblem>) -> Vec<String> {
    command_line::split(line).unwrap_or_else(|_| {
        problems.push(FieldProblem::new(
            field,
            "unclosed-quote",
            "a quote is opened and not closed",
        ));
        Vec::new()
    })
}

fn whole_number(text: &str) -> Option<u32> {
    text.trim().parse().ok()
}

fn port_number(text: &str) -> u32 {
    whole_number(text).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            name: "web".into(),
            image: "busybox:1.36".into(),
            ..Draft::default()
        }
    }

    fn problems(draft: &Draft) -> Vec<String> {
        draft
            .check()
            .problems
            .into_iter()
            .map(|problem| format!("{} {}", problem.field, problem.code))
            .collect()
    }

    #[test]
    fn a_name_and_an_image_are_enough() {
        let checked = draft().check();
        assert_eq!(checked.problems, Vec::new());
        assert_eq!((checked.form.replicas, checked.form.namespace.as_str()), (1, "default"));
    }

    #[test]
    fn texts_that_are_no_numbers_are_problems_of_their_field() {
        let mut draft = Draft {
            replicas: "three".into(),
            command: "sh -c 'x".into(),
            ..draft()
        };
        draft.add_port();
        draft.ports[0].container_port = "http".into();
        draft.probe = ProbeDraft {
            kind: ProbeKind::Tcp,
            port: "1".into(),
            period: "often".into(),
            ..ProbeDraft::default()
        };
        assert_eq!(
            problems(&draft),
            [
                "command unclosed-quote",
                "replicas invalid-number",
                "ports/#1/containerPort invalid-port",
                "readinessProbe/periodSeconds out-of-range",
            ]
        );
    }

    #[test]
    fn a_problem_stays_with_its_row_when_a_row_above_is_removed() {
        let mut draft = draft();
        draft.add_variable();
        draft.add_variable();
        draft.environment[0].name = "GREETING".into();
        draft.environment[1].name = "a=b".into();
        assert_eq!(problems(&draft), ["environment/#2/name invalid-variable-name"]);
        draft.environment.remove(0);
        assert_eq!(problems(&draft), ["environment/#2/name invalid-variable-name"]);
    }

    #[test]
    fn labels_are_checked_row_by_row() {
        let mut draft = draft();
        for (key, value) in [("team", "shop"), ("team", "web"), ("", "x"), ("tier", "a b")] {
            draft.add_label();
            let label = draft.labels.last_mut().unwrap();
            (label.name, label.value) = (key.into(), value.into());
        }
        assert_eq!(
            problems(&draft),
            [
                "labels/#2 duplicate",
                "labels/#3 required",
                "labels/#4 invalid-label-value"
            ]
        );
    }

    #[test]
    fn a_probe_without_a_port_asks_the_first_port() {
        let mut draft = draft();
        draft.probe.kind = ProbeKind::Http;
        assert_eq!(problems(&draft), ["readinessProbe/check/http/port invalid-port"]);
        draft.add_port();
        let probe = draft.check().form.readiness_probe.unwrap();
        assert_eq!(
            probe.check,
            ProbeCheck::Http(HttpCheck {
                path: "/".into(),
                port: 80
            })
        );
    }

    #[test]
    fn a_stored_draft_of_an_older_console_still_opens() {
        let draft: Draft = serde_json::from_str(r#"{"name":"web","unknown":1}"#).unwrap();
        assert_eq!((draft.name.as_str(), draft.replicas.as_str()), ("web", "1"));
        assert!(!draft.is_empty());
        assert!(Draft::default().is_empty());
    }
}
