//! Kubernetes' own authorizer was asked the same questions: see `record.go` beside this file.

use kube_access::{Attributes, BindingObject, Identity, Policy, PolicyRule, RoleObject, covers};
use serde::Deserialize;

/// A cluster, somebody in it, and what Kubernetes answered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct World {
    cluster_roles: Vec<RoleObject>,
    roles: Vec<RoleObject>,
    cluster_role_bindings: Vec<BindingObject>,
    role_bindings: Vec<BindingObject>,
    user: String,
    groups: Vec<String>,
    requests: Vec<Answered<[String; 6]>>,
    paths: Vec<Answered<[String; 2]>>,
    grants: Vec<Grant>,
}

#[derive(Deserialize)]
struct Answered<T> {
    asked: T,
    allowed: bool,
}

#[derive(Deserialize)]
struct Grant {
    namespace: String,
    rules: Vec<PolicyRule>,
    lacking: Vec<PolicyRule>,
}

#[test]
fn every_answer_is_that_of_kubernetes() {
    let recorded = std::env::var("MUSTER_RECORDED_ANSWERS").map_or_else(
        |_| include_str!("answers.jsonl").to_owned(),
        |path| std::fs::read_to_string(path).unwrap(),
    );
    let (mut allowed, mut refused, mut covered, mut lacking) = (0, 0, 0, 0);
    for (number, line) in recorded.lines().enumerate() {
        let world: World = serde_json::from_str(line).unwrap();
        let mut policy = Policy::default();
        policy.replace_cluster_roles(world.cluster_roles);
        policy.replace_roles(world.roles);
        policy.replace_cluster_role_bindings(world.cluster_role_bindings);
        policy.replace_role_bindings(world.role_bindings);
        let access = policy.access_of(&Identity {
            user: world.user,
            groups: world.groups,
        });
        for Answered { asked, allowed: answer } in world.requests {
            let [verb, group, resource, subresource, namespace, name] = asked.each_ref().map(|text| &**text);
            let attributes = Attributes {
                verb,
                group,
                resource,
                subresource: Some(subresource),
                namespace: Some(namespace),
                name: Some(name),
            };
            assert_eq!(
                access.decide(&attributes).allowed,
                answer,
                "line {number}: {attributes:?}"
            );
            *if answer { &mut allowed } else { &mut refused } += 1;
        }
        for Answered {
            asked: [verb, path],
            allowed,
        } in world.paths
        {
            let decision = access.decide_non_resource(&verb, &path);
            assert_eq!(decision.allowed, allowed, "line {number}: {verb} {path}");
        }
        for grant in world.grants {
            let answer = covers(&access, &grant.rules, Some(&grant.namespace));
            assert_eq!(answer.clone().err().unwrap_or_default(), grant.lacking, "line {number}");
            *if answer.is_ok() { &mut covered } else { &mut lacking } += 1;
        }
    }
    // What was recorded is worth something only if it holds answers of all sorts.
    assert!(allowed > 100 && refused > 100 && covered > 10 && lacking > 10);
}
