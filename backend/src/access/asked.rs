//! What is asked of an API server, in words that outlive the request: what an open answer needs the right to.

use kube_access::Attributes;

/// One request on resources, as authorizers see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// `get`, `list`, `watch`, `create`, …
    pub verb: String,
    /// API group, empty for the core one.
    pub group: String,
    /// Plural name.
    pub resource: String,
    /// `log`, `exec`, …
    pub subresource: Option<String>,
    /// None for objects that are in no namespace, and for lists over all namespaces.
    pub namespace: Option<String>,
    /// None for requests that name no object.
    pub name: Option<String>,
}

impl Asked {
    /// A subresource of a pod: `log` is read, everything else is opened (`create`, also where an older API server would
    /// be content with `get`: kubernetes/kubernetes#78741).
    pub fn of_pod(subresource: &str, namespace: &str, name: &str) -> Self {
        Self {
            verb: if subresource == "log" { "get" } else { "create" }.to_owned(),
            resource: "pods".to_owned(),
            subresource: Some(subresource.to_owned()),
            namespace: Some(namespace.to_owned()),
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// The same, as it is judged.
    pub fn attributes(&self) -> Attributes<'_> {
        Attributes {
            verb: &self.verb,
            group: &self.group,
            resource: &self.resource,
            subresource: self.subresource.as_deref(),
            namespace: self.namespace.as_deref(),
            name: self.name.as_deref(),
        }
    }
}
