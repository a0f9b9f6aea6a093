//! Owners, children and links of an object.

use super::page_of;
use crate::api_client::objects::{self, ObjectAddress};
use crate::i18n::{self, Text, text};
use crate::routes::ObjectTab;
use crate::shell::kinds;
use crate::state::loader::Loader;
use crate::ui::{Card, EmptyState, IconName, LoadFrame, Notice, StatusBadge};
use leptos::prelude::*;
use muster_api::object::{RelatedObject, Relations};
use std::time::Duration;

/// How often relations are read again while they are looked at.
const RHYTHM: Duration = Duration::from_secs(10);

/// The object's relatives, each with its status.
#[component]
pub fn RelatedObjects(address: ObjectAddress) -> impl IntoView {
    let cluster = address.cluster.clone();
    let loader = Loader::new(move || {
        let address = address.clone();
        async move { objects::related(&address).await }
    })
    .every(RHYTHM);
    let relations = Memo::new(move |_| loader.value().unwrap_or_default());
    let part =
        move |part: fn(&Relations) -> &Vec<RelatedObject>| Memo::new(move |_| relations.with(|all| part(all).clone()));
    let owners = part(|relations| &relations.owners);
    let children = part(|relations| &relations.children);
    let links = part(|relations| &relations.links);
    let not_seen = Memo::new(move |_| relations.with(|relations| relations.not_seen.clone()));
    let nothing = move || relations.with(|relations| *relations == Relations::default());
    let cluster = StoredValue::new(cluster);
    view! {
        <LoadFrame loader>
            <Show
                when=move || !nothing()
                fallback=|| view! { <EmptyState title=text::object::related::NONE icon=IconName::Link /> }
            >
                <div class="stack">
                    {move || {
                        not_seen.get().into_iter().map(|said| view! { <Notice>{move || i18n::said(&said)}</Notice> }).collect_view()
                    }}
                    <Group cluster title=text::object::related::OWNERS objects=owners />
                    <Group cluster title=text::object::related::CHILDREN objects=children />
                    <Group cluster title=text::object::related::LINKS objects=links />
                </div>
            </Show>
        </LoadFrame>
    }
    .into_any()
}

/// Relatives of one sort. A line stays as it is while its object does.
#[component]
fn Group(cluster: StoredValue<String>, title: Text, objects: Memo<Vec<RelatedObject>>) -> impl IntoView {
    view! {
        <Show when=move || !objects.read().is_empty()>
            <Card title=title flush=true>
                <ul class="related-list">
                    <For each=move || objects.get() key=|related| format!("{related:?}") let:related>
                        {cluster.with_value(|cluster| line(cluster, related))}
                    </For>
                </ul>
            </Card>
        </Show>
    }
    .into_any()
}

fn line(cluster: &str, related: RelatedObject) -> AnyView {
    let address = ObjectAddress::of(cluster, &related.object);
    let kind = address.kind.clone();
    let relation = related.relation;
    let depth = format!("related-line related-depth-{}", related.depth.min(4));
    view! {
        <li class=depth>
            <span class="related-kind dim">{move || kinds::singular(&kind)}</span>
            <a href=page_of(&address, ObjectTab::Overview).href()>{related.object.name}</a>
            <span class="grow"></span>
            {related.status.map(|status| view! { <StatusBadge health=related.health word=status /> })}
            <span class="dim related-relation">
                {move || i18n::lookup_or("object.related.relation", &relation, &relation)}
            </span>
        </li>
    }
    .into_any()
}
