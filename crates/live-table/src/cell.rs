//! The values that a row shows.

use std::sync::Arc;

/// One value of a row. Its column's kind says which variants make sense in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing to show. An empty text and a number that is not a number are stored as this.
    #[default]
    Empty,
    /// Words: text, status and link columns.
    Text(Arc<str>),
    /// A plain number.
    Number(f64),
    /// An amount of a resource in its base unit: cores or bytes.
    Quantity(f64),
    /// A moment, in milliseconds since the Unix epoch.
    Time(i64),
}

impl Cell {
    /// A text cell; an empty text is an empty cell.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// The text of a text cell.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// How well the object behind a row is: what colours its status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// Works as intended.
    Good,
    /// Works, but somebody should look.
    Warn,
    /// Does not work.
    Bad,
    /// On its way to another state.
    Busy,
    /// Finished, or switched off on purpose.
    Idle,
    /// Could not be judged.
    #[default]
    Unknown,
}
