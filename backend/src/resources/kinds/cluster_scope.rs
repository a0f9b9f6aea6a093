//! Namespaces.

use super::json::Text;
use super::{Cells, HasMetadata, Metadata, SlimKind};
use crate::resources::columns::column;
use live_table::Health;
use muster_api::resource::Column;
use muster_api::resource::ColumnType::{Status as StatusWord, Time};
use serde::Deserialize;

pub(super) struct Namespaces;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Namespace<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    status: Status<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status<'a> {
    #[serde(borrow)]
    phase: Text<'a>,
}

impl HasMetadata for Namespace<'_> {
    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl SlimKind for Namespaces {
    type Object<'a> = Namespace<'a>;

    fn columns() -> Vec<Column> {
        vec![column("status", "Status", StatusWord), column("age", "Age", Time)]
    }

    fn cells(namespace: &Namespace<'_>, cells: &mut Cells) -> Health {
        cells.text(&namespace.status.phase);
        match &*namespace.status.phase {
            "Active" => Health::Good,
            "Terminating" => Health::Busy,
            _ => Health::Unknown,
        }
    }
}
