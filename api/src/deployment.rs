//! The deployment form: what a person fills in, and what happens to it.
//!
//! `POST /api/v1/clusters/{cluster}/deployments/preview` answers the objects that would be created;
//! `POST /api/v1/clusters/{cluster}/deployments` creates them. Both apply [`DeploymentForm::problems`], which the browser
//! applies at the fields while one types.

mod rules;

use crate::object::ObjectReference;
use crate::problem::FieldProblem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The form. Texts are as typed: an empty text means "not set".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct DeploymentForm {
    /// Name of the Deployment, of its container and of its Service.
    pub name: String,
    /// The namespace it goes to.
    pub namespace: String,
    /// Create the namespace too.
    pub create_namespace: bool,
    /// The image reference.
    pub image: String,
    /// When the node fetches the image.
    pub pull_policy: PullPolicy,
    /// The command in place of the image's entry point, one word an item.
    pub command: Vec<String>,
    /// Arguments, one word an item.
    pub arguments: Vec<String>,
    /// How many pods.
    pub replicas: u32,
    /// Ports that the container listens on; with any, a Service is made for those that say so.
    pub ports: Vec<PortEntry>,
    /// Environment variables.
    pub environment: Vec<EnvironmentEntry>,
    /// What each pod asks for and may use at most.
    pub resources: ResourcesEntry,
    /// When a pod counts as ready; none: as soon as it runs.
    pub readiness_probe: Option<ReadinessProbe>,
    /// Labels of the objects and the pods, beside `app.kubernetes.io/name`, which Muster sets.
    pub labels: BTreeMap<String, String>,
}

impl Default for DeploymentForm {
    fn default() -> Self {
        Self {
            name: String::new(),
            namespace: "default".into(),
            create_namespace: false,
            image: String::new(),
            pull_policy: PullPolicy::IfNotPresent,
            command: Vec::new(),
            arguments: Vec::new(),
            replicas: 1,
            ports: Vec::new(),
            environment: Vec::new(),
            resources: ResourcesEntry::default(),
            readiness_probe: None,
            labels: BTreeMap::new(),
        }
    }
}

/// When the node fetches the image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PullPolicy {
    /// At each start of a container.
    Always,
    /// When the node does not have it.
    #[default]
    IfNotPresent,
    /// Never: the node has it, or the pod does not start.
    Never,
}

/// One port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PortEntry {
    /// The port's name; may be empty while there is only one.
    pub name: String,
    /// The port that the container listens on: 1 to 65535.
    pub container_port: u32,
    /// Its protocol.
    pub protocol: Protocol,
    /// Reachable through the Service?
    pub expose: bool,
    /// The Service's port; the container's when absent.
    pub service_port: Option<u32>,
}

impl Default for PortEntry {
    fn default() -> Self {
        Self {
            name: String::new(),
            container_port: 80,
            protocol: Protocol::Tcp,
            expose: true,
            service_port: None,
        }
    }
}

/// A port's protocol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// As manifests write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

/// One environment variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct EnvironmentEntry {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Requests and limits of each pod, as quantities; empty: not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ResourcesEntry {
    /// CPU set aside for it.
    pub cpu_request: String,
    /// CPU it may use at most.
    pub cpu_limit: String,
    /// Memory set aside for it.
    pub memory_request: String,
    /// Memory it may use at most; over it, it is killed.
    pub memory_limit: String,
}

/// When a pod counts as ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadinessProbe {
    /// What is tried.
    pub check: ProbeCheck,
    /// Seconds before the first try: 0 to 3600.
    #[serde(default)]
    pub initial_delay_seconds: u32,
    /// Seconds between tries: 1 to 3600.
    #[serde(default = "ten_seconds")]
    pub period_seconds: u32,
}

fn ten_seconds() -> u32 {
    10
}

impl Default for ReadinessProbe {
    fn default() -> Self {
        Self {
            check: ProbeCheck::Http(HttpCheck {
                path: "/".into(),
                port: 80,
            }),
            initial_delay_seconds: 0,
            period_seconds: ten_seconds(),
        }
    }
}

/// What a probe tries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ProbeCheck {
    /// An HTTP GET that must answer 200 to 399.
    Http(HttpCheck),
    /// A TCP connection that must open.
    Tcp(TcpCheck),
    /// A command in the container that must end with 0.
    Command(CommandCheck),
}

/// An HTTP GET.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpCheck {
    /// Path, beginning with `/`.
    pub path: String,
    /// The container's port.
    pub port: u32,
}

/// A TCP connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TcpCheck {
    /// The container's port.
    pub port: u32,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommandCheck {
    /// One word an item.
    pub command: Vec<String>,
}

impl DeploymentForm {
    /// What is wrong with the form, field by field; empty when it can be sent to the cluster. The cluster may still
    /// refuse it (quota, admission, a name that exists): that is what the dry-run is for.
    pub fn problems(&self) -> Vec<FieldProblem> {
        rules::problems(self)
    }

    /// Will a Service be made?
    pub fn has_service(&self) -> bool {
        self.ports.iter().any(|port| port.expose)
    }
}

/// The answer to a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeploymentPreview {
    /// The objects in the order in which they will be created.
    pub objects: Vec<PreviewObject>,
    /// Problems of the form; the preview shows what can be shown despite them.
    pub problems: Vec<FieldProblem>,
    /// What the server-side dry-run said; absent when it was not asked for (`dryRun=false`) or the form has problems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<DryRun>,
}

/// One object that would be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PreviewObject {
    /// Which object.
    pub object: ObjectReference,
    /// Its manifest as YAML.
    pub yaml: String,
}

/// What the cluster said to a dry-run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    /// Would everything be created?
    pub accepted: bool,
    /// What was refused and why, or what could not be tried; sentences.
    pub messages: Vec<DryRunMessage>,
}

/// One sentence of a dry-run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DryRunMessage {
    /// Which object it is about.
    pub object: ObjectReference,
    /// A code that the browser translates: `exists`, `namespace-missing`, `namespace-terminating`, `refused`,
    /// `forbidden`, `unreachable`, `warning`.
    pub code: String,
    /// The sentence.
    pub message: String,
}

/// The answer to a creation: what now exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatedDeployment {
    /// The created objects; the Deployment among them.
    pub objects: Vec<ObjectReference>,
}
