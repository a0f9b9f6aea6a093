//! Advisories about rights that grew: by a sequence of calls, by a label, by a name that somebody else has too, by a part
//! that did not answer.

use k8s_openapi::api::authorization::v1::ResourceAttributes;
use muster_api::access::Project;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use reqwest::Method;
use serde_json::{Value, json};
use testbed::Cluster;

use crate::support::{Answer, Client};
use crate::world::{Somebody, World, eventually, group, user};

async fn project(world: &World, name: &str, namespace: &str) -> Project {
    let request = json!({"cluster": "shared", "name": name, "namespaces": [namespace]});
    world
        .administrator
        .post("/api/v1/projects", &request)
        .await
        .expect_status(201)
        .json()
}

async fn send(client: &Client, method: Method, path: &str, kind: &str, body: &Value) -> Answer {
    let request = client
        .request(method, path)
        .header("content-type", kind)
        .body(body.to_string());
    Answer::of(request).await
}

/// What somebody may do, as the API server itself says: a letter a question.
async fn rights(world: &World, somebody: &Somebody, places: &[&str]) -> Vec<bool> {
    let mut answers = Vec::new();
    for (group, resource) in [
        ("", "secrets"),
        ("", "pods"),
        ("rbac.authorization.k8s.io", "rolebindings"),
        ("", "namespaces"),
    ] {
        for verb in ["get", "create", "delete", "impersonate", "escalate"] {
            for place in places.iter().map(|place| Some((*place).to_owned())).chain([None]) {
                let asked = ResourceAttributes {
                    verb: Some(verb.to_owned()),
                    group: Some(group.to_owned()),
                    resource: Some(resource.to_owned()),
                    namespace: place,
                    ..ResourceAttributes::default()
                };
                answers.push(world.cluster_allows(somebody, asked).await);
            }
        }
    }
    answers
}

/// Rancher let owners of a project make or bind roles with more than they had, also in other projects and clusters. Here a
/// grant is compared with what the granter has; whatever an owner calls, in whatever order, nobody has more than she had.
#[tokio::test]
async fn cve_2021_36784_cve_2022_31247_cve_2019_14436_and_ghsa_7m72_mh5r_6j3r_no_sequence_of_calls_gives_more_than_one_has()
 {
    let seed = *b"nobody grants more than he has..";
    let mut dice = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut below = |end: usize| usize::try_from(dice.next_u32()).unwrap() % end;
    let world = World::start().await;
    let (own, other) = (world.namespace().await, world.namespace().await);
    let places = [own.name(), other.name()];
    let (owned, foreign) = (
        project(&world, "owned", places[0]).await,
        project(&world, "foreign", places[1]).await,
    );
    let (ada, friend) = (
        world.somebody("ada", &["adas"]).await,
        world.somebody("friend", &[]).await,
    );
    let scope = |id: &str| json!({"kind": "project", "project": id});
    world.grant("project-owner", user(&ada), scope(&owned.id)).await;
    let before = rights(&world, &ada, &places).await;
    assert!(before.iter().any(|allowed| *allowed) && !before.iter().all(|allowed| *allowed));

    let roles = [
        "administrator",
        "user-manager",
        "cluster-owner",
        "cluster-operator",
        "cluster-viewer",
        "project-owner",
        "project-member",
        "all of it",
        "6d757374-6572-8000-8000-000000000001",
    ];
    let scopes = [
        scope(&owned.id),
        scope(&foreign.id),
        world.in_namespace(places[0]),
        world.in_namespace(places[1]),
        world.in_cluster(),
        json!({"kind": "everything"}),
        json!({"kind": "clusters", "labelSelector": "a!=b"}),
    ];
    let subjects = [user(&ada), group(&ada, 0), user(&friend)];
    let all = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]);
    let mut granted = 0;
    for _ in 0..120 {
        let role = roles[below(roles.len())];
        let place = places[below(2)];
        let client = if below(4) == 0 { &friend.client } else { &ada.client };
        let answer = match below(7) {
            0..3 => {
                let request =
                    json!({"role": role, "subject": subjects[below(3)], "scope": scopes[below(scopes.len())]});
                let answer = client.post("/api/v1/bindings", &request).await;
                granted += usize::from(answer.status == 201);
                answer
            }
            3 => {
                let role = json!({"name": "all of it", "level": "namespace", "rules": all, "inherits": [role],
                    "permissions": ["administer"]});
                client.post("/api/v1/roles", &role).await
            }
            4 => {
                let role = json!({"name": "project-owner", "level": "cluster", "rules": all});
                send(
                    client,
                    Method::PUT,
                    "/api/v1/roles/project-owner",
                    "application/json",
                    &role,
                )
                .await
            }
            5 => {
                let request = json!({"cluster": "shared", "name": "owned", "namespaces": [place]});
                let path = format!("/api/v1/projects/{}", [&owned.id, &foreign.id][below(2)]);
                send(client, Method::PUT, &path, "application/json", &request).await
            }
            _ => {
                let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                    "metadata": {"name": format!("grown-{}", below(9))},
                    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
                    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User",
                        "name": format!("muster:user:{}", ada.id)}]});
                let path =
                    format!("/k8s/clusters/shared/apis/rbac.authorization.k8s.io/v1/namespaces/{place}/rolebindings");
                send(client, Method::POST, &path, "application/json", &binding).await
            }
        };
        assert!(answer.status < 500, "{}", answer.body);
    }
    assert!(granted > 0, "she grants within her project");
    let (of_ada, of_friend) = (
        rights(&world, &ada, &places).await,
        rights(&world, &friend, &places).await,
    );
    assert_eq!(of_ada, before);
    assert!(
        of_friend.iter().zip(&before).all(|(friend, ada)| !friend || *ada),
        "{of_friend:?} {before:?}"
    );
    for somebody in [&ada, &friend] {
        somebody.client.get("/api/v1/users").await.expect_status(403);
        somebody.client.get("/api/v1/audit").await.expect_status(403);
    }
}

