//! A small rounded word, with a colour, that may be pressed.

use super::health_class;
use leptos::prelude::*;
use muster_api::resource::Health;

/// A chip. With `on_press` it is a button, and `chosen` says whether it is on.
#[component]
pub fn Chip(
    /// Its colour; none is neutral.
    #[prop(optional, into)]
    health: Option<Health>,
    /// What pressing does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Is it on?
    #[prop(optional, into)]
    chosen: Signal<bool>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let class = health.map_or_else(
        || "chip".to_owned(),
        |health| format!("chip chip-{}", health_class(health)),
    );
    match on_press {
        Some(on_press) => view! {
            <button
                type="button"
                class=class
                aria-pressed=move || if chosen.get() { "true" } else { "false" }
                on:click=move |_| on_press.run(())
            >
                {children()}
            </button>
        }
        .into_any(),
        None => view! { <span class=class>{children()}</span> }.into_any(),
    }
}
