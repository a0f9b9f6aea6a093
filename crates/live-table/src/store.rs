//! The rows themselves: one array per property, a row is the same position in all of them.
//!
//! ```text
//!             slot 0      slot 1      slot 2 (free)   slot 3
//! places    [ p0          p0          -               p1        ]  → (cluster, namespace)
//! names     [ t7          t8          -               t7        ]  → texts
//! labels    [ l0          l0          -               l1        ]  → label sets
//! created   [ 1763…       1763…       -               1764…     ]
//! cells[0]  [ t2          t3          -               t2        ]  → texts
//! cells[1]  [ 0.0         4.0         -               NaN       ]
//! ```
//!
//! A filter on one column reads one array; a row that goes leaves its slot to the next one that
//! comes. The store knows nothing of orders, revisions or queries.

mod field_set;
mod label_sets;
mod place;
mod texts;
mod values;

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

pub(crate) use self::field_set::FieldSet;
pub(crate) use self::label_sets::{Label, LabelSets};
pub(crate) use self::place::{Place, Places};
pub(crate) use self::texts::Texts;
pub(crate) use self::values::{NO_TIME, Slot, Values, stored_time};
use crate::dictionary::Code;
use crate::selection::Selection;
use crate::{Cell, ColumnKind, Field, Health, Row, RowInput, Schema};

/// Free slots that are kept for rows to come.
const WORTH_GIVING_BACK: usize = 1024;

/// The rows of a table by slot.
pub(crate) struct Store {
    pub(crate) schema: Schema,
    pub(crate) texts: Texts,
    pub(crate) places: Places,
    pub(crate) label_sets: LabelSets,
    /// [`Code::NONE`] marks a free slot.
    place: Vec<Code>,
    name: Vec<Code>,
    created: Vec<i64>,
    labels: Vec<Code>,
    health: Vec<Health>,
    version: Vec<u64>,
    cells: Vec<Values>,
    free: Vec<Slot>,
    /// The slots by the hash of place and name.
    index: HashTable<Slot>,
    hasher: DefaultHashBuilder,
}

