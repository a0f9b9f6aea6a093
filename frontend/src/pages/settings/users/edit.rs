//! Changing and removing a user.

use crate::api_client::users;
use crate::i18n::text;
use crate::pages::first_start::code::{SHORTEST_PASSWORD, password_problems};
use crate::routes::{Page, Settings};
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{Button, ButtonKind, Checkbox, ConfirmDialog, Dialog, FieldProblems, FormFailure, TextField};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use muster_api::access::{UpdateUserRequest, User};
use muster_api::session::Role;

/// The dialog that changes a user.
#[component]
pub(in crate::pages::settings) fn EditUserDialog(
    /// Is it open?
    open: RwSignal<bool>,
    /// Whom.
    user: User,
    /// The user was changed.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let user = StoredValue::new(user);
    view! {
        <Dialog
            open
            title=Signal::derive(move || {
                text::users::EDIT_TITLE.with(&[("name", &user.with_value(|user| user.name.clone()))])
            })
        >
            <EditForm open user=user.get_value() on_done />
        </Dialog>
    }
    .into_any()
}

/// What of the form differs from the user as it is.
fn changes(user: &User, display_name: &str, administrator: bool, disabled: bool, password: &str) -> UpdateUserRequest {
    let display_name = display_name.trim();
    let role = if administrator { Role::Administrator } else { Role::User };
    UpdateUserRequest {
        display_name: (display_name != user.display_name).then(|| display_name.to_owned()),
        role: (role != user.role).then_some(role),
        disabled: (disabled != user.disabled).then_some(disabled),
        password: (!password.is_empty()).then(|| password.to_owned()),
    }
}

#[component]
fn EditForm(open: RwSignal<bool>, user: User, on_done: Callback<()>) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let is_local = user.provider.is_none();
    let display_name = RwSignal::new(user.display_name.clone());
    let administrator = RwSignal::new(user.role == Role::Administrator);
    let disabled = RwSignal::new(user.disabled);
    let password = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let work = Work::new();
    let shown: FieldProblems = work.problems.into();
    let user = StoredValue::new(user);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let request = user.with_value(|user| {
            changes(
                user,
                &display_name.get_untracked(),
                administrator.get_untracked(),
                disabled.get_untracked(),
                &password.get_untracked(),
            )
        });
        let problems = match &request.password {
            Some(password) => password_problems("password", password, &again.get_untracked()),
            None => Vec::new(),
        };
        if work.refuses(problems) {
            return;
        }
        if request == UpdateUserRequest::default() {
            open.set(false);
            return;
        }
        let id = user.with_value(|user| user.id.clone());
        work.run(async move { users::update(&id, &request).await }, move |user| {
            let _page_may_be_gone = open.try_set(false);
            toasts.success(text::users::SAVED.with(&[("name", &user.name)]));
            on_done.run(());
        });
    };
    let is_administrator = untrack(|| session.is_administrator());
    view! {
        <form class="stack" novalidate autocomplete="off" on:submit=submit>
            {is_local
                .then(|| {
                    view! {
                        <TextField
                            label=text::users::DISPLAY_NAME
                            value=display_name
                            path="displayName"
                            problems=shown
                            autofocus=true
                        />
                    }
                })}
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
            <Checkbox label=text::users::DISABLED checked=disabled hint=text::users::DISABLED_HINT />
            {is_local
                .then(|| {
                    view! {
                        <TextField
                            label=text::users::NEW_PASSWORD
                            value=password
                            kind="password"
                            autocomplete="new-password"
                            path="password"
                            optional=true
                            hint=Signal::derive(|| text::users::NEW_PASSWORD_HINT.with(&[("count", &SHORTEST_PASSWORD)]))
                            problems=shown
                        />
                        <TextField
                            label=text::users::PASSWORD_AGAIN
                            value=again
                            kind="password"
                            autocomplete="new-password"
                            path="passwordAgain"
                            optional=true
                            problems=shown
                        />
                    }
                })}
            <FormFailure work />
            <footer class="dialog-footer">
                <Button on_press=move |_| open.set(false)>{text::common::CANCEL}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=work.busy>
                    {text::common::SAVE}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

/// Asks before a user is removed.
#[component]
pub(in crate::pages::settings) fn DeleteUserDialog(
    /// Is it open?
    open: RwSignal<bool>,
    /// Whom.
    user: User,
) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let work = Work::of_dialog(open);
    let is_local = user.provider.is_none();
    let (id, name) = (user.id, StoredValue::new(user.name));
    let confirm = move |()| {
        let (id, navigate) = (id.clone(), navigate.clone());
        work.run(async move { users::remove(&id).await }, move |()| {
            toasts.success(text::users::DELETED.with(&[("name", &name.get_value())]));
            navigate(&Page::Settings(Settings::Users).href(), NavigateOptions::default());
        });
    };
    let body = if is_local {
        text::users::DELETE_LOCAL
    } else {
        text::users::DELETE_ELSEWHERE
    };
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || text::users::DELETE_TITLE.with(&[("name", &name.get_value())]))
            action=text::users::DELETE_CONFIRM
            on_confirm=confirm
            busy=work.busy
            failure=work.failure
        >
            <p>{text::users::DELETE_BODY}</p>
            <p>{body}</p>
        </ConfirmDialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_api::access::Presence;

    #[test]
    fn only_what_was_changed_is_sent() {
        let user = User {
            id: "1".into(),
            name: "bob".into(),
            display_name: "Bob".into(),
            email: None,
            provider: None,
            role: Role::User,
            disabled: false,
            groups: Vec::new(),
            presence: Presence::Present,
            refreshed_at: None,
            created_at: String::new(),
            last_seen_at: None,
        };
        assert!(changes(&user, " Bob ", false, false, "") == UpdateUserRequest::default());
        let changed = changes(&user, "Bob B.", true, false, "");
        assert_eq!(changed.display_name.as_deref(), Some("Bob B."));
        assert_eq!(changed.role, Some(Role::Administrator));
        assert_eq!(changed.disabled, None);
    }
}
