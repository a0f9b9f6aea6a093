//! The oracle: random roles, bindings, people and groups, made by the console and beside it. For each person, verb, kind and
//! namespace the console's answer is the API server's own; every list, page, count, search and live list holds exactly
//! what that person may list. Again after each change.

mod chance;
mod watched;

use std::time::{Duration, Instant};

use k8s_openapi::api::authorization::v1::ResourceAttributes;
use muster_api::Collection;
use muster_api::access::AccessAnswer;
use muster_api::cluster::ClusterOverview;
use muster_api::resource::ResourceList;
use serde_json::{Value, json};

use self::chance::Dice;
use self::watched::{Watched, name};
use crate::world::{Somebody, World, eventually, group, user};

const VERBS: [&str; 4] = ["get", "list", "create", "delete"];
const KINDS: [(&str, &str); 5] = [
    ("", "configmaps"),
    ("", "secrets"),
    ("", "services"),
    ("apps", "deployments"),
    ("batch", "jobs"),
];
/// Kinds without namespaces: whoever may list them sees all of them.
const KINDS_OF_CLUSTERS: [(&str, &str); 2] = [("", "persistentvolumes"), ("storage.k8s.io", "storageclasses")];
/// Changes between which everything is compared.
const ROUNDS: usize = 5;

/// What is compared: the console's people with their open sockets, and the namespaces of the test.
struct Compared {
    world: World,
    people: Vec<(Somebody, Watched)>,
    namespaces: Vec<String>,
}

#[tokio::test]
async fn the_console_answers_and_lists_what_the_api_server_would() {
    let mut dice = Dice::new();
    let world = World::start().await;
    let mut kept = Vec::new();
    for _ in 0..3 {
        let namespace = world.namespace().await;
        for (group, resource) in KINDS {
            make(&world, namespace.name(), group, resource, "one").await;
        }
        kept.push(namespace);
    }
    let namespaces: Vec<String> = kept.iter().map(|namespace| namespace.name().to_owned()).collect();
    let somebodies = people(&world, &mut dice).await;
    let mut people = Vec::new();
    for person in &somebodies {
        people.push((person.clone(), Watched::open(&world, person, &namespaces).await));
    }
    let compared = Compared {
        world,
        people,
        namespaces,
    };
    let of_cluster = compared.make_for_the_cluster().await;
    let mut bindings: Vec<String> = Vec::new();
    let mut beside: Vec<[String; 2]> = Vec::new();
    let mut seen = 0;
    let mut slowest = Duration::ZERO;
    for round in 0..ROUNDS {
        if round > 0 {
            let gone = bindings.swap_remove(dice.below(bindings.len()));
            let path = format!("/api/v1/bindings/{gone}");
            compared.world.administrator.delete(&path).await.expect_status(204);
            compared.remove(&beside.swap_remove(dice.below(beside.len()))).await;
        }
        for number in 0..2 {
            let made = compared.grant(&mut dice, &format!("role {round} {number}")).await;
            bindings.push(made);
        }
        // The first namespace's name is nobody else's: so are names that begin with it.
        let name = format!("{}-{round}", compared.namespaces[0]);
        let mut made = Vec::new();
        for (place, object) in dice.made_beside(&name, &somebodies, &compared.namespaces) {
            compared.world.directly("POST", &place, &object).await.unwrap();
            made.push(format!("{place}/{name}"));
        }
        beside.push(made.try_into().unwrap());
        slowest = slowest.max(compared.live_lists_follow().await);
        compared.agrees().await;
        seen += compared.agrees_on_the_cluster().await;
        compared.shows_nobody_a_strangers_change(round).await;
    }
    println!(
        "live lists followed the last of several changes within {} ms",
        slowest.as_millis()
    );
    assert!(seen > 0, "the dice let nobody see what has no namespace");
    compared.remove(&of_cluster).await;
    for made in &beside {
        compared.remove(made).await;
    }
}

/// Three people with some of three groups; each sees the cluster, by a right that is worth nothing.
async fn people(world: &World, dice: &mut Dice) -> Vec<Somebody> {
    let rules = json!([{"apiGroups": ["example.com"], "resources": ["nothings"], "verbs": ["get"]}]);
    let role = json!({"name": "sees the cluster", "level": "cluster", "rules": rules});
    let role: Value = world
        .administrator
        .post("/api/v1/roles", &role)
        .await
        .expect_status(201)
        .json();
    let mut people = Vec::new();
    for name in ["ada", "ben", "cleo"] {
        let own: Vec<&str> = ["red", "green", "blue"]
            .into_iter()
            .filter(|_| dice.below(2) == 0)
            .collect();
        let own = if own.is_empty() { vec!["red"] } else { own };
        let person = world.somebody(name, &own).await;
        world
            .grant(role["id"].as_str().unwrap(), user(&person), world.in_cluster())
            .await;
        people.push(person);
    }
    people
}

