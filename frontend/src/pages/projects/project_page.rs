//! One project: what it is, who is in it, and what can be done.

use super::cluster_parameter;
use super::form::ProjectForm;
use crate::api_client::bindings::BindingFilter;
use crate::api_client::{ApiResult, projects};
use crate::i18n::text;
use crate::pages::bindings::{BindingsCard, Given};
use crate::routes;
use crate::state::loader::Loader;
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{
    Button, ButtonKind, Card, Chip, ConfirmDialog, EmptyState, IconName, LinkButton, LoadView, Page, PageHeader,
    Properties, Property,
};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_api::access::{BindingScope, Permission, Project};
use std::collections::BTreeMap;

/// The page; `new` in place of an id is the form of a new project.
#[component]
pub fn ProjectPage() -> impl IntoView {
    let cluster = cluster_parameter();
    let parameters = use_params_map();
    let id = Memo::new(move |_| {
        parameters
            .with(|parameters| parameters.get("project"))
            .unwrap_or_default()
    });
    view! {
        <Page title=text::projects::TITLE>
            {move || {
                let (cluster, id) = (cluster.get(), id.get());
                if id == "new" {
                    view! { <NewProject cluster /> }.into_any()
                } else {
                    view! { <Loaded cluster id /> }.into_any()
                }
            }}
        </Page>
    }
    .into_any()
}

