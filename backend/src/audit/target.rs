//! What something was done to: an object of a cluster, a cluster, or a thing of the console itself.

use muster_api::object::ObjectReference;
use uuid::Uuid;

/// What something was done to. Whatever does not apply is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    pub(super) cluster_id: Option<Uuid>,
    pub(super) cluster: String,
    pub(super) group: String,
    pub(super) version: String,
    pub(super) resource: String,
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) subresource: String,
}

impl Target {
    /// A thing of the console itself: `tokens`, `users`.
    pub fn of_console(resource: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            resource: resource.into(),
            name: name.into(),
            ..Self::default()
        }
    }

    /// A cluster, or what is to be named in it; without an id when no such cluster is registered.
    pub fn in_cluster(id: Option<Uuid>, name: impl Into<String>) -> Self {
        Self {
            cluster_id: id,
            cluster: name.into(),
            ..Self::default()
        }
    }

    /// Of this kind; `core` for the empty group.
    #[must_use]
    pub fn of_kind(
        mut self,
        group: impl Into<String>,
        version: impl Into<String>,
        resource: impl Into<String>,
    ) -> Self {
        self.group = group.into();
        self.version = version.into();
        self.resource = resource.into();
        self
    }

    /// In this namespace; `-` and nothing for cluster-wide kinds.
    #[must_use]
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        if self.namespace == "-" {
            self.namespace.clear();
        }
        self
    }

    /// With this name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// This subresource of it: `exec`, `log`, `scale`.
    #[must_use]
    pub fn subresource(mut self, subresource: impl Into<String>) -> Self {
        self.subresource = subresource.into();
        self
    }

    /// The cluster's id.
    pub fn cluster_id(&self) -> Option<Uuid> {
        self.cluster_id
    }

    /// The cluster's name.
    pub fn cluster_name(&self) -> &str {
        &self.cluster
    }
}

/// An object of a cluster, which the reference does not name.
impl From<&ObjectReference> for Target {
    fn from(object: &ObjectReference) -> Self {
        Self::default()
            .of_kind(&object.group, &object.version, &object.resource)
            .in_namespace(object.namespace.as_deref().unwrap_or_default())
            .named(&object.name)
    }
}
