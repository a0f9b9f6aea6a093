//! What is open when an administrator begins, or stops, to look at the console as somebody else: it ends, and is opened
//! anew as the other.

use futures::{SinkExt, StreamExt};
use muster_api::live::ServerMessage;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::view_as::look_as;
use crate::world::{PATIENCE, World, eventually, group};

/// A live list of ConfigMaps, opened in the administrator's browser.
struct Live(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Live {
    async fn open(world: &World) -> Self {
        let url = format!("{}/api/v1/live", world.test.base.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        let cookie = world.administrator.cookie.as_ref().unwrap();
        request.headers_mut().insert("origin", world.test.base.parse().unwrap());
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let mut live = Self(connect_async(request).await.unwrap().0);
        let query = json!({"group": "core", "version": "v1", "resource": "configmaps", "pageSize": 500});
        let subscribe = json!({"subscribe": {"id": "a", "query": query}});
        live.0.send(Message::text(subscribe.to_string())).await.unwrap();
        live
    }

    /// The namespaces in the first answer that has rows.
    async fn namespaces(&mut self) -> Vec<String> {
        let hearing = async {
            loop {
                let Message::Text(text) = self.0.next().await.unwrap().unwrap() else {
                    continue;
                };
                match serde_json::from_str(&text).unwrap() {
                    ServerMessage::Snapshot(snapshot) if !snapshot.list.rows.is_empty() => {
                        let rows = snapshot.list.rows.into_iter();
                        let mut names: Vec<String> = rows.filter_map(|row| row.namespace).collect();
                        names.dedup();
                        return names;
                    }
                    ServerMessage::Problem(problem) => panic!("{problem:?}"),
                    _ => {}
                }
            }
        };
        timeout(PATIENCE, hearing).await.unwrap()
    }

    /// The code and the reason with which the server closes it.
    async fn end(mut self) -> (u16, String) {
        let hearing = async {
            loop {
                if let Message::Close(frame) = self.0.next().await.unwrap().unwrap() {
                    let frame = frame.unwrap();
                    return (frame.code.into(), frame.reason.to_string());
                }
            }
        };
        timeout(PATIENCE, hearing).await.unwrap()
    }
}

#[tokio::test]
async fn what_is_open_ends_and_is_opened_anew_as_the_other() {
    let world = World::start().await;
    let (seen, hidden) = (world.namespace().await, world.namespace().await);
    for namespace in [&seen, &hidden] {
        world.config_map(namespace.name(), "settings").await;
    }
    let ada = world.somebody("ada", &["developers"]).await;
    world
        .grant("project-viewer", group(&ada, 0), world.in_namespace(seen.name()))
        .await;
    eventually("ada sees her namespace", || async {
        !world.names(&ada.client, "core/v1/configmaps", "").await.is_empty()
    })
    .await;
    let admin = &world.administrator;
    let mut own = Live::open(&world).await;
    let names = own.namespaces().await;
    assert!(names.iter().any(|name| name == hidden.name()), "{names:?}");
    // Even of what the other may see as well: nobody can tell that from the outside.
    let watch = format!(
        "/k8s/clusters/shared/api/v1/namespaces/{}/configmaps?watch=true",
        seen.name()
    );
    let watch = admin.request(Method::GET, &watch).send().await.unwrap();
    assert_eq!(watch.status().as_u16(), 200);

    look_as(admin, group(&ada, 0)).await.expect_status(204);
    let (code, reason) = own.end().await;
    assert_eq!(code, 1008);
    assert!(reason.contains("as somebody else"), "{reason}");
    // Its end may be a broken one: it is over.
    let _whole_or_broken = timeout(PATIENCE, watch.text()).await.unwrap();

    let mut other = Live::open(&world).await;
    assert_eq!(other.namespaces().await, [seen.name()]);
    look_as(admin, Value::Null).await.expect_status(204);
    assert_eq!(other.end().await.0, 1008);
    let mut again = Live::open(&world).await;
    let names = again.namespaces().await;
    assert!(names.iter().any(|name| name == hidden.name()), "{names:?}");
}
