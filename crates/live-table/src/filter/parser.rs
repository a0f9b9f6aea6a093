//! Reads filters. Never panics, whatever it is given.

use std::sync::Arc;

use super::term::{Meaning, Operator, Subject, Term, Value};
use super::{FilterError, FilterProblem, MAX_FILTER_LENGTH, MAX_FILTER_TERMS};
use crate::time::{parse_duration, parse_moment};
use crate::{ColumnKind, Schema, parse_quantity};

pub(super) struct Parser<'a> {
    characters: Vec<char>,
    at: usize,
    schema: &'a Schema,
    terms: usize,
}

type Parsed<T> = Result<T, FilterError>;

impl<'a> Parser<'a> {
    pub(super) fn new(text: &str, schema: &'a Schema) -> Parsed<Self> {
        let characters: Vec<char> = text.chars().take(MAX_FILTER_LENGTH + 1).collect();
        let parser = Self {
            characters,
            at: 0,
            schema,
            terms: 0,
        };
        if parser.characters.len() > MAX_FILTER_LENGTH {
            return Err(parser.problem_at(MAX_FILTER_LENGTH, FilterProblem::TooLong));
        }
        Ok(parser)
    }

    /// The whole filter.
    pub(super) fn clauses(mut self) -> Parsed<Vec<Vec<Term>>> {
        let mut clauses: Vec<Vec<Term>> = Vec::new();
        let mut joined = false;
        loop {
            self.skip_spaces();
            if self.peek().is_none() {
                break;
            }
            let start = self.at;
            if self.take_joint("or") {
                if joined || clauses.is_empty() {
                    return Err(self.problem_at(start, FilterProblem::MissingTerm));
                }
                joined = true;
                continue;
            }
            if !joined && !clauses.is_empty() && self.take_joint("and") {
                continue;
            }
            let term = self.term()?;
            self.terms += 1;
            if self.terms > MAX_FILTER_TERMS {
                return Err(self.problem_at(start, FilterProblem::TooManyTerms));
            }
            match clauses.last_mut().filter(|_| joined) {
                Some(clause) => clause.push(term),
                None => clauses.push(vec![term]),
            }
            joined = false;
        }
        if joined {
            return Err(self.problem_at(self.at, FilterProblem::MissingTerm));
        }
        Ok(clauses)
    }

    fn term(&mut self) -> Parsed<Term> {
        let start = self.at;
        if self.peek() == Some('"') {
            return self.bare_term();
        }
        let word = self.word();
        let after_word = self.at;
        self.skip_spaces();
        let operator = self.operator();
        if word.is_empty() {
            let problem = if operator.is_some() {
                FilterProblem::MissingColumn
            } else {
                FilterProblem::MissingValue
            };
            return Err(self.problem_at(start, problem));
        }
        if let Some(operator) = operator {
            let subject = self.subject(&word, start)?;
            return self.comparison(subject, operator, start);
        }
        if word.eq_ignore_ascii_case("label") && after_word < self.at {
            // `label app=web` is `label.app=web`, but `label web` is two words to look for.
            let key = self.word();
            self.skip_spaces();
            if let Some(operator) = self.operator().filter(|_| !key.is_empty()) {
                return self.comparison(Subject::Label(key.into()), operator, start);
            }
        }
        self.at = after_word;
        if self.peek() == Some('!') {
            return Err(self.problem_at(self.at, FilterProblem::MissingOperator));
        }
        self.at = start;
        self.bare_term()
    }

    /// Words without an operator: the name contains one of them.
    fn bare_term(&mut self) -> Parsed<Term> {
        let start = self.at;
        self.comparison(self.subject("name", start)?, Operator::Contains, start)
    }

    fn comparison(&mut self, subject: Subject, operator: Operator, start: usize) -> Parsed<Term> {
        let kind = self.kind_of(&subject);
        if !allows(kind, operator) {
            let column = match &subject {
                Subject::Field(_, id) => id.to_string(),
                Subject::Label(key) => format!("label.{key}"),
            };
            let (kind, operators) = describe(kind);
            return Err(self.problem_at(
                start,
                FilterProblem::WrongOperator {
                    column,
                    kind,
                    operators,
                },
            ));
        }
        let mut values = Vec::new();
        loop {
            self.skip_spaces();
            let at = self.at;
            let text = self.value()?;
            let meaning = meaning(kind, operator, &text).map_err(|expected| {
                let value: String = text.chars().take(64).collect();
                self.problem_at(at, FilterProblem::WrongValue { value, expected })
            })?;
            values.push(Value { text, meaning });
            if self.peek() != Some(',') {
                break;
            }
            if operator.is_comparison() {
                return Err(self.problem_at(self.at, FilterProblem::OneValueOnly));
            }
            self.at += 1;
        }
        if self.peek().is_some_and(|next| !next.is_whitespace()) {
            return Err(self.problem_at(self.at, FilterProblem::MissingSpace));
        }
        Ok(Term {
            subject,
            operator,
            values,
        })
    }

    fn subject(&self, word: &str, start: usize) -> Parsed<Subject> {
        let prefix = word.get(..6).filter(|prefix| prefix.eq_ignore_ascii_case("label."));
        if let Some(prefix) = prefix {
            let key = &word[prefix.len()..];
            if key.is_empty() {
                return Err(self.problem_at(start, FilterProblem::MissingLabelKey));
            }
            return Ok(Subject::Label(key.into()));
        }
        let known = self.schema.field(word).and_then(|field| {
            let (id, _) = self.schema.fields().find(|(_, known)| *known == field)?;
            Some(Subject::Field(field, Arc::from(id)))
        });
        known.ok_or_else(|| {
            let column: String = word.chars().take(64).collect();
            let nearest = self.schema.nearest(&column);
            self.problem_at(start, FilterProblem::UnknownColumn { column, nearest })
        })
    }

