//! The label sets of a table, each kept once.
//!
//! All pods of a `ReplicaSet` carry the same labels; a selector is judged once per set.

use super::Texts;
use crate::dictionary::{Code, Dictionary};

/// A key and its value.
pub(crate) type Label = (Code, Code);

/// The distinct label sets, each sorted by key.
#[derive(Default)]
pub(crate) struct LabelSets {
    sets: Dictionary<Box<[Label]>>,
    heap_bytes: usize,
}

impl LabelSets {
    /// The code of a label set with one reference more; no labels are no set.
    pub(crate) fn acquire(&mut self, texts: &mut Texts, labels: &[(&str, &str)]) -> Code {
        if labels.is_empty() {
            return Code::NONE;
        }
        let sorted = sorted(labels);
        let codes: Vec<Label> = sorted
            .iter()
            .map(|(key, value)| (texts.acquire(key), texts.acquire(value)))
            .collect();
        let (code, new) = self.sets.acquire(&codes[..], || codes.clone().into_boxed_slice());
        if new {
            self.heap_bytes += size_of_val(&codes[..]);
        } else {
            // The set holds its own references already.
            release_labels(texts, &codes);
        }
        code
    }

    pub(crate) fn release(&mut self, texts: &mut Texts, code: Code) {
        if let Some(set) = self.sets.release(code) {
            self.heap_bytes -= size_of_val(&set[..]);
            release_labels(texts, &set);
        }
    }

    /// Whether this set has exactly these labels.
    pub(crate) fn equals(&self, texts: &Texts, code: Code, labels: &[(&str, &str)]) -> bool {
        let set = self.get(code);
        let same = |labels: &[(&str, &str)]| {
            set.len() == labels.len()
                && set
                    .iter()
                    .zip(labels)
                    .all(|((key, value), label)| (texts.get(*key), texts.get(*value)) == *label)
        };
        // Labels mostly come from a sorted map.
        same(labels) || same(&sorted(labels))
    }

    pub(crate) fn get(&self, code: Code) -> &[Label] {
        self.sets.get(code).map_or(&[], |set| set)
    }

    pub(crate) fn bound(&self) -> usize {
        self.sets.bound()
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.sets.memory_bytes() + self.heap_bytes
    }
}

/// The labels sorted by key, without the earlier ones of equal keys.
fn sorted<'a>(labels: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut sorted = labels.to_vec();
    sorted.reverse();
    sorted.sort_by_key(|(key, _)| *key);
    sorted.dedup_by_key(|(key, _)| *key);
    sorted
}

fn release_labels(texts: &mut Texts, labels: &[Label]) {
    for (key, value) in labels {
        texts.release(*key);
        texts.release(*value);
    }
}
