//! A part that is folded until it is wanted.

use super::{Icon, IconName};
use leptos::prelude::*;

/// A heading that unfolds what is under it: the browser's own `<details>`.
#[component]
pub fn Fold(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// What is inside, in a few words.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Is it unfolded at first?
    #[prop(optional)]
    open: bool,
    /// The part.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="fold" open=open>
            <summary>
                <Icon name=IconName::ChevronRight />
                <span>{move || title.get()}</span>
                <small class="truncate">{move || hint.get()}</small>
            </summary>
            <div class="fold-body">{children()}</div>
        </details>
    }
    .into_any()
}