/// Rancher and Capsule read off a label of a namespace to which project it belongs, and let its owner write that label.
/// Here the console's database says it, and only who manages projects in the whole cluster changes it there.
#[tokio::test]
async fn cve_2020_10676_cve_2024_39690_and_cve_2025_55205_no_label_moves_a_namespace_into_a_project() {
    let world = World::start().await;
    let (own, other) = (world.namespace().await, world.namespace().await);
    let place = own.name();
    let (owned, foreign) = (
        project(&world, "owned", place).await,
        project(&world, "foreign", other.name()).await,
    );
    let (ada, ben) = (world.somebody("ada", &[]).await, world.somebody("ben", &[]).await);
    for (somebody, project) in [(&ada, &owned), (&ben, &foreign)] {
        let scope = json!({"kind": "project", "project": project.id});
        world.grant("project-owner", user(somebody), scope).await;
    }
    let path = format!("/k8s/clusters/shared/api/v1/namespaces/{place}");
    eventually("ada sees her namespace", || async {
        ada.client.get(&path).await.status == 200
    })
    .await;
    let marks = json!({"field.cattle.io/projectId": foreign.id, "capsule.clastix.io/tenant": "foreign",
        "muster.dev/project": foreign.id, "muster.dev/console": foreign.id});
    let change = json!({"apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": place, "labels": marks, "annotations": marks}});
    let marking = json!([{"op": "add", "path": "/metadata/labels/muster.dev~1project", "value": foreign.id}]);
    for (method, rest, kind, body) in [
        (Method::PATCH, "", "application/merge-patch+json", &change),
        (Method::PATCH, "", "application/strategic-merge-patch+json", &change),
        (Method::PATCH, "", "application/json-patch+json", &marking),
        (
            Method::PATCH,
            "?fieldManager=a&force=true",
            "application/apply-patch+yaml",
            &change,
        ),
        (Method::PUT, "", "application/json", &change),
        (Method::PUT, "/finalize", "application/json", &change),
        (Method::PUT, "/status", "application/json", &change),
        (Method::PATCH, "/status", "application/merge-patch+json", &change),
    ] {
        let answer = send(
            &ada.client,
            method.clone(),
            &format!("{path}{rest}"),
            kind,
            &body.clone(),
        )
        .await;
        assert_eq!(answer.status, 403, "{method} {rest} {kind}: {}", answer.body);
    }
    let new =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": format!("{place}-new"), "labels": marks}});
    send(
        &ada.client,
        Method::POST,
        "/k8s/clusters/shared/api/v1/namespaces",
        "application/json",
        &new,
    )
    .await
    .expect_status(403);
    // And where somebody may write them, they say nothing.
    world
        .directly(
            "PATCH",
            &format!("/api/v1/namespaces/{place}"),
            &json!({"metadata": {"labels": marks}}),
        )
        .await
        .unwrap();
    world.config_map(place, "later").await;
    eventually("ada sees what came later", || async {
        world
            .names(&ada.client, "core/v1/configmaps", "")
            .await
            .contains(&format!("{place}/later"))
    })
    .await;
    ben.client.get(&path).await.expect_status(403);
    let read: Project = ben
        .client
        .get(&format!("/api/v1/projects/{}", foreign.id))
        .await
        .expect_status(200)
        .json();
    assert_eq!(read.namespaces, [other.name()]);
}

