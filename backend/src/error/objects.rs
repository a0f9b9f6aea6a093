//! What the errors of objects, manifests and deployments mean to a caller.

use http::StatusCode;

use super::AppError;
use super::clusters::of_failure;
use crate::deployments::DeploymentError;
use crate::resources::apply::ApplyError;
use crate::resources::object::ObjectError;
use crate::resources::remote::{Refusal, RemoteError};

impl From<ObjectError> for AppError {
    fn from(error: ObjectError) -> Self {
        match error {
            ObjectError::Cluster(error) => error.into(),
            ObjectError::Remote(error) => error.into(),
            ObjectError::NoSuchKind(what) | ObjectError::NoSuchObject(what) => Self::not_found(what),
            ObjectError::InvalidField { field, code, message } => Self::invalid_field(field, code, sentence(&message)),
            ObjectError::NotPossible(detail) => unprocessable("not-possible", &detail),
            ObjectError::Conflict { code, detail } => Self::conflict(code, sentence(&detail)),
            ObjectError::Forbidden(detail) => Self::forbidden(sentence(&detail)),
        }
    }
}

impl From<RemoteError> for AppError {
    fn from(error: RemoteError) -> Self {
        match error {
            RemoteError::Refused(refusal) => of_refusal(&refusal),
            RemoteError::Unreachable { cluster, failure } => of_failure(&cluster, failure),
            error @ RemoteError::Unreadable { .. } => Self::bad_gateway("not-kubernetes", sentence(&error.to_string())),
        }
    }
}

/// What the cluster itself said: its words are what a person can act on.
fn of_refusal(refusal: &Refusal) -> AppError {
    let detail = sentence(&refusal.sentence());
    match refusal.code() {
        401 => AppError::bad_gateway(
            "credentials",
            "The cluster rejected the credentials: they are wrong, expired or revoked. Give new ones.",
        ),
        403 => AppError::Failed {
            status: StatusCode::FORBIDDEN,
            code: "forbidden",
            title: "The cluster does not allow it",
            detail,
        },
        404 => AppError::Failed {
            status: StatusCode::NOT_FOUND,
            code: "not-found",
            title: "Not found",
            detail,
        },
        409 => AppError::conflict("conflict", detail),
        429 | 503 => AppError::unavailable("cluster-busy", detail),
        code if code >= 500 => AppError::bad_gateway("cluster-failed", detail),
        _ => unprocessable("refused", &detail),
    }
}

impl From<ApplyError> for AppError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Yaml(error) => Self::invalid_fields(vec![error.into_field_problem("manifest")]),
            error @ ApplyError::Empty => Self::invalid_field("manifest", "empty", sentence(&error.to_string())),
            error @ ApplyError::InvalidNamespace(_) => {
                Self::invalid_field("namespace", "invalid-name", sentence(&error.to_string()))
            }
            error @ ApplyError::InvalidOperation => {
                Self::invalid_field("operation", "invalid-name", sentence(&error.to_string()))
            }
            error @ ApplyError::OperationRuns => Self::conflict("operation-runs", sentence(&error.to_string())),
            error @ ApplyError::Cancelled => Self::conflict("cancelled", sentence(&error.to_string())),
            error @ ApplyError::NoOperation(_) => Self::not_found(error.to_string()),
            ApplyError::Object(error) => error.into(),
        }
    }
}

impl From<DeploymentError> for AppError {
    fn from(error: DeploymentError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            DeploymentError::Form(problems) => Self::invalid_fields(problems),
            DeploymentError::Exists(_) => Self::conflict("exists", detail),
            DeploymentError::Refused(messages) => {
                let said = |code: &str| messages.iter().any(|message| message.code == code);
                if said("unreachable") {
                    Self::unavailable("unreachable", detail)
                } else if said("forbidden") {
                    Self::Failed {
                        status: StatusCode::FORBIDDEN,
                        code: "forbidden",
                        title: "The cluster does not allow it",
                        detail,
                    }
                } else if said("namespace-terminating") {
                    Self::conflict("namespace-terminating", detail)
                } else if said("namespace-missing") {
                    Self::invalid_field("namespace", "namespace-missing", detail)
                } else {
                    unprocessable("refused", &detail)
                }
            }
            DeploymentError::Partly { .. } => Self::conflict("partly-created", detail),
            DeploymentError::Object(error) => error.into(),
        }
    }
}

fn unprocessable(code: &'static str, detail: &str) -> AppError {
    AppError::Failed {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        code,
        title: "It cannot be done",
        detail: sentence(detail),
    }
}

/// With a capital first letter and an end.
fn sentence(text: &str) -> String {
    let mut characters = text.trim().chars();
    let mut sentence: String = characters.next().map_or_else(String::new, |first| {
        // Quoted names and field paths stay as they are.
        first.to_uppercase().chain(characters).collect()
    });
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
