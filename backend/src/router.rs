//! Every route of the server in one table: method, path, who may, handler. The access rules are enforced from this table,
//! before any handler runs; the OpenAPI document is made from the same table.
//!
//! Parameters at the same place of a path have the same name everywhere (`{cluster}`, `{group}`, `{version}`,
//! `{resource}`, `{namespace}`, `{name}`).

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use http::Method;
use muster_api::audit::AuditAction;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::http::middleware::audit::{self as audit_middleware, RouteAudit, When};
use crate::http::middleware::{access, deadline, outer};
use crate::http::{
    account, actions, apply, assets, audit, clusters, deployments, health, kubeconfig, live, logs, objects, openapi,
    resources, session, setup, tokens,
};

use Access::{Administrator, Public, SignedIn};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

/// How long a plain request may take.
const DEADLINE: Duration = Duration::from_secs(60);
/// The largest body that is taken unless the route says otherwise.
pub const USUAL_BODY: usize = 2_000_000;
/// The largest body of routes that take whole files.
pub const LARGE_BODY: usize = 12_000_000;

/// Every route. The order is the order of the documentation.
pub fn table() -> Vec<Route> {
    vec![
        route(GET, "/api/v1/setup", Public, routes!(setup::read_setup)),
        route(POST, "/api/v1/setup", Public, routes!(setup::create_administrator))
            .audit(AuditAction::FirstAdministrator),
        route(GET, "/api/v1/session", SignedIn, routes!(session::read_session)),
        route(POST, "/api/v1/session", Public, routes!(session::sign_in)).audit(AuditAction::SignIn),
        route(DELETE, "/api/v1/session", SignedIn, routes!(session::sign_out)).audit(AuditAction::SignOut),
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
        ),
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
        route(GET, "/api/v1/account/tokens", SignedIn, routes!(tokens::list_tokens)),
        route(POST, "/api/v1/account/tokens", SignedIn, routes!(tokens::create_token)).audit(AuditAction::TokenCreated),
        route(
            DELETE,
            "/api/v1/account/tokens/{id}",
            SignedIn,
            routes!(tokens::delete_token),
        )
        .audit(AuditAction::TokenDeleted),
        route(
            POST,
            "/api/v1/kubeconfig/inspect",
            Administrator,
            routes!(kubeconfig::inspect_kubeconfig),
        )
        .audit_refusals(AuditAction::ClusterAdded)
        .body_limit(LARGE_BODY),
        // Who may see what in a cluster is decided by bindings. As long as there are none, calls reach clusters with the
        // console's own credentials: only administrators may make them.
        route(GET, "/api/v1/clusters", Administrator, routes!(clusters::list_clusters)),
        route(
            POST,
            "/api/v1/clusters",
            Administrator,
            routes!(clusters::create_cluster),
        )
        .audit(AuditAction::ClusterAdded)
        .body_limit(LARGE_BODY),
        route(
            GET,
            "/api/v1/clusters/{cluster}",
            Administrator,
            routes!(clusters::read_cluster),
        ),
        route(
            PATCH,
            "/api/v1/clusters/{cluster}",
            Administrator,
            routes!(clusters::change_cluster),
        )
        .audit(AuditAction::ClusterChanged),
        route(
            DELETE,
            "/api/v1/clusters/{cluster}",
            Administrator,
            routes!(clusters::remove_cluster),
        )
        .audit(AuditAction::ClusterRemoved),
        route(
            POST,
            "/api/v1/clusters/{cluster}/check",
            Administrator,
            routes!(clusters::check_cluster),
        )
        .audit(AuditAction::ClusterChecked),
        route(
            GET,
            "/api/v1/clusters/{cluster}/overview",
            Administrator,
            routes!(clusters::read_overview),
        ),
        route(
            GET,
            "/api/v1/resources/{group}/{version}/{resource}",
            Administrator,
            routes!(resources::list_resources),
        ),
        route(GET, "/api/v1/live", Administrator, routes!(live::open_live)).streaming(),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}",
            Administrator,
            routes!(objects::read_object),
        )
        .audit_if("reveal", AuditAction::RevealSecret),
        route(
            DELETE,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}",
            Administrator,
            routes!(objects::delete_object),
        )
        .audit(AuditAction::Delete),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/events",
            Administrator,
            routes!(objects::list_object_events),
        ),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/related",
            Administrator,
            routes!(objects::read_relations),
        ),
        route(
            POST,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/actions/{action}",
            Administrator,
            routes!(actions::act_on_object),
        )
        .audit(AuditAction::Update),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/explanation",
            Administrator,
            routes!(objects::explain_pod),
        ),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/log",
            Administrator,
            routes!(logs::read_log),
        )
        .streaming(),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/apps/v1/deployments/{namespace}/{name}/rollout",
            Administrator,
            routes!(deployments::read_rollout),
        ),
        route(
            POST,
            "/api/v1/clusters/{cluster}/apply",
            Administrator,
            routes!(apply::apply_manifest),
        )
        .audit(AuditAction::Apply)
        .body_limit(LARGE_BODY)
        .streaming(),
        route(
            POST,
            "/api/v1/clusters/{cluster}/deployments/preview",
            Administrator,
            routes!(deployments::preview_deployment),
        )
        .audit_refusals(AuditAction::Create),
        route(
            POST,
            "/api/v1/clusters/{cluster}/deployments",
            Administrator,
            routes!(deployments::create_deployment),
        )
        .audit(AuditAction::Create),
        route(GET, "/api/v1/audit", Administrator, routes!(audit::list_audit)),
        route(GET, "/api/v1/audit/export", Administrator, routes!(audit::export_audit))
            .audit(AuditAction::AuditExported)
            .streaming(),
        route(
            GET,
            "/api/v1/audit/verification",
            Administrator,
            routes!(audit::verify_audit),
        )
        .streaming(),
        route(GET, "/api/v1/openapi.json", Public, routes!(openapi::read_openapi)),
        route(GET, "/api/docs", Public, routes!(openapi::read_documentation)),
        route(GET, "/healthz", Public, routes!(health::read_liveness)),
        route(GET, "/readyz", Public, routes!(health::read_readiness)),
        route(GET, "/metrics", Public, routes!(health::read_metrics)),
    ]
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone.
    Public,
    /// Any signed-in user; what is visible is decided behind the route.
    SignedIn,
    /// Administrators only.
    Administrator,
}

