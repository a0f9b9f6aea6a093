//! What stands around every page of the settings: the area's own navigation, and the way back for those who may not be here.

use crate::i18n::{Text, text};
use crate::routes::{Page as Address, Settings};
use crate::state::session::{Session, use_session};
use crate::ui::{EmptyState, IconName, LinkButton, Page, PageHeader, SubNavigation, SubPage};
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use muster_api::access::Permission;

/// Where the audit log is.
const AUDIT: &str = "/audit";

/// A part of the settings.
struct Part {
    href: String,
    label: Text,
    icon: IconName,
    /// Any of these lets a person in.
    permissions: &'static [Permission],
}

fn parts() -> [Part; 6] {
    let part = |page: Settings, label: Text, icon: IconName, permissions: &'static [Permission]| Part {
        href: Address::Settings(page).href(),
        label,
        icon,
        permissions,
    };
    [
        part(
            Settings::Providers,
            text::settings::PROVIDERS,
            IconName::Key,
            &[Permission::ManageProviders],
        ),
        part(
            Settings::Users,
            text::settings::USERS,
            IconName::Account,
            &[Permission::ManageUsers],
        ),
        part(
            Settings::Groups,
            text::settings::GROUPS,
            IconName::Group,
            &[Permission::ManageUsers],
        ),
        part(
            Settings::Roles,
            text::settings::ROLES,
            IconName::Shield,
            &[Permission::ManageRoles, Permission::ManageBindings],
        ),
        part(
            Settings::Bindings,
            text::settings::BINDINGS,
            IconName::Link,
            &[Permission::ManageBindings],
        ),
        Part {
            href: AUDIT.into(),
            label: text::settings::AUDIT,
            icon: IconName::Logs,
            permissions: &[Permission::ReadAudit],
        },
    ]
}

fn lets_in(part: &Part, session: Session) -> bool {
    part.permissions.iter().any(|permission| session.may(*permission))
}

/// May the person on screen see any part of the settings?
pub fn may_see_any(session: Session) -> bool {
    parts().iter().any(|part| lets_in(part, session))
}

/// `/settings`: goes on to the first part that the person may see.
#[component]
pub fn SettingsStartPage() -> impl IntoView {
    let session = use_session();
    let first = untrack(|| parts().into_iter().find(|part| lets_in(part, session)));
    match first {
        Some(part) => view! { <Redirect path=part.href /> }.into_any(),
        None => view! { <Page title=text::settings::TITLE><MayNot /></Page> }.into_any(),
    }
}

#[component]
fn MayNot() -> impl IntoView {
    view! {
        <PageHeader title=text::settings::TITLE />
        <EmptyState title=text::settings::MAY_NOT detail=text::settings::MAY_NOT_DETAIL icon=IconName::Lock>
            <LinkButton href=Address::Clusters.href()>{text::shell::CLUSTERS}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// A page of the settings.
#[component]
pub fn SettingsPage(
    /// The title of the browser's tab.
    #[prop(into)]
    title: Signal<String>,
    /// Any of these lets a person in.
    permissions: &'static [Permission],
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let path = use_location().pathname;
    let pages = Signal::derive(move || {
        let path = path.get();
        parts()
            .into_iter()
            .filter(|part| lets_in(part, session))
            .map(|part| {
                let under = path.strip_prefix(&part.href).is_some_and(|rest| rest.starts_with('/'));
                SubPage {
                    here: path == part.href || under,
                    href: part.href,
                    label: part.label,
                    icon: part.icon,
                }
            })
            .collect::<Vec<_>>()
    });
    let may = Memo::new(move |_| permissions.iter().any(|permission| session.may(*permission)));
    view! {
        <div class="settings">
            <SubNavigation label=text::settings::TITLE pages />
            <Page title>
                <Show when=move || may.get() fallback=|| view! { <MayNot /> }>
                    {children()}
                </Show>
            </Page>
        </div>
    }
    .into_any()
}
