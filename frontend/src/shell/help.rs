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
    let groups = [
        (
            text::shell::keys::EVERYWHERE,
            vec![
                ("Ctrl K", text::shell::keys::SEARCH),
                ("/", text::shell::keys::FILTER),
                ("?", text::shell::keys::HELP),
            ],
        ),
        (
            text::shell::keys::LIST,
            vec![
                ("j k ↓ ↑", text::shell::keys::ROWS),
                ("Enter", text::shell::keys::OPEN),
                ("x", text::shell::keys::CHOOSE),
            ],
        ),
        (
            text::shell::keys::OBJECT,
            vec![
                ("l", text::shell::keys::LOGS),
                ("s", text::shell::keys::SHELL),
                ("y", text::shell::keys::YAML),
                ("e", text::shell::keys::EDIT),
                ("Esc", text::shell::keys::CLOSE),
            ],
        ),
    ];
    view! {
        <Dialog open=panels.help title=text::shell::keys::TITLE>
            {groups
                .iter()
                .map(|(title, keys)| {
                    view! {
                        <h3>{*title}</h3>
                        <dl class="key-list">
                            {keys
                                .iter()
                                .map(|(names, what)| {
                                    view! {
                                        <dt>{names.split(' ').map(|name| view! { <Kbd key=name /> }).collect_view()}</dt>
                                        <dd>{*what}</dd>
                                    }
                                })
                                .collect_view()}
                        </dl>
                    }
                })
                .collect_view()}
        </Dialog>
    }
    .into_any()
}
