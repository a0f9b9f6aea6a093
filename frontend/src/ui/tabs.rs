//! Tabs: one of several parts of a page.

use super::unique_id;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// One tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Names it, as in the address.
    pub id: &'static str,
    /// Its words.
    pub label: crate::i18n::Text,
}

impl Tab {
    /// A tab.
    pub const fn new(id: &'static str, label: crate::i18n::Text) -> Self {
        Self { id, label }
    }
}

/// A row of tabs and the part that is chosen.
#[component]
pub fn Tabs(
    /// What the tabs are about, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// The chosen one's id.
    #[prop(into)]
    chosen: Signal<String>,
    /// Is told which one is wanted.
    #[prop(into)]
    on_choose: Callback<&'static str>,
    /// The chosen part.
    children: Children,
) -> impl IntoView {
    let id = unique_id("tabs");
    let row = NodeRef::<html::Div>::new();
    let on_keydown = move |event: KeyboardEvent| {
        let all = tabs.get_untracked();
        let Some(now) = chosen.with_untracked(|chosen| all.iter().position(|tab| tab.id == chosen)) else {
            return;
        };
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % all.len(),
            "ArrowLeft" => (now + all.len() - 1) % all.len(),
            "Home" => 0,
            "End" => all.len() - 1,
            _ => return,
        };
        event.prevent_default();
        on_choose.run(all[next].id);
        let button = row
            .get_untracked()
            .and_then(|row| row.children().item(u32::try_from(next).unwrap_or_default()));
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _not_focusable = button.focus();
        }
    };
    let panel_id = format!("{id}-panel");
    let controls = panel_id.clone();
    let labelled = id.clone();
    view! {
        <div class="tabs" role="tablist" aria-label=move || label.get() node_ref=row on:keydown=on_keydown>
            <For each=move || tabs.get() key=|tab| tab.id let:tab>
                <button
                    type="button"
                    class="tab"
                    role="tab"
                    id=format!("{id}-{}", tab.id)
                    aria-controls=controls.clone()
                    aria-selected=move || if chosen.get() == tab.id { "true" } else { "false" }
                    tabindex=move || if chosen.get() == tab.id { "0" } else { "-1" }
                    on:click=move |_| on_choose.run(tab.id)
                >
                    {tab.label}
                </button>
            </For>
        </div>
        <div class="tab-panel" role="tabpanel" id=panel_id aria-labelledby=move || format!("{labelled}-{}", chosen.get())>
            {children()}
        </div>
    }
    .into_any()
}
