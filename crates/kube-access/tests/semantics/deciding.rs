//! Single decisions.

use kube_access::{Access, BindingKind, RoleKind, Subject};
use serde_json::json;

use crate::*;

/// Each request is allowed or refused as it says.
fn expect(access: &Access, table: &[(Attributes<'_>, bool)]) {
    for (asked, allowed) in table {
        let decision = access.decide(asked);
        assert_eq!(decision.allowed, *allowed, "{asked:?}");
        assert_eq!(decision.by.is_some(), *allowed, "a decision has a reason: {asked:?}");
    }
}

#[test]
fn a_role_in_a_namespace_allows_nothing_outside_of_it() {
    let policy = policy(json!([
        role(
            "default",
            "pod-reader",
            &json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "watch", "list"]}])
        ),
        within("default", "read-pods", ["Role", "pod-reader"], &user("jane")),
        within("elsewhere", "read-pods", ["Role", "pod-reader"], &user("jane")),
    ]));
    let jane = policy.access_of(&identity("jane", &[]));
    expect(
        &jane,
        &[
            (ask("list", "pods").in_namespace("default"), true),
            (ask("get", "pods").in_namespace("default").named("web"), true),
            (ask("delete", "pods").in_namespace("default").named("web"), false),
            (ask("get", "pods/log").in_namespace("default").named("web"), false),
            (ask("list", "pods.metrics.k8s.io").in_namespace("default"), false),
            (ask("list", "pods"), false),
            (ask("list", "pods").in_namespace(""), false),
            // The role of that name is in another namespace.
            (ask("list", "pods").in_namespace("elsewhere"), false),
        ],
    );
    // Names are compared exactly.
    let dave = policy.access_of(&identity("Jane", &["jane"]));
    expect(&dave, &[(ask("list", "pods").in_namespace("default"), false)]);
}

#[test]
fn a_cluster_role_counts_where_its_binding_is() {
    let policy = policy(json!([
        cluster_role(
            "secret-reader",
            &json!([{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "watch", "list"]}])
        ),
        within(
            "development",
            "read-secrets",
            ["ClusterRole", "secret-reader"],
            &user("dave")
        ),
        everywhere(
            "read-secrets-global",
            ["ClusterRole", "secret-reader"],
            &group("manager")
        ),
    ]));
    let list = ask("list", "secrets");
    expect(
        &policy.access_of(&identity("dave", &[])),
        &[
            (list.in_namespace("development"), true),
            (list.in_namespace("production"), false),
            (list, false),
        ],
    );
    expect(
        &policy.access_of(&identity("ann", &["manager"])),
        &[
            (list.in_namespace("development"), true),
            (list.in_namespace("not yet there"), true),
            (list, true),
        ],
    );
}

#[test]
fn a_binding_to_what_is_not_there_gives_nothing_until_it_is() {
    let mut policy = policy(json!([
        role(
            "shop",
            "local",
            &json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}])
        ),
        within("shop", "dangling", ["ClusterRole", "late"], &user("jane")),
        // A role of one namespace is not given everywhere, nor a role of another kind anywhere.
        everywhere("wrong", ["Role", "local"], &user("jane")),
        within("shop", "unknown", ["SuperRole", "local"], &user("jane")),
    ]));
    let jane = identity("jane", &[]);
    let list = ask("list", "pods").in_namespace("shop");
    expect(&policy.access_of(&jane), &[(list, false)]);
    let late = cluster_role(
        "late",
        &json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]),
    );
    policy.put_cluster_role(serde_json::from_value(late).unwrap());
    let access = policy.access_of(&jane);
    expect(&access, &[(list, true)]);
    policy.remove_cluster_role("late");
    expect(&policy.access_of(&jane), &[(list, false)]);
    expect(&access, &[(list, true)]);
}

