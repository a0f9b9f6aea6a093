//! Whether something is allowed, and why.

sentences! { "access":
    STILL_READ = "still-read", "The rights in this cluster could not be checked: they are still being read.";
    NOT_ASKED = "not-asked", "The cluster could not be asked: {reason}.";
    ALLOWED_BY_CLUSTER = "allowed-by-cluster", "Allowed by the cluster itself, which asks others beside RBAC.";
    ALLOWED_BY = "allowed-by", "Allowed by {grant}.";
    MISSING_IN_NAMESPACE = "missing-in-namespace",
        "This needs the right to {verb} {resource} in the namespace {namespace} of the cluster {cluster}.";
    MISSING_IN_CLUSTER = "missing-in-cluster", "This needs the right to {verb} {resource} in the cluster {cluster}.";
}
