//! Whether one rule allows one request.
//!
//! Each function is its namesake of `pkg/apis/rbac/v1/evaluation_helpers.go` in Kubernetes: everything
//! is compared exactly, `*` stands for all where it stands alone, and nowhere else except in
//! `*/subresource` and at the end of a path.

use crate::{Attributes, PolicyRule};

/// Stands for every verb, group, resource or path.
pub(crate) const ALL: &str = "*";

/// What of an object's kind is asked for, without saying where or of which name.
#[derive(Clone, Copy)]
pub(crate) struct Kind<'a> {
    pub(crate) verb: &'a str,
    pub(crate) group: &'a str,
    pub(crate) resource: &'a str,
    /// Empty for the resource itself.
    pub(crate) subresource: &'a str,
}

impl<'a> From<&Attributes<'a>> for Kind<'a> {
    fn from(asked: &Attributes<'a>) -> Self {
        Self {
            verb: asked.verb,
            group: asked.group,
            resource: asked.resource,
            subresource: asked.subresource.unwrap_or_default(),
        }
    }
}

impl<'a> Kind<'a> {
    /// The namespaces themselves.
    pub(crate) fn of_namespaces(verb: &'a str) -> Self {
        Self {
            verb,
            group: "",
            resource: "namespaces",
            subresource: "",
        }
    }

    /// Whether such a request is about many objects. Then the one that names none is about all of
    /// them; with other verbs, no request is.
    pub(crate) fn is_about_many(self) -> bool {
        self.subresource.is_empty() && matches!(self.verb, "list" | "watch" | "create" | "deletecollection")
    }
}

impl PolicyRule {
    /// Whether the rule is about such requests, for some name at least.
    pub(crate) fn is_about(&self, kind: Kind<'_>) -> bool {
        verb_matches(self, kind.verb) && group_matches(self, kind.group) && resource_matches(self, kind)
    }

    /// Whether the rule allows such requests for this name; the empty one is that of a request that
    /// names no object.
    pub(crate) fn admits_name(&self, name: &str) -> bool {
        self.resource_names.is_empty() || self.resource_names.iter().any(|known| known == name)
    }

    /// Whether the rule allows such requests for every object. A rule for certain names does not,
    /// unless the empty name is one of them and the request that names none is about all.
    pub(crate) fn admits_all(&self, kind: Kind<'_>) -> bool {
        self.resource_names.is_empty() || kind.is_about_many() && self.admits_name("")
    }

    /// Whether the rule allows this verb on a path that is no resource.
    pub(crate) fn allows_path(&self, verb: &str, path: &str) -> bool {
        verb_matches(self, verb) && self.non_resource_urls.iter().any(|known| path_covers(known, path))
    }

    /// Whether the rule says anything about resources.
    pub(crate) fn is_about_resources(&self) -> bool {
        !(self.verbs.is_empty() || self.api_groups.is_empty() || self.resources.is_empty())
    }
}

fn verb_matches(rule: &PolicyRule, verb: &str) -> bool {
    rule.verbs.iter().any(|known| known == ALL || known == verb)
}

fn group_matches(rule: &PolicyRule, group: &str) -> bool {
    rule.api_groups.iter().any(|known| known == ALL || known == group)
}

fn resource_matches(rule: &PolicyRule, kind: Kind<'_>) -> bool {
    let matches = |known: &str| {
        if known == ALL {
            return true;
        }
        if kind.subresource.is_empty() {
            return known == kind.resource;
        }
        known
            .strip_suffix(kind.subresource)
            .and_then(|rest| rest.strip_suffix('/'))
            .is_some_and(|resource| resource == ALL || resource == kind.resource)
    };
    rule.resources.iter().any(|known| matches(known))
}

/// Whether a rule's path stands for this one, which may itself be a rule's. A `*` at the end stands for
/// any rest, and several there for no more than one.
pub(crate) fn path_covers(known: &str, path: &str) -> bool {
    known == path || known.ends_with('*') && path.starts_with(known.trim_end_matches('*'))
}
