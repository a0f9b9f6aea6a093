//! All registered clusters: how each is, and what can be done with its registration.

mod add;
mod dialogs;
mod label_text;
pub mod status;

pub use add::NewClusterPage;

use crate::api_client;
use crate::format::number::with_separators;
use crate::i18n::{self, text};
use crate::routes;
use crate::state::clusters::{Clusters, use_clusters};
use crate::state::session::use_session;
use crate::state::toasts::{Toasts, use_toasts};
use crate::ui::{
    Age, ButtonKind, Chip, EmptyState, FailurePanel, IconName, LinkButton, Menu, MenuItem, MenuSeparator, Notice, Page,
    PageHeader, Skeleton,
};
use dialogs::{ClusterDialogs, CurrentTask, Task};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::access::Permission;
use muster_api::cluster::{Cluster, ClusterState};
use status::{ClusterStatus, sentence_of};

/// The page of all clusters.
#[component]
pub fn ClustersPage() -> impl IntoView {
    let clusters = use_clusters();
    let session = use_session();
    let task = CurrentTask::new(None);
    // A visit asks at once, not at the next turn of the clock.
    clusters.reload();
    let detail = Signal::derive(move || {
        let list = clusters.list().read();
        let away = list.iter().filter(|cluster| needs_a_look(cluster)).count();
        match (list.len(), away) {
            (0, _) => String::new(),
            (_, 0) => text::clusters::ALL_READY.get().to_owned(),
            (total, away) => text::clusters::SOME_AWAY.with(&[("count", &away), ("total", &total)]),
        }
    });
    view! {
        <Page title=text::clusters::TITLE>
            <PageHeader title=text::clusters::TITLE detail=detail>
                <Show when=move || session.may(Permission::ManageClusters)>
                    <AddButton />
                </Show>
            </PageHeader>
            {move || match (clusters.is_loaded(), clusters.failure().get()) {
                (true, Some(failure)) => {
                    view! { <Notice>{text::ui::STALE.with(&[("reason", &failure.sentence())])}</Notice> }.into_any()
                }
                (false, Some(failure)) => {
                    view! { <FailurePanel failure on_retry=move |()| clusters.reload() /> }.into_any()
                }
                (false, None) => view! { <Skeleton /> }.into_any(),
                (true, None) => ().into_any(),
            }}
            <Show when=move || clusters.is_loaded()>
                <Show when=move || !clusters.list().read().is_empty() fallback=NoClusters>
                    <ClusterTable task />
                </Show>
            </Show>
            <ClusterDialogs task />
        </Page>
    }
    .into_any()
}

fn needs_a_look(cluster: &Cluster) -> bool {
    matches!(cluster.health.state, ClusterState::Failing | ClusterState::Unreachable)
}

#[component]
fn AddButton() -> impl IntoView {
    view! {
        <LinkButton href=routes::Page::NewCluster.href() kind=ButtonKind::Primary icon=IconName::Plus>
            {text::clusters::ADD}
        </LinkButton>
    }
}

#[component]
fn NoClusters() -> impl IntoView {
    let session = use_session();
    let detail = Signal::derive(move || {
        let detail = if session.may(Permission::ManageClusters) {
            text::clusters::EMPTY_BODY
        } else if session.may_anything() {
            text::clusters::EMPTY_BODY_USER
        } else {
            text::access::NO_ACCESS_DETAIL
        };
        detail.get().to_owned()
    });
    let title = Signal::derive(move || {
        let title = if session.may_anything() {
            text::clusters::EMPTY_TITLE
        } else {
            text::access::NO_ACCESS
        };
        title.get().to_owned()
    });
    view! {
        <EmptyState title detail=detail icon=IconName::Cluster>
            <Show when=move || session.may(Permission::ManageClusters)>
                <AddButton />
            </Show>
        </EmptyState>
    }
}

