//! Lists and changes on the wire: `muster_api::resource::ResourceList` and `muster_api::live::ServerMessage`, written
//! straight out of the table's shared texts.

use super::columns::{Layout, Source};
use jiff::Timestamp;
use live_table::{Cell, Health};
use muster_api::resource::{ClusterCoverage, Column, StatusCount};
use serde::ser::{SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use std::sync::Arc;

/// One page of a list, ready to be written.
#[derive(Debug)]
pub struct ListAnswer {
    pub(super) view: RowView,
    pub(super) rows: Vec<live_table::Row>,
    pub(super) total: usize,
    pub(super) revision: u64,
    pub(super) counts: Vec<StatusCount>,
    pub(super) clusters: Vec<ClusterCoverage>,
}

/// What is needed to write rows: their columns, and the names of clusters.
#[derive(Clone, Debug)]
pub(super) struct RowView {
    pub(super) layout: Arc<Layout>,
    pub(super) names: Arc<HashMap<String, String>>,
}

impl Serialize for ListAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns: &[Column] = self.view.layout.columns();
        let mut list = serializer.serialize_struct("ResourceList", 6)?;
        list.serialize_field("columns", columns)?;
        list.serialize_field("rows", &Rows(&self.view, &self.rows))?;
        list.serialize_field("total", &self.total)?;
        list.serialize_field("revision", &self.revision)?;
        list.serialize_field("counts", &self.counts)?;
        list.serialize_field("clusters", &self.clusters)?;
        list.end()
    }
}

struct Rows<'a>(&'a RowView, &'a [live_table::Row]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.1.len()))?;
        for row in self.1 {
            rows.serialize_element(&WireRow(self.0, row))?;
        }
        rows.end()
    }
}

/// One row on the wire.
pub(super) struct WireRow<'a>(pub(super) &'a RowView, pub(super) &'a live_table::Row);

impl Serialize for WireRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(_, row) = self;
        let mut fields = serializer.serialize_struct("Row", 6)?;
        fields.serialize_field("id", &row.id)?;
        fields.serialize_field("cluster", &*row.cluster)?;
        fields.serialize_field("namespace", &row.namespace.as_deref())?;
        fields.serialize_field("name", &*row.name)?;
        fields.serialize_field("health", &health(row.health))?;
        fields.serialize_field("cells", &WireCells(self))?;
        fields.end()
    }
}

struct WireCells<'a, 'b>(&'b WireRow<'a>);

impl Serialize for WireCells<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let WireRow(view, row) = self.0;
        let mut cells = serializer.serialize_seq(Some(view.layout.sources().len()))?;
        for source in view.layout.sources() {
            match source {
                Source::Cluster => cells.serialize_element(&view.names.get(&*row.cluster))?,
                Source::Namespace => cells.serialize_element(&row.namespace.as_deref())?,
                Source::Name => cells.serialize_element(&*row.name)?,
                Source::Created => cells.serialize_element(&row.created.map(WireTime))?,
                Source::Cell(place) => match row.cells.get(*place) {
                    None | Some(Cell::Empty) => cells.serialize_element(&())?,
                    Some(Cell::Text(text)) => cells.serialize_element(&**text)?,
                    Some(Cell::Number(number) | Cell::Quantity(number)) => {
                        cells.serialize_element(&WireNumber(*number))?;
                    }
                    Some(Cell::Time(time)) => cells.serialize_element(&WireTime(*time))?,
                },
            }
        }
        cells.end()
    }
}

/// A number as short as it can be written.
struct WireNumber(f64);

impl Serialize for WireNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.0.fract() == 0.0 && self.0.abs() < EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
            return serializer.serialize_i64(self.0 as i64);
        }
        serializer.serialize_f64(self.0)
    }
}

/// Milliseconds since the epoch as RFC 3339 text.
struct WireTime(i64);

impl Serialize for WireTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Timestamp::from_millisecond(self.0) {
            Ok(time) => serializer.collect_str(&time),
            Err(_) => serializer.serialize_unit(),
        }
    }
}

/// The word for a health.
pub(super) fn health(health: Health) -> muster_api::resource::Health {
    match health {
        Health::Good => muster_api::resource::Health::Good,
        Health::Warn => muster_api::resource::Health::Warn,
        Health::Bad => muster_api::resource::Health::Bad,
        Health::Busy => muster_api::resource::Health::Busy,
        Health::Idle => muster_api::resource::Health::Idle,
        Health::Unknown => muster_api::resource::Health::Unknown,
    }
}

