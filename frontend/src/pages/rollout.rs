//! A Deployment's rollout as it happens: how far it is, its pods, and why one of them does not run.

mod actions;
mod events;
pub mod explanation;
mod progress;
mod replica_sets;

use crate::api_client::ApiFailure;
use crate::api_client::objects::{self, ObjectAddress};
use crate::browser;
use crate::i18n::{self, Text, text};
use crate::pages::connection_chip::ConnectionChip;
use crate::pages::not_seen::NotSeen;
use crate::pages::object::listen_elsewhere;
use crate::routes::{self, KindPath, ObjectTab};
use crate::state::dock::DockTab;
use crate::state::live::{LiveEvent, use_live};
use crate::state::loader::Loader;
use crate::ui::{Card, EmptyState, Icon, LinkButton, LoadFrame, Page, PageHeader, health_class, health_icon};
use actions::RolloutActions;
use events::EventList;
use explanation::ExplanationView;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use muster_api::resource::{Health, ResourceQuery};
use muster_api::rollout::{Rollout, RolloutState};
use muster_api::said::Said;
use replica_sets::ReplicaSetCards;
use std::time::Duration;

/// How often it is considered whether to look again.
const BEAT: Duration = Duration::from_secs(1);

/// The page of one rollout.
#[component]
pub fn RolloutPage() -> impl IntoView {
    let parameters = use_params_map();
    let address = Memo::new(move |_| {
        parameters.with(|parameters| {
            let part = |name: &str| parameters.get(name).unwrap_or_default();
            ObjectAddress {
                cluster: part("cluster"),
                kind: KindPath::new("apps", "v1", "deployments"),
                namespace: Some(part("namespace")),
                name: part("name"),
            }
        })
    });
    let loader = Loader::new(move || {
        let deployment = address.get();
        async move { objects::rollout(&deployment).await }
    });
    look_again(loader, address);
    listen_elsewhere(address, first_log(loader, address));
    let title = Signal::derive(move || text::rollout::TITLE.with(&[("name", &address.get().name)]));
    let is_gone = Memo::new(move |_| {
        loader
            .stale()
            .get()
            .is_some_and(|failure| failure.status() == Some(404))
    });
    let gone = move |failure: ApiFailure| (failure.status() == Some(404)).then(|| gone(&address.get()));
    let object_href = Signal::derive(move || {
        let ObjectAddress {
            cluster,
            kind,
            namespace,
            name,
        } = address.get();
        routes::Page::Object {
            cluster,
            kind,
            namespace,
            name,
            tab: ObjectTab::Overview,
        }
        .href()
    });
    view! {
        <Page title=title>
            <PageHeader title=title detail=Signal::derive(move || address.get().namespace.unwrap_or_default())>
                <LinkButton href=object_href>
                    {text::rollout::OPEN_OBJECT}
                </LinkButton>
                <Show when=move || loader.value().is_some() && !is_gone.get()>
                    <RolloutActions loader address />
                </Show>
            </PageHeader>
            <Show
                when=move || !is_gone.get()
                fallback=move || self::gone(&address.get())
            >
                <LoadFrame loader on_failure=gone>
                    <Content loader address />
                </LoadFrame>
            </Show>
        </Page>
    }
    .into_any()
}

/// The log of the first pod of the newest version, else of any.
fn first_log(loader: Loader<Rollout>, address: Memo<ObjectAddress>) -> Signal<Option<DockTab>> {
    Signal::derive(move || {
        let rollout = loader.value()?;
        let newest = rollout
            .replica_sets
            .iter()
            .find(|set| set.newest && !set.pods.is_empty());
        let set = newest.or_else(|| rollout.replica_sets.iter().find(|set| !set.pods.is_empty()))?;
        let pod = set.pods.first()?;
        let ObjectAddress { cluster, namespace, .. } = address.get();
        DockTab::log_of(&ObjectAddress {
            cluster,
            kind: KindPath::new("core", "v1", "pods"),
            namespace,
            name: pod.name.clone(),
        })
    })
}

/// Looks again when the Deployment's row changes live, and by the clock while it moves; never while the tab is hidden.
fn look_again(loader: Loader<Rollout>, address: Memo<ObjectAddress>) {
    let since = StoredValue::new(0_u32);
    let beat = move || {
        if !browser::is_visible() {
            return;
        }
        let state = untrack(|| loader.value()).map(|rollout| rollout.state);
        let waited = since.get_value() + 1;
        let due = waited >= progress::seconds_until_next_look(state) && !loader.is_waiting();
        since.set_value(if due { 0 } else { waited });
        if due {
            loader.reload();
        }
    };
    if let Ok(interval) = set_interval_with_handle(beat, BEAT) {
        on_cleanup(move || interval.clear());
    }
    let live = use_live();
    Effect::new(move |_| {
        let deployment = address.get();
        let mut query = ResourceQuery::of("apps", "v1", "deployments");
        query.clusters = vec![deployment.cluster];
        query.namespaces = deployment.namespace.into_iter().collect();
        query.filter = format!("name={}", deployment.name);
        query.page_size = 1;
        let id = live.subscribe(query, move |event| {
            if matches!(event, LiveEvent::Delta(_)) && browser::is_visible() {
                since.set_value(0);
                loader.reload();
            }
        });
        on_cleanup(move || live.unsubscribe(&id));
    });
}

