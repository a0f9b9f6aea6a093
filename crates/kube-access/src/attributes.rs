//! What is asked for: one request as authorizers see it.

use crate::matching::Kind;

/// One request on resources. Absent parts and empty texts mean the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Attributes<'a> {
    /// `get`, `list`, `create`, …
    pub verb: &'a str,
    /// The API group; empty for the core group.
    pub group: &'a str,
    /// The resource in the plural, such as `pods`.
    pub resource: &'a str,
    /// Such as the `log` of `pods/log`.
    pub subresource: Option<&'a str>,
    /// None for objects that are in no namespace, and for lists over all namespaces.
    pub namespace: Option<&'a str>,
    /// None for requests that name no object: lists, and creations (whose name is only in the body).
    /// A list that selects `metadata.name` does name one.
    pub name: Option<&'a str>,
}

impl<'a> Attributes<'a> {
    /// A request in no namespace that names no object.
    pub fn new(verb: &'a str, group: &'a str, resource: &'a str) -> Self {
        Self {
            verb,
            group,
            resource,
            ..Self::default()
        }
    }

    /// The same on a subresource.
    #[must_use]
    pub fn on(self, subresource: &'a str) -> Self {
        Self {
            subresource: Some(subresource),
            ..self
        }
    }

    /// The same in a namespace.
    #[must_use]
    pub fn in_namespace(self, namespace: &'a str) -> Self {
        Self {
            namespace: Some(namespace),
            ..self
        }
    }

    /// The same for one object.
    #[must_use]
    pub fn named(self, name: &'a str) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }

    /// The attributes that the API server reads off the address of this request: one for a single
    /// namespace, `/api/v1/namespaces/shop`, counts as one *in* that namespace. So a `RoleBinding` in
    /// `shop` can allow to get `shop`, though namespaces are in no namespace.
    ///
    /// ```
    /// # use kube_access::Attributes;
    /// let get = Attributes::new("get", "", "namespaces").named("shop");
    /// assert_eq!(get.as_requested(), get.in_namespace("shop"));
    /// ```
    #[must_use]
    pub fn as_requested(self) -> Self {
        // A list of namespaces that selects one by name has that name in its query, not in its path.
        let in_path = !Kind::from(&self).is_about_many();
        match self.name {
            Some(name) if self.resource == "namespaces" && in_path => self.in_namespace(name),
            _ => self,
        }
    }
}
