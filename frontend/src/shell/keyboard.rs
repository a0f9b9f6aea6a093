//! The keys that work on every page.

use super::Panels;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What a pressed key is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The page.
    Page,
    /// The panel beside the page.
    Drawer,
    /// The dock at the bottom.
    Dock,
    /// A field, a dialog, a menu; or something that took the key already.
    Elsewhere,
}

/// What the key is meant for: that is where the focus is.
pub(crate) fn place_of(event: &KeyboardEvent) -> Place {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(event) {
        return Place::Elsewhere;
    }
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_in = |selector: &str| {
        target
            .as_ref()
            .is_some_and(|target| target.closest(selector).ok().flatten().is_some())
    };
    if is_in(".dock") {
        Place::Dock
    } else if is_in(".drawer") {
        Place::Drawer
    } else {
        Place::Page
    }
}

/// Is the key meant for a field or a dialog?
fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
    else {
        return false;
    };
    let in_field = matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        && target.get_attribute("type").is_none_or(|kind| kind != "checkbox");
    in_field
        || target
            .closest("dialog, [contenteditable=true], .menu-list, .cm-editor")
            .ok()
            .flatten()
            .is_some()
}

pub(super) fn listen(panels: Panels) {
    let listening = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            panels.palette.update(|open| *open = !*open);
            return;
        }
        if place_of(&event) == Place::Elsewhere {
            return;
        }
        match event.key().as_str() {
            "?" => {
                event.prevent_default();
                panels.help.set(true);
            }
            "/" => {
                let field = document().query_selector("input[data-filter]").ok().flatten();
                event.prevent_default();
                match field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                    Some(field) => {
                        let _not_focusable = field.focus();
                        field.select();
                    }
                    None => panels.palette.set(true),
                }
            }
            _ => {}
        }
    });
    on_cleanup(move || listening.remove());
}
