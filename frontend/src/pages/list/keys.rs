//! The keys of a list: rows up and down, open, choose, logs, YAML, edit, close.

use super::ListContext;
use super::address::page_of;
use super::data::LiveRow;
use super::row_menu::log_tab;
use crate::api_client::objects::ObjectAddress;
use crate::routes::ObjectTab;
use crate::shell::keyboard::is_typing;
use crate::state::dock::{DockTab, use_dock};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Listens while the list is on screen.
pub(super) fn listen(list: &ListContext) {
    let dock = use_dock();
    let list = *list;
    let listening = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.default_prevented() || is_typing(&event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let acted = match event.key().as_str() {
            "j" | "ArrowDown" => step(&list, 1),
            "k" | "ArrowUp" => step(&list, -1),
            "Enter" => on_row_itself(&event) && open(&list),
            "x" => choose(&list),
            "l" => meant(&list)
                .and_then(|object| log_tab(&object))
                .map(|tab| dock.open(tab))
                .is_some(),
            "y" => meant(&list).map(|object| dock.open(DockTab::Yaml { object })).is_some(),
            "e" => meant(&list)
                .map(|object| list.go_to.run(page_of(&object, ObjectTab::Yaml)))
                .is_some(),
            "Escape" => close(&list),
            _ => false,
        };
        if acted {
            event.prevent_default();
        }
    });
    on_cleanup(move || listening.remove());
}

/// Enter on a link or button inside a row is that link's.
fn on_row_itself(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_none_or(|target| matches!(target.tag_name().as_str(), "TR" | "BODY" | "DIV" | "MAIN"))
}

fn cursor_row(list: &ListContext) -> Option<LiveRow> {
    let cursor = list.cursor.get_untracked()?;
    list.data
        .rows
        .with_untracked(|rows| rows.iter().find(|row| row.id == cursor).cloned())
}

/// The object that a key means: the row under the cursor, else the one that is open.
fn meant(list: &ListContext) -> Option<ObjectAddress> {
    cursor_row(list)
        .map(|row| row.row.with_untracked(|row| list.address.object_of(row)))
        .or_else(|| untrack(|| list.address.open_object()))
}

fn step(list: &ListContext, by: isize) -> bool {
    let cursor = list.cursor.get_untracked();
    let next = list.data.rows.with_untracked(|rows| {
        let now = cursor.and_then(|cursor| rows.iter().position(|row| row.id == cursor));
        let next = match now {
            Some(now) => now.saturating_add_signed(by).min(rows.len().saturating_sub(1)),
            None => 0,
        };
        rows.get(next).cloned()
    });
    let Some(row) = next else { return false };
    list.cursor.set(Some(row.id.clone()));
    let selector = format!("tr[data-row=\"{}\"]", row.id);
    let element = document().query_selector(&selector).ok().flatten();
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _not_focusable = element.focus();
    }
    // With a drawer open, the cursor leads it: looking through rows needs no second key.
    if list.address.query.with_untracked(|query| query.open.is_some()) {
        list.open(row.row.with_untracked(|row| list.address.open_text(row)));
    }
    true
}

fn open(list: &ListContext) -> bool {
    let Some(row) = cursor_row(list) else { return false };
    list.open(row.row.with_untracked(|row| list.address.open_text(row)));
    true
}

fn choose(list: &ListContext) -> bool {
    let Some(row) = cursor_row(list) else { return false };
    let on = !list.chosen.with_untracked(|chosen| chosen.contains_key(&row.id));
    row.row.with_untracked(|row| list.choose(row, on));
    true
}

fn close(list: &ListContext) -> bool {
    if list.address.query.with_untracked(|query| query.open.is_none()) {
        return false;
    }
    list.address.go(|query| query.open = None);
    true
}
