//! Identity providers: where people's accounts are.

mod admission;
mod application;
mod draft;
mod editor;
mod sections;
mod state;
mod test_panel;
mod unconfirmed;

use super::frame::SettingsPage;
use super::user_page::NotThere;
use crate::api_client::{ApiResult, providers};
use crate::i18n::{self, text};
use crate::routes::{Page, Settings};
use crate::state::loader::Loader;
use crate::ui::{
    Button, ButtonKind, Card, Chip, EmptyState, Icon, IconName, LinkButton, LoadFrame, LoadView, PageHeader,
    StatusBadge,
};
use draft::{Template, draft_of};
use editor::Editor;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use muster_api::Collection;
use muster_api::access::Permission;
use muster_api::provider::{AdmissionMode, Provider};
use muster_api::resource::Health;
use unconfirmed::Unconfirmed;

const PERMISSIONS: &[Permission] = &[Permission::ManageProviders];

/// The list of providers.
#[component]
pub fn ProvidersPage() -> impl IntoView {
    view! {
        <SettingsPage title=text::providers::TITLE permissions=PERMISSIONS>
            <PageHeader title=text::providers::TITLE detail=text::providers::LEAD>
                <AddButton />
            </PageHeader>
            <Providers />
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn AddButton() -> impl IntoView {
    view! {
        <LinkButton
            href=Page::Settings(Settings::NewProvider(String::new())).href()
            kind=ButtonKind::Primary
            icon=IconName::Plus
        >
            {text::providers::ADD}
        </LinkButton>
    }
}

#[component]
fn Providers() -> impl IntoView {
    let loader = Loader::new(|| async { providers::list().await });
    view! {
        <LoadFrame loader>
            <ProviderTable loader />
        </LoadFrame>
    }
    .into_any()
}

#[component]
fn ProviderTable(loader: Loader<Collection<Provider>>) -> impl IntoView {
    let list = Memo::new(move |_| loader.value().map(|providers| providers.items).unwrap_or_default());
    view! {
        <For
            each=move || list.get().into_iter().filter(|provider| provider.unconfirmed_until.is_some())
            key=|provider| (provider.id.clone(), provider.unconfirmed_until.clone())
            let:provider
        >
            <Unconfirmed provider on_done=move |()| loader.reload() />
        </For>
        <Show
            when=move || !list.read().is_empty()
            fallback=|| {
                view! {
                    <Card>
                        <EmptyState
                            title=text::providers::EMPTY
                            detail=text::providers::EMPTY_DETAIL
                            icon=IconName::Key
                        >
                            <AddButton />
                        </EmptyState>
                    </Card>
                }
            }
        >
            <div class="table-card">
                <table class="table settings-table" aria-label=move || text::providers::TITLE.get()>
                    <thead>
                        <tr>
                            <th scope="col">{text::common::NAME}</th>
                            <th scope="col" class="settings-wide">{text::common::KIND}</th>
                            <th scope="col" class="settings-wide">{text::providers::field::ADMISSION}</th>
                            <th scope="col">{text::common::STATUS}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || list.get()
                            key=|provider| format!("{provider:?}")
                            let:provider
                        >
                            <ProviderLine provider />
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn ProviderLine(provider: Provider) -> impl IntoView {
    let kind = provider.settings.kind().word();
    let admission = provider.admission.mode;
    let listed = provider.admission.listed.len() as u64;
    let by_file = provider.managed_by_file;
    let (health, word) = if provider.unconfirmed_until.is_some() {
        (Health::Busy, text::providers::state::UNCONFIRMED)
    } else if provider.enabled {
        (Health::Good, text::providers::state::ENABLED)
    } else {
        (Health::Idle, text::providers::state::DISABLED)
    };
    view! {
        <tr>
            <th scope="row">
                <a href=Page::Settings(Settings::Provider(provider.id)).href()>{provider.name}</a>
                " "
                {by_file.then(|| view! { <Chip>{text::providers::by_file::CHIP}</Chip> })}
            </th>
            <td class="settings-wide">{move || i18n::lookup_or("providers.kind", kind, kind)}</td>
            <td class="settings-wide">
                {match admission {
                    AdmissionMode::Anyone => text::providers::admission::ANYONE,
                    AdmissionMode::Listed => text::providers::admission::LISTED,
                    AdmissionMode::ListedOrBound => text::providers::admission::LISTED_OR_BOUND,
                }}
                " "
                {(admission != AdmissionMode::Anyone)
                    .then(|| view! { <Chip>{move || text::providers::admission::COUNT.count(listed)}</Chip> })}
            </td>
            <td>
                <StatusBadge health word />
            </td>
        </tr>
    }
    .into_any()
}

/// A new provider: first which sort, then the form.
#[component]
pub fn NewProviderPage() -> impl IntoView {
    let query = use_query_map();
    let template = Memo::new(move |_| {
        let word = query.with(|query| query.get("template")).unwrap_or_default();
        Template::parse(&word)
    });
    view! {
        <SettingsPage title=text::providers::NEW_TITLE permissions=PERMISSIONS>
            {move || match template.get() {
                None => view! { <Templates /> }.into_any(),
                Some(template) => view! { <Editor draft=template.draft() /> }.into_any(),
            }}
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Templates() -> impl IntoView {
    view! {
        <PageHeader title=text::providers::NEW_TITLE detail=text::providers::NEW_LEAD />
        <ul class="template-list">
            {Template::ALL
                .map(|template| {
                    let href = Page::Settings(Settings::NewProvider(template.word().to_owned())).href();
                    view! {
                        <li>
                            <a class="template" href=href>
                                <Icon name=IconName::Key />
                                <span>
                                    <strong>{template.title()}</strong>
                                    <small>{template.detail()}</small>
                                </span>
                                <Icon name=IconName::ChevronRight />
                            </a>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

/// One provider.
#[component]
pub fn ProviderPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| {
        parameters
            .with(|parameters| parameters.get("provider"))
            .unwrap_or_default()
    });
    view! {
        <SettingsPage title=text::providers::EDIT_TITLE permissions=PERMISSIONS>
            {move || view! { <LoadedProvider id=id.get() /> }}
        </SettingsPage>
    }
    .into_any()
}

async fn find(id: &str) -> ApiResult<Option<Provider>> {
    match providers::read(id).await {
        Ok(provider) => Ok(Some(provider)),
        Err(failure) if failure.status() == Some(404) => Ok(None),
        Err(failure) => Err(failure),
    }
}

#[component]
fn LoadedProvider(id: String) -> impl IntoView {
    let id = StoredValue::new(id);
    let loader = Loader::new(move || {
        let id = id.get_value();
        async move { find(&id).await }
    });
    let show = move |found: Option<Provider>| {
        let Some(provider) = found else {
            return view! { <NotThere title=text::providers::NOT_THERE back=Settings::Providers /> }.into_any();
        };
        let waits = provider.unconfirmed_until.is_some();
        let held = provider.clone();
        view! {
            {waits.then(|| view! { <Unconfirmed provider=held on_done=move |()| loader.reload() /> })}
            <Editor draft=draft_of(&provider) saved=provider on_saved=move |provider| loader.set(Some(provider)) />
        }
        .into_any()
    };
    view! { <LoadView loader view=show /> }.into_any()
}

/// The button that leads back to the list.
fn back() -> AnyView {
    view! {
        <LinkButton href=Page::Settings(Settings::Providers).href() kind=ButtonKind::Quiet icon=IconName::ArrowLeft>
            {text::common::BACK}
        </LinkButton>
    }
    .into_any()
}

/// A button that is red and opens the question.
fn delete_button(open: RwSignal<bool>) -> AnyView {
    view! {
        <Button kind=ButtonKind::Danger icon=IconName::Delete on_press=move |_| open.set(true)>
            {text::common::DELETE}
        </Button>
    }
    .into_any()
}
