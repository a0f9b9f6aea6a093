//! Making a local user.

use crate::api_client::users;
use crate::i18n::text;
use crate::pages::first_start::code::{SHORTEST_PASSWORD, password_problems};
use crate::routes::{Page, Settings};
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{Button, ButtonKind, Checkbox, Dialog, FieldProblems, FormFailure, TextField};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use muster_api::access::{CreateUserRequest, User};
use muster_api::problem::FieldProblem;
use muster_api::session::Role;

/// The dialog.
#[component]
pub(super) fn CreateUserDialog(
    /// Is it open?
    open: RwSignal<bool>,
    /// A user was made.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog open title=text::users::CREATE_TITLE>
            <CreateForm open on_done />
        </Dialog>
    }
    .into_any()
}

#[component]
fn CreateForm(open: RwSignal<bool>, on_done: Callback<()>) -> impl IntoView {
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let name = RwSignal::new(String::new());
    let display_name = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let administrator = RwSignal::new(false);
    let work = Work::new();
    let shown: FieldProblems = work.problems.into();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let role = if administrator.get_untracked() {
            Role::Administrator
        } else {
            Role::User
        };
        let request = CreateUserRequest {
            name: name.get_untracked().trim().to_owned(),
            display_name: display_name.get_untracked().trim().to_owned(),
            role,
            password: password.get_untracked(),
        };
        let mut problems = again.with_untracked(|again| password_problems("password", &request.password, again));
        if request.name.is_empty() {
            problems.insert(0, FieldProblem::new("name", "required", text::bindings::REQUIRED.get()));
        }
        if work.refuses(problems) {
            return;
        }
        let navigate = navigate.clone();
        work.run(async move { users::create(&request).await }, move |user: User| {
            let _page_may_be_gone = open.try_set(false);
            toasts.success(text::users::CREATED.with(&[("name", &user.name)]));
            on_done.run(());
            navigate(
                &Page::Settings(Settings::User(user.id)).href(),
                NavigateOptions::default(),
            );
        });
    };
    let is_administrator = untrack(|| session.is_administrator());
    view! {
        <form class="stack" novalidate autocomplete="off" on:submit=submit>
            <p class="dim">{text::users::CREATE_LEAD}</p>
            <TextField label=text::users::NAME value=name path="name" problems=shown autofocus=true />
            <TextField label=text::users::DISPLAY_NAME value=display_name path="displayName" problems=shown optional=true />
            <TextField
                label=text::users::PASSWORD
                value=password
                kind="password"
                autocomplete="new-password"
                path="password"
                hint=Signal::derive(|| text::account::PASSWORD_HINT.with(&[("count", &SHORTEST_PASSWORD)]))
                problems=shown
            />
            <TextField
                label=text::users::PASSWORD_AGAIN
                value=again
                kind="password"
                autocomplete="new-password"
                path="passwordAgain"
                problems=shown
            />
            {is_administrator
                .then(|| {
                    view! {
                        <Checkbox
                            label=text::users::ADMINISTRATOR
                            checked=administrator
                            hint=text::users::ADMINISTRATOR_HINT
                        />
                    }
                })}
            <FormFailure work />
            <footer class="dialog-footer">
                <Button on_press=move |_| open.set(false)>{text::common::CANCEL}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=work.busy>
                    {text::users::CREATE_SUBMIT}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}
