//! Nobody grants more than they have.

use kube_access::covers;
use serde_json::json;

use crate::*;

#[test]
fn rules_within_what_somebody_has_may_be_granted() {
    let one = |group: &str, resource: &str, verb: &str| json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]});
    let named =
        |name: &str| json!({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"], "resourceNames": [name]});
    let path = |path: &str| json!({"nonResourceURLs": [path], "verbs": ["get"]});
    for (owner, granted, covered) in [
        (one("", "pods", "get"), one("", "pods", "get"), true),
        (one("", "pods", "get"), one("", "pods", "list"), false),
        (one("*", "*", "*"), one("apps", "deployments/scale", "patch"), true),
        (one("*", "*", "*"), one("*", "*", "*"), true),
        (one("", "*", "*"), one("*", "*", "*"), false),
        (one("", "pods", "get"), one("", "*", "get"), false),
        (one("", "*/scale", "get"), one("", "pods/scale", "get"), true),
        (one("", "*/scale", "get"), one("", "pods/log", "get"), false),
        (one("", "*/scale", "get"), one("", "pods", "get"), false),
        (one("", "pods", "get"), one("", "pods/log", "get"), false),
        (one("", "pods", "get"), named("web"), true),
        (named("web"), named("web"), true),
        (named("web"), named("other"), false),
        (named("web"), one("", "pods", "get"), false),
        (path("/healthz"), path("/healthz"), true),
        (path("/healthz/*"), path("/healthz/etcd"), true),
        (path("/healthz/*"), path("/healthz/a/*"), true),
        (path("/healthz/*"), path("/healthz"), false),
        (path("/healthz"), path("/healthz/*"), false),
        (path("*"), path("/metrics"), true),
        (path("*"), one("", "pods", "get"), false),
        (one("*", "*", "*"), path("/metrics"), false),
    ] {
        let answer = covers(&access_with(&json!([owner])), &rules(json!([granted])), None);
        assert_eq!(answer.is_ok(), covered, "{owner} covers {granted}");
        if !covered {
            assert_eq!(
                answer,
                Err(rules(json!([granted]))),
                "what is one verb on one thing is told as it is"
            );
        }
    }
}

#[test]
fn what_is_lacking_is_told_one_by_one() {
    let owner = access_with(&json!([
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["watch"]},
    ]));
    let wanted = rules(json!([
        {"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["get", "watch"]},
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a", "b"], "verbs": ["get"]},
    ]));
    let lacking = rules(json!([
        {"apiGroups": [""], "resources": ["services"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["b"], "verbs": ["get"]},
    ]));
    assert_eq!(covers(&owner, &wanted, None), Err(lacking));
}

#[test]
fn what_somebody_has_in_one_namespace_is_not_theirs_to_give_elsewhere() {
    let read = json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]);
    let owner = access_in_shop_with(&read);
    assert!(covers(&owner, &rules(read.clone()), Some("shop")).is_ok());
    assert!(covers(&owner, &rules(read.clone()), Some("bank")).is_err());
    assert!(covers(&owner, &rules(read.clone()), None).is_err());
    let owner = access_with(&read);
    assert!(covers(&owner, &rules(read.clone()), Some("shop")).is_ok());
    assert!(covers(&owner, &rules(read), None).is_ok());
}

#[test]
fn verbs_from_several_rules_may_be_granted_in_one() {
    let owner = access_with(&json!([
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
    ]));
    let both = rules(json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]));
    assert!(covers(&owner, &both, None).is_ok());
    let all = rules(json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]}]));
    assert!(
        covers(&owner, &all, None).is_err(),
        "a star is more than every verb that is known"
    );
}
