//! Rows of names and values: environment variables and labels.

use crate::i18n::{Text, text};
use crate::pages::deploy::draft::{Draft, PairRow};
use crate::pages::deploy::fields::{DraftText, Place};
use crate::pages::deploy::state::DeployState;
use crate::ui::{Button, IconButton, IconName};
use leptos::prelude::*;

/// How one part of a row is read and written.
type Access = (fn(&Draft, u32) -> String, fn(&mut Draft, u32, String));

/// What differs between the two lists.
struct List {
    /// The first part of the fields' keys.
    field: &'static str,
    name: Text,
    value: Text,
    add: Text,
    remove: Text,
    /// Does the name have a key of its own (`environment/#1/name`), or the row alone (`labels/#1`)?
    named: bool,
    rows: fn(&Draft) -> &Vec<PairRow>,
    rows_mut: fn(&mut Draft) -> &mut Vec<PairRow>,
    append: fn(&mut Draft),
    name_place: Access,
    value_place: Access,
}

static ENVIRONMENT: List = List {
    field: "environment",
    name: text::deploy::VARIABLE_NAME,
    value: text::deploy::VARIABLE_VALUE,
    add: text::deploy::ADD_VARIABLE,
    remove: text::deploy::REMOVE_VARIABLE,
    named: true,
    rows: |draft| &draft.environment,
    rows_mut: |draft| &mut draft.environment,
    append: Draft::add_variable,
    name_place: (
        |draft, row| read(&draft.environment, row).name,
        |draft, row, typed| write(&mut draft.environment, row, |pair| pair.name = typed),
    ),
    value_place: (
        |draft, row| read(&draft.environment, row).value,
        |draft, row, typed| write(&mut draft.environment, row, |pair| pair.value = typed),
    ),
};

static LABELS: List = List {
    field: "labels",
    name: text::deploy::LABEL_KEY,
    value: text::deploy::LABEL_VALUE,
    add: text::deploy::ADD_LABEL,
    remove: text::deploy::REMOVE_LABEL,
    named: false,
    rows: |draft| &draft.labels,
    rows_mut: |draft| &mut draft.labels,
    append: Draft::add_label,
    name_place: (
        |draft, row| read(&draft.labels, row).name,
        |draft, row, typed| write(&mut draft.labels, row, |pair| pair.name = typed),
    ),
    value_place: (
        |draft, row| read(&draft.labels, row).value,
        |draft, row, typed| write(&mut draft.labels, row, |pair| pair.value = typed),
    ),
};

fn read(pairs: &[PairRow], row: u32) -> PairRow {
    pairs.iter().find(|pair| pair.row == row).cloned().unwrap_or_default()
}

fn write(pairs: &mut [PairRow], row: u32, change: impl FnOnce(&mut PairRow)) {
    if let Some(pair) = pairs.iter_mut().find(|pair| pair.row == row) {
        change(pair);
    }
}

/// The environment variables.
#[component]
pub(super) fn EnvironmentSection(state: DeployState) -> impl IntoView {
    view! {
        <PairRows state list=&ENVIRONMENT>
            <p class="field-hint">{text::deploy::ENVIRONMENT_SECRET}</p>
        </PairRows>
    }
}

/// The labels.
#[component]
pub(super) fn LabelsSection(state: DeployState) -> impl IntoView {
    view! {
        <PairRows state list=&LABELS>
            <p class="field-hint">{text::deploy::LABELS_HINT}</p>
        </PairRows>
    }
}

#[component]
fn PairRows(state: DeployState, list: &'static List, children: Children) -> impl IntoView {
    let rows = Memo::new(move |_| {
        state
            .draft
            .with(|draft| (list.rows)(draft).iter().map(|pair| pair.row).collect::<Vec<_>>())
    });
    view! {
        <div class="deploy-rows">
            {children()} <For each=move || rows.get() key=|row| *row let:row>
                <PairLine state list row rows />
            </For> <div>
                <Button icon=IconName::Plus on_press=move |_| state.change("", list.append)>
                    {list.add}
                </Button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn PairLine(state: DeployState, list: &'static List, row: u32, rows: Memo<Vec<u32>>) -> impl IntoView {
    let number = move || rows.with(|rows| rows.iter().position(|other| *other == row).map_or(0, |place| place + 1));
    let remove = Signal::derive(move || list.remove.with(&[("number", &number())]));
    let row_name = move || format!("{} {}", list.name.get(), number());
    let name_key = if list.named {
        format!("{}/#{row}/name", list.field)
    } else {
        format!("{}/#{row}", list.field)
    };
    view! {
        <div class="deploy-row deploy-pair" role="group" aria-label=row_name>
            <DraftText
                state
                key=name_key
                place=Place { row, read: list.name_place.0, write: list.name_place.1 }
                label=list.name
                monospace=true
            />
            <DraftText
                state
                key=format!("{}/#{row}/value", list.field)
                place=Place { row, read: list.value_place.0, write: list.value_place.1 }
                label=list.value
                monospace=true
            />
            <span class="deploy-remove">
                <IconButton
                    icon=IconName::Close
                    label=remove
                    on_press=move |_| state.change("", |draft| (list.rows_mut)(draft).retain(|pair| pair.row != row))
                />
            </span>
        </div>
    }
    .into_any()
}
