//! Advisories about what stays open: watches, live lists, shells.

use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use muster_api::live::{ClientMessage, ServerMessage, Subscribe};
use muster_api::resource::ResourceQuery;
use reqwest::Method;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::{Answer, Client};
use crate::world::{PATIENCE, World, eventually, user};

/// Steve gave events of a watch by id or selector without asking whether its objects may be read. Here a watch through the
/// console is the API server's own, asked as the user, and rows of live lists are taken from what the user may list.
#[tokio::test]
async fn cve_2024_52280_a_watch_gives_nothing_of_namespaces_that_one_may_not_read() {
    let world = World::start().await;
    let (own, other) = (world.namespace().await, world.namespace().await);
    let (own, other) = (own.name(), other.name());
    for place in [own, other] {
        world.config_map(place, "settings").await;
    }
    let ada = world.somebody("ada", &[]).await;
    world.grant("project-viewer", user(&ada), world.in_namespace(own)).await;
    eventually("she sees her own", || async {
        !world
            .names(&ada.client, "core/v1/configmaps", "cluster=shared")
            .await
            .is_empty()
    })
    .await;
    let core = "/k8s/clusters/shared/api/v1";
    for path in [
        "/configmaps?watch=1".to_owned(),
        "/configmaps?watch=1&labelSelector=a%3Db".to_owned(),
        format!("/configmaps?watch=1&fieldSelector=metadata.namespace%3D{other}"),
        format!("/namespaces/{other}/configmaps?watch=true"),
        format!("/namespaces/{other}/configmaps?watch=1&fieldSelector=metadata.name%3Dsettings"),
        format!("/watch/namespaces/{other}/configmaps/settings"),
        format!("/watch/namespaces/{other}/configmaps"),
        "/watch/configmaps".to_owned(),
    ] {
        let answer = ada.client.get(&format!("{core}{path}")).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
    }
    for query in [
        format!("namespace={other}"),
        format!("namespace={own}&namespace={other}"),
        "filter=name%20%3D%20settings".to_owned(),
        "labelSelector=a%21%3Db".to_owned(),
    ] {
        let names = world
            .names(&ada.client, "core/v1/configmaps", &format!("cluster=shared&{query}"))
            .await;
        assert!(names.iter().all(|name| name.starts_with(own)), "{query}: {names:?}");
    }
    let url = format!("{}/api/v1/live", world.test.base.replace("http://", "ws://"));
    let mut request = url.into_client_request().unwrap();
    let bearer = format!("Bearer {}", ada.client.token.as_ref().unwrap());
    request.headers_mut().insert("authorization", bearer.parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let mut query = ResourceQuery::of("core", "v1", "configmaps");
    query.clusters = vec!["shared".to_owned()];
    query.namespaces = vec![own.to_owned(), other.to_owned()];
    let subscribe = ClientMessage::Subscribe(Box::new(Subscribe {
        id: "a".to_owned(),
        query,
    }));
    socket
        .send(Message::text(serde_json::to_string(&subscribe).unwrap()))
        .await
        .unwrap();
    world.config_map(other, "later").await;
    world.config_map(own, "later").await;
    let hearing = async {
        // Until what came later in her own namespace is told; by then the other one would have been, too.
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            assert!(!text.contains(other), "{text}");
            let is_told = text.contains("later");
            if is_told && !matches!(serde_json::from_str(&text).unwrap(), ServerMessage::Heartbeat {}) {
                return;
            }
        }
        panic!("the socket ended");
    };
    tokio::time::timeout(PATIENCE, hearing).await.unwrap();
}