/// There is no such Deployment (any more).
fn gone(address: &ObjectAddress) -> AnyView {
    let name = address.name.clone();
    let list = routes::Page::List {
        cluster: Some(address.cluster.clone()),
        kind: address.kind.clone(),
    }
    .href();
    view! {
        <EmptyState
            title=Signal::derive(move || text::rollout::GONE_TITLE.with(&[("name", &name)]))
            detail=text::rollout::GONE_BODY
        >
            <LinkButton href=list>{text::rollout::TO_LIST}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

#[component]
fn Content(loader: Loader<Rollout>, address: Memo<ObjectAddress>) -> impl IntoView {
    let whole = move || loader.value();
    let explanation = Memo::new(move |_| whole().and_then(|rollout| rollout.explanation));
    let not_seen = Memo::new(move |_| whole().map(|rollout| rollout.not_seen).unwrap_or_default());
    let events = Memo::new(move |_| whole().map(|rollout| rollout.events).unwrap_or_default());
    view! {
        <div class="rollout">
            <div class="rollout-main">
                <StateCard loader />
                {move || (!not_seen.read().is_empty()).then(|| view! { <NotSeen title=text::rollout::NOT_SEEN said=not_seen.get() /> })}
                {move || {
                    explanation
                        .get()
                        .map(|explanation| {
                            view! {
                                <Card title=text::rollout::NO_PODS_TITLE flush=true>
                                    <ExplanationView explanation health=Health::Bad />
                                </Card>
                            }
                        })
                }}
                <ReplicaSetCards loader address />
            </div>
            <div class="rollout-side">
                <Card title=text::rollout::EVENTS flush=true>
                    <EventList events cluster=address.get_untracked().cluster />
                </Card>
            </div>
        </div>
    }
    .into_any()
}

const fn health_of(state: RolloutState) -> Health {
    match state {
        RolloutState::Progressing => Health::Busy,
        RolloutState::Complete => Health::Good,
        RolloutState::Paused => Health::Idle,
        RolloutState::Stuck => Health::Bad,
    }
}

const fn word_of(state: RolloutState) -> Text {
    match state {
        RolloutState::Progressing => text::rollout::state::PROGRESSING,
        RolloutState::Complete => text::rollout::state::COMPLETE,
        RolloutState::Paused => text::rollout::state::PAUSED,
        RolloutState::Stuck => text::rollout::state::STUCK,
    }
}

/// How the rollout is. Why it does not move is left to the cards below, where one says it.
fn sentences_of(rollout: &Rollout) -> Vec<Said> {
    let pods = rollout.replica_sets.iter().flat_map(|set| &set.pods);
    let explained = pods
        .filter_map(|pod| pod.explanation.as_ref())
        .chain(&rollout.explanation)
        .flat_map(|explanation| &explanation.said)
        .collect::<Vec<_>>();
    let said = rollout.said.iter().filter(|said| !explained.contains(said));
    said.cloned().collect()
}

#[component]
fn StateCard(loader: Loader<Rollout>) -> impl IntoView {
    let state = Memo::new(move |_| {
        loader
            .value()
            .map_or(RolloutState::Progressing, |rollout| rollout.state)
    });
    let said = Memo::new(move |_| loader.value().as_ref().map(sentences_of).unwrap_or_default());
    let sentence = move || said.with(|said| i18n::all_said(said));
    let shares = Memo::new(move |_| loader.value().as_ref().map(progress::shares));
    let width = move |part: fn(progress::Shares) -> f64| move || format!("{}%", shares.get().map_or(0.0, part));
    let number = move |name: Text, part: fn(&Rollout) -> u32| {
        let value = Memo::new(move |_| loader.value().as_ref().map(part).unwrap_or_default());
        view! { <div><dt>{name}</dt><dd>{move || value.get()}</dd></div> }
    };
    view! {
        <Card>
            <div class="rollout-state">
                <div class="rollout-headline" role="status">
                    <span class=move || format!("status status-{}", health_class(health_of(state.get())))>
                        <Icon name=Signal::derive(move || health_icon(health_of(state.get()))) />
                        {move || word_of(state.get()).get()}
                    </span>
                    <span class="grow"></span>
                    <ConnectionChip />
                </div>
                <p>{sentence}</p>
                <div
                    class="rollout-bar"
                    role="progressbar"
                    aria-label=move || text::rollout::PROGRESS.get()
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=move || format!("{:.0}", shares.get().map_or(0.0, |shares| shares.available))
                    aria-valuetext=sentence
                >
                    <i class="available" style:width=width(|shares| shares.available)></i>
                    <i class="coming" style:width=width(|shares| shares.coming)></i>
                </div>
                <dl class="rollout-numbers">
                    {number(text::rollout::DESIRED, |rollout| rollout.desired)}
                    {number(text::rollout::UPDATED, |rollout| rollout.updated)}
                    {number(text::rollout::READY, |rollout| rollout.ready)}
                    {number(text::rollout::AVAILABLE, |rollout| rollout.available)}
                </dl>
            </div>
        </Card>
    }
    .into_any()
}