#[component]
fn NewProject(cluster: String) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let session = use_session();
    let back = routes::Page::Projects {
        cluster: cluster.clone(),
    }
    .href();
    if !untrack(|| session.may(Permission::ManageProjects)) {
        return view! {
            <PageHeader title=text::projects::NEW_TITLE />
            <EmptyState title=text::settings::MAY_NOT detail=text::projects::MAY_NOT icon=IconName::Lock>
                <LinkButton href=back>{text::common::BACK}</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let held = StoredValue::new(cluster.clone());
    let after = navigate.clone();
    let saved = move |project: Project| {
        toasts.success(text::projects::SAVED.with(&[("name", &project.name)]));
        let page = routes::Page::Project {
            cluster: held.get_value(),
            project: project.id,
        };
        after(&page.href(), NavigateOptions::default());
    };
    view! {
        <PageHeader title=text::projects::NEW_TITLE detail=text::projects::NEW_LEAD />
        <ProjectForm
            cluster
            project=None
            on_saved=saved
            on_cancel=move |()| navigate(&back, NavigateOptions::default())
        />
    }
    .into_any()
}

async fn find(cluster: &str, id: &str) -> ApiResult<Option<Project>> {
    let projects = projects::list(cluster).await?.items;
    Ok(projects.into_iter().find(|project| project.id == id))
}

#[component]
fn Loaded(cluster: String, id: String) -> impl IntoView {
    let address = StoredValue::new((cluster, id));
    let loader = Loader::new(move || {
        let (cluster, id) = address.get_value();
        async move { find(&cluster, &id).await }
    });
    let show = move |found: Option<Project>| {
        let cluster = address.with_value(|(cluster, _)| cluster.clone());
        if let Some(project) = found {
            return view! { <Details cluster project on_change=move |()| loader.reload() /> }.into_any();
        }
        let back = routes::Page::Projects { cluster };
        view! {
            <PageHeader title=text::projects::NOT_THERE />
            <EmptyState title=text::projects::NOT_THERE detail=text::settings::NOT_THERE icon=IconName::Unknown>
                <LinkButton href=back.href()>{text::common::BACK}</LinkButton>
            </EmptyState>
        }
        .into_any()
    };
    view! { <LoadView loader view=show /> }.into_any()
}

#[component]
fn Details(cluster: String, project: Project, #[prop(into)] on_change: Callback<()>) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let (editing, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let held = StoredValue::new(project.clone());
    let place = StoredValue::new(cluster.clone());
    let filter = BindingFilter {
        project: project.id.clone(),
        ..BindingFilter::default()
    };
    let scope = BindingScope::Project {
        project: project.id.clone(),
    };
    let given = Given {
        scope: Some((scope, project.name.clone())),
        ..Given::default()
    };
    let title = project.name.clone();
    let detail = project.description.clone();
    let saved = move |project: Project| {
        toasts.success(text::projects::SAVED.with(&[("name", &project.name)]));
        on_change.run(());
    };
    view! {
        <PageHeader title=Signal::derive(move || title.clone()) detail=Signal::derive(move || detail.clone())>
            <Show when=move || session.may(Permission::ManageProjects) && !editing.get()>
                <Button icon=IconName::Edit on_press=move |_| editing.set(true)>
                    {text::common::EDIT}
                </Button>
                <Button kind=ButtonKind::Danger icon=IconName::Delete on_press=move |_| deleting.set(true)>
                    {text::common::DELETE}
                </Button>
            </Show>
        </PageHeader>
        <Show
            when=move || !editing.get()
            fallback=move || {
                view! {
                    <ProjectForm
                        cluster=place.get_value()
                        project=Some(held.get_value())
                        on_saved=saved
                        on_cancel=move |()| editing.set(false)
                    />
                }
            }
        >
            <About project=held.get_value() />
        </Show>
        <BindingsCard title=text::projects::MEMBERS filter given empty=text::projects::NO_MEMBERS on_change />
        <DeleteDialog open=deleting cluster project />
    }
    .into_any()
}

fn quantities(map: &BTreeMap<String, String>) -> AnyView {
    if map.is_empty() {
        return view! { <span class="dim">{text::projects::NONE_SET}</span> }.into_any();
    }
    let words: Vec<String> = map.iter().map(|(name, value)| format!("{name} {value}")).collect();
    view! { <span class="mono">{words.join(", ")}</span> }.into_any()
}

#[component]
fn About(project: Project) -> impl IntoView {
    let namespaces = project.namespaces;
    view! {
        <Card title=text::projects::BASICS>
            <Properties>
                <Property name=text::projects::NAMESPACES>
                    {if namespaces.is_empty() {
                        view! { <span class="dim">{text::projects::NO_NAMESPACES}</span> }.into_any()
                    } else {
                        view! {
                            <div class="chip-list">
                                {namespaces.into_iter().map(|name| view! { <Chip>{name}</Chip> }).collect_view()}
                            </div>
                        }
                            .into_any()
                    }}
                </Property>
                <Property name=text::projects::QUOTA>{quantities(&project.quota)}</Property>
                <Property name=text::projects::REQUESTS>{quantities(&project.defaults.requests)}</Property>
                <Property name=text::projects::LIMITS>{quantities(&project.defaults.limits)}</Property>
            </Properties>
        </Card>
    }
    .into_any()
}

#[component]
fn DeleteDialog(open: RwSignal<bool>, cluster: String, project: Project) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let work = Work::of_dialog(open);
    let (bindings, namespaces) = (project.bindings, project.namespaces.len() as u64);
    let (id, name) = (project.id, StoredValue::new(project.name));
    let back = routes::Page::Projects { cluster }.href();
    let confirm = move |()| {
        let (id, navigate, back) = (id.clone(), navigate.clone(), back.clone());
        work.run(async move { projects::remove(&id).await }, move |()| {
            toasts.success(text::projects::DELETED.with(&[("name", &name.get_value())]));
            navigate(&back, NavigateOptions::default());
        });
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || text::projects::DELETE_TITLE.with(&[("name", &name.get_value())]))
            action=text::projects::DELETE_CONFIRM
            on_confirm=confirm
            busy=work.busy
            failure=work.failure
            type_name=Signal::derive(move || name.get_value())
        >
            <p>{move || text::projects::DELETE_NAMESPACES.count(namespaces)}</p>
            <p>{move || text::projects::DELETE_BINDINGS.count(bindings)}</p>
        </ConfirmDialog>
    }
    .into_any()
}
