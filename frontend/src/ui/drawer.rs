//! Panels at the side: beside the content (drawer) and over it on narrow screens (sheet).

use super::{IconButton, IconName};
use crate::i18n::text;
use leptos::html;
use leptos::prelude::*;

/// A panel at the right of the content; under 700 px it covers the page.
#[component]
pub fn Drawer(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Closes it.
    #[prop(into)]
    on_close: Callback<()>,
    /// What stands between heading and cross.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <aside class="drawer" aria-label=move || title.get()>
            <header class="drawer-header">
                <h2 class="truncate" title=move || title.get()>{move || title.get()}</h2>
                <span class="grow"></span>
                {actions.map(|actions| actions.run())}
                <IconButton icon=IconName::Close label=text::common::CLOSE on_press=move |_| on_close.run(()) />
            </header>
            <div class="drawer-body">{children()}</div>
        </aside>
    }
    .into_any()
}

/// A panel over the page from the left, for the side bar on narrow screens.
#[component]
pub fn Sheet(
    /// Is it open?
    open: RwSignal<bool>,
    /// What it is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The content.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let (wanted, Some(dialog)) = (open.get(), node.get()) else {
            return;
        };
        if wanted && !dialog.open() {
            // Refused only while the element is not in the page, and then there is nothing to show.
            let _shown = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            node_ref=node
            class="sheet"
            aria-label=move || label.get()
            on:close=move |_| open.set(false)
            on:click=move |event| {
                // A press beside the sheet arrives at the dialog itself; a press on a link leads away.
                let target = event.target().and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(target).ok());
                let leads_away = target
                    .is_some_and(|target| target.matches("dialog").unwrap_or(false) || target.closest("a").ok().flatten().is_some());
                if leads_away {
                    open.set(false);
                }
            }
        >
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
    .into_any()
}
