//! The frame of the pages before the console: one card, the language at its foot.

use crate::i18n::{self, text};
use crate::state::preferences;
use crate::state::session::{Session, use_session};
use crate::ui::{Icon, IconName};
use leptos::prelude::*;
use muster_api::session::{CurrentUser, Language};

/// The card in the middle of the page.
#[component]
pub fn Door(
    /// What the page is for.
    #[prop(into)]
    title: Signal<String>,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="door">
            <div class="door-column">
                <div class="door-card">
                    <div class="door-brand">
                        <Icon name=IconName::Brand />
                        "Muster"
                    </div>
                    <h1>{move || title.get()}</h1>
                    {children()}
                </div>
                <div class="door-feet" role="group" aria-label=move || text::sign_in::LANGUAGE.get()>
                    <LanguageChoice language=Language::English name=text::sign_in::ENGLISH />
                    <LanguageChoice language=Language::SimplifiedChinese name=text::sign_in::CHINESE />
                </div>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn LanguageChoice(language: Language, name: i18n::Text) -> impl IntoView {
    let session = use_session();
    view! {
        <button
            type="button"
            class="door-language"
            lang=i18n::code(language)
            aria-pressed=move || if i18n::language() == language { "true" } else { "false" }
            on:click=move |_| session.prefer(|preferences| preferences.language = Some(language))
        >
            {name}
        </button>
    }
}

/// The console is theirs from now on. What was chosen at the door stays, unless their account says otherwise.
pub fn enter(session: Session, user: CurrentUser) {
    let at_the_door = untrack(preferences::current);
    let has_own_language = user.preferences.language.is_some();
    let has_own_theme = user.preferences.theme.is_some();
    session.signed_in(user);
    let adds_language = !has_own_language && at_the_door.language.is_some();
    let adds_theme = !has_own_theme && at_the_door.theme.is_some();
    if adds_language || adds_theme {
        session.prefer(move |preferences| {
            if adds_language {
                preferences.language = at_the_door.language;
            }
            if adds_theme {
                preferences.theme = at_the_door.theme;
            }
        });
    }
}
