//! What can be done to the Deployment from its rollout: hold it, let it go on, scale, restart, delete.

use crate::api_client::objects::{self, ObjectAddress};
use crate::api_client::{ApiFailure, ApiResult};
use crate::i18n::text;
use crate::routes::Page;
use crate::state::loader::Loader;
use crate::state::toasts::{Toasts, use_toasts};
use crate::ui::{Button, ButtonKind, ConfirmDialog, Dialog, FailurePanel, IconName, TextField};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use muster_api::action::{Action, Propagation};
use muster_api::rollout::{Rollout, RolloutState};

/// The server takes no more.
const MOST_REPLICAS: u32 = 100_000;

/// The buttons of the rollout and their dialogs.
#[component]
pub(super) fn RolloutActions(loader: Loader<Rollout>, address: Memo<ObjectAddress>) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let (scaling, restarting, deleting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let is_paused = Memo::new(move |_| {
        loader
            .value()
            .is_some_and(|rollout| rollout.state == RolloutState::Paused)
    });
    let toggle = move |_| {
        let (action, done) = if is_paused.get_untracked() {
            (Action::Resume, text::rollout::RESUMED)
        } else {
            (Action::Pause, text::rollout::PAUSED)
        };
        let deployment = address.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let answer = objects::act(&deployment, action).await;
            busy.try_set(false);
            match answer {
                Ok(_) => toasts.success(done.get()),
                Err(failure) => toasts.failure(&failure),
            }
            loader.reload();
        });
    };
    view! {
        <Button on_press=toggle busy=busy>
            {move || if is_paused.get() { text::rollout::RESUME.get() } else { text::rollout::PAUSE.get() }}
        </Button>
        <Button icon=IconName::Scale on_press=move |_| scaling.set(true)>
            {text::rollout::SCALE}
        </Button>
        <Button icon=IconName::Restart on_press=move |_| restarting.set(true)>
            {text::rollout::RESTART}
        </Button>
        <Button kind=ButtonKind::Danger icon=IconName::Delete on_press=move |_| deleting.set(true)>
            {text::rollout::DELETE}
        </Button>
        <Dialog open=scaling title=Signal::derive(move || named(text::rollout::SCALE_TITLE, address))>
            <ScaleForm loader address open=scaling />
        </Dialog>
        <RestartDialog loader address open=restarting />
        <DeleteDialog loader address open=deleting />
    }
    .into_any()
}

fn named(say: crate::i18n::Text, address: Memo<ObjectAddress>) -> String {
    say.with(&[("name", &address.get().name)])
}

fn wanted(loader: Loader<Rollout>) -> u32 {
    loader.value().map_or(0, |rollout| rollout.desired)
}

#[component]
fn ScaleForm(loader: Loader<Rollout>, address: Memo<ObjectAddress>, open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let now = untrack(|| wanted(loader));
    let typed = RwSignal::new(now.to_string());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let replicas = move || {
        typed
            .get()
            .trim()
            .parse::<u32>()
            .ok()
            .filter(|replicas| *replicas <= MOST_REPLICAS)
    };
    let problem = Signal::derive(move || {
        replicas()
            .is_none()
            .then(|| text::rollout::SCALE_WRONG.get().to_owned())
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(replicas) = untrack(replicas) else { return };
        let deployment = address.get_untracked();
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = objects::scale(&deployment, replicas).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    toasts.success(text::rollout::SCALED.with(&[("count", &replicas)]));
                    open.try_set(false);
                    loader.reload();
                }
                Err(refused) => {
                    if let Some(refused) = failure.try_set(Some(refused)).flatten() {
                        toasts.failure(&refused);
                    }
                }
            }
        });
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            <TextField
                label=text::rollout::SCALE_LABEL
                value=typed
                hint=Signal::derive(move || text::rollout::SCALE_HINT.with(&[("count", &now)]))
                problem=problem
                path="replicas"
                autofocus=true
            />
            {move || failure.get().map(|failure| view! { <FailurePanel failure /> })}
            <footer class="dialog-footer">
                <Button on_press=move |_| open.set(false)>{text::rollout::CANCEL}</Button>
                <Button
                    kind=ButtonKind::Primary
                    submit=true
                    busy=busy
                    disabled=Signal::derive(move || replicas().is_none())
                >
                    {text::rollout::SCALE_SUBMIT}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

/// Runs what a dialog asked for: shows that it goes on, why it failed, or calls `done` after closing the dialog, with
/// whether the page was left meanwhile.
fn run<T: 'static>(
    work: impl Future<Output = ApiResult<T>> + 'static,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<ApiFailure>>,
    open: RwSignal<bool>,
    toasts: Toasts,
    done: impl FnOnce(bool) + 'static,
) {
    busy.set(true);
    failure.set(None);
    spawn_local(async move {
        let answer = work.await;
        let is_left = busy.try_set(false).is_some();
        match answer {
            Ok(_) => {
                open.try_set(false);
                done(is_left);
            }
            Err(refused) if is_left => toasts.failure(&refused),
            Err(refused) => failure.set(Some(refused)),
        }
    });
}

#[component]
fn RestartDialog(loader: Loader<Rollout>, address: Memo<ObjectAddress>, open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let restart = move |()| {
        let deployment = address.get_untracked();
        let work = async move { objects::act(&deployment, Action::Restart).await };
        run(work, busy, failure, open, toasts, move |_| {
            toasts.success(text::rollout::RESTARTED.get());
            loader.reload();
        });
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || named(text::rollout::RESTART_TITLE, address))
            action=text::rollout::RESTART_CONFIRM
            on_confirm=restart
            busy=busy
            failure=failure
            harmless=true
        >
            <p>{move || text::rollout::RESTART_BODY.with(&[("count", &wanted(loader))])}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn DeleteDialog(loader: Loader<Rollout>, address: Memo<ObjectAddress>, open: RwSignal<bool>) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let delete = move |()| {
        let deployment = address.get_untracked();
        let navigate = navigate.clone();
        let ObjectAddress {
            cluster, kind, name, ..
        } = deployment.clone();
        let work = async move { objects::delete(&deployment, Propagation::Background).await };
        run(work, busy, failure, open, toasts, move |is_left| {
            toasts.success(text::rollout::DELETED.with(&[("name", &name)]));
            if is_left {
                return;
            }
            navigate(
                &Page::List {
                    cluster: Some(cluster),
                    kind,
                }
                .href(),
                NavigateOptions::default(),
            );
        });
    };
    let body = move || {
        let namespace = address.get().namespace.unwrap_or_default();
        text::rollout::DELETE_BODY.with(&[("count", &wanted(loader)), ("namespace", &namespace)])
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || named(text::rollout::DELETE_TITLE, address))
            action=text::rollout::DELETE_CONFIRM
            on_confirm=delete
            busy=busy
            failure=failure
        >
            <p>{body}</p>
        </ConfirmDialog>
    }
    .into_any()
}
