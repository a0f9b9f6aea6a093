//! What rows are sorted by.

use crate::{Field, Schema};

/// One of the things to sort by; the first one that tells two rows apart decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// What is compared.
    pub field: Field,
    /// Greatest first. Rows with nothing to compare come last either way.
    pub descending: bool,
}

/// Most keys in one list.
pub const MAX_SORT_KEYS: usize = 8;

/// Why a list of sort keys was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SortError {
    /// No column has this id.
    #[error("cannot sort by \"{column}\": there is no such column{}", did_you_mean(.nearest))]
    UnknownColumn {
        /// What was asked for.
        column: String,
        /// Ids that look like it.
        nearest: Vec<String>,
    },
    /// More keys than anyone needs.
    #[error("cannot sort by more than {MAX_SORT_KEYS} columns")]
    TooMany,
}

impl SortKey {
    /// Reads `-restarts,name`: column ids with commas between them, a minus for greatest first.
    ///
    /// Ages and times sort as the ages that people see: ascending is the youngest first. Rows
    /// that all keys find equal are sorted by cluster, namespace and name.
    pub fn parse_list(text: &str, schema: &Schema) -> Result<Vec<Self>, SortError> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        let mut keys: Vec<Self> = Vec::new();
        for word in words {
            let (descending, column) = match word.strip_prefix('-') {
                Some(column) => (true, column),
                None => (false, word.strip_prefix('+').unwrap_or(word)),
            };
            let Some(field) = schema.field(column) else {
                let column: String = column.chars().take(64).collect();
                return Err(SortError::UnknownColumn {
                    nearest: schema.nearest(&column),
                    column,
                });
            };
            // A column that was named before has nothing left to decide.
            if keys.iter().all(|key| key.field != field) {
                keys.push(Self { field, descending });
            }
            if keys.len() > MAX_SORT_KEYS {
                return Err(SortError::TooMany);
            }
        }
        Ok(keys)
    }
}

/// `; did you mean "status" or "state"?`, or nothing.
pub(crate) fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = nearest.iter().map(|id| format!("\"{id}\"")).collect();
    format!("; did you mean {}?", quoted.join(" or "))
}