/// Counts of a table as they go over the wire; rows without a word are not counted.
pub(super) fn status_counts(counts: Vec<live_table::Count>) -> Vec<StatusCount> {
    let with_word = counts.into_iter().filter_map(|count| {
        let status = count.value.as_text()?.to_owned();
        Some(StatusCount {
            status,
            health: health(count.health),
            count: count.count as u64,
        })
    });
    with_word.collect()
}

/// A message of the live socket.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum LiveMessage<'a> {
    Snapshot { id: &'a str, list: &'a ListAnswer },
    Delta(LiveDelta<'a>),
}

/// Changes of a window.
#[derive(Serialize)]
pub(super) struct LiveDelta<'a> {
    pub(super) id: &'a str,
    pub(super) revision: u64,
    pub(super) total: usize,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) removed: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) upserted: Vec<PlacedRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) counts: Option<&'a [StatusCount]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clusters: Option<&'a [ClusterCoverage]>,
}

/// A row and its place in the window.
#[derive(Serialize)]
pub(super) struct PlacedRow<'a> {
    pub(super) index: usize,
    pub(super) row: WireRow<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::columns::column;
    use live_table::{Query, RowInput, Table};
    use muster_api::live::ServerMessage;
    use muster_api::resource::{ColumnType, CoverageState, ResourceList};

    fn answer() -> ListAnswer {
        let own = vec![
            column("status", "Status", ColumnType::Status),
            column("restarts", "Restarts", ColumnType::Number),
            column("cpu-requests", "CPU", ColumnType::Quantity),
        ];
        let layout = Layout::new(own, true);
        let mut table = Table::new(layout.schema().clone());
        table.upsert(RowInput {
            cluster: "c1",
            namespace: Some("shop"),
            name: "web\"1",
            created: Some(1000),
            labels: &[],
            health: Health::Good,
            cells: &[Cell::from("Running"), Cell::Number(3.0), Cell::Quantity(0.25)],
        });
        let page = table.query(
            &Query {
                count_by: layout.count_by(),
                ..Query::default()
            },
            0,
        );
        ListAnswer {
            view: RowView {
                layout: Arc::new(layout),
                names: Arc::new(HashMap::from([("c1".to_owned(), "berlin".to_owned())])),
            },
            rows: page.rows,
            total: page.total,
            revision: page.revision,
            counts: status_counts(page.counts),
            clusters: vec![ClusterCoverage {
                id: "c1".into(),
                name: "berlin".into(),
                state: CoverageState::Live,
                message: None,
            }],
        }
    }

    #[test]
    fn a_list_is_written_as_the_browser_reads_it() {
        let text = serde_json::to_string(&answer()).unwrap();
        let list: ResourceList = serde_json::from_str(&text).unwrap();
        let row = &list.rows[0];
        assert_eq!(row.id, "c1/shop/web\"1");
        let cells = serde_json::json!(["berlin", "shop", "web\"1", "Running", 3, 0.25, "1970-01-01T00:00:01Z"]);
        assert_eq!(serde_json::Value::Array(row.cells.clone()), cells);
        assert_eq!(
            (list.counts[0].status.as_str(), list.counts[0].count, list.total),
            ("Running", 1, 1)
        );
        assert_eq!(serde_json::to_string(&list).unwrap(), text);
    }

    #[test]
    fn live_messages_are_written_as_the_browser_reads_them() {
        let answer = answer();
        let text = serde_json::to_string(&LiveMessage::Snapshot { id: "a", list: &answer }).unwrap();
        assert!(
            matches!(serde_json::from_str(&text).unwrap(), ServerMessage::Snapshot(snapshot) if snapshot.id == "a")
        );
        let delta = LiveDelta {
            id: "a",
            revision: 2,
            total: 1,
            removed: &["c1/shop/old".to_owned()],
            upserted: vec![PlacedRow {
                index: 0,
                row: WireRow(&answer.view, &answer.rows[0]),
            }],
            counts: None,
            clusters: None,
        };
        let text = serde_json::to_string(&LiveMessage::Delta(delta)).unwrap();
        let ServerMessage::Delta(read) = serde_json::from_str(&text).unwrap() else {
            unreachable!()
        };
        assert_eq!((read.removed.len(), read.upserted[0].row.name.as_str()), (1, "web\"1"));
    }
}
