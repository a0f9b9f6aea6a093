//! What stands in the page while it is read.

use crate::i18n::text;
use leptos::prelude::*;

/// Grey lines in the place of what comes.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 6)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" aria-busy="true">
            <span class="visually-hidden">{text::common::LOADING}</span>
            {(0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view()}
        </div>
    }
    .into_any()
}
