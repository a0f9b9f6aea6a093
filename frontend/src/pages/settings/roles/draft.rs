//! What the role builder's form holds, and the rules and the request that it means.

use super::wording::{CHANGES, READ};
use crate::i18n::text;
use muster_api::access::{Role, RoleLevel, RoleRequest, Rule};
use muster_api::problem::FieldProblem;

/// One rule as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RuleDraft {
    /// API groups; `core` is the empty one.
    pub(super) groups: String,
    /// Plural names.
    pub(super) resources: String,
    /// All of reading?
    pub(super) read: bool,
    /// The other verbs with a box, by [`CHANGES`].
    pub(super) changes: [bool; CHANGES.len()],
    /// Every verb?
    pub(super) everything: bool,
    /// Verbs without a box.
    pub(super) other_verbs: String,
    /// Names of single objects.
    pub(super) names: String,
    /// Paths that are no resources.
    pub(super) urls: String,
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| character == ',' || character.is_whitespace());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

impl RuleDraft {
    /// The draft of a rule that is there.
    pub(super) fn of(rule: &Rule) -> Self {
        let has = |verb: &str| rule.verbs.iter().any(|other| other == verb);
        let read = READ.iter().all(|verb| has(verb));
        let boxed = |verb: &str| verb == "*" || CHANGES.contains(&verb) || (read && READ.contains(&verb));
        let others = rule
            .verbs
            .iter()
            .filter(|verb| !boxed(verb))
            .cloned()
            .collect::<Vec<_>>();
        let groups = rule
            .api_groups
            .iter()
            .map(|group| if group.is_empty() { "core" } else { group.as_str() });
        Self {
            groups: groups.collect::<Vec<_>>().join(", "),
            resources: rule.resources.join(", "),
            read,
            changes: CHANGES.map(has),
            everything: has("*"),
            other_verbs: others.join(", "),
            names: rule.resource_names.join(", "),
            urls: rule.non_resource_urls.join(", "),
        }
    }

    /// The rule that is meant.
    pub(super) fn rule(&self) -> Rule {
        let mut verbs = Vec::new();
        if self.everything {
            verbs.push("*".to_owned());
        } else {
            let read = READ.into_iter().filter(|_| self.read);
            let changes = CHANGES
                .into_iter()
                .zip(self.changes)
                .filter(|(_, on)| *on)
                .map(|(verb, _)| verb);
            verbs.extend(read.chain(changes).map(str::to_owned));
            for verb in words(&self.other_verbs) {
                if !verbs.contains(&verb) {
                    verbs.push(verb);
                }
            }
        }
        let resources = words(&self.resources);
        let core_when_unsaid = |groups: Vec<String>| {
            if groups.is_empty() && !resources.is_empty() {
                vec![String::new()]
            } else {
                groups
            }
        };
        let groups = words(&self.groups).into_iter();
        let groups = groups.map(|group| if group == "core" { String::new() } else { group });
        Rule {
            api_groups: core_when_unsaid(groups.collect()),
            resources,
            verbs,
            resource_names: words(&self.names),
            non_resource_urls: words(&self.urls),
        }
    }

    /// Adds a kind: its group and its name.
    pub(super) fn add(&mut self, group: &str, resource: &str) {
        let group = if group.is_empty() { "core" } else { group };
        for (field, word) in [(&mut self.groups, group), (&mut self.resources, resource)] {
            let mut all = words(field);
            if !all.iter().any(|other| other == word) {
                all.push(word.to_owned());
            }
            *field = all.join(", ");
        }
    }

    /// What is wrong with the rule, if anything; `path` names it.
    fn problems(&self, path: &str) -> Vec<FieldProblem> {
        let rule = self.rule();
        let mut problems = Vec::new();
        if rule.resources.is_empty() && rule.non_resource_urls.is_empty() {
            problems.push(FieldProblem::new(
                format!("{path}/resources"),
                "",
                text::roles::problem::RESOURCES.get(),
            ));
        }
        if !rule.resources.is_empty() && !rule.non_resource_urls.is_empty() {
            problems.push(FieldProblem::new(
                format!("{path}/nonResourceURLs"),
                "",
                text::roles::problem::EITHER.get(),
            ));
        }
        if rule.verbs.is_empty() {
            problems.push(FieldProblem::new(
                format!("{path}/verbs"),
                "",
                text::roles::problem::VERBS.get(),
            ));
        }
        problems
    }
}

/// The request that a role which is there would be made by.
pub(super) fn request_of(role: &Role) -> RoleRequest {
    RoleRequest {
        name: role.name.clone(),
        description: role.description.clone(),
        level: role.level,
        rules: role.rules.clone(),
        permissions: role.permissions.clone(),
        inherits: role.inherits.clone(),
    }
}

/// As the form's value carries it.
pub(super) const fn level_word(level: RoleLevel) -> &'static str {
    match level {
        RoleLevel::Global => "global",
        RoleLevel::Cluster => "cluster",
        RoleLevel::Namespace => "namespace",
    }
}

/// The level with this word.
pub(super) fn level_of(word: &str) -> RoleLevel {
    match word {
        "global" => RoleLevel::Global,
        "cluster" => RoleLevel::Cluster,
        _ => RoleLevel::Namespace,
    }
}

/// What is wrong with the form as far as the browser can tell.
pub(super) fn problems_of(request: &RoleRequest, rules: &[RuleDraft]) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if request.name.is_empty() {
        problems.push(FieldProblem::new("name", "required", text::bindings::REQUIRED.get()));
    }
    for (index, rule) in rules.iter().enumerate() {
        problems.extend(rule.problems(&format!("rules/{index}")));
    }
    let allows_nothing = rules.is_empty() && request.permissions.is_empty() && request.inherits.is_empty();
    if allows_nothing {
        problems.push(FieldProblem::new("rules", "", text::roles::problem::NOTHING.get()));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(groups: &[&str], resources: &[&str], verbs: &[&str]) -> Rule {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Rule {
            api_groups: owned(groups),
            resources: owned(resources),
            verbs: owned(verbs),
            ..Rule::default()
        }
    }

    #[test]
    fn a_rule_comes_out_of_the_form_as_it_went_in() {
        for rule in [
            rule(&[""], &["pods", "pods/log"], &["get", "list", "watch", "create"]),
            rule(&["apps"], &["deployments"], &["get", "impersonate"]),
            rule(&["*"], &["*"], &["*"]),
        ] {
            assert_eq!(RuleDraft::of(&rule).rule(), rule);
        }
    }

    #[test]
    fn picking_a_kind_adds_its_group_once() {
        let mut draft = RuleDraft::default();
        draft.add("", "pods");
        draft.add("apps", "deployments");
        draft.add("apps", "statefulsets");
        assert_eq!(draft.groups, "core, apps");
        assert_eq!(draft.rule().resources, ["pods", "deployments", "statefulsets"]);
    }

    #[test]
    fn a_rule_must_say_what_and_how() {
        let request = RoleRequest {
            name: "reader".into(),
            description: String::new(),
            level: RoleLevel::Namespace,
            rules: Vec::new(),
            permissions: Vec::new(),
            inherits: Vec::new(),
        };
        let fields = |rules: &[RuleDraft]| {
            let problems = problems_of(&request, rules).into_iter();
            problems.map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(fields(&[]), ["rules"]);
        assert_eq!(fields(&[RuleDraft::default()]), ["rules/0/resources", "rules/0/verbs"]);
        assert_eq!(
            fields(&[RuleDraft::of(&rule(&[""], &["pods"], &["get"]))]),
            [] as [&str; 0]
        );
    }
}
