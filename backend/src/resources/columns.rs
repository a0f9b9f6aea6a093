//! Columns: what a list shows of each object, and where each value of a row comes from.

use live_table::ColumnKind;
use muster_api::resource::{Column, ColumnType};

/// The unit of CPU amounts.
pub const CORES: &str = "cores";
/// The unit of memory and storage amounts.
pub const BYTES: &str = "bytes";
/// The unit of durations.
pub const MILLISECONDS: &str = "milliseconds";

/// A column that is shown always.
pub fn column(id: &str, title: &str, kind: ColumnType) -> Column {
    Column {
        id: id.to_owned(),
        title: title.to_owned(),
        kind,
        unit: None,
        priority: 0,
        link: None,
        since: None,
    }
}

/// Shorthand for the columns of built-in kinds.
pub trait ColumnExt: Sized {
    /// Gives way when there is no room: 1 late, 2 early, 3 shown only when chosen.
    #[must_use]
    fn priority(self, priority: u8) -> Self;
    /// The base unit of its numbers.
    #[must_use]
    fn unit(self, unit: &str) -> Self;
    /// `group/version/resource` of the objects that its cells name.
    #[must_use]
    fn link(self, path: &str) -> Self;
    /// The time column since which it goes on while it has no value.
    #[must_use]
    fn since(self, column: &str) -> Self;
}

impl ColumnExt for Column {
    fn priority(mut self, priority: u8) -> Self {
        self.priority = priority;
        self
    }

    fn unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.to_owned());
        self
    }

    fn link(mut self, path: &str) -> Self {
        self.link = Some(path.to_owned());
        self
    }

    fn since(mut self, column: &str) -> Self {
        self.since = Some(column.to_owned());
        self
    }
}

/// Where a column's value is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The cluster's name.
    Cluster,
    /// The object's namespace.
    Namespace,
    /// The object's name.
    Name,
    /// When it was made.
    Created,
    /// The cell at this place of the row.
    Cell(usize),
}

/// The columns of a list in order, and the table behind them.
#[derive(Clone, Debug)]
pub struct Layout {
    columns: Vec<Column>,
    sources: Vec<Source>,
    schema: live_table::Schema,
    namespaced: bool,
    /// The column whose words are counted beside a list.
    count_by: Option<live_table::Field>,
}

impl Layout {
    /// The layout for these columns. The ones that every row has (`cluster`, `namespace`, `name`, `age`) may be among
    /// them to say their place; those that are not come first, and `age` last.
    pub fn new(own: Vec<Column>, namespaced: bool) -> Self {
        let mut columns = vec![column("cluster", "Cluster", ColumnType::Text)];
        if namespaced {
            columns.push(column("namespace", "Namespace", ColumnType::Link).link("core/v1/namespaces"));
        }
        if own.iter().all(|column| column.id != "name") {
            columns.push(column("name", "Name", ColumnType::Text));
        }
        let has_age = own.iter().any(|column| column.id == "age");
        columns.extend(own);
        if !has_age {
            columns.push(column("age", "Age", ColumnType::Time));
        }
        let mut cells = Vec::new();
        let mut sources = Vec::new();
        for column in &columns {
            sources.push(match column.id.as_str() {
                "cluster" => Source::Cluster,
                "namespace" => Source::Namespace,
                "name" => Source::Name,
                "age" => Source::Created,
                id => {
                    cells.push(live_table::Column::new(id, stored_as(column.kind)));
                    Source::Cell(cells.len() - 1)
                }
            });
        }
        let schema = live_table::Schema::new(cells);
        let counted = columns
            .iter()
            .find(|column| column.kind == ColumnType::Status)
            .or_else(|| columns.iter().find(|column| column.id == "type"));
        let count_by = counted.and_then(|column| schema.field(&column.id));
        Self {
            columns,
            sources,
            schema,
            namespaced,
            count_by,
        }
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Where each column's value is, in the same order.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The columns that are cells, as the table knows them.
    pub fn schema(&self) -> &live_table::Schema {
        &self.schema
    }

    /// Do the objects live in namespaces?
    pub fn is_namespaced(&self) -> bool {
        self.namespaced
    }

    /// The column whose words are counted beside a list.
    pub fn count_by(&self) -> Option<live_table::Field> {
        self.count_by
    }

    /// The place of a column among a row's cells.
    pub fn cell(&self, id: &str) -> Option<usize> {
        match self.schema.field(id)? {
            live_table::Field::Cell(place) => Some(place),
            _ => None,
        }
    }
}

fn stored_as(kind: ColumnType) -> ColumnKind {
    match kind {
        ColumnType::Text => ColumnKind::Text,
        ColumnType::Number => ColumnKind::Number,
        ColumnType::Quantity => ColumnKind::Quantity,
        ColumnType::Time => ColumnKind::Time,
        ColumnType::Status => ColumnKind::Status,
        ColumnType::Link => ColumnKind::Link,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_cluster_namespace_name_and_age() {
        let own = vec![
            column("status", "Status", ColumnType::Status),
            column("age", "Age", ColumnType::Time),
            column("node", "Node", ColumnType::Link),
        ];
        let layout = Layout::new(own, true);
        let ids: Vec<_> = layout.columns().iter().map(|column| column.id.as_str()).collect();
        assert_eq!(ids, ["cluster", "namespace", "name", "status", "age", "node"]);
        assert_eq!(
            layout.sources()[3..],
            [Source::Cell(0), Source::Created, Source::Cell(1)]
        );
        assert_eq!(layout.cell("node"), Some(1));
        assert_eq!(layout.count_by(), Some(live_table::Field::Cell(0)));
    }
}
