//! How much of something is taken or done.

use leptos::prelude::*;

/// A bar with words: `CPU  3.2 of 8 (40 %)`.
#[component]
pub fn Gauge(
    /// What it measures.
    #[prop(into)]
    label: Signal<String>,
    /// From 0 to 1; more is drawn as full and red.
    #[prop(into)]
    part: Signal<f64>,
    /// The figures in words.
    #[prop(into)]
    figures: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="gauge">
            <div class="gauge-words">
                <span>{move || label.get()}</span>
                <span class="dim">{move || figures.get()}</span>
            </div>
            <meter
                class="gauge-bar"
                min="0"
                max="1"
                high="0.85"
                optimum="0.3"
                aria-label=move || label.get()
                aria-valuetext=move || figures.get()
                prop:value=move || part.get().clamp(0.0, 1.0)
            ></meter>
        </div>
    }
    .into_any()
}

/// How far a work is; without a part it only says that it goes on.
#[component]
pub fn ProgressBar(
    /// What goes on.
    #[prop(into)]
    label: Signal<String>,
    /// From 0 to 1.
    #[prop(optional, into)]
    part: Signal<Option<f64>>,
) -> impl IntoView {
    view! {
        {move || match part.get() {
            Some(part) => {
                view! {
                    <progress class="progress" max="1" aria-label=move || label.get() prop:value=part.clamp(0.0, 1.0)></progress>
                }
                    .into_any()
            }
            None => view! { <progress class="progress" aria-label=move || label.get()></progress> }.into_any(),
        }}
    }
    .into_any()
}
