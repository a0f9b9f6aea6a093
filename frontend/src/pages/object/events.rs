//! What happened to an object.

use crate::api_client::objects::{self, ObjectAddress};
use crate::i18n::text;
use crate::state::loader::Loader;
use crate::ui::{Age, Button, EmptyState, IconName, LoadFrame, StatusBadge};
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::object::ObjectEvent;
use muster_api::resource::Health;
use std::collections::HashMap;
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
    let events = Memo::new(move |_| {
        let events = loader.value().map(|events: Collection<ObjectEvent>| events.items);
        events.unwrap_or_default()
    });
    view! {
        <div class="tab-tools">
            <span class="grow"></span>
            <Button icon=IconName::Restart on_press=move |_| loader.reload()>
                {text::object::events::RELOAD}
            </Button>
        </div>
        <LoadFrame loader>
            <Show
                when=move || !events.read().is_empty()
                fallback=|| {
                    view! {
                        <EmptyState
                            title=text::object::events::EMPTY
                            detail=text::object::events::EMPTY_HINT
                            icon=IconName::Event
                        />
                    }
                }
            >
                <EventList events />
            </Show>
        </LoadFrame>
    }
    .into_any()
}

/// Events as lines: when, what, the message. A line stays as it is while its event does.
#[component]
pub fn EventList(#[prop(into)] events: Signal<Vec<ObjectEvent>>) -> impl IntoView {
    view! {
        <ul class="event-list">
            <For
                each=move || numbered(events.get())
                key=|(key, _)| key.clone()
                children=|(_, event)| view! { <EventLine event /> }
            />
        </ul>
    }
    .into_any()
}

/// Each event with a key of its own: what it says, and the how-many-th it is that says so.
fn numbered(events: Vec<ObjectEvent>) -> Vec<((String, usize), ObjectEvent)> {
    let mut seen = HashMap::<String, usize>::new();
    events
        .into_iter()
        .map(|event| {
            let says = format!("{event:?}");
            let number = seen.entry(says.clone()).or_default();
            *number += 1;
            ((says, *number), event)
        })
        .collect()
}

#[component]
fn EventLine(event: ObjectEvent) -> impl IntoView {
    let health = if event.kind == "Warning" {
        Health::Warn
    } else {
        Health::Idle
    };
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
    .into_any()
}
