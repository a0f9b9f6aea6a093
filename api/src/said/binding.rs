//! Why a binding does not stand in a cluster as it should.

sentences! { "binding":
    BEING_WRITTEN = "being-written", "It is being written.";
    NOT_FOLLOWED = "not-followed", "The cluster is not followed yet.";
    CANNOT_WRITE = "cannot-write", "The cluster's rights cannot be written: {reason}";
    CANNOT_READ = "cannot-read", "The cluster's rights cannot be read: {reason}";
    NAMESPACE_MISSING = "namespace-missing", "The namespace {namespace} does not exist in this cluster yet.";
}
