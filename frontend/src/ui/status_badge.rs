//! A status: icon, word and colour together, never colour alone.

use super::{Icon, IconName};
use leptos::prelude::*;
use muster_api::resource::Health;

/// The class that colours this health.
pub const fn health_class(health: Health) -> &'static str {
    match health {
        Health::Good => "good",
        Health::Warn => "warn",
        Health::Bad => "bad",
        Health::Busy => "busy",
        Health::Idle => "idle",
        Health::Unknown => "unknown",
    }
}

/// The icon that goes with this health.
pub const fn health_icon(health: Health) -> IconName {
    match health {
        Health::Good => IconName::Good,
        Health::Warn => IconName::Warn,
        Health::Bad => IconName::Bad,
        Health::Busy => IconName::Busy,
        Health::Idle => IconName::Idle,
        Health::Unknown => IconName::Unknown,
    }
}

/// A status word with its icon and colour. Status words are kubectl's and not translated.
#[component]
pub fn StatusBadge(
    /// How it is.
    #[prop(into)]
    health: Signal<Health>,
    /// The word; without one only the icon is drawn, and something beside it must say the same.
    #[prop(into)]
    word: Signal<String>,
) -> impl IntoView {
    view! {
        <span class=move || format!("status status-{}", health_class(health.get()))>
            <Icon name=Signal::derive(move || health_icon(health.get())) />
            <span class="status-word">{move || word.get()}</span>
        </span>
    }
    .into_any()
}
