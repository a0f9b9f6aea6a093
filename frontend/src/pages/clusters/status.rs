//! How a cluster is: the word, why it is not ready, and when that was found.

use super::reason_text;
use crate::format::sentence::capitalized;
use crate::i18n::{Text, language, text};
use crate::ui::{Age, StatusBadge};
use leptos::prelude::*;
use muster_api::cluster::{ClusterHealth, ClusterState};
use muster_api::resource::Health;
use muster_api::session::Language;

/// The colour of a state.
pub const fn health_of(state: ClusterState) -> Health {
    match state {
        ClusterState::Unknown => Health::Unknown,
        ClusterState::Ready => Health::Good,
        ClusterState::Failing | ClusterState::Unreachable => Health::Bad,
    }
}

/// The word of a state.
pub const fn word_of(state: ClusterState) -> Text {
    match state {
        ClusterState::Unknown => text::clusters::state::UNKNOWN,
        ClusterState::Ready => text::clusters::state::READY,
        ClusterState::Failing => text::clusters::state::FAILING,
        ClusterState::Unreachable => text::clusters::state::UNREACHABLE,
    }
}

/// Why a cluster is not ready, as one sentence; the server's own words in English, which name the address and the
/// cause.
pub fn sentence_of(health: &ClusterHealth) -> Option<String> {
    let translated = health.reason.as_deref().and_then(reason_text).map(str::to_owned);
    match language() {
        Language::English => health.message.clone().or(translated),
        Language::SimplifiedChinese => translated.or_else(|| health.message.clone()),
    }
}

/// The state with its reason.
#[component]
pub fn ClusterStatus(
    /// What the last check found.
    health: ClusterHealth,
) -> impl IntoView {
    let state = health.state;
    let is_ready = state == ClusterState::Ready;
    let checked_at = health.checked_at.clone();
    let health = StoredValue::new(health);
    let headline = move || health.with_value(|health| health.reason.as_deref().and_then(reason_text));
    // The headline is the reason in the person's language; the server's sentence adds address and cause.
    let detail = move || health.with_value(|health| health.message.as_deref().map(capitalized));
    view! {
        <div class="cluster-status">
            <StatusBadge health=health_of(state) word=word_of(state) />
            <Show when=move || !is_ready>
                <div class="clusters-why">
                    <p>{headline}</p>
                    <p class="clusters-detail">{detail}</p>
                    {checked_at
                        .clone()
                        .map(|checked_at| {
                            view! {
                                <p class="clusters-detail">{text::clusters::CHECKED_AGE} " " <Age since=checked_at /></p>
                            }
                        })}
                </div>
            </Show>
        </div>
    }
    .into_any()
}
