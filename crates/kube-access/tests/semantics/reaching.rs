//! Where something is allowed, and when that has changed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kube_access::{Names, Reach, Visible};
use serde_json::json;

use crate::*;

fn set(names: &[&str]) -> HashSet<Arc<str>> {
    names.iter().map(|name| (*name).into()).collect()
}

fn only(namespaces: &[&str]) -> Reach {
    Reach::Only {
        namespaces: set(namespaces),
    }
}

/// Pods everywhere for administrators, in two namespaces for developers; one config map by name.
fn sample() -> Policy {
    policy(json!([
        cluster_role(
            "pods",
            &json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "get"]}])
        ),
        cluster_role(
            "all",
            &json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}])
        ),
        cluster_role(
            "settings",
            &json!([{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["settings"], "verbs": ["get"]}])
        ),
        cluster_role(
            "one-namespace",
            &json!([{"apiGroups": [""], "resources": ["namespaces"], "resourceNames": ["lab"], "verbs": ["get"]}])
        ),
        cluster_role(
            "own-namespace",
            &json!([{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]}])
        ),
        within("shop", "pods", ["ClusterRole", "pods"], &group("developers")),
        within("shop", "settings", ["ClusterRole", "settings"], &group("developers")),
        within("bank", "pods", ["ClusterRole", "pods"], &user("jane")),
        within("bank", "own", ["ClusterRole", "own-namespace"], &user("jane")),
        everywhere("settings", ["ClusterRole", "settings"], &group("support")),
        everywhere("lab", ["ClusterRole", "one-namespace"], &group("support")),
        everywhere("admin", ["ClusterRole", "all"], &group("administrators")),
    ]))
}

#[test]
fn a_reach_has_the_namespaces_where_all_objects_are_allowed() {
    let policy = sample();
    let jane = policy.access_of(&identity("jane", &["developers"]));
    assert_eq!(jane.reach("list", "", "pods", None), only(&["bank", "shop"]));
    assert_eq!(jane.reach("list", "", "pods", Some("log")), only(&[]));
    assert_eq!(
        jane.reach("get", "", "configmaps", None),
        only(&[]),
        "one of them is not all"
    );
    assert_eq!(jane.reach("list", "apps", "pods", None), only(&[]));
    let administrator = policy.access_of(&identity("ann", &["administrators", "developers"]));
    assert_eq!(administrator.reach("list", "", "pods", None), Reach::Everything);
    assert!(administrator.reach("list", "", "nodes", None).contains(None));
    assert!(jane.reach("list", "", "pods", None).contains(Some("shop")));
    assert!(
        !jane.reach("list", "", "pods", None).contains(None),
        "what is in no namespace needs all"
    );
}

#[test]
fn objects_that_are_allowed_by_name_are_found() {
    let policy = sample();
    let in_shop = Names {
        anywhere: set(&[]),
        in_namespaces: HashMap::from([("shop".into(), set(&["settings"]))]),
    };
    let jane = policy.access_of(&identity("jane", &["developers"]));
    assert_eq!(jane.names("get", "", "configmaps"), in_shop);
    assert!(jane.names("list", "", "configmaps").is_empty());
    let both = policy.access_of(&identity("jane", &["developers", "support"]));
    let everywhere = both.names("get", "", "configmaps");
    assert_eq!(everywhere.anywhere, set(&["settings"]));
    assert!(everywhere.in_namespaces.is_empty(), "the name counts there already");
    let all = policy.access_of(&identity("ann", &["administrators", "developers", "support"]));
    assert!(
        all.names("get", "", "configmaps").is_empty(),
        "where all are allowed names add nothing"
    );
    let visible = jane.visible("get", "", "configmaps");
    assert!(visible.contains(Some("shop"), "settings"));
    assert!(!visible.contains(Some("shop"), "secret-settings") && !visible.contains(Some("bank"), "settings"));
    assert_eq!(all.visible("get", "", "configmaps"), Visible::Everything);
    assert!(jane.visible("list", "", "pods").contains(Some("shop"), "any"));
}

#[test]
fn namespaces_are_found_without_any_setting() {
    let policy = sample();
    let visible = |user: &str, groups: &[&str]| policy.access_of(&identity(user, groups)).visible_namespaces();
    assert_eq!(visible("jane", &["developers"]), only(&["bank", "shop"]));
    assert_eq!(visible("x", &["support"]), only(&["lab"]));
    assert_eq!(visible("x", &["developers", "support"]), only(&["lab", "shop"]));
    assert_eq!(visible("x", &["administrators"]), Reach::Everything);
    assert_eq!(visible("x", &[]), only(&[]));
    // The objects themselves are another matter.
    let jane = policy.access_of(&identity("jane", &["developers", "support"]));
    assert_eq!(jane.namespaces("get"), only(&["bank", "lab"]));
    assert_eq!(jane.namespaces("list"), only(&[]));
    let listed = jane.visible("get", "", "namespaces");
    assert!(listed.contains(None, "bank") && listed.contains(None, "lab") && !listed.contains(None, "shop"));
}

#[test]
fn a_binding_that_is_about_no_resource_shows_no_namespace() {
    let paths = access_in_shop_with(&json!([{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]));
    assert_eq!(paths.visible_namespaces(), only(&[]));
    assert_eq!(access_in_shop_with(&json!([])).visible_namespaces(), only(&[]));
}

#[test]
fn the_fingerprint_is_the_same_for_the_same_rights_however_they_are_written() {
    let once = access_in_shop_with(&json!([
        {"apiGroups": ["", "apps"], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]},
    ]));
    let taken_apart = access_in_shop_with(&json!([
        {"apiGroups": ["apps"], "resources": ["pods/log", "pods"], "verbs": ["list"]},
        {"apiGroups": ["apps"], "resources": ["pods", "pods/log"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get", "get", "list"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["pods"], "resourceNames": ["web"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": []},
    ]));
    assert_eq!(once.fingerprint(), taken_apart.fingerprint());
    let less = access_in_shop_with(&json!([
        {"apiGroups": ["", "apps"], "resources": ["pods", "pods/log"], "verbs": ["get"]},
    ]));
    assert_ne!(once.fingerprint(), less.fingerprint());
    let elsewhere = access_with(&json!([
        {"apiGroups": ["", "apps"], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]},
    ]));
    assert_ne!(once.fingerprint(), elsewhere.fingerprint());
    assert_ne!(once.fingerprint(), Access::default().fingerprint());
    assert_eq!(
        access_in_shop_with(&json!([])).fingerprint(),
        Access::default().fingerprint()
    );
}

#[test]
fn the_fingerprint_changes_when_a_namespace_comes_into_sight() {
    let all = json!([{"apiGroups": ["*"], "resources": ["pods"], "verbs": ["*"]}]);
    let objects = [
        cluster_role("pods", &all),
        everywhere("pods", ["ClusterRole", "pods"], &user("jane")),
        within("shop", "pods", ["ClusterRole", "pods"], &user("jane")),
    ];
    let jane = identity("jane", &[]);
    let without = policy(json!(objects[..2])).access_of(&jane);
    let with = policy(json!(objects)).access_of(&jane);
    assert_ne!(without.visible_namespaces(), with.visible_namespaces());
    assert_ne!(without.fingerprint(), with.fingerprint());
}
