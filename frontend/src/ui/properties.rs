//! Names and values, one pair a line.

use leptos::prelude::*;

/// A list of [`Property`].
#[component]
pub fn Properties(
    /// The pairs.
    children: Children,
) -> impl IntoView {
    view! { <dl class="properties">{children()}</dl> }
}

/// One pair.
#[component]
pub fn Property(
    /// The name.
    #[prop(into)]
    name: Signal<String>,
    /// Written in the fixed-width face.
    #[prop(optional)]
    monospace: bool,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <dt>{move || name.get()}</dt>
        <dd class:mono=monospace>{children()}</dd>
    }
    .into_any()
}
