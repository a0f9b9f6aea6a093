//! The bar at the side: which cluster, and its kinds.

use super::kinds;
use crate::format::number::with_separators;
use crate::i18n::text;
use crate::pages::settings::may_see_any;
use crate::routes::{KindPath, Page, Settings};
use crate::state::access::use_access;
use crate::state::clusters::{use_clusters, use_current_cluster};
use crate::state::counts::use_counts;
use crate::state::namespaces::use_namespaces;
use crate::state::session::use_session;
use crate::ui::{Icon, IconName, Menu, MenuLink, MenuSeparator, health_class, health_icon};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use muster_api::access::Permission;
use muster_api::cluster::{Cluster, ClusterState};
use muster_api::kind::{Area, KINDS, Kind};
use muster_api::resource::Health;

const AREAS: [Area; 5] = [
    Area::Workloads,
    Area::Network,
    Area::Configuration,
    Area::Storage,
    Area::Cluster,
];

/// The side bar's content; also the sheet's on narrow screens.
#[component]
pub fn SideBar() -> impl IntoView {
    let current = use_current_cluster();
    let (session, access) = (use_session(), use_access());
    // Kinds that a person may list nowhere in the cluster lead nowhere.
    let is_listed = move |kind: &Kind| {
        session.is_administrator()
            || current.with(|cluster| {
                cluster
                    .as_ref()
                    .is_none_or(|cluster| !access.lists_nowhere(cluster, kind.group, kind.resource))
            })
    };
    let (namespaces, counts) = (use_namespaces(), use_counts());
    view! {
        <ClusterSwitcher />
        {move || match current.get() {
            Some(cluster) => {
                view! {
                    <SideLink href=Page::Cluster { cluster: cluster.clone() }.href() icon=IconName::Overview exact=true>
                        {text::shell::OVERVIEW}
                    </SideLink>
                    <SideLink href=Page::Projects { cluster }.href() icon=IconName::Project>
                        {text::projects::TITLE}
                    </SideLink>
                }
                    .into_any()
            }
            None => {
                view! {
                    <SideLink href=Page::Clusters.href() icon=IconName::Cluster exact=true>
                        {text::shell::CLUSTERS}
                    </SideLink>
                }
                    .into_any()
            }
        }}
        <ConsoleLinks />
        {AREAS
            .into_iter()
            .map(|area| {
                view! {
                    <Show when=move || KINDS.iter().any(|kind| kind.area == area && is_listed(kind))>
                        <h2 class="side-caption">{kinds::area_title(area)}</h2>
                    </Show>
                    {KINDS
                        .iter()
                        .filter(|kind| kind.area == area)
                        .map(|kind| {
                            let path = KindPath::from(kind);
                            let named = path.clone();
                            let href = Signal::derive(move || namespaces.list_href(current.get(), &path));
                            let named = StoredValue::new(named);
                            view! {
                                <Show when=move || is_listed(kind)>
                                    <SideLink href icon=kinds::icon(kind) count=Signal::derive(move || counts.of(kind))>
                                        {move || named.with_value(kinds::plural)}
                                    </SideLink>
                                </Show>
                            }
                        })
                        .collect_view()}
                }
            })
            .collect_view()}
    }
    .into_any()
}

/// What is about the console itself, for those who may see any of it.
#[component]
fn ConsoleLinks() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || may_see_any(session)>
            <SideLink href=Page::Settings(Settings::Start).href() icon=IconName::Configuration>
                {text::settings::TITLE}
            </SideLink>
        </Show>
    }
    .into_any()
}

/// Where a page belongs in the side bar: the form and the rollout are about Deployments, the audit log is one of the settings.
fn place_of(path: &str) -> String {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts[..] {
        ["clusters", cluster, "deploy"] | ["clusters", cluster, "rollout", ..] => {
            format!("/clusters/{cluster}/apps/v1/deployments")
        }
        ["audit", ..] => Page::Settings(Settings::Start).href(),
        _ => path.to_owned(),
    }
}

