//! The names of RBAC objects as keys of maps.

use std::sync::Arc;

use hashbrown::Equivalent;

/// The name of an object. Without a namespace the object belongs to the whole cluster: that is what
/// tells a `ClusterRole` from a `Role` of the same name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    /// Empty for objects of the whole cluster.
    pub(crate) namespace: Arc<str>,
    pub(crate) name: Arc<str>,
}

/// The same as it is looked up. Its fields must be those of [`Key`], in their order: both hash alike.
#[derive(Clone, Copy, Hash)]
pub(crate) struct KeyOf<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
}

impl Equivalent<Key> for KeyOf<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.namespace == *key.namespace && *self.name == *key.name
    }
}
