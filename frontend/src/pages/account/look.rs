//! Language and theme, changed at once.

use crate::i18n::{self, text};
use crate::state::preferences;
use crate::state::session::use_session;
use crate::ui::{Card, Select, SelectOption};
use leptos::prelude::*;
use muster_api::session::{Language, Theme};

/// The card of language and theme.
#[component]
pub(super) fn LookCard() -> impl IntoView {
    let session = use_session();
    let now = untrack(preferences::current);
    let language = RwSignal::new(now.language.map(i18n::code).unwrap_or_default().to_owned());
    let theme = RwSignal::new(now.theme.map(theme_code).unwrap_or_default().to_owned());
    // The menu of the account in the top bar changes the same things.
    Effect::new(move |_| {
        let chosen = preferences::current();
        language.set(chosen.language.map(i18n::code).unwrap_or_default().to_owned());
        theme.set(chosen.theme.map(theme_code).unwrap_or_default().to_owned());
    });
    let languages = Signal::derive(move || {
        vec![
            SelectOption::new("", text::account::LANGUAGE_BROWSER.get()),
            SelectOption::new(i18n::code(Language::English), text::sign_in::ENGLISH.get()),
            SelectOption::new(i18n::code(Language::SimplifiedChinese), text::sign_in::CHINESE.get()),
        ]
    });
    let themes = Signal::derive(move || {
        vec![
            SelectOption::new("", text::account::THEME_SYSTEM.get()),
            SelectOption::new(theme_code(Theme::Light), text::account::THEME_LIGHT.get()),
            SelectOption::new(theme_code(Theme::Dark), text::account::THEME_DARK.get()),
        ]
    });
    let choose_language = move |code: String| {
        let chosen = [Language::English, Language::SimplifiedChinese]
            .into_iter()
            .find(|known| i18n::code(*known) == code);
        session.prefer(move |preferences| preferences.language = chosen);
    };
    let choose_theme = move |code: String| {
        let chosen = [Theme::Light, Theme::Dark]
            .into_iter()
            .find(|known| theme_code(*known) == code);
        session.prefer(move |preferences| preferences.theme = chosen);
    };
    view! {
        <Card title=text::account::LOOK>
            <div class="account-fields">
                <Select label=text::account::LANGUAGE value=language options=languages on_change=choose_language />
                <Select label=text::account::THEME value=theme options=themes on_change=choose_theme />
            </div>
            <p class="field-hint">{text::account::LOOK_HINT}</p>
        </Card>
    }
    .into_any()
}

const fn theme_code(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}
