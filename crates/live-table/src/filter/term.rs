//! One comparison of a filter, and what it means.

use std::fmt;
use std::sync::Arc;

use crate::store::NO_TIME;
use crate::{Field, text};

/// What a term looks at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subject {
    /// A field, and the id that names it.
    Field(Field, Arc<str>),
    /// The value of the label with this key.
    Label(Arc<str>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Is,
    IsNot,
    Contains,
    ContainsNot,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// A value as it was written and as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) meaning: Meaning,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// An empty cell.
    Empty,
    /// Exactly the text as written.
    Exactly,
    /// A part of the text, in lower case.
    Part(String),
    /// A pattern with stars for the whole text, in lower case.
    Pattern(String),
    Number(f64),
    /// An age in milliseconds.
    Age(i64),
    /// Milliseconds since the Unix epoch.
    Moment(i64),
}

/// `subject operator value,value`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) subject: Subject,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<Value>,
}

impl Operator {
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::Contains => "~",
            Self::ContainsNot => "!~",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }

    fn is_negated(self) -> bool {
        matches!(self, Self::IsNot | Self::ContainsNot)
    }

    /// Whether this is about greater and less.
    pub(crate) fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Greater | Self::GreaterOrEqual | Self::Less | Self::LessOrEqual
        )
    }

    /// What compares with an age as this does compares with the moment that long ago so.
    fn turned(self) -> Self {
        match self {
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            other => other,
        }
    }
}

impl Term {
    /// Whether a text passes; the empty text is an empty cell.
    pub(crate) fn admits_text(&self, text: &str) -> bool {
        self.admits_any_text(std::iter::once(text))
    }

    /// Whether one of the texts is as the values say; for negated operators, whether none is.
    pub(crate) fn admits_any_text<T: AsRef<str>>(&self, mut texts: impl Iterator<Item = T>) -> bool {
        let found = texts.any(|text| self.values.iter().any(|value| value.fits(text.as_ref())));
        found != self.operator.is_negated()
    }

    /// The numbers that pass.
    pub(crate) fn number_ranges(&self) -> Ranges<f64> {
        let range = |value: &Value| match value.meaning {
            Meaning::Number(wanted) => Some(number_range(self.operator, wanted)),
            _ => None,
        };
        self.ranges(range)
    }

    /// The moments that pass at this time.
    pub(crate) fn time_ranges(&self, now_ms: i64) -> Ranges<i64> {
        let range = |value: &Value| match value.meaning {
            Meaning::Age(age) => Some(time_range(self.operator.turned(), now_ms.saturating_sub(age))),
            Meaning::Moment(moment) => Some(time_range(self.operator, moment)),
            _ => None,
        };
        self.ranges(range)
    }

    fn ranges<T>(&self, range: impl Fn(&Value) -> Option<(T, T)>) -> Ranges<T> {
        Ranges {
            spans: self.values.iter().filter_map(range).collect(),
            empty: self.values.iter().any(|value| value.meaning == Meaning::Empty),
            negated: self.operator.is_negated(),
        }
    }

    /// The texts, one of which it must be (or must not be: the flag), when nothing else is asked.
    pub(crate) fn exact_texts(&self) -> Option<(impl Iterator<Item = &str>, bool)> {
        let exact = |value: &Value| matches!(value.meaning, Meaning::Exactly | Meaning::Empty);
        let texts = self.values.iter().map(|value| &*value.text);
        self.values
            .iter()
            .all(exact)
            .then(|| (texts, self.operator.is_negated()))
    }

    pub(crate) fn depends_on_time(&self) -> bool {
        self.values.iter().any(|value| matches!(value.meaning, Meaning::Age(_)))
    }
}

impl Value {
    fn fits(&self, text: &str) -> bool {
        match &self.meaning {
            Meaning::Empty => text.is_empty(),
            Meaning::Exactly => text == self.text,
            Meaning::Part(part) => text::contains(text, part),
            Meaning::Pattern(pattern) => text::is_like(text, pattern),
            Meaning::Number(_) | Meaning::Age(_) | Meaning::Moment(_) => false,
        }
    }
}

/// What passes a term about numbers or times.
pub(crate) struct Ranges<T> {
    /// First and last of what passes.
    spans: Vec<(T, T)>,
    /// Empty cells pass.
    empty: bool,
    /// All that was said is the other way round.
    negated: bool,
}

impl<T: PartialOrd + Copy> Ranges<T> {
    /// Whether a value passes. What stands for empty must lie in no range.
    pub(crate) fn contain(&self, value: T, is_empty: bool) -> bool {
        let within = |(first, last): &(T, T)| *first <= value && value <= *last;
        (self.spans.iter().any(within) || (self.empty && is_empty)) != self.negated
    }
}

/// Numbers that differ only by how they were computed (0.1 + 0.2 and 0.3) count as equal.
fn number_range(operator: Operator, wanted: f64) -> (f64, f64) {
    let slack = wanted.abs() * 1e-12;
    let (least, most) = (wanted - slack, wanted + slack);
    match operator {
        Operator::Greater => (most.next_up(), f64::INFINITY),
        Operator::GreaterOrEqual => (least, f64::INFINITY),
        Operator::Less => (f64::NEG_INFINITY, least.next_down()),
        Operator::LessOrEqual => (f64::NEG_INFINITY, most),
        Operator::Is | Operator::IsNot | Operator::Contains | Operator::ContainsNot => (least, most),
    }
}

fn time_range(operator: Operator, wanted: i64) -> (i64, i64) {
    const FIRST: i64 = NO_TIME + 1;
    match operator {
        Operator::Greater => (wanted.saturating_add(1), i64::MAX),
        Operator::GreaterOrEqual => (wanted.max(FIRST), i64::MAX),
        Operator::Less => (FIRST, wanted.saturating_sub(1)),
        Operator::LessOrEqual => (FIRST, wanted),
        Operator::Is | Operator::IsNot | Operator::Contains | Operator::ContainsNot => (wanted.max(FIRST), wanted),
    }
}

impl fmt::Display for Term {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Subject::Field(_, id) => formatter.write_str(id)?,
            Subject::Label(key) => write!(formatter, "label.{key}")?,
        }
        formatter.write_str(self.operator.symbol())?;
        for (at, value) in self.values.iter().enumerate() {
            formatter.write_str(if at == 0 { "" } else { "," })?;
            write!(formatter, "{value}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Value {
    /// As written, in quotes where it would not read back without.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        let ends_word = |c: char| c.is_whitespace() || matches!(c, ',' | '"');
        if !text.is_empty() && !text.contains(ends_word) && !text.starts_with(['=', '~', '!', '<', '>']) {
            return formatter.write_str(text);
        }
        write!(formatter, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
