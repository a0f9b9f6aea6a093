//! The right column: what will happen, what the cluster says to it, and the objects as YAML.

use super::draft::Draft;
use super::preview::ShownObject;
use super::state::DeployState;
use crate::browser;
use crate::format::age;
use crate::format::sentence::capitalized;
use crate::i18n::{self, text};
use crate::routes::{KindPath, ObjectTab, Page};
use crate::ui::{Card, Chip, CodeView, Icon, health_icon};
use leptos::prelude::*;
use muster_api::deployment::{DryRun, DryRunMessage};
use muster_api::object::ObjectReference;
use muster_api::resource::Health;
use std::time::Duration;

/// The right column.
#[component]
pub(super) fn Outlook(state: DeployState) -> impl IntoView {
    let preview = state.preview;
    // Each document keeps its place while its text changes: scrolling and selection stay.
    let places = Memo::new(move |_| {
        preview
            .objects
            .with(|objects| objects.iter().map(|shown| shown.object.clone()).collect::<Vec<_>>())
    });
    view! {
        <div class="deploy-side">
            <Card title=text::deploy::WHAT_WILL_HAPPEN actions=move || view! { <DryRunAge state /> }>
                <Says state />
            </Card>
            <For each=move || places.get() key=|object| object.kind.clone() let:object>
                <Document state kind=object.kind />
            </For>
            <Show when=move || places.read().is_empty()>
                <p class="dim">{text::deploy::YAML_WAITING}</p>
            </Show>
        </div>
    }
    .into_any()
}

/// How old the cluster's word is.
#[component]
fn DryRunAge(state: DeployState) -> impl IntoView {
    let now = RwSignal::new(browser::now());
    if let Ok(interval) = set_interval_with_handle(move || now.set(browser::now()), Duration::from_secs(5)) {
        on_cleanup(move || interval.clear());
    }
    move || {
        let asked_at = state.preview.dry_run.with(|said| said.as_ref().map(|(_, at)| *at))?;
        let words = if now.get() - asked_at < 5_000 {
            text::deploy::DRY_RUN_NOW.get().to_owned()
        } else {
            text::deploy::DRY_RUN_AGE.with(&[("time", &age::between(asked_at, now.get()))])
        };
        Some(view! { <Chip>{words}</Chip> })
    }
}

/// One sentence of the card.
struct Sentence {
    health: Health,
    words: String,
    /// The cluster's own words.
    detail: Option<String>,
    link: Option<String>,
}

impl Sentence {
    fn new(health: Health, words: impl Into<String>) -> Self {
        Self {
            health,
            words: words.into(),
            detail: None,
            link: None,
        }
    }
}

#[component]
fn Says(state: DeployState) -> impl IntoView {
    move || {
        let lines = sentences(state).into_iter().map(|sentence| {
            let class = format!("status-{}", crate::ui::health_class(sentence.health));
            view! {
                <li>
                    <span class=class.clone()>
                        <Icon name=health_icon(sentence.health) />
                    </span>
                    <div>
                        <span class=class>{sentence.words}</span>
                        {sentence.link.map(|href| view! { " " <a href=href>{text::deploy::OPEN_EXISTING}</a> })}
                        {sentence.detail.map(|detail| view! { <small>{detail}</small> })}
                    </div>
                </li>
            }
        });
        view! { <ul class="deploy-says" aria-live="polite">{lines.collect_view()}</ul> }
    }
}