/// One property of all rows, as it is stored.
#[derive(Clone, Copy)]
pub(crate) enum FieldValues<'a> {
    /// Codes of places, meaning the cluster.
    Clusters(&'a [Code]),
    /// Codes of places, meaning the namespace.
    Namespaces(&'a [Code]),
    /// Codes of texts.
    Texts(&'a [Code]),
    /// Codes of label sets.
    Labels(&'a [Code]),
    Numbers(&'a [f64]),
    Times(&'a [i64]),
}

impl Store {
    pub(crate) fn new(schema: Schema) -> Self {
        let cells = schema.columns().iter().map(|column| Values::new(column.kind)).collect();
        Self {
            schema,
            texts: Texts::default(),
            places: Places::default(),
            label_sets: LabelSets::default(),
            place: Vec::new(),
            name: Vec::new(),
            created: Vec::new(),
            labels: Vec::new(),
            health: Vec::new(),
            version: Vec::new(),
            cells,
            free: Vec::new(),
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn is_live(&self, slot: Slot) -> bool {
        self.place.get(slot as usize).is_some_and(|place| !place.is_none())
    }

    /// All rows.
    pub(crate) fn selection(&self) -> Selection {
        let mut selection = Selection::all(self.place.len());
        if !self.free.is_empty() {
            selection.narrow(|slot| self.is_live(slot));
        }
        selection
    }

    /// The slots of all rows.
    pub(crate) fn live(&self) -> impl Iterator<Item = Slot> {
        (0..)
            .zip(&self.place)
            .filter(|(_, place)| !place.is_none())
            .map(|(slot, _)| slot)
    }

    /// The slots of all rows of a cluster.
    pub(crate) fn slots_of(&self, cluster: &str) -> Vec<Slot> {
        let Some(cluster) = self.texts.find(cluster) else {
            return Vec::new();
        };
        self.live()
            .filter(|slot| self.place(*slot).cluster == cluster)
            .collect()
    }

    pub(crate) fn find(&self, cluster: &str, namespace: Option<&str>, name: &str) -> Option<Slot> {
        let key = (
            self.places.find(&self.texts, cluster, namespace)?,
            self.texts.find(name)?,
        );
        let same = |slot: &Slot| self.key(*slot) == key;
        self.index.find(self.hasher.hash_one(key), same).copied()
    }

    /// Adds a row that is not there yet.
    pub(crate) fn insert(&mut self, row: &RowInput<'_>) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| self.push_slot());
        let at = slot as usize;
        self.place[at] = self.places.acquire(&mut self.texts, row.cluster, row.namespace);
        self.name[at] = self.texts.acquire(row.name);
        self.labels[at] = self.label_sets.acquire(&mut self.texts, row.labels);
        self.created[at] = stored_time(row.created);
        self.health[at] = row.health;
        for (values, cell) in self.cells.iter_mut().zip(row.cells) {
            values.set(&mut self.texts, slot, cell);
        }
        let hash = self.hasher.hash_one(self.key(slot));
        let (place, name, hasher) = (&self.place, &self.name, &self.hasher);
        let rehash = |slot: &Slot| hasher.hash_one((place[*slot as usize], name[*slot as usize]));
        self.index.insert_unique(hash, slot, rehash);
        slot
    }

    /// Which fields of the row would change; none when this input says what is stored. The flag
    /// is set when anything would, be it only the health, which is no field.
    pub(crate) fn difference(&self, slot: Slot, row: &RowInput<'_>) -> (FieldSet, bool) {
        let at = slot as usize;
        let mut fields = FieldSet::default();
        if self.created[at] != stored_time(row.created) {
            fields.insert(Field::Age);
        }
        if !self.label_sets.equals(&self.texts, self.labels[at], row.labels) {
            fields.insert(Field::Labels);
        }
        for (position, values) in self.cells.iter().enumerate() {
            let cell = row.cells.get(position).unwrap_or(&Cell::Empty);
            if !values.equals(&self.texts, slot, cell) {
                fields.insert(Field::Cell(position));
            }
        }
        (fields, fields != FieldSet::default() || self.health[at] != row.health)
    }

    /// Writes new content into these fields of a row; its place and name stay.
    pub(crate) fn update(&mut self, slot: Slot, row: &RowInput<'_>, changed: FieldSet) {
        let at = slot as usize;
        self.created[at] = stored_time(row.created);
        self.health[at] = row.health;
        if changed.contains(Field::Labels) {
            let labels = self.label_sets.acquire(&mut self.texts, row.labels);
            let former = std::mem::replace(&mut self.labels[at], labels);
            self.label_sets.release(&mut self.texts, former);
        }
        for (position, values) in self.cells.iter_mut().enumerate() {
            if changed.contains(Field::Cell(position)) {
                values.set(&mut self.texts, slot, row.cells.get(position).unwrap_or(&Cell::Empty));
            }
        }
    }

    /// Takes a row out and frees its slot.
    pub(crate) fn remove(&mut self, slot: Slot) {
        let at = slot as usize;
        let hash = self.hasher.hash_one(self.key(slot));
        if let Ok(found) = self.index.find_entry(hash, |known| *known == slot) {
            found.remove();
        }
        let place = std::mem::replace(&mut self.place[at], Code::NONE);
        self.places.release(&mut self.texts, place);
        self.texts.release(std::mem::replace(&mut self.name[at], Code::NONE));
        let labels = std::mem::replace(&mut self.labels[at], Code::NONE);
        self.label_sets.release(&mut self.texts, labels);
        for values in &mut self.cells {
            values.set(&mut self.texts, slot, &Cell::Empty);
        }
        self.free.push(slot);
    }

    /// Whether most slots are free, and so many that they are worth giving back.
    pub(crate) fn is_sparse(&self) -> bool {
        self.free.len() > self.len().max(WORTH_GIVING_BACK)
    }

    /// The same rows, versions and cluster names, without free slots. The rows stand in other slots.
    pub(crate) fn compacted(&self) -> Self {
        let mut compact = Self::new(self.schema.clone());
        for (cluster, name) in self.places.names(&self.texts) {
            compact.places.rename(&mut compact.texts, cluster, name);
        }
        for slot in self.live() {
            let row = self.row(slot);
            let labels: Vec<(&str, &str)> = row.labels.iter().map(|(key, value)| (&**key, &**value)).collect();
            let copy = compact.insert(&RowInput {
                cluster: &row.cluster,
                namespace: row.namespace.as_deref(),
                name: &row.name,
                created: row.created,
                labels: &labels,
                health: row.health,
                cells: &row.cells,
            });
            compact.set_version(copy, row.version);
        }
        compact
    }

    pub(crate) fn place(&self, slot: Slot) -> Place {
        self.places.get(self.place[slot as usize])
    }

    /// The place (a code of [`Store::places`]) of each slot.
    pub(crate) fn place_codes(&self) -> &[Code] {
        &self.place
    }

    /// The name of each slot.
    pub(crate) fn name_codes(&self) -> &[Code] {
        &self.name
    }

    pub(crate) fn label_codes(&self) -> &[Code] {
        &self.labels
    }

    pub(crate) fn name(&self, slot: Slot) -> &str {
        self.texts.get(self.name[slot as usize])
    }

    pub(crate) fn healths(&self) -> &[Health] {
        &self.health
    }

    pub(crate) fn health(&self, slot: Slot) -> Health {
        self.health[slot as usize]
    }

    pub(crate) fn version(&self, slot: Slot) -> u64 {
        self.version[slot as usize]
    }

    pub(crate) fn set_version(&mut self, slot: Slot, version: u64) {
        self.version[slot as usize] = version;
    }

    /// One property of all rows; none for a column that the schema does not have.
    pub(crate) fn values(&self, field: Field) -> Option<FieldValues<'_>> {
        Some(match field {
            Field::Cluster => FieldValues::Clusters(&self.place),
            Field::Namespace => FieldValues::Namespaces(&self.place),
            Field::Name => FieldValues::Texts(&self.name),
            Field::Age => FieldValues::Times(&self.created),
            Field::Labels => FieldValues::Labels(&self.labels),
            Field::Cell(position) => match self.cells.get(position)? {
                Values::Texts(codes) => FieldValues::Texts(codes),
                Values::Numbers(numbers) => FieldValues::Numbers(numbers),
                Values::Times(times) => FieldValues::Times(times),
            },
        })
    }

    /// The text of a cell, where it lies; empty when the column has no texts.
    pub(crate) fn text(&self, position: usize, slot: Slot) -> &str {
        match self.cells.get(position) {
            Some(Values::Texts(codes)) => self.texts.get(codes[slot as usize]),
            _ => "",
        }
    }

    /// The number of a cell; none when it is empty or the column has no numbers.
    pub(crate) fn number(&self, position: usize, slot: Slot) -> Option<f64> {
        match self.cells.get(position) {
            Some(Values::Numbers(numbers)) => Some(numbers[slot as usize]).filter(|number| !number.is_nan()),
            _ => None,
        }
    }

    /// One property of one row, as it is shown.
    pub(crate) fn cell(&self, field: Field, slot: Slot) -> Cell {
        let at = slot as usize;
        let text = |code: Code| self.texts.share(code).map_or(Cell::Empty, Cell::Text);
        match self.values(field) {
            None => Cell::Empty,
            Some(FieldValues::Clusters(places)) => text(self.places.display(places[at])),
            Some(FieldValues::Namespaces(places)) => text(self.places.get(places[at]).namespace),
            Some(FieldValues::Texts(codes)) => text(codes[at]),
            Some(FieldValues::Labels(codes)) => Cell::text(self.label_text(codes[at])),
            Some(FieldValues::Numbers(numbers)) if numbers[at].is_nan() => Cell::Empty,
            Some(FieldValues::Numbers(numbers)) => match self.schema.kind(field) {
                ColumnKind::Quantity => Cell::Quantity(numbers[at]),
                _ => Cell::Number(numbers[at]),
            },
            Some(FieldValues::Times(times)) if times[at] == NO_TIME => Cell::Empty,
            Some(FieldValues::Times(times)) => Cell::Time(times[at]),
        }
    }

    /// A row as it is answered.
    pub(crate) fn row(&self, slot: Slot) -> Row {
        let at = slot as usize;
        let place = self.place(slot);
        let share = |code: Code| self.texts.share(code).unwrap_or_default();
        let label = |(key, value): &Label| (share(*key), share(*value));
        let cells = 0..self.cells.len();
        Row {
            id: self.row_id(slot),
            cluster: share(place.cluster),
            namespace: self.texts.share(place.namespace),
            name: share(self.name[at]),
            created: Some(self.created[at]).filter(|created| *created != NO_TIME),
            labels: self.label_sets.get(self.labels[at]).iter().map(label).collect(),
            health: self.health[at],
            cells: cells.map(|position| self.cell(Field::Cell(position), slot)).collect(),
            version: self.version[at],
        }
    }

    fn row_id(&self, slot: Slot) -> String {
        let place = self.place(slot);
        let namespace = if place.namespace.is_none() {
            "-"
        } else {
            self.texts.get(place.namespace)
        };
        [self.texts.get(place.cluster), namespace, self.name(slot)].join("/")
    }

    fn label_text(&self, set: Code) -> Arc<str> {
        let text = |(key, value): &Label| format!("{}={}", self.texts.get(*key), self.texts.get(*value));
        let labels: Vec<String> = self.label_sets.get(set).iter().map(text).collect();
        labels.join(",").into()
    }

    /// An estimate of all memory held, from capacities and the lengths of texts.
    pub(crate) fn memory_bytes(&self) -> usize {
        let codes = self.place.capacity() + self.name.capacity() + self.labels.capacity();
        codes * size_of::<Code>()
            + self.created.capacity() * size_of::<i64>()
            + self.health.capacity() * size_of::<Health>()
            + self.version.capacity() * size_of::<u64>()
            + self.free.capacity() * size_of::<Slot>()
            + self.cells.iter().map(Values::memory_bytes).sum::<usize>()
            + self.index.allocation_size()
            + self.texts.memory_bytes()
            + self.places.memory_bytes()
            + self.label_sets.memory_bytes()
    }

    fn key(&self, slot: Slot) -> (Code, Code) {
        (self.place[slot as usize], self.name[slot as usize])
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "four billion rows do not fit into memory"
    )]
    fn push_slot(&mut self) -> Slot {
        self.place.push(Code::NONE);
        self.name.push(Code::NONE);
        self.created.push(NO_TIME);
        self.labels.push(Code::NONE);
        self.health.push(Health::Unknown);
        self.version.push(0);
        self.cells.iter_mut().for_each(Values::push_empty);
        (self.place.len() - 1) as Slot
    }
}
