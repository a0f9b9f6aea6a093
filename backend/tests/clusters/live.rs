//! The live socket.

use crate::world::{PATIENCE, World, names};
use futures::{SinkExt, StreamExt};
use muster_api::live::{ClientMessage, ServerMessage, Subscribe, Unsubscribe};
use muster_api::resource::{ResourceList, ResourceQuery};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub async fn open(world: &World) -> Self {
        Self::try_open(world, world.client.cookie.as_deref(), &world.test.base)
            .await
            .unwrap()
    }

    async fn try_open(world: &World, cookie: Option<&str>, origin: &str) -> Result<Self, Error> {
        let url = format!("{}/api/v1/live", world.test.base.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        if let Some(cookie) = cookie {
            request.headers_mut().insert("cookie", cookie.parse().unwrap());
        }
        Ok(Self(connect_async(request).await?.0))
    }

    pub async fn say(&mut self, message: &ClientMessage) {
        self.say_text(serde_json::to_string(message).unwrap()).await;
    }

    async fn say_text(&mut self, text: String) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn subscribe(&mut self, id: &str, query: ResourceQuery) {
        self.say(&ClientMessage::Subscribe(Box::new(Subscribe { id: id.into(), query })))
            .await;
    }

    /// The next message that says something; none when the socket ended.
    pub async fn hear(&mut self) -> Option<ServerMessage> {
        let hearing = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str(&text).unwrap() {
                        ServerMessage::Heartbeat {} => {}
                        message => return Some(message),
                    },
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(_)) => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, hearing)
            .await
            .expect("the server said nothing")
    }

    async fn hear_problem(&mut self) -> (Option<String>, u16) {
        loop {
            if let ServerMessage::Problem(problem) = self.hear().await.expect("the socket ended") {
                return (problem.id, problem.problem.status);
            }
        }
    }

    /// Applies what comes until the list is as it should be.
    pub async fn follow(&mut self, list: &mut Option<ResourceList>, right: impl Fn(&ResourceList) -> bool) {
        while !list.as_ref().is_some_and(&right) {
            match self.hear().await.expect("the socket ended") {
                ServerMessage::Snapshot(snapshot) => *list = Some(snapshot.list),
                ServerMessage::Delta(delta) => delta.apply_to(list.as_mut().expect("a snapshot comes first")),
                other => panic!("{other:?}"),
            }
        }
    }
}

/// What tells one state of an object from another.
#[derive(Debug, PartialEq)]
struct Known {
    name: String,
    data: i64,
    created: String,
}

/// Config maps of the test's namespace.
pub fn query(world: &World, change: impl FnOnce(&mut ResourceQuery)) -> ResourceQuery {
    let mut query = ResourceQuery::of("core", "v1", "configmaps");
    query.namespaces = vec![world.namespace().to_owned()];
    query.clusters = vec!["shared".into()];
    change(&mut query);
    query
}

