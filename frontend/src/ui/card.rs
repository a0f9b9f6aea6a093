//! A bordered part of a page with a heading.

use leptos::prelude::*;

/// A card: heading, what stands right of it, and content.
#[component]
pub fn Card(
    /// The heading; a card without one is only a border.
    #[prop(optional, into)]
    title: Option<Signal<String>>,
    /// What stands at the heading's right.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// The content goes up to the border (tables, code).
    #[prop(optional)]
    flush: bool,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            {title
                .map(|title| {
                    view! {
                        <header class="card-header">
                            <h2>{move || title.get()}</h2>
                            <span class="grow"></span>
                            {actions.map(|actions| actions.run())}
                        </header>
                    }
                })}
            <div class=if flush { "card-body card-body-flush" } else { "card-body" }>{children()}</div>
        </section>
    }
    .into_any()
}
