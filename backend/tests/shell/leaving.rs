//! Somebody leaves a group in the directory while a table, a log and a shell of his are open: they end.

use crate::support::Client;
use crate::terminal::Terminal;
use crate::world::World;
use futures::{SinkExt as _, StreamExt as _};
use muster_api::live::{ClientMessage, ServerMessage, Subscribe};
use muster_api::log::LogMessage;
use muster_api::resource::{ResourceList, ResourceQuery};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testbed::directory::{Access, Directory, Kind};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// So long is waited for what a socket says.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is open ends within this after the refresh that found the group lost.
const BOUND: Duration = Duration::from_secs(5);

/// A socket of JSON messages, opened by somebody's browser.
struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(world: &World, client: &Client, path: &str) -> Self {
        let base = &world.test.base;
        let url = format!("{}{path}", base.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        let cookie = client.cookie.as_ref().unwrap();
        request.headers_mut().insert("origin", base.parse().unwrap());
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        Self(connect_async(request).await.unwrap().0)
    }

    /// The next message; none when the socket ended.
    async fn hear<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("nothing was said") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}

/// Somebody's list of all pods that he may see.
struct Table {
    socket: Socket,
    list: Option<ResourceList>,
}

impl Table {
    async fn open(world: &World, client: &Client) -> Self {
        let mut socket = Socket::open(world, client, "/api/v1/live").await;
        let query = ResourceQuery::of("core", "v1", "pods");
        let id = "pods".to_owned();
        let subscribe = ClientMessage::Subscribe(Box::new(Subscribe { id, query }));
        let subscribe = serde_json::to_string(&subscribe).unwrap();
        socket.0.send(Message::text(subscribe)).await.unwrap();
        Self { socket, list: None }
    }

    /// Waits until it shows so many rows. A list that has ended shows none.
    async fn has_rows(&mut self, count: usize) {
        while self.list.as_ref().is_none_or(|list| list.rows.len() != count) {
            match self.socket.hear().await {
                Some(ServerMessage::Snapshot(snapshot)) => self.list = Some(snapshot.list),
                Some(ServerMessage::Delta(delta)) => delta.apply_to(self.list.as_mut().unwrap()),
                Some(ServerMessage::Heartbeat {}) => {}
                Some(ServerMessage::Ended(_)) if count == 0 => return,
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Waits until the log is read.
async fn opened(log: &mut Socket) {
    loop {
        match log.hear().await.expect("the log's socket ended") {
            LogMessage::Open {} => return,
            LogMessage::Problem(problem) => panic!("{problem:?}"),
            _ => {}
        }
    }
}

/// Waits until the log's socket ends, whatever it says until then.
async fn closed(log: &mut Socket) {
    while log.hear::<LogMessage>().await.is_some() {}
}

fn provider(access: &Access) -> Value {
    json!({"name": "Company", "admission": {"mode": "anyone"}, "secrets": {"bindPassword": access.service_password},
    "settings": {
        "kind": "ldap", "urls": [access.url], "certificateAuthority": access.certificate_authority,
        "bindName": access.service_account, "userBases": [access.base], "userObjectClass": "inetOrgPerson",
        "loginAttributes": ["uid"], "nameAttribute": "uid", "displayNameAttribute": "cn", "emailAttribute": "mail",
        "uniqueAttribute": "entryUUID", "groupBases": [access.base], "groupObjectClasses": ["groupOfNames"],
        "groupNameAttribute": "cn", "groupUniqueAttribute": "entryUUID", "membership": "member",
    }})
}

/// Alice signs in, and her group `developers` may do everything in the pod's namespace. Her client, and her id.
async fn alice(world: &World, access: &Access) -> (Client, String) {
    let admin = &world.administrator;
    let created: Value = admin
        .post("/api/v1/providers", &provider(access))
        .await
        .expect_status(201)
        .json();
    let mut alice = world.test.anonymous();
    let request = json!({"name": "alice", "password": "Alice-secret-1", "provider": created["id"]});
    let answer = alice.post("/api/v1/session", &request).await;
    answer.expect_status(200);
    alice.keep_cookie(&answer);
    let groups: Value = admin.get("/api/v1/groups").await.expect_status(200).json();
    let groups = groups["items"].as_array().unwrap();
    let developers = groups.iter().find(|group| group["name"] == "developers").unwrap();
    let binding = json!({"role": "project-member", "subject": {"kind": "group", "id": developers["id"]},
        "scope": {"kind": "namespace", "cluster": world.id, "namespace": "default"}});
    admin.post("/api/v1/bindings", &binding).await.expect_status(201);
    let session: Value = alice.get("/api/v1/session").await.expect_status(200).json();
    (alice, session["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn whoever_leaves_the_group_in_the_directory_loses_the_open_table_log_and_shell() {
    let directory = Directory::start(Kind::OpenLdap).await.unwrap();
    let world = World::start().await;
    let (alice, id) = alice(&world, directory.access()).await;
    let pod = "/api/v1/clusters/real/resources/core/v1/pods/default/box";
    world
        .eventually("the right is there", || async { alice.get(pod).await.status == 200 })
        .await;

    let mut table = Table::open(&world, &alice).await;
    table.has_rows(1).await;
    let mut log = Socket::open(&world, &alice, &format!("{pod}/log?container=main&follow=true")).await;
    opened(&mut log).await;
    let (mut shell, _) = Terminal::open(&world, &alice, "").await;
    shell.type_in("echo he''re\n").await;
    shell.shows("here").await;

    let base = &directory.access().base;
    let leaves = format!(
        "dn: cn=developers,ou=groups,{base}\nchangetype: modify\ndelete: member\nmember: uid=alice,ou=people,{base}\n"
    );
    directory.ldif(&leaves).await.unwrap();
    let began = Instant::now();
    let look: Value = world
        .administrator
        .post(&format!("/api/v1/users/{id}/refresh"), &json!({}))
        .await
        .expect_status(200)
        .json();
    assert_eq!(look["lost"][0]["name"], "developers", "{look:#}");
    let (ended, (), ()) = tokio::join!(shell.ended(), table.has_rows(0), closed(&mut log));
    assert_eq!(ended.code, "revoked", "{ended:?}");
    assert!(began.elapsed() < BOUND, "after {:?}", began.elapsed());

    // She is still somebody, with nothing: what is opened anew is refused.
    alice.get("/api/v1/session").await.expect_status(200);
    assert_eq!(alice.get(pod).await.status, 404);
    world.stop().await;
    directory.stop().await.unwrap();
}
