//! One line of the table of routes: what stands there about a route, and the guards that are made of it.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::MethodRouter;
use http::Method;
use muster_api::access::Permission;
use muster_api::audit::AuditAction;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::UtoipaMethodRouter;

use super::{DELETE, GET, PATCH, POST, PUT, USUAL_BODY};
use crate::app::App;
use crate::http::middleware::audit::{self as audit_middleware, RouteAudit, When};
use crate::http::middleware::{access, deadline, kubernetes_status};

/// How long a plain request may take.
const DEADLINE: Duration = Duration::from_secs(60);

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

/// What a route does for an administrator who looks at the console as somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhileViewing {
    /// It reads as that one. Other methods are refused, and so is every change of protocol: it could be a shell.
    Reads,
    /// It answers as that one, by whatever method or protocol: nothing can be changed by it.
    Asks,
    /// It is about who really asks.
    AsOneself,
    /// It is not for him at all: it gives what belongs to that one alone.
    Withheld,
}

/// One line of the table.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that the table says of a route"
)]
pub struct Route {
    /// The method; the first one of a route that takes every method.
    pub method: Method,
    /// Does it take every method?
    pub every_method: bool,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What it does for an administrator who looks at the console as somebody else.
    pub while_viewing: WhileViewing,
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
pub(super) fn route(method: Method, path: &'static str, access: Access, handler: UtoipaMethodRouter<App>) -> Route {
    Route {
        method,
        every_method: false,
        path,
        access,
        while_viewing: WhileViewing::Reads,
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

    /// Is different from other routes for an administrator who looks at the console as somebody else.
    #[must_use]
    pub fn while_viewing(mut self, what: WhileViewing) -> Self {
        self.while_viewing = what;
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
            [GET, Method::HEAD, POST, PUT, PATCH, DELETE, Method::OPTIONS].into()
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
    pub(super) fn guarded(self, app: &App) -> MethodRouter<App, Infallible> {
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
            while_viewing: self.while_viewing,
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
