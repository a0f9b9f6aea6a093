//! Where something is allowed, and for which names.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Access, Held};
use crate::PolicyRule;
use crate::matching::Kind;

/// Where something is allowed for all names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In the whole cluster: in every namespace, and outside of them.
    Everything,
    /// Only in some namespaces.
    Only {
        /// These; perhaps none.
        namespaces: HashSet<Arc<str>>,
    },
}

/// Objects that something is allowed for by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Wherever an object of such a name is, be it in no namespace.
    pub anywhere: HashSet<Arc<str>>,
    /// In these namespaces; no set is empty.
    pub in_namespaces: HashMap<Arc<str>, HashSet<Arc<str>>>,
}

/// Which objects of a kind something is allowed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visible {
    /// All of them.
    Everything,
    /// Those that one of these parts has.
    Only {
        /// All objects in these namespaces.
        namespaces: HashSet<Arc<str>>,
        /// And single ones.
        names: Names,
    },
}

impl Reach {
    /// Whether it is allowed in this namespace, or in none.
    pub fn contains(&self, namespace: Option<&str>) -> bool {
        match self {
            Self::Everything => true,
            Self::Only { namespaces } => namespace.is_some_and(|namespace| namespaces.contains(namespace)),
        }
    }
}

impl Names {
    /// Whether an object is one of these.
    pub fn contains(&self, namespace: Option<&str>, name: &str) -> bool {
        let in_namespace = || self.in_namespaces.get(namespace?)?.get(name);
        self.anywhere.contains(name) || in_namespace().is_some()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.anywhere.is_empty() && self.in_namespaces.is_empty()
    }
}

impl Visible {
    /// Whether an object is one of these.
    pub fn contains(&self, namespace: Option<&str>, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Only { namespaces, names } => {
                let whole = namespace.is_some_and(|namespace| namespaces.contains(namespace));
                whole || names.contains(namespace, name)
            }
        }
    }
}

impl Access {
    /// Where this verb on this kind is allowed for *all* names: the namespaces in which
    /// [`decide`](Access::decide) allows any name, or, for verbs on many objects (`list`, `watch`,
    /// `create`, `deletecollection`), allows the request that names none.
    pub fn reach(&self, verb: &str, group: &str, resource: &str, subresource: Option<&str>) -> Reach {
        let kind = Kind {
            verb,
            group,
            resource,
            subresource: subresource.unwrap_or_default(),
        };
        self.reach_of(|rule| rule.is_about(kind) && rule.admits_all(kind))
    }

    /// The objects that this verb is allowed for by name, outside of the [`reach`](Access::reach).
    /// Within it names add nothing.
    pub fn names(&self, verb: &str, group: &str, resource: &str) -> Names {
        let kind = Kind {
            verb,
            group,
            resource,
            subresource: "",
        };
        let Reach::Only { namespaces: whole } = self.reach(verb, group, resource, None) else {
            return Names::default();
        };
        let by_role: Vec<Vec<&str>> = self.of_each_role(|rules| {
            let about = rules.iter().filter(|rule| rule.is_about(kind));
            // The empty name is that of requests which name nothing; no object is called so.
            let names = about.flat_map(|rule| &rule.resource_names).map(|name| &**name);
            names.filter(|name| !name.is_empty()).collect()
        });
        let collect = |held: &[Held]| held.iter().flat_map(|held| &by_role[held.role]).copied().collect();
        let anywhere: HashSet<&str> = collect(&self.inner.everywhere);
        let mut in_namespaces = HashMap::new();
        for (namespace, held) in self.inner.namespaces.iter().filter(|(name, _)| !whole.contains(*name)) {
            let names: HashSet<&str> = collect(held);
            let names: HashSet<Arc<str>> = names.difference(&anywhere).map(|name| (*name).into()).collect();
            if !names.is_empty() {
                in_namespaces.insert(Arc::clone(namespace), names);
            }
        }
        Names {
            anywhere: anywhere.into_iter().map(Into::into).collect(),
            in_namespaces,
        }
    }

