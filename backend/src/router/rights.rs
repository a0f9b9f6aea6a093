//! Routes of what people may do: roles, bindings, projects, and questions about them.

use muster_api::access::Permission;
use muster_api::audit::AuditAction;
use utoipa_axum::routes;

use super::WhileViewing::Asks;
use super::{Access, DELETE, GET, POST, PUT, Route, route};
use crate::http::{access_review, bindings, projects, roles, users};

use Access::{May, SignedIn};
use Permission::{ManageBindings, ManageProjects, ManageRoles};

/// In the order of the documentation.
pub(super) fn table() -> Vec<Route> {
    vec![
        route(
            GET,
            "/api/v1/account/permissions",
            SignedIn,
            routes!(access_review::read_permissions),
        ),
        route(
            POST,
            "/api/v1/access/review",
            SignedIn,
            routes!(access_review::review_access),
        )
        .audit_refusals(AuditAction::ViewAs)
        .while_viewing(Asks),
        route(
            GET,
            "/api/v1/principals",
            May(ManageBindings),
            routes!(users::search_principals),
        ),
        route(GET, "/api/v1/roles", SignedIn, routes!(roles::list_roles)),
        route(POST, "/api/v1/roles", May(ManageRoles), routes!(roles::create_role)).audit(AuditAction::RoleChanged),
        route(POST, "/api/v1/roles/preview", SignedIn, routes!(roles::preview_role))
            .audit_refusals(AuditAction::RoleChanged)
            .while_viewing(Asks),
        route(GET, "/api/v1/roles/{role}", SignedIn, routes!(roles::read_role)),
        route(
            PUT,
            "/api/v1/roles/{role}",
            May(ManageRoles),
            routes!(roles::replace_role),
        )
        .audit(AuditAction::RoleChanged),
        route(
            DELETE,
            "/api/v1/roles/{role}",
            May(ManageRoles),
            routes!(roles::delete_role),
        )
        .audit(AuditAction::RoleChanged),
        route(GET, "/api/v1/bindings", SignedIn, routes!(bindings::list_bindings)),
        route(
            POST,
            "/api/v1/bindings",
            May(ManageBindings),
            routes!(bindings::create_binding),
        )
        .audit(AuditAction::BindingGranted),
        route(
            DELETE,
            "/api/v1/bindings/{binding}",
            SignedIn,
            routes!(bindings::delete_binding),
        )
        .audit(AuditAction::BindingRevoked),
        route(GET, "/api/v1/projects", SignedIn, routes!(projects::list_projects)),
        route(
            POST,
            "/api/v1/projects",
            May(ManageProjects),
            routes!(projects::create_project),
        )
        .audit(AuditAction::ProjectChanged),
        route(
            GET,
            "/api/v1/projects/{project}",
            SignedIn,
            routes!(projects::read_project),
        ),
        route(
            PUT,
            "/api/v1/projects/{project}",
            SignedIn,
            routes!(projects::replace_project),
        )
        .audit(AuditAction::ProjectChanged),
        route(
            DELETE,
            "/api/v1/projects/{project}",
            SignedIn,
            routes!(projects::delete_project),
        )
        .audit(AuditAction::ProjectChanged),
    ]
}
