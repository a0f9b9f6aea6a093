//! What one identity may do in one cluster.

mod builder;
mod reach;

use std::sync::{Arc, OnceLock};

use hashbrown::HashMap;

pub(crate) use self::builder::AccessBuilder;
pub use self::reach::{Names, Reach, Visible};
use crate::matching::Kind;
use crate::policy::{Binding, Role};
use crate::{Attributes, Decision, Fingerprint, Grant, PolicyRule, fingerprint};

/// What one identity may do in one cluster, as it was when [`Policy::access_of`](crate::Policy::access_of)
/// was asked. The default is that of somebody who may do nothing.
///
/// It never changes, and a clone is the same one.
#[derive(Clone, Debug, Default)]
pub struct Access {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Each role once.
    roles: Vec<Arc<Role>>,
    /// What is held everywhere, by the binding's name.
    everywhere: Vec<Held>,
    /// What is held in single namespaces; no list is empty.
    namespaces: HashMap<Arc<str>, Vec<Held>>,
    fingerprint: OnceLock<Fingerprint>,
}

/// A role that is held by a binding.
#[derive(Debug)]
struct Held {
    binding: Arc<Binding>,
    /// Which of the binding's subjects the identity is.
    subject: usize,
    /// Where the role stands in [`Inner::roles`].
    role: usize,
}

/// A rule, where it holds, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRule<'a> {
    /// None for everywhere.
    pub namespace: Option<&'a str>,
    /// What it allows there.
    pub rule: &'a PolicyRule,
    /// By which binding.
    pub grant: Grant,
}

impl Access {
    /// Whether this request is allowed, and by what.
    ///
    /// As the API server does, it takes the attributes as they are: see [`Attributes::as_requested`]
    /// for requests on a single namespace.
    pub fn decide(&self, asked: &Attributes<'_>) -> Decision {
        let kind = Kind::from(asked);
        let name = asked.name.unwrap_or_default();
        self.first(asked.namespace, |rule| rule.is_about(kind) && rule.admits_name(name))
    }

    /// Whether this verb (`get`, `post`, …) is allowed on a path that is no resource, such as `/metrics`.
    pub fn decide_non_resource(&self, verb: &str, path: &str) -> Decision {
        self.first(None, |rule| rule.allows_path(verb, path))
    }

    /// Every rule, those that hold everywhere first.
    pub fn rules(&self) -> impl Iterator<Item = HeldRule<'_>> {
        let mut namespaces: Vec<&str> = self.inner.namespaces.keys().map(|name| &**name).collect();
        namespaces.sort_unstable();
        let scopes = std::iter::once(None).chain(namespaces.into_iter().map(Some));
        scopes.flat_map(move |namespace| {
            let held = match namespace {
                None => &self.inner.everywhere[..],
                Some(_) => self.held_in(namespace),
            };
            held.iter().flat_map(move |held| {
                let rules = self.role(held).rules.iter();
                rules.map(move |rule| HeldRule {
                    namespace,
                    rule,
                    grant: held.binding.grant(held.subject),
                })
            })
        })
    }

    /// A value that differs exactly when the answer to some question may: two accesses are equal in it
    /// when they allow the same requests and show the same namespaces, whatever roles and rules that
    /// comes from. Found when first asked for.
    pub fn fingerprint(&self) -> Fingerprint {
        *self.inner.fingerprint.get_or_init(|| fingerprint::of(self))
    }

    /// The rules that count for requests in this namespace, or in none.
    pub(crate) fn rules_in(&self, namespace: Option<&str>) -> impl Iterator<Item = &PolicyRule> {
        let held = self.inner.everywhere.iter().chain(self.held_in(namespace));
        held.flat_map(|held| &self.role(held).rules)
    }

    /// The distinct roles that are held everywhere.
    pub(crate) fn roles_everywhere(&self) -> Vec<usize> {
        distinct_roles(&self.inner.everywhere)
    }

    /// The distinct roles that are held in single namespaces.
    pub(crate) fn roles_by_namespace(&self) -> impl Iterator<Item = (&Arc<str>, Vec<usize>)> {
        let namespaces = self.inner.namespaces.iter();
        namespaces.map(|(namespace, held)| (namespace, distinct_roles(held)))
    }

    /// The rules of a role by its number.
    pub(crate) fn rules_of(&self, role: usize) -> &[PolicyRule] {
        &self.inner.roles[role].rules
    }

    /// The decision by the first binding that has such a rule.
    fn first(&self, namespace: Option<&str>, allows: impl Fn(&PolicyRule) -> bool) -> Decision {
        let mut held = self.inner.everywhere.iter().chain(self.held_in(namespace));
        let found = held.find(|held| self.role(held).rules.iter().any(&allows));
        Decision {
            allowed: found.is_some(),
            by: found.map(|held| held.binding.grant(held.subject)),
        }
    }

    fn held_in(&self, namespace: Option<&str>) -> &[Held] {
        let held = namespace.and_then(|namespace| self.inner.namespaces.get(namespace));
        held.map_or(&[], Vec::as_slice)
    }

    fn role(&self, held: &Held) -> &Role {
        &self.inner.roles[held.role]
    }
}

fn distinct_roles(held: &[Held]) -> Vec<usize> {
    let mut roles: Vec<usize> = held.iter().map(|held| held.role).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