#[component]
fn SideLink(
    #[prop(into)] href: Signal<String>,
    icon: IconName,
    /// Only the page itself, not what is under it.
    #[prop(optional)]
    exact: bool,
    /// How many there are, when that is known.
    #[prop(optional)]
    count: Signal<Option<u64>>,
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname;
    let here = Memo::new(move |_| {
        let (path, href) = (place_of(&path.get()), href.get());
        let href = href.split('?').next().unwrap_or_default();
        path == href || (!exact && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    });
    view! {
        <a class="side-link" href=move || href.get() aria-current=move || here.get().then_some("page")>
            <Icon name=icon />
            <span class="truncate">{children()}</span>
            // The link is named by where it leads; the list itself says how many there are.
            {move || count.get().map(|count| view! { <span class="side-count" aria-hidden="true">{with_separators(count)}</span> })}
        </a>
    }
    .into_any()
}

#[component]
fn ClusterSwitcher() -> impl IntoView {
    let clusters = use_clusters();
    let current = use_current_cluster();
    let session = use_session();
    let path = use_location().pathname;
    let cluster = Memo::new(move |_| current.get().and_then(|cluster| clusters.find(&cluster)));
    let label = Signal::derive(move || {
        // While the clusters are not known yet, the address names the one on screen.
        let name = cluster.get().map(|cluster| cluster.name).or_else(|| current.get());
        name.unwrap_or_else(|| text::shell::ALL_CLUSTERS.get().to_owned())
    });
    // Another cluster shows the same kind, where a list is open.
    let page_in = move |cluster: Option<String>| {
        let path = path.get();
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let kind = match parts[..] {
            ["clusters", _, group, version, resource, ..] if group != "rollout" => Some((group, version, resource)),
            ["resources", group, version, resource] => Some((group, version, resource)),
            _ => None,
        };
        match (kind, cluster) {
            (Some((group, version, resource)), cluster) => Page::List {
                cluster,
                kind: KindPath::new(group, version, resource),
            }
            .href(),
            (None, Some(cluster)) => Page::Cluster { cluster }.href(),
            (None, None) => Page::Clusters.href(),
        }
    };
    view! {
        <Menu
            label
            class="cluster-switcher"
            trigger=move || {
                view! {
                    {move || {
                        cluster
                            .get()
                            .map_or_else(
                                || view! { <Icon name=IconName::Cluster /> }.into_any(),
                                |cluster| health_mark(cluster_health(&cluster)),
                            )
                    }}
                    <span class="cluster-words">
                        <strong class="truncate">{move || label.get()}</strong>
                        <small class="truncate">
                            {move || match cluster.get() {
                                Some(cluster) => facts(&cluster),
                                None if !clusters.is_loaded() => text::common::LOADING.get().to_owned(),
                                None if current.read().is_some() => text::shell::state::GONE.get().to_owned(),
                                None => text::shell::CLUSTER_COUNT.count(clusters.list().read().len() as u64),
                            }}
                        </small>
                    </span>
                    <Icon name=IconName::ChevronDown />
                }
            }
        >
            <MenuLink href=page_in(None) icon=IconName::Cluster>{text::shell::ALL_CLUSTERS}</MenuLink>
            <MenuSeparator />
            {move || {
                clusters
                    .list()
                    .get()
                    .into_iter()
                    .map(|cluster| {
                        let health = cluster_health(&cluster);
                        view! {
                            <MenuLink href=page_in(Some(cluster.name.clone()))>
                                <span class="row">
                                    {health_mark(health)}
                                    <span class="truncate">{cluster.name}</span>
                                </span>
                            </MenuLink>
                        }
                    })
                    .collect_view()
            }}
            {move || {
                session
                    .may(Permission::ManageClusters)
                    .then(|| {
                        view! {
                            <MenuSeparator />
                            <MenuLink href=Page::NewCluster.href() icon=IconName::Plus>{text::shell::ADD_CLUSTER}</MenuLink>
                        }
                    })
            }}
        </Menu>
    }
    .into_any()
}

fn health_mark(health: Health) -> AnyView {
    view! { <span class=format!("status status-{}", health_class(health))><Icon name=health_icon(health) /></span> }
        .into_any()
}

fn cluster_health(cluster: &Cluster) -> Health {
    match cluster.health.state {
        ClusterState::Ready => Health::Good,
        ClusterState::Failing => Health::Warn,
        ClusterState::Unreachable => Health::Bad,
        ClusterState::Unknown => Health::Unknown,
    }
}

/// Version and nodes; or what is wrong, which matters more.
fn facts(cluster: &Cluster) -> String {
    let state = match cluster.health.state {
        ClusterState::Ready => None,
        ClusterState::Failing => Some(text::shell::state::FAILING),
        ClusterState::Unreachable => Some(text::shell::state::UNREACHABLE),
        ClusterState::Unknown => Some(text::shell::state::UNKNOWN),
    };
    if let Some(state) = state {
        return state.get().to_owned();
    }
    let version = cluster.health.version.clone();
    let nodes = cluster
        .health
        .nodes
        .map(|nodes| text::shell::NODE_COUNT.count(u64::from(nodes)));
    [version, nodes].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
