//! A field of a form: label, control, hint, and what is wrong with it.

use super::{Icon, IconName, unique_id};
use crate::api_client::failure::field_sentence;
use leptos::prelude::*;
use muster_api::problem::FieldProblem;

/// The problems of a form: of the browser's own checks or of the server's answer. Fields take theirs by path.
pub type FieldProblems = Signal<Vec<FieldProblem>>;

/// What is wrong with the field at `path`, if anything. Follows the language.
pub fn first_problem(problems: FieldProblems, path: &str) -> Option<String> {
    problems.with(|problems| {
        problems
            .iter()
            .find(|problem| problem.field == path)
            .map(field_sentence)
    })
}

/// The frame of a field. The control is made by `control`, which gets the control's id, the id of its description and
/// whether it is wrong. Most forms use the ready-made `TextField`, `NumberField`, `Select`, … instead.
#[component]
pub fn Field(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What to type, in a few words.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong, when something is.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// It may be left empty: says so beside the label.
    #[prop(optional)]
    optional: bool,
    /// The control's id.
    #[prop(into)]
    id: String,
    /// The control.
    children: Children,
) -> impl IntoView {
    let described = format!("{id}-description");
    view! {
        <div class="field" class:is-wrong=move || problem.get().is_some()>
            <label for=id.clone()>
                {move || label.get()}
                {optional.then(|| view! { <span class="field-optional">{crate::i18n::text::ui::OPTIONAL}</span> })}
            </label>
            {children()}
            <div class="field-description" id=described>
                {move || match (problem.get(), hint.get()) {
                    (Some(problem), _) => {
                        view! {
                            <p class="field-problem" role="alert">
                                <Icon name=IconName::Bad />
                                <span>{problem}</span>
                            </p>
                        }
                            .into_any()
                    }
                    (None, hint) if hint.is_empty() => ().into_any(),
                    (None, hint) => view! { <p class="field-hint">{hint}</p> }.into_any(),
                }}
            </div>
        </div>
    }
    .into_any()
}

/// The problem signal of a field: the server's or the form's by path, or one given directly.
pub(super) fn problem_of(
    direct: Option<Signal<Option<String>>>,
    problems: Option<FieldProblems>,
    path: &str,
) -> Signal<Option<String>> {
    let path = path.to_owned();
    Signal::derive(move || {
        direct
            .and_then(|direct| direct.get())
            .or_else(|| problems.and_then(|problems| first_problem(problems, &path)))
    })
}

/// A choice of a [`Select`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectOption {
    /// Its value.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl SelectOption {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// One choice of several.
#[component]
pub fn Select(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The value.
    value: RwSignal<String>,
    /// The choices.
    #[prop(into)]
    options: Signal<Vec<SelectOption>>,
    /// What it is for.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// The form's problems.
    #[prop(optional, into)]
    problems: Option<FieldProblems>,
    /// The field's path in them.
    #[prop(optional, into)]
    path: String,
    /// Is told after a change.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// It cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let id = unique_id("select");
    let problem = problem_of(None, problems, &path);
    let field_id = id.clone();
    view! {
        <Field label=label id=field_id problem=problem hint=hint>
            <span class="select">
                <select
                    id=id.clone()
                    name=path
                    aria-describedby=format!("{id}-description")
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    disabled=move || disabled.get()
                    prop:value=move || value.get()
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        value.set(chosen.clone());
                        if let Some(on_change) = on_change {
                            on_change.run(chosen);
                        }
                    }
                >
                    {move || {
                        let current = value.get_untracked();
                        options
                            .get()
                            .into_iter()
                            .map(|option| {
                                let chosen = option.value == current;
                                view! { <option value=option.value selected=chosen>{option.label}</option> }
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
pub fn Checkbox(
    /// The words beside it.
    #[prop(into)]
    label: Signal<String>,
    /// Is it ticked?
    checked: RwSignal<bool>,
    /// What it means.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// It cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Its name in the form.
    #[prop(optional, into)]
    path: String,
) -> impl IntoView {
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                name=path
                prop:checked=move || checked.get()
                disabled=move || disabled.get()
                on:change=move |event| checked.set(event_target_checked(&event))
            />
            <span>
                {move || label.get()}
                <span class="field-hint">{move || hint.get()}</span>
            </span>
        </label>
    }
    .into_any()
}
