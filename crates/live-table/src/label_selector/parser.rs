//! Reads label selectors. Never panics, whatever it is given.

use super::{Condition, LabelSelectorError, LabelSelectorProblem, MAX_LABEL_SELECTOR_LENGTH, Requirement};

pub(super) struct Parser {
    characters: Vec<char>,
    at: usize,
}

type Parsed<T> = Result<T, LabelSelectorError>;

impl Parser {
    pub(super) fn new(text: &str) -> Parsed<Self> {
        let characters: Vec<char> = text.chars().take(MAX_LABEL_SELECTOR_LENGTH + 1).collect();
        if characters.len() > MAX_LABEL_SELECTOR_LENGTH {
            return Err(problem_at(MAX_LABEL_SELECTOR_LENGTH, LabelSelectorProblem::TooLong));
        }
        Ok(Self { characters, at: 0 })
    }

    pub(super) fn requirements(mut self) -> Parsed<Vec<Requirement>> {
        let mut requirements = Vec::new();
        self.skip_spaces();
        if self.peek().is_none() {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            self.skip_spaces();
            if self.peek().is_none() {
                return Ok(requirements);
            }
            if !self.take(',') {
                return Err(problem_at(self.at, LabelSelectorProblem::BadOperator));
            }
        }
    }

    fn requirement(&mut self) -> Parsed<Requirement> {
        self.skip_spaces();
        let absent = self.take('!');
        self.skip_spaces();
        let start = self.at;
        let key = self.word();
        if !is_label_key(&key) {
            return Err(problem_at(start, LabelSelectorProblem::BadKey));
        }
        let condition = if absent {
            Condition::ExistsNot
        } else {
            self.condition()?
        };
        Ok(Requirement {
            key: key.into(),
            condition,
        })
    }

    fn condition(&mut self) -> Parsed<Condition> {
        self.skip_spaces();
        let start = self.at;
        if self.peek().is_none_or(|next| next == ',') {
            return Ok(Condition::Exists);
        }
        if self.take('!') {
            let known = self.take('=');
            let unknown = problem_at(start, LabelSelectorProblem::BadOperator);
            return if known {
                Ok(Condition::NotIn(vec![self.value()?]))
            } else {
                Err(unknown)
            };
        }
        if self.take('=') {
            self.take('=');
            return Ok(Condition::In(vec![self.value()?]));
        }
        if self.take('>') {
            return self.integer().map(Condition::Greater);
        }
        if self.take('<') {
            return self.integer().map(Condition::Less);
        }
        match self.word().as_str() {
            "in" => self.list().map(Condition::In),
            "notin" => self.list().map(Condition::NotIn),
            _ => Err(problem_at(start, LabelSelectorProblem::BadOperator)),
        }
    }

    fn list(&mut self) -> Parsed<Vec<String>> {
        self.skip_spaces();
        if !self.take('(') {
            return Err(problem_at(self.at, LabelSelectorProblem::BadList));
        }
        let mut values = Vec::new();
        loop {
            values.push(self.value()?);
            self.skip_spaces();
            if self.take(')') {
                return Ok(values);
            }
            if !self.take(',') {
                return Err(problem_at(self.at, LabelSelectorProblem::BadList));
            }
        }
    }

    /// A value; the empty one is a value too.
    fn value(&mut self) -> Parsed<String> {
        self.skip_spaces();
        let start = self.at;
        let value = self.word();
        if value.is_empty() || is_name_part(&value) {
            Ok(value)
        } else {
            Err(problem_at(start, LabelSelectorProblem::BadValue))
        }
    }

    fn integer(&mut self) -> Parsed<i64> {
        self.skip_spaces();
        let start = self.at;
        self.word()
            .parse()
            .map_err(|_| problem_at(start, LabelSelectorProblem::BadInteger))
    }

    fn word(&mut self) -> String {
        let ends = |c: &char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '=' | '!' | '<' | '>');
        let word: String = self.characters[self.at..].iter().take_while(|c| !ends(c)).collect();
        self.at += word.chars().count();
        word
    }

    fn take(&mut self, wanted: char) -> bool {
        let taken = self.peek() == Some(wanted);
        self.at += usize::from(taken);
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
}

fn problem_at(at: usize, problem: LabelSelectorProblem) -> LabelSelectorError {
    LabelSelectorError {
        position: at + 1,
        problem,
    }
}

/// A name, or a domain, a slash and a name.
fn is_label_key(key: &str) -> bool {
    match key.split_once('/') {
        None => is_name_part(key),
        Some((domain, name)) => {
            let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
            !domain.is_empty() && domain.len() <= 253 && domain.chars().all(allowed) && is_name_part(name)
        }
    }
}

/// What both names of keys and values look like.
fn is_name_part(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.len() <= 63
        && text.chars().all(inside)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}
