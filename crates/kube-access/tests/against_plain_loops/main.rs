//! Whatever happens to a policy, it answers as plain loops over all objects do.

mod generated;
mod model;
mod universe;

use std::collections::BTreeSet;

use generated::{Change, changes, identity, named_rules};
use kube_access::{Access, Attributes, HeldRule, Identity, Policy, PolicyRule, Reach, covers};
use model::Model;
use proptest::prelude::*;
use universe::{NAMES, NAMESPACES, asked, kinds, paths};

/// What is allowed in the whole universe, as one comparable value.
fn all_answers(access: &Access) -> (Vec<bool>, Vec<bool>, Reach) {
    let decisions = asked().map(|asked| access.decide(&asked).allowed).collect();
    let on_paths = paths().map(|(verb, path)| access.decide_non_resource(verb, path).allowed);
    (decisions, on_paths.collect(), access.visible_namespaces())
}

/// A policy with what is in a model, put in at once.
fn fresh(model: &Model) -> Policy {
    let mut policy = Policy::default();
    policy.replace_role_bindings(model.bindings.values().cloned());
    policy.replace_cluster_role_bindings(model.cluster_bindings.values().cloned());
    policy.replace_roles(model.roles.values().cloned());
    policy.replace_cluster_roles(model.cluster_roles.values().cloned());
    policy
}

fn filled(changes: &[Change]) -> (Policy, Model) {
    let (mut policy, mut model) = (Policy::default(), Model::default());
    for change in changes {
        change.apply(&mut policy);
        model.apply(change);
    }
    (policy, model)
}

/// Somebody who has exactly these rules, in this namespace or everywhere.
fn access_with(rules: &[PolicyRule], namespace: Option<&str>) -> Access {
    let mut policy = Policy::default();
    generated::give(&mut policy, rules, namespace);
    policy.access_of(&Identity {
        user: "owner".into(),
        groups: Vec::new(),
    })
}

