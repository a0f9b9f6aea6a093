//! Which part of a table a question is about, and which part its asker may see.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A set of rows: clusters, namespaces in them, and single objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Every row of every cluster.
    #[default]
    Everything,
    /// Rows of these clusters, by id, and of each of them these.
    Clusters(HashMap<Arc<str>, Namespaces>),
}

/// A set of rows of one cluster, by namespace and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Namespaces {
    /// All namespaces, and the rows that are in none.
    All,
    /// The rows in these namespaces, and beside them these objects; no other row that is in none.
    Only {
        /// All rows in these.
        namespaces: HashSet<Arc<str>>,
        /// Rows that are meant by their names.
        objects: Objects,
    },
}

/// Single rows of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objects {
    /// Rows of these names, whatever their namespace, also those that are in none.
    pub anywhere: HashSet<Arc<str>>,
    /// Rows in these namespaces, of these names in each.
    pub in_namespaces: HashMap<Arc<str>, HashSet<Arc<str>>>,
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

impl Namespaces {
    /// The rows in these namespaces, and no others.
    pub fn only<S: Into<Arc<str>>>(namespaces: impl IntoIterator<Item = S>) -> Self {
        Self::Only {
            namespaces: namespaces.into_iter().map(Into::into).collect(),
            objects: Objects::default(),
        }
    }

    /// These objects, and no others.
    pub fn objects(objects: Objects) -> Self {
        Self::Only {
            namespaces: HashSet::new(),
            objects,
        }
    }
}

impl Objects {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.anywhere.is_empty() && self.in_namespaces.values().all(HashSet::is_empty)
    }
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

    /// Whether a row of this cluster, namespace and name is in the scope.
    pub fn contains(&self, cluster: &str, namespace: Option<&str>, name: &str) -> bool {
        self.in_cluster(cluster).at(namespace).contains(name)
    }

    /// What the scope says of one cluster.
    pub(crate) fn in_cluster(&self, cluster: &str) -> InCluster<'_> {
        let named = self.namespaces.iter();
        let mut parts: Vec<Part<'_>> = named
            .map(|namespaces| Part {
                namespaces,
                objects: None,
            })
            .collect();
        let mut reached = self.clusters.as_ref().is_none_or(|ids| ids.contains(cluster));
        for reach in &self.reaches {
            match &**reach {
                Reach::Everything => {}
                Reach::Clusters(clusters) => match clusters.get(cluster) {
                    None => reached = false,
                    Some(Namespaces::All) => {}
                    Some(Namespaces::Only { namespaces, objects }) => parts.push(Part {
                        namespaces,
                        objects: Some(objects),
                    }),
                },
            }
        }
        InCluster { reached, parts }
    }

    pub(crate) fn is_everything(&self) -> bool {
        self.clusters.is_none() && self.namespaces.is_none() && self.reaches.is_empty()
    }
}

/// The part of a scope that lies in one cluster.
pub(crate) struct InCluster<'s> {
    reached: bool,
    /// A row must be in all of these; without any, it need not be in a namespace.
    parts: Vec<Part<'s>>,
}

/// Namespaces, and single objects beside them.
struct Part<'s> {
    namespaces: &'s HashSet<Arc<str>>,
    objects: Option<&'s Objects>,
}

/// The part of a scope that lies in one namespace of a cluster, or beside all of them.
pub(crate) enum InPlace<'s> {
    Nothing,
    Everything,
    /// The rows whose name all of these have.
    Named(Vec<NamesInPlace<'s>>),
}

/// The names of one part of a scope.
pub(crate) struct NamesInPlace<'s> {
    anywhere: &'s HashSet<Arc<str>>,
    here: Option<&'s HashSet<Arc<str>>>,
}

impl<'s> InCluster<'s> {
    pub(crate) fn at(&self, namespace: Option<&str>) -> InPlace<'s> {
        if !self.reached {
            return InPlace::Nothing;
        }
        let listed = |part: &&Part<'s>| namespace.is_some_and(|name| part.namespaces.contains(name));
        let mut names = Vec::new();
        for part in self.parts.iter().filter(|part| !listed(part)) {
            match part.objects.and_then(|objects| objects.at(namespace)) {
                None => return InPlace::Nothing,
                Some(part) => names.push(part),
            }
        }
        if names.is_empty() {
            InPlace::Everything
        } else {
            InPlace::Named(names)
        }
    }
}

impl Objects {
    /// The names that count in a namespace or in none; none when no row there can have one of them.
    fn at(&self, namespace: Option<&str>) -> Option<NamesInPlace<'_>> {
        let here = namespace.and_then(|namespace| self.in_namespaces.get(namespace));
        let anywhere = &self.anywhere;
        (here.is_some() || !anywhere.is_empty()).then_some(NamesInPlace { anywhere, here })
    }
}

impl InPlace<'_> {
    /// Whether the row of this name is in it.
    pub(crate) fn contains(&self, name: &str) -> bool {
        let has = |names: &NamesInPlace<'_>| {
            names.here.is_some_and(|here| here.contains(name)) || names.anywhere.contains(name)
        };
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Named(parts) => parts.iter().all(has),
        }
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