/// One line of the table.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// The largest body that it takes, in bytes.
    pub body_limit: usize,
    /// What a call is called in the audit log, and which calls are written there. Every route that changes something has it.
    pub audit: Option<RouteAudit>,
    /// Is the answer open-ended (a socket, a log)? Then there is no deadline.
    pub streaming: bool,
    handler: UtoipaMethodRouter<App>,
}

/// A line of the table.
fn route(method: Method, path: &'static str, access: Access, handler: UtoipaMethodRouter<App>) -> Route {
    Route {
        method,
        path,
        access,
        body_limit: USUAL_BODY,
        audit: None,
        streaming: false,
        handler,
    }
}

impl Access {
    /// Why a call that got through is allowed, for the audit log.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Public => "Anyone may try.",
            Self::SignedIn => "Every signed-in user may do this with what is the user's own.",
            Self::Administrator => "Administrators may do everything.",
        }
    }
}

impl Route {
    /// Takes bodies up to `bytes`.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Every call is written into the audit log, under this word.
    #[must_use]
    pub fn audit(self, action: AuditAction) -> Self {
        self.audit_when(action, When::Always)
    }

    /// A call changes nothing: it is written into the audit log when it is not allowed.
    #[must_use]
    pub fn audit_refusals(self, action: AuditAction) -> Self {
        self.audit_when(action, When::Refused)
    }

    /// A call that asks for something special (`reveal=true`) is written into the audit log.
    #[must_use]
    pub fn audit_if(self, parameter: &'static str, action: AuditAction) -> Self {
        self.audit_when(action, When::Asked(parameter))
    }

    fn audit_when(mut self, action: AuditAction, when: When) -> Self {
        self.audit = Some(RouteAudit { action, when });
        self
    }

    /// Answers with something open-ended: no deadline.
    #[must_use]
    pub fn streaming(mut self) -> Self {
        self.streaming = true;
        self
    }

    /// What the handler's documentation says of it, by path.
    pub fn documentation(&self) -> &Paths {
        &self.handler.1
    }

    /// The documented operation, when method and path of the documentation are those of the table.
    pub fn operation(&self) -> Option<&Operation> {
        let item = self.documentation().paths.get(self.path)?;
        match self.method.as_str() {
            "GET" => item.get.as_ref(),
            "POST" => item.post.as_ref(),
            "PATCH" => item.patch.as_ref(),
            "PUT" => item.put.as_ref(),
            "DELETE" => item.delete.as_ref(),
            _ => None,
        }
    }

    /// The types that the handler's documentation names.
    pub fn schemas(&self) -> &[(String, RefOr<Schema>)] {
        &self.handler.0
    }

    /// The handler behind its guards: who may, how large, how long.
    fn guarded(self, app: &App) -> MethodRouter<App, Infallible> {
        let handler = self.handler.2.route_layer(DefaultBodyLimit::max(self.body_limit));
        let handler = if self.streaming {
            handler
        } else {
            handler.route_layer(from_fn_with_state(DEADLINE, deadline::enforce))
        };
        let guard = access::Guard {
            app: app.clone(),
            access: self.access,
            body_limit: self.body_limit,
        };
        let handler = handler.route_layer(from_fn_with_state(guard, access::enforce));
        let Some(audit) = self.audit else {
            return handler;
        };
        let watch = audit_middleware::Watch {
            app: app.clone(),
            audit,
            path: self.path,
        };
        handler.route_layer(from_fn_with_state(watch, audit_middleware::record))
    }
}

/// The whole HTTP service.
pub fn build(app: &App) -> Router {
    let mut router = Router::new();
    for route in table() {
        let path = route.path;
        router = router.route(path, route.guarded(app));
    }
    let router = router
        .fallback(assets::serve)
        .method_not_allowed_fallback(assets::refuse_method)
        .with_state(app.clone());
    outer::wrap(router, app)
}