#[tokio::test]
async fn changes_applied_one_after_another_give_the_list_that_a_fresh_look_gives() {
    let world = World::start().await;
    let mut socket = Socket::open(&world).await;
    let wanted = query(&world, |query| {
        query.filter = "name~m-".into();
        query.sort = "-data,name".into();
        query.page_size = 5;
    });
    socket.subscribe("maps", wanted).await;
    let mut list = None;
    socket.follow(&mut list, |_| true).await;
    // A small machine of its own for repeatable chance.
    let mut state: u64 = 20;
    let mut chance = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut alive = std::collections::BTreeSet::new();
    for _round in 0..12 {
        for _step in 0..8 {
            let number = chance(12);
            let name = format!("m-{number}");
            let path = format!("/api/v1/namespaces/{{ns}}/configmaps/{name}");
            let keys: serde_json::Map<_, _> = (0..chance(6)).map(|key| (format!("k{key}"), json!("v"))).collect();
            if alive.insert(number) {
                let object = json!({"metadata": {"name": name}, "data": keys});
                world.create("/api/v1/namespaces/{ns}/configmaps", &object).await;
            } else if chance(3) == 0 {
                world.delete(&path).await;
                alive.remove(&number);
            } else {
                world.patch(&path, &json!({"data": null})).await;
                world.patch(&path, &json!({"data": keys})).await;
            }
        }
        // Socket and fresh list may be behind the cluster: both come to the same rest.
        let server = world.server_table("/api/v1/namespaces/{ns}/configmaps").await;
        let mut truth: Vec<Known> = server
            .iter()
            .filter(|(name, _)| name.starts_with("m-"))
            .map(|(name, cells)| Known {
                data: cells["Data"]
                    .as_str()
                    .map_or_else(|| cells["Data"].as_i64().unwrap(), |text| text.parse().unwrap()),
                name: name.clone(),
                created: cells["Created"].as_str().unwrap().to_owned(),
            })
            .collect();
        truth.sort_by(|left, right| right.data.cmp(&left.data).then_with(|| left.name.cmp(&right.name)));
        truth.truncate(5);
        let total = alive.len() as u64;
        let shown = |list: &ResourceList| -> Vec<Known> {
            let known = |row| Known {
                data: crate::world::cell(list, row, "data").as_i64().unwrap_or(0),
                name: row.name.clone(),
                created: crate::world::cell(list, row, "age")
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            };
            list.rows.iter().map(known).collect()
        };
        socket
            .follow(&mut list, |list| shown(list) == truth && list.total == total)
            .await;
        let fresh = world
            .eventually(
                "core/v1/configmaps",
                "filter=name~m-&sort=-data,name&pageSize=5",
                |list| shown(list) == truth,
            )
            .await;
        assert_eq!(list.as_ref().unwrap().rows, fresh.rows);
    }
}

#[tokio::test]
async fn many_lists_share_a_socket_and_end_one_by_one() {
    let world = World::start().await;
    let mut socket = Socket::open(&world).await;
    socket.subscribe("one", query(&world, |_| {})).await;
    socket
        .subscribe("two", query(&world, |query| query.filter = "name=second".into()))
        .await;
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 2 {
        if let Some(ServerMessage::Snapshot(snapshot)) = socket.hear().await {
            seen.insert(snapshot.id);
        }
    }
    socket
        .say(&ClientMessage::Unsubscribe(Unsubscribe { id: "one".into() }))
        .await;
    world
        .create(
            "/api/v1/namespaces/{ns}/configmaps",
            &json!({"metadata": {"name": "second"}}),
        )
        .await;
    loop {
        match socket.hear().await.unwrap() {
            ServerMessage::Delta(delta) if delta.id == "two" && !delta.upserted.is_empty() => break,
            ServerMessage::Delta(delta) => assert_eq!((delta.id.as_str(), delta.upserted.len()), ("two", 0)),
            other => panic!("{other:?}"),
        }
    }
    // The same id again is another list: a snapshot comes first.
    socket
        .subscribe("two", query(&world, |query| query.filter = "name=other".into()))
        .await;
    let mut list = None;
    socket.follow(&mut list, |list| list.rows.is_empty()).await;
    assert_eq!(names(list.as_ref().unwrap()), Vec::<&str>::new());
}

