//! An object in short, beside its list.

use super::actions::ObjectActions;
use super::events::EventList;
use super::facts;
use super::overview::WhyNot;
use super::page_of;
use super::parts::facts_view;
use super::source::{LiveObject, Phase, StaleNotice};
use crate::api_client::objects::{self, ObjectAddress};
use crate::i18n::text;
use crate::routes::ObjectTab;
use crate::shell::kinds;
use crate::state::loader::{Load, Loader};
use crate::ui::{EmptyState, FailurePanel, IconName, LinkButton, Notice, Skeleton, StatusBadge};
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::object::ObjectEvent;
use std::time::Duration;

/// How many events the panel shows; the page has all.
const SHOWN_EVENTS: usize = 8;
/// How often they are read again.
const RHYTHM: Duration = Duration::from_secs(10);

/// The content of the drawer that opens beside a list: status, why it does not run, facts, actions, the newest events.
#[component]
pub fn ObjectPanel(
    /// Which object.
    #[prop(into)]
    address: Signal<ObjectAddress>,
) -> impl IntoView {
    // Another object is another panel: nothing of the last one stays.
    let address = Memo::new(move |_| address.get());
    view! { {move || view! { <PanelContent address=address.get() /> }} }.into_any()
}

#[component]
fn PanelContent(address: ObjectAddress) -> impl IntoView {
    let live = LiveObject::new(address.clone());
    let is_pod = address.kind.is("core", "pods");
    let page = page_of(&address, ObjectTab::Overview).href();
    let kind = address.kind.clone();
    let namespace = address.namespace.clone();
    let stored = StoredValue::new(address);
    let object = live.value();
    let facts =
        Memo::new(move |_| object.with(|object| stored.with_value(|address| facts::facts(&address.kind, object))));
    let body = move || {
        view! {
            <StaleNotice live />
            {is_pod.then(|| view! { <WhyNot live /> })}
            {move || stored.with_value(|address| facts_view(&address.cluster, facts.get()))}
            <div class="panel-actions">
                <ObjectActions live />
            </div>
            <PanelEvents address=stored.get_value() />
        }
        .into_any()
    };
    view! {
        <div class="object-panel">
            <div class="row panel-status">
                {move || {
                    live.row()
                        .get()
                        .filter(|row| !row.status.is_empty())
                        .map(|row| view! { <StatusBadge health=row.health word=row.status /> })
                }}
                <span class="chip">{move || kinds::singular(&kind)}</span>
                {namespace.map(|namespace| view! { <span class="chip">{namespace}</span> })}
                <span class="grow"></span>
                <LinkButton href=page icon=IconName::External>
                    {text::object::action::OPEN_PAGE}
                </LinkButton>
            </div>
            {move || match live.phase().get() {
                Phase::Loading => view! { <Skeleton lines=6 /> }.into_any(),
                Phase::Failed(failure) if failure.status() == Some(404) => {
                    view! { <EmptyState title=text::object::GONE icon=IconName::Unknown /> }.into_any()
                }
                Phase::Failed(failure) => view! { <FailurePanel failure on_retry=move |()| live.reload() /> }.into_any(),
                Phase::Ready if live.gone().get() => {
                    view! { <EmptyState title=text::object::GONE icon=IconName::Unknown /> }.into_any()
                }
                Phase::Ready => body(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn PanelEvents(address: ObjectAddress) -> impl IntoView {
    let loader = Loader::new(move || {
        let address = address.clone();
        async move { objects::events(&address).await }
    })
    .every(RHYTHM);
    let newest = Memo::new(move |_| {
        let events = loader.value().map(|events: Collection<ObjectEvent>| events.items);
        events
            .unwrap_or_default()
            .into_iter()
            .take(SHOWN_EVENTS)
            .collect::<Vec<_>>()
    });
    let failure = Memo::new(move |_| match loader.state().get() {
        Load::Failed(failure) => Some(failure),
        Load::Loading | Load::Ready(_) => loader.stale().get(),
    });
    view! {
        <Show when=move || !newest.read().is_empty() || failure.read().is_some()>
            <section>
                <h3>{text::object::section::RECENT_EVENTS}</h3>
                {move || {
                    failure
                        .get()
                        .map(|failure| {
                            let sentence = move || text::object::events::UNREAD.with(&[("reason", &failure.sentence())]);
                            view! { <Notice>{sentence}</Notice> }
                        })
                }}
                <EventList events=newest />
            </section>
        </Show>
    }
    .into_any()
}
