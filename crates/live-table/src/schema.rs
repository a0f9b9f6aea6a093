//! Which columns a table has, and how people name them.

use std::sync::Arc;

/// What a column holds: decides how it is stored, sorted and filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Words.
    Text,
    /// A plain number.
    Number,
    /// An amount of a resource, in cores or bytes; people write `500m` or `1Gi`.
    Quantity,
    /// A moment; people see and filter its age.
    Time,
    /// The word that says how the object is; coloured by the row's health.
    Status,
    /// Words that lead to another object.
    Link,
}

/// One column of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name that sort keys and filters use.
    pub id: Arc<str>,
    /// What the column holds.
    pub kind: ColumnKind,
}

impl Column {
    /// A column with this id and kind.
    pub fn new(id: impl Into<Arc<str>>, kind: ColumnKind) -> Self {
        Self { id: id.into(), kind }
    }
}

/// Something of a row that can be sorted by, filtered on or counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// `cluster`: the cluster's display name.
    Cluster,
    /// `namespace`
    Namespace,
    /// `name`
    Name,
    /// `age`: the time since creation.
    Age,
    /// `labels`: each label as `key=value`.
    Labels,
    /// The cell of the column at this position of the schema.
    Cell(usize),
}

/// The fields that every row has, whatever its schema.
const BUILT_IN: [(&str, Field); 5] = [
    ("cluster", Field::Cluster),
    ("namespace", Field::Namespace),
    ("name", Field::Name),
    ("age", Field::Age),
    ("labels", Field::Labels),
];

/// The columns of a table. Cheap to clone.
///
/// The ids `cluster`, `namespace`, `name`, `age` and `labels` always exist and mean the row's own
/// properties; a column with one of these ids can be shown but not asked for. Of two columns with
/// the same id the first is meant.
#[derive(Clone, Debug)]
pub struct Schema {
    columns: Arc<[Column]>,
}

impl Schema {
    /// A schema of these columns; the cells of a row come in the same order.
    pub fn new(columns: Vec<Column>) -> Self {
        Self {
            columns: columns.into(),
        }
    }

    /// The columns, in the order of a row's cells.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The field that this id names: as written, else whatever its case.
    pub fn field(&self, id: &str) -> Option<Field> {
        self.fields()
            .find(|(known, _)| *known == id)
            .or_else(|| self.fields().find(|(known, _)| known.eq_ignore_ascii_case(id)))
            .map(|(_, field)| field)
    }

    /// What a field holds.
    pub fn kind(&self, field: Field) -> ColumnKind {
        match field {
            Field::Cluster | Field::Namespace | Field::Name | Field::Labels => ColumnKind::Text,
            Field::Age => ColumnKind::Time,
            Field::Cell(position) => self
                .columns
                .get(position)
                .map_or(ColumnKind::Text, |column| column.kind),
        }
    }

    /// Every id that can be named, with what it names.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Field)> {
        let cells = self.columns.iter().enumerate();
        BUILT_IN
            .into_iter()
            .chain(cells.map(|(at, column)| (&*column.id, Field::Cell(at))))
    }

    /// The known ids that a person may have meant by this unknown one, the nearest first.
    pub(crate) fn nearest(&self, unknown: &str) -> Vec<String> {
        let unknown = unknown.to_lowercase();
        let mut near: Vec<(usize, &str)> = self
            .fields()
            .map(|(id, _)| (edit_distance(&unknown, &id.to_lowercase()), id))
            .filter(|(distance, id)| *distance <= 1 + id.len() / 3)
            .collect();
        near.sort_unstable();
        near.dedup();
        let best = near.first().map(|(distance, _)| *distance);
        near.retain(|(distance, _)| Some(*distance) == best);
        near.into_iter().take(3).map(|(_, id)| id.to_owned()).collect()
    }
}

/// How many letters must be added, dropped or replaced to turn one word into the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    // Ids are short; whatever a person typed beyond this is no misspelling of one.
    for (line, letter) in from.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (at, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[to.len()]
}
