//! Advisories of other consoles about what somebody may see and do, one test each. The list of all of them, and which test
//! is for which, is docs/advisories.md.

mod growing;
mod open;

use muster_api::access::Project;
use serde_json::{Value, json};

use crate::support::Client;
use crate::world::{Somebody, World, eventually, group, user};

/// Headlamp's cache had no resource in its key, so a Secret came as the ConfigMap of the same name. Here a single object is
/// read from its cluster each time, as the user.
#[tokio::test]
async fn headlamp_6713_and_6720_things_of_one_name_are_never_taken_for_one_another() {
    let world = World::start().await;
    let (first, second) = (world.namespace().await, world.namespace().await);
    for place in [first.name(), second.name()] {
        world.config_map(place, "twin").await;
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "twin"},
            "stringData": {"word": format!("word-of-{place}")}});
        world
            .directly("POST", &format!("/api/v1/namespaces/{place}/secrets"), &secret)
            .await
            .unwrap();
    }
    let ada = world.somebody("ada", &[]).await;
    let rules = json!([{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}]);
    let role = json!({"name": "only config maps", "level": "namespace", "rules": rules});
    world
        .administrator
        .post("/api/v1/roles", &role)
        .await
        .expect_status(201);
    world
        .grant("only config maps", user(&ada), world.in_namespace(first.name()))
        .await;
    let object =
        |resource: &str, place: &str| format!("/api/v1/clusters/shared/resources/core/v1/{resource}/{place}/twin");
    eventually("she reads the config map", || async {
        ada.client.get(&object("configmaps", first.name())).await.status == 200
    })
    .await;
    for _ in 0..2 {
        for place in [first.name(), second.name()] {
            // Whoever may reads both, again and again.
            let reveal = format!("{}?reveal=true", object("secrets", place));
            world.administrator.get(&reveal).await.expect_status(200);
            world
                .administrator
                .get(&object("configmaps", place))
                .await
                .expect_status(200);
            for resource in ["secrets", "configmaps"] {
                for query in ["", "?reveal=true", "?format=yaml"] {
                    let answer = ada.client.get(&format!("{}{query}", object(resource, place))).await;
                    let may = resource == "configmaps" && place == first.name();
                    let right = if may {
                        answer.status == 200
                    } else {
                        matches!(answer.status, 403 | 404)
                    };
                    assert!(right, "{resource} in {place}{query}: {}", answer.status);
                    assert!(
                        !answer.body.contains("word-of") && !answer.body.contains("kind: Secret"),
                        "{}",
                        answer.body
                    );
                }
                let (kind, query) = (format!("core/v1/{resource}"), format!("namespace={place}"));
                let may = resource == "configmaps" && place == first.name();
                assert!(may || world.names(&ada.client, &kind, &query).await.is_empty());
            }
        }
    }
}

/// Headlamp kept a client of whoever came first and used it for everybody. Here each call is made on behalf of who asks.
#[tokio::test]
async fn cve_2025_14269_what_an_administrator_has_used_serves_nobody_else() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let place = namespace.name();
    world.config_map(place, "settings").await;
    let eve = world.somebody("eve", &[]).await;
    let paths = [
        format!("/api/v1/clusters/shared/resources/core/v1/configmaps/{place}/settings"),
        format!("/api/v1/clusters/shared/resources/core/v1/configmaps/{place}/settings/events"),
        format!("/api/v1/resources/core/v1/configmaps?cluster=shared&namespace={place}"),
        "/api/v1/clusters/shared/overview".to_owned(),
        format!("/k8s/clusters/shared/api/v1/namespaces/{place}/configmaps/settings"),
        "/k8s/clusters/shared/apis".to_owned(),
    ];
    // The same connection, with another credential or none.
    let mut nobody: Client = world.administrator.clone();
    nobody.cookie = None;
    for _ in 0..2 {
        for path in &paths {
            world.administrator.get(path).await.expect_status(200);
            nobody.get(path).await.expect_status(401);
            let invented = nobody.with_token("mst_invented").get(path).await;
            invented.expect_status(401);
            let of_eve = nobody.with_token(eve.client.token.as_ref().unwrap()).get(path).await;
            assert!(
                !of_eve.body.contains("\"settings\"") && of_eve.status == 404,
                "{path}: {}",
                of_eve.body
            );
        }
    }
}

