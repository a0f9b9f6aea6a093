//! The deployment form and what becomes of it: form to objects, the try on the server, creation, and the rollout.

mod manifests;
mod rollout;
mod rollout_state;
mod trial;

use crate::app::Tasks;
use crate::context::RequestContext;
use crate::resources::object::{ObjectError, Objects};
use crate::resources::remote::{FIELD_MANAGER, Remote, RemoteError, encoded};
use crate::resources::yaml;
use http::Method;
use manifests::NewObject;
use muster_api::deployment::{
    CreatedDeployment, DeploymentForm, DeploymentPreview, DryRun, DryRunMessage, PreviewObject,
};
use muster_api::object::ObjectReference;
use muster_api::problem::FieldProblem;

/// Why nothing, or not everything, was created.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// The form has problems.
    #[error("the form has {} problems", .0.len())]
    Form(Vec<FieldProblem>),
    /// Something of the same name exists; nothing was created.
    #[error("{0}")]
    Exists(String),
    /// The cluster would not take it; nothing was created.
    #[error("{}", sentences(.0))]
    Refused(Vec<DryRunMessage>),
    /// Some objects were created, then one failed.
    #[error("{}", partly(.created, .failed, .reason))]
    Partly {
        /// What exists now.
        created: Vec<ObjectReference>,
        /// What could not be created.
        failed: Box<ObjectReference>,
        /// Why not.
        reason: String,
    },
    /// The cluster could not be asked.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

fn sentences(messages: &[DryRunMessage]) -> String {
    messages
        .iter()
        .map(|message| message.message.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

fn partly(created: &[ObjectReference], failed: &ObjectReference, reason: &str) -> String {
    let words = |object: &ObjectReference| format!("{} {}", object.kind, object.name);
    if created.is_empty() {
        return format!("{} was not created, nor anything else: {reason}", words(failed));
    }
    let created = created.iter().map(words).collect::<Vec<_>>().join(", ");
    format!(
        "{} was not created: {reason}. Before that these were created and stay: {created}",
        words(failed)
    )
}

/// Deployments by form.
#[derive(Clone)]
pub struct Deployments {
    objects: Objects,
    tasks: Tasks,
}

impl Deployments {
    /// The service over the objects of the registered clusters.
    pub fn new(objects: Objects, tasks: Tasks) -> Self {
        Self { objects, tasks }
    }

    /// The objects that the form makes, and what the cluster says to them when it is asked.
    pub async fn preview(
        &self,
        context: &RequestContext,
        cluster: &str,
        form: &DeploymentForm,
        dry_run: bool,
    ) -> Result<DeploymentPreview, DeploymentError> {
        // Also what needs no cluster is only told of one that there is.
        self.objects
            .clusters()
            .get(context, cluster)
            .map_err(ObjectError::from)?;
        let problems = form.problems();
        let is_tried = dry_run && problems.is_empty();
        if !is_tried {
            return Ok(DeploymentPreview {
                objects: shown(&manifests::of(form, form.create_namespace)),
                problems,
                dry_run: None,
            });
        }
        let remote = self.objects.open(context, cluster).await?;
        let state = match namespace_state(&remote, &form.namespace).await {
            Ok(state) => state,
            Err(error) if error.is_unreachable() => {
                let objects = manifests::of(form, form.create_namespace);
                let dry_run = Some(unreachable(&objects, &error));
                return Ok(DeploymentPreview {
                    objects: shown(&objects),
                    problems,
                    dry_run,
                });
            }
            Err(error) => return Err(ObjectError::from(error).into()),
        };
        let objects = manifests::of(form, form.create_namespace && state == NamespaceState::Missing);
        let dry_run = trial::of(&remote, &objects, &form.namespace, state).await;
        Ok(DeploymentPreview {
            objects: shown(&objects),
            problems,
            dry_run: Some(dry_run),
        })
    }

    /// Creates what the form says. Everything is tried first; nothing that exists is overwritten.
    pub async fn create(
        &self,
        context: &RequestContext,
        cluster: &str,
        form: &DeploymentForm,
    ) -> Result<CreatedDeployment, DeploymentError> {
        let problems = form.problems();
        if !problems.is_empty() {
            return Err(DeploymentError::Form(problems));
        }
        let remote = self.objects.open(context, cluster).await?;
        let state = namespace_state(&remote, &form.namespace)
            .await
            .map_err(ObjectError::from)?;
        let objects = manifests::of(form, form.create_namespace && state == NamespaceState::Missing);
        let dry_run = trial::of(&remote, &objects, &form.namespace, state).await;
        if !dry_run.accepted {
            return Err(trial::error(dry_run));
        }
        // A caller who hangs up must not leave the work half done.
        let creating = self.tasks.finish(create_all(remote, objects));
        creating.await.map_err(|error| {
            tracing::error!(%error, "creating a deployment ended early");
            ObjectError::NotPossible("creating the objects ended early: look at what was created".to_owned())
        })?
    }
}

/// How the form's namespace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NamespaceState {
    Active,
    Missing,
    Terminating,
}

async fn namespace_state(remote: &Remote, namespace: &str) -> Result<NamespaceState, RemoteError> {
    match remote.get(&format!("/api/v1/namespaces/{}", encoded(namespace))).await {
        Ok(found) if found["status"]["phase"] == "Terminating" => Ok(NamespaceState::Terminating),
        Ok(_) => Ok(NamespaceState::Active),
        Err(error) if error.is_not_found() => Ok(NamespaceState::Missing),
        // Who may work in a namespace need not be allowed to read it: the dry-run will say.
        Err(error) if error.refusal().is_some_and(|refusal| refusal.code() == 403) => Ok(NamespaceState::Active),
        Err(error) => Err(error),
    }
}

fn unreachable(objects: &[NewObject], error: &RemoteError) -> DryRun {
    let messages = objects.iter().map(|object| DryRunMessage {
        object: object.reference(),
        code: "unreachable".to_owned(),
        message: error.to_string(),
    });
    DryRun {
        accepted: false,
        messages: messages.take(1).collect(),
    }
}

fn shown(objects: &[NewObject]) -> Vec<PreviewObject> {
    let previews = objects.iter().map(|object| PreviewObject {
        object: object.reference(),
        yaml: yaml::write_object(&object.manifest),
    });
    previews.collect()
}

async fn create_all(remote: Remote, objects: Vec<NewObject>) -> Result<CreatedDeployment, DeploymentError> {
    let mut created = Vec::new();
    for object in objects {
        let path = format!(
            "{}?fieldManager={FIELD_MANAGER}&fieldValidation=Strict",
            object.collection_path()
        );
        let reply = remote
            .write(Method::POST, &path, "application/json", &object.manifest)
            .await;
        if let Err(error) = reply {
            let reason = match error.refusal() {
                Some(refusal) => refusal.sentence(),
                None => format!("{error}; it is not known whether it was created"),
            };
            return Err(DeploymentError::Partly {
                created,
                failed: Box::new(object.reference()),
                reason,
            });
        }
        created.push(object.reference());
    }
    Ok(CreatedDeployment { objects: created })
}