#[test]
fn subjects_are_users_groups_and_service_accounts() {
    let reads = json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]);
    let given_to = |subject: Value| {
        policy(json!([
            cluster_role("view", &reads),
            everywhere("everywhere", ["ClusterRole", "view"], &subject),
            within("shop", "in-shop", ["ClusterRole", "view"], &subject),
        ]))
    };
    let allowed = |subject: Value, user: &str, groups: &[&str]| {
        let access = given_to(subject).access_of(&identity(user, groups));
        let list = ask("list", "pods");
        [list, list.in_namespace("shop")].map(|asked| access.decide(&asked).allowed)
    };
    let robot = "system:serviceaccount:tools:robot";
    assert_eq!(allowed(user("alice@example.com"), "alice@example.com", &[]), [true; 2]);
    assert_eq!(
        allowed(group("frontend-admins"), "x", &["y", "frontend-admins"]),
        [true; 2]
    );
    assert_eq!(
        allowed(group("system:serviceaccounts:qa"), "x", &["system:serviceaccounts:qa"]),
        [true; 2]
    );
    assert_eq!(
        allowed(user("admins"), "x", &["admins"]),
        [false; 2],
        "a group is no user"
    );
    assert_eq!(allowed(group("jane"), "jane", &[]), [false; 2], "nor a user a group");
    let account = |namespace: Option<&str>| json!({"kind": "ServiceAccount", "name": "robot", "namespace": namespace});
    assert_eq!(allowed(account(Some("tools")), robot, &[]), [true; 2]);
    assert_eq!(allowed(account(Some("tools")), "robot", &[]), [false; 2]);
    assert_eq!(
        allowed(account(Some("tools")), "system:serviceaccount:shop:robot", &[]),
        [false; 2]
    );
    assert_eq!(
        allowed(user(robot), robot, &[]),
        [true; 2],
        "a service account is a user as well"
    );
    // Without a namespace it is the binding's, and a binding of the whole cluster has none.
    let of_shop = "system:serviceaccount:shop:robot";
    assert_eq!(allowed(account(None), of_shop, &[]), [false, true]);
    assert_eq!(allowed(account(Some("")), of_shop, &[]), [false, true]);
    assert_eq!(allowed(json!({"kind": "Robot", "name": "x"}), "x", &["x"]), [false; 2]);
}

#[test]
fn subresources_are_resources_of_their_own() {
    let access = access_with(&json!([
        {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get"]},
        {"apiGroups": ["apps"], "resources": ["*/scale"], "verbs": ["patch"]},
        // There is no such wildcard.
        {"apiGroups": [""], "resources": ["services/*", "*s"], "verbs": ["get"]},
    ]));
    expect(
        &access,
        &[
            (ask("get", "pods"), true),
            (ask("get", "pods/log"), true),
            (ask("get", "pods/exec"), false),
            (ask("get", "pods/logs"), false),
            (ask("patch", "deployments/scale.apps"), true),
            (ask("patch", "anything/scale.apps"), true),
            (ask("patch", "deployments.apps"), false),
            (ask("patch", "scale.apps"), false),
            (ask("patch", "deployments/rescale.apps"), false),
            (ask("patch", "replicationcontrollers/scale"), false),
            (ask("get", "services"), false),
            (ask("get", "services/proxy"), false),
            (ask("get", "nodes"), false),
        ],
    );
}

#[test]
fn a_star_alone_stands_for_all() {
    let everything = json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]});
    let with = |key: &str, value: &str| {
        let mut rule = everything.clone();
        rule[key] = json!([value]);
        access_with(&json!([rule]))
    };
    let custom = ask("invent", "widgets/paint.example.com");
    expect(
        &access_with(&json!([everything])),
        &[(custom, true), (ask("get", "pods").named("x"), true)],
    );
    expect(
        &with("verbs", "get"),
        &[(custom, false), (ask("get", "widgets/paint.example.com"), true)],
    );
    expect(
        &with("apiGroups", "apps"),
        &[(custom, false), (ask("invent", "widgets/paint.apps"), true)],
    );
    expect(
        &with("apiGroups", "apps"),
        &[
            (ask("get", "deployments.apps.example.com"), false),
            (ask("get", "pods"), false),
        ],
    );
    expect(&with("apiGroups", "*.example.com"), &[(custom, false)]);
    expect(&with("verbs", "in*"), &[(custom, false)]);
    assert!(
        !access_with(&json!([everything]))
            .decide_non_resource("get", "/healthz")
            .allowed,
        "paths are no resources"
    );
}

#[test]
fn a_rule_for_names_allows_no_request_without_one() {
    let access = access_in_shop_with(&json!([{
        "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["mine"],
        "verbs": ["get", "update", "list", "watch", "create", "deletecollection"],
    }]));
    let verbs = ["get", "list", "watch", "create", "deletecollection"];
    let unnamed = verbs.map(|verb| (ask(verb, "configmaps").in_namespace("shop"), false));
    expect(&access, &unnamed);
    expect(
        &access,
        &[
            (ask("get", "configmaps").in_namespace("shop").named("mine"), true),
            (ask("get", "configmaps").in_namespace("shop").named("other"), false),
            (ask("get", "configmaps").in_namespace("shop").named(""), false),
            (ask("update", "configmaps").in_namespace("shop").named("mine"), true),
            // A list that selects metadata.name=mine has the name as an attribute.
            (ask("list", "configmaps").in_namespace("shop").named("mine"), true),
            (ask("watch", "configmaps").in_namespace("shop").named("mine"), true),
            (ask("get", "configmaps").named("mine"), false),
        ],
    );
}

#[test]
fn an_empty_name_among_the_names_is_that_of_requests_without_one() {
    let access = access_in_shop_with(&json!([{
        "apiGroups": [""], "resources": ["configmaps"], "resourceNames": [""], "verbs": ["get", "list"],
    }]));
    let list = ask("list", "configmaps").in_namespace("shop");
    expect(
        &access,
        &[
            (list, true),
            (list.named("x"), false),
            (ask("get", "configmaps").in_namespace("shop").named("x"), false),
        ],
    );
}

