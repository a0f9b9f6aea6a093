//! Filters that people type: `status!=Running restarts>3 namespace~team-`.
//!
//! ```text
//! filter   = clause { space clause }              all clauses must hold
//! clause   = term { " or " term }                 any of its terms
//! term     = column operator value { "," value }  any of the values
//!          | "label." key operator value { "," value }
//!          | value                                the name contains it
//! operator = "=" | "!=" | "~" | "!~" | ">" | ">=" | "<" | "<="
//! value    = word | '"' text with \" and \\ '"'
//! ```
//!
//! - Texts: `=` and `!=` compare exactly, `~` and `!~` look for a part regardless of case. A value
//!   with `*` in it is a pattern for the whole text: `name~web-*-0`.
//! - Numbers and quantities compare as numbers: `cpu>500m`, `memory<=1Gi`.
//! - Times compare by age with a duration (`age>1d12h`) and by the moment with a date
//!   (`age<2026-05-01` was created before that day).
//! - `=""` finds empty cells. An empty cell is neither greater nor less than anything.
//! - A negated operator holds exactly where the plain one does not, so also for empty cells.
//! - `and` between clauses may be written; `==` is `=`.

mod error;
mod parser;
mod term;

use std::fmt;

pub use self::error::{FilterError, FilterProblem};
use self::parser::Parser;
pub(crate) use self::term::{Ranges, Subject, Term};
use crate::Schema;

/// The longest filter that is read, in characters.
pub const MAX_FILTER_LENGTH: usize = 4096;
/// The most terms that a filter may have.
pub const MAX_FILTER_TERMS: usize = 64;

/// A filter that was understood. The default one holds for every row.
///
/// Printing it gives a text that reads back to the same filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// All of these must hold; of each, any term.
    clauses: Vec<Vec<Term>>,
}

impl Filter {
    /// Reads a filter for tables of this schema.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, FilterError> {
        Ok(Self {
            clauses: Parser::new(text, schema)?.clauses()?,
        })
    }

    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    pub(crate) fn clauses(&self) -> &[Vec<Term>] {
        &self.clauses
    }

    /// Whether a row may pass now and not later, though nothing changed.
    pub(crate) fn depends_on_time(&self) -> bool {
        self.clauses.iter().flatten().any(Term::depends_on_time)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, clause) in self.clauses.iter().enumerate() {
            for (within, term) in clause.iter().enumerate() {
                let joint = match (at, within) {
                    (0, 0) => "",
                    (_, 0) => " ",
                    _ => " or ",
                };
                write!(formatter, "{joint}{term}")?;
            }
        }
        Ok(())
    }
}
