//! The keys of an object's page: its log, a shell in it, its text, its editor, back to the list.

use super::{ShellOpener, page_of};
use crate::api_client::objects::ObjectAddress;
use crate::routes::ObjectTab;
use crate::shell::keyboard::{Place, place_of};
use crate::state::dock::{DockTab, use_dock};
use crate::state::namespaces::{Namespaces, use_namespaces};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Listens while the page is on screen.
pub(super) fn listen(address: &ObjectAddress, tab: Memo<ObjectTab>, go: Callback<(ObjectTab, bool)>) {
    let (dock, namespaces) = (use_dock(), use_namespaces());
    let navigate = use_navigate();
    let address = address.clone();
    let log = DockTab::log_of(&address);
    let shell = ShellOpener::take();
    let listening = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if place_of(&event) != Place::Page {
            return;
        }
        let editing = tab.get_untracked() == ObjectTab::Edit;
        match (event.key().as_str(), &log) {
            ("l", Some(log)) => dock.open(log.clone()),
            ("s", _) if shell.open(&address) => {}
            ("y", _) => dock.open(DockTab::Yaml {
                object: address.clone(),
            }),
            ("e", _) if !editing => go.run((ObjectTab::Edit, false)),
            // Out of the editor the way leads by its own button: Escape is pressed there for other things.
            ("Escape", _) if !editing => navigate(&list_of(&address, namespaces), NavigateOptions::default()),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listening.remove());
}

/// The keys of another page about one object, whose editor is on the object's own page.
pub fn listen_elsewhere(address: Memo<ObjectAddress>, log: Signal<Option<DockTab>>) {
    let (dock, namespaces) = (use_dock(), use_namespaces());
    let navigate = use_navigate();
    let shell = ShellOpener::take();
    let listening = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if place_of(&event) != Place::Page {
            return;
        }
        let object = address.get_untracked();
        match event.key().as_str() {
            "l" => match log.get_untracked() {
                Some(log) => dock.open(log),
                None => return,
            },
            "s" => match log.get_untracked() {
                Some(log) if shell.open(&log.object()) => {}
                _ => return,
            },
            "y" => dock.open(DockTab::Yaml { object }),
            "e" => navigate(&page_of(&object, ObjectTab::Edit).href(), NavigateOptions::default()),
            "Escape" => navigate(&list_of(&object, namespaces), NavigateOptions::default()),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listening.remove());
}

/// The list that the object is in, as it was looked at.
fn list_of(address: &ObjectAddress, namespaces: Namespaces) -> String {
    untrack(|| namespaces.list_href(Some(address.cluster.clone()), &address.kind))
}
