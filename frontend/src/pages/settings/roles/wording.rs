//! Rules in words that can be read in a table.

use crate::i18n::text;
use muster_api::access::{Permission, Rule};

/// The verbs of reading: whoever lists in the console watches, too.
pub(super) const READ: [&str; 3] = ["get", "list", "watch"];

/// The verbs that have a box of their own in the form, besides those of reading.
pub(super) const CHANGES: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];

/// How a permission is written on the wire.
pub(super) fn permission_word(permission: Permission) -> String {
    serde_json::to_value(permission)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The verbs of a rule, those of reading as one word.
pub(super) fn verbs_in_words(verbs: &[String]) -> String {
    if verbs.iter().any(|verb| verb == "*") {
        return text::roles::verb::ALL.get().to_owned();
    }
    let reads_all = READ.iter().all(|read| verbs.iter().any(|verb| verb == read));
    let read = reads_all.then(|| text::roles::verb::READ.get().to_owned());
    let others = verbs
        .iter()
        .filter(|verb| !(reads_all && READ.contains(&verb.as_str())));
    let words: Vec<String> = read.into_iter().chain(others.cloned()).collect();
    words.join(", ")
}

/// The API groups of a rule; the core group by its name.
pub(super) fn groups_in_words(groups: &[String]) -> String {
    let words: Vec<String> = groups
        .iter()
        .map(|group| match group.as_str() {
            "" => "core".to_owned(),
            "*" => text::roles::ALL_GROUPS.get().to_owned(),
            group => group.to_owned(),
        })
        .collect();
    words.join(", ")
}

/// What a rule is about: resources, or paths that are none.
pub(super) fn resources_in_words(rule: &Rule) -> String {
    if !rule.non_resource_urls.is_empty() {
        return rule.non_resource_urls.join(", ");
    }
    let words: Vec<String> = rule
        .resources
        .iter()
        .map(|resource| match resource.as_str() {
            "*" => text::roles::ALL_RESOURCES.get().to_owned(),
            resource => resource.to_owned(),
        })
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbs(verbs: &[&str]) -> String {
        let verbs: Vec<String> = verbs.iter().map(|verb| (*verb).to_owned()).collect();
        verbs_in_words(&verbs)
    }

    #[test]
    fn reading_is_one_word_only_when_it_is_whole() {
        assert_eq!(verbs(&["watch", "get", "list", "patch"]), "read, patch");
        assert_eq!(verbs(&["get", "list"]), "get, list");
        assert_eq!(verbs(&["get", "*"]), text::roles::verb::ALL.get());
    }

    #[test]
    fn the_core_group_has_a_name() {
        assert_eq!(groups_in_words(&[String::new(), "apps".into()]), "core, apps");
    }

    #[test]
    fn permissions_are_written_as_the_server_writes_them() {
        assert_eq!(permission_word(Permission::ManageBindings), "manage-bindings");
    }
}
