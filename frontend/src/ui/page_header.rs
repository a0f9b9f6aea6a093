//! The frame and the head of a page.

use leptos::prelude::*;

/// The frame of an ordinary page: padding, one column, its own scrolling; sets the tab's title.
#[component]
pub fn Page(
    /// The title of the browser's tab.
    #[prop(into)]
    title: Signal<String>,
    /// Not wider than a text should be (forms).
    #[prop(optional)]
    narrow: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    Effect::new(move |_| document().set_title(&format!("{} · Muster", title.get())));
    view! { <div class="page" class:page-narrow=narrow>{children()}</div> }.into_any()
}

/// The page's heading, with chips beside it and buttons at the right.
#[component]
pub fn PageHeader(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Beside the heading.
    #[prop(optional, into)]
    beside: Option<ViewFn>,
    /// A sentence under it.
    #[prop(optional, into)]
    detail: Signal<String>,
    /// Buttons at the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-header">
            <h1 tabindex="-1">{move || title.get()}</h1>
            {beside.map(|beside| beside.run())}
            <span class="grow"></span>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
        <Show when=move || !detail.read().is_empty()>
            <p class="page-detail">{move || detail.get()}</p>
        </Show>
    }
    .into_any()
}
