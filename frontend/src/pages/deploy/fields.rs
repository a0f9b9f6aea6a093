//! The controls of the form: each reads and writes one place of the draft and shows the problem of its key.

use super::draft::Draft;
use super::state::DeployState;
use crate::api_client::failure::field_sentence;
use crate::format::sentence::capitalized;
use crate::i18n;
use crate::ui::{Field, Icon, IconName, SelectOption, unique_id};
use leptos::prelude::*;
use muster_api::problem::FieldProblem;

/// A place of the draft: plain functions, so that the controls are compiled once. `row` is the row of a list, or 0.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) row: u32,
    pub(super) read: fn(&Draft, u32) -> String,
    pub(super) write: fn(&mut Draft, u32, String),
}

impl Place {
    /// A place that is not in a list.
    pub(super) const fn single(read: fn(&Draft, u32) -> String, write: fn(&mut Draft, u32, String)) -> Self {
        Self { row: 0, read, write }
    }
}

/// A problem in the person's language.
pub(super) fn say(problem: &FieldProblem) -> String {
    let translated = i18n::lookup("deploy.problem", &problem.code).map(str::to_owned);
    translated.unwrap_or_else(|| capitalized(&field_sentence(problem)))
}

fn problem_at(state: DeployState, key: &str) -> Signal<Option<String>> {
    let problem = state.problem_at(key);
    Signal::derive(move || problem.get().as_ref().map(say))
}

/// A line of text.
#[component]
pub(super) fn DraftText(
    state: DeployState,
    /// The field's key, as problems name it.
    #[prop(into)]
    key: String,
    place: Place,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(optional, into)] placeholder: Signal<String>,
    #[prop(optional)] monospace: bool,
    /// Digits are expected: phones show their keys.
    #[prop(optional)]
    numeric: bool,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let id = unique_id("deploy");
    let problem = problem_at(state, &key);
    let value = Memo::new(move |_| state.draft.with(|draft| (place.read)(draft, place.row)));
    let key = StoredValue::new(key);
    view! {
        <Field label=label id=id.clone() problem=problem hint=hint.unwrap_or_default()>
            <input
                class="input"
                class:monospace=monospace
                id=id.clone()
                type="text"
                inputmode=if numeric { "numeric" } else { "text" }
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                autofocus=autofocus
                placeholder=move || placeholder.get()
                aria-describedby=format!("{id}-description")
                aria-invalid=move || problem.get().is_some().then_some("true")
                prop:value=move || value.get()
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    key.with_value(|key| state.change(key, |draft| (place.write)(draft, place.row, typed)));
                }
                on:blur=move |_| key.with_value(|key| state.touch(key))
            />
        </Field>
    }
    .into_any()
}

/// One choice of several.
#[component]
pub(super) fn DraftSelect(
    state: DeployState,
    /// The field's key, as problems name it.
    #[prop(into)]
    key: String,
    place: Place,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<SelectOption>>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
) -> impl IntoView {
    let id = unique_id("deploy");
    let problem = problem_at(state, &key);
    let value = Memo::new(move |_| state.draft.with(|draft| (place.read)(draft, place.row)));
    let key = StoredValue::new(key);
    view! {
        <Field label=label id=id.clone() problem=problem hint=hint.unwrap_or_default()>
            <span class="select">
                <select
                    id=id.clone()
                    aria-describedby=format!("{id}-description")
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        key.with_value(|key| {
                            state.change(key, |draft| (place.write)(draft, place.row, chosen));
                            state.touch(key);
                        });
                    }
                >
                    {move || {
                        let current = value.get();
                        options
                            .get()
                            .into_iter()
                            .map(|option| {
                                let chosen = option.value == current;
                                view! { <option value=option.value prop:selected=chosen>{option.label}</option> }
                            })
                            .collect_view()
                    }}
                </select>
                <Icon name=IconName::ChevronDown />
            </span>
        </Field>
    }
    .into_any()
}

/// A box to tick.
#[component]
pub(super) fn DraftCheckbox(
    state: DeployState,
    row: u32,
    #[prop(into)] label: Signal<String>,
    read: fn(&Draft, u32) -> bool,
    write: fn(&mut Draft, u32, bool),
) -> impl IntoView {
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                prop:checked=move || state.draft.with(|draft| read(draft, row))
                on:change=move |event| {
                    let ticked = event_target_checked(&event);
                    state.change("", |draft| write(draft, row, ticked));
                }
            />
            <span>{move || label.get()}</span>
        </label>
    }
    .into_any()
}
