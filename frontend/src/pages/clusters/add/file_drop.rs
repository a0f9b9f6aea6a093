//! A place for a file: dropped on it or chosen; its text goes into a field.

use crate::i18n::text;
use crate::ui::{Button, IconName};
use leptos::ev::DragEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::problem::FieldProblem;
use wasm_bindgen_futures::JsFuture;

/// The server takes no larger kubeconfig.
const MOST_BYTES: f64 = 1_048_576.0;

/// The frame around the field that takes a file.
#[component]
pub(super) fn FileDrop(
    /// Where the file's text goes.
    text: RwSignal<String>,
    /// Where problems of the file go.
    problems: RwSignal<Vec<FieldProblem>>,
    /// The field.
    children: Children,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let say = move |code: &str, sentence: String| {
        problems.try_set(vec![FieldProblem::new("kubeconfig", code, sentence)]);
    };
    let take = move |file: Option<web_sys::File>| {
        let Some(file) = file else { return };
        if file.size() > MOST_BYTES {
            say("", text::clusters::FILE_TOO_LARGE.with(&[("name", &file.name())]));
            return;
        }
        spawn_local(async move {
            let content = JsFuture::from(file.text())
                .await
                .ok()
                .and_then(|content| content.as_string());
            match content {
                Some(content) => {
                    text.try_set(content);
                }
                None => say("", text::clusters::FILE_UNREADABLE.get().to_owned()),
            }
        });
    };
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(
            event
                .data_transfer()
                .and_then(|data| data.files())
                .and_then(|files| files.get(0)),
        );
    };
    let on_choose = move |_| {
        let Some(input) = input.get_untracked() else { return };
        take(input.files().and_then(|files| files.get(0)));
        // The same file can be chosen again after it was changed.
        input.set_value("");
    };
    view! {
        <div
            class="drop-zone"
            class:over=move || over.get()
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=on_drop
        >
            {children()}
            <div>
                <input
                    node_ref=input
                    type="file"
                    hidden
                    tabindex="-1"
                    aria-label=move || text::clusters::CHOOSE_FILE.get()
                    on:change=on_choose
                />
                <Button
                    icon=IconName::Upload
                    on_press=move |_| {
                        if let Some(input) = input.get_untracked() {
                            input.click();
                        }
                    }
                >
                    {text::clusters::CHOOSE_FILE}
                </Button>
            </div>
        </div>
    }
    .into_any()
}
