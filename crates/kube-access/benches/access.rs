//! What access costs in a cluster with 4,000 role bindings in 500 namespaces, for somebody in 50 groups.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kube_access::{
    Attributes, BindingObject, BindingSubject, Identity, Metadata, Policy, PolicyRule, RoleObject, RoleReference,
    covers,
};

const NAMESPACES: usize = 500;
const BINDINGS: usize = 4_000;
/// Of which the identity is in the first fifty, so that a quarter of the bindings are its own.
const GROUPS: usize = 200;
const ROWS: usize = 10_000;

fn metadata(namespace: Option<String>, name: String) -> Metadata {
    Metadata { name, namespace }
}

fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> PolicyRule {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    PolicyRule {
        verbs: texts(verbs),
        api_groups: texts(&[group]),
        resources: texts(resources),
        ..PolicyRule::default()
    }
}

/// About as much as the built-in role `edit`.
fn editing() -> Vec<PolicyRule> {
    let (read, write) = (
        ["get", "list", "watch"],
        ["create", "delete", "deletecollection", "patch", "update"],
    );
    let kinds: [(&str, &[&str]); 7] = [
        (
            "apps",
            &[
                "deployments",
                "deployments/scale",
                "replicasets",
                "statefulsets",
                "daemonsets",
            ],
        ),
        ("batch", &["jobs", "cronjobs", "jobs/status", "cronjobs/status"]),
        ("networking.k8s.io", &["ingresses", "networkpolicies"]),
        ("policy", &["poddisruptionbudgets"]),
        ("autoscaling", &["horizontalpodautoscalers"]),
        ("discovery.k8s.io", &["endpointslices"]),
        (
            "",
            &[
                "configmaps",
                "services",
                "events",
                "persistentvolumeclaims",
                "pods",
                "pods/log",
                "pods/exec",
            ],
        ),
    ];
    kinds
        .iter()
        .flat_map(|(group, resources)| [rule(group, resources, &write), rule(group, resources, &read)])
        .collect()
}

fn binding(namespace: Option<String>, name: String, role: (&str, String), group: String) -> BindingObject {
    BindingObject {
        metadata: metadata(namespace, name),
        role_ref: RoleReference {
            kind: role.0.into(),
            name: role.1,
        },
        subjects: vec![BindingSubject {
            kind: "Group".into(),
            name: group,
            namespace: None,
        }],
    }
}

/// Half of the bindings give a role that all namespaces share, half one of the namespace's own.
fn bindings() -> impl Iterator<Item = BindingObject> {
    (0..BINDINGS).map(|number| {
        let namespace = format!("team-{}", number % NAMESPACES);
        let role = if number % 2 == 0 {
            ("ClusterRole", "edit".to_owned())
        } else {
            ("Role", "own".to_owned())
        };
        let group = format!("muster:group:{:04}", number * 7919 % GROUPS);
        binding(Some(namespace), format!("muster-{number}"), role, group)
    })
}

fn policy() -> Policy {
    let mut policy = Policy::default();
    for (name, rules) in [
        ("edit", editing()),
        (
            "basic",
            vec![rule("authorization.k8s.io", &["selfsubjectaccessreviews"], &["create"])],
        ),
    ] {
        let metadata = metadata(None, name.into());
        policy.put_cluster_role(RoleObject { metadata, rules });
    }
    for number in 0..NAMESPACES {
        let metadata = metadata(Some(format!("team-{number}")), "own".into());
        let rules = vec![rule("", &["pods", "pods/log", "secrets"], &["get", "list", "watch"])];
        policy.put_role(RoleObject { metadata, rules });
    }
    let everybody = ("ClusterRole", "basic".to_owned());
    policy.put_cluster_role_binding(binding(None, "basic".into(), everybody, "system:authenticated".into()));
    policy.replace_role_bindings(bindings());
    policy
}

fn identity() -> Identity {
    let groups = (0..50).map(|number| format!("muster:group:{number:04}"));
    Identity {
        user: "muster:user:0001".into(),
        groups: groups.chain(["system:authenticated".to_owned()]).collect(),
    }
}

fn benches(criterion: &mut Criterion) {
    let policy = policy();
    let identity = identity();
    let access = policy.access_of(&identity);
    let mut group = criterion.benchmark_group("access of 50 groups among 4000 bindings");

    group.bench_function("access_of", |bencher| {
        bencher.iter(|| policy.access_of(black_box(&identity)));
    });
    group.bench_function("access_of with fingerprint", |bencher| {
        bencher.iter(|| policy.access_of(black_box(&identity)).fingerprint());
    });
    let listing = Attributes::new("list", "", "pods");
    group.bench_function("decide, allowed", |bencher| {
        bencher.iter(|| access.decide(black_box(&listing.in_namespace("team-1"))));
    });
    group.bench_function("decide, refused", |bencher| {
        bencher.iter(|| access.decide(black_box(&Attributes::new("list", "", "nodes").in_namespace("team-1"))));
    });
    group.bench_function("reach", |bencher| {
        bencher.iter(|| access.reach("list", "", black_box("pods"), None));
    });
    group.bench_function("visible", |bencher| {
        bencher.iter(|| access.visible("list", "", black_box("secrets")));
    });
    group.bench_function("visible_namespaces", |bencher| {
        bencher.iter(|| access.visible_namespaces());
    });
    let (wanted, namespace) = (editing(), Some("team-2"));
    group.bench_function("covers the role edit", |bencher| {
        bencher.iter(|| covers(&access, black_box(&wanted), namespace).is_ok());
    });

    let rows: Vec<String> = (0..ROWS).map(|row| format!("team-{}", row % NAMESPACES)).collect();
    group.bench_function("filter 10000 rows by a reach", |bencher| {
        let reach = access.reach("list", "", "pods", None);
        bencher.iter(|| rows.iter().filter(|namespace| reach.contains(Some(namespace))).count());
    });
    group.bench_function("all of it for a list of 10000 rows", |bencher| {
        bencher.iter(|| {
            let reach = policy.access_of(&identity).reach("list", "", "pods", None);
            rows.iter().filter(|namespace| reach.contains(Some(namespace))).count()
        });
    });
    group.bench_function("put one changed role binding", |bencher| {
        let mut policy = policy.clone();
        let mut round = 0;
        bencher.iter(|| {
            round += 1;
            let role = ("ClusterRole", format!("role-{}", round % 2));
            policy.put_role_binding(binding(
                Some("team-1".into()),
                "muster-1".into(),
                role,
                "muster:group:0000".into(),
            ))
        });
    });
    group.bench_function("replace all role bindings by the same", |bencher| {
        let mut policy = policy.clone();
        let listed: Vec<BindingObject> = bindings().collect();
        bencher.iter(|| policy.replace_role_bindings(listed.iter().cloned()));
    });
    group.finish();
}

criterion_group! {
    name = access;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(1))
        .sample_size(30)
        .without_plots();
    targets = benches
}
criterion_main!(access);
