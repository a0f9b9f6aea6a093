//! The role builder: a form, and beside it what the role would really allow.

use super::PERMISSIONS;
use super::draft::{RuleDraft, level_of, level_word, problems_of, request_of};
use super::effective::EffectiveView;
use super::role_page::find;
use super::rules_editor::{RuleLine, RulesEditor};
use super::wording::permission_word;
use crate::api_client::{ApiFailure, roles};
use crate::i18n::{self, text};
use crate::pages::bindings::table::role_name;
use crate::pages::settings::frame::SettingsPage;
use crate::pages::settings::user_page::NotThere;
use crate::routes::{Page, Settings};
use crate::state::loader::Loader;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{
    Button, ButtonKind, Card, Checkbox, FailurePanel, FieldProblems, FormFailure, IconName, LinkButton, LoadView,
    PageHeader, Picker, PickerOption, RemovableChip, Select, SelectOption, Skeleton, TextField, focus_first_problem,
    narrowed,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_api::access::{Effective, Permission, Role, RoleLevel, RoleRequest};
use std::time::Duration;

/// How long nothing is typed before the server is asked what the role would allow.
const REST: Duration = Duration::from_millis(400);

/// A new role.
#[component]
pub fn NewRolePage() -> impl IntoView {
    let loader = Loader::new(|| async { roles::list().await.map(|roles| roles.items) });
    view! {
        <SettingsPage title=text::roles::NEW_TITLE permissions=PERMISSIONS>
            <LoadView loader view=new_role />
        </SettingsPage>
    }
    .into_any()
}

fn new_role(all: Vec<Role>) -> AnyView {
    view! { <Builder all /> }.into_any()
}

/// A role that is there.
#[component]
pub fn EditRolePage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.with(|parameters| parameters.get("role")).unwrap_or_default());
    view! {
        <SettingsPage title=text::roles::TITLE permissions=PERMISSIONS>
            {move || view! { <LoadedBuilder id=id.get() /> }}
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn LoadedBuilder(id: String) -> impl IntoView {
    let id = StoredValue::new(id);
    let loader = Loader::new(move || {
        let id = id.get_value();
        async move { find(&id).await }
    });
    let show = |found: Option<(Role, Vec<Role>)>| match found {
        Some((role, all)) => view! { <Builder all role /> }.into_any(),
        None => view! { <NotThere title=text::roles::NOT_THERE back=Settings::Roles /> }.into_any(),
    };
    view! { <LoadView loader view=show /> }.into_any()
}

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    description: RwSignal<String>,
    level: RwSignal<String>,
    rules: RwSignal<Vec<RuleLine>>,
    permissions: [RwSignal<bool>; Permission::ALL.len()],
    inherits: RwSignal<Vec<String>>,
}

impl Form {
    fn new(request: RoleRequest) -> Self {
        let rules = request
            .rules
            .iter()
            .zip(0..)
            .map(|(rule, id)| RuleLine::new(id, RuleDraft::of(rule)));
        Self {
            name: RwSignal::new(request.name),
            description: RwSignal::new(request.description),
            level: RwSignal::new(level_word(request.level).to_owned()),
            rules: RwSignal::new(rules.collect()),
            permissions: Permission::ALL.map(|permission| RwSignal::new(request.permissions.contains(&permission))),
            inherits: RwSignal::new(request.inherits),
        }
    }

    fn rules(self) -> Vec<RuleDraft> {
        self.rules.get().into_iter().map(RuleLine::draft).collect()
    }

    /// What is meant; followed when read inside a view.
    fn request(self) -> RoleRequest {
        let permissions = Permission::ALL.into_iter().zip(self.permissions);
        RoleRequest {
            name: self.name.get().trim().to_owned(),
            description: self.description.get().trim().to_owned(),
            level: self.level.with(|word| level_of(word)),
            rules: self.rules().iter().map(RuleDraft::rule).collect(),
            permissions: permissions
                .filter(|(_, on)| on.get())
                .map(|(permission, _)| permission)
                .collect(),
            inherits: self.inherits.get(),
        }
    }
}

