//! All requests that are tried: everything that generated rules speak of, and in each place one thing
//! that none speaks of.

use kube_access::Attributes;

const VERBS: [&str; 4] = ["get", "list", "create", "unheard-of"];
const GROUPS: [&str; 3] = ["", "apps", "unheard-of"];
const RESOURCES: [(&str, Option<&str>); 8] = [
    ("pods", None),
    ("pods", Some("log")),
    ("pods", Some("*")),
    ("pods", Some("unheard-of")),
    ("namespaces", None),
    ("unheard-of", None),
    ("unheard-of", Some("log")),
    ("unheard-of", Some("unheard-of")),
];
pub const NAMESPACES: [Option<&str>; 4] = [None, Some("red"), Some("blue"), Some("unheard-of")];
pub const NAMES: [Option<&str>; 5] = [None, Some("a"), Some("b"), Some("red"), Some("unheard-of")];
const PATHS: [&str; 9] = ["/a", "/a/b", "/a/b/c", "/a/c", "/ab", "/b", "/", "", "unheard-of"];

/// Every kind of request, without a namespace and name.
pub fn kinds() -> impl Iterator<Item = Attributes<'static>> {
    let of_verb = |verb| {
        GROUPS.into_iter().flat_map(move |group| {
            RESOURCES.into_iter().map(move |(resource, subresource)| Attributes {
                subresource,
                ..Attributes::new(verb, group, resource)
            })
        })
    };
    VERBS.into_iter().flat_map(of_verb)
}

/// Every request on resources.
pub fn asked() -> impl Iterator<Item = Attributes<'static>> {
    kinds().flat_map(|kind| {
        NAMESPACES.into_iter().flat_map(move |namespace| {
            NAMES.into_iter().map(move |name| Attributes {
                namespace,
                name,
                ..kind
            })
        })
    })
}

/// Every request on paths.
pub fn paths() -> impl Iterator<Item = (&'static str, &'static str)> {
    VERBS
        .into_iter()
        .flat_map(|verb| PATHS.into_iter().map(move |path| (verb, path)))
}