/// An object that does nothing.
async fn make(world: &World, namespace: &str, group: &str, resource: &str, name: &str) {
    let template = json!({"metadata": {"labels": {"app": name}},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "none"}]}});
    let object = match resource {
        "services" => json!({"metadata": {"name": name}, "spec": {"clusterIP": "None"}}),
        "deployments" => {
            let mut template = template;
            template["spec"]["restartPolicy"] = "Always".into();
            json!({"metadata": {"name": name},
                "spec": {"replicas": 0, "selector": {"matchLabels": {"app": name}}, "template": template}})
        }
        "jobs" => json!({"metadata": {"name": name}, "spec": {"suspend": true, "template": template}}),
        _ => json!({"metadata": {"name": name}}),
    };
    let path = format!("{}/{resource}", place(group, namespace));
    world.directly("POST", &path, &object).await.unwrap();
}

/// Where the API server keeps a group's objects of a namespace.
fn place(group: &str, namespace: &str) -> String {
    match group {
        "" => format!("/api/v1/namespaces/{namespace}"),
        group => format!("/apis/{group}/v1/namespaces/{namespace}"),
    }
}

/// Do a list's counts say as much as its total? A kind without a status has none.
fn counts_are(list: &ResourceList, rows: usize) -> bool {
    let counted: u64 = list.counts.iter().map(|count| count.count).sum();
    list.total == rows as u64 && (list.counts.is_empty() || counted == list.total)
}

impl Compared {
    /// Makes a role by chance and binds somebody, or one of his groups, to it. The binding's id.
    async fn grant(&self, dice: &mut Dice, name: &str) -> String {
        let level = if dice.below(4) == 0 { "cluster" } else { "namespace" };
        let rules: Vec<Value> = (0..=dice.below(3)).map(|_| dice.rule(level == "cluster")).collect();
        let role = json!({"name": name, "level": level, "rules": rules});
        let role: Value = self
            .world
            .administrator
            .post("/api/v1/roles", &role)
            .await
            .expect_status(201)
            .json();
        let (person, _) = &self.people[dice.below(self.people.len())];
        let subject = if dice.below(2) == 0 {
            user(person)
        } else {
            group(person, dice.below(person.groups.len()))
        };
        let scope = match level {
            "cluster" => self.world.in_cluster(),
            _ => self.world.in_namespace(dice.some(&self.namespaces)),
        };
        self.world.grant(role["id"].as_str().unwrap(), subject, scope).await.id
    }

    /// Removes a role and its binding that were made beside the console.
    async fn remove(&self, made: &[String; 2]) {
        for path in made.iter().rev() {
            self.world.directly("DELETE", path, &json!({})).await.unwrap();
        }
    }

    /// Waits until every live list shows what it should, and tells how long that took at the most: asking the API server
    /// what they should show is a part of it.
    async fn live_lists_follow(&self) -> Duration {
        let changed = Instant::now();
        let mut expected = Vec::new();
        for (person, watched) in &self.people {
            for (group, resource) in KINDS {
                expected.push((watched, resource, self.may_list(person, group, resource).await));
            }
        }
        eventually("every live list shows what it should", || async {
            expected
                .iter()
                .all(|(watched, resource, rows)| watched.shows(resource, rows))
        })
        .await;
        changed.elapsed()
    }

    /// Everything that the console tells anybody is what the API server would.
    async fn agrees(&self) {
        for (person, watched) in &self.people {
            self.answers_are_the_api_servers(person).await;
            for (group, resource) in KINDS {
                let expected = self.may_list(person, group, resource).await;
                self.lists_are(person, group, resource, &expected).await;
                eventually(&format!("the live list of {resource} shows {expected:?}"), || async {
                    watched.shows(resource, &expected)
                })
                .await;
            }
        }
    }