#[tokio::test]
async fn rubbish_is_answered_and_ends_nothing_but_itself() {
    let world = World::start().await;
    let mut socket = Socket::open(&world).await;
    socket.subscribe("good", query(&world, |_| {})).await;
    for text in [
        "",
        "{",
        "null",
        "[]",
        "{\"subscribe\":{}}",
        "{\"explode\":{}}",
        "{\"subscribe\":{\"id\":1}}",
    ] {
        socket.say_text(text.to_owned()).await;
        assert_eq!(socket.hear_problem().await, (None, 400), "{text}");
    }
    socket.0.send(Message::binary(vec![0, 159, 146, 150])).await.unwrap();
    assert_eq!(socket.hear_problem().await, (None, 400));
    socket
        .say(&ClientMessage::Unsubscribe(Unsubscribe { id: "never".into() }))
        .await;
    assert_eq!(socket.hear_problem().await, (None, 404));
    socket.subscribe(&"x".repeat(65), query(&world, |_| {})).await;
    assert_eq!(socket.hear_problem().await, (None, 422));
    for (wrong, status) in [
        (query(&world, |query| query.filter = "name~".into()), 422),
        (query(&world, |query| query.page_size = 1_000_000), 422),
        (query(&world, |query| query.clusters = vec!["nowhere".into()]), 404),
        (query(&world, |query| query.resource = "no-such-kinds".into()), 404),
    ] {
        socket.subscribe("wrong", wrong).await;
        assert_eq!(socket.hear_problem().await, (Some("wrong".into()), status));
    }
    for number in 0..32 {
        socket.subscribe(&format!("many-{number}"), query(&world, |_| {})).await;
    }
    assert_eq!(socket.hear_problem().await, (Some("many-31".into()), 409));
    world
        .create(
            "/api/v1/namespaces/{ns}/configmaps",
            &json!({"metadata": {"name": "after-all"}}),
        )
        .await;
    loop {
        match socket.hear().await.expect("the socket ended") {
            ServerMessage::Delta(delta)
                if delta.id == "good" && delta.upserted.iter().any(|placed| placed.row.name == "after-all") =>
            {
                break;
            }
            ServerMessage::Snapshot(snapshot)
                if snapshot.id == "good" && names(&snapshot.list).contains(&"after-all") =>
            {
                break;
            }
            _ => {}
        }
    }
    // A message beyond the limit ends the socket, and only this one.
    socket.0.send(Message::text("x".repeat(200_000))).await.ok();
    while socket.hear().await.is_some() {}
    Socket::open(&world).await;
}

#[tokio::test]
async fn cve_2019_13209_and_cve_2021_44458_the_socket_opens_for_its_own_page_only_and_ends_with_the_session() {
    let world = World::start().await;
    assert!(Socket::try_open(&world, None, &world.test.base).await.is_err());
    let cookie = world.client.cookie.clone();
    assert!(
        Socket::try_open(&world, cookie.as_deref(), "https://evil.example.com")
            .await
            .is_err()
    );
    let mut socket = Socket::open(&world).await;
    socket.subscribe("maps", query(&world, |_| {})).await;
    assert!(matches!(socket.hear().await, Some(ServerMessage::Snapshot(_))));
    world.client.delete("/api/v1/session").await.expect_status(204);
    while socket.hear().await.is_some() {}
}

#[tokio::test]
async fn a_socket_says_at_once_that_it_carries() {
    let world = World::start().await;
    let mut socket = Socket::open(&world).await;
    let first = tokio::time::timeout(PATIENCE, socket.0.next())
        .await
        .expect("nothing came");
    let Some(Ok(Message::Text(text))) = first else {
        panic!("{first:?}")
    };
    assert_eq!(
        serde_json::from_str::<ServerMessage>(&text).unwrap(),
        ServerMessage::Heartbeat {}
    );
}

#[tokio::test]
async fn a_removed_cluster_ends_the_lists_that_name_it() {
    let world = World::start().await;
    let mut socket = Socket::open(&world).await;
    socket.subscribe("maps", query(&world, |_| {})).await;
    assert!(matches!(socket.hear().await, Some(ServerMessage::Snapshot(_))));
    world.client.delete("/api/v1/clusters/shared").await.expect_status(204);
    loop {
        match socket.hear().await.expect("the socket ended") {
            ServerMessage::Ended(ended) => {
                assert_eq!(ended.id, "maps");
                break;
            }
            ServerMessage::Problem(problem) => panic!("{problem:?}"),
            _ => {}
        }
    }
}
