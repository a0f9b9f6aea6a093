//! Fields of text and numbers.

use super::field::problem_of;
use super::{Field, FieldProblems, unique_id};
use leptos::html;
use leptos::prelude::*;

/// A line of text. `value` is both read and written.
#[component]
pub fn TextField(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The value.
    value: RwSignal<String>,
    /// What to type.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// An example in the empty field.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// The form's problems.
    #[prop(optional, into)]
    problems: Option<FieldProblems>,
    /// The field's path in them, and its name in the form.
    #[prop(optional, into)]
    path: String,
    /// A problem given directly.
    #[prop(optional, into)]
    problem: Option<Signal<Option<String>>>,
    /// `text`, `password`, `url`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What password managers fill in: `username`, `current-password`, `new-password`, `off`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Names that can be chosen while typing.
    #[prop(optional, into)]
    suggestions: Option<Signal<Vec<String>>>,
    /// Written in the fixed-width face.
    #[prop(optional)]
    monospace: bool,
    /// It may be left empty.
    #[prop(optional)]
    optional: bool,
    /// It has the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// It cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The element, for whoever wants to focus it.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let id = unique_id("text");
    let list = suggestions.map(|_| format!("{id}-list"));
    let problem = problem_of(problem, problems, &path);
    let field_id = id.clone();
    let list_id = list.clone();
    view! {
        <Field label=label id=field_id problem=problem hint=hint optional=optional>
            <input
                node_ref=node
                class="input"
                class:monospace=monospace
                id=id.clone()
                type=kind
                name=path
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                autofocus=autofocus
                list=list
                placeholder=move || placeholder.get()
                aria-describedby=format!("{id}-description")
                aria-invalid=move || problem.get().is_some().then_some("true")
                disabled=move || disabled.get()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {suggestions
                .map(|suggestions| {
                    view! {
                        <datalist id=list_id>
                            {move || {
                                suggestions.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()
                            }}
                        </datalist>
                    }
                })}
        </Field>
    }
    .into_any()
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The value.
    value: RwSignal<String>,
    /// What to type.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// An example in the empty field.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// The form's problems.
    #[prop(optional, into)]
    problems: Option<FieldProblems>,
    /// The field's path in them, and its name in the form.
    #[prop(optional, into)]
    path: String,
    /// How many lines are shown.
    #[prop(default = 8)]
    rows: u32,
    /// Written in the fixed-width face.
    #[prop(optional)]
    monospace: bool,
    /// It may be left empty.
    #[prop(optional)]
    optional: bool,
    /// It cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let id = unique_id("area");
    let problem = problem_of(None, problems, &path);
    let field_id = id.clone();
    view! {
        <Field label=label id=field_id problem=problem hint=hint optional=optional>
            <textarea
                class="input"
                class:monospace=monospace
                id=id.clone()
                name=path
                rows=rows.to_string()
                autocapitalize="off"
                autocomplete="off"
                spellcheck="false"
                placeholder=move || placeholder.get()
                aria-describedby=format!("{id}-description")
                aria-invalid=move || problem.get().is_some().then_some("true")
                disabled=move || disabled.get()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        </Field>
    }
    .into_any()
}

/// A whole number. What is typed that is no number is kept on screen and told as a problem by the caller's checks: the
/// value is then `None`.
#[component]
pub fn NumberField(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The value; `None` while the field is empty or no number.
    value: RwSignal<Option<u32>>,
    /// The least.
    #[prop(default = 0)]
    least: u32,
    /// The most.
    #[prop(default = u32::MAX)]
    most: u32,
    /// What to type.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// The form's problems.
    #[prop(optional, into)]
    problems: Option<FieldProblems>,
    /// The field's path in them, and its name in the form.
    #[prop(optional, into)]
    path: String,
    /// An example in the empty field.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// It may be left empty.
    #[prop(optional)]
    optional: bool,
    /// It cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let id = unique_id("number");
    let problem = problem_of(None, problems, &path);
    let field_id = id.clone();
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let (value, Some(input)) = (value.get(), node.get()) else {
            return;
        };
        // What is no number stays on screen as it was typed.
        if input.value().trim().parse().ok() != value {
            input.set_value(&value.map(|number: u32| number.to_string()).unwrap_or_default());
        }
    });
    view! {
        <Field label=label id=field_id problem=problem hint=hint optional=optional>
            <input
                node_ref=node
                class="input input-number"
                id=id.clone()
                type="number"
                inputmode="numeric"
                name=path
                min=least.to_string()
                max=most.to_string()
                step="1"
                autocomplete="off"
                placeholder=move || placeholder.get()
                aria-describedby=format!("{id}-description")
                aria-invalid=move || problem.get().is_some().then_some("true")
                disabled=move || disabled.get()
                on:input=move |event| value.set(event_target_value(&event).trim().parse().ok())
            />
        </Field>
    }
    .into_any()
}
