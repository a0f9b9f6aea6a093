//! Groups that the console knows: those of people who signed in, and those that are bound.

use super::frame::SettingsPage;
use super::users::{PERMISSIONS, SearchField};
use crate::api_client::groups;
use crate::i18n::text;
use crate::routes::{Page, Settings};
use crate::state::loader::Loader;
use crate::ui::{EmptyState, IconName, LoadFrame, PageHeader};
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::access::Group;

/// Rows that are drawn at once.
const MOST_ROWS: usize = 200;

/// The list of groups.
#[component]
pub fn GroupsPage() -> impl IntoView {
    let loader = Loader::new(|| async { groups::list().await });
    view! {
        <SettingsPage title=text::groups::TITLE permissions=PERMISSIONS>
            <PageHeader title=text::groups::TITLE detail=text::groups::LEAD />
            <LoadFrame loader>
                <GroupTable loader />
            </LoadFrame>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn GroupTable(loader: Loader<Collection<Group>>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let all = Memo::new(move |_| loader.value().map(|groups| groups.items).unwrap_or_default());
    let found = Memo::new(move |_| {
        let words: Vec<String> = search.with(|text| text.split_whitespace().map(str::to_lowercase).collect());
        let fits = |group: &&Group| {
            let place = group.place.as_deref().unwrap_or_default();
            let hay = format!("{} {place} {}", group.name, group.provider.name).to_lowercase();
            words.iter().all(|word| hay.contains(word.as_str()))
        };
        all.with(|all| all.iter().filter(fits).cloned().collect::<Vec<_>>())
    });
    let more = Memo::new(move |_| found.read().len().saturating_sub(MOST_ROWS));
    view! {
        <div class="settings-filter">
            <SearchField value=search label=text::groups::SEARCH />
        </div>
        <div class="table-card">
            <Show
                when=move || !found.read().is_empty()
                fallback=move || {
                    let nothing_at_all = all.with(Vec::is_empty);
                    let (title, detail) = if nothing_at_all {
                        (text::groups::EMPTY, text::groups::EMPTY_DETAIL)
                    } else {
                        (text::groups::NONE_FITS, text::groups::NONE_FITS_DETAIL)
                    };
                    view! { <EmptyState title detail icon=IconName::Group /> }
                }
            >
                <table class="table settings-table" aria-label=move || text::groups::TITLE.get()>
                    <thead>
                        <tr>
                            <th scope="col">{text::common::NAME}</th>
                            <th scope="col" class="settings-wide">{text::users::PROVIDER}</th>
                            <th scope="col" class="number">{text::groups::MEMBERS}</th>
                            <th scope="col" class="number">{text::bindings::TITLE}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || found.get().into_iter().take(MOST_ROWS)
                            key=|group| format!("{group:?}")
                            let:group
                        >
                            <tr>
                                <th scope="row">
                                    <a href=Page::Settings(Settings::Group(group.id.clone())).href()>{group.name.clone()}</a>
                                    " "
                                    <small class="wrap-anywhere">{group.place.clone()}</small>
                                </th>
                                <td class="settings-wide">{group.provider.name.clone()}</td>
                                <td class="number">{group.members}</td>
                                <td class="number">{group.bindings}</td>
                            </tr>
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