/// Rancher knew a project by a name that another cluster could have too. Here everything is known by an id of its own that
/// the console makes, and a namespace by its cluster and name.
#[tokio::test]
async fn cve_2024_22031_the_same_names_in_two_clusters_are_two_things() {
    let world = World::start().await;
    let second = Cluster::builder().name("second").start().await.unwrap();
    let request = json!({"name": "second", "kubeconfig": second.kubeconfig().unwrap()});
    world
        .administrator
        .post("/api/v1/clusters", &request)
        .await
        .expect_status(201);
    let namespace = world.namespace().await;
    let place = namespace.name();
    second
        .apply(&format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {place}}}\n"
        ))
        .await
        .unwrap();
    let mut projects = Vec::new();
    for cluster in ["shared", "second"] {
        let request = json!({"cluster": cluster, "name": "shop", "namespaces": [place],
            "id": "00000000-0000-0000-0000-000000000001"});
        let made = world.administrator.post("/api/v1/projects", &request).await;
        if made.status == 422 {
            // Ids are not taken from whoever asks.
            let request = json!({"cluster": cluster, "name": "shop", "namespaces": [place]});
            let made = world.administrator.post("/api/v1/projects", &request).await;
            projects.push(made.expect_status(201).json::<Project>());
        } else {
            projects.push(made.expect_status(201).json::<Project>());
        }
    }
    assert_ne!(projects[0].id, projects[1].id);
    let (ada, ben) = (world.somebody("ada", &[]).await, world.somebody("ben", &[]).await);
    for (somebody, project) in [(&ada, &projects[0]), (&ben, &projects[1])] {
        let scope = json!({"kind": "project", "project": project.id});
        world.grant("project-owner", user(somebody), scope).await;
    }
    for (somebody, own, other, others) in [
        (&ada, "shared", "second", &projects[1]),
        (&ben, "second", "shared", &projects[0]),
    ] {
        let object =
            |cluster: &str| format!("/api/v1/clusters/{cluster}/resources/core/v1/configmaps/{place}/kube-root-ca.crt");
        eventually("everybody sees his own", || async {
            somebody.client.get(&object(own)).await.status == 200
        })
        .await;
        for path in [
            object(other),
            format!("/api/v1/clusters/{other}"),
            format!("/api/v1/projects/{}", others.id),
            format!("/k8s/clusters/{other}/api/v1/namespaces/{place}/configmaps"),
            format!("/api/v1/projects?cluster={other}"),
        ] {
            somebody.client.get(&path).await.expect_status(404);
        }
        let list = somebody
            .client
            .get(&format!("/api/v1/resources/core/v1/configmaps?namespace={place}"))
            .await;
        let list: Value = list.expect_status(200).json();
        assert_eq!(list["total"], 1, "{list}");
    }
    second.stop().await.unwrap();
}

/// Rancher's webhook let everything through while it was degraded. Here rights that cannot be read are asked of the API
/// server, and where that cannot be, nothing is shown.
#[tokio::test]
async fn cve_2023_22651_rights_that_cannot_be_read_are_no_rights() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let place = namespace.name();
    world.config_map(place, "settings").await;
    // An account that reads everything of a cluster but its RBAC, and acts for nobody.
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "blind"}});
    world
        .directly("POST", &format!("/api/v1/namespaces/{place}/serviceaccounts"), &account)
        .await
        .unwrap();
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": place},
        "rules": [{"apiGroups": [""], "resources": ["namespaces", "configmaps", "pods", "nodes"],
            "verbs": ["get", "list", "watch"]}]});
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    world
        .directly("POST", &format!("{rbac}/clusterroles"), &role)
        .await
        .unwrap();
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": place},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": place},
        "subjects": [{"kind": "ServiceAccount", "name": "blind", "namespace": place}]});
    world
        .directly("POST", &format!("{rbac}/clusterrolebindings"), &binding)
        .await
        .unwrap();
    let asked = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
    let path = format!("/api/v1/namespaces/{place}/serviceaccounts/blind/token");
    let token = world.directly("POST", &path, &asked).await.unwrap();
    let shared = Cluster::shared().await.unwrap();
    let request = json!({"name": "blind", "url": shared.url(), "token": token["status"]["token"],
        "certificateAuthority": shared.certificate_authority()});
    let made = world.administrator.post("/api/v1/clusters", &request).await;
    let made: Value = made.expect_status(201).json();
    let ada = world.somebody("ada", &[]).await;
    let scope = json!({"kind": "cluster", "cluster": made["id"]});
    world.grant("cluster-owner", user(&ada), scope).await;
    for _ in 0..3 {
        let list = ada
            .client
            .get("/api/v1/resources/core/v1/configmaps?cluster=blind")
            .await;
        assert!(!list.body.contains("settings"), "{}", list.body);
        let object = format!("/api/v1/clusters/blind/resources/core/v1/configmaps/{place}/settings");
        let answer = ada.client.get(&object).await;
        assert!(
            matches!(answer.status, 403 | 404 | 502 | 503),
            "{} {}",
            answer.status,
            answer.body
        );
        let proxied = ada
            .client
            .get(&format!("/k8s/clusters/blind/api/v1/namespaces/{place}/configmaps"))
            .await;
        assert!(
            matches!(proxied.status, 403 | 502 | 503),
            "{} {}",
            proxied.status,
            proxied.body
        );
    }
    for kind in ["clusterrolebindings", "clusterroles"] {
        world
            .directly("DELETE", &format!("{rbac}/{kind}/{place}"), &json!({}))
            .await
            .unwrap();
    }
}
