//! Signing in, here or at a provider, and going on to the page that was asked for.

pub mod door;
mod providers;
mod return_to;

use crate::api_client::{ApiFailure, session};
use crate::i18n::{self, text};
use crate::routes::Page;
use crate::state::session::use_session;
use crate::ui::{Button, ButtonKind, Notice, TextField};
use door::Door;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use muster_api::resource::Health;
use muster_api::session::SignInRequest;
use providers::{DirectoryField, ProviderChoice, ProviderLinks};
use std::time::Duration;

/// What stands between the person and the console.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Hurdle {
    WrongCredentials,
    /// Too many attempts: so many seconds until the next one counts.
    Throttled(u32),
    ThrottleOver,
    Failed(ApiFailure),
}

/// The sign-in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let asked_for = Memo::new(move |_| {
        query
            .with(|query| query.get("return"))
            .as_deref()
            .and_then(return_to::safe_path)
            .map(str::to_owned)
    });
    let came_back_with = Memo::new(move |_| query.with(|query| query.get("problem")).unwrap_or_default());
    let choice = ProviderChoice::read();
    let name = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let submitted = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let hurdle = RwSignal::new(None::<Hurdle>);
    let caps_lock = RwSignal::new(false);
    let setup_needed = RwSignal::new(false);
    let password_field = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let current = use_session();

    spawn_local(async move {
        if session::read_setup()
            .await
            .is_ok_and(|setup| setup.administrator_missing)
        {
            let _page_may_be_gone = setup_needed.try_set(true);
        }
    });
    count_down(hurdle);
    // Also when another tab signed in meanwhile.
    Effect::new(move |_| {
        if current.is_signed_in() {
            let target = asked_for.get_untracked().unwrap_or_else(|| Page::Clusters.href());
            navigate(
                &target,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });

    let waits = move || matches!(hurdle.get(), Some(Hurdle::Throttled(_)));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        submitted.set(true);
        let request = SignInRequest {
            name: name.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            provider: choice.directory(),
        };
        if busy.get_untracked() || untrack(waits) || request.name.is_empty() || request.password.is_empty() {
            return;
        }
        busy.set(true);
        hurdle.set(None);
        choice.remember();
        spawn_local(async move {
            let answer = session::sign_in(&request).await;
            busy.try_set(false);
            match answer {
                Ok(user) => door::enter(current, user),
                Err(failure) => {
                    hurdle.try_set(Some(Hurdle::from(failure)));
                    if let Some(field) = password_field.try_get_untracked().flatten() {
                        let _focus_is_a_courtesy = field.focus();
                        field.select();
                    }
                }
            }
        });
    };
    let missing = move |value: RwSignal<String>, say: i18n::Text| {
        Signal::derive(move || {
            (submitted.get() && value.with(|value| value.trim().is_empty())).then(|| say.get().to_owned())
        })
    };
    let password_missing = missing(password, text::sign_in::PASSWORD_MISSING);
    let password_problem = Signal::derive(move || {
        let wrong = || (hurdle.get() == Some(Hurdle::WrongCredentials)).then(|| text::sign_in::WRONG.get().to_owned());
        password_missing.get().or_else(wrong)
    });
    let caps_hint = Signal::derive(move || {
        if caps_lock.get() {
            text::sign_in::CAPS_LOCK.get().to_owned()
        } else {
            String::new()
        }
    });
    let watch_caps_lock = move |event: KeyboardEvent| caps_lock.set(event.get_modifier_state("CapsLock"));

    view! {
        <Door title=text::sign_in::TITLE>
            <p class="door-lead">
                {move || {
                    if asked_for.get().is_some() { text::sign_in::LEAD_RETURN.get() } else { text::sign_in::LEAD.get() }
                }}
            </p>
            <Show when=move || setup_needed.get()>
                <Notice health=Health::Warn>{text::sign_in::SETUP_NEEDED}</Notice>
            </Show>
            <Show when=move || !came_back_with.read().is_empty() && hurdle.read().is_none() && !busy.get()>
                <Notice health=Health::Bad>{move || problem_sentence(&came_back_with.get())}</Notice>
            </Show>
            <HurdleNotice hurdle />
            <ProviderLinks choice return_to=Signal::derive(move || asked_for.get().unwrap_or_default()) />
            <form novalidate on:submit=submit on:keydown=watch_caps_lock on:keyup=watch_caps_lock>
                <DirectoryField choice />
                <TextField
                    label=text::sign_in::NAME
                    value=name
                    path="name"
                    autocomplete="username"
                    autofocus=true
                    problem=missing(name, text::sign_in::NAME_MISSING)
                />
                <TextField
                    label=text::sign_in::PASSWORD
                    value=password
                    path="password"
                    kind="password"
                    autocomplete="current-password"
                    hint=caps_hint
                    problem=password_problem
                    node=password_field
                />
                <Button kind=ButtonKind::Primary submit=true busy=busy disabled=Signal::derive(waits)>
                    {move || if busy.get() { text::sign_in::SUBMITTING.get() } else { text::sign_in::SUBMIT.get() }}
                </Button>
            </form>
        </Door>
    }
    .into_any()
}

