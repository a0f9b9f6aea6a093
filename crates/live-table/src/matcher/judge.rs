//! Judges what a code stands for: a text, a place or a label set.

use crate::dictionary::Code;
use crate::filter::Term;
use crate::label_selector::{Condition, LabelSelector, Requirement};
use crate::store::Store;

/// What is asked about a code.
pub(super) enum Judge<'a> {
    Cluster(&'a Term),
    Namespace(&'a Term),
    Text(&'a Term),
    /// The text is (or, with the flag, is not) one of these.
    Exactly(Vec<Code>, bool),
    /// The set's label with this key has a value that the term admits.
    Label(Option<Code>, &'a Term),
    AnyLabel(&'a Term),
    /// The labels with these keys are as required.
    Selector(Vec<(Option<Code>, Required<'a>)>),
}

/// What a selector requires of one label, in codes where codes will do.
pub(super) enum Required<'a> {
    OneOf(Vec<Code>),
    NoneOf(Vec<Code>),
    Other(&'a Requirement),
}

impl<'a> Judge<'a> {
    pub(super) fn text(store: &Store, term: &'a Term) -> Self {
        match term.exact_texts() {
            // A text that no row says has no code, and needs none.
            Some((texts, negated)) => Self::Exactly(texts.filter_map(|text| store.texts.find(text)).collect(), negated),
            None => Self::Text(term),
        }
    }

    pub(super) fn label(store: &Store, key: &str, term: &'a Term) -> Self {
        Self::Label(store.texts.find(key), term)
    }

    pub(super) fn selector(store: &Store, selector: &'a LabelSelector) -> Self {
        let codes = |values: &[String]| values.iter().filter_map(|value| store.texts.find(value)).collect();
        let required = |requirement: &'a Requirement| match &requirement.condition {
            Condition::In(values) => Required::OneOf(codes(values)),
            Condition::NotIn(values) => Required::NoneOf(codes(values)),
            _ => Required::Other(requirement),
        };
        let requirements = selector.requirements().iter();
        Self::Selector(
            requirements
                .map(|one| (store.texts.find(&one.key), required(one)))
                .collect(),
        )
    }

    pub(super) fn holds(&self, store: &Store, code: Code) -> bool {
        let text = |code: Code| store.texts.get(code);
        match self {
            Self::Cluster(term) => term.admits_text(text(store.places.display(code))),
            Self::Namespace(term) => term.admits_text(text(store.places.get(code).namespace)),
            Self::Text(term) => term.admits_text(text(code)),
            Self::Exactly(codes, negated) => codes.contains(&code) != *negated,
            Self::Label(key, term) => term.admits_text(label(store, code, *key).map_or("", text)),
            Self::AnyLabel(term) => {
                let labels = store.label_sets.get(code);
                let mut written = labels
                    .iter()
                    .map(|(key, value)| format!("{}={}", text(*key), text(*value)));
                if labels.is_empty() {
                    term.admits_text("")
                } else {
                    term.admits_any_text(&mut written)
                }
            }
            Self::Selector(requirements) => requirements.iter().all(|(key, required)| {
                let value = label(store, code, *key);
                match required {
                    Required::OneOf(codes) => value.is_some_and(|value| codes.contains(&value)),
                    Required::NoneOf(codes) => value.is_none_or(|value| !codes.contains(&value)),
                    Required::Other(requirement) => requirement.holds(value.map(text)),
                }
            }),
        }
    }

    /// How many codes there may be to judge, with one place for "none".
    pub(super) fn codes(&self, store: &Store) -> usize {
        1 + match self {
            Self::Cluster(_) | Self::Namespace(_) => store.places.bound(),
            Self::Label(..) | Self::AnyLabel(_) | Self::Selector(_) => store.label_sets.bound(),
            Self::Text(_) | Self::Exactly(..) => store.texts.bound(),
        }
    }

    /// A guess at what judging costs.
    pub(super) fn cost(&self) -> usize {
        match self {
            Self::Exactly(..) | Self::Cluster(_) | Self::Namespace(_) => 2,
            Self::Selector(_) | Self::Label(..) => 10,
            Self::Text(_) | Self::AnyLabel(_) => 20,
        }
    }
}

/// The value of a label of this set. A key that no row has is none.
fn label(store: &Store, set: Code, key: Option<Code>) -> Option<Code> {
    let key = key?;
    let found = store.label_sets.get(set).iter().find(|(known, _)| *known == key)?;
    Some(found.1)
}
