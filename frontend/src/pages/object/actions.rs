//! What can be done to an object, and the questions that come before.

mod delete;

use super::page_of;
use super::source::LiveObject;
use crate::api_client::objects;
use crate::api_client::{ApiFailure, ApiResult};
use crate::i18n::{Plural, Text, text};
use crate::pages::permission::{Guarded, about, guarded_item};
use crate::routes::{ObjectTab, Page};
use crate::state::dock::{DockTab, use_dock};
use crate::state::toasts::{Toasts, use_toasts};
use crate::ui::{Button, ConfirmDialog, Icon, IconName, Kbd, LinkButton, Menu, MenuSeparator, NumberField};
use delete::DeleteDialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::action::Action;
use muster_api::problem::FieldProblem;
use serde_json::Value;

/// The server takes no more.
const MOST_REPLICAS: u32 = 100_000;

/// The buttons of an object: the nearest ones open, the others in a menu.
#[component]
pub fn ObjectActions(
    /// The object.
    live: LiveObject,
) -> impl IntoView {
    let address = live.address();
    let kind = address.kind.clone();
    let dock = use_dock();
    let open = Dialogs::default();
    let is_node = kind.is("core", "nodes");
    let is_deployment = kind.is("apps", "deployments");
    let scales = is_deployment || kind.is("apps", "statefulsets") || kind.is("apps", "replicasets");
    let restarts = is_deployment || kind.is("apps", "statefulsets") || kind.is("apps", "daemonsets");
    let paused = flag(live, "/spec/paused");
    let cordoned = flag(live, "/spec/unschedulable");
    let yaml = page_of(&address, ObjectTab::Yaml).href();
    let rollout = address.namespace.clone().filter(|_| is_deployment).map(|namespace| {
        Page::Rollout {
            cluster: address.cluster.clone(),
            namespace,
            name: address.name.clone(),
        }
        .href()
    });
    let act = use_action(live);
    let patch = StoredValue::new(about(&address, "patch", None));
    let delete = about(&address, "delete", None);
    let scale = vec![about(&address, "patch", Some("scale"))];
    let item =
        move |words, icon, act: Box<dyn Fn() + Send + Sync>| guarded_item(patch.get_value(), words, icon, false, act);
    let log_tab = DockTab::log_of(&address);
    let shell_tab = DockTab::shell_of(&address);
    let shell = vec![super::shell::question(&address)];
    view! {
        <div class="row object-actions">
            {log_tab
                .map(|log_tab| {
                    view! {
                        <Button icon=IconName::Logs on_press=move |_| dock.open(log_tab.clone())>
                            {text::object::action::LOGS}
                            <span aria-hidden="true"><Kbd key="l" /></span>
                        </Button>
                    }
                })}
            {shell_tab
                .map(|shell_tab| {
                    view! {
                        <Guarded questions=shell>
                            <Button icon=IconName::Terminal on_press=move |_| dock.open(shell_tab.clone())>
                                {text::terminal::OPEN}
                                <span aria-hidden="true"><Kbd key="s" /></span>
                            </Button>
                        </Guarded>
                    }
                })}
            {rollout
                .map(|href| {
                    view! { <LinkButton href icon=IconName::Rollout>{text::object::action::ROLLOUT}</LinkButton> }
                })}
            <LinkButton href=yaml icon=IconName::Code>
                {text::object::action::YAML}
                <span aria-hidden="true"><Kbd key="y" /></span>
            </LinkButton>
            {scales
                .then(|| {
                    view! {
                        <Guarded questions=scale>
                            <Button icon=IconName::Scale on_press=move |_| open.scale.set(true)>
                                {text::object::action::SCALE}
                            </Button>
                        </Guarded>
                    }
                })}
            <Menu label=text::object::action::MENU align_end=true>
                {restarts.then(|| item(text::object::action::RESTART, IconName::Restart, Box::new(move || open.restart.set(true))))}
                {is_deployment
                    .then(|| {
                        view! {
                            <Show
                                when=move || paused.get()
                                fallback=move || item(
                                    text::object::action::PAUSE,
                                    IconName::Pause,
                                    Box::new(move || act.run((Action::Pause, text::object::done::PAUSED))),
                                )
                            >
                                {item(
                                    text::object::action::RESUME,
                                    IconName::Play,
                                    Box::new(move || act.run((Action::Resume, text::object::done::RESUMED))),
                                )}
                            </Show>
                        }
                    })}
                {is_node
                    .then(|| {
                        view! {
                            <Show
                                when=move || cordoned.get()
                                fallback=move || item(
                                    text::object::action::CORDON,
                                    IconName::Pause,
                                    Box::new(move || open.cordon.set(true)),
                                )
                            >
                                {item(
                                    text::object::action::UNCORDON,
                                    IconName::Play,
                                    Box::new(move || act.run((Action::Uncordon, text::object::done::UNCORDONED))),
                                )}
                            </Show>
                        }
                    })}
                {(restarts || is_node).then(|| view! { <MenuSeparator /> })}
                {guarded_item(
                    delete.clone(),
                    text::object::action::DELETE,
                    IconName::Delete,
                    true,
                    move || open.delete.set(true),
                )}
            </Menu>
        </div>
        {scales.then(|| view! { <ScaleDialog live open=open.scale /> })}
        {restarts
            .then(|| {
                view! {
                    <ActionDialog
                        live
                        open=open.restart
                        action=Action::Restart
                        title=text::object::restart::TITLE
                        sentence=text::object::restart::TEXT
                        word=text::object::action::RESTART
                        done=text::object::done::RESTARTED
                    />
                }
            })}
        {is_node
            .then(|| {
                view! {
                    <ActionDialog
                        live
                        open=open.cordon
                        action=Action::Cordon
                        title=text::object::cordon::TITLE
                        sentence=text::object::cordon::TEXT
                        word=text::object::action::CORDON
                        done=text::object::done::CORDONED
                    />
                }
            })}
        <DeleteDialog live open=open.delete />
    }
    .into_any()
}

