//! Routes of the server itself: the audit log, the description of the interface, health.

use muster_api::access::Permission;
use muster_api::audit::AuditAction;
use utoipa_axum::routes;

use super::{Access, GET, Route, route};
use crate::http::{audit, health, openapi, recordings};

use Access::{May, Public};
use Permission::ReadAudit;

/// In the order of the documentation.
pub(super) fn table() -> Vec<Route> {
    vec![
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
        route(
            GET,
            "/api/v1/audit/recordings/{id}",
            May(ReadAudit),
            routes!(recordings::read_recording),
        )
        .audit(AuditAction::AuditExported)
        .streaming(),
        route(GET, "/api/v1/openapi.json", Public, routes!(openapi::read_openapi)),
        route(GET, "/api/docs", Public, routes!(openapi::read_documentation)),
        route(GET, "/healthz", Public, routes!(health::read_liveness)),
        route(GET, "/readyz", Public, routes!(health::read_readiness)),
        route(GET, "/metrics", Public, routes!(health::read_metrics)),
    ]
}
