//! What happened, newest first.

use crate::i18n::text;
use crate::routes::{KindPath, ObjectTab, Page};
use crate::ui::{Age, StatusBadge};
use leptos::prelude::*;
use muster_api::object::ObjectEvent;
use muster_api::resource::Health;
use std::collections::HashMap;

/// The events of a rollout.
#[component]
pub(super) fn EventList(events: Memo<Vec<ObjectEvent>>, cluster: String) -> impl IntoView {
    let cluster = StoredValue::new(cluster);
    view! {
        <Show
            when=move || !events.read().is_empty()
            fallback=|| view! { <p class="overview-padded dim">{text::rollout::NO_EVENTS}</p> }
        >
            <ul class="rollout-events" tabindex="0" aria-label=move || text::rollout::EVENTS.get()>
                <For each=move || keyed(events.get()) key=|(key, _)| key.clone() let:line>
                    <EventLine event=line.1 cluster=cluster.get_value() />
                </For>
            </ul>
        </Show>
    }
    .into_any()
}

/// Each event with a key that no other has. Counted again, an event is a changed one, so all that is shown of it is in its
/// key; events that are alike in all of it (a rollout scales up and down in the same second) are numbered.
fn keyed(events: Vec<ObjectEvent>) -> Vec<(String, ObjectEvent)> {
    let mut seen = HashMap::<String, u32>::new();
    events
        .into_iter()
        .map(|event| {
            let ObjectEvent {
                object,
                reason,
                message,
                count,
                last_seen,
                ..
            } = &event;
            let key = format!(
                "{}/{}/{reason}/{count}/{last_seen:?}/{message}",
                object.kind, object.name
            );
            let times = seen.entry(key.clone()).and_modify(|times| *times += 1).or_default();
            (format!("{key}#{times}"), event)
        })
        .collect()
}

#[component]
fn EventLine(event: ObjectEvent, cluster: String) -> impl IntoView {
    let health = if event.kind == "Warning" {
        Health::Warn
    } else {
        Health::Idle
    };
    let object = event.object;
    let shown_name = format!("{} {}", object.kind, object.name);
    let href = Page::Object {
        cluster,
        kind: KindPath::new(&object.group, &object.version, &object.resource),
        namespace: object.namespace,
        name: object.name,
        tab: ObjectTab::Overview,
    }
    .href();
    let count = event.count;
    view! {
        <li>
            <div class="rollout-event-head">
                <StatusBadge health=health word=event.reason />
                {(count > 1)
                    .then(|| {
                        view! { <span class="chip">{move || text::rollout::TIMES.with(&[("count", &count)])}</span> }
                    })}
                <span class="grow"></span>
                {event.last_seen.map(|last_seen| view! { <small><Age since=last_seen /></small> })}
            </div>
            <span>{event.message}</span>
            <small>
                <a href=href>{shown_name}</a>
            </small>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_api::object::ObjectReference;

    #[test]
    fn events_that_are_alike_keep_keys_of_their_own() {
        let object = ObjectReference {
            group: "apps".into(),
            version: "v1".into(),
            resource: "deployments".into(),
            kind: "Deployment".into(),
            namespace: Some("shop".into()),
            name: "web".into(),
        };
        let event = |message: &str| ObjectEvent {
            kind: "Normal".into(),
            reason: "ScalingReplicaSet".into(),
            message: message.into(),
            count: 1,
            first_seen: None,
            last_seen: Some("2026-11-24T01:23:25Z".into()),
            source: "deployment-controller".into(),
            object: object.clone(),
        };
        let keys: Vec<_> = keyed(vec![event("up"), event("down"), event("up")])
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(
            keys.iter().collect::<std::collections::HashSet<_>>().len(),
            3,
            "{keys:?}"
        );
    }
}
