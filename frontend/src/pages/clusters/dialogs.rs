//! What can be done with a registration: rename, label, remove. Each in a dialog that says what will happen.

use super::label_text;
use crate::api_client::{ApiFailure, clusters};
use crate::i18n::text;
use crate::state::clusters::use_clusters;
use crate::state::toasts::use_toasts;
use crate::ui::{Button, ButtonKind, ConfirmDialog, Dialog, FailurePanel, TextField};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::cluster::{Cluster, UpdateClusterRequest};
use muster_api::problem::FieldProblem;

/// What is being done to a cluster's registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Another name.
    Rename,
    /// Other labels.
    Label,
    /// Forgetting it.
    Remove,
}

/// What is being done to which cluster, while a dialog is open.
pub type CurrentTask = RwSignal<Option<(Task, Cluster)>>;

/// The dialogs; one is open while `task` names it.
#[component]
pub fn ClusterDialogs(task: CurrentTask) -> impl IntoView {
    let edited = RwSignal::new(false);
    let removed = RwSignal::new(false);
    Effect::new(move |_| {
        let wanted = task.with(|task| task.as_ref().map(|(task, _)| *task));
        edited.set(matches!(wanted, Some(Task::Rename | Task::Label)));
        removed.set(wanted == Some(Task::Remove));
    });
    // Closed by Escape or the cross: the task is over, too.
    Effect::new(move |was_open: Option<bool>| {
        let is_open = edited.get() || removed.get();
        if was_open == Some(true) && !is_open {
            task.set(None);
        }
        is_open
    });
    let named = move |say: crate::i18n::Text| {
        Signal::derive(move || {
            let name = task.with(|task| {
                task.as_ref()
                    .map(|(_, cluster)| cluster.name.clone())
                    .unwrap_or_default()
            });
            say.with(&[("name", &name)])
        })
    };
    let edit_title = Signal::derive(move || {
        let is_rename = task.with(|task| matches!(task, Some((Task::Rename, _))));
        named(if is_rename {
            text::clusters::RENAME_TITLE
        } else {
            text::clusters::LABELS_TITLE
        })
        .get()
    });
    view! {
        <Dialog open=edited title=edit_title>
            {move || task.get_untracked().map(|(task_kind, cluster)| view! { <EditForm task=task_kind cluster open=edited /> })}
        </Dialog>
        <RemoveDialog task open=removed title=named(text::clusters::REMOVE_TITLE) />
    }
    .into_any()
}

#[component]
fn EditForm(task: Task, cluster: Cluster, open: RwSignal<bool>) -> impl IntoView {
    let (clusters_state, toasts) = (use_clusters(), use_toasts());
    let first = if task == Task::Rename {
        cluster.name.clone()
    } else {
        label_text::write(&cluster.labels)
    };
    let value = RwSignal::new(first);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let id = StoredValue::new(cluster.id);
    let path = if task == Task::Rename { "name" } else { "labels" };
    let problem = Signal::derive(move || failure.with(|failure| problem_at(failure.as_ref(), path)));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = value.get_untracked();
        let request = match task {
            Task::Rename => UpdateClusterRequest {
                name: Some(typed.trim().to_owned()),
                labels: None,
            },
            Task::Label | Task::Remove => UpdateClusterRequest {
                name: None,
                labels: Some(label_text::read(&typed)),
            },
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = clusters::update(&id.get_value(), &request).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    toasts.success(text::clusters::SAVED.get());
                    clusters_state.reload();
                    open.try_set(false);
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let (label, hint) = if task == Task::Rename {
        (text::clusters::NAME_LABEL, text::clusters::NAME_HINT)
    } else {
        (text::clusters::LABELS_LABEL, text::clusters::LABELS_HINT)
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            <TextField label=label value=value path=path hint=hint problem=problem autofocus=true />
            {move || {
                let unplaced = failure.get().filter(|_| problem.with(Option::is_none));
                unplaced.map(|failure| view! { <FailurePanel failure /> })
            }}
            <footer class="dialog-footer">
                <Button on_press=move |_| open.set(false)>{text::clusters::CANCEL}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=busy>
                    {text::clusters::SAVE}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

/// The problem of the field in an answer. Label problems may name a key; a taken name is a conflict of the whole.
fn problem_at(failure: Option<&ApiFailure>, path: &str) -> Option<String> {
    let failure = failure?;
    let at_path = |problem: &&FieldProblem| problem.field == path || problem.field.starts_with(&format!("{path}/"));
    let placed = failure
        .field_problems()
        .iter()
        .find(at_path)
        .map(crate::api_client::failure::field_sentence);
    let taken = path == "name" && failure.status() == Some(409);
    placed.or_else(|| taken.then(|| text::clusters::NAME_TAKEN.get().to_owned()))
}

#[component]
fn RemoveDialog(task: CurrentTask, open: RwSignal<bool>, title: Signal<String>) -> impl IntoView {
    let (clusters_state, toasts) = (use_clusters(), use_toasts());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    Effect::new(move |_| {
        if open.get() {
            failure.set(None);
        }
    });
    let remove = move |()| {
        let Some((_, cluster)) = task.get_untracked() else {
            return;
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = clusters::remove(&cluster.id).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.success(text::clusters::REMOVED.with(&[("name", &cluster.name)]));
                    clusters_state.reload();
                    open.try_set(false);
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    view! {
        <ConfirmDialog open title action=text::clusters::REMOVE_CONFIRM on_confirm=remove busy=busy failure=failure>
            <p>{text::clusters::REMOVE_BODY}</p>
        </ConfirmDialog>
    }
    .into_any()
}
