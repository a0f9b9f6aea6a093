//! Takes the text of a file that the person chooses.

use super::{Button, IconName};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

/// No text that a form asks for is larger.
const MOST_BYTES: f64 = 1_048_576.0;

/// A button that opens the browser's choice of files.
#[component]
pub fn FileButton(
    /// The words on the button.
    #[prop(into)]
    label: Signal<String>,
    /// Which files are offered first: `.pem,.crt`.
    #[prop(optional)]
    accept: &'static str,
    /// Takes the text; `None` when the file is no text or too large.
    #[prop(into)]
    on_text: Callback<Option<String>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let take = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again after it was changed.
        input.set_value("");
        let Some(file) = file else { return };
        if file.size() > MOST_BYTES {
            on_text.run(None);
            return;
        }
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok();
            on_text.run(text.and_then(|text| text.as_string()));
        });
    };
    view! {
        <span>
            <input
                node_ref=input
                type="file"
                accept=accept
                hidden
                tabindex="-1"
                aria-label=move || label.get()
                on:change=take
            />
            <Button
                icon=IconName::Upload
                on_press=move |_| {
                    if let Some(input) = input.get_untracked() {
                        input.click();
                    }
                }
            >
                {move || label.get()}
            </Button>
        </span>
    }
    .into_any()
}
