//! Kubernetes label selectors: `app=web,tier in (front,back),!canary`.

mod parser;

use std::fmt;
use std::sync::Arc;

use self::parser::Parser;

/// The longest selector that is read, in characters.
pub const MAX_LABEL_SELECTOR_LENGTH: usize = 4096;

/// A label selector that was understood. The default one selects every row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

/// One of the things that a selector asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Requirement {
    pub(crate) key: Arc<str>,
    pub(crate) condition: Condition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Exists,
    ExistsNot,
    /// The label is there with one of these values.
    In(Vec<String>),
    /// The label is not there, or has another value than these.
    NotIn(Vec<String>),
    /// The label's value is an integer greater than this.
    Greater(i64),
    Less(i64),
}

/// A label selector that was not understood, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {position}: {problem}")]
pub struct LabelSelectorError {
    /// The character where the problem is, counted from 1.
    pub position: usize,
    /// What is wrong.
    pub problem: LabelSelectorProblem,
}

/// What is wrong with a label selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelSelectorProblem {
    /// The text is too long.
    #[error("the label selector is longer than {MAX_LABEL_SELECTOR_LENGTH} characters")]
    TooLong,
    /// No label can have this key.
    #[error("a label's key is needed here: letters, digits, - _ . and at most one /")]
    BadKey,
    /// No label can have this value.
    #[error("a label's value has at most 63 letters, digits, - _ and ., and begins and ends with a letter or digit")]
    BadValue,
    /// Neither an operator nor the end of a requirement.
    #[error("an operator or a comma is needed here: one of = == != in notin > < ,")]
    BadOperator,
    /// A list of values without parentheses around it.
    #[error("values in parentheses are needed here: (a, b)")]
    BadList,
    /// Greater or less than what is no number.
    #[error("an integer is needed here")]
    BadInteger,
}

impl LabelSelector {
    /// Reads a selector in the grammar of Kubernetes.
    pub fn parse(text: &str) -> Result<Self, LabelSelectorError> {
        Ok(Self {
            requirements: Parser::new(text)?.requirements()?,
        })
    }

    /// Whether every row is selected.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether something with these labels is selected.
    pub fn matches(&self, labels: &[(&str, &str)]) -> bool {
        let value = |key: &str| labels.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        self.requirements
            .iter()
            .all(|requirement| requirement.holds(value(&requirement.key)))
    }

    pub(crate) fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }
}

impl Requirement {
    /// Whether a row is selected whose label has this value, or is missing.
    pub(crate) fn holds(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        let listed = |values: &[String]| value.is_some_and(|value| values.iter().any(|listed| listed == value));
        match &self.condition {
            Condition::Exists => value.is_some(),
            Condition::ExistsNot => value.is_none(),
            Condition::In(values) => listed(values),
            Condition::NotIn(values) => !listed(values),
            Condition::Greater(bound) => number().is_some_and(|number| number > *bound),
            Condition::Less(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

impl fmt::Display for LabelSelector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Requirement { key, condition }) in self.requirements.iter().enumerate() {
            formatter.write_str(if at == 0 { "" } else { "," })?;
            match condition {
                Condition::Exists => write!(formatter, "{key}")?,
                Condition::ExistsNot => write!(formatter, "!{key}")?,
                Condition::In(values) => write!(formatter, "{key} in ({})", values.join(","))?,
                Condition::NotIn(values) => write!(formatter, "{key} notin ({})", values.join(","))?,
                Condition::Greater(bound) => write!(formatter, "{key}>{bound}")?,
                Condition::Less(bound) => write!(formatter, "{key}<{bound}")?,
            }
        }
        Ok(())
    }
}
