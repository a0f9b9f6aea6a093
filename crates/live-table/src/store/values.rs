//! The cells of one column, one array.

use super::Texts;
use crate::dictionary::Code;
use crate::{Cell, ColumnKind};

/// The position of a row in every array of a store.
pub(crate) type Slot = u32;

/// What stands in a time array for no time.
pub(crate) const NO_TIME: i64 = i64::MIN;

/// The cells of one column by slot.
pub(crate) enum Values {
    /// [`Code::NONE`] is an empty cell.
    Texts(Vec<Code>),
    /// Not-a-number is an empty cell.
    Numbers(Vec<f64>),
    /// [`NO_TIME`] is an empty cell.
    Times(Vec<i64>),
}

impl Values {
    pub(crate) fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text | ColumnKind::Status | ColumnKind::Link => Self::Texts(Vec::new()),
            ColumnKind::Number | ColumnKind::Quantity => Self::Numbers(Vec::new()),
            ColumnKind::Time => Self::Times(Vec::new()),
        }
    }

    /// Appends an empty cell.
    pub(crate) fn push_empty(&mut self) {
        match self {
            Self::Texts(codes) => codes.push(Code::NONE),
            Self::Numbers(numbers) => numbers.push(f64::NAN),
            Self::Times(times) => times.push(NO_TIME),
        }
    }

    /// Whether the slot holds what this cell would be stored as.
    pub(crate) fn equals(&self, texts: &Texts, slot: Slot, cell: &Cell) -> bool {
        match self {
            Self::Texts(codes) => texts.get(codes[slot as usize]) == cell.as_text().unwrap_or(""),
            Self::Numbers(numbers) => {
                let (known, number) = (numbers[slot as usize], number_of(cell));
                known.to_bits() == number.to_bits() || (known.is_nan() && number.is_nan())
            }
            Self::Times(times) => times[slot as usize] == time_of(cell),
        }
    }

    pub(crate) fn set(&mut self, texts: &mut Texts, slot: Slot, cell: &Cell) {
        match self {
            Self::Texts(codes) => {
                let code = match cell {
                    Cell::Text(text) => texts.acquire_shared(text),
                    _ => Code::NONE,
                };
                texts.release(std::mem::replace(&mut codes[slot as usize], code));
            }
            Self::Numbers(numbers) => numbers[slot as usize] = number_of(cell),
            Self::Times(times) => times[slot as usize] = time_of(cell),
        }
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        match self {
            Self::Texts(codes) => codes.capacity() * size_of::<Code>(),
            Self::Numbers(numbers) => numbers.capacity() * size_of::<f64>(),
            Self::Times(times) => times.capacity() * size_of::<i64>(),
        }
    }
}

fn number_of(cell: &Cell) -> f64 {
    match cell {
        // Adding zero makes the negative zero, which sorts apart, an ordinary one.
        Cell::Number(number) | Cell::Quantity(number) => *number + 0.0,
        _ => f64::NAN,
    }
}

fn time_of(cell: &Cell) -> i64 {
    match cell {
        Cell::Time(time) => stored_time(Some(*time)),
        _ => NO_TIME,
    }
}

/// A moment as it is stored. The ends of the range, millions of years away, are kept free.
pub(crate) fn stored_time(time: Option<i64>) -> i64 {
    time.map_or(NO_TIME, |time| time.clamp(NO_TIME + 1, i64::MAX - 1))
}