/// Rancher left role bindings in clusters after a member was removed. Here every object of a binding goes with it, by
/// whatever way it goes; `killed.rs` shows the same when the console is killed meanwhile.
#[tokio::test]
async fn cve_2021_36775_cve_2023_32199_and_cve_2019_6287_nothing_stands_in_a_cluster_for_whoever_lost_a_role() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let request = json!({"cluster": "shared", "name": "shop", "namespaces": [namespace.name()]});
    let project: Project = world
        .administrator
        .post("/api/v1/projects", &request)
        .await
        .expect_status(201)
        .json();
    let scope = json!({"kind": "project", "project": project.id});
    let ada = world.somebody("ada", &["developers"]).await;
    let bindings = [
        world.grant("cluster-viewer", user(&ada), world.in_cluster()).await,
        world
            .grant("project-owner", user(&ada), world.in_namespace(namespace.name()))
            .await,
        world
            .grant("cluster-operator", group(&ada, 0), json!({"kind": "everything"}))
            .await,
    ];
    for role in ["project-viewer", "project-member"] {
        world.grant(role, user(&ada), scope.clone()).await;
    }
    assert_eq!(standing_for(&world, &ada).await, 5);
    world
        .administrator
        .delete(&format!("/api/v1/bindings/{}", bindings[0].id))
        .await
        .expect_status(204);
    assert_eq!(standing_for(&world, &ada).await, 4);
    world
        .administrator
        .delete(&format!("/api/v1/projects/{}", project.id))
        .await
        .expect_status(204);
    assert_eq!(standing_for(&world, &ada).await, 2);
    world
        .administrator
        .delete(&format!("/api/v1/bindings/{}", bindings[2].id))
        .await
        .expect_status(204);
    assert_eq!(standing_for(&world, &ada).await, 1);
    world
        .administrator
        .delete(&format!("/api/v1/users/{}", ada.id))
        .await
        .expect_status(204);
    eventually("nothing stands for a user who is gone", || async {
        standing_for(&world, &ada).await == 0
    })
    .await;
}

/// How many bindings of RBAC name somebody or a group of his.
async fn standing_for(world: &World, somebody: &Somebody) -> usize {
    let mut count = 0;
    for kind in ["rolebindings", "clusterrolebindings"] {
        let path = format!("/apis/rbac.authorization.k8s.io/v1/{kind}");
        let list = world.directly("GET", &path, &json!({})).await.unwrap();
        let names = std::iter::once(somebody.id).chain(somebody.groups.iter().copied());
        let names: Vec<String> = names.map(|id| id.to_string()).collect();
        let items = list["items"].as_array().unwrap();
        let of_somebody = |item: &&Value| names.iter().any(|name| item["subjects"].to_string().contains(name));
        count += items.iter().filter(of_somebody).count();
    }
    count
}

/// Rancher let whoever manages users take another's name. Here local names are unique whatever their case, and cannot be
/// changed; `cve_2025_23391_…` in `escalation.rs` is about passwords and roles.
#[tokio::test]
async fn cve_2024_58260_nobody_takes_the_name_of_another() {
    let world = World::start().await;
    let manager = world.somebody("manager", &[]).await;
    world
        .grant("user-manager", user(&manager), json!({"kind": "everything"}))
        .await;
    for name in [
        "admin",
        "ADMIN",
        "Admin",
        " admin",
        "admin\t",
        "admin\u{0}",
        "ad\u{200b}min",
    ] {
        let request = json!({"name": name, "role": "user", "password": "a long enough password"});
        let answer = manager.client.post("/api/v1/users", &request).await;
        assert!(
            matches!(answer.status, 409 | 422),
            "{name:?}: {} {}",
            answer.status,
            answer.body
        );
    }
    let request = json!({"name": "hugo", "role": "user", "password": "a long enough password"});
    let hugo: Value = manager
        .client
        .post("/api/v1/users", &request)
        .await
        .expect_status(201)
        .json();
    let path = format!("/api/v1/users/{}", hugo["id"].as_str().unwrap());
    manager.client.patch(&path, &json!({"name": "admin"})).await;
    let found: Value = manager.client.get(&path).await.expect_status(200).json();
    assert_eq!(found["name"], "hugo");
    // Somebody of a provider who is called the same there is somebody else.
    let namesake = world.somebody("admin", &[]).await;
    namesake.client.get("/api/v1/users").await.expect_status(403);
}

/// Rancher looked at the name of a resource and not at its group. Here both are compared, as the API server does.
#[tokio::test]
async fn cve_2021_25318_and_cve_2023_32194_a_role_on_another_groups_kind_gives_nothing() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let place = namespace.name();
    let ada = world.somebody("ada", &[]).await;
    let rules = json!([{"apiGroups": ["apps.example.com"], "resources": ["deployments", "namespaces", "configmaps"],
        "verbs": ["*"]}]);
    let role = json!({"name": "another group", "level": "namespace", "rules": rules});
    world
        .administrator
        .post("/api/v1/roles", &role)
        .await
        .expect_status(201);
    world
        .grant("another group", user(&ada), world.in_namespace(place))
        .await;
    world.config_map(place, "settings").await;
    for path in [
        format!("/apis/apps/v1/namespaces/{place}/deployments"),
        format!("/api/v1/namespaces/{place}/configmaps"),
        format!("/api/v1/namespaces/{place}"),
    ] {
        let answer = ada.client.get(&format!("/k8s/clusters/shared{path}")).await;
        assert!(matches!(answer.status, 403 | 404), "{path}: {}", answer.status);
    }
    assert_eq!(world.names(&ada.client, "core/v1/configmaps", "").await, [""; 0]);
    let questions = json!({"questions": [
        {"cluster": "shared", "verb": "get", "group": "apps", "resource": "deployments", "namespace": place},
        {"cluster": "shared", "verb": "get", "group": "", "resource": "configmaps", "namespace": place},
    ]});
    let answer: Value = ada
        .client
        .post("/api/v1/access/review", &questions)
        .await
        .expect_status(200)
        .json();
    assert!(
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["allowed"] == false),
        "{answer}"
    );
}
