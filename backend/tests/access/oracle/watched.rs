//! What somebody's live socket shows: a list of each kind, kept by nothing but snapshots and deltas.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use futures::{SinkExt as _, StreamExt as _};
use muster_api::live::{ClientMessage, ServerMessage, Subscribe};
use muster_api::resource::{ResourceList, ResourceQuery, Row};
use tokio::task::JoinHandle;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use super::KINDS;
use crate::world::{Somebody, World};

/// A list, and every row that it showed since it was last asked.
#[derive(Default)]
struct Followed {
    list: Option<ResourceList>,
    shown: BTreeSet<String>,
}

/// One socket with a subscription for each kind, in these namespaces.
pub struct Watched {
    lists: Arc<Mutex<BTreeMap<String, Followed>>>,
    reading: JoinHandle<()>,
}

impl Watched {
    pub async fn open(world: &World, person: &Somebody, namespaces: &[String]) -> Self {
        let url = format!("{}/api/v1/live", world.test.base.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        let token = format!("Bearer {}", person.client.token.as_ref().unwrap());
        request.headers_mut().insert("authorization", token.parse().unwrap());
        let (mut socket, _) = connect_async(request).await.unwrap();
        for (group, resource) in KINDS {
            let group = if group.is_empty() { "core" } else { group };
            let query = ResourceQuery {
                namespaces: namespaces.to_vec(),
                page_size: 500,
                ..ResourceQuery::of(group, "v1", resource)
            };
            let id = resource.to_owned();
            let subscribe = ClientMessage::Subscribe(Box::new(Subscribe { id, query }));
            let text = serde_json::to_string(&subscribe).unwrap();
            socket.send(Message::text(text)).await.unwrap();
        }
        let lists: Arc<Mutex<BTreeMap<String, Followed>>> = Arc::default();
        let kept = lists.clone();
        let reading = tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Text(text) = message {
                    take(&mut kept.lock().unwrap(), serde_json::from_str(&text).unwrap());
                }
            }
        });
        Self { lists, reading }
    }

    /// Does the list of this kind show exactly these, count them rightly, and carry on?
    pub fn shows(&self, resource: &str, expected: &[String]) -> bool {
        assert!(!self.reading.is_finished(), "the live socket ended");
        let lists = self.lists.lock().unwrap();
        let Some(list) = lists.get(resource).and_then(|followed| followed.list.as_ref()) else {
            return false;
        };
        let mut names: Vec<String> = list.rows.iter().map(name).collect();
        names.sort();
        names == expected && super::counts_are(list, expected.len())
    }

    /// From now on, what is shown is remembered anew.
    pub fn forget(&self) {
        for followed in self.lists.lock().unwrap().values_mut() {
            followed.shown.clear();
        }
    }

    /// Every row of a kind that was shown since, and be it for a moment.
    pub fn shown(&self, resource: &str) -> BTreeSet<String> {
        let lists = self.lists.lock().unwrap();
        lists
            .get(resource)
            .map(|followed| followed.shown.clone())
            .unwrap_or_default()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

fn take(lists: &mut BTreeMap<String, Followed>, message: ServerMessage) {
    match message {
        ServerMessage::Snapshot(snapshot) => {
            let followed = lists.entry(snapshot.id).or_default();
            followed.shown.extend(snapshot.list.rows.iter().map(name));
            followed.list = Some(snapshot.list);
        }
        ServerMessage::Delta(delta) => {
            let followed = lists.get_mut(&delta.id).expect("a snapshot comes first");
            followed
                .shown
                .extend(delta.upserted.iter().map(|placed| name(&placed.row)));
            delta.apply_to(followed.list.as_mut().unwrap());
        }
        ServerMessage::Heartbeat {} => {}
        other @ (ServerMessage::Problem(_) | ServerMessage::Ended(_)) => panic!("{other:?}"),
    }
}

/// `namespace/name`
pub fn name(row: &Row) -> String {
    format!("{}/{}", row.namespace.as_deref().unwrap_or_default(), row.name)
}
