//! Deleting the object.

use super::Work;
use crate::api_client::objects;
use crate::i18n::text;
use crate::pages::object::source::LiveObject;
use crate::shell::kinds;
use crate::state::clusters::use_clusters;
use crate::state::toasts::use_toasts;
use crate::ui::{ConfirmDialog, Select, SelectOption};
use leptos::prelude::*;
use muster_api::action::Propagation;

/// Asks before the object is deleted: what goes with it, and what becomes of what it owns.
#[component]
pub(super) fn DeleteDialog(live: LiveObject, open: RwSignal<bool>) -> AnyView {
    let work = Work::new(open);
    let toasts = use_toasts();
    let clusters = use_clusters();
    let address = StoredValue::new(live.address());
    let name = Signal::derive(move || address.with_value(|address| address.name.clone()));
    let propagation = RwSignal::new("background".to_owned());
    let choices = Signal::derive(move || {
        vec![
            SelectOption::new("background", text::object::delete::BACKGROUND.get()),
            SelectOption::new("foreground", text::object::delete::FOREGROUND.get()),
            SelectOption::new("orphan", text::object::delete::ORPHAN.get()),
        ]
    });
    let sentence = move || {
        address.with_value(|address| {
            let cluster = clusters.name_of(&address.cluster);
            let place = match &address.namespace {
                Some(namespace) => format!("{cluster} / {namespace}"),
                None => cluster,
            };
            let kind = kinds::singular(&address.kind);
            text::object::delete::TEXT.with(&[("kind", &kind), ("name", &address.name), ("place", &place)])
        })
    };
    let confirm = move |()| {
        let wanted = match propagation.get_untracked().as_str() {
            "foreground" => Propagation::Foreground,
            "orphan" => Propagation::Orphan,
            _ => Propagation::Background,
        };
        let address = live.address();
        let shown = address.name.clone();
        work.run(
            async move { objects::delete(&address, wanted).await },
            move |deletion| {
                let done = if deletion.gone {
                    text::object::done::DELETED
                } else {
                    text::object::done::DELETING
                };
                toasts.success(done.with(&[("name", &shown)]));
                live.reload();
            },
        );
    };
    // What stands for many others, and a name that costs an outage, is typed first.
    let is_grave = address.with_value(|address| kinds::is_grave(&address.kind));
    let dialog = move |type_name: Option<Signal<String>>| {
        let body = move || {
            view! {
                <p>{sentence}</p>
                <p>{move || address.with_value(|address| kinds::consequence_of_deletion(&address.kind))}</p>
                <Select label=text::object::delete::DEPENDENTS value=propagation options=choices />
            }
        };
        match type_name {
            Some(type_name) => view! {
                <ConfirmDialog open title=delete_title(name) action=text::object::action::DELETE on_confirm=confirm
                    busy=work.busy failure=work.failure type_name>
                    {body}
                </ConfirmDialog>
            }
            .into_any(),
            None => view! {
                <ConfirmDialog open title=delete_title(name) action=text::object::action::DELETE on_confirm=confirm
                    busy=work.busy failure=work.failure>
                    {body}
                </ConfirmDialog>
            }
            .into_any(),
        }
    };
    dialog(is_grave.then_some(name))
}

fn delete_title(name: Signal<String>) -> Signal<String> {
    Signal::derive(move || text::object::delete::TITLE.with(&[("name", &name.get())]))
}
