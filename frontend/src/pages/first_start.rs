//! The first start: whoever opens the printed one-time link creates the administrator.

pub mod code;

use crate::api_client::{ApiFailure, session};
use crate::i18n::{self, text};
use crate::pages::sign_in::door::{self, Door};
use crate::routes::Page;
use crate::state::session::use_session;
use crate::ui::{Button, ButtonKind, LinkButton, Notice, TextField};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use muster_api::problem::FieldProblem;
use muster_api::resource::Health;
use muster_api::session::SetupRequest;

/// Where the first start stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The form can be filled in.
    Form,
    /// The address had no code.
    CodeMissing,
    /// The code was refused.
    CodeRefused,
    /// There is an administrator already.
    Done,
}

/// The page behind the printed link.
#[component]
pub fn FirstStartPage() -> impl IntoView {
    let one_time_code = StoredValue::new(take_code());
    let first = if one_time_code.with_value(Option::is_some) {
        Stage::Form
    } else {
        Stage::CodeMissing
    };
    let stage = RwSignal::new(first);
    spawn_local(async move {
        if session::read_setup()
            .await
            .is_ok_and(|setup| !setup.administrator_missing)
        {
            stage.try_set(Stage::Done);
        }
    });
    let navigate = use_navigate();
    let current = use_session();
    Effect::new(move |_| {
        if current.is_signed_in() {
            navigate(
                &Page::Clusters.href(),
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
    move || match stage.get() {
        Stage::Form => view! {
            <Door title=text::first_start::TITLE>
                <AdministratorForm code=one_time_code.get_value().unwrap_or_default() stage />
            </Door>
        }
        .into_any(),
        Stage::CodeMissing => closed(text::first_start::CODE_MISSING_TITLE, text::first_start::CODE_MISSING),
        Stage::CodeRefused => closed(text::first_start::CODE_USED_TITLE, text::first_start::CODE_USED),
        Stage::Done => closed(text::first_start::DONE_TITLE, text::first_start::DONE),
    }
}

/// Reads the code and takes it out of the address bar and the history at once: it must not be seen or shared.
fn take_code() -> Option<String> {
    let location = window().location();
    let found = code::from_fragment(&location.hash().unwrap_or_default());
    if found.is_some() {
        let path = location.pathname().unwrap_or_default();
        let replaced = window()
            .history()
            .and_then(|history| history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path)));
        if replaced.is_err() {
            leptos::logging::warn!("the one-time code could not be removed from the address bar");
        }
    }
    found
}

fn closed(title: i18n::Text, body: i18n::Text) -> AnyView {
    view! {
        <Door title=title>
            <p class="door-lead">{body}</p>
            <LinkButton href=Page::SignIn { return_to: String::new() }.href()>{text::first_start::TO_SIGN_IN}</LinkButton>
        </Door>
    }
    .into_any()
}

#[component]
fn AdministratorForm(code: String, stage: RwSignal<Stage>) -> impl IntoView {
    let name = RwSignal::new("admin".to_owned());
    let password = RwSignal::new(String::new());
    let again = RwSignal::new(String::new());
    let problems = RwSignal::new(Vec::<FieldProblem>::new());
    let failure = RwSignal::new(None::<ApiFailure>);
    let busy = RwSignal::new(false);
    let current = use_session();
    let code = StoredValue::new(code);

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let request = SetupRequest {
            code: code.get_value(),
            name: name.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        let mut found = again.with_untracked(|again| code::password_problems("password", &request.password, again));
        if request.name.is_empty() {
            found.insert(0, FieldProblem::new("name", "required", "type a user name"));
        }
        failure.set(None);
        problems.set(found);
        if problems.with_untracked(|problems| !problems.is_empty()) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = session::create_administrator(&request).await;
            busy.try_set(false);
            match answer {
                Ok(user) => door::enter(current, user),
                Err(refused) if !refused.field_problems().is_empty() => {
                    let code_refused = refused.field_problems().iter().any(|problem| problem.field == "code");
                    problems.try_set(refused.field_problems().to_vec());
                    if code_refused {
                        stage.try_set(Stage::CodeRefused);
                    }
                }
                Err(refused) if matches!(refused.status(), Some(401 | 403 | 404 | 410)) => {
                    stage.try_set(Stage::CodeRefused);
                }
                Err(refused) if refused.code() == Some("name-taken") => {
                    problems.try_set(vec![FieldProblem::new("name", "name-taken", refused.sentence())]);
                }
                Err(refused) if refused.status() == Some(409) => {
                    stage.try_set(Stage::Done);
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
    let least = code::SHORTEST_PASSWORD;
    view! {
        <p class="door-lead">{text::first_start::LEAD}</p>
        {move || failure.get().map(|failure| view! { <Notice health=Health::Bad>{failure.sentence()}</Notice> })}
        <form novalidate on:submit=submit>
            <TextField
                label=text::first_start::NAME
                value=name
                path="name"
                autocomplete="username"
                hint=text::first_start::NAME_HINT
                problem=at("name")
            />
            <TextField
                label=text::first_start::PASSWORD
                value=password
                path="password"
                kind="password"
                autocomplete="new-password"
                autofocus=true
                hint=Signal::derive(move || text::first_start::PASSWORD_HINT.with(&[("count", &least)]))
                problem=at("password")
            />
            <TextField
                label=text::first_start::PASSWORD_AGAIN
                value=again
                path="passwordAgain"
                kind="password"
                autocomplete="new-password"
                problem=at("passwordAgain")
            />
            <Button kind=ButtonKind::Primary submit=true busy=busy>
                {move || if busy.get() { text::first_start::SUBMITTING.get() } else { text::first_start::SUBMIT.get() }}
            </Button>
        </form>
    }
    .into_any()
}

/// A problem of a name or new password in the person's language.
fn say(problem: &FieldProblem) -> String {
    i18n::lookup("first_start.problem", &problem.code).map_or_else(
        || crate::api_client::failure::field_sentence(problem),
        |sentence| sentence.replace("{count}", &code::SHORTEST_PASSWORD.to_string()),
    )
}
