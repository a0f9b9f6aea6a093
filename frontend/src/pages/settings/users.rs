//! Users: who they are, where their accounts are, and whether those are still there.

mod create;
mod edit;

pub(super) use edit::{DeleteUserDialog, EditUserDialog};

use super::frame::SettingsPage;
use crate::api_client::users;
use crate::i18n::{Text, text};
use crate::routes::{Page, Settings};
use crate::state::loader::Loader;
use crate::ui::{
    Age, Button, ButtonKind, Chip, EmptyState, Icon, IconName, LoadFrame, Notice, PageHeader, Select, SelectOption,
    StatusBadge,
};
use create::CreateUserDialog;
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::access::{Permission, Presence, User};
use muster_api::resource::Health;
use muster_api::session::Role;

/// Who may see users.
pub(super) const PERMISSIONS: &[Permission] = &[Permission::ManageUsers];

/// Rows that are drawn at once; a company has thousands.
const MOST_ROWS: usize = 200;

/// How a presence looks.
pub(super) const fn presence(user: &User) -> (Health, Text) {
    match (user.disabled, user.presence) {
        (true, _) => (Health::Idle, text::users::presence::DISABLED),
        (false, Presence::Present) => (Health::Good, text::users::presence::PRESENT),
        (false, Presence::Absent) => (Health::Bad, text::users::presence::ABSENT),
        (false, Presence::Unknown) => (Health::Unknown, text::users::presence::UNKNOWN),
    }
}

/// The list of users.
#[component]
pub fn UsersPage() -> impl IntoView {
    let creating = RwSignal::new(false);
    let loader = Loader::new(|| async { users::list().await });
    view! {
        <SettingsPage title=text::users::TITLE permissions=PERMISSIONS>
            <PageHeader title=text::users::TITLE detail=text::users::LEAD>
                <Button kind=ButtonKind::Primary icon=IconName::Plus on_press=move |_| creating.set(true)>
                    {text::users::CREATE}
                </Button>
            </PageHeader>
            <LoadFrame loader>
                <UserTable loader />
            </LoadFrame>
            <CreateUserDialog open=creating on_done=move |()| loader.reload() />
        </SettingsPage>
    }
    .into_any()
}

/// Has the user every word of the text, and the provider?
fn fits(user: &User, words: &[String], provider: &str) -> bool {
    let at = user.provider.as_ref().map_or(LOCAL, |at| at.id.as_str());
    let email = user.email.as_deref().unwrap_or_default();
    let hay = format!("{} {} {email}", user.name, user.display_name).to_lowercase();
    (provider.is_empty() || provider == at) && words.iter().all(|word| hay.contains(word.as_str()))
}

/// Stands for no provider in the choice of providers.
const LOCAL: &str = "local";

#[component]
fn UserTable(loader: Loader<Collection<User>>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let provider = RwSignal::new(String::new());
    let all = Memo::new(move |_| loader.value().map(|users| users.items).unwrap_or_default());
    let left_out = Memo::new(move |_| {
        loader
            .value()
            .map_or(0, |users| users.total.saturating_sub(users.items.len() as u64))
    });
    let found = Memo::new(move |_| {
        let words: Vec<String> = search.with(|text| text.split_whitespace().map(str::to_lowercase).collect());
        let provider = provider.get();
        all.with(|all| {
            let fitting = all.iter().filter(|user| fits(user, &words, &provider));
            fitting.cloned().collect::<Vec<_>>()
        })
    });
    let providers = Signal::derive(move || {
        let mut options = vec![
            SelectOption::new("", text::users::ALL_PROVIDERS.get()),
            SelectOption::new(LOCAL, text::users::LOCAL.get()),
        ];
        let mut known: Vec<_> = all.with(|all| all.iter().filter_map(|user| user.provider.clone()).collect());
        known.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        known.dedup();
        options.extend(known.into_iter().map(|at| SelectOption::new(at.id, at.name)));
        options
    });
    let more = Memo::new(move |_| found.read().len().saturating_sub(MOST_ROWS));
    view! {
        <div class="settings-filter">
            <SearchField value=search label=text::users::SEARCH />
            <Select label=text::users::PROVIDER value=provider options=providers />
        </div>
        <Show when=move || { left_out.get() > 0 }>
            <Notice health=Health::Unknown>{move || text::users::LEFT_OUT.count(left_out.get())}</Notice>
        </Show>
        <div class="table-card">
            <Show
                when=move || !found.read().is_empty()
                fallback=|| view! { <EmptyState title=text::users::NONE_FITS icon=IconName::Account /> }
            >
                <table class="table settings-table" aria-label=move || text::users::TITLE.get()>
                    <thead>
                        <tr>
                            <th scope="col">{text::common::NAME}</th>
                            <th scope="col" class="settings-wide">{text::users::PROVIDER}</th>
                            <th scope="col" class="number settings-wide">{text::users::GROUPS}</th>
                            <th scope="col">{text::users::ACCOUNT}</th>
                            <th scope="col" class="settings-wide">{text::users::SEEN}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || found.get().into_iter().take(MOST_ROWS)
                            key=|user| serde_json::to_string(user).unwrap_or_else(|_| user.id.clone())
                            let:user
                        >
                            <UserLine user />
                        </For>
                    </tbody>
                </table>
            </Show>
        </div>
        <Show when=move || { more.get() > 0 }>
            <p class="dim">{move || text::users::MORE.count(more.get() as u64)}</p>
        </Show>
    }
    .into_any()
}

