//! What could not be read of a cluster, and may therefore be missing on a page.

sentences! { "not-seen":
    FIRST_ONLY = "first-only", "Only the first {most} {resource} were looked at.";
    EVENTS = "events", "Events could not be read: {reason}.";
    SOME_EVENTS = "some-events", "Events of {read} of {all} objects were read.";
    RESOURCE = "resource", "{resource} could not be read: {reason}.";

    OBJECT = "object", "{kind} {name} could not be read: {reason}.";
    OWNER_OF_UNKNOWN_KIND = "owner-of-unknown-kind",
        "The owner {kind} {name} could not be looked at: this cluster does not have the kind {kind} in {version}.";
    OWNER_GONE = "owner-gone", "The owner {kind} {name} is gone.";
    FIRST_CHILDREN = "first-children", "Only the first {most} of {all} children are shown.";
    FIRST_LINKS = "first-links", "Only the first {most} of {all} links are shown.";

    LOADING = "loading", "{resource} are still being read.";
    STALE = "stale", "{resource} are as they were at the last contact.";
    STALE_BECAUSE = "stale-because", "{resource} are as they were at the last contact: {reason}.";
    UNREACHABLE = "unreachable", "{resource} could not be read.";
    FORBIDDEN = "forbidden", "{resource} may not be read.";
    FORBIDDEN_BECAUSE = "forbidden-because", "{resource} may not be read: {reason}.";
    NOT_INSTALLED = "not-installed", "{resource} are not known to this cluster.";
}
