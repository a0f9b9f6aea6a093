//! The plain list that a table is held against: every question looks at every row.

#![expect(clippy::unwrap_used, reason = "what is generated can be compared")]

use std::cmp::Ordering;
use std::collections::BTreeMap;

use live_table::{Cell, ColumnKind, Count, Field, Row, Schema};

use crate::asked::{Asked, PlainReach, PlainTerm};
use crate::generated::{CLUSTERS, FIELDS, PlainRow, Step};

/// Cluster, namespace and name.
type Identity = (&'static str, Option<&'static str>, &'static str);

pub struct Model {
    schema: Schema,
    pub rows: BTreeMap<Identity, Row>,
    names: BTreeMap<&'static str, &'static str>,
}

impl Model {
    pub fn new(schema: Schema) -> Self {
        Self {
            schema,
            rows: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    /// Answers whether something visible changed.
    pub fn apply(&mut self, step: &Step) -> bool {
        let before = (self.rows.clone(), self.displays());
        match step {
            Step::Upsert(cluster, row) => self.put(cluster, row),
            Step::Remove(cluster, namespace, name) => {
                self.rows.remove(&(*cluster, *namespace, *name));
            }
            Step::Replace(cluster, rows) => {
                let mut listed: Vec<Identity> = Vec::new();
                // A relist that names a row twice may show both states for a moment.
                let mut flickered = false;
                for row in rows {
                    let identity = (*cluster, row.namespace, row.name);
                    let former = self.rows.get(&identity).cloned();
                    self.put(cluster, row);
                    flickered |= listed.contains(&identity) && former.as_ref() != self.rows.get(&identity);
                    listed.push(identity);
                }
                self.rows
                    .retain(|identity, _| identity.0 != *cluster || listed.contains(identity));
                if flickered {
                    return true;
                }
            }
            Step::RemoveCluster(cluster) => {
                self.rows.retain(|identity, _| identity.0 != *cluster);
                self.names.remove(cluster);
            }
            Step::Rename(cluster, name) => {
                self.names.insert(cluster, name);
            }
            Step::Retain(cluster, kept) => self
                .rows
                .retain(|identity, _| identity.0 != *cluster || identity.2 == *kept),
        }
        (&self.rows, &self.displays()) != (&before.0, &before.1)
    }

    /// The page and the total.
    pub fn answer(&self, asked: &Asked, now: i64) -> (Vec<Row>, usize) {
        let mut rows = self.passing(asked, now);
        rows.sort_by(|left, right| {
            let keys = asked.sort.iter();
            let mut by_keys = keys
                .map(|(_, field, down)| compare(*field, &self.cell(left, *field), &self.cell(right, *field), *down));
            let identity = |row: &Row| {
                let fields = [Field::Cluster, Field::Namespace, Field::Name];
                let [cluster, namespace, name] = fields.map(|field| match self.cell(row, field) {
                    Cell::Text(text) => folded(&text),
                    _ => Default::default(),
                });
                (cluster, folded(&row.cluster), namespace, name)
            };
            by_keys
                .find(|ordering| ordering.is_ne())
                .unwrap_or_else(|| identity(left).cmp(&identity(right)))
        });
        let total = rows.len();
        (
            rows.into_iter().skip(asked.offset).take(asked.limit).cloned().collect(),
            total,
        )
    }

    pub fn counts(&self, asked: &Asked, now: i64, field: Field) -> Vec<Count> {
        let mut counts: Vec<Count> = Vec::new();
        for row in self.passing(asked, now) {
            let (value, health) = (self.cell(row, field), row.health);
            match counts
                .iter_mut()
                .find(|count| (&count.value, count.health) == (&value, health))
            {
                Some(count) => count.count += 1,
                None => counts.push(Count {
                    value,
                    health,
                    count: 1,
                }),
            }
        }
        counts.sort_by(|left, right| {
            let by_value = compare(field, &left.value, &right.value, false);
            right
                .count
                .cmp(&left.count)
                .then(by_value)
                .then(left.health.cmp(&right.health))
        });
        counts
    }

    fn passing(&self, asked: &Asked, now: i64) -> Vec<&Row> {
        let passes = |row: &&Row| {
            let namespace = row.namespace.as_deref();
            let label = |key: &str| {
                row.labels
                    .iter()
                    .find(|(known, _)| &**known == key)
                    .map(|(_, value)| &**value)
            };
            let in_reach = |reach: &PlainReach| {
                let inside = match reach {
                    PlainReach::All => true,
                    PlainReach::Only {
                        namespaces,
                        anywhere,
                        objects,
                    } => {
                        let whole = namespaces.iter().any(|whole| namespace == Some(*whole));
                        let single = |(of, name): &(&str, &str)| namespace == Some(*of) && *row.name == **name;
                        whole || anywhere.iter().any(|name| *row.name == **name) || objects.iter().any(single)
                    }
                };
                &*row.cluster == CLUSTERS[0] && inside
            };
            asked
                .clauses
                .iter()
                .all(|clause| clause.iter().any(|term| self.holds(term, row, now)))
                && asked.selector.is_none_or(|(key, value)| label(key) != Some(value))
                && asked.cluster.is_none_or(|cluster| cluster == &*row.cluster)
                && asked.namespace.is_none_or(|asked| namespace == Some(asked))
                && asked.reaches.iter().all(in_reach)
                && (asked.health.is_empty() || asked.health.contains(&row.health))
        };
        self.rows.values().filter(passes).collect()
    }

    fn holds(&self, term: &PlainTerm, row: &Row, now: i64) -> bool {
        let cell = |id: &str| self.cell(row, FIELDS.iter().find(|(known, _)| *known == id).unwrap().1);
        match term {
            PlainTerm::Text {
                field,
                operator,
                values,
            } => {
                let texts: Vec<String> = if *field == "labels" && !row.labels.is_empty() {
                    row.labels.iter().map(|(key, value)| format!("{key}={value}")).collect()
                } else {
                    vec![cell(field).as_text().unwrap_or_default().to_owned()]
                };
                let found = texts
                    .iter()
                    .any(|text| values.iter().any(|value| fits(text, operator, value)));
                found != operator.starts_with('!')
            }
            PlainTerm::Label { key, operator, value } => {
                let label = row.labels.iter().find(|(known, _)| &**known == *key);
                fits(label.map_or("", |(_, value)| value), operator, value) != operator.starts_with('!')
            }
            PlainTerm::Number { field, operator, value } => match cell(field) {
                Cell::Number(number) | Cell::Quantity(number) => ordered(number.partial_cmp(value).unwrap(), operator),
                _ => *operator == "!=",
            },
            PlainTerm::Age {
                field,
                operator,
                seconds,
            } => match cell(field) {
                Cell::Time(time) => ordered((now - time).cmp(&(seconds * 1000)), operator),
                _ => false,
            },
            PlainTerm::Empty { field, negated } => (cell(field) == Cell::Empty) != *negated,
        }
    }

    fn cell(&self, row: &Row, field: Field) -> Cell {
        match field {
            Field::Cluster => self
                .names
                .get(&*row.cluster)
                .map_or_else(|| Cell::Text(row.cluster.clone()), |name| (*name).into()),
            Field::Namespace => row.namespace.clone().map_or(Cell::Empty, Cell::Text),
            Field::Name => Cell::Text(row.name.clone()),
            Field::Age => row.created.map_or(Cell::Empty, Cell::Time),
            Field::Labels => {
                let labels: Vec<String> = row.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                labels.join(",").into()
            }
            Field::Cell(at) => row.cells[at].clone(),
        }
    }

    fn put(&mut self, cluster: &'static str, row: &PlainRow) {
        let cells = self
            .schema
            .columns()
            .iter()
            .enumerate()
            .map(|(at, column)| match row.cells.get(at) {
                Some(Cell::Number(number) | Cell::Quantity(number)) if number.is_nan() => Cell::Empty,
                Some(Cell::Number(number) | Cell::Quantity(number)) if column.kind == ColumnKind::Quantity => {
                    Cell::Quantity(*number)
                }
                Some(cell) => cell.clone(),
                None => Cell::Empty,
            });
        let plain = Row {
            id: format!("{cluster}/{}/{}", row.namespace.unwrap_or("-"), row.name),
            cluster: cluster.into(),
            namespace: row.namespace.map(Into::into),
            name: row.name.into(),
            created: row.created,
            labels: row
                .labels
                .iter()
                .map(|(key, value)| ((*key).into(), (*value).into()))
                .collect(),
            health: row.health,
            cells: cells.collect(),
            version: 0,
        };
        self.rows.insert((cluster, row.namespace, row.name), plain);
    }

    /// What the cluster of each row is called.
    fn displays(&self) -> Vec<Cell> {
        self.rows.values().map(|row| self.cell(row, Field::Cluster)).collect()
    }
}

pub fn without_versions(rows: &[Row]) -> Vec<Row> {
    rows.iter()
        .map(|row| Row {
            version: 0,
            ..row.clone()
        })
        .collect()
}

fn folded(text: &str) -> (String, String) {
    (text.to_ascii_lowercase(), text.to_owned())
}

fn compare(field: Field, left: &Cell, right: &Cell, down: bool) -> Ordering {
    let ordering = match (left, right) {
        (Cell::Empty, right) => return Ordering::Equal.then((*right != Cell::Empty).cmp(&false)),
        (_, Cell::Empty) => return Ordering::Less,
        // Label by label, the key before the value.
        (Cell::Text(left), Cell::Text(right)) if field == Field::Labels => labels(left).cmp(&labels(right)),
        (Cell::Text(left), Cell::Text(right)) => folded(left).cmp(&folded(right)),
        (Cell::Time(left), Cell::Time(right)) => right.cmp(left),
        (Cell::Number(left) | Cell::Quantity(left), Cell::Number(right) | Cell::Quantity(right)) => {
            left.partial_cmp(right).unwrap()
        }
        _ => unreachable!("cells of one column are of one kind"),
    };
    if down { ordering.reverse() } else { ordering }
}

fn labels(text: &str) -> Vec<[(String, String); 2]> {
    let labels = text.split(',').filter_map(|label| label.split_once('='));
    labels.map(|(key, value)| [folded(key), folded(value)]).collect()
}

fn fits(text: &str, operator: &str, value: &str) -> bool {
    if operator.ends_with('=') {
        return text == value;
    }
    let (text, value) = (text.to_lowercase(), value.to_lowercase());
    match value.split('*').collect::<Vec<_>>()[..] {
        [_] => text.contains(&value),
        [start, end] => text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end),
        ["", middle, ""] => text.contains(middle),
        _ => unreachable!("no such pattern is generated"),
    }
}

fn ordered(ordering: Ordering, operator: &str) -> bool {
    match operator {
        "=" => ordering.is_eq(),
        "!=" => ordering.is_ne(),
        ">" => ordering.is_gt(),
        ">=" => ordering.is_ge(),
        "<" => ordering.is_lt(),
        _ => ordering.is_le(),
    }
}