#[component]
fn UserLine(user: User) -> impl IntoView {
    let (health, word) = presence(&user);
    let provider = user.provider.as_ref().map(|provider| provider.name.clone());
    let short_name = (user.name != user.display_name).then(|| user.name.clone());
    view! {
        <tr>
            <th scope="row">
                <span class="principal-words">
                    <a href=Page::Settings(Settings::User(user.id)).href()>{user.display_name}</a>
                    {short_name.map(|name| view! { <small>{name}</small> })}
                </span>
                " "
                {(user.role == Role::Administrator).then(|| view! { <Chip>{text::users::ADMINISTRATOR}</Chip> })}
            </th>
            <td class="settings-wide">
                {match provider {
                    Some(name) => name.into_any(),
                    None => view! { <span class="dim">{text::users::LOCAL}</span> }.into_any(),
                }}
            </td>
            <td class="number settings-wide">{user.groups.len()}</td>
            <td>
                <StatusBadge health word />
            </td>
            <td class="settings-wide">
                {match user.last_seen_at {
                    Some(seen) => view! { <Age since=seen /> }.into_any(),
                    None => view! { <span class="dim">{text::users::NEVER}</span> }.into_any(),
                }}
            </td>
        </tr>
    }
    .into_any()
}

/// The field that narrows a list while one types.
#[component]
pub(super) fn SearchField(
    /// What is typed.
    value: RwSignal<String>,
    /// What is searched.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="filter">
            <Icon name=IconName::Search />
            <input
                type="search"
                data-filter=""
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-label=move || label.get()
                placeholder=move || label.get()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_api::access::Named;

    fn user(name: &str, provider: Option<&str>) -> User {
        User {
            id: name.into(),
            name: name.into(),
            display_name: format!("{name} Baker"),
            email: None,
            provider: provider.map(|id| Named {
                id: id.into(),
                name: id.into(),
            }),
            role: Role::User,
            disabled: false,
            groups: Vec::new(),
            presence: Presence::Present,
            refreshed_at: None,
            created_at: String::new(),
            last_seen_at: None,
        }
    }

    #[test]
    fn users_are_found_by_every_typed_word_and_their_provider() {
        let bob = user("bob", Some("corporate"));
        assert!(fits(&bob, &["bak".into(), "bo".into()], ""));
        assert!(!fits(&bob, &["carol".into()], ""));
        assert!(!fits(&bob, &[], LOCAL));
        assert!(fits(&user("ada", None), &[], LOCAL));
    }

    #[test]
    fn a_disabled_account_is_said_to_be_disabled_whatever_the_provider_knows() {
        let mut bob = user("bob", None);
        bob.disabled = true;
        bob.presence = Presence::Absent;
        assert_eq!(presence(&bob).0, Health::Idle);
    }
}
