//! Routes of clusters and of what runs in them.

use muster_api::access::Permission;
use muster_api::audit::AuditAction;
use utoipa_axum::routes;

use super::WhileViewing::{Asks, Withheld};
use super::{Access, DELETE, GET, LARGE_BODY, PATCH, POST, Route, route};
use crate::http::{
    actions, apply, clusters, deployments, kubeconfig, kubernetes_proxy, live, logs, objects, resources, shell,
};
use crate::resources::api_proxy;

use Access::{May, SignedIn};
use Permission::ManageClusters;

/// In the order of the documentation.
pub(super) fn table() -> Vec<Route> {
    vec![
        route(
            POST,
            "/api/v1/kubeconfig/inspect",
            May(ManageClusters),
            routes!(kubeconfig::inspect_kubeconfig),
        )
        .audit_refusals(AuditAction::ClusterAdded)
        .body_limit(LARGE_BODY),
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
        )
        .while_viewing(Withheld),
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
        route(GET, "/api/v1/live", SignedIn, routes!(live::open_live))
            .streaming()
            .while_viewing(Asks),
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
        .streaming()
        .while_viewing(Asks),
        // The shell writes its own events: it is opened, and ends, long after the socket was answered.
        route(
            GET,
            "/api/v1/clusters/{cluster}/resources/core/v1/pods/{namespace}/{name}/shell",
            SignedIn,
            routes!(shell::open_shell),
        )
        .audit_if_noted(AuditAction::ShellOpened)
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
            GET,
            "/api/v1/clusters/{cluster}/apply/{operation}",
            SignedIn,
            routes!(apply::read_apply),
        ),
        // What was written and what was not is in the event of the apply itself; this one says who stopped it.
        route(
            DELETE,
            "/api/v1/clusters/{cluster}/apply/{operation}",
            SignedIn,
            routes!(apply::cancel_apply),
        )
        .audit(AuditAction::Apply),
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
    ]
}
