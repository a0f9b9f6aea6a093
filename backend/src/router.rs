//! Every route of the server in one table: method, path, who may, handler. The access rules are enforced from this table,
//! before any handler runs; the OpenAPI document is made from the same table.
//!
//! Parameters at the same place of a path have the same name everywhere (`{cluster}`, `{group}`, `{version}`,
//! `{resource}`, `{namespace}`, `{name}`).

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::MethodRouter;
use http::Method;
use muster_api::access::Permission;
use muster_api::audit::AuditAction;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::http::middleware::audit::{self as audit_middleware, RouteAudit, When};
use crate::http::middleware::{access, deadline, kubernetes_status, outer};
use crate::http::{
    access_review, account, actions, apply, assets, audit, bindings, clusters, deployments, health, kubeconfig,
    kubernetes_proxy, live, logs, objects, openapi, projects, providers, resources, roles, session, setup, sign_in,
    tokens, users,
};
use crate::resources::api_proxy;

use Access::{May, Public, SignedIn};
use Permission::{
    ManageBindings, ManageClusters, ManageProjects, ManageProviders, ManageRoles, ManageUsers, ReadAudit,
};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
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
            GET,
            "/api/v1/sign-in-providers",
            Public,
            routes!(sign_in::list_sign_in_providers),
        ),
        route(GET, "/api/v1/sign-in/callback", Public, routes!(sign_in::come_back)),
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
            May(ManageClusters),
            routes!(kubeconfig::inspect_kubeconfig),
        )
        .audit_refusals(AuditAction::ClusterAdded)
        .body_limit(LARGE_BODY),
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
        .audit_refusals(AuditAction::ViewAs),
        route(
            GET,
            "/api/v1/principals",
            May(ManageBindings),
            routes!(users::search_principals),
        ),
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
        route(GET, "/api/v1/roles", SignedIn, routes!(roles::list_roles)),
        route(POST, "/api/v1/roles", May(ManageRoles), routes!(roles::create_role)).audit(AuditAction::RoleChanged),
        route(POST, "/api/v1/roles/preview", SignedIn, routes!(roles::preview_role))
            .audit_refusals(AuditAction::RoleChanged),
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
        // What of a cluster somebody sees and may do is decided behind these routes: by the bindings, and by the cluster's
        // API server, which is asked as him.
        route(GET, "/api/v1/clusters", SignedIn, routes!(clusters::list_clusters)),
        route(
            POST,
            "/api/v1/clusters",
            May(ManageClusters),
            routes!(clusters::create_cluster),
        )
        .audit(AuditAction::ClusterAdded)
        .body_limit(LARGE_BODY),
        route(
            GET,
            "/api/v1/clusters/{cluster}",
            SignedIn,
            routes!(clusters::read_cluster),
        ),
        route(
            PATCH,
            "/api/v1/clusters/{cluster}",
            SignedIn,
            routes!(clusters::change_cluster),
        )
        .audit(AuditAction::ClusterChanged),
        route(
            DELETE,
            "/api/v1/clusters/{cluster}",
            SignedIn,
            routes!(clusters::remove_cluster),
        )
        .audit(AuditAction::ClusterRemoved),
        route(
            POST,
            "/api/v1/clusters/{cluster}/check",
            SignedIn,
            routes!(clusters::check_cluster),
        )
        .audit(AuditAction::ClusterChecked),
        route(
            GET,
            "/api/v1/clusters/{cluster}/overview",
            SignedIn,
            routes!(clusters::read_overview),
        ),
        route(
            GET,
            "/api/v1/clusters/{cluster}/kubeconfig",
            SignedIn,
            routes!(kubeconfig::read_kubeconfig),
        ),
        route(
            POST,
            "/api/v1/clusters/{cluster}/kubeconfig",
            SignedIn,
            routes!(kubeconfig::create_kubeconfig),
        )
        .audit(AuditAction::KubeconfigDownloaded),
        route(
            GET,
            "/k8s/clusters/{cluster}/{*path}",
            SignedIn,
            routes!(kubernetes_proxy::call_kubernetes),
        )
        .audit_if_noted(AuditAction::KubernetesRequest)
        .every_method()
        .any_content()
        .body_limit(api_proxy::LARGEST_BODY)
        .streaming()
        .for_kubernetes_clients(),
        route(
            GET,
            "/api/v1/resources/{group}/{version}/{resource}",
            SignedIn,
            routes!(resources::list_resources),
        ),
        route(GET, "/api/v1/live", SignedIn, routes!(live::open_live)).streaming(),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}",
            SignedIn,
            routes!(objects::read_object),
        )
        .audit_if("reveal", AuditAction::RevealSecret),
        route(
            DELETE,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}",
            SignedIn,
            routes!(objects::delete_object),
        )
        .audit(AuditAction::Delete),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/events",
            SignedIn,
            routes!(objects::list_object_events),
        ),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/related",
            SignedIn,
            routes!(objects::read_relations),
        ),
        route(
            POST,
            "/api/v1/clusters/{cluster}/resources/{group}/{version}/{resource}/{namespace}/{name}/actions/{action}",
            SignedIn,
            routes!(actions::act_on_object),
        )
        .audit(AuditAction::Update),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/explanation",
            SignedIn,
            routes!(objects::explain_pod),
        ),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/log",
            SignedIn,
            routes!(logs::read_log),
        )
        .streaming(),
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/apps/v1/deployments/{namespace}/{name}/rollout",
            SignedIn,
            routes!(deployments::read_rollout),
        ),
        route(
            POST,
            "/api/v1/clusters/{cluster}/apply",
            SignedIn,
            routes!(apply::apply_manifest),
        )
        .audit(AuditAction::Apply)
        .body_limit(LARGE_BODY)
        .streaming(),
        route(
            POST,
            "/api/v1/clusters/{cluster}/deployments/preview",
            SignedIn,
            routes!(deployments::preview_deployment),
        )
        .audit_refusals(AuditAction::Create),
        route(
            POST,
            "/api/v1/clusters/{cluster}/deployments",
            SignedIn,
            routes!(deployments::create_deployment),
        )
        .audit(AuditAction::Create),
        route(GET, "/api/v1/audit", May(ReadAudit), routes!(audit::list_audit)),
        route(
            GET,
            "/api/v1/audit/export",
            May(ReadAudit),
            routes!(audit::export_audit),
        )
        .audit(AuditAction::AuditExported)
        .streaming(),
        route(
            GET,
            "/api/v1/audit/verification",
            May(ReadAudit),
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
    /// Whoever has this permission somewhere; where, is decided behind the route.
    May(Permission),
    /// Administrators only.
    Administrator,
}

