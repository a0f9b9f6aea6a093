//! The pages of an area, as links at its left; a row that scrolls on narrow screens.

use super::{Icon, IconName};
use leptos::prelude::*;

/// A link of a [`SubNavigation`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubPage {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub label: crate::i18n::Text,
    /// Its icon.
    pub icon: IconName,
    /// Is it, or something under it, on screen?
    pub here: bool,
}

/// The links.
#[component]
pub fn SubNavigation(
    /// What they are the pages of.
    #[prop(into)]
    label: Signal<String>,
    /// The pages.
    #[prop(into)]
    pages: Signal<Vec<SubPage>>,
) -> impl IntoView {
    view! {
        <nav class="sub-navigation" aria-label=move || label.get()>
            <For each=move || pages.get() key=|page| (page.href.clone(), page.here) let:page>
                <a class="side-link" href=page.href aria-current=page.here.then_some("page")>
                    <Icon name=page.icon />
                    <span>{page.label}</span>
                </a>
            </For>
        </nav>
    }
    .into_any()
}