    fn kind_of(&self, subject: &Subject) -> ColumnKind {
        match subject {
            Subject::Field(field, _) => self.schema.kind(*field),
            Subject::Label(_) => ColumnKind::Text,
        }
    }

    /// A quoted value, or everything up to the next space, comma or quote.
    fn value(&mut self) -> Parsed<String> {
        let start = self.at;
        if self.peek() != Some('"') {
            let value = self.take_while(|c| !c.is_whitespace() && !matches!(c, ',' | '"'));
            let missing = self.problem_at(start, FilterProblem::MissingValue);
            return if value.is_empty() { Err(missing) } else { Ok(value) };
        }
        self.at += 1;
        let mut value = String::new();
        loop {
            let next = self.next();
            match next {
                Some('"') => return Ok(value),
                Some('\\') => value.extend(self.next()),
                Some(character) => value.push(character),
                None => return Err(self.problem_at(start, FilterProblem::UnclosedQuote)),
            }
        }
    }

    /// A column's id, or the beginning of a bare value.
    fn word(&mut self) -> String {
        self.take_while(|c| !c.is_whitespace() && !matches!(c, ',' | '"' | '=' | '!' | '~' | '<' | '>'))
    }

    fn operator(&mut self) -> Option<Operator> {
        let (operator, length) = match (self.peek()?, self.characters.get(self.at + 1)) {
            ('!', Some('=')) => (Operator::IsNot, 2),
            ('!', Some('~')) => (Operator::ContainsNot, 2),
            ('>', Some('=')) => (Operator::GreaterOrEqual, 2),
            ('<', Some('=')) => (Operator::LessOrEqual, 2),
            ('=', Some('=')) => (Operator::Is, 2),
            ('=', _) => (Operator::Is, 1),
            ('~', _) => (Operator::Contains, 1),
            ('>', _) => (Operator::Greater, 1),
            ('<', _) => (Operator::Less, 1),
            _ => return None,
        };
        self.at += length;
        Some(operator)
    }

    /// Takes `or` or `and` when that is the whole word and no column.
    fn take_joint(&mut self, joint: &str) -> bool {
        let start = self.at;
        if self.word().eq_ignore_ascii_case(joint) && self.peek().is_none_or(char::is_whitespace) {
            let end = self.at;
            self.skip_spaces();
            let is_column = self.operator().is_some();
            self.at = end;
            if !is_column {
                return true;
            }
        }
        self.at = start;
        false
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let taken: String = self.characters[self.at..].iter().take_while(|c| wanted(**c)).collect();
        self.at += taken.chars().count();
        taken
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    #[expect(clippy::unused_self, reason = "reads as the parser's own complaint")]
    fn problem_at(&self, at: usize, problem: FilterProblem) -> FilterError {
        FilterError {
            position: at + 1,
            problem,
        }
    }
}

fn allows(kind: ColumnKind, operator: Operator) -> bool {
    let about_parts = matches!(operator, Operator::Contains | Operator::ContainsNot);
    match kind {
        ColumnKind::Text | ColumnKind::Status | ColumnKind::Link => !operator.is_comparison(),
        ColumnKind::Number | ColumnKind::Quantity | ColumnKind::Time => !about_parts,
    }
}

/// What a column of this kind is called, and what it can be compared with.
fn describe(kind: ColumnKind) -> (&'static str, &'static str) {
    const ORDERED: &str = "= != > >= < <=";
    match kind {
        ColumnKind::Text | ColumnKind::Status | ColumnKind::Link => ("text", "= != ~ !~"),
        ColumnKind::Number => ("number", ORDERED),
        ColumnKind::Quantity => ("quantity", ORDERED),
        ColumnKind::Time => ("time", ORDERED),
    }
}

/// What a value means for a column of this kind, or what was expected instead.
fn meaning(kind: ColumnKind, operator: Operator, text: &str) -> Result<Meaning, &'static str> {
    if text.is_empty() && matches!(operator, Operator::Is | Operator::IsNot) {
        return Ok(Meaning::Empty);
    }
    match kind {
        ColumnKind::Text | ColumnKind::Status | ColumnKind::Link => Ok(match operator {
            Operator::Is | Operator::IsNot => Meaning::Exactly,
            _ if text.contains('*') => Meaning::Pattern(text.to_ascii_lowercase()),
            _ => Meaning::Part(text.to_ascii_lowercase()),
        }),
        ColumnKind::Number => {
            let number = text.parse().ok().filter(|number: &f64| number.is_finite());
            number.map(Meaning::Number).ok_or("number, like 3 or 0.5")
        }
        ColumnKind::Quantity => parse_quantity(text)
            .map(Meaning::Number)
            .ok_or("quantity, like 500m or 1Gi"),
        ColumnKind::Time => match parse_duration(text) {
            Some(age) if operator.is_comparison() => Ok(Meaning::Age(age)),
            Some(_) => Err("date, like 2026-05-01: ages are compared with > and <"),
            None => parse_moment(text)
                .map(Meaning::Moment)
                .ok_or("age or date, like 1d12h or 2026-05-01T08:00:00Z"),
        },
    }
}
