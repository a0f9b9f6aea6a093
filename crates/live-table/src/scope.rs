//! Which part of a table a question is about, and which part its asker may see.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A set of places: clusters, and namespaces in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Every row of every cluster.
    #[default]
    Everything,
    /// These clusters, by id, and in each of them these namespaces.
    Clusters(HashMap<Arc<str>, Namespaces>),
}

/// A set of namespaces of one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Namespaces {
    /// All of them, and the rows that are in none.
    All,
    /// These; never the rows that are in none.
    Only(HashSet<Arc<str>>),
}

/// The rows that a query may answer: those that lie in *all* of its parts. A new scope has no part
/// and covers everything.
///
/// ```
/// # use live_table::{Scope, Reach};
/// # let allowed = Reach::Everything;
/// // What this identity may list, of which the namespace `shop` of any cluster was asked for.
/// let scope = Scope::of(allowed).in_namespaces(["shop"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    reaches: Vec<Arc<Reach>>,
    clusters: Option<HashSet<Arc<str>>>,
    namespaces: Option<HashSet<Arc<str>>>,
}

impl Scope {
    /// Every row.
    pub fn everything() -> Self {
        Self::default()
    }

    /// The rows in this reach. Give an `Arc` when many queries share it.
    pub fn of(reach: impl Into<Arc<Reach>>) -> Self {
        Self::default().and(reach)
    }

    /// Only what is also in this reach.
    #[must_use]
    pub fn and(mut self, reach: impl Into<Arc<Reach>>) -> Self {
        let reach = reach.into();
        if *reach != Reach::Everything {
            self.reaches.push(reach);
        }
        self
    }

    /// Only rows of these clusters, by id. Naming none is asking for none.
    #[must_use]
    pub fn in_clusters<S: Into<Arc<str>>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        narrow(&mut self.clusters, ids);
        self
    }

    /// Only rows in namespaces of these names, whatever their cluster. Naming none is asking for none.
    #[must_use]
    pub fn in_namespaces<S: Into<Arc<str>>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        narrow(&mut self.namespaces, names);
        self
    }

    /// Whether a row of this place is in the scope.
    pub fn contains(&self, cluster: &str, namespace: Option<&str>) -> bool {
        self.in_cluster(cluster).contains(namespace)
    }

    /// What the scope says of one cluster.
    pub(crate) fn in_cluster(&self, cluster: &str) -> InCluster<'_> {
        let mut namespaces = Vec::from_iter(&self.namespaces);
        let mut reached = self.clusters.as_ref().is_none_or(|ids| ids.contains(cluster));
        for reach in &self.reaches {
            match &**reach {
                Reach::Everything => {}
                Reach::Clusters(clusters) => match clusters.get(cluster) {
                    None => reached = false,
                    Some(Namespaces::All) => {}
                    Some(Namespaces::Only(names)) => namespaces.push(names),
                },
            }
        }
        InCluster { reached, namespaces }
    }

    pub(crate) fn is_everything(&self) -> bool {
        self.clusters.is_none() && self.namespaces.is_none() && self.reaches.is_empty()
    }
}

/// The part of a scope that lies in one cluster.
pub(crate) struct InCluster<'s> {
    reached: bool,
    /// A row's namespace must be in all of these sets; without any, it needs none.
    namespaces: Vec<&'s HashSet<Arc<str>>>,
}

impl InCluster<'_> {
    pub(crate) fn contains(&self, namespace: Option<&str>) -> bool {
        let listed = |names: &&HashSet<Arc<str>>| namespace.is_some_and(|name| names.contains(name));
        self.reached && self.namespaces.iter().all(listed)
    }
}

/// Keeps what is in both sets.
fn narrow<S: Into<Arc<str>>>(known: &mut Option<HashSet<Arc<str>>>, names: impl IntoIterator<Item = S>) {
    let names = names.into_iter().map(Into::into);
    *known = Some(match known.take() {
        None => names.collect(),
        Some(known) => names.filter(|name| known.contains(name)).collect(),
    });
}
