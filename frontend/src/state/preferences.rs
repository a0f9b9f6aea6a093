//! Language and theme: applied to the page, remembered by the browser for the time before sign-in.
//!
//! `theme.js` applies the remembered theme before the first paint, by the same key.

use crate::browser;
use crate::i18n;
use leptos::prelude::*;
use muster_api::session::{Language, Preferences, Theme};
use std::sync::LazyLock;

const THEME_KEY: &str = "muster.theme";
const LANGUAGE_KEY: &str = "muster.language";

static CURRENT: LazyLock<ArcRwSignal<Preferences>> = LazyLock::new(|| ArcRwSignal::new(Preferences::default()));

/// What is chosen now; `None` follows the browser or the system. Followed when read inside a view.
pub fn current() -> Preferences {
    CURRENT.get()
}

/// Shows the page as it was last chosen in this browser.
pub(super) fn apply_remembered() {
    let language = browser::stored(LANGUAGE_KEY).and_then(|code| language_of(&code));
    let theme = match browser::stored(THEME_KEY).as_deref() {
        Some("light") => Some(Theme::Light),
        Some("dark") => Some(Theme::Dark),
        _ => None,
    };
    apply(&Preferences { language, theme });
}

/// Shows the page so, and remembers it in this browser.
pub fn apply(wanted: &Preferences) {
    CURRENT.set(wanted.clone());
    let language = wanted.language.unwrap_or_else(browser_language);
    i18n::set_language(language);
    let theme = wanted.theme.map(|theme| match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    });
    // Signing in brings the choice back where the browser keeps nothing.
    let _forgotten_is_fine = browser::store(THEME_KEY, theme);
    let _forgotten_is_fine = browser::store(LANGUAGE_KEY, wanted.language.map(i18n::code));
    if let Some(page) = document().document_element() {
        let _always_settable = page.set_attribute("lang", i18n::code(language));
        let _always_settable = match theme {
            Some(theme) => page.set_attribute("data-theme", theme),
            None => page.remove_attribute("data-theme"),
        };
    }
}

fn browser_language() -> Language {
    browser::languages()
        .iter()
        .find_map(|code| language_of(code))
        .unwrap_or(Language::English)
}

/// The console's language for a browser's code; every Chinese is served with the one that there is.
fn language_of(code: &str) -> Option<Language> {
    let code = code.to_ascii_lowercase();
    if code == "en" || code.starts_with("en-") {
        Some(Language::English)
    } else if code == "zh" || code.starts_with("zh-") {
        Some(Language::SimplifiedChinese)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chinese_browser_gets_chinese() {
        for code in ["zh", "zh-CN", "zh-Hans-CN", "zh-TW"] {
            assert_eq!(language_of(code), Some(Language::SimplifiedChinese), "{code}");
        }
        assert_eq!(language_of("en-GB"), Some(Language::English));
        assert_eq!(language_of("de"), None);
    }
}
