//! The oracle: random roles, bindings, people and groups; for each person, verb, kind and namespace the console's answer is
//! the API server's own, and every list holds exactly what that person may list. Again after each change.

use k8s_openapi::api::authorization::v1::ResourceAttributes;
use muster_api::Collection;
use muster_api::access::AccessAnswer;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use crate::world::{Somebody, World, eventually, group, user};

const VERBS: [&str; 4] = ["get", "list", "create", "delete"];
const KINDS: [(&str, &str); 5] = [
    ("", "configmaps"),
    ("", "secrets"),
    ("", "services"),
    ("apps", "deployments"),
    ("batch", "jobs"),
];
/// Changes between which everything is compared.
const ROUNDS: usize = 4;

struct Dice(TestRng);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap() % bound
    }

    fn some<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

fn random_rule(dice: &mut Dice) -> Value {
    let (group, resource) = *dice.some(&KINDS);
    let verbs: Vec<&str> = VERBS.iter().copied().filter(|_| dice.below(2) == 0).collect();
    let verbs = if verbs.is_empty() { vec!["get"] } else { verbs };
    match dice.below(8) {
        0 => json!({"apiGroups": ["*"], "resources": [resource], "verbs": verbs}),
        1 => json!({"apiGroups": [group], "resources": ["*"], "verbs": verbs}),
        2 => json!({"apiGroups": [group], "resources": [resource], "verbs": ["*"]}),
        // A group that has no such kind gives nothing (CVE-2021-25318).
        3 => json!({"apiGroups": ["apps.example.com"], "resources": [resource], "verbs": ["*"]}),
        _ => json!({"apiGroups": [group], "resources": [resource], "verbs": verbs}),
    }
}

#[tokio::test]
async fn the_console_answers_and_lists_what_the_api_server_would() {
    let seed = *b"rights are what the cluster says";
    let mut dice = Dice(TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let world = World::start().await;
    let mut namespaces = Vec::new();
    for _ in 0..3 {
        let namespace = world.namespace().await;
        world.config_map(namespace.name(), "one").await;
        namespaces.push(namespace);
    }
    let names: Vec<String> = namespaces.iter().map(|namespace| namespace.name().to_owned()).collect();
    let groups = ["red", "green", "blue"];
    let mut people = Vec::new();
    for name in ["ada", "ben", "cleo"] {
        let own: Vec<&str> = groups.iter().copied().filter(|_| dice.below(2) == 0).collect();
        let own = if own.is_empty() { vec!["red"] } else { own };
        people.push(world.somebody(name, &own).await);
    }
    let mut bindings: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        if round > 0 && !bindings.is_empty() {
            let gone = bindings.swap_remove(dice.below(bindings.len()));
            world
                .administrator
                .delete(&format!("/api/v1/bindings/{gone}"))
                .await
                .expect_status(204);
        }
        for number in 0..2 {
            let rules: Vec<Value> = (0..=dice.below(3)).map(|_| random_rule(&mut dice)).collect();
            let level = if dice.below(4) == 0 { "cluster" } else { "namespace" };
            let role = json!({"name": format!("role {round} {number}"), "level": level, "rules": rules});
            let role: Value = world
                .administrator
                .post("/api/v1/roles", &role)
                .await
                .expect_status(201)
                .json();
            let person = dice.some(&people).clone();
            let subject = if dice.below(2) == 0 {
                user(&person)
            } else {
                group(&person, dice.below(person.groups.len()))
            };
            let scope = match level {
                "cluster" => world.in_cluster(),
                _ => world.in_namespace(dice.some(&names)),
            };
            let binding = world.grant(role["id"].as_str().unwrap(), subject, scope).await;
            bindings.push(binding.id);
        }
        for person in &people {
            compare_answers(&world, person, &names).await;
            compare_lists(&world, person, &names).await;
        }
    }
}

async fn compare_answers(world: &World, person: &Somebody, namespaces: &[String]) {
    let mut questions = Vec::new();
    for (group, resource) in KINDS {
        for verb in VERBS {
            for namespace in namespaces.iter().map(Some).chain([None]) {
                questions.push((verb, group, resource, namespace));
            }
        }
    }
    for questions in questions.chunks(100) {
        let mut expected = Vec::new();
        for (verb, group, resource, namespace) in questions {
            let asked = ResourceAttributes {
                verb: Some((*verb).to_owned()),
                group: Some((*group).to_owned()),
                resource: Some((*resource).to_owned()),
                namespace: namespace.cloned(),
                ..ResourceAttributes::default()
            };
            expected.push(world.cluster_allows(person, asked).await);
        }
        let body: Vec<Value> = questions
            .iter()
            .map(|(verb, group, resource, namespace)| {
                json!({"cluster": world.cluster, "verb": verb, "group": group, "resource": resource,
                    "namespace": namespace})
            })
            .collect();
        let sees_cluster = person.client.get("/api/v1/clusters/shared").await.status == 200;
        if !sees_cluster {
            assert!(expected.iter().all(|allowed| !allowed), "what is allowed is visible");
            continue;
        }
        let body = json!({"questions": body});
        eventually("the console answers as the API server", || async {
            let answer = person.client.post("/api/v1/access/review", &body).await;
            let answers: Collection<AccessAnswer> = answer.expect_status(200).json();
            let answered: Vec<bool> = answers.items.iter().map(|answer| answer.allowed).collect();
            answered == expected
        })
        .await;
    }
}

async fn compare_lists(world: &World, person: &Somebody, namespaces: &[String]) {
    let mut expected = Vec::new();
    for namespace in namespaces {
        let asked = ResourceAttributes {
            verb: Some("list".to_owned()),
            group: Some(String::new()),
            resource: Some("configmaps".to_owned()),
            namespace: Some(namespace.clone()),
            ..ResourceAttributes::default()
        };
        if world.cluster_allows(person, asked).await {
            expected.extend([format!("{namespace}/kube-root-ca.crt"), format!("{namespace}/one")]);
        }
    }
    expected.sort();
    let parts: Vec<String> = namespaces.iter().map(|name| format!("namespace={name}")).collect();
    let query = parts.join("&");
    eventually("the list holds exactly what may be listed", || async {
        let mut names = world.names(&person.client, "core/v1/configmaps", &query).await;
        names.sort();
        names == expected
    })
    .await;
}
