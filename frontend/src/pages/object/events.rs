//! What happened to an object.

use crate::api_client::objects::{self, ObjectAddress};
use crate::i18n::text;
use crate::state::loader::Loader;
use crate::ui::{Age, Button, EmptyState, IconName, LoadView, StatusBadge};
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::object::ObjectEvent;
use muster_api::resource::Health;
use std::time::Duration;

/// How often events are read again while they are looked at.
const RHYTHM: Duration = Duration::from_secs(5);

/// The events of an object, newest first.
#[component]
pub fn ObjectEvents(address: ObjectAddress) -> impl IntoView {
    let loader = Loader::new(move || {
        let address = address.clone();
        async move { objects::events(&address).await }
    })
    .every(RHYTHM);
    view! {
        <div class="tab-tools">
            <span class="grow"></span>
            <Button icon=IconName::Restart on_press=move |_| loader.reload()>
                {text::object::events::RELOAD}
            </Button>
        </div>
        <LoadView loader view=events_view />
    }
    .into_any()
}

fn events_view(events: Collection<ObjectEvent>) -> AnyView {
    if events.items.is_empty() {
        return view! {
            <EmptyState
                title=text::object::events::EMPTY
                detail=text::object::events::EMPTY_HINT
                icon=IconName::Event
            />
        }
        .into_any();
    }
    view! { <EventList events=events.items /> }.into_any()
}

/// Events as lines: when, what, the message.
#[component]
pub fn EventList(events: Vec<ObjectEvent>) -> impl IntoView {
    view! {
        <ul class="event-list">
            {events
                .into_iter()
                .map(|event| {
                    let health = if event.kind == "Warning" { Health::Warn } else { Health::Idle };
                    let count = u64::from(event.count);
                    view! {
                        <li class="event">
                            <span class="event-age">{event.last_seen.map(|seen| view! { <Age since=seen /> })}</span>
                            <StatusBadge health word=event.reason />
                            <span class="event-message">{event.message}</span>
                            <span class="dim event-source">
                                {(count > 1).then_some(move || format!("{} · ", text::object::events::TIMES.count(count)))}
                                {event.source}
                            </span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}
