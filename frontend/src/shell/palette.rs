//! The search over everything: kinds, clusters, actions, and objects by name in every cluster.

mod fixed;
mod objects;

use super::Panels;
use crate::i18n::text;
use crate::state::session::use_session;
use crate::ui::{Icon, IconName, Kbd};
use fixed::use_fixed_hits;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use muster_api::session::{Language, Theme};
use objects::ObjectSearch;
use wasm_bindgen::JsCast;

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    icon: IconName,
    label: String,
    detail: String,
    does: Does,
}

/// What choosing a hit does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Does {
    /// Goes to a page.
    Open(String),
    /// Another theme; `None` is the system's.
    Theme(Option<Theme>),
    /// Another language.
    Language(Language),
    /// Signs out.
    SignOut,
}

/// The search.
#[component]
pub fn Palette() -> impl IntoView {
    let Some(panels) = use_context::<Panels>() else {
        return ().into_any();
    };
    let node = NodeRef::<html::Dialog>::new();
    let open = panels.palette;
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
            class="palette"
            aria-label=move || text::shell::SEARCH.get()
            on:close=move |_| open.set(false)
            on:mousedown=move |event| {
                let on_backdrop = event
                    .target()
                    .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                    .is_some_and(|target| target.tag_name() == "DIALOG");
                if on_backdrop {
                    open.set(false);
                }
            }
        >
            <Show when=move || open.get()>
                <Search open />
            </Show>
        </dialog>
    }
    .into_any()
}

#[component]
fn Search(open: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let objects = ObjectSearch::follow(typed);
    let session = use_session();
    let place = RwSignal::new(0_usize);
    let fixed = use_fixed_hits();
    let navigate = use_navigate();
    let hits = Memo::new(move |_| {
        let words = typed.get().trim().to_lowercase();
        let mut hits: Vec<Hit> = fixed.with(|fixed| {
            fixed
                .iter()
                .filter(|(_, terms)| words.split_whitespace().all(|word| terms.contains(word)))
                .map(|(hit, _)| hit.clone())
                .collect()
        });
        hits.truncate(if words.is_empty() { 40 } else { 12 });
        hits.extend(objects.found.get());
        hits
    });
    Effect::new(move |_| {
        typed.track();
        place.set(0);
    });
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _not_focusable = input.focus();
        }
    });
    let go = Callback::new(move |does: Does| {
        open.set(false);
        match does {
            Does::Open(href) => navigate(&href, NavigateOptions::default()),
            Does::Theme(theme) => session.prefer(|wanted| wanted.theme = theme),
            Does::Language(language) => session.prefer(|wanted| wanted.language = Some(language)),
            Does::SignOut => session.sign_out(),
        }
    });
    let on_keydown = move |event: KeyboardEvent| {
        let count = hits.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => place.update(|place| *place = (*place + 1) % count),
            "ArrowUp" if count > 0 => place.update(|place| *place = (*place + count - 1) % count),
            "Enter" => {
                if let Some(hit) = hits.with_untracked(|hits| hits.get(place.get_untracked()).cloned()) {
                    go.run(hit.does);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    Effect::new(move |_| {
        let selector = format!("#palette-hit-{}", place.get());
        if let Ok(Some(element)) = document().query_selector(&selector) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    view! {
        <div class="palette-frame">
            <div class="palette-input">
                <Icon name=IconName::Search />
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-hits"
                    aria-activedescendant=move || format!("palette-hit-{}", place.get())
                    aria-label=move || text::shell::SEARCH.get()
                    placeholder=move || text::shell::SEARCH.get()
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=on_keydown
                />
                <Kbd key="Esc" />
            </div>
            <ul class="palette-hits" id="palette-hits" role="listbox" aria-label=move || text::shell::FOUND.get()>
                {move || {
                    hits.get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, hit)| {
                            let does = hit.does;
                            view! {
                                <li
                                    id=format!("palette-hit-{index}")
                                    role="option"
                                    aria-selected=move || if place.get() == index { "true" } else { "false" }
                                    on:pointermove=move |_| {
                                        if place.get_untracked() != index {
                                            place.set(index);
                                        }
                                    }
                                    on:click=move |_| go.run(does.clone())
                                >
                                    <Icon name=hit.icon />
                                    <span class="truncate">{hit.label}</span>
                                    <span class="grow"></span>
                                    <span class="dim truncate">{hit.detail}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <p class="palette-foot" role="status">
                {move || {
                    if objects.waiting.get() > 0 {
                        text::shell::SEARCHING.get().to_owned()
                    } else if let Some(reason) = objects.unseen.get() {
                        text::shell::SEARCH_INCOMPLETE.with(&[("reason", &reason)])
                    } else if hits.read().is_empty() {
                        text::shell::NOTHING_FOUND.get().to_owned()
                    } else {
                        text::shell::SEARCH_HINT.get().to_owned()
                    }
                }}
            </p>
        </div>
    }
    .into_any()
}
