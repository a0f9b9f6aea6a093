//! A chip that can be taken away, and rows of them.

use super::{Icon, IconName};
use crate::i18n::text;
use leptos::prelude::*;

/// A word with a cross behind it.
#[component]
pub fn RemovableChip(
    /// The word.
    #[prop(into)]
    label: String,
    /// Takes it away.
    #[prop(into)]
    on_remove: Callback<()>,
) -> impl IntoView {
    let named = label.clone();
    let name = move || text::ui::REMOVE_NAMED.with(&[("name", &named)]);
    let title = name.clone();
    view! {
        <span class="chip chip-removable">
            <span class="truncate">{label}</span>
            <button type="button" aria-label=name title=title on:click=move |_| on_remove.run(())>
                <Icon name=IconName::Close />
            </button>
        </span>
    }
    .into_any()
}
