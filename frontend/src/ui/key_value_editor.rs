//! Rows of names and values: labels, environment variables.

use super::{Button, ButtonKind, FieldProblems, Icon, IconButton, IconName, first_problem, unique_id};
use crate::i18n::text;
use leptos::prelude::*;

/// One row. Rows have a number of their own, so that typing in one survives the removal of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyValueRow {
    /// Names the row.
    pub id: u32,
    /// The name.
    pub name: RwSignal<String>,
    /// The value.
    pub value: RwSignal<String>,
}

impl KeyValueRow {
    /// A row; `id` must be unlike those of the other rows.
    pub fn new(id: u32, name: &str, value: &str) -> Self {
        Self {
            id,
            name: RwSignal::new(name.to_owned()),
            value: RwSignal::new(value.to_owned()),
        }
    }
}

/// Rows of names and values that can be added and removed. Reads and writes `rows`; the caller turns them into a map or
/// a list (`rows.get()` and the signals in each are followed).
#[component]
pub fn KeyValueEditor(
    /// What the rows are: `Labels`.
    #[prop(into)]
    legend: Signal<String>,
    /// The rows.
    rows: RwSignal<Vec<KeyValueRow>>,
    /// The word on the button that adds a row.
    #[prop(into)]
    add: Signal<String>,
    /// What the rows are for.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// The form's problems.
    #[prop(optional, into)]
    problems: Option<FieldProblems>,
    /// Path of the problems of the row at an index: `environment/{index}/{name|value}` for `environment`. Labels, which
    /// are a map, use `labels/<name>` for both.
    #[prop(optional, into)]
    path: String,
    /// The rows are a map (problems are named by the name, not by the index).
    #[prop(optional)]
    map: bool,
) -> impl IntoView {
    let next = StoredValue::new(rows.with_untracked(|rows| rows.iter().map(|row| row.id + 1).max().unwrap_or(0)));
    let path = StoredValue::new(path);
    let add_row = move |_| {
        let id = next.get_value();
        next.set_value(id + 1);
        rows.update(|rows| rows.push(KeyValueRow::new(id, "", "")));
    };
    let problem_of_row = move |row: KeyValueRow| {
        let problems = problems?;
        path.with_value(|path| {
            if map {
                return first_problem(problems, &format!("{path}/{}", row.name.get()));
            }
            let index = rows.with(|rows| rows.iter().position(|other| other.id == row.id))?;
            ["", "/name", "/value"]
                .iter()
                .find_map(|part| first_problem(problems, &format!("{path}/{index}{part}")))
        })
    };
    view! {
        <fieldset class="key-values">
            <legend>{move || legend.get()}</legend>
            <Show when=move || !hint.read().is_empty()>
                <p class="field-hint">{move || hint.get()}</p>
            </Show>
            <For each=move || rows.get() key=|row| row.id let:row>
                <KeyValueLine row rows problem=Signal::derive(move || problem_of_row(row)) />
            </For>
            <Button kind=ButtonKind::Quiet icon=IconName::Plus on_press=add_row>{move || add.get()}</Button>
        </fieldset>
    }
    .into_any()
}

#[component]
fn KeyValueLine(row: KeyValueRow, rows: RwSignal<Vec<KeyValueRow>>, problem: Signal<Option<String>>) -> impl IntoView {
    let id = unique_id("pair");
    let described = id.clone();
    let invalid = move || problem.get().is_some().then_some("true");
    view! {
        <div class="key-value" class:is-wrong=move || problem.get().is_some()>
            <input
                class="input monospace"
                type="text"
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                aria-label=move || text::ui::NAME.get()
                placeholder=move || text::ui::NAME.get()
                aria-invalid=invalid
                aria-describedby=id.clone()
                prop:value=move || row.name.get()
                on:input=move |event| row.name.set(event_target_value(&event))
            />
            <input
                class="input monospace"
                type="text"
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                aria-label=move || text::ui::VALUE.get()
                placeholder=move || text::ui::VALUE.get()
                aria-invalid=invalid
                aria-describedby=id
                prop:value=move || row.value.get()
                on:input=move |event| row.value.set(event_target_value(&event))
            />
            <IconButton
                icon=IconName::Close
                label=text::ui::REMOVE_ROW
                on_press=move |_| rows.update(|rows| rows.retain(|other| other.id != row.id))
            />
            <div id=described class="key-value-problem">
                {move || {
                    problem
                        .get()
                        .map(|problem| {
                            view! {
                                <p class="field-problem" role="alert">
                                    <Icon name=IconName::Bad />
                                    <span>{problem}</span>
                                </p>
                            }
                        })
                }}
            </div>
        </div>
    }
    .into_any()
}