#[component]
fn Builder(all: Vec<Role>, #[prop(optional, into)] role: Option<Role>) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let title = role.as_ref().map(|role| role.name.clone());
    let bound = role.as_ref().is_some_and(|role| role.bindings > 0);
    let id = StoredValue::new(role.as_ref().map(|role| role.id.clone()));
    let empty = RoleRequest {
        name: String::new(),
        description: String::new(),
        level: RoleLevel::Namespace,
        rules: Vec::new(),
        permissions: Vec::new(),
        inherits: Vec::new(),
    };
    let form = Form::new(role.as_ref().map_or(empty, request_of));
    let others: Vec<Role> = all
        .into_iter()
        .filter(|other| id.with_value(|id| id.as_ref() != Some(&other.id)))
        .collect();
    let work = Work::new();
    let shown: FieldProblems = work.problems.into();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (request, rules) = untrack(|| (form.request(), form.rules()));
        if work.refuses(problems_of(&request, &rules)) {
            focus_first_problem(".role-form");
            return;
        }
        let navigate = navigate.clone();
        let task = async move {
            match id.get_value() {
                Some(id) => roles::replace(&id, &request).await,
                None => roles::create(&request).await,
            }
        };
        work.run(task, move |role: Role| {
            toasts.success(text::roles::SAVED.with(&[("name", &role.name)]));
            navigate(
                &Page::Settings(Settings::Role(role.id)).href(),
                NavigateOptions::default(),
            );
        });
    };
    let heading = Signal::derive(move || title.clone().unwrap_or_else(|| text::roles::NEW_TITLE.get().to_owned()));
    let levels = Signal::derive(|| {
        [
            (RoleLevel::Namespace, text::roles::level::NAMESPACE),
            (RoleLevel::Cluster, text::roles::level::CLUSTER),
            (RoleLevel::Global, text::roles::level::GLOBAL),
        ]
        .map(|(level, words)| SelectOption::new(level_word(level), words.get()))
        .to_vec()
    });
    let level_hint = Signal::derive(move || {
        let say = if bound {
            text::roles::LEVEL_BOUND
        } else {
            text::roles::LEVEL_HINT
        };
        say.get().to_owned()
    });
    let takes_urls = Signal::derive(move || form.level.with(|word| level_of(word) == RoleLevel::Cluster));
    let back = id.with_value(|id| match id {
        Some(id) => Page::Settings(Settings::Role(id.clone())).href(),
        None => Page::Settings(Settings::Roles).href(),
    });
    view! {
        <form class="role-form" novalidate autocomplete="off" on:submit=submit>
            <PageHeader title=heading>
                <LinkButton href=back kind=ButtonKind::Quiet icon=IconName::ArrowLeft>
                    {text::common::BACK}
                </LinkButton>
                <Button kind=ButtonKind::Primary submit=true busy=work.busy>
                    {text::common::SAVE}
                </Button>
            </PageHeader>
            <FormFailure work />
            <div class="form-and-side">
                <div class="stack">
                    <Card title=text::roles::BASICS>
                        <div class="stack">
                            <TextField label=text::common::NAME value=form.name path="name" problems=shown />
                            <TextField
                                label=text::roles::WHAT
                                value=form.description
                                path="description"
                                problems=shown
                                optional=true
                            />
                            <Select
                                label=text::roles::GRANTED_WHERE
                                value=form.level
                                options=levels
                                hint=level_hint
                                path="level"
                                problems=shown
                                disabled=bound
                            />
                        </div>
                    </Card>
                    <Card title=text::roles::IN_CLUSTERS>
                        <RulesEditor rules=form.rules problems=shown takes_urls />
                    </Card>
                    <Card title=text::roles::IN_CONSOLE>
                        <Permissions form />
                    </Card>
                    <Card title=text::roles::INCLUDES>
                        <Includes form others />
                    </Card>
                </div>
                <div class="form-side">
                    <Preview form />
                </div>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Permissions(form: Form) -> impl IntoView {
    view! {
        <div class="stack" role="group" aria-label=move || text::roles::IN_CONSOLE.get()>
            {Permission::ALL
                .into_iter()
                .zip(form.permissions)
                .map(|(permission, on)| {
                    let word = StoredValue::new(permission_word(permission));
                    let label = Signal::derive(move || {
                        word.with_value(|word| i18n::lookup_or("roles.permission", word, word))
                    });
                    view! { <Checkbox label checked=on /> }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

#[component]
fn Includes(form: Form, others: Vec<Role>) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let others = StoredValue::new(others);
    let name_of = move |id: &str| {
        others.with_value(|others| {
            let other = others.iter().find(|other| other.id == id);
            other.map_or_else(|| id.to_owned(), |other| role_name(&other.name))
        })
    };
    let options = Signal::derive(move || {
        let chosen = form.inherits.get();
        let free = others.with_value(|others| {
            let free = others.iter().filter(|other| !chosen.contains(&other.id));
            free.map(|role| PickerOption {
                value: role.id.clone(),
                label: role_name(&role.name),
                detail: super::description_of(role),
                icon: IconName::Shield,
            })
            .collect::<Vec<_>>()
        });
        query.with(|query| narrowed(&free, query, 12))
    });
    let pick = move |id: String| {
        form.inherits.update(|inherits| inherits.push(id));
        query.set(String::new());
    };
    view! {
        <div class="stack">
            <Show when=move || !form.inherits.read().is_empty()>
                <ul class="chip-list">
                    <For each=move || form.inherits.get() key=|id| id.clone() let:id>
                        <li>
                            <RemovableChip
                                label=name_of(&id)
                                on_remove=move |()| form.inherits.update(|inherits| inherits.retain(|other| *other != id))
                            />
                        </li>
                    </For>
                </ul>
            </Show>
            <Picker label=text::roles::INCLUDE query options on_pick=pick hint=text::roles::INCLUDE_HINT />
        </div>
    }
    .into_any()
}

/// What the role would allow, asked while one types.
#[component]
fn Preview(form: Form) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<Effective, ApiFailure>>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let round = StoredValue::new(0_u32);
    let ask = move |request: RoleRequest| {
        let this_round = round.get_value().wrapping_add(1);
        round.set_value(this_round);
        spawn_local(async move {
            let found = roles::preview(&request).await;
            if round.try_get_value() == Some(this_round) {
                answer.set(Some(found));
            }
        });
    };
    Effect::new(move |before: Option<RoleRequest>| {
        let mut request = form.request();
        if request.name.is_empty() {
            // It is only looked at: what it will be called does not matter yet.
            "preview".clone_into(&mut request.name);
        }
        // A rule that is half typed would only be refused.
        request.rules.retain(|rule| {
            let has_place = !rule.resources.is_empty() || !rule.non_resource_urls.is_empty();
            has_place && !rule.verbs.is_empty()
        });
        if before.as_ref() == Some(&request) {
            return request;
        }
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let wanted = request.clone();
        let waiting = set_timeout_with_handle(
            move || {
                if timer.try_get_value().is_some() {
                    ask(wanted.clone());
                }
            },
            REST,
        );
        timer.set_value(waiting.ok());
        request
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    view! {
        <Card title=text::roles::REALLY>
            <div aria-live="polite">
                {move || match answer.get() {
                    None => view! { <Skeleton lines=3 /> }.into_any(),
                    Some(Ok(effective)) => view! { <EffectiveView effective /> }.into_any(),
                    Some(Err(failure)) => view! { <FailurePanel failure /> }.into_any(),
                }}
            </div>
        </Card>
    }
    .into_any()
}