    /// One object of each kind without namespaces, named after the test's first one: their addresses.
    async fn make_for_the_cluster(&self) -> [String; 2] {
        let name = &self.namespaces[0];
        let volume = json!({"metadata": {"name": name}, "spec": {"capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/nowhere"}}});
        let class = json!({"metadata": {"name": name}, "provisioner": "example.com/none"});
        let made = ["/api/v1/persistentvolumes", "/apis/storage.k8s.io/v1/storageclasses"];
        for (place, object) in made.iter().zip([volume, class]) {
            self.world.directly("POST", place, &object).await.unwrap();
        }
        made.map(|place| format!("{place}/{name}"))
    }

    /// Whoever may list a kind without namespaces sees its object, and nobody else. How many saw one.
    async fn agrees_on_the_cluster(&self) -> usize {
        let mut seen = 0;
        for (person, _) in &self.people {
            for (group, resource) in KINDS_OF_CLUSTERS {
                let may = self.allows(person, "list", group, resource, None).await;
                let group = if group.is_empty() { "core" } else { group };
                let path = format!(
                    "/api/v1/resources/{group}/v1/{resource}?filter=name={}",
                    self.namespaces[0]
                );
                eventually(&format!("{resource} are seen: {may}"), || async {
                    let list: ResourceList = person.client.get(&path).await.expect_status(200).json();
                    list.total == u64::from(may) && list.rows.len() == usize::from(may)
                })
                .await;
                seen += usize::from(may);
            }
        }
        seen
    }

    async fn answers_are_the_api_servers(&self, person: &Somebody) {
        let mut questions = Vec::new();
        for (group, resource) in KINDS.into_iter().chain(KINDS_OF_CLUSTERS) {
            for verb in VERBS {
                for namespace in self.namespaces.iter().map(Some).chain([None]) {
                    questions.push((verb, group, resource, namespace));
                }
            }
        }
        for questions in questions.chunks(100) {
            let mut expected = Vec::new();
            for (verb, group, resource, namespace) in questions {
                expected.push(self.allows(person, verb, group, resource, *namespace).await);
            }
            let body: Vec<Value> = questions
                .iter()
                .map(|(verb, group, resource, namespace)| {
                    json!({"cluster": self.world.cluster, "verb": verb, "group": group, "resource": resource,
                        "namespace": namespace})
                })
                .collect();
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

    async fn allows(
        &self,
        person: &Somebody,
        verb: &str,
        group: &str,
        resource: &str,
        namespace: Option<&String>,
    ) -> bool {
        let asked = ResourceAttributes {
            verb: Some(verb.to_owned()),
            group: Some(group.to_owned()),
            resource: Some(resource.to_owned()),
            namespace: namespace.cloned(),
            ..ResourceAttributes::default()
        };
        self.world.cluster_allows(person, asked).await
    }

    /// What the API server would list to somebody: `namespace/name`, sorted.
    async fn may_list(&self, person: &Somebody, group: &str, resource: &str) -> Vec<String> {
        let mut names = Vec::new();
        for namespace in &self.namespaces {
            if !self.allows(person, "list", group, resource, Some(namespace)).await {
                continue;
            }
            let path = format!("{}/{resource}", place(group, namespace));
            let list = self.world.directly("GET", &path, &json!({})).await.unwrap();
            for object in list["items"].as_array().unwrap() {
                names.push(format!("{namespace}/{}", object["metadata"]["name"].as_str().unwrap()));
            }
        }
        names.sort();
        names
    }

    /// The whole list, its pages, its counts, a search, and the overview's count show exactly these.
    async fn lists_are(&self, person: &Somebody, group: &str, resource: &str, expected: &[String]) {
        let kind = format!("{}/v1/{resource}", if group.is_empty() { "core" } else { group });
        let only: Vec<String> = self.namespaces.iter().map(|name| format!("namespace={name}")).collect();
        let path = format!("/api/v1/resources/{kind}?{}", only.join("&"));
        let page = |query: &str| {
            let path = format!("{path}&{query}");
            async move { person.client.get(&path).await.expect_status(200).json::<ResourceList>() }
        };
        eventually(&format!("the pages of {kind} hold {expected:?}"), || async {
            let mut names = Vec::new();
            for number in 1..=expected.len() / 2 + 1 {
                let list = page(&format!("pageSize=2&page={number}&sort=-name")).await;
                if !counts_are(&list, expected.len()) {
                    return false;
                }
                names.extend(list.rows.iter().map(name));
            }
            names.sort();
            names == expected
        })
        .await;
        // Rights hold still now: what the pages hold, a search and the overview do, too.
        let hits: Vec<&String> = expected.iter().filter(|name| name.ends_with("/one")).collect();
        let found = page("filter=name=one&sort=namespace").await;
        let found: Vec<String> = found.rows.iter().map(name).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), hits, "a search in {kind}");
        // Whoever may list a kind everywhere sees other tests' objects, too; whoever may not sees nothing of them.
        if !self.allows(person, "list", group, resource, None).await {
            let path = format!("/api/v1/resources/{kind}?pageSize=500");
            let list: ResourceList = person.client.get(&path).await.expect_status(200).json();
            let mut names: Vec<String> = list.rows.iter().map(name).collect();
            names.sort();
            assert_eq!(names, expected, "the list of {kind} without a namespace");
            let path = format!("/api/v1/clusters/{}/overview", self.world.cluster);
            let overview: ClusterOverview = person.client.get(&path).await.expect_status(200).json();
            if let Some(summary) = overview.workloads.iter().find(|summary| summary.kind == kind) {
                assert_eq!(summary.total, expected.len() as u64, "the overview's {kind}");
            }
        }
    }

    /// An object appears in every namespace: whoever may list it sees it, and nobody else sees it for a moment.
    async fn shows_nobody_a_strangers_change(&self, round: usize) {
        for (_, watched) in &self.people {
            watched.forget();
        }
        let (group, resource) = KINDS[round % KINDS.len()];
        for namespace in &self.namespaces {
            make(&self.world, namespace, group, resource, &format!("new-{round}")).await;
        }
        for (person, watched) in &self.people {
            let expected = self.may_list(person, group, resource).await;
            eventually(&format!("the live list of {resource} shows {expected:?}"), || async {
                watched.shows(resource, &expected)
            })
            .await;
            let shown = watched.shown(resource);
            assert!(
                shown.iter().all(|name| expected.contains(name)),
                "{shown:?} of {expected:?}"
            );
        }
    }
}
