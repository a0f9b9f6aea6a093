//! One value for all that an identity may do.
//!
//! Rules are taken apart (see [`crate::single`]), and what lies within something else is left out: what
//! remains is the same for all ways to write the same rights.

use std::fmt;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use sha2::{Digest, Sha256};

use crate::matching::{ALL, path_covers};
use crate::single::{Single, singles};
use crate::{Access, PolicyRule, Reach};

/// Tells whether two accesses may differ; see [`Access::fingerprint`]. It means the same in every
/// process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Its bytes, to put into another hash or to store.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Fingerprint(")?;
        for byte in &self.0[..8] {
            write!(formatter, "{byte:02x}")?;
        }
        formatter.write_str("…)")
    }
}

/// The fingerprint of an access.
pub(crate) fn of(access: &Access) -> Fingerprint {
    let everywhere = Rights::of(access, &access.roles_everywhere());
    let mut digest = Sha256::new();
    digest.update(everywhere.digest(&Rights::default()));
    for (namespace, rights) in by_namespace(access, &everywhere) {
        text(&mut digest, &namespace);
        digest.update(rights);
    }
    digest.update(visible(access));
    Fingerprint(digest.finalize().into())
}

/// The digests of what is allowed in each namespace beyond what is allowed everywhere, in order.
fn by_namespace(access: &Access, everywhere: &Rights<'_>) -> Vec<(Arc<str>, [u8; 32])> {
    let nothing = Rights::default().digest(everywhere);
    // Most namespaces are like others: their rights are compared once.
    let mut known: HashMap<Vec<usize>, [u8; 32]> = HashMap::new();
    let mut digests = Vec::new();
    for (namespace, roles) in access.roles_by_namespace() {
        let digest = *known.entry(roles).or_insert_with_key(|roles| {
            let mut rights = Rights::of(access, roles);
            // Requests on paths are in no namespace.
            rights.paths.clear();
            rights.digest(everywhere)
        });
        if digest != nothing {
            digests.push((Arc::clone(namespace), digest));
        }
    }
    digests.sort_unstable();
    digests
}

fn visible(access: &Access) -> [u8; 32] {
    let mut digest = Sha256::new();
    match access.visible_namespaces() {
        Reach::Everything => digest.update([1]),
        Reach::Only { namespaces } => {
            let mut namespaces: Vec<Arc<str>> = namespaces.into_iter().collect();
            namespaces.sort_unstable();
            digest.update([0]);
            for namespace in namespaces {
                text(&mut digest, &namespace);
            }
        }
    }
    digest.finalize().into()
}

/// Single rules, each once.
#[derive(Default)]
struct Rights<'r> {
    resources: HashSet<Single<'r>>,
    /// Verb and path.
    paths: HashSet<(&'r str, &'r str)>,
    wildcards: Wildcards<'r>,
}

/// Which wildcards the resources have at all: most have none, and then nothing is looked for.
#[derive(Default)]
struct Wildcards<'r> {
    verb: Option<&'r str>,
    group: Option<&'r str>,
    resource: Option<&'r str>,
    /// Whether there is a `*/subresource`.
    of_subresources: bool,
}

impl<'r> Rights<'r> {
    fn of(access: &'r Access, roles: &[usize]) -> Self {
        let mut rights = Self::default();
        roles
            .iter()
            .flat_map(|role| access.rules_of(*role))
            .for_each(|rule| rights.add(rule));
        rights
    }

    fn add(&mut self, rule: &'r PolicyRule) {
        for single in singles(rule) {
            match single {
                Single::Resource {
                    verb, group, resource, ..
                } => {
                    let wildcards = &mut self.wildcards;
                    wildcards.verb = wildcards.verb.or((verb == ALL).then_some(verb));
                    wildcards.group = wildcards.group.or((group == ALL).then_some(group));
                    wildcards.resource = wildcards.resource.or((resource == ALL).then_some(resource));
                    wildcards.of_subresources |= resource.starts_with("*/");
                    self.resources.insert(single);
                }
                Single::Path { verb, path } => {
                    self.paths.insert((verb, path));
                }
            }
        }
    }

    /// A digest of those single rules that lie neither within another one of these nor within these
    /// others.
    fn digest(&self, others: &Rights<'_>) -> [u8; 32] {
        let beyond = |single: &&Single<'_>| !self.covers(**single, true) && !others.covers(**single, false);
        let mut resources: Vec<&Single<'_>> = self.resources.iter().filter(beyond).collect();
        resources.sort_unstable();
        let mut digest = Sha256::new();
        for single in resources {
            if let Single::Resource {
                verb,
                group,
                resource,
                name,
            } = single
            {
                digest.update([0]);
                for part in [verb, group, resource] {
                    text(&mut digest, part);
                }
                digest.update([u8::from(name.is_some())]);
                text(&mut digest, name.unwrap_or_default());
            }
        }
        let mut paths: Vec<(&str, String)> = self
            .paths
            .iter()
            .filter(|path| !self.covers_path(path))
            .map(plain)
            .collect();
        paths.sort_unstable();
        paths.dedup();
        for (verb, path) in paths {
            digest.update([1]);
            text(&mut digest, verb);
            text(&mut digest, &path);
        }
        digest.finalize().into()
    }

    /// Whether one of the resources stands for all that this single rule does; with the flag, one that
    /// is not the same.
    fn covers(&self, single: Single<'_>, other: bool) -> bool {
        let Single::Resource {
            verb,
            group,
            resource,
            name,
        } = single
        else {
            return false;
        };
        let wildcards = &self.wildcards;
        let any_resource = resource.split_once('/').filter(|_| wildcards.of_subresources);
        let any_resource = any_resource.map(|(_, subresource)| format!("*/{subresource}"));
        let verbs = [Some(verb), wildcards.verb];
        let groups = [Some(group), wildcards.group];
        let resources = [Some(resource), any_resource.as_deref(), wildcards.resource];
        let names = [Some(name), name.map(|_| None)];
        for verb in verbs.into_iter().flatten() {
            for group in groups.into_iter().flatten() {
                for resource in resources.into_iter().flatten() {
                    for name in names.into_iter().flatten() {
                        let wider = Single::Resource {
                            verb,
                            group,
                            resource,
                            name,
                        };
                        if !(other && wider == single) && self.resources.contains(&wider) {
                            return true;
                        }
                    }
                }
            }
        }
        false
    }

    /// Whether another one of the paths stands for all that this one does.
    fn covers_path(&self, path: &(&str, &str)) -> bool {
        let covers = |known: &&(&str, &str)| (known.0 == ALL || known.0 == path.0) && path_covers(known.1, path.1);
        self.paths
            .iter()
            .filter(covers)
            .any(|known| plain(known) != plain(path))
    }
}

/// The same verb and path without stars that mean nothing: `/a**` is `/a*`.
fn plain<'r>((verb, path): &(&'r str, &str)) -> (&'r str, String) {
    let path = if path.ends_with('*') {
        format!("{}*", path.trim_end_matches('*'))
    } else {
        (*path).to_owned()
    };
    (verb, path)
}

/// Adds a text, and where it ends.
fn text(digest: &mut Sha256, text: &str) {
    digest.update(text);
    digest.update([0xff]); // Never a part of UTF-8.
}
