//! What Muster takes of each built-in kind: slim structs with only the fields that the columns need, and how the columns
//! are made of them. Words and numbers are those of `kubectl get`; columns that kubectl lacks follow its own.
//!
//! Pure: no cluster, no clock. Nothing here holds an object longer than its row takes to make.

mod batch;
mod cluster_scope;
mod configuration;
mod events;
mod json;
mod network;
mod node;
mod pod;
mod pod_resources;
mod pod_status;
mod storage;
mod template;
mod workloads;

use crate::resources::columns::Layout;
use crate::resources::reader::{ReadRows, SlimReader, TableReader};
use json::{Many, Moment, Pairs, Text};
use live_table::{Cell, Health};
use muster_api::kind::Kind;
use muster_api::resource::Column;
use serde::Deserialize;

/// A built-in kind, as lists need it.
pub(crate) trait SlimKind: 'static {
    /// What is read of an object.
    type Object<'a>: Deserialize<'a> + HasMetadata;

    /// The columns in kubectl's order; see [`Layout::new`].
    fn columns() -> Vec<Column>;

    /// An object's cells, one for each column besides those that every row has.
    fn cells(object: &Self::Object<'_>, cells: &mut Cells) -> Health;
}

/// What every object has.
pub(crate) trait HasMetadata {
    /// Its metadata.
    fn metadata(&self) -> &Metadata<'_>;
}

/// The metadata that rows are made of.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Metadata<'a> {
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    #[serde(borrow)]
    pub(crate) namespace: Option<Text<'a>>,
    pub(crate) creation_timestamp: Moment,
    pub(crate) deletion_timestamp: Moment,
    #[serde(borrow)]
    pub(crate) resource_version: Option<Text<'a>>,
    pub(crate) generation: Option<i64>,
    #[serde(borrow)]
    pub(crate) labels: Pairs<'a>,
    #[serde(borrow)]
    pub(crate) annotations: ChosenAnnotations<'a>,
    #[serde(borrow)]
    pub(crate) owner_references: Many<OwnerReference<'a>>,
}

/// The few annotations that columns show.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ChosenAnnotations<'a> {
    #[serde(borrow, rename = "storageclass.kubernetes.io/is-default-class")]
    pub(crate) is_default_class: Option<Text<'a>>,
}

/// Who made an object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OwnerReference<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    controller: Option<bool>,
}

impl Metadata<'_> {
    /// `Kind/name` of the controller that made it, else of its first owner.
    fn owner(&self) -> Cell {
        let controller = self
            .owner_references
            .iter()
            .find(|owner| owner.controller == Some(true));
        match controller.or(self.owner_references.first()) {
            Some(owner) => Cell::text(format!("{}/{}", &*owner.kind, &*owner.name)),
            None => Cell::Empty,
        }
    }

    fn is_being_deleted(&self) -> bool {
        self.deletion_timestamp.0.is_some()
    }
}

/// The cells of a row while they are made.
#[derive(Default)]
pub(crate) struct Cells(pub(crate) Vec<Cell>);

impl Cells {
    fn text(&mut self, text: &str) {
        self.0.push(Cell::from(text));
    }

    fn optional(&mut self, text: Option<&Text<'_>>) {
        self.0.push(text.map_or(Cell::Empty, |text| Cell::from(&**text)));
    }

    fn number(&mut self, number: impl Into<f64>) {
        self.0.push(Cell::Number(number.into()));
    }

    fn quantity(&mut self, quantity: Option<f64>) {
        self.0.push(quantity.map_or(Cell::Empty, Cell::Quantity));
    }

    fn time(&mut self, time: Moment) {
        self.0.push(time.0.map_or(Cell::Empty, Cell::Time));
    }

    fn push(&mut self, cell: Cell) {
        self.0.push(cell);
    }
}

/// A condition of an object's status.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Condition<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
    #[serde(borrow)]
    reason: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
}

impl Condition<'_> {
    fn is_true(&self) -> bool {
        &*self.status == "True"
    }

    fn is_false(&self) -> bool {
        &*self.status == "False"
    }
}

fn condition<'c, 'a>(conditions: &'c [Condition<'a>], kind: &str) -> Option<&'c Condition<'a>> {
    conditions.iter().find(|condition| &*condition.kind == kind)
}

/// Messages are shown in one line; what is longer is read on the object's page.
const MOST_MESSAGE_CHARACTERS: usize = 300;

