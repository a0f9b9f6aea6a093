//! Rules taken apart, down to one verb on one thing.
//!
//! A single rule lies either entirely within another rule or has something that this one does not
//! allow, whatever else is allowed beside it: `*` also stands for what nobody has named. So rules can be
//! compared single by single. This is how Kubernetes keeps people from granting more than they have
//! (`Covers` in `k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go`).

use crate::PolicyRule;
use crate::matching::{ALL, path_covers};

/// One verb on one resource or path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Single<'r> {
    Resource {
        verb: &'r str,
        group: &'r str,
        resource: &'r str,
        /// None for all names.
        name: Option<&'r str>,
    },
    Path {
        verb: &'r str,
        path: &'r str,
    },
}

/// The single rules that a rule consists of.
pub(crate) fn singles(rule: &PolicyRule) -> Vec<Single<'_>> {
    let names: Vec<Option<&str>> = if rule.resource_names.is_empty() {
        vec![None]
    } else {
        rule.resource_names.iter().map(|name| Some(&**name)).collect()
    };
    let mut singles = Vec::new();
    for group in &rule.api_groups {
        for resource in &rule.resources {
            for verb in &rule.verbs {
                singles.extend(names.iter().map(|name| Single::Resource {
                    verb,
                    group,
                    resource,
                    name: *name,
                }));
            }
        }
    }
    for path in &rule.non_resource_urls {
        singles.extend(rule.verbs.iter().map(|verb| Single::Path { verb, path }));
    }
    singles
}

impl Single<'_> {
    /// Whether a rule allows all that this one does.
    pub(crate) fn is_covered_by(self, rule: &PolicyRule) -> bool {
        let has = |known: &[String], wanted: &str| known.iter().any(|known| known == ALL || known == wanted);
        match self {
            Self::Resource {
                verb,
                group,
                resource,
                name,
            } => {
                has(&rule.verbs, verb)
                    && has(&rule.api_groups, group)
                    && rule.resources.iter().any(|known| resource_covers(known, resource))
                    && name.map_or(rule.resource_names.is_empty(), |name| rule.admits_name(name))
            }
            Self::Path { verb, path } => {
                has(&rule.verbs, verb)
                    && rule.resource_names.is_empty()
                    && rule.non_resource_urls.iter().any(|known| path_covers(known, path))
            }
        }
    }

    /// The same as a rule of its own.
    pub(crate) fn to_rule(self) -> PolicyRule {
        match self {
            Self::Resource {
                verb,
                group,
                resource,
                name,
            } => PolicyRule {
                verbs: vec![verb.into()],
                api_groups: vec![group.into()],
                resources: vec![resource.into()],
                resource_names: name.map(Into::into).into_iter().collect(),
                non_resource_urls: Vec::new(),
            },
            Self::Path { verb, path } => PolicyRule {
                verbs: vec![verb.into()],
                non_resource_urls: vec![path.into()],
                ..PolicyRule::default()
            },
        }
    }
}

/// Whether a rule's resource stands for this one of another rule.
fn resource_covers(known: &str, resource: &str) -> bool {
    let same_subresource = || {
        let (_, subresource) = resource.split_once('/')?;
        let known = known.strip_prefix(ALL)?.strip_prefix('/')?;
        Some(known == subresource)
    };
    known == ALL || known == resource || same_subresource().unwrap_or(false)
}
