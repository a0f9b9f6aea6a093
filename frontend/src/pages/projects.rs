//! Projects of a cluster: named sets of namespaces that a team has.

mod draft;
mod form;
mod project_page;

pub use project_page::ProjectPage;

use crate::api_client::projects;
use crate::i18n::text;
use crate::routes;
use crate::state::clusters::use_clusters;
use crate::state::loader::Loader;
use crate::state::session::use_session;
use crate::ui::{ButtonKind, Card, Chip, EmptyState, IconName, LinkButton, LoadFrame, Page, PageHeader};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use muster_api::Collection;
use muster_api::access::{Permission, Project};

/// How many namespaces a line of the list names.
const NAMED: usize = 6;

/// The address' cluster.
fn cluster_parameter() -> Memo<String> {
    let parameters = use_params_map();
    Memo::new(move |_| {
        parameters
            .with(|parameters| parameters.get("cluster"))
            .unwrap_or_default()
    })
}

/// The list of projects.
#[component]
pub fn ProjectsPage() -> impl IntoView {
    let cluster = cluster_parameter();
    let loader = Loader::new(move || {
        let cluster = cluster.get();
        async move { projects::list(&cluster).await }
    });
    let clusters = use_clusters();
    let detail = Signal::derive(move || text::projects::LEAD.with(&[("cluster", &clusters.name_of(&cluster.get()))]));
    view! {
        <Page title=text::projects::TITLE>
            <PageHeader title=text::projects::TITLE detail>
                <CreateButton cluster />
            </PageHeader>
            <LoadFrame loader>
                <ProjectTable loader cluster />
            </LoadFrame>
        </Page>
    }
    .into_any()
}

#[component]
fn CreateButton(cluster: Memo<String>) -> impl IntoView {
    let session = use_session();
    let href = move || {
        routes::Page::Project {
            cluster: cluster.get(),
            project: "new".into(),
        }
        .href()
    };
    view! {
        <Show when=move || session.may(Permission::ManageProjects)>
            <LinkButton href=Signal::derive(href) kind=ButtonKind::Primary icon=IconName::Plus>
                {text::projects::CREATE}
            </LinkButton>
        </Show>
    }
}

#[component]
fn ProjectTable(loader: Loader<Collection<Project>>, cluster: Memo<String>) -> impl IntoView {
    let list = Memo::new(move |_| loader.value().map(|projects| projects.items).unwrap_or_default());
    view! {
        <Show
            when=move || !list.read().is_empty()
            fallback=move || {
                view! {
                    <Card>
                        <EmptyState
                            title=text::projects::EMPTY
                            detail=text::projects::EMPTY_DETAIL
                            icon=IconName::Project
                        >
                            <CreateButton cluster />
                        </EmptyState>
                    </Card>
                }
            }
        >
            <div class="table-card">
                <table class="table settings-table" aria-label=move || text::projects::TITLE.get()>
                    <thead>
                        <tr>
                            <th scope="col">{text::common::NAME}</th>
                            <th scope="col">{text::projects::NAMESPACES}</th>
                            <th scope="col" class="settings-wide">{text::projects::QUOTA}</th>
                            <th scope="col" class="number">{text::projects::MEMBERS}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || list.get() key=|project| format!("{project:?}") let:project>
                            <ProjectLine project cluster />
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn ProjectLine(project: Project, cluster: Memo<String>) -> impl IntoView {
    let more = project.namespaces.len().saturating_sub(NAMED);
    let quota = project
        .quota
        .iter()
        .map(|(name, quantity)| format!("{name} {quantity}"))
        .collect::<Vec<_>>()
        .join(", ");
    let href = routes::Page::Project {
        cluster: cluster.get_untracked(),
        project: project.id,
    }
    .href();
    view! {
        <tr>
            <th scope="row">
                <a href=href>{project.name}</a>
                " "
                <small class="settings-below">{project.description}</small>
            </th>
            <td>
                <div class="chip-list">
                    {project
                        .namespaces
                        .into_iter()
                        .take(NAMED)
                        .map(|namespace| view! { <Chip>{namespace}</Chip> })
                        .collect_view()}
                    {(more > 0).then(|| view! { <span class="dim">{format!("+{more}")}</span> })}
                </div>
            </td>
            <td class="settings-wide">
                {if quota.is_empty() {
                    view! { <span class="dim">{text::projects::NO_QUOTA}</span> }.into_any()
                } else {
                    view! { <span class="mono">{quota}</span> }.into_any()
                }}
            </td>
            <td class="number">{project.bindings}</td>
        </tr>
    }
    .into_any()
}