#[test]
fn a_request_on_one_namespace_counts_as_one_in_it() {
    let access = access_in_shop_with(&json!([
        {"apiGroups": [""], "resources": ["namespaces", "namespaces/status"], "verbs": ["get", "list", "update"]},
    ]));
    let get = ask("get", "namespaces");
    expect(
        &access,
        &[
            (get.named("shop"), false),
            (get.named("shop").as_requested(), true),
            (get.named("other").as_requested(), false),
            (ask("update", "namespaces/status").named("shop").as_requested(), true),
            (ask("list", "namespaces").as_requested(), false),
            (ask("list", "namespaces").named("shop").as_requested(), false),
        ],
    );
}

#[test]
fn paths_are_given_everywhere_or_not_at_all() {
    let health = json!([{"nonResourceURLs": ["/healthz", "/healthz/*", "/a**"], "verbs": ["get", "post"]}]);
    let access = access_with(&health);
    for (verb, path, allowed) in [
        ("get", "/healthz", true),
        ("post", "/healthz/etcd", true),
        ("get", "/healthz/", true),
        ("put", "/healthz", false),
        ("get", "/healthzz", false),
        ("get", "/livez", false),
        ("get", "/apis/x", true),
        ("get", "/", false),
    ] {
        assert_eq!(access.decide_non_resource(verb, path).allowed, allowed, "{verb} {path}");
    }
    assert!(
        !access_in_shop_with(&health)
            .decide_non_resource("get", "/healthz")
            .allowed
    );
    let all = access_with(&json!([{"nonResourceURLs": ["*"], "verbs": ["*"]}]));
    assert!(all.decide_non_resource("get", "/").allowed);
    assert!(!all.decide(&ask("get", "pods")).allowed);
}

#[test]
fn a_decision_names_its_reason() {
    let all = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]);
    let policy = policy(json!([
        cluster_role("admin", &all),
        role("shop", "own", &all),
        within("shop", "b", ["Role", "own"], &user("jane")),
        within("shop", "a", ["ClusterRole", "admin"], &group("owners")),
        within(
            "tools",
            "robots",
            ["ClusterRole", "admin"],
            &json!({"kind": "ServiceAccount", "name": "robot"})
        ),
        everywhere("z", ["ClusterRole", "admin"], &group("root")),
    ]));
    let reason = |user: &str, groups: &[&str], namespace: &str| {
        let access = policy.access_of(&identity(user, groups));
        access.decide(&ask("get", "pods").in_namespace(namespace)).by
    };
    let written = |user: &str, groups: &[&str], namespace: &str| reason(user, groups, namespace).unwrap().to_string();
    let own = reason("jane", &[], "shop").unwrap();
    assert_eq!(
        (own.binding_kind, own.role_kind),
        (BindingKind::RoleBinding, RoleKind::Role)
    );
    assert_eq!(
        (own.namespace.as_deref(), &*own.binding, &*own.role),
        (Some("shop"), "b", "own")
    );
    assert_eq!(own.subject, Subject::User("jane".into()));
    assert_eq!(
        written("jane", &["owners"], "shop"),
        "RoleBinding \"a\" in namespace \"shop\" of ClusterRole \"admin\" to Group \"owners\""
    );
    assert_eq!(
        written("jane", &["owners", "root"], "shop"),
        "ClusterRoleBinding \"z\" of ClusterRole \"admin\" to Group \"root\""
    );
    assert_eq!(
        written("system:serviceaccount:tools:robot", &[], "tools"),
        "RoleBinding \"robots\" in namespace \"tools\" of ClusterRole \"admin\" to ServiceAccount \"tools/robot\""
    );
    assert_eq!(reason("jane", &["root"], "anywhere").unwrap().namespace, None);
    assert_eq!(reason("jane", &[], "tools"), None);
}

#[test]
fn every_rule_that_somebody_has_is_told_with_its_scope_and_reason() {
    let policy = policy(json!([
        cluster_role("basic", &json!([{"nonResourceURLs": ["/healthz"], "verbs": ["get"]}])),
        role(
            "shop",
            "own",
            &json!([
                {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
                {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
            ])
        ),
        within("shop", "own", ["Role", "own"], &user("jane")),
        everywhere("basic", ["ClusterRole", "basic"], &group("system:authenticated")),
    ]));
    // A group that is named twice counts once.
    let access = policy.access_of(&identity("jane", &["system:authenticated", "system:authenticated"]));
    let told: Vec<(Option<&str>, &str, String)> = access
        .rules()
        .map(|held| (held.namespace, &*held.rule.verbs[0], held.grant.role.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            (None, "get", "basic".to_owned()),
            (Some("shop"), "get", "own".to_owned()),
            (Some("shop"), "list", "own".to_owned()),
        ]
    );
    assert_eq!(Access::default().rules().count(), 0);
}
