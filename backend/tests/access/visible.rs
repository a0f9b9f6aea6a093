//! Somebody sees exactly what is granted: in lists, counts, single objects, the live socket.

use muster_api::Collection;
use muster_api::cluster::Cluster;
use serde_json::{Value, json};

use crate::world::{World, eventually, group, user};

#[tokio::test]
async fn whoever_has_no_binding_sees_no_cluster_and_nothing_in_it() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let ada = world.somebody("ada", &["developers"]).await;
    let clusters: Collection<Cluster> = ada.client.get("/api/v1/clusters").await.expect_status(200).json();
    assert_eq!(clusters.total, 0);
    for path in [
        format!("/api/v1/clusters/{}", world.cluster),
        "/api/v1/clusters/shared".to_owned(),
        format!("/api/v1/clusters/{}/overview", world.cluster),
        format!("/api/v1/resources/core/v1/pods?cluster={}", world.cluster),
        format!(
            "/api/v1/clusters/{}/resources/core/v1/configmaps/{}/kube-root-ca.crt",
            world.cluster,
            namespace.name()
        ),
        format!("/k8s/clusters/{}/api/v1/namespaces", world.cluster),
    ] {
        assert_eq!(ada.client.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(world.names(&ada.client, "core/v1/configmaps", "").await, [""; 0]);
}

#[tokio::test]
async fn what_was_granted_is_allowed_at_once_by_the_console_and_by_the_cluster() {
    let world = World::on_postgres().await;
    let namespace = world.namespace().await;
    let object = |name: &str| {
        format!(
            "/api/v1/clusters/shared/resources/core/v1/configmaps/{}/{name}",
            namespace.name()
        )
    };
    for number in 0..10 {
        let name = format!("settings-{number}");
        world.config_map(namespace.name(), &name).await;
        let somebody = world.somebody(&format!("somebody-{number}"), &["developers"]).await;
        // By turns for the whole cluster and for one namespace.
        let (role, scope) = if number % 2 == 0 {
            ("cluster-owner", world.in_cluster())
        } else {
            ("project-member", world.in_namespace(namespace.name()))
        };
        world.grant(role, user(&somebody), scope).await;
        somebody.client.delete(&object(&name)).await.expect_status(200);
    }
}

#[tokio::test]
async fn whoever_has_two_namespaces_opens_a_list_and_sees_exactly_those() {
    let world = World::start().await;
    let (first, second, other) = (
        world.namespace().await,
        world.namespace().await,
        world.namespace().await,
    );
    for namespace in [&first, &second, &other] {
        world.config_map(namespace.name(), "settings").await;
    }
    let ada = world.somebody("ada", &["developers"]).await;
    world
        .grant("project-viewer", group(&ada, 0), world.in_namespace(first.name()))
        .await;
    world
        .grant("project-member", user(&ada), world.in_namespace(second.name()))
        .await;
    let mut expected: Vec<String> = [first.name(), second.name()]
        .iter()
        .flat_map(|name| [format!("{name}/kube-root-ca.crt"), format!("{name}/settings")])
        .collect();
    expected.sort();
    eventually("the list shows both namespaces and no other", || async {
        let mut names = world.names(&ada.client, "core/v1/configmaps", "pageSize=500").await;
        names.sort();
        names == expected
    })
    .await;
    let mut namespaces = world.names(&ada.client, "core/v1/namespaces", "").await;
    namespaces.sort();
    let mut expected = [first.name(), second.name()].map(|name| format!("/{name}"));
    expected.sort();
    assert_eq!(namespaces, expected);

    // One namespace that is granted, one that is not, and one that does not exist look like that.
    let object = |namespace: &str| format!("/api/v1/clusters/shared/resources/core/v1/configmaps/{namespace}/settings");
    ada.client.get(&object(first.name())).await.expect_status(200);
    let invisible = ada.client.get(&object(other.name())).await;
    let missing = ada.client.get(&object("no-such-namespace")).await;
    assert_eq!((invisible.status, missing.status), (404, 404));
    // What is visible but not allowed is said to be so.
    let deletion = ada.client.delete(&object(first.name())).await;
    assert_eq!(deletion.status, 403, "{}", deletion.body);
    ada.client.delete(&object(second.name())).await.expect_status(200);

    // The namespaces in which he has something are told without a list of all of them.
    let path = "/api/v1/account/permissions?cluster=shared";
    let permissions: Value = ada.client.get(path).await.expect_status(200).json();
    let mut own = vec![first.name(), second.name()];
    own.sort_unstable();
    assert_eq!(permissions["namespaces"], json!(own));
}

#[tokio::test]
async fn revoking_a_binding_takes_everything_that_it_gave() {
    let world = World::on_postgres().await;
    let namespace = world.namespace().await;
    let ada = world.somebody("ada", &["developers"]).await;
    let binding = world
        .grant("project-viewer", group(&ada, 0), world.in_namespace(namespace.name()))
        .await;
    assert!(binding.clusters.iter().all(|state| state.written), "{binding:#?}");
    eventually("she sees the namespace", || async {
        !world.names(&ada.client, "core/v1/configmaps", "").await.is_empty()
    })
    .await;
    let path = format!("/api/v1/bindings/{}", binding.id);
    ada.client.delete(&path).await.expect_status(403);
    world.administrator.delete(&path).await.expect_status(204);
    assert_eq!(world.names(&ada.client, "core/v1/configmaps", "").await, [""; 0]);
    let selector = "labelSelector=muster.dev%2Fconsole";
    let list = format!(
        "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings?{selector}",
        namespace.name()
    );
    let left = world.directly("GET", &list, &json!({})).await.unwrap();
    assert_eq!(left["items"], json!([]));
}

#[tokio::test]
async fn a_project_gives_its_members_its_namespaces_also_those_that_come_later() {
    let world = World::on_postgres().await;
    let (first, second) = (world.namespace().await, world.namespace().await);
    let ada = world.somebody("ada", &["developers"]).await;
    let request = json!({"cluster": "shared", "name": "shop", "namespaces": [first.name()], "quota": {"pods": "7"},
        "defaults": {"requests": {"cpu": "100m"}, "limits": {"memory": "256Mi"}}});
    let project: Value = world
        .administrator
        .post("/api/v1/projects", &request)
        .await
        .expect_status(201)
        .json();
    let scope = json!({"kind": "project", "project": project["id"]});
    world.grant("project-member", group(&ada, 0), scope).await;
    let sees = |namespace: String| {
        let (world, client) = (&world, ada.client.clone());
        move || {
            let (namespace, client) = (namespace.clone(), client.clone());
            async move {
                let query = format!("namespace={namespace}");
                !world.names(&client, "core/v1/configmaps", &query).await.is_empty()
            }
        }
    };
    eventually("she sees the first namespace", sees(first.name().to_owned())).await;
    assert!(!sees(second.name().to_owned())().await);
    let quotas = format!("/api/v1/namespaces/{}/resourcequotas", first.name());
    eventually("the quota stands", || async {
        let list = world.directly("GET", &quotas, &json!({})).await.unwrap();
        list["items"][0]["spec"]["hard"]["pods"] == "7"
    })
    .await;
    let limits = format!("/api/v1/namespaces/{}/limitranges", first.name());
    eventually("the defaults of containers stand", || async {
        let list = world.directly("GET", &limits, &json!({})).await.unwrap();
        let limits = &list["items"][0]["spec"]["limits"][0];
        limits["defaultRequest"]["cpu"] == "100m" && limits["default"]["memory"] == "256Mi"
    })
    .await;

    let request = json!({"cluster": "shared", "name": "shop", "namespaces": [first.name(), second.name()]});
    let path = format!("/api/v1/projects/{}", project["id"].as_str().unwrap());
    ada.client
        .request(reqwest::Method::PUT, &path)
        .json(&request)
        .send()
        .await
        .unwrap();
    assert!(
        !sees(second.name().to_owned())().await,
        "members do not widen their project"
    );
    let answer = world
        .administrator
        .request(reqwest::Method::PUT, &path)
        .json(&request)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    eventually("she sees the second namespace", sees(second.name().to_owned())).await;

    world.administrator.delete(&path).await.expect_status(204);
    assert!(
        !sees(first.name().to_owned())().await,
        "removing the project takes the rights"
    );
    first.name();
}

#[tokio::test]
async fn a_binding_that_ends_by_itself_ends() {
    let world = World::on_postgres().await;
    let namespace = world.namespace().await;
    let ada = world.somebody("ada", &[]).await;
    let end = world.test.app.clock.now() + jiff::SignedDuration::from_secs(3);
    let request = json!({"role": "project-viewer", "subject": user(&ada), "scope": world.in_namespace(namespace.name()),
        "expiresAt": end.to_string()});
    world
        .administrator
        .post("/api/v1/bindings", &request)
        .await
        .expect_status(201);
    let bindings = format!(
        "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings?labelSelector=muster.dev%2Fconsole",
        namespace.name()
    );
    eventually("it is gone from the cluster, too", || async {
        let list = world.directly("GET", &bindings, &json!({})).await.unwrap();
        list["items"] == json!([]) && world.names(&ada.client, "core/v1/configmaps", "").await.is_empty()
    })
    .await;
}
