//! One cluster at a glance: is it well, how full is it, what runs, and what needs a look.

mod capacity;
mod gauge;
mod kubeconfig;
mod unhealthy;
mod workloads;

use crate::api_client;
use crate::i18n::text;
use crate::pages::clusters::check_now;
use crate::pages::clusters::status::{health_of, sentence_of, word_of};
use crate::pages::not_seen::NotSeen;
use crate::pages::permission::GuardedLink;
use crate::routes;
use crate::state::clusters::use_clusters;
use crate::state::loader::Loader;
use crate::state::toasts::use_toasts;
use crate::ui::{
    Age, Button, ButtonKind, Card, Chip, EmptyState, IconName, LinkButton, LoadFrame, Notice, Page, PageHeader,
    Properties, Property, StatusBadge,
};
use capacity::CapacityCards;
use kubeconfig::KubeconfigButton;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use muster_api::cluster::{Cluster, ClusterOverview, ClusterState};
use muster_api::resource::Health;
use std::time::Duration;
use unhealthy::UnhealthyCard;
use workloads::WorkloadsCard;

/// How often the overview is read again while somebody looks.
const REFRESHED_EVERY: Duration = Duration::from_secs(5);

/// The first page of a cluster.
#[component]
pub fn ClusterOverviewPage() -> impl IntoView {
    let parameters = use_params_map();
    let address = Memo::new(move |_| {
        parameters
            .with(|parameters| parameters.get("cluster"))
            .unwrap_or_default()
    });
    let clusters = use_clusters();
    let cluster = Memo::new(move |_| clusters.find(&address.get()));
    let loader = Loader::new(move || {
        let cluster = address.get();
        async move { api_client::clusters::overview(&cluster).await }
    })
    .every(REFRESHED_EVERY);
    let name = Signal::derive(move || cluster.get().map_or_else(|| address.get(), |cluster| cluster.name));
    let state = Memo::new(move |_| cluster.get().map(|cluster| cluster.health.state));
    let badge = move || {
        view! {
            {move || state.get().map(|state| view! { <StatusBadge health=health_of(state) word=word_of(state) /> })}
        }
    };
    view! {
        <Page title=name>
            <PageHeader title=name beside=badge>
                <KubeconfigButton cluster=address name />
                <GuardedLink
                    href=Signal::derive(move || routes::Page::Apply { cluster: address.get() }.href())
                    cluster=address
                    makes=None
                    icon=IconName::Code
                    words=text::cluster_overview::APPLY
                />
                <GuardedLink
                    href=Signal::derive(move || routes::Page::Deploy { cluster: address.get() }.href())
                    cluster=address
                    makes=Some(("apps", "deployments"))
                    kind=ButtonKind::Primary
                    icon=IconName::Plus
                    words=text::cluster_overview::DEPLOY
                />
            </PageHeader>
            <AwayNotice cluster />
            <LoadFrame loader>
                <Overview loader address />
            </LoadFrame>
        </Page>
    }
    .into_any()
}

/// Says why the cluster is not ready, with a way to ask it again.
#[component]
fn AwayNotice(cluster: Memo<Option<Cluster>>) -> impl IntoView {
    let (clusters, toasts) = (use_clusters(), use_toasts());
    move || {
        let away = cluster
            .get()
            .filter(|cluster| matches!(cluster.health.state, ClusterState::Failing | ClusterState::Unreachable))?;
        let reason = sentence_of(&away.health).map(|sentence| crate::format::sentence::capitalized(&sentence));
        Some(view! {
            <Notice health=Health::Bad>
                <p><strong>{word_of(away.health.state)}</strong> " " {reason}</p>
                <Button icon=IconName::Restart on_press=move |_| check_now(away.clone(), clusters, toasts)>
                    {text::cluster_overview::CHECK}
                </Button>
            </Notice>
        })
    }
}

