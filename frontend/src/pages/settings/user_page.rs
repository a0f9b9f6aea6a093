//! One user: the account, its groups, the bindings, and what can be done.

use super::frame::SettingsPage;
use super::users::{DeleteUserDialog, EditUserDialog, PERMISSIONS, presence};
use crate::api_client::ApiResult;
use crate::api_client::bindings::BindingFilter;
use crate::api_client::users;
use crate::format::sentence::capitalized;
use crate::i18n::{Text, text};
use crate::pages::bindings::{BindingsCard, Given};
use crate::routes::{Page, Settings};
use crate::state::loader::Loader;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{
    Age, Button, ButtonKind, Card, Chip, ConfirmDialog, EmptyState, FailurePanel, IconName, LinkButton, LoadView,
    Notice, PageHeader, Properties, Property, StatusBadge,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use muster_api::access::{AccountLook, LookOutcome, Named, Principal, User};
use muster_api::provider::PrincipalKind;
use muster_api::resource::Health;
use muster_api::session::Role;

/// The page.
#[component]
pub fn UserPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.with(|parameters| parameters.get("user")).unwrap_or_default());
    view! {
        <SettingsPage title=text::users::TITLE permissions=PERMISSIONS>
            {move || view! { <Loaded id=id.get() /> }}
        </SettingsPage>
    }
    .into_any()
}

async fn find(id: &str) -> ApiResult<Option<User>> {
    match users::read(id).await {
        Ok(user) => Ok(Some(user)),
        Err(failure) if failure.status() == Some(404) => Ok(None),
        Err(failure) => Err(failure),
    }
}

#[component]
fn Loaded(id: String) -> impl IntoView {
    let id = StoredValue::new(id);
    let loader = Loader::new(move || {
        let id = id.get_value();
        async move { find(&id).await }
    });
    let look = RwSignal::new(None::<AccountLook>);
    let show = move |found: Option<User>| match found {
        Some(user) => view! { <Details user look on_change=move |()| loader.reload() /> }.into_any(),
        None => view! { <NotThere title=text::users::NOT_THERE back=Settings::Users /> }.into_any(),
    };
    view! { <LoadView loader view=show /> }.into_any()
}

