//! Sentences of the server that the browser says in the person's language.
//!
//! A [`Sentence`] is written once, in English, in one of the modules here, with `{places}` for what it names. The server
//! fills the places and answers a [`Said`]; who reads English has its message, and the browser finds the sentence of
//! another language by its code (`said.json`) and fills the same places. The browser's build compares both: a sentence
//! that a language lacks, or whose places differ there, does not compile.

/// Declares sentences: constants, and all of them in a list. `A = "code", "{count} are." | "{count} is.";` has a text of
/// its own for one.
macro_rules! sentences {
    ($area:literal: $($name:ident = $code:literal, $other:literal $(| $one:literal)?;)+) => {
        $(
            #[doc = concat!("`` ", $other, " ``")]
            pub const $name: $crate::said::Sentence = $crate::said::Sentence {
                code: concat!($area, ".", $code),
                one: $crate::said::one_of(&[$($one)?]),
                other: $other,
            };
        )+
        pub(super) const ALL: &[$crate::said::Sentence] = &[$($name),+];
    };
}

pub mod access;
pub mod active_directory;
pub mod apply;
pub mod binding;
pub mod directory;
pub mod directory_test;
pub mod github;
pub mod kubeconfig;
pub mod ldap;
pub mod log;
pub mod not_seen;
pub mod oidc;
pub mod pod;
pub mod provider;
pub mod role;
pub mod rollout;
pub mod scheduling;

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// The place that decides between one and many.
const COUNT: &str = "count";

/// Every sentence of this crate.
pub fn all() -> impl Iterator<Item = Sentence> {
    [
        access::ALL,
        active_directory::ALL,
        apply::ALL,
        binding::ALL,
        directory::ALL,
        directory_test::ALL,
        github::ALL,
        kubeconfig::ALL,
        ldap::ALL,
        log::ALL,
        not_seen::ALL,
        oidc::ALL,
        pod::ALL,
        provider::ALL,
        role::ALL,
        rollout::ALL,
        scheduling::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// A sentence in English, and the same as a code with what stands in its places.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// What is said, as a word that the browser translates by.
    pub code: String,
    /// What stands in the places of its text, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// The same in an English sentence.
    pub message: String,
}

impl Said {
    /// Does it count exactly one of something? Languages have another form for that.
    pub fn counts_one(&self) -> bool {
        self.parameters.get(COUNT).is_some_and(|count| count == "1")
    }

    /// This text with the sentence's parameters in its places.
    pub fn fill(&self, text: &str) -> String {
        fill(text, &self.parameters)
    }
}

/// Several sentences as one English text.
pub fn message(sentences: &[Said]) -> String {
    let messages = sentences.iter().map(|said| said.message.as_str());
    messages.collect::<Vec<_>>().join(" ")
}

/// A sentence that the server can say, in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// The word that other languages find it by: `pod.image-not-found`.
    pub code: &'static str,
    /// Its text when `{count}` is one; absent where that makes no difference.
    pub one: Option<&'static str>,
    /// Its text.
    pub other: &'static str,
}

impl Sentence {
    /// Says a sentence without places.
    pub fn say(self) -> Said {
        self.with(&[])
    }

    /// Says it with these values in its places: all of them, and no others.
    pub fn with(self, values: &[(&str, &dyn Display)]) -> Said {
        let parameters = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.to_string()))
            .collect::<BTreeMap<_, _>>();
        debug_assert_eq!(
            places(self.other),
            parameters.keys().map(String::as_str).collect(),
            "the places of {}",
            self.code
        );
        let said = Said {
            code: self.code.to_owned(),
            parameters,
            message: String::new(),
        };
        let text = self.one.filter(|_| said.counts_one()).unwrap_or(self.other);
        let message = said.fill(text);
        Said { message, ..said }
    }
}

/// The text for one, where a sentence has its own.
const fn one_of(texts: &[&'static str]) -> Option<&'static str> {
    match texts {
        [] => None,
        [first, ..] => Some(first),
    }
}

/// The names in braces: `{count}`.
pub fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// Fills the places of a text; what is filled in is never looked at for places itself.
fn fill(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}');
        if let Some((value, behind)) = named.and_then(|(name, behind)| Some((values.get(name)?, behind))) {
            // A reason that is a sentence itself brings its own full stop.
            let is_last = behind.starts_with(['.', '。']);
            filled.push_str(if is_last { value.trim_end_matches('.') } else { value });
            rest = behind;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_sentences_share_a_code() {
        let codes = all().map(|sentence| sentence.code).collect::<Vec<_>>();
        assert_eq!(codes.len(), codes.iter().collect::<BTreeSet<_>>().len());
    }

    #[test]
    fn one_and_many_have_the_same_places() {
        for sentence in all() {
            if let Some(one) = sentence.one {
                let mut in_one = places(one);
                in_one.insert(COUNT);
                assert_eq!(in_one, places(sentence.other), "{}", sentence.code);
            }
        }
    }

    #[test]
    fn what_a_cluster_says_is_never_taken_for_a_place() {
        let said = pod::IMAGE_NOT_FOUND.with(&[("image", &"{registry}"), ("registry", &"{image}")]);
        assert!(said.message.contains("image {registry} does"), "{}", said.message);
        assert_eq!(said.fill("{unknown} { {image}"), "{unknown} { {registry}");
    }

    #[test]
    fn a_reason_that_is_a_sentence_ends_with_one_full_stop() {
        let said = not_seen::EVENTS.with(&[("reason", &"The cluster does not answer.")]);
        assert_eq!(said.message, "Events could not be read: The cluster does not answer.");
    }

    #[test]
    fn one_of_something_is_said_with_its_own_words() {
        assert_eq!(scheduling::CORDONED.with(&[(COUNT, &1)]).message, "1 node is cordoned.");
        assert_eq!(
            scheduling::CORDONED.with(&[(COUNT, &2)]).message,
            "2 nodes are cordoned."
        );
    }
}
