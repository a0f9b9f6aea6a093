//! One role: its own rules, what it includes, what it really allows, and who has it.

use super::effective::{EffectiveView, PermissionList, RuleTable};
use super::{PERMISSIONS, description_of, level_words};
use crate::api_client::bindings::BindingFilter;
use crate::api_client::{ApiResult, roles};
use crate::i18n::text;
use crate::pages::bindings::table::role_name;
use crate::pages::bindings::{BindingsCard, Given};
use crate::pages::settings::frame::SettingsPage;
use crate::pages::settings::user_page::NotThere;
use crate::routes::{Page, Settings};
use crate::state::loader::Loader;
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{Button, ButtonKind, Card, Chip, ConfirmDialog, IconName, LinkButton, LoadView, PageHeader};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_api::access::{Permission, Role};

/// The page.
#[component]
pub fn RolePage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| parameters.with(|parameters| parameters.get("role")).unwrap_or_default());
    view! {
        <SettingsPage title=text::roles::TITLE permissions=PERMISSIONS>
            {move || view! { <Loaded id=id.get() /> }}
        </SettingsPage>
    }
    .into_any()
}

/// A role with all the others, which it may include.
type Found = Option<(Role, Vec<Role>)>;

pub(super) async fn find(id: &str) -> ApiResult<Found> {
    let all = roles::list().await?.items;
    let found = all.iter().find(|role| role.id == id).cloned();
    Ok(found.map(|role| (role, all)))
}

#[component]
fn Loaded(id: String) -> impl IntoView {
    let id = StoredValue::new(id);
    let loader = Loader::new(move || {
        let id = id.get_value();
        async move { find(&id).await }
    });
    let show = move |found: Found| match found {
        Some((role, all)) => view! { <Details role all on_change=move |()| loader.reload() /> }.into_any(),
        None => view! { <NotThere title=text::roles::NOT_THERE back=Settings::Roles /> }.into_any(),
    };
    view! { <LoadView loader view=show /> }.into_any()
}

#[component]
fn Details(role: Role, all: Vec<Role>, #[prop(into)] on_change: Callback<()>) -> impl IntoView {
    let session = use_session();
    let deleting = RwSignal::new(false);
    let held = StoredValue::new(role.clone());
    let edit = Page::Settings(Settings::EditRole(role.id.clone())).href();
    let level = role.level;
    let may_change = !role.built_in;
    let included: Vec<Role> = all
        .into_iter()
        .filter(|other| role.inherits.contains(&other.id))
        .collect();
    let filter = BindingFilter {
        role: role.id.clone(),
        ..BindingFilter::default()
    };
    let given = Given {
        role: Some(role.id.clone()),
        ..Given::default()
    };
    let (rules, permissions, effective) = (role.rules.clone(), role.permissions.clone(), role.effective.clone());
    view! {
        <PageHeader
            title=Signal::derive(move || held.with_value(|role| role_name(&role.name)))
            beside=move || {
                view! {
                    <Chip>{level_words(level)}</Chip>
                    {(!may_change).then(|| view! { <Chip>{text::roles::BUILT_IN_CHIP}</Chip> })}
                }
            }
            detail=Signal::derive(move || held.with_value(description_of))
        >
            <Show when=move || may_change && session.may(Permission::ManageRoles)>
                <LinkButton href=edit.clone() icon=IconName::Edit>
                    {text::common::EDIT}
                </LinkButton>
                <Button kind=ButtonKind::Danger icon=IconName::Delete on_press=move |_| deleting.set(true)>
                    {text::common::DELETE}
                </Button>
            </Show>
        </PageHeader>
        <Card title=text::roles::REALLY>
            <EffectiveView effective />
        </Card>
        <Card title=text::roles::BY_ITSELF>
            <div class="stack">
                <RuleTable label=text::roles::BY_ITSELF rules />
                <PermissionList permissions />
                <h3>{text::roles::INCLUDES}</h3>
                {if included.is_empty() {
                    view! { <p class="dim">{text::roles::INCLUDES_NONE}</p> }.into_any()
                } else {
                    view! {
                        <ul class="chip-list">
                            {included
                                .into_iter()
                                .map(|role| {
                                    let href = Page::Settings(Settings::Role(role.id)).href();
                                    view! {
                                        <li>
                                            <a class="chip" href=href>
                                                {move || role_name(&role.name)}
                                            </a>
                                        </li>
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                        .into_any()
                }}
            </div>
        </Card>
        <BindingsCard title=text::roles::WHO filter given empty=text::roles::NOBODY on_change />
        <DeleteDialog open=deleting role />
    }
    .into_any()
}

#[component]
fn DeleteDialog(open: RwSignal<bool>, role: Role) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let work = Work::of_dialog(open);
    let bindings = role.bindings;
    let (id, name) = (role.id, StoredValue::new(role.name));
    let confirm = move |()| {
        let (id, navigate) = (id.clone(), navigate.clone());
        work.run(async move { roles::remove(&id).await }, move |()| {
            toasts.success(text::roles::DELETED.with(&[("name", &name.get_value())]));
            navigate(&Page::Settings(Settings::Roles).href(), NavigateOptions::default());
        });
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || text::roles::DELETE_TITLE.with(&[("name", &name.get_value())]))
            action=text::roles::DELETE_CONFIRM
            on_confirm=confirm
            busy=work.busy
            failure=work.failure
        >
            <p>
                {move || {
                    if bindings == 0 {
                        text::roles::DELETE_UNUSED.get().to_owned()
                    } else {
                        text::roles::DELETE_BODY.count(bindings)
                    }
                }}
            </p>
        </ConfirmDialog>
    }
    .into_any()
}
