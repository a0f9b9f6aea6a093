//! Finding the person or group that is meant, across all providers.

use crate::api_client::{ApiFailure, access};
use crate::i18n::text;
use crate::ui::{Button, ButtonKind, Icon, IconName, Notice, Picker, PickerOption};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::access::{Principal, PrincipalSearch, SubjectReference};
use muster_api::provider::PrincipalKind;
use muster_api::resource::Health;
use std::time::Duration;

/// How long nobody types before the providers are asked.
const REST: Duration = Duration::from_millis(250);

/// Shorter texts find everybody.
const SHORTEST: usize = 2;

/// The icon of a person or a group.
pub const fn icon_of(kind: PrincipalKind) -> IconName {
    match kind {
        PrincipalKind::User => IconName::Account,
        PrincipalKind::Group => IconName::Group,
    }
}

/// How requests name a person or group.
pub fn reference_to(principal: &Principal) -> SubjectReference {
    SubjectReference {
        kind: principal.kind,
        id: principal.id.clone(),
        provider: principal.provider.as_ref().map(|provider| provider.id.clone()),
        external_id: principal.external_id.clone(),
        name: Some(principal.name.clone()),
    }
}

/// What tells a person or group from others of the same name: the short name, the place, the provider.
pub fn place_of(principal: &Principal) -> String {
    let provider = principal.provider.as_ref().map_or_else(
        || text::bindings::LOCAL.get().to_owned(),
        |provider| provider.name.clone(),
    );
    let name = Some(principal.name.clone()).filter(|name| *name != principal.display_name);
    let parts = [name, principal.place.clone(), Some(provider)];
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ")
}

/// A person or group in a table.
#[component]
pub fn PrincipalName(
    /// Whom.
    principal: Principal,
) -> impl IntoView {
    let kind = match principal.kind {
        PrincipalKind::User => text::bindings::USER,
        PrincipalKind::Group => text::bindings::GROUP,
    };
    let held = StoredValue::new(principal.clone());
    view! {
        <span class="principal">
            <Icon name=icon_of(principal.kind) />
            <span class="visually-hidden">{kind}</span>
            <span class="principal-words">
                <span>{principal.display_name}</span>
                <small title=move || held.with_value(place_of)>{move || held.with_value(place_of)}</small>
            </span>
        </span>
    }
    .into_any()
}

/// The search for one person or group.
#[component]
pub fn SubjectPicker(
    /// Who is picked.
    chosen: RwSignal<Option<Principal>>,
    /// What is wrong.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// Only those of this provider.
    #[prop(optional, into)]
    provider: Option<String>,
) -> impl IntoView {
    let provider = StoredValue::new(provider);
    let query = RwSignal::new(String::new());
    let found = RwSignal::new(PrincipalSearch::default());
    let failure = RwSignal::new(None::<ApiFailure>);
    let busy = RwSignal::new(false);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let round = StoredValue::new(0_u32);
    let search = move |typed: String| {
        let this_round = round.get_value().wrapping_add(1);
        round.set_value(this_round);
        busy.set(true);
        spawn_local(async move {
            let answer = access::search_principals(&typed).await;
            // The dialog may be closed, or another text typed.
            if round.try_get_value() != Some(this_round) {
                return;
            }
            busy.set(false);
            match answer {
                Ok(mut answer) => {
                    failure.set(None);
                    if let Some(provider) = provider.get_value() {
                        let is_there =
                            |principal: &Principal| principal.provider.as_ref().is_some_and(|at| at.id == provider);
                        answer.items.retain(is_there);
                        answer.failures.retain(|failure| failure.provider.id == provider);
                    }
                    found.set(answer);
                }
                Err(refused) => {
                    failure.set(Some(refused));
                    found.set(PrincipalSearch::default());
                }
            }
        });
    };
    Effect::new(move |before: Option<String>| {
        let typed = query.get().trim().to_owned();
        if before.as_ref() == Some(&typed) {
            return typed;
        }
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        // Answers to what was typed before no longer count.
        round.update_value(|round| *round = round.wrapping_add(1));
        busy.set(false);
        if typed.chars().count() < SHORTEST {
            found.set(PrincipalSearch::default());
        } else {
            let wanted = typed.clone();
            let waiting = set_timeout_with_handle(
                move || {
                    if timer.try_get_value().is_some() {
                        search(wanted.clone());
                    }
                },
                REST,
            );
            timer.set_value(waiting.ok());
        }
        typed
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    let options = Signal::derive(move || {
        found.with(|found| {
            let items = found.items.iter().enumerate();
            items
                .map(|(index, principal)| PickerOption {
                    value: index.to_string(),
                    label: principal.display_name.clone(),
                    detail: place_of(principal),
                    icon: icon_of(principal.kind),
                })
                .collect::<Vec<_>>()
        })
    });
    let nothing = Signal::derive(move || {
        let too_short = query.with(|query| query.trim().chars().count() < SHORTEST);
        let say = if too_short {
            text::bindings::TYPE_MORE
        } else {
            text::bindings::NOBODY_FOUND
        };
        say.get().to_owned()
    });
    let pick = move |index: String| {
        let picked = index
            .parse::<usize>()
            .ok()
            .and_then(|index| found.with_untracked(|found| found.items.get(index).cloned()));
        chosen.set(picked);
        query.set(String::new());
    };
    view! {
        {move || match chosen.get() {
            Some(principal) => {
                view! {
                    <div class="field">
                        <span class="field-label">{text::bindings::SUBJECT}</span>
                        <div class="picked">
                            <PrincipalName principal />
                            <Button kind=ButtonKind::Quiet on_press=move |_| chosen.set(None)>
                                {text::bindings::CHANGE}
                            </Button>
                        </div>
                    </div>
                }
                    .into_any()
            }
            None => {
                view! {
                    <Picker
                        label=text::bindings::SUBJECT
                        query
                        options
                        on_pick=pick
                        hint=text::bindings::SUBJECT_HINT
                        problem
                        busy
                        nothing
                    />
                }
                    .into_any()
            }
        }}
        {move || {
            let failures = found.with(|found| found.failures.clone());
            (!failures.is_empty())
                .then(|| {
                    view! {
                        <Notice health=Health::Unknown>
                            <p>{text::bindings::NOT_ASKED}</p>
                            <ul>
                                {failures
                                    .into_iter()
                                    .map(|failure| view! { <li>{failure.provider.name} ": " {failure.message}</li> })
                                    .collect_view()}
                            </ul>
                        </Notice>
                    }
                })
        }}
        {move || failure.get().map(|failure| view! { <Notice health=Health::Bad>{failure.sentence()}</Notice> })}
    }
    .into_any()
}
