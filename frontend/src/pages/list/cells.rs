//! One cell of a row.

use crate::browser;
use crate::format::{number, quantity, time};
use crate::routes::{KindPath, ObjectTab, Page};
use crate::ui::{StatusBadge, ticking_age};
use leptos::prelude::*;
use muster_api::kind;
use muster_api::resource::{Column, ColumnType, Row};
use serde_json::Value;

/// The content of a cell. `since` is the row's value in the column that this one names in its `since`.
pub(super) fn cell(column: &Column, row: &Row, value: &Value, since: Option<&Value>) -> AnyView {
    match (column.kind, value) {
        (_, Value::Null) if since.is_some_and(Value::is_string) => {
            since.and_then(Value::as_str).map_or_else(absent, age)
        }
        (_, Value::Null) => absent(),
        (_, Value::String(text)) if text.is_empty() => absent(),
        (ColumnType::Time, Value::String(text)) => age(text),
        (ColumnType::Status, Value::String(word)) => {
            view! { <StatusBadge health=row.health word=word.clone() /> }.into_any()
        }
        (ColumnType::Link, Value::String(text)) => link(column, row, text),
        (_, Value::Number(figure)) => figure_view(column, figure.as_f64().unwrap_or_default()),
        (_, Value::String(text)) => view! { <span title=text.clone()>{text.clone()}</span> }.into_any(),
        (_, other) => other.to_string().into_any(),
    }
}

fn absent() -> AnyView {
    view! { <span class="dim">"–"</span> }.into_any()
}

fn age(text: &str) -> AnyView {
    let Some(moment) = time::parse(text) else {
        return text.to_owned().into_any();
    };
    let words = ticking_age(moment);
    view! {
        <time datetime=text.to_owned() title=browser::local_date_and_time(text)>
            {move || words.get()}
        </time>
    }
    .into_any()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "only whole numbers in range are cast"
)]
fn figure_view(column: &Column, figure: f64) -> AnyView {
    let whole = figure.fract() == 0.0 && (0.0..9e15).contains(&figure);
    match &column.unit {
        None if whole => number::with_separators(figure as u64).into_any(),
        unit => quantity::in_unit(figure, unit.as_deref()).into_any(),
    }
}

/// A cell that names another object: of the column's kind, or `Kind/name`.
fn link(column: &Column, row: &Row, text: &str) -> AnyView {
    let target = match &column.link {
        Some(path) => KindPath::parse(path).map(|kind| (kind, text)),
        None => text
            .split_once('/')
            .and_then(|(word, name)| Some((KindPath::from(kind::by_name(word)?), name))),
    };
    let Some((kind, name)) = target else {
        return view! { <span title=text.to_owned()>{text.to_owned()}</span> }.into_any();
    };
    let namespaced = kind.known().is_none_or(|known| known.namespaced);
    let page = Page::Object {
        cluster: row.cluster.clone(),
        kind,
        namespace: row.namespace.clone().filter(|_| namespaced),
        name: name.to_owned(),
        tab: ObjectTab::Overview,
    };
    view! { <a href=page.href() title=text.to_owned()>{text.to_owned()}</a> }.into_any()
}