/// What is asked of one place is answered by no other: Rancher let the address or the first frame of a shell name another
/// cluster. Here the place is in the address alone, and each part of it is checked by the API server.
#[tokio::test]
async fn cve_2022_21953_a_shell_is_opened_where_one_may_and_nowhere_else() {
    let world = World::start().await;
    let (own, other) = (world.namespace().await, world.namespace().await);
    let ada = world.somebody("ada", &[]).await;
    world
        .grant("project-owner", user(&ada), world.in_namespace(own.name()))
        .await;
    let open = |cluster: &str, place: &str, rest: &str| {
        let path = format!("/k8s/clusters/{cluster}/api/v1/namespaces/{place}/pods/web/{rest}");
        upgrade(&ada.client, Method::GET, path)
    };
    eventually("her own namespace answers", || async {
        open("shared", own.name(), "exec?command=id").await.status == 404
    })
    .await;
    let elsewhere = format!("exec?command=id&namespace={}", other.name());
    open("shared", own.name(), &elsewhere).await.expect_status(404);
    for (cluster, place, status) in [
        ("shared", other.name(), 403),
        ("shared", "kube-system", 403),
        ("local", own.name(), 404),
    ] {
        for rest in ["exec?command=id", "attach", "portforward"] {
            let answer = open(cluster, place, rest).await;
            assert_eq!(answer.status, status, "{cluster} {place} {rest}: {}", answer.body);
        }
    }
}

async fn upgrade(client: &Client, method: Method, path: String) -> Answer {
    let request = client
        .request(method, &path)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("sec-websocket-protocol", "v5.channel.k8s.io");
    Answer::of(request).await
}

/// Before Kubernetes 1.35 a shell by WebSocket asked for the right to `get` a pod's `exec` only, which a role that looks at
/// everything (`*`) has. Here roles that look name what they look at.
#[tokio::test]
async fn kubernetes_78741_and_133515_whoever_only_looks_opens_no_shell() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let place = namespace.name();
    let (ada, ben) = (world.somebody("ada", &[]).await, world.somebody("ben", &[]).await);
    world
        .grant("project-viewer", user(&ada), world.in_namespace(place))
        .await;
    world.grant("cluster-viewer", user(&ben), world.in_cluster()).await;
    for somebody in [&ada, &ben] {
        let pods = format!("/k8s/clusters/shared/api/v1/namespaces/{place}/pods");
        eventually("the pods are seen", || async {
            somebody.client.get(&pods).await.status == 200
        })
        .await;
        for (method, rest) in [
            (Method::GET, "exec?command=id"),
            (Method::POST, "exec?command=id"),
            (Method::GET, "attach"),
            (Method::GET, "portforward"),
            (Method::GET, "proxy/"),
        ] {
            let answer = upgrade(&somebody.client, method.clone(), format!("{pods}/web/{rest}")).await;
            assert_eq!(answer.status, 403, "{method} {rest}: {}", answer.body);
        }
    }
}

/// Argo CD's terminals stayed open after the right to them was taken away. Here what stays open is asked for again and
/// again; `a_shell_ends_…` in the tests of the proxy is about its credential.
#[tokio::test]
async fn cve_2023_40025_and_cve_2024_41666_what_is_open_ends_with_the_right_to_it() {
    let world = World::start().await;
    let namespace = world.namespace().await;
    let place = namespace.name();
    let ada = world.somebody("ada", &[]).await;
    let binding = world
        .grant("project-viewer", user(&ada), world.in_namespace(place))
        .await;
    let path = format!("/k8s/clusters/shared/api/v1/namespaces/{place}/configmaps?watch=1&timeoutSeconds=300");
    eventually("she may watch", || async {
        ada.client
            .get(&path.replace("watch=1&timeoutSeconds=300", "limit=1"))
            .await
            .status
            == 200
    })
    .await;
    let mut open = ada.client.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(open.status().as_u16(), 200);
    assert!(open.chunk().await.unwrap().is_some());
    world
        .administrator
        .delete(&format!("/api/v1/bindings/{}", binding.id))
        .await
        .expect_status(204);
    let revoked = Instant::now();
    let ending = async { while let Ok(Some(_)) = open.chunk().await {} };
    tokio::time::timeout(PATIENCE, ending).await.unwrap();
    assert!(revoked.elapsed() < Duration::from_secs(6), "{:?}", revoked.elapsed());
}
