//! What stands where there is nothing to show.

use super::{Icon, IconName};
use leptos::prelude::*;

/// Says that there is nothing, why, and what to do.
#[component]
pub fn EmptyState(
    /// What there is none of.
    #[prop(into)]
    title: Signal<String>,
    /// Why, or what to do.
    #[prop(optional, into)]
    detail: Signal<String>,
    /// An icon.
    #[prop(default = IconName::Workload)]
    icon: IconName,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon name=icon />
            <p class="empty-title">{move || title.get()}</p>
            <p class="dim">{move || detail.get()}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
    .into_any()
}
