//! Why a filter was not understood.

use super::{MAX_FILTER_LENGTH, MAX_FILTER_TERMS};
use crate::sort::did_you_mean;

/// A filter that was not understood, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {position}: {problem}")]
pub struct FilterError {
    /// The character where the problem is, counted from 1.
    pub position: usize,
    /// What is wrong.
    pub problem: FilterProblem,
}

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterProblem {
    /// The text is too long.
    #[error("the filter is longer than {MAX_FILTER_LENGTH} characters")]
    TooLong,
    /// There are too many terms.
    #[error("the filter has more than {MAX_FILTER_TERMS} terms")]
    TooManyTerms,
    /// No column has this id.
    #[error("there is no column \"{column}\"{}", did_you_mean(.nearest))]
    UnknownColumn {
        /// What was written.
        column: String,
        /// Ids that look like it.
        nearest: Vec<String>,
    },
    /// A column, and then nothing that could be an operator.
    #[error("an operator is missing here: one of = != ~ !~ > >= < <=")]
    MissingOperator,
    /// An operator without a column before it.
    #[error("a column is missing before the operator")]
    MissingColumn,
    /// An operator or a comma without a value after it.
    #[error("a value is missing here; write \"\" for the empty one")]
    MissingValue,
    /// `or` without a term on both sides.
    #[error("a term is missing beside \"or\"")]
    MissingTerm,
    /// A quote that does not end.
    #[error("the quoted value that begins here does not end")]
    UnclosedQuote,
    /// Something sticks to a value.
    #[error("a space is missing here")]
    MissingSpace,
    /// The operator makes no sense for this column.
    #[error("{column} is a {kind}: compare it with {operators}")]
    WrongOperator {
        /// The column's id.
        column: String,
        /// What it holds.
        kind: &'static str,
        /// What can be asked of it.
        operators: &'static str,
    },
    /// The value cannot be compared with what the column holds.
    #[error("\"{value}\" is no {expected}")]
    WrongValue {
        /// What was written.
        value: String,
        /// What is needed, with an example.
        expected: &'static str,
    },
    /// Greater or less than several values at once.
    #[error("greater and less compare with one value only")]
    OneValueOnly,
    /// A label without a key.
    #[error("a label's key is missing: write label.KEY")]
    MissingLabelKey,
}
