//! A list that is kept open over the live socket.

use futures::{SinkExt, StreamExt};
use muster_api::live::ServerMessage;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::Client;
use crate::world::{PATIENCE, World};

/// A live list of ConfigMaps.
pub struct Live(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Live {
    /// Opens one with a client's session or token.
    pub async fn open(world: &World, client: &Client) -> Self {
        let url = format!("{}/api/v1/live", world.test.base.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", world.test.base.parse().unwrap());
        if let Some(cookie) = &client.cookie {
            headers.insert("cookie", cookie.parse().unwrap());
        }
        if let Some(token) = &client.token {
            headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let mut live = Self(connect_async(request).await.unwrap().0);
        let query = json!({"group": "core", "version": "v1", "resource": "configmaps", "pageSize": 500});
        let subscribe = json!({"subscribe": {"id": "a", "query": query}});
        live.0.send(Message::text(subscribe.to_string())).await.unwrap();
        live
    }

    /// The namespaces in the next answer that has rows.
    pub async fn namespaces(&mut self) -> Vec<String> {
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
    pub async fn end(mut self) -> (u16, String) {
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