/// What an address named is gone, or was never there.
#[component]
pub(super) fn NotThere(
    /// What is not there.
    title: Text,
    /// Where to look for others.
    back: Settings,
) -> impl IntoView {
    view! {
        <PageHeader title />
        <EmptyState title detail=text::settings::NOT_THERE icon=IconName::Unknown>
            <LinkButton href=Page::Settings(back).href()>{text::common::BACK}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

fn principal_of(user: &User) -> Principal {
    Principal {
        kind: PrincipalKind::User,
        id: Some(user.id.clone()),
        provider: user.provider.clone(),
        external_id: None,
        name: user.name.clone(),
        display_name: user.display_name.clone(),
        place: user.email.clone(),
    }
}

#[component]
fn Details(
    user: User,
    /// What came of looking at the account from this page. It outlives what is shown of the user, which is read anew.
    look: RwSignal<Option<AccountLook>>,
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    let (editing, deleting, ending) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let refreshing = Work::new();
    let id = StoredValue::new(user.id.clone());
    let refresh = move |_| {
        refreshing.run(
            async move { users::refresh(&id.get_value()).await },
            move |found: AccountLook| {
                let _page_may_be_gone = look.try_set(Some(found));
                on_change.run(());
            },
        );
    };
    let (health, word) = presence(&user);
    let is_elsewhere = user.provider.is_some();
    let is_administrator = user.role == Role::Administrator;
    let given = Given {
        subject: Some(principal_of(&user)),
        ..Given::default()
    };
    let filter = BindingFilter {
        subject: user.id.clone(),
        ..BindingFilter::default()
    };
    let title = user.display_name.clone();
    let account = user.clone();
    view! {
        <PageHeader
            title=Signal::derive(move || title.clone())
            beside=move || {
                view! {
                    <StatusBadge health word />
                    {is_administrator.then(|| view! { <Chip>{text::users::ADMINISTRATOR}</Chip> })}
                }
            }
        >
            {is_elsewhere
                .then(|| {
                    view! {
                        <Button icon=IconName::Restart on_press=refresh busy=refreshing.busy>
                            {text::users::REFRESH}
                        </Button>
                    }
                })}
            <Button icon=IconName::SignOut on_press=move |_| ending.set(true)>
                {text::users::END_SESSIONS}
            </Button>
            <Button icon=IconName::Edit on_press=move |_| editing.set(true)>
                {text::common::EDIT}
            </Button>
            <Button kind=ButtonKind::Danger icon=IconName::Delete on_press=move |_| deleting.set(true)>
                {text::common::DELETE}
            </Button>
        </PageHeader>
        {move || refreshing.failure.get().map(|failure| view! { <FailurePanel failure /> })}
        {move || look.get().map(|look| view! { <LookNotice look /> })}
        <Card title=text::users::ACCOUNT>
            <Properties>
                <Property name=text::users::NAME monospace=true>
                    {account.name}
                </Property>
                {account.email.map(|email| view! { <Property name=text::users::EMAIL>{email}</Property> })}
                <Property name=text::users::PROVIDER>
                    {match account.provider {
                        Some(provider) => provider.name.into_any(),
                        None => (move || text::users::LOCAL.get()).into_any(),
                    }}
                </Property>
                <Property name=text::users::CREATED_AT>
                    <Age since=account.created_at />
                </Property>
                <Property name=text::users::SEEN>
                    {match account.last_seen_at {
                        Some(seen) => view! { <Age since=seen /> }.into_any(),
                        None => (move || text::users::NEVER.get()).into_any(),
                    }}
                </Property>
            </Properties>
        </Card>
        <GroupsCard user=user.clone() />
        <BindingsCard title=text::bindings::TITLE filter given empty=text::users::NO_BINDINGS />
        <EditUserDialog open=editing user=user.clone() on_done=on_change />
        <DeleteUserDialog open=deleting user=user.clone() />
        <EndSessionsDialog open=ending user />
    }
    .into_any()
}

/// What came of looking at the account at its provider.
#[component]
fn LookNotice(look: AccountLook) -> impl IntoView {
    let (health, sentence) = match look.outcome {
        LookOutcome::Present => (Health::Good, text::users::look::PRESENT),
        LookOutcome::Missing => (Health::Warn, text::users::look::MISSING),
        LookOutcome::Gone => (Health::Bad, text::users::look::GONE),
        LookOutcome::Unknown => (Health::Unknown, text::users::look::UNKNOWN),
    };
    let names = |groups: &[Named]| {
        groups
            .iter()
            .map(|group| group.name.clone())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (gained, lost) = (names(&look.gained), names(&look.lost));
    let is_same = look.outcome == LookOutcome::Present && gained.is_empty() && lost.is_empty();
    view! {
        <Notice health>
            <p>{sentence}</p>
            {look.reason.map(|reason| view! { <p class="wrap-anywhere">{capitalized(&reason)}</p> })}
            {(!gained.is_empty())
                .then(|| view! { <p>{move || text::users::look::GAINED.with(&[("names", &gained)])}</p> })}
            {(!lost.is_empty())
                .then(|| view! { <p>{move || text::users::look::LOST.with(&[("names", &lost)])}</p> })}
            {is_same.then(|| view! { <p>{text::users::look::SAME_GROUPS}</p> })}
        </Notice>
    }
    .into_any()
}

#[component]
fn GroupsCard(user: User) -> impl IntoView {
    let refreshed = user.refreshed_at.clone();
    let is_empty = user.groups.is_empty();
    let when = move || {
        refreshed
            .clone()
            .map(|at| view! { <span class="dim">{text::users::GROUPS_READ} " " <Age since=at /></span> })
    };
    view! {
        <Card title=text::users::GROUPS actions=when>
            {if is_empty {
                view! { <p class="dim">{text::users::NO_GROUPS}</p> }.into_any()
            } else {
                view! {
                    <ul class="chip-list">
                        {user
                            .groups
                            .into_iter()
                            .map(|group| {
                                view! {
                                    <li>
                                        <a class="chip" href=Page::Settings(Settings::Group(group.id)).href()>
                                            {group.name}
                                        </a>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
                    .into_any()
            }}
        </Card>
    }
    .into_any()
}

#[component]
fn EndSessionsDialog(open: RwSignal<bool>, user: User) -> impl IntoView {
    let toasts = use_toasts();
    let work = Work::of_dialog(open);
    let (id, name) = (user.id, user.display_name);
    let confirm = move |()| {
        let id = id.clone();
        work.run(async move { users::end_sessions(&id).await }, move |()| {
            let _page_may_be_gone = open.try_set(false);
            toasts.success(text::users::SESSIONS_ENDED.get());
        });
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || text::users::END_SESSIONS_TITLE.with(&[("name", &name)]))
            action=text::users::END_SESSIONS
            on_confirm=confirm
            busy=work.busy
            failure=work.failure
        >
            <p>{text::users::END_SESSIONS_BODY}</p>
        </ConfirmDialog>
    }
    .into_any()
}

/// The state of an account in a table of members.
pub(super) fn account_state(user: &User) -> AnyView {
    let (health, word): (Health, Text) = presence(user);
    view! { <StatusBadge health word /> }.into_any()
}
