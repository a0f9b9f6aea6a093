//! Owners, children and links of an object.

use super::page_of;
use crate::api_client::objects::{self, ObjectAddress};
use crate::i18n::{self, Text, text};
use crate::routes::ObjectTab;
use crate::shell::kinds;
use crate::state::loader::Loader;
use crate::ui::{Card, EmptyState, IconName, LoadView, Notice, StatusBadge};
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
    view! { <LoadView loader view=move |relations| relations_view(&cluster, relations) /> }.into_any()
}

fn relations_view(cluster: &str, relations: Relations) -> AnyView {
    let nothing = relations.owners.is_empty()
        && relations.children.is_empty()
        && relations.links.is_empty()
        && relations.not_seen.is_empty();
    if nothing {
        return view! { <EmptyState title=text::object::related::NONE icon=IconName::Link /> }.into_any();
    }
    view! {
        <div class="stack">
            {relations.not_seen.into_iter().map(|sentence| view! { <Notice>{sentence}</Notice> }).collect_view()}
            {group(cluster, text::object::related::OWNERS, relations.owners)}
            {group(cluster, text::object::related::CHILDREN, relations.children)}
            {group(cluster, text::object::related::LINKS, relations.links)}
        </div>
    }
    .into_any()
}

fn group(cluster: &str, title: Text, objects: Vec<RelatedObject>) -> Option<AnyView> {
    if objects.is_empty() {
        return None;
    }
    let lines = objects.into_iter().map(|related| line(cluster, related)).collect_view();
    Some(view! { <Card title=title flush=true><ul class="related-list">{lines}</ul></Card> }.into_any())
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
