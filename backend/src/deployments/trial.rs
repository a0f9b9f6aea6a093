//! Trying the form's objects on the server with the rule "create, never overwrite".

use super::manifests::NewObject;
use super::{DeploymentError, NamespaceState};
use crate::resources::remote::{FIELD_MANAGER, Refusal, Remote, Reply};
use http::Method;
use muster_api::deployment::{DryRun, DryRunMessage};
use serde_json::Value;

/// What is tried before its namespace exists is tried here: every cluster has it.
const STAND_IN: &str = "default";

/// Tries every object.
pub async fn of(remote: &Remote, objects: &[NewObject], namespace: &str, state: NamespaceState) -> DryRun {
    let brings_namespace = objects.iter().any(|object| !object.is_namespaced());
    let mut messages = Vec::new();
    for object in objects {
        if object.is_namespaced() && !brings_namespace && state != NamespaceState::Active {
            // One sentence is enough: it is the same for all of them.
            if messages.is_empty() {
                messages.push(no_namespace(object, namespace, state));
            }
            continue;
        }
        let is_elsewhere = object.is_namespaced() && brings_namespace;
        messages.extend(try_object(remote, object, is_elsewhere).await);
        if !is_elsewhere {
            messages.extend(try_pod(remote, object).await);
        }
    }
    DryRun {
        accepted: messages.iter().all(|message| message.code == "warning"),
        messages,
    }
}

/// The error that stands for a dry-run which was not accepted.
pub fn error(dry_run: DryRun) -> DeploymentError {
    let existing = dry_run.messages.iter().filter(|message| message.code == "exists");
    let existing = existing.map(|message| message.message.as_str()).collect::<Vec<_>>();
    if existing.is_empty() {
        let messages = dry_run.messages.into_iter().filter(|message| message.code != "warning");
        return DeploymentError::Refused(messages.collect());
    }
    DeploymentError::Exists(format!("{}. Nothing was created or changed.", existing.join(". ")))
}

fn message(object: &NewObject, code: &str, message: impl Into<String>) -> DryRunMessage {
    DryRunMessage {
        object: object.reference(),
        code: code.to_owned(),
        message: message.into(),
    }
}

fn no_namespace(object: &NewObject, namespace: &str, state: NamespaceState) -> DryRunMessage {
    if state == NamespaceState::Terminating {
        let text = format!(
            "The namespace {namespace} is being deleted: nothing can be created in it. Wait until it is gone, or choose another"
        );
        return message(object, "namespace-terminating", text);
    }
    let text = format!("The namespace {namespace} does not exist: choose another, or let it be created");
    message(object, "namespace-missing", text)
}

async fn try_object(remote: &Remote, object: &NewObject, is_elsewhere: bool) -> Vec<DryRunMessage> {
    let query = format!("dryRun=All&fieldManager={FIELD_MANAGER}&fieldValidation=Strict");
    let mut manifest = object.manifest.clone();
    let path = if is_elsewhere {
        manifest["metadata"]["namespace"] = STAND_IN.into();
        format!("{}?{query}", object.collection_path_in(STAND_IN))
    } else {
        format!("{}?{query}", object.collection_path())
    };
    match remote.write(Method::POST, &path, "application/json", &manifest).await {
        Ok(Reply { warnings, .. }) => warnings
            .into_iter()
            .map(|text| message(object, "warning", text))
            .collect(),
        Err(error) => match error.refusal() {
            None => vec![message(object, "unreachable", error.to_string())],
            Some(refusal) if is_elsewhere => elsewhere(object, refusal).into_iter().collect(),
            Some(refusal) => vec![refused(object, refusal)],
        },
    }
}

/// What another namespace says of quotas, rights and names means nothing for the one that comes with the form.
fn elsewhere(object: &NewObject, refusal: &Refusal) -> Option<DryRunMessage> {
    match refusal.code() {
        400 | 422 => Some(refused(object, refusal)),
        409 => None,
        _ => {
            let text = format!(
                "{} could not be tried before its namespace exists: {}",
                object.words(),
                refusal.sentence()
            );
            Some(message(object, "warning", text))
        }
    }
}

fn refused(object: &NewObject, refusal: &Refusal) -> DryRunMessage {
    let words = object.words();
    if refusal.reason() == "AlreadyExists" {
        return message(object, "exists", format!("{words} exists already"));
    }
    if refusal.is_namespace_terminating() {
        return message(
            object,
            "namespace-terminating",
            format!("{words}: its namespace is being deleted"),
        );
    }
    if refusal.is_namespace_missing() {
        return message(
            object,
            "namespace-missing",
            format!("{words}: its namespace does not exist"),
        );
    }
    let is_missing_right = refusal.code() == 403 && refusal.message().contains(" cannot create resource ");
    let code = if is_missing_right { "forbidden" } else { "refused" };
    message(object, code, format!("{words}: {}", refusal.sentence()))
}

/// A Deployment is taken even when its pods are not: one of them is tried too, so that limits, quotas and policies speak
/// before anything is written.
async fn try_pod(remote: &Remote, object: &NewObject) -> Option<DryRunMessage> {
    let pod: Value = object.pod()?;
    let namespace = object.reference().namespace?;
    let path = format!(
        "/api/v1/namespaces/{}/pods?dryRun=All&fieldManager={FIELD_MANAGER}",
        crate::resources::remote::encoded(&namespace)
    );
    let error = remote
        .write(Method::POST, &path, "application/json", &pod)
        .await
        .err()?;
    let Some(refusal) = error.refusal() else {
        // What could not be tried is not accepted.
        return Some(message(object, "unreachable", error.to_string()));
    };
    // The Deployment's controller makes pods, not the person: rights and the moment before the namespace's service
    // account exists say nothing about it.
    let is_about_the_person = refusal.message().contains(" cannot create resource ")
        || refusal.message().contains("error looking up service account");
    let is_about_the_pod = matches!(refusal.code(), 400 | 403 | 422) && !is_about_the_person;
    is_about_the_pod.then(|| {
        message(
            object,
            "refused",
            format!("its pods would be refused: {}", refusal.sentence()),
        )
    })
}
