//! Dialogs on the browser's own `<dialog>`: it traps the focus, closes on Escape and gives the focus back.

use super::{Button, ButtonKind, IconButton, IconName, TextField, unique_id};
use crate::api_client::ApiFailure;
use crate::i18n::text;
use leptos::html;
use leptos::prelude::*;

/// A dialog that is open while `open` is true. Its content is made anew each time.
#[component]
pub fn Dialog(
    /// Is it open? The dialog sets it to false when it is closed by Escape or its cross.
    open: RwSignal<bool>,
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Wide, for tables and texts.
    #[prop(optional)]
    wide: bool,
    /// It holds something that would be lost (a secret that is shown once): a press beside it does not close it. Nor does
    /// it where something was typed.
    #[prop(optional, into)]
    holds: Signal<bool>,
    /// The content.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let title_id = unique_id("dialog");
    let typed = StoredValue::new(false);
    Effect::new(move |_| {
        let (wanted, Some(dialog)) = (open.get(), node.get()) else {
            return;
        };
        typed.set_value(false);
        if wanted && !dialog.open() {
            // Refused only while the element is not in the page, and then there is nothing to show.
            let _shown = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let labelled = title_id.clone();
    view! {
        <dialog
            node_ref=node
            class="dialog"
            class:dialog-wide=wide
            aria-labelledby=labelled
            on:close=move |_| open.set(false)
            on:input=move |_| typed.set_value(true)
            on:mousedown=move |event| {
                // A press on the backdrop arrives at the dialog itself.
                let on_backdrop = node.get_untracked().is_some_and(|dialog| {
                    event.target().is_some_and(|target| {
                        wasm_bindgen::JsCast::dyn_ref::<web_sys::Element>(&target)
                            == Some(AsRef::<web_sys::Element>::as_ref(&dialog))
                    })
                });
                if on_backdrop && !holds.get_untracked() && !typed.get_value() {
                    open.set(false);
                }
            }
        >
            <Show when=move || open.get()>
                <div class="dialog-frame">
                    <header class="dialog-header">
                        <h2 id=title_id.clone()>{move || title.get()}</h2>
                        <IconButton icon=IconName::Close label=text::common::CLOSE on_press=move |_| open.set(false) />
                    </header>
                    <div class="dialog-body">{children()}</div>
                </div>
            </Show>
        </dialog>
    }
    .into_any()
}

/// Asks before something is destroyed or hard to take back: it says what will happen to what.
#[component]
pub fn ConfirmDialog(
    /// Is it open? It closes itself on cancel; the caller closes it when the work is done.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// The word on the button that does it: `Delete 3 pods`, never `OK`.
    #[prop(into)]
    action: Signal<String>,
    /// Does it.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// It is being done.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it failed; the dialog stays open.
    #[prop(optional, into)]
    failure: Signal<Option<ApiFailure>>,
    /// A name that must be typed first, for what cannot be undone.
    #[prop(optional, into)]
    type_name: Option<Signal<String>>,
    /// It destroys nothing: the button is not red.
    #[prop(optional)]
    harmless: bool,
    /// What will happen to what.
    children: ChildrenFn,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new());
        }
    });
    let held_back = Signal::derive(move || type_name.is_some_and(|name| name.get() != typed.get()));
    let kind = if harmless {
        ButtonKind::Primary
    } else {
        ButtonKind::Danger
    };
    let children = StoredValue::new(children);
    view! {
        <Dialog open title>
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    if !held_back.get_untracked() && !busy.get_untracked() {
                        on_confirm.run(());
                    }
                }
            >
                {children.with_value(|children| children())}
                {type_name
                    .map(|name| {
                        view! {
                            <TextField
                                label=Signal::derive(move || text::ui::TYPE_NAME.with(&[("name", &name.get())]))
                                value=typed
                                autofocus=true
                            />
                        }
                    })}
                {move || failure.get().map(|failure| view! { <super::FailurePanel failure /> })}
                <footer class="dialog-footer">
                    <Button on_press=move |_| open.set(false)>{text::common::CANCEL}</Button>
                    <Button kind submit=true busy disabled=held_back>{move || action.get()}</Button>
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
