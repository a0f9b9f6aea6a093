//! A set of fields, small enough to be compared in one step.

use crate::Field;

/// Which fields of a row differ, or matter to an order. Fields beyond the 120th column share a
/// bit: two sets may then seem to meet though they do not, never the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSet(u128);

impl FieldSet {
    pub(crate) const ALL: Self = Self(u128::MAX);

    pub(crate) fn insert(&mut self, field: Field) {
        let bit = match field {
            Field::Cluster => 0,
            Field::Namespace => 1,
            Field::Name => 2,
            Field::Age => 3,
            Field::Labels => 4,
            Field::Cell(position) => 8 + position.min(119),
        };
        self.0 |= 1 << bit;
    }

    pub(crate) fn contains(self, field: Field) -> bool {
        self.meets(std::iter::once(field).collect())
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl FromIterator<Field> for FieldSet {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        let mut set = Self::default();
        fields.into_iter().for_each(|field| set.insert(field));
        set
    }
}
