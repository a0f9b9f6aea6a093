//! The namespace: one that exists, or a new one. Where the list cannot be read, its name is typed.

use crate::api_client::resources;
use crate::i18n::text;
use crate::pages::deploy::fields::{DraftSelect, DraftText, Place};
use crate::pages::deploy::state::DeployState;
use crate::state::loader::{Load, Loader};
use crate::ui::{Button, ButtonKind, SelectOption};
use leptos::prelude::*;
use muster_api::resource::{CoverageState, MAX_PAGE_SIZE, ResourceList, ResourceQuery};
use std::time::Duration;

/// The value of the choice that asks for a new namespace; no namespace can have this name.
const NEW: &str = "+";

/// A namespace made elsewhere, or a cluster that came back, is seen after this time.
const READ_AGAIN_EVERY: Duration = Duration::from_secs(15);

/// The names that can be chosen, with their status; `None` when they could not be read.
fn names(list: &ResourceList) -> Option<Vec<(String, Option<String>)>> {
    let readable = list.clusters.iter().all(|cluster| {
        matches!(
            cluster.state,
            CoverageState::Live | CoverageState::Loading | CoverageState::Stale
        )
    });
    let status = list.columns.iter().position(|column| column.id == "status");
    let status_of = |cells: &[serde_json::Value]| {
        let word = cells.get(status?)?.as_str()?;
        (word != "Active").then(|| word.to_owned())
    };
    (readable && !list.rows.is_empty()).then(|| {
        list.rows
            .iter()
            .map(|row| (row.name.clone(), status_of(&row.cells)))
            .collect()
    })
}

/// The field.
#[component]
pub(super) fn NamespaceField(state: DeployState) -> impl IntoView {
    let loader = Loader::new(move || {
        let mut wanted = ResourceQuery::of("core", "v1", "namespaces");
        wanted.clusters = vec![state.cluster.get_value()];
        wanted.sort = "name".into();
        wanted.page_size = MAX_PAGE_SIZE;
        async move { resources::list(&wanted).await }
    })
    .every(READ_AGAIN_EVERY);
    let known = Memo::new(move |_| {
        loader.state().with(|load| match load {
            Load::Ready(list) => names(list),
            Load::Loading | Load::Failed(_) => None,
        })
    });
    let is_loading = Memo::new(move |_| loader.state().with(|load| matches!(load, Load::Loading)));
    let is_new = Memo::new(move |_| state.draft.with(|draft| draft.create_namespace));
    let options = Signal::derive(move || {
        let chosen = state.draft.with(|draft| draft.namespace.clone());
        let mut options: Vec<SelectOption> = known
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(|(name, status)| {
                let label = status.map_or_else(|| name.clone(), |status| format!("{name} ({status})"));
                SelectOption::new(name, label)
            })
            .collect();
        if !chosen.is_empty() && options.iter().all(|option| option.value != chosen) {
            options.insert(0, SelectOption::new(chosen.clone(), chosen));
        }
        options.push(SelectOption::new(NEW, text::deploy::NAMESPACE_NEW.get()));
        options
    });
    view! {
        {move || {
            if is_new.get() {
                view! { <NewNamespace state can_choose=known.with(Option::is_some) /> }.into_any()
            } else if known.with(Option::is_some) || is_loading.get() {
                view! {
                    <DraftSelect
                        state
                        key="namespace"
                        place=Place::single(
                            |draft, _| draft.namespace.clone(),
                            |draft, _, chosen| {
                                draft.create_namespace = chosen == NEW;
                                draft.namespace = if draft.create_namespace { String::new() } else { chosen };
                            },
                        )
                        label=text::deploy::NAMESPACE
                        options=options
                    />
                }
                    .into_any()
            } else {
                view! {
                    <DraftText
                        state
                        key="namespace"
                        place=Place::single(
                            |draft, _| draft.namespace.clone(),
                            |draft, _, typed| draft.namespace = typed,
                        )
                        label=text::deploy::NAMESPACE
                        hint=text::deploy::NAMESPACES_UNSEEN
                    />
                }
                    .into_any()
            }
        }}
    }
    .into_any()
}

#[component]
fn NewNamespace(state: DeployState, can_choose: bool) -> impl IntoView {
    view! {
        <div class="deploy-new-namespace">
            <DraftText
                state
                key="namespace"
                place=Place::single(|draft, _| draft.namespace.clone(), |draft, _, typed| draft.namespace = typed)
                label=text::deploy::NAMESPACE_NEW_NAME
                autofocus=true
            />
            {can_choose
                .then(|| {
                    view! {
                        <Button
                            kind=ButtonKind::Quiet
                            on_press=move |_| {
                                state
                                    .change(
                                        "namespace",
                                        |draft| {
                                            draft.create_namespace = false;
                                            draft.namespace = "default".into();
                                        },
                                    );
                            }
                        >
                            {text::deploy::NAMESPACE_EXISTING}
                        </Button>
                    }
                })}
        </div>
    }
}