/// The content. Each card follows only its own part of the answer and stays as it is while that part does.
#[component]
fn Overview(loader: Loader<ClusterOverview>, address: Memo<String>) -> impl IntoView {
    let whole = move || loader.value();
    let is_away = Memo::new(move |_| whole().is_some_and(|whole| whole.cluster.health.state != ClusterState::Ready));
    let capacity = Memo::new(move |_| {
        whole().filter(|_| !is_away.get()).map(|whole| {
            let saw_everything = whole.not_seen.is_empty();
            (whole.nodes, whole.cpu, whole.memory, whole.pods, saw_everything)
        })
    });
    let unhealthy = Memo::new(move |_| whole().map(|whole| (whole.unhealthy, whole.not_seen.is_empty())));
    let workloads = Memo::new(move |_| whole().map(|whole| (whole.workloads, whole.not_seen.is_empty())));
    // Of a cluster that is away nothing is seen: the notice above says so once, not kind by kind.
    let not_seen = Memo::new(move |_| {
        whole()
            .filter(|_| !is_away.get())
            .map(|whole| whole.not_seen)
            .unwrap_or_default()
    });
    let cluster = Memo::new(move |_| whole().map(|whole| whole.cluster));
    let is_empty = Memo::new(move |_| {
        whole().is_some_and(|whole| {
            let nothing_runs = whole.workloads.iter().all(|kind| kind.total == 0);
            nothing_runs && whole.unhealthy.is_empty() && whole.not_seen.is_empty()
        })
    });
    view! {
        <div class="overview" class:is-away=move || is_away.get()>
            <div class="overview-main">
                {move || (!not_seen.read().is_empty()).then(|| view! { <NotSeen title=text::cluster_overview::NOT_SEEN said=not_seen.get() /> })}
                {move || {
                    capacity
                        .get()
                        .map(|(nodes, cpu, memory, pods, saw_everything)| {
                            view! { <CapacityCards nodes cpu memory pods saw_everything cluster=address.get() /> }
                        })
                }}
                <Show when=move || is_empty.get()>
                    <EmptyCluster address />
                </Show>
                <Show when=move || !is_empty.get() && !is_away.get()>
                    {move || {
                        unhealthy
                            .get()
                            .map(|(objects, saw_everything)| {
                                view! { <UnhealthyCard objects cluster=address.get() saw_everything /> }
                            })
                    }}
                    {move || {
                        workloads
                            .get()
                            .map(|(kinds, saw_everything)| {
                                view! { <WorkloadsCard kinds cluster=address.get() saw_everything /> }
                            })
                    }}
                </Show>
            </div>
            <div class="overview-side">{move || cluster.get().map(|cluster| view! { <AboutCard cluster /> })}</div>
        </div>
    }
    .into_any()
}

#[component]
fn EmptyCluster(address: Memo<String>) -> impl IntoView {
    let deploy = Signal::derive(move || routes::Page::Deploy { cluster: address.get() }.href());
    let apply = Signal::derive(move || routes::Page::Apply { cluster: address.get() }.href());
    view! {
        <Card>
            <EmptyState title=text::cluster_overview::EMPTY_TITLE detail=text::cluster_overview::EMPTY_BODY>
                <LinkButton href=deploy kind=ButtonKind::Primary>
                    {text::cluster_overview::DEPLOY}
                </LinkButton>
                <LinkButton href=apply>{text::cluster_overview::APPLY}</LinkButton>
            </EmptyState>
        </Card>
    }
}

#[component]
fn AboutCard(cluster: Cluster) -> impl IntoView {
    let has_labels = !cluster.labels.is_empty();
    let labels = cluster.labels.into_iter().map(|(key, value)| {
        if value.is_empty() {
            key
        } else {
            format!("{key}={value}")
        }
    });
    let labels = labels.map(|label| view! { <Chip>{label}</Chip> }).collect_view();
    view! {
        <Card title=text::cluster_overview::ABOUT>
            <Properties>
                <Property name=text::cluster_overview::VERSION>{cluster.health.version.unwrap_or_else(|| "–".into())}</Property>
                <Property name=text::cluster_overview::ADDRESS monospace=true>
                    {cluster.url}
                </Property>
                <Property name=text::cluster_overview::ADDED>
                    <Age since=cluster.created_at />
                </Property>
                {cluster
                    .health
                    .checked_at
                    .map(|checked_at| {
                        view! {
                            <Property name=text::cluster_overview::CHECKED>
                                <Age since=checked_at />
                            </Property>
                        }
                    })}
                {has_labels
                    .then(|| {
                        view! {
                            <Property name=text::cluster_overview::LABELS>
                                <div class="clusters-labels">{labels}</div>
                            </Property>
                        }
                    })}
            </Properties>
        </Card>
    }
    .into_any()
}
