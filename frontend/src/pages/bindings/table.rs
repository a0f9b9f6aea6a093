//! Bindings as a table: who, what, where, until when, and whether it stands in the clusters.

use super::scope::{ScopeKind, kind_of};
use super::subject::PrincipalName;
use crate::browser;
use crate::format::{age, time};
use crate::i18n::{self, text};
use crate::routes::{Page, Settings};
use crate::state::session::use_session;
use crate::ui::{Button, ButtonKind, EmptyState, Icon, IconName, StatusBadge};
use leptos::prelude::*;
use muster_api::access::{Binding, BindingScope, Permission};
use muster_api::provider::PrincipalKind;
use muster_api::resource::Health;

/// What the table leaves out, because the page says it already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Without {
    /// To whom.
    pub subject: bool,
    /// What.
    pub role: bool,
    /// Where.
    pub scope: bool,
}

/// The name of a role: built-in ones in the person's language.
pub fn role_name(name: &str) -> String {
    i18n::lookup_or("roles.built_in", name, name)
}

/// Where a binding holds, in words.
pub fn place_in_words(binding: &Binding) -> String {
    match &binding.scope {
        BindingScope::Everything => text::bindings::scope::EVERYTHING.get().to_owned(),
        BindingScope::Clusters { label_selector } => {
            text::bindings::scope::CLUSTERS_WITH.with(&[("labels", label_selector)])
        }
        _ => binding.scope_name.clone(),
    }
}

