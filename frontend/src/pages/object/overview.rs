//! The overview: why it does not run, facts, containers, conditions, data, annotations.

use super::explanation::ExplanationView;
use super::facts::{self, conditions, containers, data_entries};
use super::parts::{conditions_view, containers_view, data_view, facts_view};
use super::source::LiveObject;
use crate::api_client::{ApiFailure, objects};
use crate::i18n::{self, text};
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::ui::{Button, Card, IconName, Notice};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::rollout::PodExplanation;
use serde_json::Value;

/// The overview of an object, following its changes.
#[component]
pub fn ObjectOverview(live: LiveObject) -> impl IntoView {
    let address = live.address();
    let cluster = StoredValue::new(address.cluster.clone());
    let kind = StoredValue::new(address.kind.clone());
    let is_pod = address.kind.is("core", "pods");
    let has_data = address.kind.is("core", "configmaps") || address.kind.is("core", "secrets");
    let object = live.value();
    // Each part is drawn anew only when what it shows has changed, so that selected text and open details stay.
    let facts = Memo::new(move |_| object.with(|object| kind.with_value(|kind| facts::facts(kind, object))));
    let containers = Memo::new(move |_| object.with(containers));
    let conditions = Memo::new(move |_| object.with(conditions));
    let annotations = Memo::new(move |_| object.with(annotations));
    view! {
        <div class="object-overview">
            {is_pod.then(|| view! { <WhyNot live /> })}
            <Card title=text::object::section::DETAILS>
                {move || cluster.with_value(|cluster| facts_view(cluster, facts.get()))}
            </Card>
            <Show when=move || !containers.read().is_empty()>
                <Card title=text::object::section::CONTAINERS flush=true>{move || containers_view(containers.get())}</Card>
            </Show>
            {has_data.then(|| view! { <Data live /> })}
            <Show when=move || !conditions.read().is_empty()>
                <Card title=text::object::section::CONDITIONS flush=true>{move || conditions_view(conditions.get())}</Card>
            </Show>
            <Show when=move || !annotations.read().is_empty()>
                <Card title=text::object::section::ANNOTATIONS>
                    <ul class="annotations">
                        {move || {
                            annotations
                                .get()
                                .into_iter()
                                .map(|(name, value)| {
                                    view! { <li><span class="dim">{name}</span><span class="mono wrap-anywhere">{value}</span></li> }
                                })
                                .collect_view()
                        }}
                    </ul>
                </Card>
            </Show>
        </div>
    }
    .into_any()
}

/// Annotations but for the one that repeats the whole object.
fn annotations(object: &Value) -> Vec<(String, String)> {
    let members = object.pointer("/metadata/annotations").and_then(Value::as_object);
    let all = members.into_iter().flatten();
    all.filter(|(name, _)| *name != "kubectl.kubernetes.io/last-applied-configuration")
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// Why a pod does not run: asked for whenever the pod changes and is not well.
#[component]
pub fn WhyNot(live: LiveObject) -> impl IntoView {
    let answer = RwSignal::new(None::<PodExplanation>);
    let failure = RwSignal::new(None::<ApiFailure>);
    let round = StoredValue::new(0_u32);
    let shown = StoredValue::new(0_u32);
    Effect::new(move |_| {
        live.value().track();
        let address = live.address();
        round.update_value(|round| *round += 1);
        let now = round.get_value();
        spawn_local(async move {
            let explained = objects::explanation(&address).await;
            // An older answer that comes late says nothing any more.
            if shown.try_get_value().is_none_or(|shown| shown > now) {
                return;
            }
            shown.set_value(now);
            match explained {
                Ok(explanation) => {
                    failure.set(None);
                    answer.set(Some(explanation));
                }
                // The object is gone: the page says so.
                Err(refused) if refused.status() == Some(404) => {}
                Err(refused) => failure.set(Some(refused)),
            }
        });
    });
    let explanation =
        Memo::new(move |_| answer.with(|answer| answer.as_ref().and_then(|answer| answer.explanation.clone())));
    let not_seen = Memo::new(move |_| {
        answer.with(|answer| {
            answer
                .as_ref()
                .map(|answer| answer.not_seen.clone())
                .unwrap_or_default()
        })
    });
    view! {
        {move || {
            explanation
                .get()
                .map(|explanation| {
                    view! {
                        <section class="why-not" aria-label=move || text::object::why::TITLE.get()>
                            <ExplanationView explanation />
                        </section>
                    }
                })
        }}
        {move || {
            failure
                .get()
                .map(|failure| {
                    let sentence = move || text::object::why::UNKNOWN.with(&[("reason", &failure.sentence())]);
                    view! { <Notice>{sentence}</Notice> }
                })
        }}
        {move || not_seen.get().into_iter().map(|said| view! { <Notice>{move || i18n::said(&said)}</Notice> }).collect_view()}
    }
    .into_any()
}

/// The keys of a ConfigMap or Secret; an administrator may ask for a Secret's values.
#[component]
fn Data(live: LiveObject) -> impl IntoView {
    let address = live.address();
    let is_secret = address.kind.is("core", "secrets");
    let session = use_session();
    let toasts = use_toasts();
    let revealed = RwSignal::new(None::<Value>);
    let busy = RwSignal::new(false);
    let entries = Memo::new(move |_| match revealed.get() {
        Some(object) => data_entries(&object),
        None => live.value().with(data_entries),
    });
    // A changed Secret is hidden again: what is shown must be what is there.
    Effect::new(move |before: Option<()>| {
        live.value().track();
        if before.is_some() {
            revealed.set(None);
        }
    });
    let toggle = move |_| {
        if revealed.with_untracked(Option::is_some) {
            revealed.set(None);
            return;
        }
        let address = live.address();
        busy.set(true);
        spawn_local(async move {
            let answer = objects::read_revealed(&address).await;
            let _page_is_gone = busy.try_set(false);
            match answer {
                Ok(object) => {
                    let _page_is_gone = revealed.try_set(Some(object));
                }
                Err(failure) => toasts.failure(&failure),
            }
        });
    };
    view! {
        <Card title=text::object::section::DATA>
            {move || {
                (is_secret && session.is_administrator())
                    .then(|| {
                        view! {
                            <div class="row data-tools">
                                <Button busy icon=IconName::Key on_press=toggle>
                                    {move || {
                                        if revealed.read().is_some() {
                                            text::object::data::CONCEAL.get()
                                        } else {
                                            text::object::data::REVEAL.get()
                                        }
                                    }}
                                </Button>
                                <span class="dim">{text::object::data::REVEAL_HINT}</span>
                            </div>
                        }
                    })
            }}
            {move || data_view(entries.get())}
        </Card>
    }
    .into_any()
}
