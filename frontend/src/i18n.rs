//! Every text that people read, in every language of the console.
//!
//! The texts live in `locales/<language>/<area>.json`; `build.rs` turns their keys into constants, so a wrong key does
//! not compile. A [`Text`] stands in a view as it is (`{text::list::TITLE}`) and as a property of a component, and
//! changes with the language without a reload.

use crate::format::number;
use leptos::prelude::*;
use muster_api::said::Said;
use muster_api::session::Language;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

static LANGUAGE: LazyLock<ArcRwSignal<Language>> = LazyLock::new(|| ArcRwSignal::new(Language::English));

/// The language on screen. Read inside a view or an effect, it is followed.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Changes the language on screen at once; remembering it is the business of [`crate::state::preferences`].
pub fn set_language(language: Language) {
    if LANGUAGE.get_untracked() != language {
        LANGUAGE.set(language);
    }
}

/// The language's code, as HTML and browsers write it.
pub const fn code(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::SimplifiedChinese => "zh-CN",
    }
}

fn in_language(index: usize, language: Language) -> &'static str {
    match language {
        Language::English => ENGLISH[index],
        Language::SimplifiedChinese => CHINESE[index],
    }
}

/// One text in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(u16);

impl Text {
    #[expect(clippy::cast_possible_truncation, reason = "there are far fewer than 65,536 texts")]
    const fn new(index: usize) -> Self {
        Self(index as u16)
    }

    /// The text in the language on screen, followed when read inside a view or an effect.
    pub fn get(self) -> &'static str {
        in_language(usize::from(self.0), language())
    }

    /// The text with its `{name}` places filled in.
    pub fn with(self, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        fill(self.get(), values)
    }
}

/// A text that counts something: its `{count}` is filled in with separators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plural {
    one: Text,
    other: Text,
}

impl Plural {
    const fn new(one: usize, other: usize) -> Self {
        Self {
            one: Text::new(one),
            other: Text::new(other),
        }
    }

    /// The text for this many.
    pub fn count(self, count: u64) -> String {
        self.count_with(count, &[])
    }

    /// The text for this many, with further `{name}` places filled in.
    pub fn count_with(self, count: u64, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        let text = if count == 1 { self.one } else { self.other };
        let written = number::with_separators(count);
        fill(&fill(text.get(), &[("count", &written)]), values)
    }
}

fn fill(text: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), &value.to_string());
    }
    filled
}

/// The text of a key that is only known while running (`columns.restarts`, `problems.not-found`), if there is one.
pub fn lookup(area: &str, id: &str) -> Option<&'static str> {
    let key = format!("{area}.{id}");
    let index = KEYS.binary_search(&key.as_str()).ok()?;
    Some(in_language(index, language()))
}

/// The text of a key that is only known while running, or `fallback`.
pub fn lookup_or(area: &str, id: &str, fallback: &str) -> String {
    lookup(area, id).map_or_else(|| fallback.to_owned(), str::to_owned)
}

/// A sentence of the server in the person's language; in the server's own English where this version has no text for it.
pub fn said(said: &Said) -> String {
    let text = match language() {
        Language::English => None,
        Language::SimplifiedChinese => {
            let form = if said.counts_one() { "_one" } else { "_other" };
            lookup("said", &said.code).or_else(|| lookup("said", &format!("{}{form}", said.code)))
        }
    };
    text.map_or_else(|| said.message.clone(), |text| said.fill(text))
}

/// Several sentences of the server, one behind the other.
pub fn all_said(sentences: &[Said]) -> String {
    let between = match language() {
        Language::English => " ",
        Language::SimplifiedChinese => "",
    };
    sentences.iter().map(said).collect::<Vec<_>>().join(between)
}

impl From<Text> for Signal<String> {
    fn from(text: Text) -> Self {
        Signal::derive(move || text.get().to_owned())
    }
}

impl IntoRender for Text {
    type Output = Box<dyn FnMut() -> &'static str + Send>;

    fn into_render(self) -> Self::Output {
        Box::new(move || self.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_text_are_filled_in() {
        assert_eq!(fill("{count} of {total}", &[("count", &1), ("total", &2)]), "1 of 2");
    }

    #[test]
    fn a_text_follows_the_language() {
        set_language(Language::English);
        let english = text::common::CANCEL.get();
        set_language(Language::SimplifiedChinese);
        assert_ne!(text::common::CANCEL.get(), english);
        set_language(Language::English);
    }

    #[test]
    fn what_the_server_says_is_said_in_the_language() {
        let one = muster_api::said::rollout::COMPLETE.with(&[("count", &1)]);
        let many = muster_api::said::rollout::OLD_ENDS.with(&[("count", &3)]);
        assert_eq!(
            all_said(&[one.clone(), many.clone()]),
            "The replica is of the newest version and available. 3 pods of older versions end."
        );
        set_language(Language::SimplifiedChinese);
        assert_eq!(
            all_said(&[one, many]),
            "副本为最新版本且可用。3 个旧版本的 Pod 正在结束。"
        );
        let newer = Said {
            code: "of.a-newer-server".into(),
            message: "It says more.".into(),
            ..Said::default()
        };
        assert_eq!(said(&newer), "It says more.");
        set_language(Language::English);
    }

    #[test]
    fn texts_are_found_by_keys_of_the_server() {
        assert!(lookup("columns", "name").is_some());
        assert_eq!(lookup_or("columns", "no-such-column", "Given"), "Given");
    }
}