/// The table.
#[component]
pub fn BindingTable(
    /// The bindings.
    #[prop(into)]
    bindings: Signal<Vec<Binding>>,
    /// What is left out.
    #[prop(optional)]
    without: Without,
    /// Takes one back; none: it cannot be done here.
    #[prop(optional, into)]
    on_revoke: Option<Callback<Binding>>,
    /// What stands in place of an empty table.
    #[prop(into)]
    empty: Signal<String>,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| bindings.with(Vec::is_empty));
    view! {
        <Show
            when=move || !is_empty.get()
            fallback=move || view! { <EmptyState title=empty icon=IconName::Key /> }
        >
            <div class="table-frame">
                <table class="table bindings-table" aria-label=move || text::bindings::TITLE.get()>
                    <thead>
                        <tr>
                            {(!without.subject).then(|| view! { <th scope="col">{text::bindings::COLUMN_SUBJECT}</th> })}
                            {(!without.role).then(|| view! { <th scope="col">{text::bindings::COLUMN_ROLE}</th> })}
                            {(!without.scope).then(|| view! { <th scope="col">{text::bindings::COLUMN_SCOPE}</th> })}
                            <th scope="col" class="settings-wide">{text::bindings::COLUMN_UNTIL}</th>
                            <th scope="col" class="settings-wide">{text::bindings::COLUMN_GRANTED_BY}</th>
                            <th scope="col">{text::bindings::COLUMN_STATE}</th>
                            {on_revoke
                                .map(|_| {
                                    view! {
                                        <th scope="col">
                                            <span class="visually-hidden">{text::bindings::COLUMN_ACTIONS}</span>
                                        </th>
                                    }
                                })}
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || bindings.get()
                            key=|binding| serde_json::to_string(binding).unwrap_or_else(|_| binding.id.clone())
                            let:binding
                        >
                            <Line binding without on_revoke />
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn Line(binding: Binding, without: Without, on_revoke: Option<Callback<Binding>>) -> impl IntoView {
    let held = StoredValue::new(binding.clone());
    let who = binding.subject.display_name.clone();
    let revoke_hint = Signal::derive(move || text::bindings::REVOKE_OF.with(&[("name", &who)]));
    let session = use_session();
    // Who may not see the settings gets the names without links into them.
    let sees_people = untrack(|| session.may(Permission::ManageUsers));
    let sees_roles = untrack(|| session.may(Permission::ManageRoles) || session.may(Permission::ManageBindings));
    let subject = binding
        .subject
        .id
        .clone()
        .filter(|_| sees_people)
        .map(|id| match binding.subject.kind {
            PrincipalKind::User => Page::Settings(Settings::User(id)).href(),
            PrincipalKind::Group => Page::Settings(Settings::Group(id)).href(),
        });
    let role = binding.role.clone();
    view! {
        <tr>
            {(!without.subject)
                .then(|| {
                    let name = view! { <PrincipalName principal=binding.subject.clone() /> };
                    view! {
                        <th scope="row">
                            {match subject {
                                Some(href) => view! { <a href=href>{name}</a> }.into_any(),
                                None => name.into_any(),
                            }}
                        </th>
                    }
                })}
            {(!without.role)
                .then(|| {
                    let name = role.name.clone();
                    let words = move || role_name(&name);
                    let href = Page::Settings(Settings::Role(role.id.clone())).href();
                    let name = if sees_roles {
                        view! { <a href=href>{words}</a> }.into_any()
                    } else {
                        words.into_any()
                    };
                    view! { <td>{name}</td> }
                })}
            {(!without.scope)
                .then(|| {
                    view! {
                        <td class="bindings-place">
                            {move || held.with_value(place_in_words)}
                            " "
                            <small>
                                {move || {
                                    let kind = held.with_value(|binding| kind_of(&binding.scope));
                                    (kind != ScopeKind::Everything && kind != ScopeKind::Clusters)
                                        .then(|| kind.words().get())
                                }}
                            </small>
                        </td>
                    }
                })}
            <td class="settings-wide">
                <Until at=binding.expires_at.clone() />
            </td>
            <td class="settings-wide">{binding.granted_by.clone()}</td>
            <td>
                <Standing binding=binding.clone() />
            </td>
            {on_revoke
                .map(|on_revoke| {
                    view! {
                        <td class="table-actions">
                            <Button
                                kind=ButtonKind::Danger
                                on_press=move |_| on_revoke.run(held.get_value())
                                hint=revoke_hint
                            >
                                {text::bindings::REVOKE}
                            </Button>
                        </td>
                    }
                })}
        </tr>
    }
    .into_any()
}

#[component]
fn Until(at: Option<String>) -> impl IntoView {
    let Some(at) = at else {
        return view! { <span class="dim">{text::bindings::FOREVER}</span> }.into_any();
    };
    let left = time::parse(&at).unwrap_or_default() - browser::now();
    let hint = browser::local_date_and_time(&at);
    if left <= 0 {
        return view! { <span title=hint><StatusBadge health=Health::Idle word=text::account::EXPIRED /></span> }
            .into_any();
    }
    let words = age::duration(left / 1000);
    view! {
        <time datetime=at title=hint>
            {move || text::account::IN_TIME.with(&[("time", &words)])}
        </time>
    }
    .into_any()
}

/// Is it written in every cluster that it concerns?
#[component]
fn Standing(binding: Binding) -> impl IntoView {
    let total = binding.clusters.len();
    let missing: Vec<_> = binding.clusters.into_iter().filter(|state| !state.written).collect();
    let count = missing.len();
    let word = Signal::derive(move || match (total, count) {
        // It is about the console, or there is no such cluster yet.
        (0, _) => text::bindings::state::NO_CLUSTER.get().to_owned(),
        (total, 0) => text::bindings::state::WRITTEN.count(total as u64),
        (total, missing) => text::bindings::state::MISSING.with(&[("count", &missing), ("total", &total)]),
    });
    let health = match (total, count) {
        (0, _) => Health::Idle,
        (_, 0) => Health::Good,
        _ => Health::Warn,
    };
    view! {
        <StatusBadge health word />
        {(count > 0)
            .then(|| {
                view! {
                    <ul class="bindings-missing">
                        {missing
                            .into_iter()
                            .map(|state| {
                                let why = state.problem;
                                view! {
                                    <li>
                                        <Icon name=IconName::Cluster />
                                        <span>
                                            {state.cluster.name} ": "
                                            {move || {
                                                match &why {
                                                    Some(why) => i18n::said(why),
                                                    None => text::bindings::state::SOON.get().to_owned(),
                                                }
                                            }}
                                        </span>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
            })}
    }
    .into_any()
}
