//! Turns the API server's answers (pages of lists, lines of watches) into rows, without ever holding whole objects.

mod server_table;

use super::columns::Layout;
use super::kinds::{Cells, HasMetadata as _, Metadata, SlimKind};
use live_table::{Cell, Health, RowInput};
use muster_api::resource::Column;
use serde::Deserialize;
use std::marker::PhantomData;

pub(crate) use server_table::TableReader;

/// Takes rows as they are read. The cluster is left empty: the sink knows which one it reads.
pub(crate) trait RowSink {
    /// One row.
    fn row(&mut self, row: RowInput<'_>);
}

/// What a page of a list says about itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PageEnd {
    /// The version of the cluster's state that the whole list shows.
    pub(crate) resource_version: String,
    /// Asks for the next page; empty on the last one.
    pub(crate) next: String,
}

/// What one line of a watch says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WatchEvent {
    /// An object is new or changed; its row was given to the sink.
    Put {
        /// The state's version after it.
        resource_version: String,
    },
    /// An object is gone.
    Gone {
        /// The state's version after it.
        resource_version: String,
        /// The object's namespace.
        namespace: Option<String>,
        /// The object's name.
        name: String,
    },
    /// Nothing happened up to this version.
    Bookmark {
        /// The state's version.
        resource_version: String,
    },
    /// The watch cannot go on.
    Error {
        /// The HTTP status that fits.
        code: u16,
        /// Why.
        message: String,
    },
}

/// An answer was not what the Kubernetes API sends.
#[derive(Debug, thiserror::Error)]
#[error("the answer cannot be read: {0}")]
pub(crate) struct ReadError(#[from] serde_json::Error);

/// Reads the rows of one kind from one cluster.
pub(crate) trait ReadRows: Send + Sync {
    /// The representation to ask the server for.
    fn accept(&self) -> &'static str;

    /// The columns that the server itself has for the kind, when it says so.
    fn columns(&self, page: &[u8]) -> Result<Option<Vec<Column>>, ReadError>;

    /// Reads a page of a list.
    fn read_list(&mut self, page: &[u8], layout: &Layout, sink: &mut dyn RowSink) -> Result<PageEnd, ReadError>;

    /// Reads a line of a watch.
    fn read_event(&mut self, line: &[u8], layout: &Layout, sink: &mut dyn RowSink) -> Result<WatchEvent, ReadError>;
}

/// The metadata of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ListMetadata {
    resource_version: String,
    #[serde(rename = "continue")]
    next: String,
}

impl From<ListMetadata> for PageEnd {
    fn from(metadata: ListMetadata) -> Self {
        Self {
            resource_version: metadata.resource_version,
            next: metadata.next,
        }
    }
}

/// The first look at a line of a watch: what happened, and the version or the error that it carries.
#[derive(Deserialize)]
struct EventHead {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct ErrorEvent {
    object: ErrorStatus,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorStatus {
    code: u16,
    message: String,
}

/// What happened, before the object itself is read.
enum Happened {
    Put,
    Gone,
    Bookmark,
    Error(WatchEvent),
}

fn happened(line: &[u8]) -> Result<Happened, ReadError> {
    let head: EventHead = serde_json::from_slice(line)?;
    Ok(match head.kind.as_str() {
        "ADDED" | "MODIFIED" => Happened::Put,
        "DELETED" => Happened::Gone,
        "BOOKMARK" => Happened::Bookmark,
        _ => {
            let error: ErrorEvent = serde_json::from_slice(line)?;
            Happened::Error(WatchEvent::Error {
                code: error.object.code,
                message: error.object.message,
            })
        }
    })
}

/// Gives one row to the sink.
fn emit(metadata: &Metadata<'_>, cells: &[Cell], health: Health, sink: &mut dyn RowSink) {
    let labels: Vec<(&str, &str)> = metadata.labels.iter().map(|(key, value)| (&**key, &**value)).collect();
    sink.row(RowInput {
        cluster: "",
        namespace: metadata.namespace.as_deref(),
        name: &metadata.name,
        created: metadata.creation_timestamp.0,
        labels: &labels,
        health,
        cells,
    });
}

fn version_of(metadata: &Metadata<'_>) -> String {
    metadata.resource_version.as_deref().unwrap_or_default().to_owned()
}

fn gone(metadata: &Metadata<'_>) -> WatchEvent {
    WatchEvent::Gone {
        resource_version: version_of(metadata),
        namespace: metadata.namespace.as_deref().map(str::to_owned),
        name: metadata.name.to_string(),
    }
}

/// Reads objects of a built-in kind.
pub(crate) struct SlimReader<K> {
    kind: PhantomData<fn() -> K>,
}

impl<K> SlimReader<K> {
    pub(crate) fn new() -> Self {
        Self { kind: PhantomData }
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "O: Deserialize<'de>"))]
struct SlimList<O> {
    metadata: ListMetadata,
    items: Option<Vec<O>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "O: Deserialize<'de>"))]
struct SlimEvent<O> {
    object: O,
}

impl<K: SlimKind> ReadRows for SlimReader<K> {
    fn accept(&self) -> &'static str {
        "application/json"
    }

    fn columns(&self, _page: &[u8]) -> Result<Option<Vec<Column>>, ReadError> {
        Ok(None)
    }

    fn read_list(&mut self, page: &[u8], _layout: &Layout, sink: &mut dyn RowSink) -> Result<PageEnd, ReadError> {
        let list: SlimList<K::Object<'_>> = serde_json::from_slice(page)?;
        let mut cells = Cells::default();
        for object in list.items.iter().flatten() {
            cells.0.clear();
            let health = K::cells(object, &mut cells);
            emit(object.metadata(), &cells.0, health, sink);
        }
        Ok(list.metadata.into())
    }

    fn read_event(&mut self, line: &[u8], _layout: &Layout, sink: &mut dyn RowSink) -> Result<WatchEvent, ReadError> {
        let happened = match happened(line)? {
            Happened::Error(event) => return Ok(event),
            happened => happened,
        };
        let event: SlimEvent<K::Object<'_>> = serde_json::from_slice(line)?;
        let metadata = event.object.metadata();
        let resource_version = version_of(metadata);
        Ok(match happened {
            Happened::Gone => gone(metadata),
            Happened::Bookmark => WatchEvent::Bookmark { resource_version },
            Happened::Put | Happened::Error(_) => {
                let mut cells = Cells::default();
                let health = K::cells(&event.object, &mut cells);
                emit(metadata, &cells.0, health, sink);
                WatchEvent::Put { resource_version }
            }
        })
    }
}
