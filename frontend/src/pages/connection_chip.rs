//! How the live socket is: what is on screen may be old while it is away.

use crate::i18n::text;
use crate::state::live::{Connection, use_live};
use crate::ui::Chip;
use leptos::prelude::*;
use muster_api::resource::Health;

/// The chip beside a heading.
#[component]
pub fn ConnectionChip() -> impl IntoView {
    let connection = use_live().connection();
    view! {
        {move || {
            let (health, word) = match connection.get() {
                Connection::Live => (Health::Good, text::list::live::LIVE),
                Connection::Offline => (Health::Bad, text::list::live::OFFLINE),
                Connection::Idle | Connection::Connecting => (Health::Busy, text::list::live::CONNECTING),
                Connection::Reconnecting => (Health::Busy, text::list::live::RECONNECTING),
            };
            view! { <Chip health=health>{word}</Chip> }
        }}
    }
}
