//! What the errors of rights mean to a caller.

use http::StatusCode;
use muster_api::access::Permission;

use super::AppError;
use crate::access::AccessError;

impl From<AccessError> for AppError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Lacking(permission) => Self::forbidden(lacking(permission)),
            AccessError::Escalation(sentence) => Self::exceeds_own_rights(sentence),
            AccessError::NotFound(what) => Self::not_found(what),
            AccessError::Fields(problems) => Self::invalid_fields(problems),
            AccessError::Conflict { code, detail } => Self::conflict(code, detail),
            AccessError::Cluster(error) => error.into(),
            AccessError::Database(error) => error.into(),
        }
    }
}

impl AppError {
    /// 403: more would be granted than the one who grants has; the sentence says what is missing.
    fn exceeds_own_rights(sentence: String) -> Self {
        Self::Failed {
            status: StatusCode::FORBIDDEN,
            code: "exceeds-own-rights",
            title: "More than you have yourself",
            detail: sentence,
        }
    }

    /// 403: the console is looked at as somebody else; the sentence says what is not done meanwhile.
    pub fn viewing_as(sentence: impl Into<String>) -> Self {
        Self::Failed {
            status: StatusCode::FORBIDDEN,
            code: "viewing-as",
            title: "Not while you look as somebody else",
            detail: sentence.into(),
        }
    }
}

fn lacking(permission: Permission) -> &'static str {
    match permission {
        Permission::Administer => "Only administrators may do this.",
        Permission::ManageUsers => "This needs the permission to manage users; administrators grant it.",
        Permission::ManageProviders => {
            "This needs the permission to manage identity providers; administrators grant it."
        }
        Permission::ManageRoles => "This needs the permission to manage roles; administrators grant it.",
        Permission::ManageBindings => {
            "This needs the permission to grant roles here; an owner of the project or cluster, or an administrator, has it."
        }
        Permission::ManageProjects => {
            "This needs the permission to manage projects here; an owner of the cluster, or an administrator, has it."
        }
        Permission::ManageClusters => {
            "This needs the permission to manage this cluster; its owner, or an administrator, has it."
        }
        Permission::ReadAudit => "This needs the permission to read the audit log; administrators grant it.",
    }
}