    /// The objects of a kind that this verb is allowed for: the [`reach`](Access::reach) and the
    /// [`names`](Access::names) in one. For the kind `namespaces` these are names of namespaces, as
    /// [`namespaces`](Access::namespaces) finds them.
    pub fn visible(&self, verb: &str, group: &str, resource: &str) -> Visible {
        if (group, resource) == ("", "namespaces") {
            return match self.namespaces(verb) {
                Reach::Everything => Visible::Everything,
                Reach::Only { namespaces } => Visible::Only {
                    namespaces: HashSet::new(),
                    names: Names {
                        anywhere: namespaces,
                        in_namespaces: HashMap::new(),
                    },
                },
            };
        }
        match self.reach(verb, group, resource, None) {
            Reach::Everything => Visible::Everything,
            Reach::Only { namespaces } => Visible::Only {
                namespaces,
                names: self.names(verb, group, resource),
            },
        }
    }

    /// The namespaces, as objects, that this verb is allowed for. A `RoleBinding` in a namespace can
    /// allow to get that one, since the API server takes such a request for one in the namespace
    /// (see [`Attributes::as_requested`](crate::Attributes::as_requested)); it never allows to list any.
    pub fn namespaces(&self, verb: &str) -> Reach {
        let Reach::Only { namespaces: whole } = self.reach(verb, "", "namespaces", None) else {
            return Reach::Everything;
        };
        let Names {
            anywhere,
            in_namespaces,
        } = self.names(verb, "", "namespaces");
        let mut namespaces = anywhere;
        // The name of the only object that is asked for is in the path, and with it the namespace.
        if !Kind::of_namespaces(verb).is_about_many() {
            let own = in_namespaces
                .into_iter()
                .filter(|(namespace, names)| names.contains(namespace));
            namespaces.extend(own.map(|(namespace, _)| namespace));
            namespaces.extend(whole);
        }
        Reach::Only { namespaces }
    }

    /// The namespaces that the identity has something to do with: those in which a `RoleBinding` gives
    /// it a rule on resources, and those that it may get or list by name. Everything when it may get or
    /// list all of them.
    ///
    /// What it may do in a whole cluster without seeing its namespaces (list all pods) tells it none.
    pub fn visible_namespaces(&self) -> Reach {
        let mut visible = HashSet::new();
        for verb in ["get", "list"] {
            match self.namespaces(verb) {
                Reach::Everything => return Reach::Everything,
                Reach::Only { namespaces } => visible.extend(namespaces),
            }
        }
        let about_resources = self.of_each_role(|rules| rules.iter().any(PolicyRule::is_about_resources));
        visible.extend(self.namespaces_with(&about_resources));
        Reach::Only { namespaces: visible }
    }

    fn reach_of(&self, allows: impl Fn(&PolicyRule) -> bool) -> Reach {
        let allowing = self.of_each_role(|rules| rules.iter().any(&allows));
        if self.inner.everywhere.iter().any(|held| allowing[held.role]) {
            return Reach::Everything;
        }
        Reach::Only {
            namespaces: self.namespaces_with(&allowing).collect(),
        }
    }

    /// The namespaces in which one of the marked roles is held.
    fn namespaces_with(&self, marked: &[bool]) -> impl Iterator<Item = Arc<str>> {
        let namespaces = self.inner.namespaces.iter();
        let with = namespaces.filter(|(_, held)| held.iter().any(|held| marked[held.role]));
        with.map(|(namespace, _)| Arc::clone(namespace))
    }

    /// Asks each role once, by its number.
    fn of_each_role<'a, T>(&'a self, ask: impl Fn(&'a [PolicyRule]) -> T) -> Vec<T> {
        self.inner.roles.iter().map(|role| ask(&role.rules)).collect()
    }
}
