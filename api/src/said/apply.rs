//! What became of objects that were to be written.

sentences! { "apply":
    OTHERS_REFUSED = "others-refused",
        "It was fine, but is not written because {count} other documents were refused."
        | "It was fine, but is not written because another document was refused.";
    NOT_WRITTEN_AFTER = "not-written-after", "It was not written because document {document} failed before.";
    NOT_WRITTEN_CANCELLED = "not-written-cancelled", "It was not written because the work was cancelled.";
    NOT_KNOWN = "not-known", "{reason}. It is not known whether this object was written.";
    EXISTS_ALREADY = "exists-already", "{kind} {name} exists already; it was left as it is.";
    NOTHING_TO_REPLACE = "nothing-to-replace", "There is no {kind} {name} to replace: apply or create it instead.";
    OWNED_BY_OTHERS = "owned-by-others",
        "Other field managers own fields that this would change: {managers}. Leave them out, or force it to take them over.";
    NO_NAMESPACE = "no-namespace",
        "The namespace {namespace} does not exist: create it first, or put it into the manifest.";
    NAMESPACE_GOES = "namespace-goes",
        "The namespace {namespace} is being deleted, nothing can be created in it: wait until it is gone, or choose another.";
    NOT_WRITABLE = "not-writable", "Objects of this kind cannot be written.";
    OTHER_UID = "other-uid",
        "The text carries metadata.uid of another object: remove metadata.uid and metadata.resourceVersion from it.";
    CHANGED_SINCE = "changed-since",
        "Somebody changed the object since the text was read: read it again and repeat the change.";
    NOT_TRIED = "not-tried", "It could not be tried before its namespace exists; it is checked when it is written ({reason}).";
    STOPPED = "stopped",
        "{written} of {total} objects were written, then document {document} failed and the rest was not tried. What was written stays.";
    CANCELLED = "cancelled", "It was cancelled after {written} of {total} objects were written. What was written stays.";
}