fn sentences(state: DeployState) -> Vec<Sentence> {
    if state.draft.with(Draft::is_empty) {
        return vec![Sentence::new(Health::Idle, text::deploy::NOTHING_YET.get())];
    }
    let mut sentences = Vec::new();
    let kinds = state.preview.objects.with(|objects| {
        objects
            .iter()
            .map(|shown| shown.object.kind.clone())
            .collect::<Vec<_>>()
    });
    let problems = state.shown.with(Vec::len) as u64;
    let has_problems = state.checked.with(|checked| !checked.problems.is_empty());
    if !kinds.is_empty() {
        let refused = state
            .preview
            .dry_run
            .with(|said| said.as_ref().is_some_and(|(said, _)| !said.accepted));
        let health = if has_problems || refused {
            Health::Idle
        } else {
            Health::Good
        };
        let words = text::deploy::CREATES.count_with(kinds.len() as u64, &[("kinds", &kinds.join(", "))]);
        sentences.push(Sentence::new(health, words));
    }
    if problems > 0 {
        sentences.push(Sentence::new(Health::Bad, text::deploy::PROBLEMS.count(problems)));
    }
    if has_problems {
        sentences.push(Sentence::new(Health::Idle, text::deploy::DRY_RUN_UNASKED.get()));
    } else if state.preview.waiting.get() {
        sentences.push(Sentence::new(Health::Busy, text::deploy::DRY_RUN_WAITING.get()));
    } else {
        state.preview.dry_run.with(|said| {
            if let Some((said, _)) = said {
                sentences.extend(dry_run_sentences(state, said));
            }
        });
    }
    sentences
}

fn dry_run_sentences(state: DeployState, said: &DryRun) -> Vec<Sentence> {
    let unsure = said.messages.iter().any(|message| message.code == "unreachable");
    let verdict = match (said.accepted, unsure) {
        (true, _) => Sentence::new(Health::Good, text::deploy::DRY_RUN_ACCEPTED.get()),
        (false, true) => Sentence::new(Health::Unknown, text::deploy::say::UNREACHABLE.get()),
        (false, false) => Sentence::new(Health::Bad, text::deploy::DRY_RUN_REFUSED.get()),
    };
    let namespace = state.draft.with_untracked(|draft| draft.namespace.clone());
    let cluster = state.cluster.get_value();
    let messages = said
        .messages
        .iter()
        .map(|message| message_sentence(message, &namespace, &cluster));
    std::iter::once(verdict).chain(messages).collect()
}

fn message_sentence(message: &DryRunMessage, namespace: &str, cluster: &str) -> Sentence {
    let health = match message.code.as_str() {
        "warning" => Health::Warn,
        "unreachable" => Health::Unknown,
        _ => Health::Bad,
    };
    let name = if message.code.starts_with("namespace") {
        namespace
    } else {
        &message.object.name
    };
    let words = i18n::lookup("deploy.say", &message.code)
        .map(|say| say.replace("{kind}", &message.object.kind).replace("{name}", name));
    let detail = capitalized(&message.message);
    Sentence {
        health,
        detail: words.is_some().then(|| detail.clone()),
        words: words.unwrap_or(detail),
        link: (message.code == "exists").then(|| href_of(&message.object, cluster)),
    }
}

fn href_of(object: &ObjectReference, cluster: &str) -> String {
    Page::Object {
        cluster: cluster.to_owned(),
        kind: KindPath::new(&object.group, &object.version, &object.resource),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
        tab: ObjectTab::Overview,
    }
    .href()
}

/// One object's YAML.
#[component]
fn Document(state: DeployState, kind: String) -> impl IntoView {
    let kind = StoredValue::new(kind);
    let shown = Memo::new(move |_| {
        state.preview.objects.with(|objects| {
            objects
                .iter()
                .find(|shown| kind.with_value(|kind| shown.object.kind == *kind))
                .cloned()
        })
    });
    let of = move |part: fn(ShownObject) -> String| Signal::derive(move || shown.get().map(part).unwrap_or_default());
    let title = of(|shown| format!("{}.yaml", shown.object.kind.to_lowercase()));
    let label = Signal::derive(move || {
        let name = shown.get().map(|shown| shown.object.name).unwrap_or_default();
        text::deploy::YAML_OF.with(&[("kind", &kind.get_value()), ("name", &name)])
    });
    view! {
        <div class="deploy-yaml">
            <Card title=title flush=true actions=move || view! { <small class="dim">{text::deploy::FOLLOWS}</small> }>
                <CodeView
                    text=of(|shown| shown.yaml)
                    label=label
                    changed=Signal::derive(move || shown.get().map(|shown| shown.changed).unwrap_or_default())
                />
            </Card>
        </div>
    }
    .into_any()
}
