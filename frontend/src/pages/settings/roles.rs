//! Roles: what there is to be granted.

mod builder;
mod draft;
mod effective;
mod role_page;
mod rules_editor;
mod wording;

pub use builder::{EditRolePage, NewRolePage};
pub use role_page::RolePage;

use super::frame::SettingsPage;
use crate::api_client::roles;
use crate::i18n::{self, Text, text};
use crate::pages::bindings::table::role_name;
use crate::routes::{Page, Settings};
use crate::state::loader::Loader;
use crate::state::session::use_session;
use crate::ui::{ButtonKind, Chip, EmptyState, IconName, LinkButton, LoadFrame, PageHeader};
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::access::{Permission, Role, RoleLevel};

/// Whoever grants roles must be able to read them.
const PERMISSIONS: &[Permission] = &[Permission::ManageRoles, Permission::ManageBindings];

/// What a level is called.
const fn level_words(level: RoleLevel) -> Text {
    match level {
        RoleLevel::Global => text::roles::level::GLOBAL,
        RoleLevel::Cluster => text::roles::level::CLUSTER,
        RoleLevel::Namespace => text::roles::level::NAMESPACE,
    }
}

/// What a role is for: built-in ones say it in the person's language.
fn description_of(role: &Role) -> String {
    if role.built_in {
        i18n::lookup_or("roles.built_in_what", &role.name, &role.description)
    } else {
        role.description.clone()
    }
}

/// The list of roles.
#[component]
pub fn RolesPage() -> impl IntoView {
    let session = use_session();
    let loader = Loader::new(|| async { roles::list().await });
    view! {
        <SettingsPage title=text::roles::TITLE permissions=PERMISSIONS>
            <PageHeader title=text::roles::TITLE detail=text::roles::LEAD>
                <Show when=move || session.may(Permission::ManageRoles)>
                    <LinkButton
                        href=Page::Settings(Settings::NewRole).href()
                        kind=ButtonKind::Primary
                        icon=IconName::Plus
                    >
                        {text::roles::CREATE}
                    </LinkButton>
                </Show>
            </PageHeader>
            <LoadFrame loader>
                <RoleTables loader />
            </LoadFrame>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn RoleTables(loader: Loader<Collection<Role>>) -> impl IntoView {
    let of = move |built_in: bool| {
        Memo::new(move |_| {
            let roles = loader.value().map(|roles| roles.items).unwrap_or_default();
            roles
                .into_iter()
                .filter(|role| role.built_in == built_in)
                .collect::<Vec<_>>()
        })
    };
    view! {
        <RoleTable title=text::roles::OWN roles=of(false) />
        <RoleTable title=text::roles::BUILT_IN_TITLE roles=of(true) />
    }
    .into_any()
}

#[component]
fn RoleTable(title: Text, roles: Memo<Vec<Role>>) -> impl IntoView {
    view! {
        <h2>{title}</h2>
        <div class="table-card">
            <Show
                when=move || !roles.read().is_empty()
                fallback=|| {
                    view! { <EmptyState title=text::roles::NO_OWN detail=text::roles::NO_OWN_DETAIL icon=IconName::Shield /> }
                }
            >
                <table class="table settings-table" aria-label=move || title.get()>
                    <thead>
                        <tr>
                            <th scope="col">{text::common::NAME}</th>
                            <th scope="col" class="settings-wide">{text::roles::WHAT}</th>
                            <th scope="col">{text::roles::GRANTED_WHERE}</th>
                            <th scope="col" class="number">{text::bindings::TITLE}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || roles.get() key=|role| format!("{role:?}") let:role>
                            <RoleLine role />
                        </For>
                    </tbody>
                </table>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn RoleLine(role: Role) -> impl IntoView {
    let held = StoredValue::new(role.clone());
    view! {
        <tr>
            <th scope="row">
                <a href=Page::Settings(Settings::Role(role.id)).href()>
                    {move || held.with_value(|role| role_name(&role.name))}
                </a>
            </th>
            <td class="settings-wide">{move || held.with_value(description_of)}</td>
            <td>
                <Chip>{level_words(role.level)}</Chip>
            </td>
            <td class="number">{role.bindings}</td>
        </tr>
    }
    .into_any()
}