/// Which question is open.
#[derive(Clone, Copy)]
struct Dialogs {
    scale: RwSignal<bool>,
    restart: RwSignal<bool>,
    cordon: RwSignal<bool>,
    delete: RwSignal<bool>,
}

impl Default for Dialogs {
    fn default() -> Self {
        let closed = || RwSignal::new(false);
        Self {
            scale: closed(),
            restart: closed(),
            cordon: closed(),
            delete: closed(),
        }
    }
}

fn flag(live: LiveObject, pointer: &'static str) -> Memo<bool> {
    let object = live.value();
    Memo::new(move |_| object.with(|object| object.pointer(pointer) == Some(&Value::Bool(true))))
}

/// Does an action at once and says so.
fn use_action(live: LiveObject) -> Callback<(Action, Text)> {
    let toasts = use_toasts();
    Callback::new(move |(action, done): (Action, Text)| {
        let address = live.address();
        spawn_local(async move {
            match objects::act(&address, action).await {
                Ok(_) => {
                    toasts.success(done.with(&[("name", &address.name)]));
                    live.reload();
                }
                Err(failure) => toasts.failure(&failure),
            }
        });
    })
}

/// What a dialog's work is doing.
#[derive(Clone, Copy)]
struct Work {
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<ApiFailure>>,
    toasts: Toasts,
}

impl Work {
    fn new(open: RwSignal<bool>) -> Self {
        let work = Self {
            open,
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            toasts: use_toasts(),
        };
        Effect::new(move |_| {
            if open.get() {
                work.failure.set(None);
            }
        });
        work
    }

    /// Does `task`; closes the dialog and calls `done` when it went well, and shows why it did not. `done` may run after
    /// the page is left.
    fn run<T: 'static>(self, task: impl Future<Output = ApiResult<T>> + 'static, done: impl FnOnce(T) + 'static) {
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = task.await;
            let is_left = self.busy.try_set(false).is_some();
            match answer {
                Ok(value) => {
                    let _page_is_gone = self.open.try_set(false);
                    done(value);
                }
                Err(failure) if is_left => self.toasts.failure(&failure),
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}

#[component]
fn ActionDialog(
    live: LiveObject,
    open: RwSignal<bool>,
    action: Action,
    title: Text,
    sentence: Text,
    word: Text,
    done: Text,
) -> AnyView {
    let work = Work::new(open);
    let toasts = use_toasts();
    let name = StoredValue::new(live.address().name);
    let confirm = move |()| {
        let address = live.address();
        let shown = address.name.clone();
        work.run(async move { objects::act(&address, action).await }, move |_| {
            toasts.success(done.with(&[("name", &shown)]));
            live.reload();
        });
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || title.with(&[("name", &name.get_value())]))
            action=word
            on_confirm=confirm
            busy=work.busy
            failure=work.failure
            harmless=true
        >
            <p>{sentence}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn ScaleDialog(live: LiveObject, open: RwSignal<bool>) -> AnyView {
    let work = Work::new(open);
    let toasts = use_toasts();
    let name = StoredValue::new(live.address().name);
    let object = live.value();
    let current = Memo::new(move |_| {
        let replicas = object.with(|object| object.pointer("/spec/replicas").and_then(Value::as_u64));
        replicas.and_then(|replicas| u32::try_from(replicas).ok()).unwrap_or(1)
    });
    let wanted = RwSignal::new(Some(1));
    let problems = Signal::derive(move || {
        let is_right = wanted.get().is_some_and(|wanted| wanted <= MOST_REPLICAS);
        // Without a code the sentence stands as it is.
        let problem = || FieldProblem::new("replicas", "", text::rollout::SCALE_WRONG.get());
        (!is_right).then(problem).into_iter().collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        if open.get() {
            wanted.set(Some(current.get_untracked()));
        }
    });
    let confirm = move |()| {
        let Some(replicas) = wanted.get_untracked().filter(|wanted| *wanted <= MOST_REPLICAS) else {
            return;
        };
        let address = live.address();
        let done: Plural = text::object::done::SCALED;
        let shown = address.name.clone();
        work.run(async move { objects::scale(&address, replicas).await }, move |_| {
            toasts.success(done.count_with(u64::from(replicas), &[("name", &shown)]));
            live.reload();
        });
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || text::object::scale::TITLE.with(&[("name", &name.get_value())]))
            action=Signal::derive(move || {
                text::object::scale::CONFIRM.with(&[("replicas", &wanted.get().unwrap_or_default())])
            })
            on_confirm=confirm
            busy=work.busy
            failure=work.failure
            harmless=true
        >
            <NumberField
                label=text::object::scale::REPLICAS
                value=wanted
                most=MOST_REPLICAS
                problems=problems
                path="replicas"
                hint=Signal::derive(move || text::object::scale::HINT.with(&[("current", &current.get())]))
            />
            <Show when=move || wanted.get() == Some(0)>
                <p class="warn-text">
                    <Icon name=IconName::Warn />
                    {text::object::scale::TO_ZERO}
                </p>
            </Show>
        </ConfirmDialog>
    }
    .into_any()
}
