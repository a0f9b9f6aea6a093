//! What happens, or happened, to each document.

use crate::format::sentence::capitalized;
use crate::i18n::{self, Text, text};
use crate::routes::{KindPath, ObjectTab, Page};
use crate::ui::{Card, CodeView, Notice, StatusBadge};
use leptos::prelude::*;
use muster_api::apply::{ApplyAnswer, ApplyOutcome, ApplyResult, FieldChange};
use muster_api::object::ObjectReference;
use muster_api::resource::Health;

/// More changed fields of one document are counted, not drawn.
const MOST_CHANGES: usize = 50;
/// More documents are drawn folded.
const UNFOLDED_DOCUMENTS: usize = 5;

/// The verdict and the documents; refused ones first, so that one of five hundred is not searched for.
#[component]
pub(super) fn Results(answer: ApplyAnswer, dry_run: bool, cluster: String) -> impl IntoView {
    let total = answer.results.len();
    let refused = answer
        .results
        .iter()
        .filter(|result| is_refused(result.outcome))
        .count();
    let say = move |text: Text| text.with(&[("count", &refused), ("total", &total)]);
    let (health, verdict) = match (dry_run, answer.applied, refused) {
        (true, _, 0) => (Health::Good, text::apply::DRY_RUN_FINE),
        (true, _, _) => (Health::Bad, text::apply::DRY_RUN_REFUSED),
        (false, true, _) => (Health::Good, text::apply::APPLIED),
        (false, false, _) => (Health::Bad, text::apply::NOT_APPLIED),
    };
    let mut results = answer.results;
    results.sort_by_key(|result| (!is_refused(result.outcome), result.document));
    let folded = total > UNFOLDED_DOCUMENTS;
    let documents = results
        .into_iter()
        .map(|result| view! { <Document result cluster=cluster.clone() folded dry_run /> })
        .collect_view();
    view! {
        <Notice health=health>{move || say(verdict)}</Notice>
        {answer.interrupted.map(|said| view! { <Notice health=Health::Bad>{move || i18n::said(&said)}</Notice> })}
        <Card title=text::apply::RESULTS flush=true>
            {documents}
        </Card>
    }
    .into_any()
}

const fn is_refused(outcome: ApplyOutcome) -> bool {
    matches!(outcome, ApplyOutcome::Conflict | ApplyOutcome::Invalid)
}

const fn word_of(outcome: ApplyOutcome) -> (Health, Text) {
    match outcome {
        ApplyOutcome::Created => (Health::Good, text::apply::outcome::CREATED),
        ApplyOutcome::Changed => (Health::Good, text::apply::outcome::CHANGED),
        ApplyOutcome::Unchanged => (Health::Idle, text::apply::outcome::UNCHANGED),
        ApplyOutcome::Conflict => (Health::Bad, text::apply::outcome::CONFLICT),
        ApplyOutcome::Invalid => (Health::Bad, text::apply::outcome::INVALID),
        ApplyOutcome::Skipped => (Health::Idle, text::apply::outcome::SKIPPED),
    }
}

#[component]
fn Document(result: ApplyResult, cluster: String, folded: bool, dry_run: bool) -> impl IntoView {
    let (health, word) = word_of(result.outcome);
    let number = result.document;
    let refused = is_refused(result.outcome);
    let only_thought_of = dry_run && result.outcome == ApplyOutcome::Created;
    let exists = !refused && !only_thought_of && result.outcome != ApplyOutcome::Skipped;
    let name = result.object.as_ref().map(|object| {
        let place = object
            .namespace
            .as_ref()
            .map(|namespace| format!("{namespace}/"))
            .unwrap_or_default();
        format!("{} {place}{}", object.kind, object.name)
    });
    let href = result.object.filter(|_| exists).map(|object| href_of(object, cluster));
    let name = match (name, href) {
        (Some(name), Some(href)) => view! { <a href=href>{name}</a> }.into_any(),
        (Some(name), None) => view! { <strong>{name}</strong> }.into_any(),
        (None, _) => ().into_any(),
    };
    let conflicts = result.conflicts.into_iter().map(|conflict| {
        view! {
            <li>
                {move || {
                    text::apply::MANAGED_BY.with(&[("field", &conflict.field), ("manager", &conflict.manager)])
                }}
            </li>
        }
    });
    let conflicts: Vec<_> = conflicts.collect();
    let has_changes = !result.changes.is_empty() && result.outcome == ApplyOutcome::Changed;
    let after = result.after.filter(|_| !refused);
    view! {
        <article class="apply-document">
            <header>
                <StatusBadge health=health word=word />
                <span>{name}</span>
                <span class="grow"></span>
                <small class="dim">{move || text::apply::DOCUMENT.with(&[("number", &number)])}</small>
            </header>
            {match (result.said, result.message) {
                (Some(said), _) => view! { <p>{move || i18n::said(&said)}</p> }.into_any(),
                (None, Some(message)) => view! { <p>{capitalized(&message)}</p> }.into_any(),
                (None, None) => ().into_any(),
            }}
            {(!conflicts.is_empty())
                .then(|| {
                    view! {
                        <p>{text::apply::CONFLICTS}</p>
                        <ul>{conflicts}</ul>
                    }
                })}
            {has_changes.then(|| view! { <Changes changes=result.changes folded /> })}
            {after
                .map(|after| {
                    view! {
                        <details>
                            <summary>{text::apply::SHOW_YAML}</summary>
                            <CodeView text=Signal::stored(after) label=text::apply::SHOW_YAML />
                        </details>
                    }
                })}
        </article>
    }
    .into_any()
}

fn href_of(object: ObjectReference, cluster: String) -> String {
    let kind = KindPath::new(&object.group, &object.version, &object.resource);
    let (namespace, name) = (object.namespace, object.name);
    Page::Object {
        cluster,
        kind,
        namespace,
        name,
        tab: ObjectTab::Overview,
    }
    .href()
}

#[component]
fn Changes(changes: Vec<FieldChange>, folded: bool) -> impl IntoView {
    let more = changes.len().saturating_sub(MOST_CHANGES);
    let lines = changes.into_iter().take(MOST_CHANGES).map(|change| {
        view! {
            <tr>
                <th scope="row">{change.path}</th>
                <td class="before">{written(change.before.as_ref())}</td>
                <td class="after">{written(change.after.as_ref())}</td>
            </tr>
        }
    });
    view! {
        <details open=!folded>
            <summary>{text::apply::CHANGES}</summary>
            <table class="apply-changes">
                <thead>
                    <tr>
                        <th scope="col">{text::apply::CHANGE_PATH}</th>
                        <th scope="col">{text::apply::CHANGE_BEFORE}</th>
                        <th scope="col">{text::apply::CHANGE_AFTER}</th>
                    </tr>
                </thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
            {(more > 0)
                .then(|| {
                    view! { <p class="dim">{move || text::apply::MORE_CHANGES.with(&[("count", &more)])}</p> }
                })}
        </details>
    }
    .into_any()
}

/// A value as YAML would write a simple one.
fn written(value: Option<&serde_json::Value>) -> String {
    match value {
        None => "–".to_owned(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