/// Whether the request that names nothing is one for all objects.
fn is_about_many(asked: &Attributes<'_>) -> bool {
    asked.subresource.is_none() && ["list", "watch", "create", "deletecollection"].contains(&asked.verb)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decisions_are_those_of_plain_loops(changes in changes(1..40), identity in identity()) {
        let (policy, model) = filled(&changes);
        let access = policy.access_of(&identity);
        for asked in asked() {
            let decision = access.decide(&asked);
            prop_assert_eq!(decision.allowed, model.allows(&identity, &asked), "{:?}", asked);
            prop_assert_eq!(decision.by.is_some(), decision.allowed);
            if let Some(grant) = decision.by {
                prop_assert!(model.is_granted_by(&identity, &asked, &grant), "{:?} by {}", asked, grant);
            }
        }
        for (verb, path) in paths() {
            let allowed = access.decide_non_resource(verb, path).allowed;
            prop_assert_eq!(allowed, model.allows_path(&identity, verb, path), "{} {}", verb, path);
        }
        prop_assert_eq!(access.visible_namespaces(), model.visible_namespaces(&identity));
    }

    #[test]
    fn a_policy_that_was_changed_step_by_step_is_like_one_that_was_read_at_once(
        changes in changes(1..60),
        identities in prop::collection::vec(identity(), 3),
    ) {
        let (mut policy, mut model) = (Policy::default(), Model::default());
        for change in &changes {
            let accesses: Vec<Access> = identities.iter().map(|identity| policy.access_of(identity)).collect();
            let (revision, before) = (policy.revision(), model.clone());
            let changed = change.apply(&mut policy);
            model.apply(change);
            prop_assert_eq!(changed, policy.revision() > revision);
            prop_assert!(!changed || model != before, "nothing new is no change");
            let at_once = fresh(&model);
            for (identity, before) in identities.iter().zip(accesses) {
                let access = policy.access_of(identity);
                let told: Vec<HeldRule<'_>> = access.rules().collect();
                let at_once = at_once.access_of(identity);
                prop_assert_eq!(&told, &at_once.rules().collect::<Vec<_>>());
                prop_assert_eq!(access.fingerprint(), at_once.fingerprint());
                if !changed {
                    prop_assert_eq!(access.fingerprint(), before.fingerprint());
                }
            }
        }
    }

    #[test]
    fn a_reach_and_names_are_what_decisions_add_up_to(changes in changes(1..40), identity in identity()) {
        let access = filled(&changes).0.access_of(&identity);
        for kind in kinds() {
            let reach = access.reach(kind.verb, kind.group, kind.resource, kind.subresource);
            for namespace in NAMESPACES {
                let asked = Attributes { namespace, ..kind };
                // Nobody has heard of this name, so who may ask for it may ask for all.
                let any_name = access.decide(&asked.named("unheard-of")).allowed;
                let all = any_name || is_about_many(&asked) && access.decide(&asked).allowed;
                prop_assert_eq!(reach.contains(namespace), all, "{:?}", asked);
                if asked.subresource.is_some() {
                    continue;
                }
                let names = access.names(kind.verb, kind.group, kind.resource);
                for name in NAMES.into_iter().flatten() {
                    let by_name = !all && access.decide(&asked.named(name)).allowed;
                    prop_assert_eq!(!all && names.contains(namespace, name), by_name, "{:?} {}", asked, name);
                }
                let within = namespace.is_some_and(|namespace| names.in_namespaces.contains_key(namespace));
                prop_assert!(!(all && within), "names within a reach are left out");
            }
        }
    }

    #[test]
    fn what_is_visible_of_a_kind_is_what_may_be_asked_for(changes in changes(1..40), identity in identity()) {
        let access = filled(&changes).0.access_of(&identity);
        for kind in kinds().filter(|kind| kind.subresource.is_none()) {
            let visible = access.visible(kind.verb, kind.group, kind.resource);
            let reach = access.reach(kind.verb, kind.group, kind.resource, None);
            let of_namespaces = (kind.group, kind.resource) == ("", "namespaces");
            for namespace in NAMESPACES {
                for name in NAMES.into_iter().flatten() {
                    // Namespaces are in no namespace.
                    let namespace = namespace.filter(|_| !of_namespaces);
                    let asked = Attributes { namespace, name: Some(name), ..kind };
                    let asked = if of_namespaces { asked.as_requested() } else { asked };
                    let may = access.decide(&asked).allowed || reach.contains(namespace);
                    prop_assert_eq!(visible.contains(namespace, name), may, "{:?}", asked);
                }
            }
        }
    }

    #[test]
    fn fingerprints_are_equal_exactly_when_all_answers_are(
        changes in changes(1..25),
        more in changes(1..3),
        identities in prop::collection::vec(identity(), 2),
    ) {
        let (before, _) = filled(&changes);
        let mut after = before.clone();
        for change in &more {
            change.apply(&mut after);
        }
        let policies = [before, after];
        let accesses = policies.iter().flat_map(|policy| identities.iter().map(|identity| policy.access_of(identity)));
        let accesses: Vec<Access> = accesses.collect();
        let answers: Vec<_> = accesses.iter().map(all_answers).collect();
        for (at, one) in accesses.iter().enumerate() {
            for (other_at, other) in accesses.iter().enumerate().skip(at + 1) {
                let same = answers[at] == answers[other_at];
                prop_assert_eq!(one.fingerprint() == other.fingerprint(), same);
            }
        }
    }

    #[test]
    fn rules_that_are_written_otherwise_have_the_same_fingerprint(
        rules in named_rules(),
        namespace in prop::option::of(Just("red")),
        order in any::<prop::sample::Index>(),
    ) {
        let mut apart = covers(&Access::default(), &rules, None).err().unwrap_or_default();
        if !apart.is_empty() {
            let middle = order.index(apart.len());
            apart.rotate_left(middle);
        }
        let (one, other) = (access_with(&rules, namespace), access_with(&apart, namespace));
        prop_assert_eq!(all_answers(&one), all_answers(&other));
        prop_assert_eq!(one.fingerprint(), other.fingerprint());
    }

    #[test]
    fn rules_are_covered_exactly_when_they_allow_nothing_new(
        owned in named_rules(),
        wanted in named_rules(),
        owned_in in prop::option::of(Just("red")),
        wanted_in in prop::option::of(Just("red")),
    ) {
        let owner = access_with(&owned, owned_in);
        let allowed_by = |rules: &[PolicyRule]| -> BTreeSet<usize> {
            let access = access_with(rules, wanted_in);
            let (decisions, on_paths, _) = all_answers(&access);
            // In a namespace paths are never given, so what is wanted there is compared as it is written.
            let on_paths = if wanted_in.is_some() { all_answers(&access_with(rules, None)).1 } else { on_paths };
            let allowed = decisions.into_iter().chain(on_paths).enumerate();
            allowed.filter(|(_, allowed)| *allowed).map(|(at, _)| at).collect()
        };
        let rules_there: Vec<PolicyRule> =
            if owned_in.is_none() || owned_in == wanted_in { owned.clone() } else { Vec::new() };
        let had = allowed_by(&rules_there);
        match covers(&owner, &wanted, wanted_in) {
            Ok(()) => prop_assert!(allowed_by(&wanted).is_subset(&had)),
            Err(lacking) => {
                for rule in lacking {
                    let one = allowed_by(std::slice::from_ref(&rule));
                    prop_assert!(!one.is_subset(&had), "{:?} is covered", rule);
                }
            }
        }
    }
}