/// One line of the table.
pub struct Route {
    /// The method; the first one of a route that takes every method.
    pub method: Method,
    /// Does it take every method?
    pub every_method: bool,
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
    /// Is every type of body taken? Else it is JSON or YAML.
    pub any_content: bool,
    /// Are failures Kubernetes' own `Status` objects rather than problems?
    pub for_kubernetes_clients: bool,
    handler: UtoipaMethodRouter<App>,
}

/// A line of the table.
fn route(method: Method, path: &'static str, access: Access, handler: UtoipaMethodRouter<App>) -> Route {
    Route {
        method,
        every_method: false,
        path,
        access,
        body_limit: USUAL_BODY,
        audit: None,
        streaming: false,
        any_content: false,
        for_kubernetes_clients: false,
        handler,
    }
}

impl Access {
    /// Why a call that got through is allowed, for the audit log.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Public => "Anyone may try.",
            Self::SignedIn => "Every signed-in user may do this with what is the user's own.",
            Self::May(_) => "A role that is granted to the user, or to a group of his, has the permission.",
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

    /// A call that is not allowed, and one that the handler says is worth it ([`AuditNote::happened`]), is written into
    /// the audit log.
    ///
    /// [`AuditNote::happened`]: crate::audit::AuditNote::happened
    #[must_use]
    pub fn audit_if_noted(self, action: AuditAction) -> Self {
        self.audit_when(action, When::Noted)
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

    /// Takes every method that there is an operation for in OpenAPI; the handler's documentation names them all.
    #[must_use]
    pub fn every_method(mut self) -> Self {
        self.every_method = true;
        self
    }

    /// Takes bodies of every type: the handler passes them on.
    #[must_use]
    pub fn any_content(mut self) -> Self {
        self.any_content = true;
        self
    }

    /// Says failures in the words of Kubernetes.
    #[must_use]
    pub fn for_kubernetes_clients(mut self) -> Self {
        self.for_kubernetes_clients = true;
        self
    }

    /// Every method that it takes.
    pub fn methods(&self) -> Vec<Method> {
        if self.every_method {
            [GET, Method::HEAD, POST, Method::PUT, PATCH, DELETE, Method::OPTIONS].into()
        } else {
            vec![self.method.clone()]
        }
    }

    /// The path as OpenAPI writes it, which knows no parameters of many segments.
    pub fn documented_path(&self) -> String {
        self.path.replace("{*", "{")
    }

    /// What the handler's documentation says of it, by path.
    pub fn documentation(&self) -> &Paths {
        &self.handler.1
    }

    /// The documented operation of a method, when method and path of the documentation are those of the table.
    pub fn operation(&self, method: &Method) -> Option<&Operation> {
        let item = self.documentation().paths.get(self.path)?;
        match method.as_str() {
            "GET" => item.get.as_ref(),
            "HEAD" => item.head.as_ref(),
            "OPTIONS" => item.options.as_ref(),
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
            path: self.path,
            access: self.access,
            any_content: self.any_content,
            body_limit: self.body_limit,
        };
        let handler = handler.route_layer(from_fn_with_state(guard, access::enforce));
        let handler = match self.audit {
            None => handler,
            Some(audit) => {
                let watch = audit_middleware::Watch {
                    app: app.clone(),
                    audit,
                    path: self.path,
                };
                handler.route_layer(from_fn_with_state(watch, audit_middleware::record))
            }
        };
        if self.for_kubernetes_clients {
            handler.route_layer(from_fn(kubernetes_status::answer))
        } else {
            handler
        }
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
