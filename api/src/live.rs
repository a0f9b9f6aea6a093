//! The live socket: `GET /api/v1/live`, one WebSocket a tab, many subscriptions. Each message is one JSON text frame.

use crate::problem::Problem;
use crate::resource::{ClusterCoverage, ResourceList, ResourceQuery, Row, StatusCount};
use serde::{Deserialize, Serialize};

/// What the browser says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClientMessage {
    /// Start, or with a known id replace, a subscription. Answered by a snapshot or a problem.
    Subscribe(Box<Subscribe>),
    /// End a subscription.
    Unsubscribe(Unsubscribe),
}

/// Starts a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscribe {
    /// Chosen by the browser, unique in its socket; at most 64 characters.
    pub id: String,
    /// What to watch: the same as a list's query.
    pub query: ResourceQuery,
}

/// Ends a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unsubscribe {
    /// The subscription's id.
    pub id: String,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ServerMessage {
    /// The whole window: after subscribing, and whenever a delta would say more than the window itself.
    Snapshot(Snapshot),
    /// What changed in the window since the last message of this subscription.
    Delta(Delta),
    /// The subscription could not start, or a message could not be read (`id` absent).
    Problem(SubscriptionProblem),
    /// The subscription is over: rights were lost, or the kind is gone.
    Ended(Ended),
    /// The connection carries: the first message of a socket, and again at least every ten seconds. A browser never hears
    /// of the protocol's own pings; one that hears nothing for [`SILENCE_SECONDS`] takes the connection for lost.
    Heartbeat {},
}

/// So many seconds without any message are a lost connection.
pub const SILENCE_SECONDS: u32 = 25;

/// The whole window of a subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The subscription.
    pub id: String,
    /// The list as HTTP would answer it.
    pub list: ResourceList,
}

/// Changes of a window, to be applied in this order: take out every row named in `removed` and every row that
/// `upserted` carries; then put the upserted rows in at their index, ascending. Rows not named keep their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delta {
    /// The subscription.
    pub id: String,
    /// The list's revision after this delta.
    pub revision: u64,
    /// How many rows match now.
    pub total: u64,
    /// Ids of rows that left the window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Rows that are new in the window, changed, or moved; ascending by index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub upserted: Vec<PlacedRow>,
    /// Counts by status; absent when they did not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Vec<StatusCount>>,
    /// Coverage of the clusters; absent when it did not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clusters: Option<Vec<ClusterCoverage>>,
}

impl Delta {
    /// Applies this delta to a client's copy of the list.
    pub fn apply_to(self, list: &mut ResourceList) {
        let gone =
            |row: &Row| self.removed.contains(&row.id) || self.upserted.iter().any(|placed| placed.row.id == row.id);
        list.rows.retain(|row| !gone(row));
        for placed in self.upserted {
            let index = placed.index.min(list.rows.len());
            list.rows.insert(index, placed.row);
        }
        list.revision = self.revision;
        list.total = self.total;
        if let Some(counts) = self.counts {
            list.counts = counts;
        }
        if let Some(clusters) = self.clusters {
            list.clusters = clusters;
        }
    }
}

/// A row and its place in the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacedRow {
    /// Place in the window, from 0.
    pub index: usize,
    /// The row.
    pub row: Row,
}

/// Why a subscription could not start or a message was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionProblem {
    /// The subscription, when the message named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The problem, as HTTP would answer it.
    pub problem: Problem,
}

/// The end of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// The subscription.
    pub id: String,
    /// Why, in a sentence.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Health;

    fn row(name: &str, cell: u64) -> Row {
        Row {
            id: format!("c/-/{name}"),
            cluster: "c".into(),
            namespace: None,
            name: name.into(),
            health: Health::Good,
            cells: vec![cell.into()],
        }
    }

    #[test]
    fn a_delta_moves_changes_adds_and_removes_rows() {
        let mut list = ResourceList {
            columns: Vec::new(),
            rows: vec![row("a", 1), row("b", 1), row("c", 1)],
            total: 3,
            revision: 1,
            counts: Vec::new(),
            clusters: Vec::new(),
        };
        let delta = Delta {
            id: "1".into(),
            revision: 2,
            total: 3,
            removed: vec!["c/-/b".into()],
            upserted: vec![
                PlacedRow {
                    index: 0,
                    row: row("c", 2),
                },
                PlacedRow {
                    index: 2,
                    row: row("d", 1),
                },
            ],
            counts: None,
            clusters: None,
        };
        delta.apply_to(&mut list);
        assert_eq!(list.rows, [row("c", 2), row("a", 1), row("d", 1)]);
        assert_eq!(list.revision, 2);
    }

    #[test]
    fn messages_carry_their_kind_as_the_only_key() {
        let text = r#"{"subscribe":{"id":"1","query":{"group":"core","version":"v1","resource":"pods"}}}"#;
        let ClientMessage::Subscribe(subscribe) = serde_json::from_str(text).unwrap() else {
            unreachable!()
        };
        assert_eq!(subscribe.query, ResourceQuery::of("core", "v1", "pods"));
        assert_eq!(
            serde_json::to_string(&ServerMessage::Heartbeat {}).unwrap(),
            r#"{"heartbeat":{}}"#
        );
    }
}
