//! What could not be read, said on the page whose figures lack it.

use crate::i18n::{self, Text};
use crate::ui::Notice;
use leptos::prelude::*;
use muster_api::resource::Health;
use muster_api::said::Said;

/// The sentences under a title.
#[component]
pub fn NotSeen(
    /// What they are.
    title: Text,
    /// The sentences.
    said: Vec<Said>,
) -> impl IntoView {
    view! {
        <Notice health=Health::Unknown>
            <p>
                <strong>{title}</strong>
            </p>
            <ul class="overview-notes">
                {said.into_iter().map(|said| view! { <li>{move || i18n::said(&said)}</li> }).collect_view()}
            </ul>
        </Notice>
    }
}
