//! Rules, permissions and what they come to, to be read.

use super::wording::{groups_in_words, permission_word, resources_in_words, verbs_in_words};
use crate::i18n::{self, text};
use crate::ui::{Icon, IconName, Notice};
use leptos::prelude::*;
use muster_api::access::{Effective, Permission, Rule};
use muster_api::resource::Health;

/// Rules as a table.
#[component]
pub(super) fn RuleTable(
    /// What they are the rules of, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The rules.
    rules: Vec<Rule>,
) -> impl IntoView {
    if rules.is_empty() {
        return view! { <p class="dim rules-empty">{text::roles::NO_RULES}</p> }.into_any();
    }
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=move || label.get()>
            <table class="table rules-table" aria-label=move || label.get()>
                <thead>
                    <tr>
                        <th scope="col">{text::roles::COLUMN_RESOURCES}</th>
                        <th scope="col">{text::roles::COLUMN_MAY}</th>
                        <th scope="col">{text::roles::COLUMN_GROUPS}</th>
                        <th scope="col">{text::roles::COLUMN_ONLY}</th>
                    </tr>
                </thead>
                <tbody>
                    {rules
                        .into_iter()
                        .map(|rule| {
                            let names = rule.resource_names.join(", ");
                            let held = StoredValue::new(rule);
                            view! {
                                <tr>
                                    <th scope="row" class="mono">
                                        {move || held.with_value(resources_in_words)}
                                    </th>
                                    <td>{move || held.with_value(|rule| verbs_in_words(&rule.verbs))}</td>
                                    <td class="mono">
                                        {move || held.with_value(|rule| groups_in_words(&rule.api_groups))}
                                    </td>
                                    <td class="mono">{names}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Permissions in the console as a list.
#[component]
pub(super) fn PermissionList(
    /// The permissions.
    permissions: Vec<Permission>,
) -> impl IntoView {
    if permissions.is_empty() {
        return view! { <p class="dim">{text::roles::NO_PERMISSIONS}</p> }.into_any();
    }
    view! {
        <ul class="permission-list">
            {permissions
                .into_iter()
                .map(|permission| {
                    let word = permission_word(permission);
                    view! {
                        <li>
                            <Icon name=IconName::Check />
                            <span>{move || i18n::lookup_or("roles.permission", &word, &word)}</span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

/// What a role comes to: warnings first, then everything that it allows.
#[component]
pub(super) fn EffectiveView(
    /// What it allows.
    effective: Effective,
) -> impl IntoView {
    view! {
        <div class="stack">
            {effective
                .warnings
                .into_iter()
                .map(|warning| {
                    view! { <Notice health=Health::Warn>{move || i18n::said(&warning)}</Notice> }
                })
                .collect_view()}
            <h3>{text::roles::IN_CLUSTERS}</h3>
            <RuleTable label=text::roles::REALLY rules=effective.rules />
            <h3>{text::roles::IN_CONSOLE}</h3>
            <PermissionList permissions=effective.permissions />
        </div>
    }
    .into_any()
}
