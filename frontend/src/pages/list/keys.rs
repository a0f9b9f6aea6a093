//! The keys of a list: rows up and down, open, choose, logs, shell, YAML, edit, close.

use super::ListContext;
use super::address::page_of;
use super::data::LiveRow;
use crate::api_client::objects::ObjectAddress;
use crate::pages::object::ShellOpener;
use crate::routes::ObjectTab;
use crate::shell::keyboard::{Place, place_of};
use crate::state::dock::{DockTab, use_dock};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Listens while the list is on screen.
pub(super) fn listen(list: &ListContext) {
    let dock = use_dock();
    let shell = ShellOpener::take();
    let list = *list;
    let listening = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let object = match place_of(&event) {
            Place::Page => meant(&list),
            // In the drawer, the keys are those of its object; rows stay where they are.
            Place::Drawer => untrack(|| list.address.open_object()),
            Place::Dock | Place::Elsewhere => return,
        };
        let in_rows = place_of(&event) == Place::Page;
        let acted = match event.key().as_str() {
            "Escape" => close(&list),
            "l" => object
                .and_then(|object| DockTab::log_of(&object))
                .map(|tab| dock.open(tab))
                .is_some(),
            "s" => object.is_some_and(|object| shell.open(&object)),
            "y" => object.map(|object| dock.open(DockTab::Yaml { object })).is_some(),
            "e" => object
                .map(|object| list.go_to.run(page_of(&object, ObjectTab::Edit)))
                .is_some(),
            _ if !in_rows => false,
            "j" | "ArrowDown" => step(&list, 1),
            "k" | "ArrowUp" => step(&list, -1),
            "Enter" => on_row_itself(&event) && open(&list),
            "x" => choose(&list),
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
    target.is_none_or(|target| matches!(target.tag_name().as_str(), "TR" | "BODY" | "DIV" | "MAIN" | "H1"))
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
    focus_row(&row.id);
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
    // The keys go on where they came from.
    if let Some(row) = cursor_row(list) {
        focus_row(&row.id);
    }
    true
}

fn focus_row(id: &str) {
    let selector = format!("tr[data-row=\"{id}\"]");
    let element = document().query_selector(&selector).ok().flatten();
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _not_focusable = element.focus();
    }
}
