//! Copies a text.

use super::{IconButton, IconName};
use crate::i18n::text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// A button that copies a text and shows that it did.
#[component]
pub fn CopyButton(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What is copied: `Copy the token`.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let name = Signal::derive(move || match (copied.get(), label) {
        (true, _) => text::ui::COPIED.get().to_owned(),
        (false, Some(label)) => label.get(),
        (false, None) => text::ui::COPY.get().to_owned(),
    });
    let copy = move |_| {
        let content = text.get_untracked();
        spawn_local(async move {
            if JsFuture::from(window().navigator().clipboard().write_text(&content))
                .await
                .is_ok()
            {
                let _page_is_gone = copied.try_set(true);
                set_timeout(
                    move || {
                        let _gone = copied.try_set(false);
                    },
                    Duration::from_secs(2),
                );
            }
        });
    };
    view! {
        <IconButton
            icon=Signal::derive(move || if copied.get() { IconName::Check } else { IconName::Copy })
            label=name
            on_press=copy
        />
    }
    .into_any()
}
