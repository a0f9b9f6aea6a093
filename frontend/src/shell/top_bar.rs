//! The bar at the top: brand, the way here, search, the user's menu.

use super::Panels;
use super::trail::use_trail;
use crate::i18n::{self, text};
use crate::routes::Page;
use crate::state::preferences;
use crate::state::session::use_session;
use crate::ui::{
    Breadcrumbs, Icon, IconButton, IconName, Kbd, Menu, MenuItem, MenuLink, MenuSeparator, VisuallyHidden,
};
use leptos::prelude::*;
use muster_api::session::{Language, Theme};

/// The bar at the top.
#[component]
pub fn TopBar() -> impl IntoView {
    let Some(panels) = use_context::<Panels>() else {
        return ().into_any();
    };
    let trail = use_trail();
    view! {
        <header class="top-bar">
            <span class="only-narrow">
                <IconButton icon=IconName::Menu label=text::shell::NAVIGATION on_press=move |_| panels.sheet.set(true) />
            </span>
            <a class="brand" href=Page::Clusters.href()>
                <Icon name=IconName::Brand />
                <span>"Muster"</span>
            </a>
            <Breadcrumbs crumbs=trail />
            <button type="button" class="search-button" on:click=move |_| panels.palette.set(true)>
                <Icon name=IconName::Search />
                <span class="truncate">{text::shell::SEARCH}</span>
                <span class="grow"></span>
                <Kbd key="Ctrl" />
                <Kbd key="K" />
            </button>
            <UserMenu />
        </header>
    }
    .into_any()
}

#[component]
fn UserMenu() -> impl IntoView {
    let Some(panels) = use_context::<Panels>() else {
        return ().into_any();
    };
    let session = use_session();
    let name = Signal::derive(move || session.user().map(|user| user.display_name).unwrap_or_default());
    let initials = move || initials(&name.get());
    let theme_is = move |theme: Option<Theme>| Signal::derive(move || preferences::current().theme == theme);
    let language_is = move |language: Language| Signal::derive(move || i18n::language() == language);
    view! {
        <Menu
            label=name
            class="avatar"
            align_end=true
            trigger=move || {
                view! {
                    {initials}
                    <VisuallyHidden>{move || text::shell::USER_MENU.with(&[("name", &name.get())])}</VisuallyHidden>
                }
            }
        >
            <div class="menu-title" role="presentation">{move || name.get()}</div>
            <MenuLink href=Page::Account.href() icon=IconName::Account>{text::shell::ACCOUNT}</MenuLink>
            <Show when=move || session.is_administrator() && session.viewing_as().is_none()>
                <MenuItem icon=IconName::Eye on_press=move |()| panels.view_as.set(true)>
                    {text::access::VIEW_AS}
                </MenuItem>
            </Show>
            <MenuItem icon=IconName::Help on_press=move |()| panels.help.set(true)>{text::shell::keys::TITLE}</MenuItem>
            <MenuSeparator />
            <MenuItem chosen=theme_is(None) on_press=move |()| session.prefer(|wanted| wanted.theme = None)>
                {text::shell::theme::SYSTEM}
            </MenuItem>
            <MenuItem
                chosen=theme_is(Some(Theme::Light))
                icon=IconName::Sun
                on_press=move |()| session.prefer(|wanted| wanted.theme = Some(Theme::Light))
            >
                {text::shell::theme::LIGHT}
            </MenuItem>
            <MenuItem
                chosen=theme_is(Some(Theme::Dark))
                icon=IconName::Moon
                on_press=move |()| session.prefer(|wanted| wanted.theme = Some(Theme::Dark))
            >
                {text::shell::theme::DARK}
            </MenuItem>
            <MenuSeparator />
            <MenuItem
                chosen=language_is(Language::English)
                icon=IconName::Language
                on_press=move |()| session.prefer(|wanted| wanted.language = Some(Language::English))
            >
                <span lang="en">{text::shell::language::ENGLISH}</span>
            </MenuItem>
            <MenuItem
                chosen=language_is(Language::SimplifiedChinese)
                icon=IconName::Language
                on_press=move |()| session.prefer(|wanted| wanted.language = Some(Language::SimplifiedChinese))
            >
                <span lang="zh-CN">{text::shell::language::CHINESE}</span>
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon=IconName::SignOut on_press=move |()| session.sign_out()>{text::shell::SIGN_OUT}</MenuItem>
        </Menu>
    }
    .into_any()
}

/// The first letters of the first two words; the first two letters of one word.
fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let letters: String = match words[..] {
        [] => "?".to_owned(),
        [one] => one.chars().take(2).collect(),
        [first, second, ..] => first.chars().take(1).chain(second.chars().take(1)).collect(),
    };
    letters.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_two_letters_at_most() {
        assert_eq!(initials("Ada King Lovelace"), "AK");
        assert_eq!(initials("admin"), "AD");
        assert_eq!(initials("李"), "李");
        assert_eq!(initials(""), "?");
    }
}
