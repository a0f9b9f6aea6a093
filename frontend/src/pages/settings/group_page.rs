//! One group: its members as far as they have signed in, and its bindings.

use super::frame::SettingsPage;
use super::user_page::{NotThere, account_state};
use super::users::PERMISSIONS;
use crate::api_client::bindings::BindingFilter;
use crate::api_client::{ApiResult, groups, users};
use crate::i18n::text;
use crate::pages::bindings::{BindingsCard, Given};
use crate::routes::{Page, Settings};
use crate::state::loader::Loader;
use crate::ui::{Card, EmptyState, IconName, LoadView, PageHeader};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use muster_api::access::{Group, Principal, User};
use muster_api::provider::PrincipalKind;

/// The page.
#[component]
pub fn GroupPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| {
        parameters
            .with(|parameters| parameters.get("group"))
            .unwrap_or_default()
    });
    view! {
        <SettingsPage title=text::groups::TITLE permissions=PERMISSIONS>
            {move || view! { <Loaded id=id.get() /> }}
        </SettingsPage>
    }
    .into_any()
}

type Found = Option<(Group, Vec<User>)>;

async fn find(id: &str) -> ApiResult<Found> {
    let known = groups::list().await?.items;
    let Some(group) = known.into_iter().find(|group| group.id == id) else {
        return Ok(None);
    };
    let users = users::list().await?.items.into_iter();
    let members = users
        .filter(|user| user.groups.iter().any(|of| of.id == group.id))
        .collect();
    Ok(Some((group, members)))
}

#[component]
fn Loaded(id: String) -> impl IntoView {
    let id = StoredValue::new(id);
    let loader = Loader::new(move || {
        let id = id.get_value();
        async move { find(&id).await }
    });
    let show = move |found: Found| match found {
        Some((group, members)) => view! { <Details group members /> }.into_any(),
        None => view! { <NotThere title=text::groups::NOT_THERE back=Settings::Groups /> }.into_any(),
    };
    view! { <LoadView loader view=show /> }.into_any()
}

#[component]
fn Details(group: Group, members: Vec<User>) -> impl IntoView {
    let principal = Principal {
        kind: PrincipalKind::Group,
        id: Some(group.id.clone()),
        provider: Some(group.provider.clone()),
        external_id: None,
        name: group.name.clone(),
        display_name: group.name.clone(),
        place: group.place.clone(),
    };
    let given = Given {
        subject: Some(principal),
        ..Given::default()
    };
    let filter = BindingFilter {
        subject: group.id.clone(),
        ..BindingFilter::default()
    };
    let place = [Some(group.provider.name.clone()), group.place.clone()];
    let detail = place.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let title = group.name.clone();
    view! {
        <PageHeader title=Signal::derive(move || title.clone()) detail=Signal::derive(move || detail.clone()) />
        <BindingsCard title=text::bindings::TITLE filter given empty=text::groups::NO_BINDINGS />
        <Card title=text::groups::MEMBERS flush=true>
            {if members.is_empty() {
                view! {
                    <EmptyState
                        title=text::groups::NO_MEMBERS
                        detail=text::groups::NO_MEMBERS_DETAIL
                        icon=IconName::Account
                    />
                }
                    .into_any()
            } else {
                view! {
                    <table class="table settings-table" aria-label=move || text::groups::MEMBERS.get()>
                        <thead>
                            <tr>
                                <th scope="col">{text::common::NAME}</th>
                                <th scope="col">{text::users::ACCOUNT}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {members
                                .into_iter()
                                .map(|user| {
                                    let state = account_state(&user);
                                    view! {
                                        <tr>
                                            <th scope="row">
                                                <a href=Page::Settings(Settings::User(user.id)).href()>
                                                    {user.display_name}
                                                </a>
                                                " "
                                                <small>{user.name}</small>
                                            </th>
                                            <td>{state}</td>
                                        </tr>
                                    }
                                })
                                .collect_view()}
                        </tbody>
                    </table>
                }
                    .into_any()
            }}
        </Card>
    }
    .into_any()
}
