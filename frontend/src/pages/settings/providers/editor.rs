//! The form of one provider, with the test beside it.

use super::draft::problems_of;
use super::sections::sections;
use super::state::ProviderForm;
use super::test_panel::TestPanel;
use super::{back, delete_button};
use crate::api_client::providers;
use crate::i18n::text;
use crate::routes::{Page, Settings};
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{Button, ButtonKind, ConfirmDialog, FormFailure, Notice, PageHeader, focus_first_problem};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use muster_api::provider::{Provider, ProviderRequest};
use muster_api::resource::Health;

/// The form.
#[component]
pub(super) fn Editor(
    /// What it begins with.
    draft: ProviderRequest,
    /// The provider as it is, when there is one.
    #[prop(optional, into)]
    saved: Option<Provider>,
    /// Takes the provider as it is after saving.
    #[prop(optional, into)]
    on_saved: Option<Callback<Provider>>,
) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let title = saved.as_ref().map(|saved| saved.name.clone());
    let by_file = saved.as_ref().is_some_and(|saved| saved.managed_by_file);
    let id = StoredValue::new(saved.as_ref().map(|saved| saved.id.clone()));
    let form = ProviderForm::new(draft, saved);
    let deleting = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = form.draft.get_untracked();
        let problems = form.saved.with_value(|saved| problems_of(&request, saved.as_ref()));
        if form.work.refuses(problems) {
            focus_first_problem(".provider-form");
            return;
        }
        let navigate = navigate.clone();
        let task = async move {
            match id.get_value() {
                Some(id) => providers::replace(&id, &request).await,
                None => providers::create(&request).await,
            }
        };
        form.work.run(task, move |provider: Provider| {
            if provider.unconfirmed_until.is_none() {
                toasts.success(text::providers::SAVED.with(&[("name", &provider.name)]));
            }
            match on_saved {
                Some(on_saved) => on_saved.run(provider),
                None => navigate(
                    &Page::Settings(Settings::Provider(provider.id)).href(),
                    NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    },
                ),
            }
        });
    };
    let heading = Signal::derive(move || {
        title
            .clone()
            .unwrap_or_else(|| text::providers::NEW_TITLE.get().to_owned())
    });
    let is_there = id.with_value(Option::is_some);
    view! {
        <form class="provider-form" novalidate autocomplete="off" on:submit=submit>
            <PageHeader title=heading>
                {back()}
                {(is_there && !by_file).then(|| delete_button(deleting))}
                {(!by_file)
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Primary submit=true busy=form.work.busy>
                                {text::common::SAVE}
                            </Button>
                        }
                    })}
            </PageHeader>
            {by_file.then(|| view! { <Notice health=Health::Idle>{text::providers::by_file::NOTICE}</Notice> })}
            <FormFailure work=form.work />
            <div class="form-and-side">
                <fieldset class="stack" disabled=by_file>
                    {sections(form)}
                </fieldset>
                <div class="form-side">
                    <TestPanel form />
                </div>
            </div>
        </form>
        <DeleteDialog open=deleting id name=heading />
    }
    .into_any()
}

#[component]
fn DeleteDialog(open: RwSignal<bool>, id: StoredValue<Option<String>>, name: Signal<String>) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let work = Work::of_dialog(open);
    let confirm = move |()| {
        let Some(id) = id.get_value() else { return };
        let navigate = navigate.clone();
        let name = name.get_untracked();
        work.run(async move { providers::remove(&id).await }, move |()| {
            toasts.success(text::providers::DELETED.with(&[("name", &name)]));
            navigate(&Page::Settings(Settings::Providers).href(), NavigateOptions::default());
        });
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || text::providers::DELETE_TITLE.with(&[("name", &name.get())]))
            action=text::providers::DELETE_CONFIRM
            on_confirm=confirm
            busy=work.busy
            failure=work.failure
            type_name=name
        >
            <p>{text::providers::DELETE_BODY}</p>
        </ConfirmDialog>
    }
    .into_any()
}
