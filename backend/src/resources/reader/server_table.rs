//! Kinds whose rows the API server makes itself (`as=Table`): everything that is not built in, and what must not come here
//! whole (Secrets).

use super::{
    Happened, ListMetadata, PageEnd, ReadError, ReadRows, RowSink, WatchEvent, emit, gone, happened, version_of,
};
use crate::resources::columns::{ColumnExt as _, Layout, column};
use crate::resources::kinds::Metadata;
use live_table::{Cell, ColumnKind, Health};
use muster_api::resource::{Column, ColumnType};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use std::fmt;

/// Reads tables. It remembers the server's columns: a watch names them only once.
#[derive(Default)]
pub(crate) struct TableReader {
    /// For each cell of a row, which of the server's columns fills it.
    places: Vec<Option<usize>>,
    /// The server's column that says how an object is, if any.
    state: Option<usize>,
    /// Objects of this kind have no state: they are fine when they exist.
    stateless: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Table<'a> {
    #[serde(default)]
    metadata: ListMetadata,
    #[serde(default)]
    column_definitions: Option<Vec<Definition>>,
    #[serde(borrow, default)]
    rows: Option<Vec<TableRow<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TableHead {
    #[serde(default)]
    column_definitions: Option<Vec<Definition>>,
}

#[derive(Debug, Deserialize)]
struct Definition {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    priority: i32,
}

#[derive(Deserialize)]
struct TableRow<'a> {
    #[serde(default)]
    cells: Option<Vec<TableCell>>,
    #[serde(borrow, default)]
    object: Partial<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Partial<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
}

#[derive(Deserialize)]
struct TableEvent<'a> {
    #[serde(borrow)]
    object: Table<'a>,
}

