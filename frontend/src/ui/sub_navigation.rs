//! The pages of an area, as links at its left; a row that scrolls on narrow screens.

use super::{Icon, IconName};
use leptos::html;
use leptos::prelude::*;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

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
    let row = NodeRef::<html::Nav>::new();
    // On a narrow screen the page that is open may stand beyond the row's edge.
    Effect::new(move |_| {
        pages.track();
        let Some(row) = row.get() else { return };
        // Once the links are drawn.
        request_animation_frame(move || {
            if let Ok(Some(here)) = row.query_selector("[aria-current]") {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                options.set_inline(ScrollLogicalPosition::Center);
                here.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    });
    view! {
        <nav node_ref=row class="sub-navigation" aria-label=move || label.get()>
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