fn shortened(message: &str) -> String {
    match message.char_indices().nth(MOST_MESSAGE_CHARACTERS) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

/// The layout of a built-in kind and what reads its rows.
pub(crate) fn built_in(kind: &Kind) -> Option<(Layout, Box<dyn ReadRows>)> {
    fn slim<K: SlimKind>(kind: &Kind) -> (Layout, Box<dyn ReadRows>) {
        (
            Layout::new(K::columns(), kind.namespaced),
            Box::new(SlimReader::<K>::new()),
        )
    }
    /// The server makes these rows, so that what the objects hold never comes here.
    fn table(kind: &Kind, columns: Vec<Column>) -> (Layout, Box<dyn ReadRows>) {
        (
            Layout::new(columns, kind.namespaced),
            Box::new(TableReader::of_stateless()),
        )
    }
    Some(match (kind.group, kind.resource) {
        ("", "pods") => slim::<pod::Pods>(kind),
        ("", "nodes") => slim::<node::Nodes>(kind),
        ("", "namespaces") => slim::<cluster_scope::Namespaces>(kind),
        ("", "services") => slim::<network::Services>(kind),
        ("", "configmaps") => table(kind, configuration::config_map_columns()),
        ("", "secrets") => table(kind, configuration::secret_columns()),
        ("", "serviceaccounts") => slim::<configuration::ServiceAccounts>(kind),
        ("", "persistentvolumeclaims") => slim::<storage::Claims>(kind),
        ("", "persistentvolumes") => slim::<storage::Volumes>(kind),
        ("", "events") => slim::<events::Events>(kind),
        ("apps", "deployments") => slim::<workloads::Deployments>(kind),
        ("apps", "statefulsets") => slim::<workloads::StatefulSets>(kind),
        ("apps", "daemonsets") => slim::<workloads::DaemonSets>(kind),
        ("apps", "replicasets") => slim::<workloads::ReplicaSets>(kind),
        ("batch", "jobs") => slim::<batch::Jobs>(kind),
        ("batch", "cronjobs") => slim::<batch::CronJobs>(kind),
        ("networking.k8s.io", "ingresses") => slim::<network::Ingresses>(kind),
        ("discovery.k8s.io", "endpointslices") => slim::<network::EndpointSlices>(kind),
        ("storage.k8s.io", "storageclasses") => slim::<storage::Classes>(kind),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::columns::Source;
    use crate::resources::reader::RowSink;

    struct Keep(Vec<(Vec<Cell>, Health)>);

    impl RowSink for Keep {
        fn row(&mut self, row: live_table::RowInput<'_>) {
            self.0.push((row.cells.to_vec(), row.health));
        }
    }

    /// Makes one row of a JSON object and returns its cells by column id.
    pub(crate) fn row_of(group: &str, resource: &str, object: &serde_json::Value) -> (Vec<(String, Cell)>, Health) {
        let kind = muster_api::kind::by_path(group, "v1", resource).unwrap();
        let (layout, mut reader) = built_in(kind).unwrap();
        let list = serde_json::json!({ "metadata": {"resourceVersion": "1"}, "items": [object] });
        let mut keep = Keep(Vec::new());
        reader
            .read_list(list.to_string().as_bytes(), &layout, &mut keep)
            .unwrap();
        let (cells, health) = keep.0.remove(0);
        let named = layout
            .columns()
            .iter()
            .zip(layout.sources())
            .filter_map(|(column, source)| match source {
                Source::Cell(place) => Some((column.id.clone(), cells[*place].clone())),
                _ => None,
            });
        (named.collect(), health)
    }

    /// The text of a cell as kubectl would print it, roughly.
    pub(crate) fn shown(cells: &[(String, Cell)], id: &str) -> String {
        match &cells.iter().find(|(column, _)| column == id).unwrap().1 {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.to_string(),
            Cell::Number(number) | Cell::Quantity(number) => number.to_string(),
            Cell::Time(time) => time.to_string(),
        }
    }

    #[test]
    fn every_known_kind_has_a_layout_whose_cells_fill_it() {
        for kind in muster_api::kind::KINDS {
            let (layout, _) = built_in(kind).unwrap_or_else(|| panic!("{} has no columns", kind.resource));
            if matches!(kind.resource, "configmaps" | "secrets") {
                continue;
            }
            let object = serde_json::json!({"metadata": {"name": "x", "namespace": "y"}});
            let (cells, _) = row_of(kind.group, kind.resource, &object);
            assert_eq!(cells.len(), layout.schema().columns().len(), "{}", kind.resource);
        }
    }

    #[test]
    fn ids_of_columns_are_words_that_filters_can_name() {
        for kind in muster_api::kind::KINDS {
            let (layout, _) = built_in(kind).unwrap();
            for column in layout.columns() {
                let plain = |character: char| character.is_ascii_lowercase() || character == '-';
                assert!(column.id.chars().all(plain), "{} {}", kind.resource, column.id);
                let filter = format!("{}=x", column.id);
                if matches!(column.kind, muster_api::resource::ColumnType::Text) {
                    assert!(live_table::Filter::parse(&filter, layout.schema()).is_ok(), "{filter}");
                }
            }
        }
    }
}
