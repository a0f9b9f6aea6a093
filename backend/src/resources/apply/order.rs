//! In which order the objects of a manifest are written: what others need comes first.

/// The kinds in the order in which they are written; kinds that are not named here (custom ones among them) are
/// written with the workloads.
const ORDER: &[&[&str]] = &[
    &["Namespace"],
    &["CustomResourceDefinition"],
    &[
        "PriorityClass",
        "StorageClass",
        "IngressClass",
        "GatewayClass",
        "RuntimeClass",
        "CSIDriver",
    ],
    &["ResourceQuota", "LimitRange", "NetworkPolicy"],
    &["ServiceAccount"],
    &["ClusterRole", "Role"],
    &["ClusterRoleBinding", "RoleBinding"],
    &["Secret", "ConfigMap", "PersistentVolume"],
    &["PersistentVolumeClaim"],
    &["Service"],
];
/// These act on what was written before them.
const LAST: &[&str] = &[
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "Ingress",
    "HTTPRoute",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The place of a kind in the order; equal places keep the manifest's order.
pub fn place(kind: &str) -> usize {
    let first = ORDER.iter().position(|kinds| kinds.contains(&kind));
    first.unwrap_or(if LAST.contains(&kind) {
        ORDER.len() + 1
    } else {
        ORDER.len()
    })
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn what_others_need_comes_first() {
        let order = [
            "Namespace",
            "CustomResourceDefinition",
            "ServiceAccount",
            "ConfigMap",
            "Service",
            "Deployment",
        ];
        assert!(order.is_sorted_by_key(|kind| place(kind)));
        assert_eq!(place("Gadget"), place("Deployment"));
        assert!(place("Ingress") > place("Deployment"));
    }
}
