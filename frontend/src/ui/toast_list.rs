//! The messages at the corner.

use super::{Icon, IconButton, IconName, health_class, health_icon};
use crate::i18n::text;
use crate::state::toasts::use_toasts;
use leptos::prelude::*;

/// Shows the messages of [`crate::state::toasts`]; once, in the shell.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown().get() key=|toast| toast.id let:toast>
                <div class=format!("toast toast-{}", health_class(toast.health))>
                    <Icon name=health_icon(toast.health) />
                    <div class="toast-text">
                        <p>{toast.sentence}</p>
                        {toast.detail.map(|detail| view! { <p class="dim">{detail}</p> })}
                    </div>
                    <IconButton icon=IconName::Close label=text::common::CLOSE on_press=move |_| toasts.close(toast.id) />
                </div>
            </For>
        </div>
    }
    .into_any()
}
