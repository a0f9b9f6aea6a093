//! Changing the own password.

use crate::api_client::{ApiFailure, account};
use crate::i18n::{self, text};
use crate::pages::first_start::code::{SHORTEST_PASSWORD, password_problems};
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::ui::{Button, Card, FailurePanel, TextField};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::account::ChangePasswordRequest;
use muster_api::problem::FieldProblem;

/// The card of the password.
#[component]
pub(super) fn PasswordCard() -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let current = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let problems = RwSignal::new(Vec::<FieldProblem>::new());
    let failure = RwSignal::new(None::<ApiFailure>);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let request = ChangePasswordRequest {
            current_password: current.get_untracked(),
            new_password: new.get_untracked(),
        };
        let mut found = again.with_untracked(|again| password_problems("newPassword", &request.new_password, again));
        if request.current_password.is_empty() {
            found.insert(
                0,
                FieldProblem::new("currentPassword", "required", "type your current password"),
            );
        }
        failure.set(None);
        problems.set(found);
        if problems.with_untracked(|problems| !problems.is_empty()) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = account::change_password(&request).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    for field in [current, new, again] {
                        field.try_set(String::new());
                    }
                    toasts.success(text::account::PASSWORD_CHANGED.get());
                }
                Err(refused) if !refused.field_problems().is_empty() => {
                    problems.try_set(refused.field_problems().to_vec());
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let at = move |path: &'static str| {
        Signal::derive(move || problems.with(|problems| problems.iter().find(|problem| problem.field == path).map(say)))
    };
    let name = move || session.user().map(|user| user.name).unwrap_or_default();
    view! {
        <Card title=text::account::PASSWORD>
            <form class="stack" novalidate on:submit=submit>
                // Password managers need to know whose password this is.
                <input type="text" name="username" autocomplete="username" hidden prop:value=name />
                <div class="account-fields">
                    <TextField
                        label=text::account::CURRENT_PASSWORD
                        value=current
                        kind="password"
                        autocomplete="current-password"
                        path="currentPassword"
                        problem=at("currentPassword")
                    />
                    <TextField
                        label=text::account::NEW_PASSWORD
                        value=new
                        kind="password"
                        autocomplete="new-password"
                        path="newPassword"
                        hint=Signal::derive(|| text::account::PASSWORD_HINT.with(&[("count", &SHORTEST_PASSWORD)]))
                        problem=at("newPassword")
                    />
                    <TextField
                        label=text::account::NEW_PASSWORD_AGAIN
                        value=again
                        kind="password"
                        autocomplete="new-password"
                        path="passwordAgain"
                        problem=at("passwordAgain")
                    />
                </div>
                {move || failure.get().map(|failure| view! { <FailurePanel failure /> })}
                <div class="row">
                    <Button submit=true busy=busy>
                        {text::account::PASSWORD_SUBMIT}
                    </Button>
                    <span class="dim">{text::account::PASSWORD_EFFECT}</span>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

fn say(problem: &FieldProblem) -> String {
    i18n::lookup("account.problem", &problem.code).map_or_else(
        || crate::api_client::failure::field_sentence(problem),
        |sentence| sentence.replace("{count}", &SHORTEST_PASSWORD.to_string()),
    )
}