#[component]
fn ClusterTable(task: CurrentTask) -> impl IntoView {
    let clusters = use_clusters();
    view! {
        <div class="table-card clusters-frame">
            <table class="table clusters-table" aria-label=move || text::clusters::TITLE.get()>
                <thead>
                    <tr>
                        <th scope="col">{text::clusters::COLUMN_NAME}</th>
                        <th scope="col">{text::clusters::COLUMN_HEALTH}</th>
                        <th scope="col" class="clusters-wide">{text::clusters::COLUMN_VERSION}</th>
                        <th scope="col" class="number clusters-wide">{text::clusters::COLUMN_NODES}</th>
                        <th scope="col" class="clusters-wide">{text::clusters::COLUMN_LABELS}</th>
                        <th scope="col" class="clusters-address">{text::clusters::COLUMN_ADDRESS}</th>
                        <th scope="col" class="clusters-added">{text::clusters::COLUMN_AGE}</th>
                        <th scope="col">
                            <span class="visually-hidden">{text::clusters::COLUMN_ACTIONS}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    // A line stays while its cluster does: an open menu or a focused link survives each check.
                    <For each=move || clusters.list().get() key=|cluster| cluster.id.clone() let:cluster>
                        <ClusterLine cluster task />
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn ClusterLine(
    /// The cluster as it is when its line is drawn first.
    cluster: Cluster,
    task: CurrentTask,
) -> impl IntoView {
    let (session, clusters, toasts) = (use_session(), use_clusters(), use_toasts());
    let id = StoredValue::new(cluster.id.clone());
    let href = routes::Page::Cluster {
        cluster: cluster.id.clone(),
    }
    .href();
    let created_at = cluster.created_at.clone();
    let now = Memo::new(move |before: Option<&Cluster>| {
        let known = clusters
            .list()
            .with(|list| id.with_value(|id| list.iter().find(|cluster| cluster.id == *id).cloned()));
        known.or_else(|| before.cloned()).unwrap_or_else(|| cluster.clone())
    });
    let name = Memo::new(move |_| now.with(|cluster| cluster.name.clone()));
    let health = Memo::new(move |_| now.with(|cluster| cluster.health.clone()));
    let url = Memo::new(move |_| now.with(|cluster| cluster.url.clone()));
    let labels = Memo::new(move |_| now.with(|cluster| cluster.labels.clone()));
    let is_away = move || health.with(|health| health.state != ClusterState::Ready);
    let version = move || {
        let version = health.with(|health| health.version.clone())?;
        let last_known = is_away().then(|| {
            view! { <small class="dim clusters-known">{text::clusters::LAST_KNOWN}</small> }
        });
        Some(view! { {version} {last_known} })
    };
    let actions_label = Signal::derive(move || text::clusters::ACTIONS_OF.with(&[("name", &name.get())]));
    let begin = move |wanted: Task| task.set(Some((wanted, now.get_untracked())));
    view! {
        <tr>
            <th scope="row">
                <a href=href>{move || name.get()}</a>
            </th>
            <td>{move || view! { <ClusterStatus health=health.get() /> }}</td>
            <td class="clusters-wide">{version}</td>
            <td class="number clusters-wide">
                {move || health.with(|health| health.nodes.map(|nodes| with_separators(u64::from(nodes))))}
            </td>
            <td class="clusters-wide">
                <div class="clusters-labels">
                    {move || {
                        labels
                            .get()
                            .into_iter()
                            .map(|(key, value)| if value.is_empty() { key } else { format!("{key}={value}") })
                            .map(|label| view! { <Chip>{label}</Chip> })
                            .collect_view()
                    }}
                </div>
            </td>
            <td class="clusters-address mono" title=move || url.get()>
                {move || url.get()}
            </td>
            <td class="clusters-added">
                <Age since=created_at />
            </td>
            <td class="table-actions">
                <Menu label=actions_label icon=IconName::More icon_only=true class="icon-button" align_end=true>
                    <MenuItem
                        icon=IconName::Restart
                        on_press=move |()| check_now(now.get_untracked(), clusters, toasts)
                    >
                        {text::clusters::CHECK}
                    </MenuItem>
                    <Show when=move || session.may(Permission::ManageClusters)>
                        <MenuItem icon=IconName::Edit on_press=move |()| begin(Task::Rename)>
                            {text::clusters::RENAME}
                        </MenuItem>
                        <MenuItem icon=IconName::Configuration on_press=move |()| begin(Task::Label)>
                            {text::clusters::LABELS}
                        </MenuItem>
                        <MenuSeparator />
                        <MenuItem icon=IconName::Delete danger=true on_press=move |()| begin(Task::Remove)>
                            {text::clusters::REMOVE}
                        </MenuItem>
                    </Show>
                </Menu>
            </td>
        </tr>
    }
    .into_any()
}

/// Asks the cluster now and says what came of it.
pub fn check_now(cluster: Cluster, clusters: Clusters, toasts: Toasts) {
    spawn_local(async move {
        match api_client::clusters::check(&cluster.id).await {
            Ok(checked) if checked.health.state == ClusterState::Ready => {
                toasts.success(text::clusters::CHECKED_READY.with(&[("name", &checked.name)]));
            }
            Ok(checked) => {
                let reason = sentence_of(&checked.health).unwrap_or_default();
                toasts.problem(format!(
                    "{} {reason}",
                    text::clusters::CHECKED_NOT_READY.with(&[("name", &checked.name)])
                ));
            }
            Err(failure) => toasts.failure(&failure),
        }
        clusters.reload();
    });
}

/// Why a cluster is not ready, in the person's language, by the server's code.
pub(super) fn reason_text(code: &str) -> Option<&'static str> {
    i18n::lookup("clusters.reason", code)
}
