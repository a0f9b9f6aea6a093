//! What needs a look, worst first, each with why and a way to it.

use crate::i18n::text;
use crate::routes::{KindPath, ObjectTab, Page};
use crate::ui::{Card, StatusBadge};
use leptos::prelude::*;
use muster_api::cluster::UnhealthyObject;
use muster_api::resource::Health;

/// The card of unhealthy objects.
#[component]
pub(super) fn UnhealthyCard(objects: Vec<UnhealthyObject>, cluster: String, saw_everything: bool) -> impl IntoView {
    let body = if objects.is_empty() {
        let (health, say) = if saw_everything {
            (Health::Good, text::cluster_overview::UNHEALTHY_NONE)
        } else {
            (Health::Unknown, text::cluster_overview::UNHEALTHY_UNSURE)
        };
        view! { <div class="overview-padded"><StatusBadge health=health word=say /></div> }.into_any()
    } else {
        let lines = objects
            .into_iter()
            .map(|object| view! { <UnhealthyLine object cluster=cluster.clone() /> });
        view! { <ul class="overview-unhealthy">{lines.collect_view()}</ul> }.into_any()
    };
    view! {
        <Card title=text::cluster_overview::UNHEALTHY flush=true>
            {body}
        </Card>
    }
    .into_any()
}

#[component]
fn UnhealthyLine(object: UnhealthyObject, cluster: String) -> impl IntoView {
    let kind = KindPath::parse(&object.kind);
    let kind_name = kind
        .as_ref()
        .and_then(KindPath::known)
        .map_or_else(|| object.kind.clone(), |kind| kind.kind.to_owned());
    let href = kind.map(|kind| {
        let (namespace, name) = (object.namespace.clone(), object.name.clone());
        Page::Object {
            cluster,
            kind,
            namespace,
            name,
            tab: ObjectTab::Overview,
        }
        .href()
    });
    let full_name = object
        .namespace
        .as_ref()
        .map_or_else(|| object.name.clone(), |space| format!("{space}/{}", object.name));
    view! {
        <li>
            <div class="overview-object">
                <StatusBadge health=object.health word=object.status />
                <span>
                    <span class="dim">{kind_name} " "</span>
                    <a href=href>{full_name}</a>
                </span>
            </div>
            {object.message.map(|message| view! { <p>{message}</p> })}
        </li>
    }
    .into_any()
}
