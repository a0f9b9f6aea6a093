//! Routes by which people come in, and by which the console knows them: sessions, accounts, users, groups, providers.

use muster_api::access::Permission;
use muster_api::audit::AuditAction;
use utoipa_axum::routes;

use super::WhileViewing::AsOneself;
use super::{Access, DELETE, GET, PATCH, POST, PUT, Route, route};
use crate::http::{account, providers, session, setup, sign_in, tokens, users, view_as};

use Access::{Administrator, May, Public, SignedIn};
use Permission::{ManageProviders, ManageUsers};

/// In the order of the documentation.
pub(super) fn table() -> Vec<Route> {
    vec![
        route(GET, "/api/v1/setup", Public, routes!(setup::read_setup)),
        route(POST, "/api/v1/setup", Public, routes!(setup::create_administrator))
            .audit(AuditAction::FirstAdministrator),
        route(GET, "/api/v1/session", SignedIn, routes!(session::read_session)),
        route(POST, "/api/v1/session", Public, routes!(session::sign_in)).audit(AuditAction::SignIn),
        route(DELETE, "/api/v1/session", SignedIn, routes!(session::sign_out))
            .audit(AuditAction::SignOut)
            .while_viewing(AsOneself),
        // As oneself: an administrator also while he looks as somebody who is none.
        route(
            POST,
            "/api/v1/session/view-as",
            Administrator,
            routes!(view_as::view_as),
        )
        .audit(AuditAction::ViewAs)
        .while_viewing(AsOneself),
        route(
            GET,
            "/api/v1/sign-in-providers",
            Public,
            routes!(sign_in::list_sign_in_providers),
        ),
        route(GET, "/api/v1/sign-in/callback", Public, routes!(sign_in::come_back)).audit(AuditAction::SignIn),
        route(GET, "/api/v1/sign-in/{provider}", Public, routes!(sign_in::leave)),
        route(
            PATCH,
            "/api/v1/account/preferences",
            SignedIn,
            routes!(account::change_preferences),
        )
        .audit(AuditAction::Update),
        route(
            POST,
            "/api/v1/account/password",
            SignedIn,
            routes!(account::change_password),
        )
        .audit(AuditAction::PasswordChanged),
        route(
            GET,
            "/api/v1/account/sessions",
            SignedIn,
            routes!(account::list_sessions),
        )
        .while_viewing(AsOneself),
        route(
            DELETE,
            "/api/v1/account/sessions",
            SignedIn,
            routes!(account::end_other_sessions),
        )
        .audit(AuditAction::SessionEnded),
        route(
            DELETE,
            "/api/v1/account/sessions/{id}",
            SignedIn,
            routes!(account::end_session),
        )
        .audit(AuditAction::SessionEnded),
        route(GET, "/api/v1/account/tokens", SignedIn, routes!(tokens::list_tokens)).while_viewing(AsOneself),
        route(POST, "/api/v1/account/tokens", SignedIn, routes!(tokens::create_token)).audit(AuditAction::TokenCreated),
        route(
            DELETE,
            "/api/v1/account/tokens/{id}",
            SignedIn,
            routes!(tokens::delete_token),
        )
        .audit(AuditAction::TokenDeleted),
        route(GET, "/api/v1/users", May(ManageUsers), routes!(users::list_users)),
        route(POST, "/api/v1/users", May(ManageUsers), routes!(users::create_user)).audit(AuditAction::UserChanged),
        route(GET, "/api/v1/users/{user}", May(ManageUsers), routes!(users::read_user)),
        route(
            PATCH,
            "/api/v1/users/{user}",
            May(ManageUsers),
            routes!(users::change_user),
        )
        .audit(AuditAction::UserChanged),
        route(
            DELETE,
            "/api/v1/users/{user}",
            May(ManageUsers),
            routes!(users::delete_user),
        )
        .audit(AuditAction::UserChanged),
        route(
            DELETE,
            "/api/v1/users/{user}/sessions",
            May(ManageUsers),
            routes!(users::end_sessions),
        )
        .audit(AuditAction::SessionEnded),
        route(
            GET,
            "/api/v1/providers",
            May(ManageProviders),
            routes!(providers::list_providers),
        ),
        route(
            POST,
            "/api/v1/providers",
            May(ManageProviders),
            routes!(providers::create_provider),
        )
        .audit(AuditAction::ProviderChanged),
        route(
            POST,
            "/api/v1/providers/test",
            May(ManageProviders),
            routes!(providers::test_provider),
        )
        .audit(AuditAction::ProviderChanged),
        route(
            GET,
            "/api/v1/providers/{provider}",
            May(ManageProviders),
            routes!(providers::read_provider),
        ),
        route(
            PUT,
            "/api/v1/providers/{provider}",
            May(ManageProviders),
            routes!(providers::replace_provider),
        )
        .audit(AuditAction::ProviderChanged),
        route(
            POST,
            "/api/v1/providers/{provider}/confirm",
            May(ManageProviders),
            routes!(providers::confirm_provider),
        )
        .audit(AuditAction::ProviderChanged),
        route(
            DELETE,
            "/api/v1/providers/{provider}",
            May(ManageProviders),
            routes!(providers::delete_provider),
        )
        .audit(AuditAction::ProviderChanged),
        route(
            POST,
            "/api/v1/users/{user}/refresh",
            May(ManageUsers),
            routes!(users::refresh_user),
        )
        .audit(AuditAction::UserChanged),
        route(GET, "/api/v1/groups", May(ManageUsers), routes!(users::list_groups)),
    ]
}