/// A value that the server put into a table.
#[derive(Debug, PartialEq)]
enum TableCell {
    Nothing,
    Text(String),
    Number(f64),
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = TableCell;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a cell")
    }

    fn visit_unit<E>(self) -> Result<TableCell, E> {
        Ok(TableCell::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<TableCell, E> {
        Ok(TableCell::Text(value.to_string()))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers in tables are counts; the browser has doubles too"
    )]
    fn visit_i64<E>(self, value: i64) -> Result<TableCell, E> {
        Ok(TableCell::Number(value as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers in tables are counts; the browser has doubles too"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<TableCell, E> {
        Ok(TableCell::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<TableCell, E> {
        Ok(TableCell::Number(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<TableCell, E> {
        Ok(match value {
            "" | "<none>" | "<unset>" => TableCell::Nothing,
            text => TableCell::Text(text.to_owned()),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<TableCell, A::Error> {
        let mut texts = Vec::new();
        while let Some(item) = items.next_element::<TableCell>()? {
            match item {
                TableCell::Text(text) => texts.push(text),
                TableCell::Number(number) => texts.push(number.to_string()),
                TableCell::Nothing => {}
            }
        }
        Ok(TableCell::Text(texts.join(",")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TableCell, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(TableCell::Nothing)
    }
}

impl<'de> Deserialize<'de> for TableCell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

/// The id that sort keys and filters use: `Port(s)` is `ports`, `Kernel-Version` is `kernel-version`.
fn id_of(name: &str) -> String {
    let mut id = String::new();
    for character in name.trim().chars() {
        match character {
            '(' | ')' | '.' | '\'' => {}
            character if character.is_alphanumeric() => id.extend(character.to_lowercase()),
            _ if id.ends_with('-') => {}
            _ => id.push('-'),
        }
    }
    let id = id.trim_matches('-');
    if id.is_empty() {
        "column".to_owned()
    } else {
        id.to_owned()
    }
}

/// The ids of the server's columns in their order; none for the name, which every row has.
fn ids(definitions: &[Definition]) -> Vec<Option<String>> {
    let mut ids: Vec<Option<String>> = Vec::new();
    for definition in definitions {
        let mut id = id_of(&definition.name);
        if definition.format == "name" || id == "name" {
            ids.push(None);
            continue;
        }
        // Words that every row has already, but which may mean something else here.
        if matches!(id.as_str(), "cluster" | "namespace" | "labels") {
            id.push_str("-column");
        }
        while ids.iter().flatten().any(|known| *known == id) {
            id.push_str("-more");
        }
        ids.push(Some(id));
    }
    ids
}

fn columns_of(definitions: &[Definition]) -> Vec<Column> {
    let mut columns = Vec::new();
    for (definition, id) in definitions.iter().zip(ids(definitions)) {
        let Some(id) = id else { continue };
        let kind = match (definition.kind.as_str(), id.as_str()) {
            (_, "age") => ColumnType::Time,
            ("integer" | "number", _) => ColumnType::Number,
            (_, "status" | "phase" | "state" | "ready") => ColumnType::Status,
            _ => ColumnType::Text,
        };
        columns.push(column(&id, &definition.name, kind).priority(if definition.priority > 0 { 2 } else { 0 }));
    }
    columns
}

/// How an object is by the one word that its author chose to show; a word that is not known says nothing.
fn health_of(word: &str) -> Health {
    match word {
        "True" | "true" | "Ready" | "Active" | "Running" | "Healthy" | "Bound" | "Available" | "Established" => {
            Health::Good
        }
        "Succeeded" | "Complete" | "Completed" => Health::Idle,
        "Pending" | "Progressing" | "Creating" | "Terminating" | "Updating" | "InProgress" => Health::Busy,
        "False" | "false" | "Failed" | "Error" | "NotReady" | "Unhealthy" => Health::Bad,
        "Degraded" | "Warning" => Health::Warn,
        _ => Health::Unknown,
    }
}

impl TableReader {
    /// For kinds whose objects have no state of their own.
    pub(crate) fn of_stateless() -> Self {
        Self {
            stateless: true,
            ..Self::default()
        }
    }

    fn learn(&mut self, definitions: &[Definition], layout: &Layout) {
        let ids = ids(definitions);
        let place_of = |wanted: &str| ids.iter().position(|id| id.as_deref() == Some(wanted));
        self.places = layout
            .schema()
            .columns()
            .iter()
            .map(|column| place_of(&column.id))
            .collect();
        self.state = ["status", "phase", "state", "ready"].into_iter().find_map(place_of);
    }

    fn rows(&self, rows: &[TableRow<'_>], layout: &Layout, sink: &mut dyn RowSink) {
        let mut cells = Vec::new();
        for row in rows {
            let given = row.cells.as_deref().unwrap_or_default();
            cells.clear();
            for (place, column) in self.places.iter().zip(layout.schema().columns()) {
                let value = place.and_then(|place| given.get(place));
                cells.push(match value {
                    None | Some(TableCell::Nothing) => Cell::Empty,
                    Some(TableCell::Number(number)) if column.kind == ColumnKind::Number => Cell::Number(*number),
                    Some(TableCell::Number(number)) => Cell::text(number.to_string()),
                    Some(TableCell::Text(text)) if column.kind == ColumnKind::Number => {
                        text.parse().map_or(Cell::Empty, Cell::Number)
                    }
                    Some(TableCell::Text(text)) => Cell::text(text.as_str()),
                });
            }
            let health = match self.state.and_then(|place| given.get(place)) {
                _ if self.stateless => Health::Good,
                Some(TableCell::Text(word)) => health_of(word),
                _ => Health::Unknown,
            };
            emit(&row.object.metadata, &cells, health, sink);
        }
    }
}

impl ReadRows for TableReader {
    fn accept(&self) -> &'static str {
        "application/json;as=Table;v=v1;g=meta.k8s.io"
    }

    fn columns(&self, page: &[u8]) -> Result<Option<Vec<Column>>, ReadError> {
        let head: TableHead = serde_json::from_slice(page)?;
        Ok(head.column_definitions.map(|definitions| columns_of(&definitions)))
    }

    fn read_list(&mut self, page: &[u8], layout: &Layout, sink: &mut dyn RowSink) -> Result<PageEnd, ReadError> {
        let table: Table<'_> = serde_json::from_slice(page)?;
        if let Some(definitions) = table
            .column_definitions
            .as_deref()
            .filter(|definitions| !definitions.is_empty())
        {
            self.learn(definitions, layout);
        }
        self.rows(table.rows.as_deref().unwrap_or_default(), layout, sink);
        Ok(table.metadata.into())
    }

    fn read_event(&mut self, line: &[u8], layout: &Layout, sink: &mut dyn RowSink) -> Result<WatchEvent, ReadError> {
        let happened = match happened(line)? {
            Happened::Error(event) => return Ok(event),
            happened => happened,
        };
        let table = serde_json::from_slice::<TableEvent<'_>>(line)?.object;
        if let Some(definitions) = table
            .column_definitions
            .as_deref()
            .filter(|definitions| !definitions.is_empty())
        {
            self.learn(definitions, layout);
        }
        let rows = table.rows.as_deref().unwrap_or_default();
        let resource_version = match rows.first().map(|row| version_of(&row.object.metadata)) {
            Some(version) if !version.is_empty() => version,
            _ => table.metadata.resource_version.clone(),
        };
        Ok(match (happened, rows.first()) {
            (Happened::Gone, Some(row)) => gone(&row.object.metadata),
            (Happened::Put, Some(_)) => {
                self.rows(rows, layout, sink);
                WatchEvent::Put { resource_version }
            }
            _ => WatchEvent::Bookmark { resource_version },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Keep(Vec<(String, Vec<Cell>, Health)>);

    impl RowSink for Keep {
        fn row(&mut self, row: live_table::RowInput<'_>) {
            self.0.push((row.name.to_owned(), row.cells.to_vec(), row.health));
        }
    }

    const PAGE: &[u8] = br#"{"kind":"Table","metadata":{"resourceVersion":"7","continue":"more"},
        "columnDefinitions":[
            {"name":"Name","type":"string","format":"name","priority":0},
            {"name":"Ready","type":"string","format":"","priority":0},
            {"name":"Port(s)","type":"integer","format":"","priority":1},
            {"name":"Namespace","type":"string","format":"","priority":0},
            {"name":"Age","type":"date","format":"","priority":0}],
        "rows":[{"cells":["a","True",3,["x","y"],"5d"],
            "object":{"metadata":{"name":"a","creationTimestamp":"2026-01-01T00:00:00Z"}}},
            {"cells":["b","<none>",null,"<none>","5d"],"object":{"metadata":{"name":"b"}}}]}"#;

    fn layout() -> Layout {
        Layout::new(TableReader::default().columns(PAGE).unwrap().unwrap(), false)
    }

    #[test]
    fn the_servers_columns_become_columns_with_ids_that_filters_can_name() {
        let layout = layout();
        let columns: Vec<_> = layout
            .columns()
            .iter()
            .map(|column| (column.id.as_str(), column.kind, column.priority))
            .collect();
        assert_eq!(
            columns,
            [
                ("cluster", ColumnType::Text, 0),
                ("name", ColumnType::Text, 0),
                ("ready", ColumnType::Status, 0),
                ("ports", ColumnType::Number, 2),
                ("namespace-column", ColumnType::Text, 0),
                ("age", ColumnType::Time, 0),
            ]
        );
    }

    #[test]
    fn a_page_becomes_rows_and_a_watch_line_uses_the_same_columns() {
        let layout = layout();
        let mut reader = TableReader::default();
        let mut keep = Keep(Vec::new());
        let end = reader.read_list(PAGE, &layout, &mut keep).unwrap();
        assert_eq!(
            end,
            PageEnd {
                resource_version: "7".into(),
                next: "more".into()
            }
        );
        assert_eq!(keep.0[0].1, [Cell::from("True"), Cell::Number(3.0), Cell::from("x,y")]);
        assert_eq!((keep.0[0].2, keep.0[1].2), (Health::Good, Health::Unknown));
        assert_eq!(keep.0[1].1, [Cell::Empty, Cell::Empty, Cell::Empty]);

        let line = br#"{"type":"MODIFIED","object":{"kind":"Table","rows":[{"cells":["b","False",4,"z","5d"],
            "object":{"metadata":{"name":"b","resourceVersion":"8"}}}]}}"#;
        let event = reader.read_event(line, &layout, &mut keep).unwrap();
        assert_eq!(
            event,
            WatchEvent::Put {
                resource_version: "8".into()
            }
        );
        assert_eq!(keep.0[2].2, Health::Bad);
    }
}
