//! The keys, written down.

use super::Panels;
use crate::i18n::text;
use crate::ui::{Dialog, Kbd};
use leptos::prelude::*;

/// The dialog behind `?`.
#[component]
pub fn HelpDialog() -> impl IntoView {
    let Some(panels) = use_context::<Panels>() else {
        return ().into_any();
    };
    let keys = [
        ("Ctrl K", text::shell::keys::SEARCH),
        ("/", text::shell::keys::FILTER),
        ("?", text::shell::keys::HELP),
        ("Esc", text::shell::keys::CLOSE),
        ("j k ↓ ↑", text::shell::keys::ROWS),
        ("Enter", text::shell::keys::OPEN),
        ("x", text::shell::keys::CHOOSE),
        ("l", text::shell::keys::LOGS),
        ("y", text::shell::keys::YAML),
        ("e", text::shell::keys::EDIT),
    ];
    view! {
        <Dialog open=panels.help title=text::shell::keys::TITLE>
            <dl class="key-list">
                {keys
                    .into_iter()
                    .map(|(names, what)| {
                        view! {
                            <dt>{names.split(' ').map(|name| view! { <Kbd key=name /> }).collect_view()}</dt>
                            <dd>{what}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
        </Dialog>
    }
    .into_any()
}