/// What kept the person out at a provider's own page, by the code in the address. The address is anybody's to write: only
/// known codes have a sentence.
fn problem_sentence(code: &str) -> &'static str {
    i18n::lookup("sign_in.problem", code).unwrap_or_else(|| text::sign_in::PROBLEM_UNKNOWN.get())
}

impl From<ApiFailure> for Hurdle {
    fn from(failure: ApiFailure) -> Self {
        match failure {
            ApiFailure::Throttled(_, seconds) => Self::Throttled(seconds.max(1)),
            failure if failure.status() == Some(401) && !says_more(&failure) => Self::WrongCredentials,
            failure => Self::Failed(failure),
        }
    }
}

/// Was the password right, or is something else in the way, so that trying another one helps nothing?
fn says_more(failure: &ApiFailure) -> bool {
    failure
        .code()
        .filter(|code| *code != "wrong-credentials")
        .is_some_and(|code| i18n::lookup("sign_in.problem", code).is_some())
}

/// Takes a second off the wait, each second.
fn count_down(hurdle: RwSignal<Option<Hurdle>>) {
    let tick = move || {
        hurdle.maybe_update(|hurdle| match hurdle {
            Some(Hurdle::Throttled(seconds)) if *seconds > 1 => {
                *seconds -= 1;
                true
            }
            Some(Hurdle::Throttled(_)) => {
                *hurdle = Some(Hurdle::ThrottleOver);
                true
            }
            _ => false,
        });
    };
    if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || interval.clear());
    }
}

/// What keeps the person out, when it is not a field's problem.
#[component]
fn HurdleNotice(hurdle: RwSignal<Option<Hurdle>>) -> impl IntoView {
    move || match hurdle.get() {
        None | Some(Hurdle::WrongCredentials) => ().into_any(),
        Some(Hurdle::Throttled(seconds)) => {
            let time = crate::format::age::duration(i64::from(seconds));
            view! { <Notice health=Health::Warn>{text::sign_in::THROTTLED.with(&[("time", &time)])}</Notice> }
                .into_any()
        }
        Some(Hurdle::ThrottleOver) => {
            view! { <Notice health=Health::Idle>{text::sign_in::THROTTLE_OVER}</Notice> }.into_any()
        }
        Some(Hurdle::Failed(ApiFailure::Network)) => {
            view! { <Notice health=Health::Bad>{text::sign_in::SERVER_AWAY}</Notice> }.into_any()
        }
        Some(Hurdle::Failed(failure)) => view! { <Notice health=Health::Bad>{failure.sentence()}</Notice> }.into_any(),
    }
}
